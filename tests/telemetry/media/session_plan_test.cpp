#include "telemetry/media/session_plan.h"

#include <gtest/gtest.h>

namespace ems::media {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class SessionPlanTest : public testing::Test {
  protected:
    SessionPlanTest() { now_ += seconds{1000}; }
    // Goes on second by second with heartbeats; gives the number of sessions made.
    int run(int seconds_count, bool media) {
        int made = 0;
        for (int i = 0; i < seconds_count; ++i) {
            now_ += seconds{1};
            plan_.heard("amb-zx01", birth_, cameras_, now_);
            if (media) {
                packets_ += packets_per_second_;
                plan_.media_at({"amb-zx01", "cabin"}, now_, packets_);
            }
            for (const CameraKey& camera : plan_.due(now_)) {
                plan_.made(camera, now_);
                ++made;
            }
        }
        return made;
    }
    SessionPlan plan_{SessionPlanLimits{}};
    std::uint64_t birth_{1};
    SessionPlan::Cameras cameras_{std::vector<std::string>{"cabin"}};
    std::uint64_t packets_{0};
    std::uint64_t packets_per_second_{100};
    Ticks now_{};
};

TEST_F(SessionPlanTest, OneSessionForAVehicleThatSends) {
    EXPECT_EQ(run(600, true), 1);
}

TEST_F(SessionPlanTest, ABirthGetsANewOneAtOnce) {
    run(10, true);
    ++birth_;
    EXPECT_EQ(run(1, true), 1);
    EXPECT_EQ(run(10, true), 0);
}

TEST_F(SessionPlanTest, ASessionThatEndsIsRenewedBefore) {
    EXPECT_EQ(run(1739, true), 1);
    EXPECT_EQ(run(3, true), 1);
}

TEST_F(SessionPlanTest, WithoutPicturesItTriesEverMoreSeldom) {
    EXPECT_EQ(run(1, false), 1);
    const int tries = run(600, false);
    EXPECT_GE(tries, 9);
    EXPECT_LE(tries, 14);
    run(1, true);
    EXPECT_EQ(run(5, false), 0);
    EXPECT_EQ(run(2, false), 1); // patience is short again once pictures came
}

TEST_F(SessionPlanTest, AVehicleNotHeardOfGetsNone) {
    run(5, true);
    now_ += seconds{60};
    EXPECT_TRUE(plan_.due(now_).empty());
}

TEST_F(SessionPlanTest, HoldsToItsLimit) {
    SessionPlan small{SessionPlanLimits{.vehicles_max = 1}};
    EXPECT_TRUE(small.heard("a", 1, cameras_, now_));
    EXPECT_FALSE(small.heard("b", 1, cameras_, now_));
    EXPECT_TRUE(small.heard("a", 2, cameras_, now_));
}

TEST_F(SessionPlanTest, AVehicleWithoutACameraGetsNone) {
    cameras_ = std::vector<std::string>{};
    EXPECT_EQ(run(600, false), 0);
    cameras_ = std::vector<std::string>{"cabin"}; // mounted, and the program started anew
    ++birth_;
    EXPECT_EQ(run(1, false), 1);
    cameras_ = std::vector<std::string>{};
    ++birth_;
    EXPECT_EQ(run(600, false), 0);
}

TEST_F(SessionPlanTest, KeysEndByPacketsToo) {
    packets_per_second_ = std::uint64_t{1} << 28;
    EXPECT_EQ(run(8, true), 1);
    EXPECT_EQ(run(1, true), 1);
    EXPECT_EQ(run(7, true), 0) << "counted from the new session on";
    EXPECT_EQ(run(1, true), 1);
}

TEST_F(SessionPlanTest, EachCameraHasItsOwn) {
    cameras_ = std::vector<std::string>{"cabin", "front", "rear", "roof"};
    plan_.heard("amb-zx01", birth_, cameras_, now_);
    EXPECT_EQ(plan_.due(now_).size(), 3U) << "what a vehicle may have at most";
    EXPECT_EQ(plan_.cameras().size(), 3U);
    cameras_ = std::vector<std::string>{"cabin", "front"};
    run(1, true);
    int cabin = 0;
    int front = 0;
    for (int i = 0; i < 100; ++i) {
        now_ += seconds{1};
        plan_.heard("amb-zx01", birth_, cameras_, now_);
        plan_.media_at({"amb-zx01", "cabin"}, now_, 1);
        for (const CameraKey& camera : plan_.due(now_)) {
            plan_.made(camera, now_);
            ++(camera.camera == "cabin" ? cabin : front);
        }
    }
    EXPECT_EQ(cabin, 0) << "its session goes on";
    EXPECT_GE(front, 3) << "the one without pictures is offered others";
}

TEST_F(SessionPlanTest, AVehicleThatLeftTheRegistryIsForgottenWithItsCameras) {
    run(5, true);
    EXPECT_TRUE(plan_.has({"amb-zx01", "cabin"}));
    plan_.keep_only({"amb-zx01"});
    EXPECT_TRUE(plan_.has({"amb-zx01", "cabin"}));
    plan_.keep_only({"amb-zx02"});
    EXPECT_FALSE(plan_.has({"amb-zx01", "cabin"}));
    EXPECT_EQ(plan_.vehicles(), 0U);
}

// A birth does not say what the vehicle carries; the heartbeat behind it does.
TEST_F(SessionPlanTest, ABirthIsEnoughOnlyForACameraThatIsKnown) {
    cameras_ = std::nullopt;
    EXPECT_EQ(run(3, false), 0);
    cameras_ = std::vector<std::string>{"cabin"};
    EXPECT_EQ(run(1, false), 1);
    cameras_ = std::nullopt;
    ++birth_;
    EXPECT_EQ(run(1, false), 1);
}

} // namespace
} // namespace ems::media
