// Why each alarm that can reach a desk is one: its cause, what follows when nobody acts, what to do, how long there is for it,
// and whose it is (rationalisation of EEMUA 191 / ISA-18.2). An alarm without a row is a defect: a test holds the table against
// the sources that raise alarms, and prints it into console/README.md. Times available are the project's own judgement after
// the classes of IEC 60601-1-8 (immediate, prompt, delayed); the centre's medical director confirms them. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "console/theme/alarm_burst.h"

namespace ems::console {

// Whose an alarm is, and whose alarms a desk sounds and acknowledges with one key. both: what is about the desk itself, and a
// desk at which one person does the work of two.
enum class Owner : std::uint8_t { dispatcher, physician, both };

// Who raises it. vehicle: telemetry/signal/alarm, or a monitor on board; crew: a key that a person presses there; terminal: a
// JT/T 808 terminal; centre: the servers; desk: this program, of what it knows.
enum class AlarmSource : std::uint8_t { vehicle, crew, terminal, centre, desk };
// technical: about the equipment, so that something is not known; operational: about the work.
enum class AlarmClass : std::uint8_t { clinical, technical, operational };

// Who holds an alarm back that comes and goes. none: nobody does.
enum class Damper : std::uint8_t { none, vehicle, terminal, centre, desk };
struct Damping {
    Damper by{Damper::none};
    // The condition stands so long before it is an alarm. Of a vehicle's row see telemetry/signal/alarm, which has one for each
    // age group, and the deadband.
    std::int32_t on_ms{0};
    // The desk keeps an acknowledged alarm so long after its end: what flaps is not announced anew.
    std::int32_t off_ms{0};
};

struct AlarmReason {
    std::string_view code; // "monitor_#": with any number
    AlarmSource source;
    Owner owner;
    AlarmClass about;
    Grade grade;            // as it comes
    Grade highest;          // what it can rise to
    std::int32_t available_s; // for the action
    Damping damping;
    // The alarm of the same unit that stands for it while both stand, unless it is less urgent; empty: none.
    std::string_view follows;
    // English, translated in the context "alarms".
    const char* cause;
    const char* consequence;
    const char* action;
};

inline constexpr std::string_view kMonitorAlarms = "monitor_#";

// All rows: patients, equipment, the work.
[[nodiscard]] std::vector<const AlarmReason*> alarm_reasons();
// Null: no row.
[[nodiscard]] const AlarmReason* find_reason(std::string_view code);

[[nodiscard]] std::string_view name(Owner owner);
[[nodiscard]] std::string_view name(AlarmSource source);
[[nodiscard]] std::string_view name(AlarmClass about);
[[nodiscard]] std::string_view name(Damper by);

} // namespace ems::console
