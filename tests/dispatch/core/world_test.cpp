#include "dispatch/core/world.h"

#include <gtest/gtest.h>

namespace ems::dispatch {
namespace {

UnitRow unit_row(std::int64_t id, std::uint64_t version, UnitState state = UnitState::available) {
    UnitRow row;
    row.id = {id};
    row.version = version;
    row.state = state;
    return row;
}
IncidentRow incident_row(std::int64_t id, std::uint64_t version, std::size_t stamps = 0) {
    IncidentRow row;
    row.id = {id};
    row.version = version;
    row.stamps.resize(stamps);
    return row;
}
AssignmentRow assignment_row(std::int64_t id, std::int64_t incident, std::uint64_t version,
                             AssignmentState state = AssignmentState::ordered) {
    AssignmentRow row;
    row.id = {id};
    row.incident = {incident};
    row.version = version;
    row.state = state;
    return row;
}

TEST(Merge, AnOlderVersionNeverReplacesANewer) {
    World world;
    merge(world, {{unit_row(1, 5, UnitState::returning)}, {incident_row(2, 5, 3)}, {assignment_row(3, 2, 5)}, {}, {}, {}});
    merge(world, {{unit_row(1, 4)}, {incident_row(2, 4, 9)}, {assignment_row(3, 2, 4, AssignmentState::done)}, {}, {}, {}});
    EXPECT_EQ(world.units.at({1}).state, UnitState::returning);
    EXPECT_EQ(world.incidents.at({2}).stamps.size(), 3U);
    EXPECT_EQ(world.assignments.at({3}).state, AssignmentState::ordered);
    merge(world, {{unit_row(1, 6)}, {incident_row(2, 6)}, {assignment_row(3, 2, 6, AssignmentState::done)}, {}, {}, {}});
    EXPECT_EQ(world.units.at({1}).state, UnitState::available);
    EXPECT_EQ(world.incidents.at({2}).stamps.size(), 0U);
    EXPECT_TRUE(world.any_done({2}));
    EXPECT_FALSE(world.any_done({3}));
}

TEST(Merge, OfOneVersionTheIncidentWithMoreStampsIsTheNewer) {
    World world;
    merge(world, {{}, {incident_row(2, 5, 3)}, {}, {}, {}, {}});
    merge(world, {{}, {incident_row(2, 5, 2)}, {}, {}, {}, {}});
    EXPECT_EQ(world.incidents.at({2}).stamps.size(), 3U);
    merge(world, {{}, {incident_row(2, 5, 4)}, {}, {}, {}, {}});
    EXPECT_EQ(world.incidents.at({2}).stamps.size(), 4U);
}

TEST(Merge, OfOneVersionTheIncidentWithMoreNotesIsTheNewer) {
    World world;
    IncidentRow row = incident_row(2, 5, 3);
    row.notes = 2;
    Rows rows;
    rows.incidents = {row};
    merge(world, rows);
    rows.incidents.front().notes = 1;
    merge(world, rows);
    EXPECT_EQ(world.incidents.at({2}).notes, 2U);
    rows.incidents.front().notes = 3;
    merge(world, rows);
    EXPECT_EQ(world.incidents.at({2}).notes, 3U);
}

TEST(Merge, OfOneVersionTheIncidentWhoseScaleWasSwitchedLaterIsTheNewer) {
    World world;
    IncidentRow row = incident_row(2, 5, 3);
    row.spo2_scale = {2, 1'000, "wang", 1};
    Rows rows;
    rows.incidents = {row};
    merge(world, rows);
    rows.incidents.front().spo2_scale = {};
    merge(world, rows);
    EXPECT_EQ(world.incidents.at({2}).spo2_scale.scale, 2U);
}

TEST(Merge, ACommandIsAsItWasTold) {
    World world;
    CommandRow command;
    command.id = "c";
    command.state = "queued";
    merge(world, {{}, {}, {}, {command}, {}, {}});
    command.state = "sent";
    merge(world, {{}, {}, {}, {command}, {}, {}});
    EXPECT_EQ(world.commands.at("c").state, "sent");
}

TEST(Merge, AnEndedPostingAndAnAnsweredProposalAreGone) {
    World world;
    PostingRow posting;
    posting.id = {1};
    posting.unit = {7};
    posting.version = 2;
    ProposalRow proposal;
    proposal.id = {1};
    merge(world, {{}, {}, {}, {}, {posting}, {proposal}});
    PostingRow older = posting;
    older.version = 1;
    older.state = PostingState::delivered;
    merge(world, {{}, {}, {}, {}, {older}, {}});
    EXPECT_EQ(world.posting_of({7})->state, PostingState::ordered);
    EXPECT_EQ(world.posting_of({8}), nullptr);
    posting.state = PostingState::done;
    proposal.outcome = ProposalOutcome::dismissed;
    merge(world, {{}, {}, {}, {}, {posting}, {proposal}});
    EXPECT_TRUE(world.postings.empty());
    EXPECT_TRUE(world.proposals.empty());
}

TEST(UnitsShort, IsNothingOfAnUnknownOrEndedIncident) {
    World world;
    EXPECT_EQ(world.units_short({9}), 0U);
    world.incidents[{2}] = incident_row(2, 1);
    EXPECT_EQ(world.units_short({2}), 1U);
    world.incidents.at({2}).state = IncidentState::cancelled;
    EXPECT_EQ(world.units_short({2}), 0U);
}

class Forget : public ::testing::Test {
  protected:
    Forget() {
        for (std::int64_t id = 1; id <= 4; ++id) {
            IncidentRow row = incident_row(id, 1);
            row.state = id == 4 ? IncidentState::open : IncidentState::closed;
            row.created_us = 1;   // all were entered long ago
            row.ended_us = id == 4 ? 0 : id * 100;
            world_.incidents[row.id] = row;
            world_.assignments[{id}] = assignment_row(id, id, 1, AssignmentState::done);
            CommandRow command;
            command.id = "c" + std::to_string(id);
            command.assignment = {id};
            world_.commands[command.id] = command;
        }
        CommandRow text;
        text.id = "text";
        text.state = "stored";
        text.expires_us = 300;
        world_.commands["text"] = text;
    }
    World world_;
};

TEST_F(Forget, WhatEndedLongAgoGoesWithAllThatBelongsToIt) {
    forget_old(world_, 250, 100);
    EXPECT_EQ(world_.incidents.size(), 2U);
    EXPECT_TRUE(world_.incidents.contains({3}));
    EXPECT_TRUE(world_.incidents.contains({4})) << "open";
    EXPECT_EQ(world_.assignments.size(), 2U);
    EXPECT_EQ(world_.commands.size(), 3U);
    EXPECT_TRUE(world_.commands.contains("text")) << "of no assignment";
}

TEST_F(Forget, ACommandOfNoTaskGoesOnceItIsNotOpenAndExpiredLongAgo) {
    CommandRow open = world_.commands.at("text");
    open.id = "open";
    open.state = "queued";
    world_.commands["open"] = open;
    forget_old(world_, 301, 100);
    EXPECT_FALSE(world_.commands.contains("text"));
    EXPECT_TRUE(world_.commands.contains("open"));
}

TEST_F(Forget, BeyondTheNumberKeptTheOldestGo) {
    forget_old(world_, 0, 2);
    EXPECT_EQ(world_.incidents.size(), 3U);
    EXPECT_FALSE(world_.incidents.contains({1}));
}

TEST_F(Forget, AnIncidentWhoseLastStampsMayStillComeStays) {
    UnitRow unit = unit_row(1, 1);
    unit.stamp_assignment = {1};
    world_.units[unit.id] = unit;
    world_.units[{2}] = unit_row(2, 1);
    forget_old(world_, 1'000, 100);
    EXPECT_TRUE(world_.incidents.contains({1}));
    EXPECT_FALSE(world_.incidents.contains({2}));
}

TEST_F(Forget, WhatIsStillToComeKeepsItsIncidentHoweverLongAgoItEnded) {
    world_.commands.at("c1").state = "sent";
    world_.commands.at("c1").kind = "cancel";
    world_.proposals[{5}].assignment = {2};
    forget_old(world_, 1'000, 0);
    EXPECT_TRUE(world_.incidents.contains({1})) << "its crew has not heard of the cancellation";
    EXPECT_TRUE(world_.assignments.contains({1})) << "or nobody could be told that it has not";
    EXPECT_TRUE(world_.commands.contains("c1"));
    EXPECT_TRUE(world_.incidents.contains({2})) << "of which a suggestion is open";
    EXPECT_FALSE(world_.incidents.contains({3}));
}

TEST_F(Forget, ALiveAssignmentKeepsItsIncident) {
    world_.assignments.at({3}).state = AssignmentState::accepted;
    forget_old(world_, 1'000, 0);
    EXPECT_TRUE(world_.incidents.contains({3}));
    EXPECT_EQ(world_.incidents.size(), 2U);
}

TEST_F(Forget, AnOpenCommandStaysThoughItsTaskIsNotHere) {
    world_.commands.at("c1").state = "queued";
    world_.assignments.erase({1});
    forget_old(world_, 1'000, 0);
    EXPECT_TRUE(world_.commands.contains("c1"));
}

TEST_F(Forget, WhatEndedLastIsKeptWhateverItsNumber) {
    world_.incidents.at({1}).ended_us = 900;
    forget_old(world_, 0, 1);
    EXPECT_TRUE(world_.incidents.contains({1}));
    EXPECT_FALSE(world_.incidents.contains({3}));
}

TEST_F(Forget, ATaskIsKnownWithItsIncidentAndNotWithoutIt) {
    EXPECT_TRUE(world_.knows_task({1}));
    EXPECT_FALSE(world_.knows_task({9}));
    world_.incidents.erase({1});
    EXPECT_FALSE(world_.knows_task({1}));
}

TEST_F(Forget, NothingIsToldTwice) {
    forget_old(world_, 0, 100);
    EXPECT_EQ(world_.incidents.size(), 4U);
}

} // namespace
} // namespace ems::dispatch
