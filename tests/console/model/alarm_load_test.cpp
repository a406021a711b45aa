// What alarms cost at one seat.
#include "console/model/alarm_load.h"

#include <string>

#include <gtest/gtest.h>

namespace ems::console {
namespace {

constexpr std::int64_t kS = 1'000'000;
constexpr std::int64_t kMin = 60 * kS;

class AlarmLoadTest : public testing::Test {
  protected:
    AlarmLoadTest() { load_.begin(0); }
    LoadFigures at(std::int64_t now_us) { return load_.figures(list_, now_us); }
    AlarmLoad load_;
    AlarmList list_;
};

TEST_F(AlarmLoadTest, CountsTheLastTenMinutesAndThePeak) {
    for (int i = 0; i < 4; ++i) {
        load_.note(Grade::low, (1 + i) * kMin);
    }
    EXPECT_EQ(at(4 * kMin).window, 4U);
    load_.pass(12 * kMin);
    EXPECT_EQ(at(12 * kMin).window, 2U) << "those of minutes 3 and 4";
    EXPECT_EQ(at(12 * kMin).peak, 4U);
    EXPECT_EQ(at(12 * kMin).peak_us, 4 * kMin);
}

TEST_F(AlarmLoadTest, TheMeanIsOfTheShift) {
    for (int i = 0; i < 12; ++i) {
        load_.note(Grade::low, i * 5 * kMin);
    }
    EXPECT_DOUBLE_EQ(at(60 * kMin).mean, 2.0);
    EXPECT_EQ(at(60 * kMin).total, 12U);
}

TEST_F(AlarmLoadTest, AShiftThatHasJustBegunIsNoHundredfoldLoad) {
    load_.note(Grade::low, kS);
    EXPECT_DOUBLE_EQ(at(2 * kS).mean, 1.0);
}

TEST_F(AlarmLoadTest, SharesAreOfAllThatAsked) {
    for (int i = 0; i < 20; ++i) {
        load_.note(i == 0 ? Grade::high : i < 4 ? Grade::medium : Grade::low, i * kMin);
    }
    EXPECT_EQ(share_percent(at(20 * kMin), Grade::high), 5U);
    EXPECT_EQ(share_percent(at(20 * kMin), Grade::medium), 15U);
    EXPECT_EQ(share_percent(at(20 * kMin), Grade::low), 80U);
    EXPECT_EQ(share_percent(LoadFigures{}, Grade::high), 0U);
}

TEST_F(AlarmLoadTest, TenInTenMinutesAreNoFloodAndElevenAre) {
    for (int i = 0; i < 10; ++i) {
        load_.note(Grade::low, i * kS);
    }
    EXPECT_FALSE(load_.is_flood());
    load_.note(Grade::low, 10 * kS);
    EXPECT_TRUE(load_.is_flood());
    EXPECT_EQ(at(10 * kS).floods, 1U);
    EXPECT_EQ(at(10 * kS).flood_since_us, 10 * kS);
}

TEST_F(AlarmLoadTest, AFloodEndsBelowFive) {
    for (int i = 0; i < 11; ++i) {
        load_.note(Grade::low, i * kMin / 2);
    }
    load_.pass(12 * kMin + kMin / 2);
    EXPECT_TRUE(load_.is_flood()) << "those of 3 min and later: five";
    load_.pass(13 * kMin);
    EXPECT_FALSE(load_.is_flood());
    EXPECT_EQ(at(14 * kMin).flood_us, 8 * kMin);
    EXPECT_EQ(at(14 * kMin).floods, 1U);
}

TEST_F(AlarmLoadTest, SaysHowManyStandForMoreThanADay) {
    AlarmEntry old;
    old.key = "u1:gnss_lost";
    old.code = "gnss_lost";
    old.since_us = 1;
    list_.raise(old);
    EXPECT_EQ(at(AlarmList::kStaleUs).stale, 0U);
    EXPECT_EQ(at(AlarmList::kStaleUs + 2).stale, 1U);
    EXPECT_EQ(at(AlarmList::kStaleUs + 2).standing, 1U);
    EXPECT_EQ(at(AlarmList::kStaleUs + 2).unseen, 1U);
}

TEST_F(AlarmLoadTest, IsWrittenForReports) {
    load_.note(Grade::high, kMin);
    const std::string json = load_json(at(2 * kMin));
    EXPECT_NE(json.find(R"("annunciated":1,"last_10_min":1,"mean_per_10_min":1.00,"peak_10_min":1)"), std::string::npos) << json;
    EXPECT_NE(json.find(R"("high_percent":100)"), std::string::npos) << json;
}

} // namespace
} // namespace ems::console
