#include "dispatch/core/seat.h"

#include <gtest/gtest.h>

namespace ems::dispatch {
namespace {

World world_with(std::uint64_t version) {
    World world;
    world.units[{1}].id = {1};
    world.units[{1}].version = version;
    return world;
}
Rows rows_with(std::uint64_t version) {
    Rows rows;
    rows.units.push_back(world_with(version).units.at({1}));
    return rows;
}

TEST(Seat, LeadsFromTakingToLeavingAndKeepsItsWorldBehindIt) {
    Seat seat;
    EXPECT_FALSE(seat.leads());
    seat.take(3, world_with(1));
    EXPECT_TRUE(seat.leads());
    EXPECT_EQ(seat.term(), 3U);
    seat.leave();
    EXPECT_FALSE(seat.leads());
    EXPECT_FALSE(seat.leads_since(3));
    EXPECT_EQ(seat.world().units.size(), 1U);
}

TEST(Seat, WhatBeganInAPastTermIsNotDoneInALaterOne) {
    Seat seat;
    seat.take(3, {});
    EXPECT_TRUE(seat.leads_since(3));
    seat.leave();
    seat.take(5, {});
    EXPECT_FALSE(seat.leads_since(3));
    EXPECT_TRUE(seat.leads_since(5));
}

TEST(Seat, AnswersOfAPastTermChangeNothing) {
    Seat seat;
    seat.take(5, world_with(7));
    EXPECT_FALSE(seat.applied(3, rows_with(9)));
    EXPECT_FALSE(seat.reloaded(3, world_with(2), Refusal::conflict));
    EXPECT_EQ(seat.world().units.at({1}).version, 7U);
    EXPECT_TRUE(seat.applied(5, rows_with(8)));
    EXPECT_EQ(seat.world().units.at({1}).version, 8U);
    EXPECT_TRUE(seat.reloaded(5, world_with(11), Refusal::conflict));
    EXPECT_EQ(seat.world().units.at({1}).version, 11U);
}

TEST(Seat, CommandsOfACommitThatNoStandbyHoldsAreHeldUntilTheNextThatIsTaken) {
    const auto with = [](std::initializer_list<const char*> ids, const char* state) {
        World world;
        for (const char* id : ids) {
            world.commands[id].id = id;
            world.commands[id].state = state;
        }
        return world;
    };
    Seat seat;
    seat.take(5, with({"before"}, "sent"));
    EXPECT_EQ(seat.refused(5, Refusal::not_replicated, 1), AfterRefusal::reload);
    ASSERT_TRUE(seat.reloaded(5, with({"before", "fresh"}, "queued"), Refusal::conflict));
    EXPECT_TRUE(seat.withheld().empty()) << "read anew for another reason";
    ASSERT_TRUE(seat.reloaded(5, with({"before", "fresh", "next"}, "queued"), Refusal::not_replicated));
    EXPECT_EQ(seat.withheld(), std::set<std::string>{"next"});
    ASSERT_TRUE(seat.reloaded(5, with({"done"}, "stored"), Refusal::not_replicated));
    EXPECT_EQ(seat.withheld(), std::set<std::string>{"next"}) << "one that its vehicle holds needs no holding";
    ASSERT_TRUE(seat.applied(5, {}));
    EXPECT_TRUE(seat.withheld().empty());
    ASSERT_TRUE(seat.reloaded(5, with({"again"}, "queued"), Refusal::not_replicated));
    seat.take(6, {});
    EXPECT_TRUE(seat.withheld().empty());
    EXPECT_FALSE(refuses_the_event(Refusal::not_replicated));
}

TEST(Seat, WhoTakesTheLeadWithholdsWhatIsQueuedUntilACommitOfItsOwnIsReplicated) {
    World world;
    for (const char* state : {"queued", "sent", "stored"}) {
        world.commands[state].id = state;
        world.commands[state].state = state;
    }
    Seat seat;
    seat.take(5, world);
    EXPECT_EQ(seat.withheld(), std::set<std::string>{"queued"}) << "what was sent is known to its vehicle";
    ASSERT_FALSE(seat.applied(4, {}));
    EXPECT_EQ(seat.withheld(), std::set<std::string>{"queued"});
    ASSERT_TRUE(seat.applied(5, {}));
    EXPECT_TRUE(seat.withheld().empty());
}

TEST(Seat, TheRefusalOfAnEarlierTermDoesNotUnseatThePresentOne) {
    Seat seat;
    seat.take(5, {});
    EXPECT_EQ(seat.refused(3, Refusal::term_stale, 1), AfterRefusal::give_back);
    EXPECT_EQ(seat.refused(3, Refusal::outcome_unknown, 1), AfterRefusal::give_back);
    EXPECT_EQ(seat.refused(5, Refusal::term_stale, 1), AfterRefusal::step_down);
    EXPECT_EQ(seat.refused(5, Refusal::outcome_unknown, 1), AfterRefusal::step_down);
}

TEST(Seat, DecidesAgainAfterAConflictAtMostThreeTimes) {
    Seat seat;
    seat.take(1, {});
    for (const Refusal refusal : {Refusal::conflict, Refusal::constraint}) {
        EXPECT_EQ(seat.refused(1, refusal, 1), AfterRefusal::decide_again);
        EXPECT_EQ(seat.refused(1, refusal, 2), AfterRefusal::decide_again);
        EXPECT_EQ(seat.refused(1, refusal, 3), AfterRefusal::reload);
    }
    for (const Refusal refusal : {Refusal::failed, Refusal::transition}) {
        EXPECT_EQ(seat.refused(1, refusal, 1), AfterRefusal::reload);
    }
    for (const Refusal refusal : {Refusal::repeated, Refusal::values}) {
        EXPECT_EQ(seat.refused(1, refusal, 1), AfterRefusal::give_back);
    }
}

TEST(Seat, SetsAnEventAsideOnlyForWhatTheStoreWillNeverTake) {
    for (const Refusal refusal : {Refusal::values, Refusal::constraint, Refusal::transition}) {
        EXPECT_TRUE(refuses_the_event(refusal));
    }
    for (const Refusal refusal : {Refusal::failed, Refusal::conflict, Refusal::term_stale,
                                  Refusal::outcome_unknown, Refusal::repeated}) {
        EXPECT_FALSE(refuses_the_event(refusal));
    }
}

TEST(Seat, ForgetsWhatEndedLongAgo) {
    Seat seat;
    World world;
    world.incidents[{1}].id = {1};
    world.incidents[{1}].state = IncidentState::closed;
    seat.take(1, world);
    seat.trim(1, 500);
    EXPECT_TRUE(seat.world().incidents.empty());
}

} // namespace
} // namespace ems::dispatch
