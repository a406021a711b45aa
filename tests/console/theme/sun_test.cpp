#include "console/theme/sun.h"

#include <gtest/gtest.h>

namespace ems::console {
namespace {

constexpr std::int64_t kMinuteUs = 60'000'000;
constexpr SkyPlace kBeijing{39.90, 116.41};
// Midnight of the county's day, 1 January 2026, is 16:00 UTC of the day before.
constexpr std::int64_t kNewYearUs = 1'767'196'800'000'000;

// Minutes after the local midnight of the n-th day of 2026 (0: 1 January) at which it becomes day
// and night.
std::pair<int, int> rise_and_set(SkyPlace place, int day) {
    int rise = -1;
    int set = -1;
    for (int minute = 1; minute < 1'440; ++minute) {
        const std::int64_t t_us = kNewYearUs + (std::int64_t{day} * 1'440 + minute) * kMinuteUs;
        const bool before = is_daylight(place, t_us - kMinuteUs);
        const bool now = is_daylight(place, t_us);
        rise = !before && now ? minute : rise;
        set = before && !now ? minute : set;
    }
    return {rise, set};
}

// Times as almanacs print them for Beijing.
TEST(Sun, RisesAndSetsInBeijingAsTheAlmanacSays) {
    const auto [summer_rise, summer_set] = rise_and_set(kBeijing, 171); // 21 June
    EXPECT_NEAR(summer_rise, 4 * 60 + 46, 2);
    EXPECT_NEAR(summer_set, 19 * 60 + 46, 2);
    const auto [winter_rise, winter_set] = rise_and_set(kBeijing, 355); // 22 December
    EXPECT_NEAR(winter_rise, 7 * 60 + 33, 2);
    EXPECT_NEAR(winter_set, 16 * 60 + 53, 2);
}

TEST(Sun, StandsOverheadOnTheEquatorAtAnEquinox) {
    const std::int64_t noon_us = 1'774'008'000'000'000; // 20 March 2026, 12:00 UTC
    EXPECT_GT(sun_height_deg({0, 0}, noon_us), 87);
    EXPECT_LT(sun_height_deg({0, 180}, noon_us), -87);
}

TEST(Sun, RisesLaterInTheWest) {
    const auto [east, unused1] = rise_and_set({35.0, 120.0}, 79);
    const auto [west, unused2] = rise_and_set({35.0, 105.0}, 79);
    EXPECT_NEAR(west - east, 60, 1);
}

} // namespace
} // namespace ems::console
