#include "console/widgets/numeric_reading.h"

#include "console/model/limits.h"
#include "console/widgets/words.h"

#include <string>

namespace ems::console {
namespace {

signal::VitalKind kind_of(Numeric numeric) {
    switch (numeric) {
    case Numeric::hr:
        return signal::VitalKind::hr;
    case Numeric::pr:
        return signal::VitalKind::pr;
    case Numeric::spo2:
        return signal::VitalKind::spo2;
    case Numeric::rr:
        return signal::VitalKind::rr;
    case Numeric::nibp:
        return signal::VitalKind::nibp_sys;
    case Numeric::etco2:
        return signal::VitalKind::etco2;
    case Numeric::temp:
        break;
    }
    return signal::VitalKind::temp;
}

// A number past its limit is told as the history it is: it is painted crossed out, with its age.
QString text_or_history(const signal::VitalSign& sign) {
    return qs(sign.last ? signal::vital_text(sign.kind, *sign.last) : signal::shown_text(sign));
}

bool is_alarm_of(Numeric numeric, const std::string& code) {
    const signal::AlarmRow* row = signal::find_alarm(code);
    if (row == nullptr) {
        return numeric == Numeric::pr && code.starts_with("pr_");
    }
    if (row->wording == signal::Wording::advisory) {
        return false; // a line of its own, and no number is out of anything
    }
    if (!row->limit) { // a rhythm is the heart's
        return numeric == Numeric::hr && row->sensor == signal::Sensor::ecg;
    }
    return numeric == Numeric::nibp ? signal::of_cuff(row->limit->vital)
                                    : numeric != Numeric::pr && row->limit->vital == kind_of(numeric);
}

} // namespace

QString numeric_text(const char* text) {
    return QCoreApplication::translate("numerics", text);
}

LimitsShown limits_of(Numeric numeric, signal::AgeGroup group) {
    const signal::VitalKind kind = numeric == Numeric::pr ? signal::VitalKind::hr : kind_of(numeric);
    const signal::LimitsInForce limits = signal::limits_in_force(kind, group);
    const signal::VitalRow& row = signal::vital_row(kind);
    return {limits.low.value_or(0), limits.high.value_or(static_cast<std::int32_t>(row.most * row.per_unit))};
}

QString limits_text(Numeric numeric, signal::AgeGroup group) {
    const LimitsShown limits = limits_of(numeric, group);
    const signal::VitalKind kind = kind_of(numeric);
    return qs(signal::vital_text(kind, limits.low)) + QStringLiteral("–") + qs(signal::vital_text(kind, limits.high));
}

signal::AgeGroup shown_group(const Desk& desk) {
    const auto* unit = desk.patientUnit();
    const VitalsTrack* track = unit == nullptr ? nullptr : desk.state().vitals(unit->id());
    return patient_age(desk.state().incident(desk.state().selected_incident()),
                       track == nullptr ? nullptr : &track->newest.vitals())
        .group;
}

std::string_view parameter_of(Numeric numeric) {
    switch (numeric) {
    case Numeric::hr:
        return "hr";
    case Numeric::spo2:
        return "spo2";
    case Numeric::rr:
        return "rr";
    case Numeric::nibp:
        return "nibp";
    case Numeric::etco2:
        return "etco2";
    case Numeric::temp:
        return "temp";
    case Numeric::pr:
        break;
    }
    return {};
}

const AlarmOff* alarms_off(const Desk& desk, Numeric numeric, std::int64_t unit_id) {
    const std::string_view parameter = parameter_of(numeric);
    return parameter.empty() ? nullptr : desk.state().alarms().switched_off(unit_id, parameter);
}

QString parameter_name(std::string_view parameter) {
    for (const NumericLook& look : kNumericLooks) {
        if (parameter_of(look.numeric) == parameter) {
            return numeric_text(look.brief);
        }
    }
    return QStringLiteral("ST");
}

QStringList parameters_off(const Desk& desk, std::int64_t unit_id) {
    QStringList out;
    for (const std::string_view parameter : kAlarmParameters) {
        if (desk.state().alarms().switched_off(unit_id, parameter) != nullptr) {
            out << parameter_name(parameter);
        }
    }
    return out;
}

QString alarms_off_word() {
    return QCoreApplication::translate("numerics", "alarms off");
}

QString alarms_off_by(const AlarmOff& off) {
    return QCoreApplication::translate("numerics", "alarms off by %1: %2").arg(qs(off.by), qs(off.reason));
}

bool may_switch_alarms(const Desk& desk) {
    return desk.state().login().role() == "physician";
}

NumericReading read_numeric(Numeric numeric, const VitalsTrack* track, std::int64_t now_us) {
    NumericReading out;
    if (track == nullptr || track->received == 0) {
        out.value = QStringLiteral("—");
        out.reason = QCoreApplication::translate("numerics", "no data");
        return out;
    }
    const signal::VitalBoard board = track->board();
    const signal::VitalSign sign = board.read(kind_of(numeric), now_us);
    out.age_us = sign.age_us;
    out.freshness = sign.freshness;
    out.has_value = sign.value || sign.last;
    out.value = text_or_history(sign);
    if (sign.state == signal::VitalState::absent) {
        out.reason = QCoreApplication::translate("numerics", "not measured");
    } else if (sign.state == signal::VitalState::invalid) {
        out.reason = QCoreApplication::translate("numerics", "sensor off");
    }
    if (numeric == Numeric::nibp && out.has_value) {
        const signal::VitalSign mean = board.read(signal::VitalKind::nibp_mean, now_us);
        out.value += QStringLiteral("/") + text_or_history(board.read(signal::VitalKind::nibp_dia, now_us));
        out.extra = mean.value || mean.last ? QStringLiteral("(%1)").arg(text_or_history(mean)) : QString{};
    }
    return out;
}

QString present_text(const NumericReading& reading) {
    return reading.has_value && reading.freshness == Freshness::lost ? QStringLiteral("--") : reading.value;
}

const AlarmEntry* alarm_of(const Desk& desk, Numeric numeric, std::int64_t unit_id) {
    const std::string prefix = "u" + std::to_string(unit_id) + ":";
    for (const auto& alarm : desk.state().alarms().entries()) {
        if (alarm.key.starts_with(prefix) && alarm.state != AlarmState::returned && !alarm.technical && !AlarmList::is_off(alarm) &&
            is_alarm_of(numeric, alarm.code)) {
            return &alarm;
        }
    }
    return nullptr;
}

} // namespace ems::console
