#include "console/theme/time_text.h"

#include <algorithm>

#include <fmt/format.h>

namespace ems::console {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kDayS = 86'400;
constexpr std::int64_t kShanghaiS = 8 * 3'600;

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
    const std::int64_t q = a / b;
    return a % b < 0 ? q - 1 : q;
}

std::int64_t local_s(std::int64_t utc_us) {
    return floor_div(utc_us, kSecondUs) + kShanghaiS;
}

} // namespace

std::string clock_text(std::int64_t utc_us) {
    if (utc_us == 0) {
        return "--:--:--";
    }
    const std::int64_t t = local_s(utc_us);
    const std::int64_t s = t - floor_div(t, kDayS) * kDayS;
    return fmt::format("{:02}:{:02}:{:02}", s / 3'600, s / 60 % 60, s % 60);
}

// Civil date from days since 1970: the era algorithm of H. Hinnant, "chrono-compatible low-level date algorithms".
std::string date_text(std::int64_t utc_us) {
    const std::int64_t z = floor_div(local_s(utc_us), kDayS) + 719'468;
    const std::int64_t era = floor_div(z, 146'097);
    const std::int64_t doe = z - era * 146'097;
    const std::int64_t yoe = (doe - doe / 1'460 + doe / 36'524 - doe / 146'096) / 365;
    const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const std::int64_t mp = (5 * doy + 2) / 153;
    const std::int64_t day = doy - (153 * mp + 2) / 5 + 1;
    const std::int64_t month = mp < 10 ? mp + 3 : mp - 9;
    const std::int64_t year = yoe + era * 400 + (month <= 2 ? 1 : 0);
    return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

int weekday(std::int64_t utc_us) {
    const std::int64_t days = floor_div(local_s(utc_us), kDayS);
    return static_cast<int>((days % 7 + 11) % 7); // 1970-01-01 was a Thursday
}

int local_hour(std::int64_t utc_us) {
    const std::int64_t t = local_s(utc_us);
    return static_cast<int>((t - floor_div(t, kDayS) * kDayS) / 3'600);
}

std::string elapsed_text(std::int64_t elapsed_us) {
    const std::int64_t s = std::max<std::int64_t>(0, elapsed_us) / kSecondUs;
    if (s < 3'600) {
        return fmt::format("{}:{:02}", s / 60, s % 60);
    }
    return fmt::format("{}:{:02}:{:02}", s / 3'600, s / 60 % 60, s % 60);
}

std::string age_text(std::int64_t age_us) {
    const std::int64_t s = std::max<std::int64_t>(0, age_us) / kSecondUs;
    return s < 60 ? fmt::format("{} s", s) : elapsed_text(age_us);
}

} // namespace ems::console
