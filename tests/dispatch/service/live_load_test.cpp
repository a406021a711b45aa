#include "dispatch/service/live_load.h"

#include <gtest/gtest.h>

namespace ems::dispatch {
namespace {

using namespace std::chrono_literals;
using Level = LiveLoad::Level;

constexpr UnitId kUnit{1};
constexpr UnitId kOther{2};
constexpr Ticks kStart = Ticks{} + 1000s;

TEST(LiveLoad, LevelsRiseAtOnceAndFallWithARest) {
    LiveLoad load;
    const auto at = [&load](std::size_t size) {
        load.update(size, 100);
        return load.level();
    };
    EXPECT_EQ(at(50), Level::calm);
    EXPECT_EQ(at(51), Level::busy);
    EXPECT_EQ(at(76), Level::crowded);
    EXPECT_EQ(at(51), Level::crowded);
    EXPECT_EQ(at(50), Level::busy);
    EXPECT_EQ(at(25), Level::busy);
    EXPECT_EQ(at(24), Level::calm);
}

TEST(LiveLoad, OfWatchedWavesEveryOtherBatchOfEachUnitIsShown) {
    LiveLoad load;
    EXPECT_TRUE(load.take_wave(kUnit));
    load.update(60, 100);
    for (int i = 0; i < 10; ++i) {
        EXPECT_NE(load.take_wave(kUnit), load.take_wave(kUnit));
        EXPECT_NE(load.take_wave(kOther), load.take_wave(kOther));
    }
    EXPECT_EQ(load.counters.waves_halved, 20U);
    load.update(0, 100);
    EXPECT_TRUE(load.take_wave(kUnit) && load.take_wave(kUnit));
}

TEST(LiveLoad, WhenItIsCrowdedVitalsAreThinnedAndPositionsSlower) {
    LiveLoad load;
    load.update(60, 100);
    EXPECT_TRUE(load.take_vitals(kUnit, kStart) && load.take_vitals(kUnit, kStart));
    EXPECT_EQ(load.position_interval(), LiveLoad::kPositionInterval);
    load.update(80, 100);
    EXPECT_TRUE(load.take_vitals(kUnit, kStart));
    EXPECT_FALSE(load.take_vitals(kUnit, kStart + 2s));
    EXPECT_TRUE(load.take_vitals(kOther, kStart + 2s));
    EXPECT_TRUE(load.take_vitals(kUnit, kStart + 3s));
    EXPECT_EQ(load.counters.vitals_thinned, 1U);
    EXPECT_EQ(load.position_interval(), LiveLoad::kPositionIntervalCrowded);
}

} // namespace
} // namespace ems::dispatch
