// What consoles are told beside the state: live positions, what they watch, the alarms of vehicles.
#include "dispatch/service/console_hub.h"

#include "telemetry/wire/ecg_mark.h"
#include "telemetry/wire/findings.h"

#include <algorithm>
#include <utility>

#include "telemetry/base/log.h"

namespace ems::dispatch {
namespace {

// What only renews an alarm, with another value or grade, leaves its beginning.
std::int64_t alarm_since_us(const api::LiveAlarm& before, const api::LiveAlarm& now) {
    const bool renews = before.alarm().active() && now.alarm().active();
    return renews && before.since_us() != 0 ? before.since_us() : now.received_us();
}

} // namespace

Result<void> ConsoleHub::check_shelving(const api::MarkAlarm& request) const {
    const auto known = standing_.find({UnitId{request.about_id()}, request.code()});
    if (request.kind() != name(MarkKind::shelved) || request.about() != name(AlarmAbout::unit) ||
        known == standing_.end()) {
        return {};
    }
    const wire::Alarm& alarm = known->second.alarm.alarm();
    if (alarm.priority() == wire::Alarm::HIGH && !alarm.technical()) {
        return fail(Code::choice_unknown, "a high alarm of a patient is not put away");
    }
    return {};
}

Result<api::ServerFrame> ConsoleHub::watch(Session& session, const api::WatchVehicle& request) {
    const UnitId unit{request.unit_id()};
    if (c_.fleet == nullptr || c_.fleet->by_unit(unit) == nullptr) {
        return fail(Code::no_such_unit);
    }
    if (request.vitals() || request.wave()) {
        session.watches[unit] = {request.vitals(), request.wave()};
    } else {
        session.watches.erase(unit);
    }
    if (watch_hook_) {
        watch_hook_(unit);
    }
    api::ServerFrame reply;
    reply.mutable_done();
    return reply;
}

ConsoleHub::Watched ConsoleHub::watched(UnitId unit) const {
    Watched all;
    for (const Session& session : sessions_) {
        const auto watch = session.watches.find(unit);
        if (watch != session.watches.end()) {
            all.vitals = all.vitals || watch->second.vitals;
            all.wave = all.wave || watch->second.wave;
        }
    }
    return all;
}

std::map<UnitId, ConsoleHub::Watched> ConsoleHub::watched() const {
    std::map<UnitId, Watched> out;
    for (const Session& session : sessions_) {
        for (const auto& [unit, watch] : session.watches) {
            Watched& all = out[unit];
            all.vitals = all.vitals || watch.vitals;
            all.wave = all.wave || watch.wave;
        }
    }
    return out;
}

std::uint64_t ConsoleHub::live_dropped() const {
    std::uint64_t out = live_dropped_by_ended_;
    for (const Session& session : sessions_) {
        out += session.connection->counters().live_dropped;
    }
    return out;
}

std::size_t ConsoleHub::session_count() const {
    return static_cast<std::size_t>(
        std::count_if(sessions_.begin(), sessions_.end(), [](const Session& session) { return session.user.has_value(); }));
}

void ConsoleHub::send_positions(const std::vector<UnitId>& units) {
    api::ServerFrame frame;
    api::Live& live = *frame.mutable_live();
    live.set_server_us(c_.clock.utc_us());
    for (const UnitId unit : units) {
        const Track* track = c_.fleet != nullptr ? c_.fleet->by_unit(unit) : nullptr;
        if (track != nullptr && track->position) {
            *live.add_positions() = *track->position;
        }
    }
    if (live.positions_size() > 0) {
        to_subscribers(frame, WsClass::live);
    }
}

void ConsoleHub::send_vitals(UnitId unit, const api::LiveVitals& vitals) {
    WsBuffer bytes;
    for (Session& session : sessions_) {
        const auto watch = session.watches.find(unit);
        if (watch == session.watches.end() || !watch->second.vitals) {
            continue;
        }
        if (!bytes) {
            api::ServerFrame frame;
            frame.mutable_live()->set_server_us(c_.clock.utc_us());
            *frame.mutable_live()->add_vitals() = vitals;
            bytes = encode(frame);
        }
        session.connection->send(bytes, WsClass::live);
    }
}

void ConsoleHub::send_wave(UnitId unit, const api::LiveWave& wave) {
    WsBuffer bytes;
    for (Session& session : sessions_) {
        const auto watch = session.watches.find(unit);
        if (watch == session.watches.end() || !watch->second.wave) {
            continue;
        }
        if (!bytes) {
            api::ServerFrame frame;
            frame.mutable_live()->set_server_us(c_.clock.utc_us());
            *frame.mutable_live()->add_waves() = wave;
            bytes = encode(frame);
        }
        session.connection->send(bytes, WsClass::live);
    }
}

void ConsoleHub::vehicle_alarm(const api::LiveAlarm& alarm, AlarmSerial serial) {
    const std::pair key{UnitId{alarm.unit_id()}, alarm.alarm().code()};
    const auto known = standing_.find(key);
    if (known != standing_.end()) {
        const bool same_spool = known->second.serial.spool == serial.spool;
        const bool newer = same_spool ? serial.seq > known->second.serial.seq
                                      : alarm.device_us() > known->second.alarm.device_us();
        if (!newer) {
            return;
        }
        api::LiveAlarm newest = alarm;
        newest.set_since_us(alarm_since_us(known->second.alarm, alarm));
        known->second = {std::move(newest), serial};
    } else {
        if (standing_.size() >= kStandingAlarmsMax) {
            std::erase_if(standing_, [](const auto& entry) { return !entry.second.alarm.alarm().active(); });
        }
        if (standing_.size() < kStandingAlarmsMax) {
            api::LiveAlarm first = alarm;
            first.set_since_us(alarm.received_us());
            standing_.emplace(key, StandingAlarm{std::move(first), serial});
        }
    }
    const auto stands = standing_.find(key);
    tell_alarm(stands == standing_.end() ? alarm : stands->second.alarm);
}

void ConsoleHub::tell_alarm(const api::LiveAlarm& alarm) {
    api::ServerFrame frame;
    frame.mutable_live()->set_server_us(c_.clock.utc_us());
    *frame.mutable_live()->add_alarms() = alarm;
    // An alarm is never shed.
    to_subscribers(frame, WsClass::state);
}

void ConsoleHub::button(api::LiveAlarm press, wire::UnitState pressed, std::optional<Code> refusal) {
    const UnitId unit{press.unit_id()};
    if (!refusal) {
        end_button(unit);
        return;
    }
    wire::Alarm& alarm = *press.mutable_alarm();
    alarm.set_code("button_refused");
    alarm.set_priority(wire::Alarm::MEDIUM);
    alarm.set_technical(true);
    alarm.set_active(true);
    alarm.set_value(wire::UnitState_Name(pressed) + " " + std::to_string(static_cast<int>(*refusal)));
    press.set_since_us(press.received_us());
    EMS_LOG(warn, "crew", "alarm=button_refused unit={} value=\"{}\"", unit.value, alarm.value());
    refused_buttons_[unit] = {press, pressed};
    tell_alarm(press);
}

void ConsoleHub::end_button(UnitId unit) {
    auto ended = refused_buttons_.extract(unit);
    if (!ended.empty()) {
        ended.mapped().alarm.mutable_alarm()->set_active(false);
        tell_alarm(ended.mapped().alarm);
    }
}

// Somebody has entered what the crew pressed.
void ConsoleHub::check_buttons() {
    std::vector<UnitId> over;
    for (const auto& [unit, button] : refused_buttons_) {
        const UnitRow* row = c_.centre.world().unit(unit);
        if (row == nullptr || unit_state_of(button.pressed) == row->state) {
            over.push_back(unit);
        }
    }
    for (const UnitId unit : over) {
        end_button(unit);
    }
}

void ConsoleHub::found(UnitId unit, IncidentId incident, const wire::PatientFindings& said, std::int64_t found_us) {
    Chart& chart = charts_[unit]; // as many as units
    if (chart.told.incident_id() != incident.value || chart.told.unit_id() == 0) {
        if (found_us < chart.begun_us) {
            return;
        }
        chart.told.Clear();
        chart.told.set_unit_id(unit.value);
        chart.told.set_incident_id(incident.value);
        chart.begun_us = found_us;
    }
    chart.newest_us = std::max(chart.newest_us, found_us);
    const std::string before = chart.told.SerializeAsString();
    wire::add_findings(*chart.told.mutable_chart(), said, found_us);
    if (chart.told.SerializeAsString() == before) {
        return; // it came by both ways
    }
    api::ServerFrame frame;
    frame.mutable_live()->set_server_us(c_.clock.utc_us());
    *frame.mutable_live()->add_findings() = chart.told;
    to_subscribers(frame, WsClass::state); // never shed
}

void ConsoleHub::ecg_sent(const api::LiveEcgMark& mark) {
    api::LiveEcgMark& known = ecg_marks_[UnitId{mark.unit_id()}]; // as many as units
    const bool older = known.unit_id() != 0 &&
                       wire::ecg_mark_end_us(mark.mark()) < wire::ecg_mark_end_us(known.mark());
    if (older || known.event_id() == mark.event_id()) {
        return;
    }
    known = mark;
    api::ServerFrame frame;
    frame.mutable_live()->set_server_us(c_.clock.utc_us());
    *frame.mutable_live()->add_ecg_marks() = mark;
    to_subscribers(frame, WsClass::state); // never shed
}

} // namespace ems::dispatch
