#include "dispatch/core/standby_wait.h"

#include <gtest/gtest.h>

namespace ems::dispatch {
namespace {

using namespace std::chrono_literals;
using Ids = std::set<std::string>;

class StandbyWaitTest : public ::testing::Test {
  protected:
    Ids waiting(const Ids& withheld, std::chrono::milliseconds at, std::uint64_t term = 3) {
        return wait_.waiting(term, withheld, Ticks{at});
    }
    StandbyWait wait_;
};

TEST_F(StandbyWaitTest, WithholdsForFiveSecondsAndNotAMillisecondLonger) {
    EXPECT_EQ(waiting({"a"}, 1s), Ids{"a"});
    EXPECT_EQ(waiting({"a"}, 5999ms), Ids{"a"});
    EXPECT_FALSE(wait_.gave_up());
    EXPECT_EQ(waiting({"a"}, 6s), Ids{});
    EXPECT_TRUE(wait_.gave_up());
}

TEST_F(StandbyWaitTest, WhatComesWhileTheStandbyIsGivenUpDoesNotWaitAnew) {
    EXPECT_EQ(waiting({"a"}, 1s), Ids{"a"});
    EXPECT_EQ(waiting({"a", "b"}, 5s), (Ids{"a", "b"}));
    EXPECT_EQ(waiting({"a", "b", "c"}, 7s), Ids{});
    EXPECT_TRUE(wait_.gave_up());
}

TEST_F(StandbyWaitTest, AStandbyThatCameBackIsWaitedForAgain) {
    EXPECT_EQ(waiting({"a"}, 1s), Ids{"a"});
    EXPECT_EQ(waiting({"a"}, 7s), Ids{});
    EXPECT_EQ(waiting({}, 8s), Ids{});
    EXPECT_FALSE(wait_.gave_up());
    EXPECT_EQ(waiting({"b"}, 20s), Ids{"b"});
    EXPECT_EQ(waiting({"b"}, 24900ms), Ids{"b"});
    EXPECT_EQ(waiting({"b"}, 25s), Ids{});
}

TEST_F(StandbyWaitTest, AnotherTermBeginsAnew) {
    EXPECT_EQ(waiting({"a"}, 1s), Ids{"a"});
    EXPECT_EQ(waiting({"a"}, 7s), Ids{});
    EXPECT_EQ(waiting({"a"}, 7s, 4), Ids{"a"});
    EXPECT_FALSE(wait_.gave_up());
    EXPECT_EQ(waiting({"a"}, 11s, 0), Ids{}) << "nobody leads";
    EXPECT_EQ(waiting({"a"}, 13s, 4), Ids{"a"});
    EXPECT_EQ(waiting({"a"}, 18s, 4), Ids{});
}

} // namespace
} // namespace ems::dispatch
