// What stands for what, what stands together, and what repeats.
#include "console/model/alarm_list.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "console/model/alarm_sound.h"

namespace ems::console {
namespace {

constexpr std::int64_t kS = 1'000'000;

AlarmEntry of_unit(int unit, const std::string& code, Grade grade, std::int64_t since_us) {
    AlarmEntry e;
    e.key = alarm_key('u', unit, code);
    e.group = "u" + std::to_string(unit);
    e.code = code;
    e.grade = grade;
    e.since_us = since_us;
    const AlarmReason* row = find_reason(code);
    e.technical = row != nullptr && row->about == AlarmClass::technical;
    return e;
}

void acknowledge(AlarmList& list, const std::string& key) {
    const std::vector<std::string> shown{key};
    ASSERT_TRUE(list.acknowledge_first(shown, "王", 1));
}

std::vector<std::string> keys(const std::vector<const AlarmEntry*>& entries) {
    std::vector<std::string> out;
    for (const AlarmEntry* e : entries) {
        out.push_back(e->key);
    }
    return out;
}

std::vector<std::string> order(const AlarmList& list) {
    std::vector<std::string> out;
    for (const AlarmEntry& e : list.entries()) {
        out.push_back(e.key);
    }
    return out;
}

TEST(AlarmConsequences, ALostUnitIsOneAlarm) {
    AlarmList list;
    for (const char* code : {"ecg_lead_off", "spo2_sensor_off", "gnss_lost", "monitor_lost", "ecg_lost", "nibp_failed"}) {
        list.raise(of_unit(4, code, find_reason(code)->grade, 10));
    }
    list.raise(of_unit(4, "unit_lost", Grade::medium, 20));
    EXPECT_EQ(keys(list.most_urgent(6, 30)), (std::vector<std::string>{"u4:unit_lost"}));
    EXPECT_EQ(list.entries().size(), 7U) << "the others stay in the list";
}

TEST(AlarmConsequences, OnlyTheLossIsHeard) {
    AlarmList list;
    list.raise(of_unit(4, "monitor_lost", Grade::medium, 10));
    list.raise(of_unit(4, "unit_lost", Grade::medium, 20));
    acknowledge(list, "u4:unit_lost");
    EXPECT_EQ(to_sound(list, Owner::both, 0, 30), std::nullopt);
}

TEST(AlarmConsequences, APatientsAlarmThatStoodBeforeStays) {
    AlarmList list;
    list.raise(of_unit(4, "vf", Grade::high, 10));
    list.raise(of_unit(4, "spo2_low", Grade::medium, 12));
    list.raise(of_unit(4, "unit_lost", Grade::medium, 20));
    EXPECT_EQ(keys(list.most_urgent(6, 30)), (std::vector<std::string>{"u4:vf", "u4:unit_lost", "u4:spo2_low"}));
}

TEST(AlarmConsequences, ANumberThatNobodyMeasuresAnyMoreFollowsFromTheLoss) {
    AlarmList list;
    list.raise(of_unit(4, "spo2_low", Grade::medium, 10));
    list.clear("u4:spo2_low", Ending::unwatched);
    list.raise(of_unit(4, "unit_lost", Grade::medium, 20));
    EXPECT_EQ(keys(list.most_urgent(6, 30)), (std::vector<std::string>{"u4:unit_lost"}));
}

TEST(AlarmConsequences, AHighOneThatNobodyWatchesAnyMoreStays) {
    AlarmList list;
    list.raise(of_unit(4, "spo2_critical", Grade::high, 10));
    list.clear("u4:spo2_critical", Ending::unwatched);
    list.raise(of_unit(4, "unit_lost", Grade::medium, 20));
    EXPECT_EQ(list.most_urgent(6, 30).front()->key, "u4:spo2_critical");
}

TEST(AlarmConsequences, OfAnotherUnitTheyStand) {
    AlarmList list;
    list.raise(of_unit(5, "monitor_lost", Grade::medium, 10));
    list.raise(of_unit(4, "unit_lost", Grade::medium, 20));
    EXPECT_EQ(list.most_urgent(6, 30).size(), 2U);
}

TEST(AlarmConsequences, TheyStandAgainWhenTheUnitIsHeard) {
    AlarmList list;
    list.raise(of_unit(4, "monitor_lost", Grade::medium, 10));
    list.raise(of_unit(4, "unit_lost", Grade::medium, 20));
    list.clear("u4:unit_lost");
    EXPECT_EQ(list.most_urgent(6, 30).size(), 2U);
}

TEST(AlarmConsequences, WhatIsMoreUrgentThanTheLossIsNotHiddenByIt) {
    AlarmList list;
    list.raise(of_unit(4, "monitor_lost", Grade::medium, 10));
    list.raise(of_unit(4, "unit_lost", Grade::low, 20));
    EXPECT_EQ(list.most_urgent(1, 30).front()->key, "u4:monitor_lost");
}

TEST(AlarmGroups, AlarmsOfOneUnitStandTogetherBehindTheirMostUrgent) {
    AlarmList list;
    list.raise(of_unit(4, "gnss_lost", Grade::low, 1));
    list.raise(of_unit(5, "hr_high", Grade::medium, 3));
    list.raise(of_unit(4, "vf", Grade::high, 2));
    EXPECT_EQ(order(list), (std::vector<std::string>{"u4:vf", "u4:gnss_lost", "u5:hr_high"}));
}

TEST(AlarmGroups, WithLittleRoomEachUnitIsSeenBeforeTheSecondAlarmOfAnother) {
    AlarmList list;
    list.raise(of_unit(4, "hr_high", Grade::medium, 10));
    list.raise(of_unit(4, "rr_high", Grade::medium, 11));
    list.raise(of_unit(5, "hr_high", Grade::medium, 1));
    const auto shown = list.most_urgent(2, 20);
    EXPECT_EQ(keys(shown), (std::vector<std::string>{"u4:rr_high", "u5:hr_high"}));
    EXPECT_EQ(list.behind(*shown.front(), shown, 20), 1U);
    EXPECT_EQ(list.behind(*shown.back(), shown, 20), 0U);
}

TEST(AlarmGroups, EachHighAlarmOfAUnitIsSeenByItself) {
    AlarmList list;
    list.raise(of_unit(4, "vf", Grade::high, 10));
    list.raise(of_unit(4, "spo2_critical", Grade::high, 11));
    list.raise(of_unit(5, "hr_high", Grade::medium, 12));
    EXPECT_EQ(keys(list.most_urgent(2, 20)), (std::vector<std::string>{"u4:spo2_critical", "u4:vf"}));
}

TEST(AlarmGroups, AnAcknowledgedFibrillationKeepsItsPlaceBeforeMediumOnes) {
    AlarmList list;
    list.raise(of_unit(4, "vf", Grade::high, 10));
    acknowledge(list, "u4:vf");
    for (int unit = 5; unit < 15; ++unit) {
        list.raise(of_unit(unit, "hr_high", Grade::medium, 20 + unit));
    }
    EXPECT_EQ(list.most_urgent(6, 50).front()->key, "u4:vf");
}

TEST(AlarmGroups, WithRoomForOneItIsWhatNobodyHasSeen) {
    AlarmList list;
    list.raise(of_unit(4, "vf", Grade::high, 10));
    acknowledge(list, "u4:vf");
    list.raise(of_unit(5, "hr_high", Grade::medium, 20));
    EXPECT_EQ(list.most_urgent(1, 50).front()->key, "u5:hr_high");
}

TEST(AlarmRoom, AnAlarmWithoutRoomIsCountedOnceHoweverOftenItIsRaised) {
    AlarmList list;
    for (std::size_t i = 0; i < AlarmList::kCountMax; ++i) {
        list.raise(of_unit(static_cast<int>(i + 10), "vf", Grade::high, 1));
    }
    for (int i = 0; i < 5; ++i) {
        list.raise(of_unit(4, "gnss_lost", Grade::low, 2));
    }
    EXPECT_EQ(list.dropped(), 1U);
    list.clear("u4:gnss_lost");
    EXPECT_EQ(list.dropped(), 0U);
}

// ---- repeats

// Begins and ends `times` times, `apart_s` from each other.
void flap(AlarmList& list, const AlarmEntry& entry, int times, int apart_s) {
    for (int i = 0; i < times; ++i) {
        const std::int64_t now = (100 + i * apart_s) * kS;
        list.pass(now);
        AlarmEntry again = entry;
        again.since_us = now;
        list.raise(again);
        list.clear(entry.key);
    }
}

TEST(AlarmRepeats, MoreThanThreeTimesInAMinuteIsOneLineWithACount) {
    AlarmList list;
    flap(list, of_unit(4, "ecg_lead_off", Grade::low, 0), 5, 10);
    ASSERT_EQ(list.entries().size(), 1U);
    const AlarmEntry& line = list.entries().front();
    EXPECT_TRUE(AlarmList::is_chattering(line));
    EXPECT_EQ(line.repeats, 5U);
    EXPECT_EQ(line.first_us, 100 * kS);
    EXPECT_EQ(line.last_us, 140 * kS);
}

TEST(AlarmRepeats, ThreeTimesInAMinuteAndOneAMinuteLaterAreNoChatter) {
    AlarmList list;
    flap(list, of_unit(4, "ecg_lead_off", Grade::low, 0), 3, 10);
    EXPECT_FALSE(AlarmList::is_chattering(list.entries().front()));
    flap(list, of_unit(5, "ecg_lead_off", Grade::low, 0), 8, 25);
    EXPECT_FALSE(AlarmList::is_chattering(*list.find("u5:ecg_lead_off")));
}

TEST(AlarmRepeats, OneThatChattersAsksOnceUntilItIsQuiet) {
    AlarmList list;
    flap(list, of_unit(4, "ecg_lead_off", Grade::low, 0), 4, 5);
    static_cast<void>(list.take_fresh());
    flap(list, of_unit(4, "ecg_lead_off", Grade::low, 0), 6, 5);
    EXPECT_TRUE(list.take_fresh().empty());
    acknowledge(list, "u4:ecg_lead_off");
    list.pass(300 * kS);
    EXPECT_TRUE(list.entries().empty());
}

TEST(AlarmRepeats, AFibrillationThatComesAgainAsksEachTime) {
    AlarmList list;
    for (int i = 0; i < 6; ++i) {
        list.pass((100 + i) * kS);
        list.raise(of_unit(4, "vf", Grade::high, (100 + i) * kS));
        acknowledge(list, "u4:vf");
        list.clear("u4:vf");
    }
    EXPECT_EQ(list.take_fresh().size(), 6U);
}

TEST(AlarmRepeats, AnAcknowledgedOneThatFlapsWithinItsDelayStaysAcknowledged) {
    AlarmList list;
    list.pass(100 * kS);
    list.raise(of_unit(4, "unit_lost", Grade::medium, 100 * kS));
    acknowledge(list, "u4:unit_lost");
    list.clear("u4:unit_lost");
    list.pass(120 * kS);
    ASSERT_NE(list.find("u4:unit_lost"), nullptr) << "kept for 30 s";
    list.raise(of_unit(4, "unit_lost", Grade::medium, 120 * kS));
    EXPECT_EQ(list.find("u4:unit_lost")->state, AlarmState::acknowledged);
    EXPECT_EQ(list.take_fresh().size(), 1U);
    list.clear("u4:unit_lost");
    list.pass(151 * kS);
    EXPECT_TRUE(list.entries().empty());
    list.raise(of_unit(4, "unit_lost", Grade::medium, 160 * kS));
    EXPECT_EQ(list.find("u4:unit_lost")->state, AlarmState::active) << "another loss";
}

} // namespace
} // namespace ems::console
