#include "dispatch/service/live_relay.h"

#include <string_view>
#include <utility>
#include <variant>

#include <boost/asio/post.hpp>

#include "telemetry/base/log.h"
#include "telemetry/wire/ecg_mark.h"
#include "telemetry/wire/findings.h"
#include "telemetry/wire/waveform.h"

namespace ems::dispatch {
namespace {

constexpr std::size_t kDrainMax = 256;

bool is_urgent(std::string_view topic) { return topic.ends_with("/u/evt") || topic.ends_with("/u/birth"); }

api::LiveAlarm live_alarm(const Fleet& fleet, UnitId unit, const wire::Event& event, std::int64_t device_us,
                          std::int64_t received_us) {
    api::LiveAlarm out;
    out.set_unit_id(unit.value);
    out.set_age_at_receipt_ms(fleet.age_at_receipt_ms(unit, device_us, received_us));
    out.set_device_us(device_us);
    out.set_received_us(received_us);
    out.set_event_id(event.event_id());
    *out.mutable_alarm() = event.alarm();
    return out;
}

std::int64_t to_us(Ticks::duration d) {
    return std::chrono::duration_cast<std::chrono::microseconds>(d).count();
}

} // namespace

LiveRelay::LiveRelay(boost::asio::io_context& io, RegionCode region, Fleet* const& fleet, ConsoleHub& hub,
                     const Clock& clock, Hooks hooks)
    : io_(io), region_(std::move(region)), fleet_(fleet), hub_(hub), clock_(clock), hooks_(std::move(hooks)) {}

std::vector<link::Subscription> LiveRelay::subscriptions(const RegionCode& region) {
    using wire::UpKind;
    std::vector<link::Subscription> out;
    for (const UpKind kind : {UpKind::birth, UpKind::evt}) {
        out.push_back({wire::up_filter(region, kind), link::Qos::at_least_once});
    }
    for (const UpKind kind : {UpKind::state, UpKind::gps, UpKind::vit, UpKind::wav, UpKind::hb}) {
        out.push_back({wire::up_filter(region, kind), link::Qos::at_most_once});
    }
    return out;
}

void LiveRelay::arrived(link::MqttMessage&& message) {
    // A flood of waves must not push an alarm out.
    (is_urgent(message.topic) ? urgent_ : queue_).push(std::move(message));
    if (!draining_.exchange(true)) {
        boost::asio::post(io_, [this] { drain(); });
    }
}

void LiveRelay::drain() {
    draining_ = false;
    load_.update(queue_.size(), queue_.capacity());
    bool more = false;
    for (auto* queue : {&urgent_, &queue_}) {
        const auto messages = queue->drain(kDrainMax);
        for (const link::MqttMessage& message : messages) {
            handle(message);
        }
        more = more || messages.size() == kDrainMax;
    }
    if (more && !draining_.exchange(true)) {
        boost::asio::post(io_, [this] { drain(); });
    }
}

void LiveRelay::handle(const link::MqttMessage& message) {
    const auto topic = wire::parse_topic(message.topic);
    const auto* up = topic ? std::get_if<wire::UpTopic>(&*topic) : nullptr;
    if (up == nullptr || up->region != region_ || fleet_ == nullptr || message.retained) {
        return;
    }
    const Track* track = fleet_->by_vid(up->vid.str());
    if (track == nullptr) {
        return;
    }
    const std::int64_t received_us = clock_.utc_us() - to_us(clock_.ticks() - message.received);
    handle_kind(*track, up->kind, message.payload, received_us);
}

void LiveRelay::handle_kind(const Track& track, wire::UpKind kind, const std::string& payload,
                            std::int64_t received_us) {
    const UnitId unit = track.info.id;
    if (kind == wire::UpKind::state) {
        wire::LinkState state;
        if (!state.ParseFromString(payload)) {
            bad(track, kind);
        } else if (!state.online() && fleet_->offline(unit, state.birth_counter())) {
            hub_.links_changed({unit});
        }
        return;
    }
    if (fleet_->heard(unit, clock_.ticks())) {
        hub_.links_changed({unit});
    }
    if (kind == wire::UpKind::birth) {
        wire::Birth birth;
        if (!birth.ParseFromString(payload)) {
            bad(track, kind);
            return;
        }
        fleet_->born(unit, birth.birth_counter());
        fleet_->told_time(unit, birth.t_us(), received_us);
        hooks_.born(track.info.vid);
        watch_changed(unit);
        return;
    }
    if (kind == wire::UpKind::hb) {
        wire::Heartbeat beat;
        if (!beat.ParseFromString(payload)) {
            bad(track, kind);
            return;
        }
        fleet_->told_time(unit, beat.t_us(), received_us, beat.server_us());
        return;
    }
    handle_record(track, kind, payload, received_us);
}

void LiveRelay::handle_record(const Track& track, wire::UpKind kind, const std::string& payload,
                              std::int64_t received_us) {
    const ConsoleHub::Watched watched =
        kind == wire::UpKind::vit || kind == wire::UpKind::wav ? hub_.watched(track.info.id) : ConsoleHub::Watched{};
    if (kind == wire::UpKind::wav && !watched.wave) {
        ++load_.counters.waves_unwatched;
        return;
    }
    if (kind == wire::UpKind::vit && !watched.vitals) {
        ++load_.counters.vitals_unwatched;
        return;
    }
    if ((kind == wire::UpKind::wav && !load_.take_wave(track.info.id)) ||
        (kind == wire::UpKind::vit && !load_.take_vitals(track.info.id, clock_.ticks()))) {
        return;
    }
    wire::Envelope envelope;
    if (!envelope.ParseFromString(payload)) {
        bad(track, kind);
        return;
    }
    const std::int64_t unit = track.info.id.value;
    if (kind == wire::UpKind::gps) {
        position(track, envelope, received_us);
    } else if (kind == wire::UpKind::vit) {
        api::LiveVitals live;
        if (!live.mutable_vitals()->ParseFromString(envelope.body())) {
            bad(track, kind);
            return;
        }
        const auto age_ms = fleet_->measured(track.info.id, envelope, received_us);
        if (!age_ms) {
            return; // late: the archive has it, it is never shown as now
        }
        live.set_unit_id(unit);
        live.set_device_us(envelope.t_us());
        live.set_received_us(received_us);
        live.set_seq(envelope.seq());
        live.set_age_at_receipt_ms(*age_ms);
        hub_.send_vitals(track.info.id, live);
    } else if (kind == wire::UpKind::wav) {
        api::LiveWave live;
        if (!live.mutable_batch()->ParseFromString(envelope.body()) || !wire::decode_waves(live.batch())) {
            bad(track, kind);
            return;
        }
        live.set_unit_id(unit);
        live.set_device_us(envelope.t_us());
        live.set_received_us(received_us);
        live.set_seq(envelope.seq());
        hub_.send_wave(track.info.id, live);
    } else if (kind == wire::UpKind::evt) {
        wire::Event event;
        if (!event.ParseFromString(envelope.body())) {
            bad(track, kind);
            return;
        }
        if (event.has_alarm()) {
            hub_.vehicle_alarm(live_alarm(*fleet_, track.info.id, event, envelope.t_us(), received_us),
                               {envelope.spool(), envelope.seq()});
        } else if (event.has_findings()) {
            findings(track.info.id, event, envelope.t_us(), received_us);
        } else if (event.has_ecg_mark()) {
            ecg_mark(track.info.id, event, received_us);
        }
        const wire::CommandAck& ack = event.command_ack();
        if (ack.result() == wire::CommandAck::STORED || ack.result() == wire::CommandAck::DUPLICATE) {
            hooks_.held(track.info.vid, ack.command_id());
        }
    }
}

void LiveRelay::noted(const InboxEvent& event) {
    const Track* track = fleet_ != nullptr ? fleet_->by_vid(event.vid) : nullptr;
    wire::Event body;
    if (track == nullptr || !body.ParseFromString(event.body)) {
        return;
    }
    if (body.has_alarm()) {
        hub_.vehicle_alarm(live_alarm(*fleet_, track->info.id, body, event.t_us, event.received_us),
                           {event.spool, event.seq});
    } else if (body.has_findings()) {
        findings(track->info.id, body, event.t_us, event.received_us);
    } else if (body.has_ecg_mark()) {
        ecg_mark(track->info.id, body, event.received_us);
    }
}

void LiveRelay::ecg_mark(UnitId unit, const wire::Event& event, std::int64_t received_us) {
    if (!wire::check_ecg_mark(event.ecg_mark())) {
        return; // the broker's copy, which the archive has not looked at
    }
    api::LiveEcgMark mark;
    mark.set_unit_id(unit.value);
    mark.set_incident_id(event.incident_id());
    mark.set_event_id(event.event_id());
    mark.set_received_us(received_us);
    *mark.mutable_mark() = event.ecg_mark();
    hub_.ecg_sent(mark);
}

// When the finger was there, by this server's clock.
void LiveRelay::findings(UnitId unit, const wire::Event& event, std::int64_t device_us, std::int64_t received_us) {
    if (wire::check_findings(event.findings())) {
        const std::int64_t age_ms = fleet_->age_at_receipt_ms(unit, device_us, received_us);
        hub_.found(unit, IncidentId{event.incident_id()}, event.findings(), received_us - age_ms * 1'000);
    }
}

void LiveRelay::button(const InboxEvent& event, std::optional<Code> refusal) {
    const Track* track = fleet_ != nullptr ? fleet_->by_vid(event.vid) : nullptr;
    wire::Event body;
    if (track != nullptr && body.ParseFromString(event.body) && body.has_state() &&
        body.source() == wire::SOURCE_CREW_BUTTON) {
        hub_.button(live_alarm(*fleet_, track->info.id, body, event.t_us, event.received_us), body.state().state(), refusal);
    }
}

void LiveRelay::position(const Track& track, const wire::Envelope& envelope, std::int64_t received_us) {
    wire::Position position;
    if (!position.ParseFromString(envelope.body())) {
        bad(track, wire::UpKind::gps);
        return;
    }
    const UnitId unit = track.info.id;
    const auto newer = fleet_->moved(unit, envelope, position, received_us);
    if (!newer) {
        bad(track, wire::UpKind::gps);
        return;
    }
    if (*newer) {
        show_position(unit);
    }
}

void LiveRelay::by_terminal(const TerminalReport& report) {
    const Track* track = fleet_ != nullptr ? fleet_->by_vid(report.vid) : nullptr;
    if (track == nullptr) {
        return;
    }
    const UnitId unit = track->info.id;
    if (report.silent) {
        fleet_->heard_by_terminal(unit, clock_.ticks() - *report.silent);
    }
    if (!report.position) {
        return;
    }
    wire::Envelope envelope;
    envelope.set_t_us(report.position->device_us);
    wire::Position position;
    position.set_lat_e7(report.position->place.lat_e7);
    position.set_lon_e7(report.position->place.lon_e7);
    position.set_speed_cm_s(report.position->speed_cm_s);
    position.set_course_cdeg(report.position->course_cdeg);
    position.set_fix_mode(3); // the archive holds none without a fix
    const auto newer =
        fleet_->moved(unit, envelope, position, report.position->received_us, PositionSource::terminal);
    if (newer && *newer) {
        show_position(unit);
    }
}

void LiveRelay::show_position(UnitId unit) {
    const Ticks now = clock_.ticks();
    const auto sent = position_sent_.find(unit);
    if (sent != position_sent_.end() && now - sent->second < load_.position_interval()) {
        load_.counters.positions_coalesced += position_waits_[unit] ? 1U : 0U;
        position_waits_[unit] = true;
        return;
    }
    position_sent_[unit] = now;
    position_waits_[unit] = false;
    hub_.send_positions({unit});
}

void LiveRelay::tick() {
    if (fleet_ == nullptr) {
        return;
    }
    const Ticks now = clock_.ticks();
    std::vector<UnitId> due;
    for (auto& [unit, waits] : position_waits_) {
        if (waits && now - position_sent_[unit] >= load_.position_interval()) {
            waits = false;
            position_sent_[unit] = now;
            due.push_back(unit);
        }
    }
    if (!due.empty()) {
        hub_.send_positions(due);
    }
    const std::vector<UnitId> aged = fleet_->age(now);
    if (!aged.empty()) {
        hub_.links_changed(aged);
    }
    if (now - watch_sent_ >= kWatchRepeat) {
        watch_sent_ = now;
        for (const auto& [unit, watched] : hub_.watched()) {
            send_watch(unit, watched.wave);
        }
    }
}

void LiveRelay::watch_changed(UnitId unit) {
    const auto all = hub_.watched();
    const auto watched = all.find(unit);
    if (watched != all.end()) {
        send_watch(unit, watched->second.wave);
    }
}

void LiveRelay::send_watch(UnitId unit, bool wave) {
    const Track* track = fleet_ != nullptr ? fleet_->by_unit(unit) : nullptr;
    const auto vid = track != nullptr ? VehicleId::parse(track->info.vid) : fail(Code::not_found);
    if (!vid) {
        return;
    }
    wire::Watch watch;
    watch.set_wave(wave);
    watch.set_until_us(clock_.utc_us() + kWatchLifeUs);
    // Lost ones are repeated in five seconds.
    static_cast<void>(hooks_.publish(wire::down_topic(region_, *vid, wire::DownKind::watch), watch.SerializeAsString()));
}

void LiveRelay::bad(const Track& track, wire::UpKind kind) {
    const std::uint64_t count = ++load_.counters.bad;
    if (count <= 10 || count % 1000 == 0) {
        EMS_LOG(warn, "live", "bad message vid={} kind={} count={}", track.info.vid, wire::name_of(kind), count);
    }
}

LiveCounters LiveRelay::counters() const {
    LiveCounters out = load_.counters;
    out.queue_dropped = queue_.dropped();
    out.urgent_dropped = urgent_.dropped();
    return out;
}

} // namespace ems::dispatch
