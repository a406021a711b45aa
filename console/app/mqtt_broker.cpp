#include "console/app/mqtt_broker.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include "telemetry/base/log.h"
#include "telemetry/wire/accuracy.h"
#include "telemetry/wire/ems.pb.h"
#include "telemetry/wire/topics.h"

namespace ems::console {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kPayloadMax = 4'096; // a position is some 60 bytes, a birth some hundred
constexpr std::int64_t kAgeMaxMs = 86'400'000;

link::MqttConfig session_of(const BrokerConfig& config) {
    link::MqttConfig out;
    out.host = config.host;
    out.port = config.port;
    out.client_id = config.client_id;
    out.ca_file = config.ca_file;
    out.certificate_file = config.certificate_file;
    out.key_file = config.key_file;
    out.backoff = {200ms, 2'000ms};
    for (const wire::UpKind kind : {wire::UpKind::gps, wire::UpKind::birth, wire::UpKind::state}) {
        out.subscriptions.push_back({wire::up_filter(config.region, kind), link::Qos::at_most_once});
    }
    return out;
}

std::optional<api::UnitPosition> position_of(const std::string& payload, std::int64_t received_us) {
    wire::Envelope envelope;
    wire::Position fix;
    if (!envelope.ParseFromString(payload) || !fix.ParseFromString(envelope.body()) || fix.fix_mode() < 2) {
        return std::nullopt;
    }
    api::UnitPosition out;
    out.mutable_place()->set_lat_e7(fix.lat_e7());
    out.mutable_place()->set_lon_e7(fix.lon_e7());
    out.set_speed_cm_s(fix.speed_cm_s());
    out.set_course_cdeg(fix.course_cdeg());
    out.set_accuracy_m(wire::horizontal_accuracy_m(fix.hdop_centi()));
    out.set_device_us(envelope.t_us());
    out.set_received_us(received_us);
    out.set_seq(envelope.seq());
    if (envelope.clk() >= wire::CLOCK_NTP) { // else its stamp says nothing of how old it is
        const std::int64_t age_ms = (received_us - envelope.t_us()) / 1'000;
        out.set_age_at_receipt_ms(static_cast<std::uint32_t>(std::clamp<std::int64_t>(age_ms, 0, kAgeMaxMs)));
    }
    return out;
}

} // namespace

Result<void> MqttBroker::check(const BrokerConfig& config) {
    return link::MqttSession::check(session_of(config));
}

MqttBroker::MqttBroker(BrokerConfig config, const Clock& clock)
    : config_(std::move(config)), clock_(clock), thread_([this] { run(); }) {}

MqttBroker::~MqttBroker() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void MqttBroker::open() {
    want(true);
}

void MqttBroker::close() {
    want(false);
}

void MqttBroker::want(bool open) {
    {
        const std::lock_guard lock{mutex_};
        wanted_ = open;
        if (!open) {
            up_ = false;
            heard_.clear();
        }
    }
    changed_.notify_all();
}

BrokerNews MqttBroker::take() {
    BrokerNews out;
    const std::lock_guard lock{mutex_};
    out.link_up = up_;
    out.vehicles.reserve(heard_.size());
    for (auto& [vid, heard] : heard_) {
        out.vehicles.push_back(std::move(heard));
    }
    heard_.clear();
    return out;
}

void MqttBroker::run() {
    std::unique_ptr<link::MqttSession> session;
    std::unique_lock lock{mutex_};
    for (;;) {
        changed_.wait(lock, [&] { return stopping_ || wanted_ != (session != nullptr); });
        const bool open = wanted_ && !stopping_;
        lock.unlock();
        if (open) {
            EMS_LOG(info, "broker", "listens to the vehicles host={} port={}", config_.host, config_.port);
            session = std::make_unique<link::MqttSession>(session_of(config_), handlers());
            session->start();
        } else if (session) {
            session->stop();
            session.reset();
            EMS_LOG(info, "broker", "listens no more");
        }
        lock.lock();
        if (stopping_ && !session) {
            return;
        }
    }
}

link::MqttHandlers MqttBroker::handlers() {
    link::MqttHandlers out;
    out.message = [this](link::MqttMessage&& message) { hear(message); };
    out.link = [this](const link::LinkChange& change) {
        if (!change.up) {
            EMS_LOG(warn, "broker", "down attempt={} why=\"{}\"", change.attempt, change.reason);
        }
        const std::lock_guard lock{mutex_};
        up_ = change.up && wanted_;
    };
    return out;
}

std::int64_t MqttBroker::received_us(const link::MqttMessage& message) const {
    const auto ago = std::chrono::duration_cast<std::chrono::microseconds>(clock_.ticks() - message.received);
    return clock_.utc_us() - ago.count();
}

void MqttBroker::hear(const link::MqttMessage& message) {
    const auto topic = wire::parse_topic(message.topic);
    const auto* up = topic ? std::get_if<wire::UpTopic>(&*topic) : nullptr;
    if (up == nullptr || up->region != config_.region || message.retained || message.payload.size() > kPayloadMax) {
        return;
    }
    HeardVehicle told;
    told.vid = up->vid.str();
    if (up->kind == wire::UpKind::gps) {
        told.position = position_of(message.payload, received_us(message));
    } else if (up->kind == wire::UpKind::birth) {
        wire::Birth birth;
        if (birth.ParseFromString(message.payload)) {
            told.state = birth.unit_state();
        }
    } else if (up->kind == wire::UpKind::state) {
        wire::LinkState state;
        told.gone = state.ParseFromString(message.payload) && !state.online();
    }
    if (!told.position && !told.state && !told.gone) {
        return;
    }
    const std::lock_guard lock{mutex_};
    if (!wanted_ || (heard_.size() >= kVehiclesMax && !heard_.contains(told.vid))) {
        return;
    }
    HeardVehicle& kept = heard_[told.vid];
    kept.vid = told.vid;
    kept.gone = told.gone;
    if (told.position) {
        kept.position = std::move(told.position);
    }
    if (told.state) {
        kept.state = told.state;
    }
}

} // namespace ems::console
