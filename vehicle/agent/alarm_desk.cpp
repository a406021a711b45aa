#include "vehicle/agent/alarm_desk.h"

#include <algorithm>

#include "vehicle/agent/monitor_state.h"

namespace ems::vehicle {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;

signal::AlarmPriority priority_of(wire::Alarm::Priority priority) {
    switch (priority) {
    case wire::Alarm::HIGH:
        return signal::AlarmPriority::high;
    case wire::Alarm::MEDIUM:
        return signal::AlarmPriority::medium;
    default: // of a later version, or none
        return signal::AlarmPriority::low;
    }
}

wire::Alarm::Priority wire_priority(signal::AlarmPriority priority) {
    return static_cast<wire::Alarm::Priority>(priority);
}
static_assert(static_cast<int>(signal::AlarmPriority::high) == wire::Alarm::HIGH);
static_assert(static_cast<int>(signal::AlarmPriority::low) == wire::Alarm::LOW);

std::vector<wire::Alarm> to_wire(const std::vector<signal::AlarmChange>& changes) {
    std::vector<wire::Alarm> out;
    for (const signal::AlarmChange& change : changes) {
        wire::Alarm& alarm = out.emplace_back();
        alarm.set_code(change.code);
        alarm.set_priority(wire_priority(change.priority));
        alarm.set_technical(change.kind == signal::AlarmKind::technical);
        alarm.set_active(change.told == signal::Told::begins);
        alarm.set_value(change.text);
    }
    return out;
}

std::optional<signal::SignalEvent> event_of(AnswerAlarm::Action action) {
    switch (action) {
    case AnswerAlarm::ACKNOWLEDGE:
        return signal::SignalEvent::acknowledge;
    case AnswerAlarm::PAUSE_AUDIO:
        return signal::SignalEvent::pause_audio;
    case AnswerAlarm::AUDIO_OFF:
        return signal::SignalEvent::stop_audio;
    case AnswerAlarm::PAUSE_ALARM:
        return signal::SignalEvent::pause_alarm;
    case AnswerAlarm::ALARM_OFF:
        return signal::SignalEvent::stop_alarm;
    case AnswerAlarm::RESTORE:
        return signal::SignalEvent::restore;
    default:
        return std::nullopt;
    }
}

StandingAlarm::Signal wire_signal(signal::AlarmSignal signal) {
    switch (signal) {
    case signal::AlarmSignal::on:
        return StandingAlarm::ON;
    case signal::AlarmSignal::acknowledged:
        return StandingAlarm::ACKNOWLEDGED;
    case signal::AlarmSignal::audio_paused:
        return StandingAlarm::AUDIO_PAUSED;
    case signal::AlarmSignal::audio_off:
        return StandingAlarm::AUDIO_IS_OFF;
    case signal::AlarmSignal::alarm_paused:
        return StandingAlarm::ALARM_PAUSED;
    case signal::AlarmSignal::alarm_off:
        return StandingAlarm::ALARM_IS_OFF;
    }
    return StandingAlarm::ON;
}

std::optional<int> years_of(const PatientAboard& patient) {
    return signal::stated_years(patient.age_years(), patient.has_age_months()
                                                         ? std::optional{patient.age_months()}
                                                         : std::nullopt);
}

signal::AgeGroup group_of(const PatientAboard& patient) {
    switch (patient.group()) {
    case ADULT:
        return signal::AgeGroup::adult;
    case CHILD:
        return signal::AgeGroup::child;
    case INFANT:
        return signal::AgeGroup::infant;
    default: // the crew has said nothing
        break;
    }
    return signal::age_group(years_of(patient));
}

signal::EcgPatient ecg_patient_of(const PatientAboard& patient, signal::AgeGroup group) {
    signal::EcgPatient out;
    if (patient.sex() == "m" || patient.sex() == "f") {
        out.sex = patient.sex() == "m" ? signal::Sex::male : signal::Sex::female;
    }
    const auto years = years_of(patient);
    if (years && signal::age_group(years) == group) {
        out.age_years = years;
    } else if (group != signal::AgeGroup::adult) {
        out.age_years = group == signal::AgeGroup::child ? 1 : 0;
    }
    return out;
}

PatientGroup wire_group(signal::AgeGroup group) {
    switch (group) {
    case signal::AgeGroup::adult:
        return ADULT;
    case signal::AgeGroup::child:
        return CHILD;
    case signal::AgeGroup::infant:
        return INFANT;
    }
    return BY_AGE;
}

std::uint32_t seconds(std::int64_t us) {
    return static_cast<std::uint32_t>(std::max<std::int64_t>(0, us) / kSecondUs);
}

} // namespace

