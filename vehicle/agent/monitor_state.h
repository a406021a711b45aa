// What the patient monitor says at present: numbers that age, and its alarms as beginnings and
// ends. Pure.
//
// What a number is worth is asked of the board (telemetry/signal/vitals): one not repeated is told
// with its age, then no longer; an invalid one stays visible as invalid; cuff values stay with the
// time they were measured. An alarm is active from the message that first names it until a message
// of its family no longer does, or until nothing of its family came for kAlarmHeldFor.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/signal/vitals/vital_board.h"
#include "telemetry/wire/ems.pb.h"
#include "vehicle/device/monitor.h"

namespace ems::vehicle {

class MonitorState {
  public:
    // Alarms that began, changed their priority or text, or ended by this message.
    std::vector<wire::Alarm> take(const MonitorMessage& message, DeviceTime t, Ticks now);
    // Alarms that ended by age. Once a second.
    std::vector<wire::Alarm> age(Ticks now);
    // The connection is gone: numbers and alarms with it.
    std::vector<wire::Alarm> forget();
    // Another patient from now: the numbers of the last one and what the monitor says of his body
    // are over, and a cuff reading of before is not shown again however often it is repeated.
    // Alarms that ended by it.
    std::vector<wire::Alarm> next_patient(Ticks now);
    // Nothing when nothing is known.
    [[nodiscard]] std::optional<wire::Vitals> vitals(Ticks now) const;
    // Its clock is board_us().
    [[nodiscard]] const signal::VitalBoard& board() const { return board_; }
    [[nodiscard]] static std::int64_t board_us(Ticks now);

  private:
    struct CuffReading {
        std::optional<std::int32_t> value;
        std::string named; // as the monitor wrote the time
        DeviceTime t{};
        Ticks at{};
    };
    struct ActiveAlarm {
        wire::Alarm alarm;
        Ticks seen{};
    };
    enum class Family { physiological, technical };
    void take_value(const VitalValue& value, DeviceTime t, Ticks now);
    // A zero of a sensor that is said to be off is no measurement.
    void doubt_zeros(DeviceTime t, Ticks now);
    void take_alarms(Family family, const std::vector<MonitorAlarm>& active, Ticks now,
                     std::vector<wire::Alarm>& changes);

    signal::VitalBoard board_;
    std::array<std::optional<CuffReading>, kVitalKinds> cuff_; // as last said
    std::array<std::optional<CuffReading>, kVitalKinds>
        measured_;                              // the newest valid one with a time
    std::map<std::string, ActiveAlarm> alarms_; // by kind and code
    std::optional<Ticks> patient_since_;        // nothing: no other one came yet
};

} // namespace ems::vehicle
