#include <gtest/gtest.h>

#include "vehicle/agent/device_watch.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;

TEST(DeviceWatch, IsLostAfterItsOwnSilenceAndBackWithAWord) {
    const Ticks start{};
    for (const std::chrono::milliseconds silence : {10'000ms, 60'000ms}) {
        DeviceWatch watch{"monitor", start, silence};
        watch.heard(start);
        EXPECT_FALSE(watch.check(start + silence - 1s));
        const auto lost = watch.check(start + silence);
        ASSERT_TRUE(lost) << silence.count();
        EXPECT_EQ(lost->code(), "monitor_lost");
        EXPECT_TRUE(lost->active());
        watch.heard(start + silence);
        const auto back = watch.check(start + silence + 1s);
        ASSERT_TRUE(back);
        EXPECT_FALSE(back->active());
    }
}

} // namespace
} // namespace ems::vehicle
