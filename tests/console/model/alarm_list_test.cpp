#include "console/model/alarm_list.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace ems::console {
namespace {

AlarmEntry entry(const char* key, Grade grade, std::int64_t since_us) {
    AlarmEntry e;
    e.key = key;
    e.grade = grade;
    e.since_us = since_us;
    return e;
}

const std::vector<std::string> kVf{"vf"};
const std::vector<std::string> kSpo2{"spo2"};

TEST(AlarmList, StandsByGradeThenNewest) {
    AlarmList list;
    list.raise(entry("low", Grade::low, 30));
    list.raise(entry("old", Grade::high, 10));
    list.raise(entry("new", Grade::high, 20));
    EXPECT_EQ(list.entries().at(0).key, "new");
    EXPECT_EQ(list.entries().at(1).key, "old");
    EXPECT_EQ(list.entries().at(2).key, "low");
}

TEST(AlarmList, EndedConditionStaysLatchedUntilAcknowledged) {
    AlarmList list;
    list.raise(entry("vf", Grade::high, 10));
    list.clear("vf");
    ASSERT_EQ(list.entries().size(), 1U);
    EXPECT_EQ(list.entries().front().state, AlarmState::returned);
    EXPECT_TRUE(list.acknowledge_first(kVf, "王", 40));
    EXPECT_TRUE(list.entries().empty());
}

TEST(AlarmList, RepeatKeepsTheAcknowledgementButAHigherGradeDoesNot) {
    AlarmList list;
    list.raise(entry("spo2", Grade::medium, 10));
    EXPECT_TRUE(list.acknowledge_first(kSpo2, "王", 20));
    list.raise(entry("spo2", Grade::medium, 30));
    EXPECT_EQ(list.entries().front().state, AlarmState::acknowledged);
    EXPECT_EQ(list.entries().front().since_us, 10);
    list.raise(entry("spo2", Grade::high, 40));
    EXPECT_EQ(list.entries().front().state, AlarmState::active);
}

TEST(AlarmList, NobodyAcknowledgesWhatIsNotShown) {
    AlarmList list;
    list.raise(entry("vf", Grade::high, 10));
    list.raise(entry("spo2", Grade::medium, 20));
    EXPECT_TRUE(list.acknowledge_first(kSpo2, "王", 30));
    EXPECT_FALSE(list.acknowledge_first(kSpo2, "王", 40));
    EXPECT_EQ(list.entries().at(0).key, "vf");
    EXPECT_EQ(list.entries().at(0).state, AlarmState::active);
    EXPECT_EQ(list.entries().at(1).state, AlarmState::acknowledged);
}

TEST(AlarmList, OneThatComesBackBeginsAnew) {
    AlarmList list;
    list.raise(entry("spo2", Grade::medium, 10));
    list.clear("spo2");
    list.raise(entry("spo2", Grade::medium, 500));
    ASSERT_EQ(list.entries().size(), 1U);
    EXPECT_EQ(list.entries().front().state, AlarmState::active);
    EXPECT_EQ(list.entries().front().since_us, 500);
}

TEST(AlarmList, IsBoundedAndDropsTheLeastUrgent) {
    AlarmList list;
    list.raise(entry("high", Grade::high, 1));
    for (std::size_t i = 0; i < 2 * AlarmList::kCountMax; ++i) {
        list.raise(entry(std::to_string(i).c_str(), Grade::low, static_cast<std::int64_t>(i)));
    }
    EXPECT_EQ(list.entries().size(), AlarmList::kCountMax);
    EXPECT_EQ(list.entries().front().key, "high");
    EXPECT_GT(list.dropped(), 0U);
}

AlarmMark seen_by(const char* who, std::int64_t at_us, Grade grade) {
    AlarmMark mark;
    mark.acknowledged_us = at_us;
    mark.acknowledged_by = who;
    mark.acknowledged_grade = grade;
    return mark;
}

TEST(AlarmMarks, WhatAnotherDeskHasSeenIsSeenHereWithItsNameAndTime) {
    AlarmList list;
    list.raise(entry("spo2", Grade::medium, 10));
    list.mark("spo2", seen_by("李", 20, Grade::medium));
    EXPECT_EQ(list.entries().front().state, AlarmState::acknowledged);
    EXPECT_EQ(list.entries().front().acknowledged_by, "李");
    EXPECT_EQ(list.entries().front().acknowledged_us, 20);
}

TEST(AlarmMarks, OneThatCameBeforeItsAlarmIsHeldAgainstIt) {
    AlarmList list;
    list.mark("spo2", seen_by("李", 20, Grade::medium));
    list.raise(entry("spo2", Grade::medium, 10));
    EXPECT_EQ(list.entries().front().state, AlarmState::acknowledged) << "a desk that starts later";
}

TEST(AlarmMarks, AnAlarmThatBeganLaterOrIsGraverIsNotTheOneThatWasSeen) {
    AlarmList list;
    list.mark("spo2", seen_by("李", 20, Grade::medium));
    list.raise(entry("spo2", Grade::medium, 30));
    EXPECT_EQ(list.entries().front().state, AlarmState::active);
    list.mark("vf", seen_by("李", 20, Grade::medium));
    list.raise(entry("vf", Grade::high, 10));
    EXPECT_EQ(list.find("vf")->state, AlarmState::active);
}

TEST(AlarmMarks, OfAnotherPatientItSaysNothing) {
    AlarmList list;
    list.mark("spo2", seen_by("李", 20, Grade::medium));
    AlarmEntry next = entry("spo2", Grade::medium, 10);
    next.marks_from_us = 25; // the unit's present task began then
    list.raise(next);
    EXPECT_EQ(list.entries().front().state, AlarmState::active);
}

TEST(AlarmMarks, AnEndedAlarmThatAnotherDeskHasSeenGoes) {
    AlarmList list;
    list.raise(entry("vf", Grade::high, 10));
    list.clear("vf");
    list.mark("vf", seen_by("李", 40, Grade::high));
    EXPECT_TRUE(list.entries().empty());
}

TEST(AlarmMarks, ItIsSpentWithTheAlarmItWasAbout) {
    AlarmList list;
    list.raise(entry("spo2", Grade::medium, 10));
    list.mark("spo2", seen_by("李", 20, Grade::medium));
    list.clear("spo2");
    list.raise(entry("spo2", Grade::medium, 10)); // of a case whose first stamp never changes
    EXPECT_EQ(list.entries().front().state, AlarmState::active);
}

TEST(AlarmMarks, WhatAnotherDeskPutsAwayIsAwayAndComesBackWhenItIsTakenBack) {
    AlarmList list;
    list.raise(entry("resp", Grade::low, 10));
    AlarmMark mark;
    mark.shelved_us = 20;
    mark.shelved_until_us = 500;
    mark.shelved_by = "李";
    mark.shelved_reason = "探头";
    mark.shelved_grade = Grade::low;
    list.mark("resp", mark);
    EXPECT_TRUE(AlarmList::is_shelved(list.entries().front(), 100));
    EXPECT_EQ(list.entries().front().shelved_by, "李");
    EXPECT_EQ(list.entries().front().state, AlarmState::active) << "put away is not seen";
    mark.shelved_us = 30;
    mark.shelved_until_us = 0;
    list.mark("resp", mark);
    EXPECT_FALSE(AlarmList::is_shelved(list.entries().front(), 100));
}

TEST(AlarmMarks, WhatIsTakenBackHereStaysBackWhenTheAlarmIsRenewed) {
    AlarmList list;
    list.raise(entry("resp", Grade::low, 10));
    AlarmMark mark;
    mark.shelved_us = 20;
    mark.shelved_until_us = 500;
    mark.shelved_grade = Grade::low;
    list.mark("resp", mark);
    EXPECT_TRUE(list.take_back("resp", 100));
    list.raise(entry("resp", Grade::low, 110));
    EXPECT_FALSE(AlarmList::is_shelved(list.entries().front(), 120));
}

TEST(AlarmMarks, NamesOfAlarmsAreThoseOfTheServer) {
    const auto request = mark_request(MarkDeed::take_back, "a31:crew_silent", Grade::medium);
    ASSERT_TRUE(request);
    EXPECT_EQ(request->about(), "assignment");
    EXPECT_EQ(request->about_id(), 31);
    EXPECT_EQ(request->code(), "crew_silent");
    EXPECT_EQ(request->kind(), "taken_back");
    EXPECT_EQ(request->grade(), 2U);
    api::AlarmMark mark;
    mark.set_about("assignment");
    mark.set_about_id(31);
    mark.set_code("crew_silent");
    EXPECT_EQ(alarm_key(mark), "a31:crew_silent");
    for (const char* own : {"server_lost", "no_leader", "u:x", "u1x:y", "u1:", "z1:y", ""}) {
        EXPECT_FALSE(mark_request(MarkDeed::acknowledge, own, Grade::high)) << own;
    }
}

} // namespace
} // namespace ems::console
