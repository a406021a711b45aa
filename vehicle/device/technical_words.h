// What a monitor's technical alarm is about, by the words it shows: monitors number these alarms
// each in its own way, and the numbers are published of two alone. English and Chinese words as the
// operators' manuals of the monitors in use list them ("NIBP Cuff Leak", "NIBP袖带漏气", "Low
// Battery", "电池电量低", "SpO2 Module Error", "SpO2模块错"). Pure.
#pragma once

#include <string_view>

namespace ems::vehicle {

// A code of the alarm table; "" when the words say none of it. `text` in UTF-8.
[[nodiscard]] std::string_view technical_code(std::string_view text);

} // namespace ems::vehicle
