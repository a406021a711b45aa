// The vehicle's alarms: what devices, the monitor and the agent find goes through the one engine of
// telemetry/signal/alarm; what comes out goes to the centre as events and to the crew's terminal as
// a list. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"
#include "telemetry/signal/alarm/alarm_engine.h"
#include "telemetry/signal/ecg12/stemi.h"
#include "telemetry/wire/ems.pb.h"
#include "vehicle/contract/crew.pb.h"

namespace ems::vehicle {

class AlarmDesk {
  public:
    // A condition begins or ends (alarm.active()), said by `origin`. The priority of an alarm that
    // the table knows is the more urgent of the two; none is the table's.
    void note(signal::AlarmOrigin origin, const wire::Alarm& alarm);
    void note(signal::AlarmOrigin origin, const std::vector<wire::Alarm>& alarms);
    // Whose patient it is, as the crew says: age group, whether somebody hangs on the sensors, and
    // with another number another patient, which is answered.
    enum class Patient : std::uint8_t { same, another };
    Patient follow(const PatientAboard& patient);
    [[nodiscard]] signal::AgeGroup age_group() const { return group_; }
    // The same patient for the thresholds of ST: the age of the order where it is of that group, for
    // a child or an infant of the crew's word one that is under age.
    [[nodiscard]] const signal::EcgPatient& ecg_patient() const { return ecg_patient_; }
    [[nodiscard]] bool is_attended() const { return is_attended_; }
    // As AlarmEngine::set_probe.
    void set_probe(signal::Probe probe) { engine_.set_probe(probe); }
    // What is to be told to the centre. With each message of the monitor and each second.
    [[nodiscard]] std::vector<wire::Alarm> update(const signal::VitalBoard& board, Ticks now);

    // Of the crew's terminal. Errors: invalid_argument, with the sentence to show.
    Result<void> answer(const AnswerAlarm& answer, Ticks now);
    // alarms, sounding and limits_of.
    void fill(Status& status, Ticks now) const;

    // For the start after this one: what was told and has not ended, of the table and of those that
    // only a monitor knows; and the ends of both.
    [[nodiscard]] std::uint64_t told() const { return engine_.told(); }
    [[nodiscard]] ToldAlarms told_others() const;
    // What the crew has yet to acknowledge, for the next start, and its return there: before the
    // first update().
    [[nodiscard]] ToldAlarms unacknowledged() const;
    void latch(const ToldAlarms& alarms, Ticks now);
    [[nodiscard]] static std::vector<wire::Alarm> ends_of(std::uint64_t told,
                                                          const ToldAlarms& others);

  private:
    signal::AlarmEngine engine_;
    std::optional<std::uint64_t> patient_{}; // number; nothing: none was followed yet
    signal::AgeGroup group_{signal::AgeGroup::adult};
    signal::EcgPatient ecg_patient_{};
    bool is_attended_{false};
};

} // namespace ems::vehicle
