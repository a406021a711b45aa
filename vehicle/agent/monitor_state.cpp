#include "vehicle/agent/monitor_state.h"

#include <algorithm>
#include <set>

#include "telemetry/signal/alarm/alarm_table.h"
#include "telemetry/signal/vitals/vitals_wire.h"
#include "vehicle/agent/limits.h"

namespace ems::vehicle {
namespace {

wire::Alarm ended(wire::Alarm alarm) {
    alarm.set_active(false);
    return alarm;
}

} // namespace

std::int64_t MonitorState::board_us(Ticks now) {
    return std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
}

void MonitorState::take_value(const VitalValue& value, DeviceTime t, Ticks now) {
    CuffReading said{value.value, value.measured_at, t, now};
    if (of_cuff(value.kind)) {
        // Monitors repeat the last measurement; only a new one moves its time.
        auto& cuff = cuff_.at(static_cast<std::size_t>(value.kind));
        if (cuff && cuff->named == said.named && cuff->value == said.value) {
            return;
        }
        // Doubted in one message and stated again in the next: it is still the measurement of then.
        auto& measured = measured_.at(static_cast<std::size_t>(value.kind));
        const bool named = said.value && !said.named.empty();
        if (named && measured && measured->named == said.named && measured->value == said.value) {
            said = *measured;
        } else if (named) {
            measured = said;
        }
        cuff = said;
        if (patient_since_ && said.at < *patient_since_) {
            return; // of the last patient
        }
    }
    board_.take(value.kind, said.value, said.t.us, board_us(said.at));
}

void MonitorState::take_alarms(Family family, const std::vector<MonitorAlarm>& active, Ticks now,
                               std::vector<wire::Alarm>& changes) {
    const bool technical = family == Family::technical;
    const char* prefix = technical ? "t/" : "p/";
    std::set<std::string> named;
    for (const MonitorAlarm& one : active) {
        const std::string key = prefix + one.code;
        named.insert(key);
        const auto known = alarms_.find(key);
        if (known != alarms_.end()) {
            known->second.seen = now;
            wire::Alarm& stands = known->second.alarm;
            const auto level = static_cast<wire::Alarm::Priority>(one.level);
            if (stands.priority() != level || stands.value() != one.text) {
                stands.set_priority(level);
                stands.set_value(one.text);
                changes.push_back(stands);
            }
            continue;
        }
        if (alarms_.size() >= kMonitorAlarmsMax) {
            continue;
        }
        wire::Alarm alarm;
        alarm.set_code(one.code);
        alarm.set_priority(static_cast<wire::Alarm::Priority>(one.level));
        alarm.set_technical(technical);
        alarm.set_active(true);
        alarm.set_value(one.text);
        alarms_.emplace(key, ActiveAlarm{alarm, now});
        changes.push_back(std::move(alarm));
    }
    for (auto it = alarms_.begin(); it != alarms_.end();) {
        if (it->first.starts_with(prefix) && !named.contains(it->first)) {
            changes.push_back(ended(it->second.alarm));
            it = alarms_.erase(it);
        } else {
            ++it;
        }
    }
}

void MonitorState::doubt_zeros(DeviceTime t, Ticks now) {
    for (const signal::AlarmRow& off : signal::alarm_rows()) {
        if (!off.masks || !alarms_.contains("t/" + std::string{off.code})) {
            continue;
        }
        for (const signal::VitalRow& vital : signal::vital_rows()) {
            if (vital.sensor == off.masks && board_.read(vital.kind, board_us(now)).value == 0) {
                board_.take(vital.kind, std::nullopt, t.us, board_us(now));
            }
        }
    }
}

std::vector<wire::Alarm> MonitorState::take(const MonitorMessage& message, DeviceTime t,
                                            Ticks now) {
    for (const VitalValue& value : message.values) {
        take_value(value, t, now);
    }
    std::vector<wire::Alarm> changes;
    if (message.physiological) {
        take_alarms(Family::physiological, *message.physiological, now, changes);
    }
    if (message.technical) {
        take_alarms(Family::technical, *message.technical, now, changes);
    }
    doubt_zeros(t, now);
    return changes;
}

std::vector<wire::Alarm> MonitorState::age(Ticks now) {
    std::vector<wire::Alarm> changes;
    for (auto it = alarms_.begin(); it != alarms_.end();) {
        if (now - it->second.seen >= kAlarmHeldFor) {
            changes.push_back(ended(it->second.alarm));
            it = alarms_.erase(it);
        } else {
            ++it;
        }
    }
    return changes;
}

std::vector<wire::Alarm> MonitorState::forget() {
    std::vector<wire::Alarm> changes;
    for (const auto& [key, active] : alarms_) {
        changes.push_back(ended(active.alarm));
    }
    alarms_.clear();
    for (std::size_t i = 0; i < kVitalKinds; ++i) {
        if (!of_cuff(static_cast<VitalKind>(i))) {
            board_.forget(static_cast<VitalKind>(i));
        }
    }
    return changes;
}

std::vector<wire::Alarm> MonitorState::next_patient(Ticks now) {
    patient_since_ = now;
    board_ = {};
    std::vector<wire::Alarm> changes;
    for (auto it = alarms_.begin(); it != alarms_.end();) {
        if (!it->second.alarm.technical()) {
            changes.push_back(ended(it->second.alarm));
            it = alarms_.erase(it);
        } else {
            ++it;
        }
    }
    return changes;
}

std::optional<wire::Vitals> MonitorState::vitals(Ticks now) const {
    return signal::to_wire(board_, board_us(now));
}

} // namespace ems::vehicle
