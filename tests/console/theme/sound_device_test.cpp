// A loudspeaker that is not there, or fails, is known.
#include "console/theme/sound_device.h"

#include <chrono>
#include <cstdlib>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/child_process.h"

namespace ems::console {
namespace {

const std::vector<std::int16_t> kBurst(4'800, 100);

TEST(SoundDevice, AMachineWithoutADeviceHasNone) {
    // Before GStreamer begins: as if no card were in this machine.
    setenv("GST_PLUGIN_FEATURE_RANK",
           "alsasink:NONE,pulsesink:NONE,osssink:NONE,oss4sink:NONE,jackaudiosink:NONE,openalsink:NONE,pipewiresink:NONE", 1);
    SoundDevice device;
    EXPECT_FALSE(device.play(kBurst));
    EXPECT_FALSE(device.probe());
}

TEST(SoundDevice, ADeviceThatPlaysIsThere) {
    SoundDevice device{"fakesink name=card"};
    EXPECT_TRUE(device.probe());
    EXPECT_TRUE(device.play(kBurst));
}

TEST(SoundDevice, ADeviceThatFailedWhileItPlayedIsToldByTheNextBurst) {
    SoundDevice device{"identity error-after=1 ! fakesink name=card"};
    EXPECT_TRUE(test::eventually([&] { return !device.play(kBurst); }, std::chrono::seconds{10}));
}

// Counts what it is asked.
class Deaf final : public SoundOut {
  public:
    bool play(std::span<const std::int16_t> /*samples*/) override {
        ++bursts;
        return there;
    }
    bool probe() override {
        ++probes;
        return there;
    }
    void stop() override {}
    bool there{false};
    int bursts{0};
    int probes{0};
};

TEST(BurstPlayer, AMissingDeviceIsKnownBeforeAnAlarmAndLookedForUntilItIsThere) {
    Deaf out;
    BurstPlayer player{out};
    player.follow(std::nullopt, 0);
    EXPECT_FALSE(player.has_device());
    player.follow(std::nullopt, 59);
    EXPECT_EQ(out.probes, 1);
    out.there = true;
    player.follow(std::nullopt, 60);
    EXPECT_TRUE(player.has_device());
    player.follow(std::nullopt, 200);
    EXPECT_EQ(out.probes, 2);
}

TEST(BurstPlayer, ASecondLowAlarmIsHeardOnceWhileTheFirstStands) {
    Deaf out;
    BurstPlayer player{out};
    player.follow(Grade::low, 0, 1);
    player.follow(Grade::low, 600, 1);
    EXPECT_EQ(out.bursts, 1);
    player.follow(Grade::low, 601, 2);
    EXPECT_EQ(out.bursts, 2);
    player.follow(Grade::low, 1'200, 2);
    EXPECT_EQ(out.bursts, 2);
}

TEST(BurstPlayer, AnAlarmThatEndsMakesTheOneBeforeItNoNewOne) {
    Deaf out;
    BurstPlayer player{out};
    player.follow(Grade::low, 0, 2);
    player.follow(Grade::low, 600, 1);
    EXPECT_EQ(out.bursts, 1);
}

// Else a flood of them would be the first pulse over and over.
TEST(BurstPlayer, ABurstIsNotCutByTheNextAlarmOfItsGradeWhichIsHeardBehindIt) {
    Deaf out;
    BurstPlayer player{out};
    player.follow(Grade::high, 0, 1);
    player.follow(Grade::high, 1, 2);
    EXPECT_EQ(out.bursts, 1);
    const double ends_s = static_cast<double>(synthesise(sound_of(Grade::high)).size()) / kSoundRateHz;
    player.follow(Grade::high, ends_s + BurstPlayer::kBetweenS, 2);
    EXPECT_EQ(out.bursts, 2);
}

} // namespace
} // namespace ems::console
