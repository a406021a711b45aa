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

} // namespace
} // namespace ems::console
