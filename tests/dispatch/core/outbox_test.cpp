#include "dispatch/core/outbox.h"

#include <gtest/gtest.h>

namespace ems::dispatch {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kNowUs = 1'800'000'000'000'000;

class OutboxScheduleTest : public ::testing::Test {
  protected:
    void queue(const std::string& id, std::uint64_t unit_seq, const std::string& vid) {
        CommandRow& row = world_.commands[id];
        row.id = id;
        row.vid = vid;
        row.state = "queued";
        row.unit_seq = unit_seq;
        row.expires_us = kNowUs + kOrderLifeUs;
    }
    std::vector<std::string> send(std::chrono::milliseconds at) {
        std::vector<std::string> due = schedule_.due(world_, held_, Ticks{at}, kNowUs).send;
        for (const std::string& id : due) {
            schedule_.sent(id, Ticks{at});
        }
        return due;
    }
    using Ids = std::vector<std::string>;
    OutboxSchedule schedule_;
    std::set<std::string> held_;
    World world_;
};

TEST_F(OutboxScheduleTest, WhatTheStandbyDoesNotHoldIsNotSentNorWhatWaitsBehindIt) {
    queue("a", 5, "amb-1");
    queue("b", 6, "amb-1");
    queue("c", 7, "amb-2");
    held_ = {"a"};
    EXPECT_EQ(send(std::chrono::seconds{1}), Ids{"c"});
    held_.clear();
    EXPECT_EQ(send(std::chrono::milliseconds{1'100}), Ids{"a"});
}

TEST_F(OutboxScheduleTest, SendsTheFirstCommandOfEachVehicleAndAgainAfterASecond) {
    queue("b", 5, "amb-1");
    queue("a", 6, "amb-1");
    queue("c", 1, "amb-2");
    queue("d", 2, "amb-2");
    EXPECT_EQ(send(1s), (Ids{"b", "c"}));
    world_.commands.erase("d");
    EXPECT_EQ(send(1900ms), Ids{});
    world_.commands.at("c").state = "stored";
    EXPECT_EQ(send(2s), Ids{"b"});
    world_.commands.at("b").state = "stored";
    EXPECT_EQ(send(2100ms), Ids{"a"});
}

TEST_F(OutboxScheduleTest, AVehicleThatConnectsIsSentItsCommandAtOnce) {
    queue("a", 1, "amb-1");
    queue("c", 1, "amb-2");
    EXPECT_EQ(send(1s), (Ids{"a", "c"}));
    schedule_.hurry(world_, "amb-1");
    EXPECT_EQ(send(1100ms), Ids{"a"});
    world_.commands.erase("c");
    schedule_.hurry(world_, "amb-3");
    queue("c", 1, "amb-2");
    EXPECT_EQ(send(1200ms), Ids{"c"});
}

TEST_F(OutboxScheduleTest, WhatTheVehicleSaysThatItHoldsLetsTheNextFollow) {
    queue("a", 1, "amb-1");
    queue("b", 2, "amb-1");
    schedule_.held(world_, "amb-2", "a");
    schedule_.held(world_, "amb-1", "never-sent");
    EXPECT_EQ(send(1s), (Ids{"a"})) << "another vehicle's word";
    schedule_.held(world_, "amb-1", "a");
    EXPECT_EQ(send(2s), (Ids{"b"}));
    schedule_.hurry(world_, "amb-1");
    EXPECT_EQ(send(3s), (Ids{"a"})) << "it may have lost its store since";
    schedule_.held(world_, "amb-1", "a");
    world_.commands.at("a").state = "stored";
    schedule_.held(world_, "amb-1", "a");
    EXPECT_EQ(send(4s), (Ids{"b"})) << "the inbox has it too";
    world_.commands.at("a").state = "queued";
    EXPECT_EQ(send(5s), (Ids{"a"})) << "what was said of it went with its state";
}

TEST_F(OutboxScheduleTest, WhatAVehicleSaidStaysWhenAnotherConnectsAndGoesWithItsCommand) {
    queue("a", 1, "amb-1");
    queue("b", 2, "amb-1");
    EXPECT_EQ(send(1s), (Ids{"a"}));
    schedule_.held(world_, "amb-1", "a");
    schedule_.hurry(world_, "amb-2");
    EXPECT_EQ(send(2s), (Ids{"b"})) << "still held";
    world_.commands.erase("a");
    schedule_.hurry(world_, "amb-2");
    queue("a", 1, "amb-1");
    EXPECT_EQ(send(4s), (Ids{"a"})) << "nobody said anything of this one";
    schedule_.held(world_, "amb-1", "a");
    world_.commands.erase("a");
    EXPECT_EQ(send(6s), (Ids{"b"}));
    queue("a", 1, "amb-1");
    EXPECT_EQ(send(8s), (Ids{"a"}));
}

TEST_F(OutboxScheduleTest, WhatWasNotTakenByTheBrokerIsDueAgainAtOnce) {
    queue("a", 1, "amb-1");
    EXPECT_EQ(schedule_.due(world_, {}, Ticks{1s}, kNowUs).send, Ids{"a"});
    EXPECT_EQ(schedule_.due(world_, {}, Ticks{1100ms}, kNowUs).send, Ids{"a"});
}

TEST_F(OutboxScheduleTest, AnExpiredCommandIsToldAndNotSent) {
    queue("a", 1, "amb-1");
    queue("b", 2, "amb-1");
    world_.commands.at("a").expires_us = kNowUs;
    const OutboxSchedule::Due due = schedule_.due(world_, {}, Ticks{1s}, kNowUs);
    EXPECT_EQ(due.expired, Ids{"a"});
    EXPECT_EQ(due.send, Ids{"b"});
}

class CrewAlarmsTest : public ::testing::Test {
  protected:
    CrewAlarmsTest() {
        AssignmentRow& row = world_.assignments[{7}];
        row.id = {7};
        row.state = AssignmentState::accepted;
        row.created_us = kNowUs - 60'000'000;
        row.command_state = "accepted";
    }
    CommandRow& command(const std::string& kind, std::uint64_t unit_seq) {
        CommandRow& row = world_.commands[kind + std::to_string(unit_seq)];
        row.id = kind + std::to_string(unit_seq);
        row.kind = kind;
        row.unit_seq = unit_seq;
        row.assignment = {7};
        row.state = "sent";
        row.issued_us = kNowUs;
        return row;
    }
    std::string alarm(std::int64_t after_us) {
        const auto alarms = crew_alarms(world_, kNowUs + after_us);
        return alarms.empty() ? "" : alarms.at({7});
    }
    World world_;
};

TEST_F(CrewAlarmsTest, ACancellationThatTheVehicleDoesNotHoldIsToldAtTheDesk) {
    world_.assignments.at({7}).state = AssignmentState::cancelled;
    CommandRow& cancel = command("cancel", 3);
    EXPECT_EQ(alarm(4'900'000), "");
    EXPECT_EQ(alarm(5'000'000), "crew_not_reached");
    cancel.state = "expired";
    EXPECT_EQ(alarm(5'000'000), "crew_not_reached");
    cancel.state = "stored";
    EXPECT_EQ(alarm(5'000'000), "");
}

TEST_F(CrewAlarmsTest, ADestinationIsToldUntilItOrALaterOneIsHeldOrTheTaskHasEnded) {
    command("destination", 3).state = "expired";
    EXPECT_EQ(alarm(0), "crew_not_reached");
    command("destination", 4).state = "stored";
    EXPECT_EQ(alarm(0), "");
    command("destination", 5);
    EXPECT_EQ(alarm(5'000'000), "crew_not_reached");
    world_.assignments.at({7}).state = AssignmentState::done;
    EXPECT_EQ(alarm(5'000'000), "");
}

TEST_F(CrewAlarmsTest, OfTwoOfAKindTheNewerCountsWhateverTheirIds) {
    command("destination", 9).state = "expired";
    command("destination", 10).state = "stored";   // its id sorts first
    EXPECT_EQ(alarm(0), "");
    command("dispatch", 11).state = "expired";     // the order has alarms of its own
    EXPECT_EQ(alarm(0), "");
}

TEST_F(CrewAlarmsTest, AnOrderIsToldAfterFiveSecondsAndASilentCrewAfterThirty) {
    AssignmentRow& row = world_.assignments.at({7});
    row.created_us = kNowUs;
    row.command_state = "sent";
    row.state = AssignmentState::ordered;
    EXPECT_EQ(alarm(4'900'000), "");
    EXPECT_EQ(alarm(5'000'000), "crew_not_reached");
    row.state = AssignmentState::delivered;
    EXPECT_EQ(alarm(4'900'000), "");
    EXPECT_EQ(alarm(5'000'000), "crew_unanswered");
    EXPECT_EQ(alarm(29'900'000), "crew_unanswered");
    EXPECT_EQ(alarm(30'000'000), "crew_silent");
    row.state = AssignmentState::cancelled;
    EXPECT_EQ(alarm(60'000'000), "");
}

TEST_F(CrewAlarmsTest, AnOrderIsUnansweredAfterThirtySecondsWhateverTheAlarmIsCalled) {
    AssignmentRow& row = world_.assignments.at({7});
    row.created_us = kNowUs;
    row.command_state = "sent";
    row.state = AssignmentState::ordered;
    EXPECT_FALSE(unanswered(row, kNowUs + 29'900'000));
    EXPECT_TRUE(unanswered(row, kNowUs + 30'000'000));
    EXPECT_EQ(alarm(30'000'000), "crew_not_reached");
    row.state = AssignmentState::delivered;
    command("correction", 4);
    EXPECT_TRUE(unanswered(row, kNowUs + 30'000'000));
    EXPECT_EQ(alarm(30'000'000), "crew_not_reached");
    row.state = AssignmentState::accepted;
    EXPECT_FALSE(unanswered(row, kNowUs + 60'000'000));
}

TEST_F(CrewAlarmsTest, AUnitThatIsKnownByVoiceIsToldOfUntilSomebodyEntersThatItsCrewKnows) {
    AssignmentRow& row = world_.assignments.at({7});
    row.created_us = kNowUs;
    row.command_state = "";
    row.state = AssignmentState::ordered;
    EXPECT_EQ(alarm(9'900'000), "");
    EXPECT_EQ(alarm(10'000'000), "tell_by_voice");
    EXPECT_FALSE(unanswered(row, kNowUs + 29'900'000));
    EXPECT_EQ(alarm(30'000'000), "crew_silent");
    EXPECT_TRUE(unanswered(row, kNowUs + 30'000'000)) << "another is proposed";
    row.state = AssignmentState::accepted;
    EXPECT_EQ(alarm(60'000'000), "");
    EXPECT_FALSE(unanswered(row, kNowUs + 60'000'000));
    row.state = AssignmentState::refused;
    EXPECT_EQ(alarm(60'000'000), "");
}

TEST(PostingAlarms, APostingThatIsNotOnItsVehicleIsToldAfterFiveSecondsUntilItIs) {
    World world;
    PostingRow& row = world.postings[{3}];
    row.id = {3};
    row.command = "c";
    row.created_us = kNowUs;
    EXPECT_TRUE(posting_alarms(world, kNowUs + 4'900'000).empty());
    EXPECT_EQ(posting_alarms(world, kNowUs + 5'000'000).at({3}), "crew_not_reached");
    EXPECT_EQ(posting_alarms(world, kNowUs + 3'600'000'000).at({3}), "crew_not_reached") << "though its words have expired";
    row.state = PostingState::delivered;
    EXPECT_TRUE(posting_alarms(world, kNowUs + 5'000'000).empty());
    row.state = PostingState::ordered;
    row.command.clear();
    EXPECT_TRUE(posting_alarms(world, kNowUs + 5'000'000).empty()) << "told by voice";
}

TEST_F(CrewAlarmsTest, ACommandOfAnAssignmentThatIsNotLoadedTellsNobody) {
    world_.assignments.clear();
    command("cancel", 3).state = "expired";
    EXPECT_EQ(alarm(0), "");
}

} // namespace
} // namespace ems::dispatch
