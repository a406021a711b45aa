#include "tests/vehicle/agent/scripted_centre.h"

#include "telemetry/base/assert.h"

namespace ems::test {
namespace {

link::MqttConfig config_of(const TempBroker& broker, const std::string& name) {
    link::MqttConfig config;
    config.port = broker.port();
    config.client_id = name;
    config.ca_file = broker.ca();
    config.certificate_file = broker.certificate(name);
    config.key_file = broker.key(name);
    config.backoff = {std::chrono::milliseconds{100}, std::chrono::milliseconds{300}};
    return config;
}

} // namespace

ScriptedCentre::ScriptedCentre(const TempBroker& broker, const std::string& vid)
    : region_(*RegionCode::parse("140802")), vid_(*VehicleId::parse(vid)),
      key_(*seal::SigningKey::load(broker.pki_dir() + "/command.key")) {
    auto config = config_of(broker, "srv-telemetry-a");
    config.subscriptions = {{wire::up_filter(region_), link::Qos::at_least_once}};
    link::MqttHandlers handlers;
    handlers.message = [this](link::MqttMessage&& message) { take(message); };
    telemetry_ = std::make_unique<link::MqttSession>(config, handlers);
    dispatch_ = std::make_unique<link::MqttSession>(config_of(broker, "srv-dispatch-a"),
                                                    link::MqttHandlers{});
    telemetry_->start();
    dispatch_->start();
    beater_ = std::thread{[this] { beat(); }};
}

ScriptedCentre::~ScriptedCentre() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_all();
    beater_.join();
    telemetry_->stop();
    dispatch_->stop();
}

// The library's thread may not publish: acknowledgements go out on this one.
void ScriptedCentre::beat() {
    std::unique_lock lock{mutex_};
    auto next = std::chrono::steady_clock::now();
    while (!stopping_) {
        std::vector<wire::Ack> acks;
        acks.swap(acks_);
        const bool due = std::chrono::steady_clock::now() >= next;
        lock.unlock();
        if (due) {
            wire::ServerHeartbeat beat;
            beat.set_server("srv-telemetry-a");
            beat.set_t_us(SystemClock{}.utc_us());
            send(wire::DownKind::hb, beat.SerializeAsString());
            next += std::chrono::milliseconds{500};
        }
        for (const wire::Ack& ack : acks) {
            send(wire::DownKind::ack, ack.SerializeAsString());
        }
        lock.lock();
        wake_.wait_until(lock, next, [this] { return stopping_ || !acks_.empty(); });
    }
}

void ScriptedCentre::acknowledge_all(bool on) {
    const std::lock_guard lock{mutex_};
    acknowledge_ = on;
}

void ScriptedCentre::send(wire::DownKind kind, const std::string& payload) {
    auto& session = kind == wire::DownKind::cmd ? dispatch_ : telemetry_;
    (void)session->publish(wire::down_topic(region_, vid_, kind), payload,
                           link::Qos::at_least_once);
}

void ScriptedCentre::send_command(const wire::CommandBody& body, bool forged) {
    wire::Command command;
    command.set_payload(body.SerializeAsString());
    command.set_signature(key_.sign(forged ? "another text" : command.payload()));
    send(wire::DownKind::cmd, command.SerializeAsString());
}

void ScriptedCentre::take_record(wire::UpKind kind, const wire::Envelope& envelope) {
    arrivals_.push_back({kind, envelope, SystemClock{}.utc_us()});
    if (acknowledge_) {
        wire::Ack ack;
        ack.set_spool(envelope.spool());
        auto& stream = *ack.add_streams();
        stream.set_stream(envelope.stream());
        auto& range = *stream.add_ranges();
        range.set_from(envelope.seq());
        range.set_to(envelope.seq());
        acks_.push_back(std::move(ack));
    }
}

void ScriptedCentre::take(const link::MqttMessage& message) {
    const auto topic = wire::parse_topic(message.topic);
    EMS_ASSERT(topic);
    const auto* up = std::get_if<wire::UpTopic>(&*topic);
    if (up == nullptr) {
        return;
    }
    {
        const std::lock_guard lock{mutex_};
        switch (up->kind) {
        case wire::UpKind::evt:
        case wire::UpKind::gps:
        case wire::UpKind::vit:
        case wire::UpKind::wav: {
            wire::Envelope envelope;
            EMS_ASSERT(envelope.ParseFromString(message.payload));
            take_record(up->kind, envelope);
            break;
        }
        case wire::UpKind::bf: {
            wire::Backfill backfill;
            EMS_ASSERT(backfill.ParseFromString(message.payload));
            for (const wire::Envelope& envelope : backfill.records()) {
                take_record(up->kind, envelope);
            }
            break;
        }
        case wire::UpKind::birth:
            births_.emplace_back().ParseFromString(message.payload);
            break;
        case wire::UpKind::hb:
            heartbeat_.ParseFromString(message.payload);
            break;
        case wire::UpKind::state:
            link_states_.emplace_back().ParseFromString(message.payload);
            break;
        case wire::UpKind::gap:
            break;
        }
    }
    wake_.notify_all();
}

std::vector<ScriptedCentre::Arrival> ScriptedCentre::arrivals() const {
    const std::lock_guard lock{mutex_};
    return arrivals_;
}

std::vector<wire::Event> ScriptedCentre::events() const {
    std::vector<wire::Event> events;
    for (const Arrival& arrival : arrivals()) {
        if (arrival.envelope.stream() == wire::STREAM_A) {
            EMS_ASSERT(events.emplace_back().ParseFromString(arrival.envelope.body()));
        }
    }
    return events;
}

std::vector<wire::Birth> ScriptedCentre::births() const {
    const std::lock_guard lock{mutex_};
    return births_;
}

std::vector<wire::LinkState> ScriptedCentre::link_states() const {
    const std::lock_guard lock{mutex_};
    return link_states_;
}

wire::Heartbeat ScriptedCentre::last_heartbeat() const {
    const std::lock_guard lock{mutex_};
    return heartbeat_;
}

void ScriptedCentre::forget() {
    const std::lock_guard lock{mutex_};
    arrivals_.clear();
    births_.clear();
    heartbeat_.Clear();
}

} // namespace ems::test
