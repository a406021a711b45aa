#include <gtest/gtest.h>

#include "vehicle/agent/position_filter.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;

GnssReading at(double lat, double lon) {
    return {.fix_mode = 3,
            .lat_e7 = static_cast<std::int32_t>(lat * 1e7),
            .lon_e7 = static_cast<std::int32_t>(lon * 1e7)};
}

TEST(PositionFilter, PublishesTheNewestOfASecondAndNothingTwice) {
    PositionFilter filter{1};
    EXPECT_EQ(filter.add(at(35, 111), Ticks{1s}), PositionFilter::Verdict::good);
    EXPECT_EQ(filter.add(at(35.0001, 111), Ticks{1200ms}), PositionFilter::Verdict::good);
    EXPECT_EQ(filter.take()->lat_e7, 350'001'000);
    EXPECT_FALSE(filter.take());
    EXPECT_EQ(filter.add({}, Ticks{2s}), PositionFilter::Verdict::no_fix);
    EXPECT_FALSE(filter.take());
}

TEST(PositionFilter, HoldsBackAJumpAndBelievesItOnlyWhenItStays) {
    PositionFilter filter{1};
    filter.add(at(35, 111), Ticks{1s});
    (void)filter.take();
    EXPECT_EQ(filter.add(at(35.05, 111), Ticks{2s}), PositionFilter::Verdict::implausible);
    EXPECT_FALSE(filter.take());
    EXPECT_TRUE(filter.suspicious());
    EXPECT_EQ(filter.add(at(35.0003, 111), Ticks{3s}), PositionFilter::Verdict::good);
    EXPECT_FALSE(filter.suspicious());
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(filter.add(at(36, 111), Ticks{4s + i * 200ms}),
                  PositionFilter::Verdict::implausible);
    }
    EXPECT_EQ(filter.add(at(36, 111), Ticks{5s}), PositionFilter::Verdict::good);
}

TEST(PositionFilter, BurstOfBufferedReadingsIsJudgedByTheReceiversTimes) {
    PositionFilter filter{1};
    GnssReading first = at(35, 111);
    first.utc_us = 1'000'000'000;
    GnssReading second = at(35.001, 111); // 111 m further
    second.utc_us = first.utc_us + 5'000'000;
    filter.add(first, Ticks{1s});
    EXPECT_EQ(filter.add(second, Ticks{1s}), PositionFilter::Verdict::good);
    GnssReading leap = at(36, 111);
    leap.utc_us = second.utc_us + 3'600'000'000;
    EXPECT_EQ(filter.add(leap, Ticks{1s}), PositionFilter::Verdict::implausible);
}

TEST(PositionFilter, LimitFollowsTheTimeScale) {
    PositionFilter fast{20};
    fast.add(at(35, 111), Ticks{1s});
    EXPECT_EQ(fast.add(at(35.005, 111), Ticks{2s}), PositionFilter::Verdict::good); // 556 m in 1 s
    PositionFilter real{1};
    real.add(at(35, 111), Ticks{1s});
    EXPECT_EQ(real.add(at(35.005, 111), Ticks{2s}), PositionFilter::Verdict::implausible);
}

} // namespace
} // namespace ems::vehicle
