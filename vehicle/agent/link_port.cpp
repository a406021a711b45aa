#include "vehicle/agent/link_port.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "telemetry/base/log.h"
#include "vehicle/agent/limits.h"

namespace ems::vehicle {
namespace {

link::Qos qos_of(wire::UpKind kind) {
    switch (kind) {
    case wire::UpKind::birth:
    case wire::UpKind::state:
    case wire::UpKind::evt:
    case wire::UpKind::bf:
    case wire::UpKind::hb: // its receipt measures the link each second
        return link::Qos::at_least_once;
    case wire::UpKind::gps:
    case wire::UpKind::vit:
    case wire::UpKind::wav:
    case wire::UpKind::gap:
        break;
    }
    return link::Qos::at_most_once;
}

} // namespace

LinkPort::LinkPort(boost::asio::io_context& io, link::MqttConfig config, RegionCode region,
                   VehicleId vid, std::uint64_t process_count, Handlers handlers)
    : io_(io), region_(std::move(region)), vid_(std::move(vid)),
      process_count_(process_count), handlers_(std::move(handlers)),
      alive_(std::make_shared<std::atomic<bool>>(true)) {
    for (const wire::UpKind kind : {wire::UpKind::birth, wire::UpKind::state, wire::UpKind::evt,
                                    wire::UpKind::bf, wire::UpKind::hb}) {
        receipted_.emplace(wire::up_topic(region_, vid_, kind), kind);
    }
    config.pending_max = kHandedOverMax;
    config.pending_bytes_max = kHandedOverBytesMax;
    config.subscriptions = {{wire::down_filter(region_, vid_), link::Qos::at_least_once}};
    link::MqttHandlers mqtt;
    mqtt.will = [this](std::uint64_t attempt) -> std::optional<link::Will> {
        wire::LinkState state;
        state.set_online(false);
        state.set_birth_counter(birth_counter(attempt));
        return link::Will{wire::up_topic(region_, vid_, wire::UpKind::state),
                          state.SerializeAsString()};
    };
    mqtt.message = [this](link::MqttMessage&& message) { on_message(std::move(message)); };
    mqtt.link = [this](const link::LinkChange& change) { on_link(change); };
    mqtt.publish_failed = [this](const link::PublishFailure& failure) {
        EMS_LOG(warn, "link", "not published topic={} reason={}", failure.topic,
                failure.reason_code);
        on_receipt(failure.topic, std::chrono::steady_clock::now());
    };
    mqtt.published = [this](const std::string& topic, Ticks at) { on_receipt(topic, at); };
    session_ = std::make_unique<link::MqttSession>(std::move(config), std::move(mqtt));
}

LinkPort::~LinkPort() {
    stop();
}

void LinkPort::start() {
    session_->start();
}

void LinkPort::stop() {
    alive_->store(false);
    session_->stop();
}

void LinkPort::drop(const std::string& reason) {
    session_->drop(reason);
}

bool LinkPort::connected() const {
    return session_->connected();
}

bool LinkPort::send(wire::UpKind kind, std::string payload) {
    return session_->publish(wire::up_topic(region_, vid_, kind), std::move(payload), qos_of(kind))
        .has_value();
}

void LinkPort::on_message(link::MqttMessage&& message) {
    if (waiting_.fetch_add(1) >= kInboundMax) {
        waiting_.fetch_sub(1);
        return;
    }
    boost::asio::post(io_, [this, alive = alive_, message = std::move(message)] {
        if (!alive->load()) {
            return;
        }
        waiting_.fetch_sub(1);
        const auto topic = wire::parse_topic(message.topic);
        const auto* down = topic ? std::get_if<wire::DownTopic>(&*topic) : nullptr;
        if (down != nullptr && down->vid == vid_ && down->region == region_) {
            handlers_.message(down->kind, message.payload);
        }
    });
}

// At most as many as messages were handed over: bounded by the session.
void LinkPort::on_receipt(const std::string& topic, Ticks at) {
    const auto kind = receipted_.find(topic);
    if (kind == receipted_.end()) {
        return;
    }
    boost::asio::post(io_, [this, alive = alive_, kind = kind->second, at] {
        if (alive->load()) {
            handlers_.received(kind, at);
        }
    });
}

void LinkPort::on_link(const link::LinkChange& change) {
    boost::asio::post(io_, [this, alive = alive_, change] {
        if (!alive->load()) {
            return;
        }
        if (change.up) {
            handlers_.up(birth_counter(change.attempt));
        } else {
            handlers_.down(change.reason);
        }
    });
}

} // namespace ems::vehicle
