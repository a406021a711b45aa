// How times are written on every screen: UTC inside, +08:00 shown, 24 hours, elapsed m:ss and h:mm:ss.
#pragma once

#include <cstdint>
#include <string>

namespace ems::console {

// "18:42:16"; "--:--:--" for 0.
std::string clock_text(std::int64_t utc_us);
// "2026-03-18"
std::string date_text(std::int64_t utc_us);
// 0 Sunday to 6 Saturday, in local time.
int weekday(std::int64_t utc_us);
// Hour of the local day, 0 to 23.
int local_hour(std::int64_t utc_us);
// "0:47", "12:05", "1:07:02"; negative counts as zero; from 24 h on the hours go on counting.
std::string elapsed_text(std::int64_t elapsed_us);
// Age for a column: "2 s" below a minute, then m:ss.
std::string age_text(std::int64_t age_us);

} // namespace ems::console
