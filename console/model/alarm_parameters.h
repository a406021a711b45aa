// Which alarms of a patient are about which number of his: what a physician can switch off for one patient. Rhythms, what the
// monitor has no name for and calls belong to none. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "dispatch/contract/api.pb.h"

namespace ems::console {

// In the order of the numbers on the screen, as MarkAlarm names them.
inline constexpr std::array<std::string_view, 7> kAlarmParameters{"hr", "spo2", "rr", "nibp", "etco2", "temp", "st"};
[[nodiscard]] bool is_alarm_parameter(std::string_view text);
// Of an alarm's code; empty: of none.
[[nodiscard]] std::string_view alarm_parameter(std::string_view code);

// The alarms of a parameter are off: medium and low ones ask for nobody, high ones do all the same.
struct AlarmOff {
    std::int64_t since_us{0}; // server time; 0: they are on
    std::string by;
    std::string reason;
    bool operator==(const AlarmOff&) const = default;
};

enum class AlarmSwitch : std::uint8_t { off, on };
// The reason is that of switching off.
api::MarkAlarm switch_request(AlarmSwitch to, std::int64_t assignment_id, std::string_view parameter, std::string_view reason);

} // namespace ems::console
