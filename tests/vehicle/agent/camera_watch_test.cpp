#include "vehicle/agent/camera_watch.h"

#include <gtest/gtest.h>

#include "vehicle/agent/limits.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;

class CameraWatchTest : public testing::Test {
  protected:
    // What it says for so long, judged each second; how often the verdict changed.
    int says(std::string_view health, std::chrono::seconds time) {
        int changes = 0;
        for (std::chrono::seconds i{0}; i < time; ++i) {
            const bool before = lost_;
            lost_ = watch_.judge(health, now_);
            changes += lost_ != before ? 1 : 0;
            now_ += 1s;
        }
        return changes;
    }
    CameraWatch watch_;
    Ticks now_{};
    bool lost_{false};
};

TEST_F(CameraWatchTest, OneWithoutPicturesIsLostAfterAWhile) {
    says("no picture for 10 s", kCameraLostAfter);
    EXPECT_FALSE(lost_) << "it may be back at once";
    says("not connected: /dev/video0", 1s);
    EXPECT_TRUE(lost_) << "for whatever reason";
}

TEST_F(CameraWatchTest, ItIsBackWhenItGavePicturesForAWhile) {
    says("no picture for 10 s", kCameraLostAfter + 1s);
    ASSERT_TRUE(lost_);
    says("ok", kCameraBackAfter);
    EXPECT_TRUE(lost_);
    says("ok", 1s);
    EXPECT_FALSE(lost_);
}

TEST_F(CameraWatchTest, OneThatComesAndGoesIsLostOnce) {
    int changes = 0;
    for (int i = 0; i < 100; ++i) {
        changes += says("the source ended", kCameraLostAfter + 1s);
        changes += says("ok", kCameraBackAfter);
    }
    EXPECT_EQ(changes, 1);
    EXPECT_TRUE(lost_);
}

TEST_F(CameraWatchTest, OneThatIsRestartedAtOnceIsNotLost) {
    int changes = 0;
    for (int i = 0; i < 100; ++i) {
        changes += says("the source ended", kCameraLostAfter);
        changes += says("ok", 3s);
    }
    EXPECT_EQ(changes, 0);
}

TEST_F(CameraWatchTest, OneThatNobodyWatchesStaysWhatItWas) {
    says("off", 1h);
    EXPECT_FALSE(lost_);
    says("no picture for 10 s", kCameraLostAfter + 1s);
    says("off", 1h);
    EXPECT_TRUE(lost_) << "nothing was seen of it since";
}

} // namespace
} // namespace ems::vehicle
