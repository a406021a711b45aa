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
    bool play(std::span<const std::int16_t> /*samples*/) override { return there; }
    bool probe() override {
        ++probes;
        return there;
    }
    void stop() override {}
    bool there{false};
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

} // namespace
} // namespace ems::console