void AlarmDesk::note(signal::AlarmOrigin origin, const wire::Alarm& alarm) {
    if (alarm.active()) {
        engine_.begin(origin, {alarm.code(),
                               alarm.technical() ? signal::AlarmKind::technical
                                                 : signal::AlarmKind::physiological,
                               priority_of(alarm.priority()), alarm.value()});
    } else {
        engine_.end(origin, alarm.code());
    }
}

void AlarmDesk::note(signal::AlarmOrigin origin, const std::vector<wire::Alarm>& alarms) {
    for (const wire::Alarm& alarm : alarms) {
        note(origin, alarm);
    }
}

AlarmDesk::Patient AlarmDesk::follow(const PatientAboard& patient) {
    group_ = group_of(patient);
    ecg_patient_ = ecg_patient_of(patient, group_);
    is_attended_ = patient.attended();
    engine_.set_patient(group_, patient.attended() ? signal::Needs::patient : signal::Needs::nobody);
    const bool another = patient_.value_or(patient.number()) != patient.number();
    patient_ = patient.number();
    if (another) {
        engine_.next_patient();
    }
    return another ? Patient::another : Patient::same;
}

std::vector<wire::Alarm> AlarmDesk::update(const signal::VitalBoard& board, Ticks now) {
    return to_wire(engine_.update(board, MonitorState::board_us(now)));
}

Result<void> AlarmDesk::answer(const AnswerAlarm& answer, Ticks now) {
    const auto event = event_of(answer.action());
    if (!event) {
        return fail(Code::invalid_argument, "unknown action");
    }
    const auto verdict =
        engine_.command({*event, answer.code(), signal::AlarmSide::crew, answer.author(),
                         std::int64_t{answer.seconds()} * kSecondUs},
                        MonitorState::board_us(now));
    if (verdict == signal::AlarmVerdict::done) {
        return {};
    }
    return fail(Code::invalid_argument, std::string{signal::verdict_text(verdict)});
}

void AlarmDesk::fill(Status& status, Ticks now) const {
    const std::int64_t now_us = MonitorState::board_us(now);
    for (const signal::AlarmView& view : engine_.view()) {
        StandingAlarm& one = *status.add_alarms();
        one.mutable_alarm()->set_code(view.code);
        one.mutable_alarm()->set_priority(wire_priority(view.priority));
        one.mutable_alarm()->set_technical(view.kind == signal::AlarmKind::technical);
        one.mutable_alarm()->set_active(view.presence == signal::Presence::present);
        one.mutable_alarm()->set_value(view.text);
        one.set_latched(view.presence == signal::Presence::latched);
        one.set_signal(wire_signal(view.signal));
        one.set_author(view.author);
        one.set_ends_in_s(view.until_us == 0 ? 0 : seconds(view.until_us - now_us));
        one.set_since_s(seconds(now_us - view.since_us));
    }
    status.set_limits_of(wire_group(group_));
    if (const auto loudest = engine_.sounding()) {
        status.set_sounding(wire_priority(*loudest));
    }
}

ToldAlarms AlarmDesk::told_others() const {
    ToldAlarms out;
    for (wire::Alarm& alarm : to_wire(engine_.told_others())) {
        *out.add_alarms() = std::move(alarm);
    }
    return out;
}

ToldAlarms AlarmDesk::unacknowledged() const {
    ToldAlarms out;
    for (wire::Alarm& alarm : to_wire(engine_.unacknowledged())) {
        *out.add_alarms() = std::move(alarm);
    }
    return out;
}

void AlarmDesk::latch(const ToldAlarms& alarms, Ticks now) {
    for (const wire::Alarm& alarm : alarms.alarms()) {
        engine_.latch({alarm.code(), signal::AlarmKind::physiological,
                       priority_of(alarm.priority()), signal::Told::ends, alarm.value()},
                      MonitorState::board_us(now));
    }
}

std::vector<wire::Alarm> AlarmDesk::ends_of(std::uint64_t told, const ToldAlarms& others) {
    std::vector<wire::Alarm> ends = to_wire(signal::AlarmEngine::ends_of(told));
    ends.insert(ends.end(), others.alarms().begin(), others.alarms().end());
    return ends;
}

} // namespace ems::vehicle
