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
            plan_.heard("amb-zx01", birth_, camera_, now_);
            if (media) {
                plan_.media_at("amb-zx01", now_);
            }
            for (const std::string& vid : plan_.due(now_)) {
                plan_.made(vid, now_);
                ++made;
            }
        }
        return made;
    }
    SessionPlan plan_{SessionPlanLimits{}};
    std::uint64_t birth_{1};
    HasCamera camera_{HasCamera::yes};
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
    EXPECT_TRUE(small.heard("a", 1, HasCamera::yes, now_));
    EXPECT_FALSE(small.heard("b", 1, HasCamera::yes, now_));
    EXPECT_TRUE(small.heard("a", 2, HasCamera::yes, now_));
}

TEST_F(SessionPlanTest, AVehicleWithoutACameraGetsNone) {
    camera_ = HasCamera::no;
    EXPECT_EQ(run(600, false), 0);
    camera_ = HasCamera::yes; // mounted, and the program started anew
    ++birth_;
    EXPECT_EQ(run(1, false), 1);
    camera_ = HasCamera::no;
    ++birth_;
    EXPECT_EQ(run(600, false), 0);
}

// A birth does not say what the vehicle carries; the heartbeat behind it does.
TEST_F(SessionPlanTest, ABirthIsEnoughOnlyForACameraThatIsKnown) {
    camera_ = HasCamera::unknown;
    EXPECT_EQ(run(3, false), 0);
    camera_ = HasCamera::yes;
    EXPECT_EQ(run(1, false), 1);
    camera_ = HasCamera::unknown;
    ++birth_;
    EXPECT_EQ(run(1, false), 1);
}

} // namespace
} // namespace ems::media
