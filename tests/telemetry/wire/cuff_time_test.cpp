#include "telemetry/wire/cuff_time.h"

#include <gtest/gtest.h>

namespace ems::wire {
namespace {

constexpr std::int64_t kThen = 1'773'830'536'123'456;

TEST(CuffTime, EveryRepeatOfOneMeasurementGivesTheSameTime) {
    const std::int64_t measured = kThen - 90'000'777;
    for (int second = 0; second < 300; ++second) {
        const std::int64_t t_us = kThen + second * 1'000'321;
        Vitals vitals;
        set_cuff_t_us(vitals, measured, t_us);
        EXPECT_EQ(vitals.nibp_t_us(), 0) << "the age is shorter";
        EXPECT_EQ(cuff_t_us(vitals, t_us), measured / 1'000 * 1'000) << second;
    }
}

TEST(CuffTime, AnOlderWriterSaysTheTimeAndNoneSaysNone) {
    Vitals vitals;
    EXPECT_EQ(cuff_t_us(vitals, kThen), 0);
    vitals.set_nibp_t_us(kThen - 5);
    EXPECT_EQ(cuff_t_us(vitals, kThen), kThen - 5);
    set_cuff_t_us(vitals, 0, kThen);
    EXPECT_EQ(cuff_t_us(vitals, kThen), 0);
    EXPECT_EQ(vitals.ByteSizeLong(), 0U);
}

TEST(CuffTime, AMeasurementFromBeforeTheClockWasSetKeepsItsTime) {
    Vitals vitals;
    for (const std::int64_t t_us : {kThen - 10'000'000, kThen + 5'000'000'000'000'000}) {
        set_cuff_t_us(vitals, kThen, t_us);
        EXPECT_FALSE(vitals.has_nibp_age_ms());
        EXPECT_EQ(cuff_t_us(vitals, t_us), kThen);
    }
}

} // namespace
} // namespace ems::wire
