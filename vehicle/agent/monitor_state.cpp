#include "vehicle/agent/monitor_state.h"

#include <algorithm>
#include <set>

#include "vehicle/agent/limits.h"

namespace ems::vehicle {
namespace {

void set_number(wire::Vitals& vitals, VitalKind kind, std::int32_t value) {
    switch (kind) {
    case VitalKind::hr:
        vitals.set_hr_bpm(value);
        break;
    case VitalKind::pr:
        vitals.set_pr_bpm(value);
        break;
    case VitalKind::spo2:
        vitals.set_spo2_pct(value);
        break;
    case VitalKind::rr:
        vitals.set_rr_bpm(value);
        break;
    case VitalKind::nibp_sys:
        vitals.set_nibp_sys_mmhg(value);
        break;
    case VitalKind::nibp_dia:
        vitals.set_nibp_dia_mmhg(value);
        break;
    case VitalKind::nibp_mean:
        vitals.set_nibp_mean_mmhg(value);
        break;
    case VitalKind::etco2:
        vitals.set_etco2_mmhg(value);
        break;
    case VitalKind::temp:
        vitals.set_temp_cdeg(value);
        break;
    }
}

wire::Alarm ended(wire::Alarm alarm) {
    alarm.set_active(false);
    return alarm;
}

} // namespace

void MonitorState::take_value(const VitalValue& value, DeviceTime t, Ticks now) {
    auto& number = numbers_.at(static_cast<std::size_t>(value.kind));
    if (of_cuff(value.kind)) {
        // Monitors repeat the last measurement; only a new one moves its time.
        const bool repeated =
            number && number->measured_at == value.measured_at && number->value == value.value;
        if (repeated) {
            return;
        }
        // Doubted in one message and stated again in the next: it is still the measurement of then.
        auto& measured = measured_.at(static_cast<std::size_t>(value.kind));
        const bool named = value.value && !value.measured_at.empty();
        if (named && measured && measured->measured_at == value.measured_at &&
            measured->value == value.value) {
            number = measured;
            return;
        }
        if (value.value) {
            cuff_t_us_ = t.us;
        }
        if (named) {
            measured = Number{value.value, now, value.measured_at};
        }
    }
    number = Number{value.value, now, value.measured_at};
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
            numbers_.at(i).reset();
        }
    }
    return changes;
}

std::optional<wire::Vitals> MonitorState::vitals(Ticks now) const {
    wire::Vitals vitals;
    bool known = false;
    std::uint32_t invalid = 0;
    for (std::size_t i = 0; i < kVitalKinds; ++i) {
        const auto kind = static_cast<VitalKind>(i);
        const auto& number = numbers_.at(i);
        const auto fresh_for =
            of_cuff(kind) ? std::chrono::duration_cast<std::chrono::milliseconds>(kCuffFreshFor)
                          : kVitalFreshFor;
        if (!number || now - number->at >= fresh_for) {
            continue;
        }
        known = true;
        if (number->value) {
            set_number(vitals, kind, *number->value);
        } else {
            invalid |= 1U << i;
        }
    }
    if (!known) {
        return std::nullopt;
    }
    vitals.set_invalid_mask(invalid);
    vitals.set_nibp_t_us(cuff_t_us_);
    return vitals;
}

} // namespace ems::vehicle
