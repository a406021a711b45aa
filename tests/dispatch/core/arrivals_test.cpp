// Where units are posted: what the centre's fence proposes, and of which refusals the desks are told.
#include <algorithm>

#include "dispatch/core/outbox.h"
#include "tests/dispatch/core/decide_world.h"

namespace ems::dispatch {
namespace {

constexpr Code kDone{};

class Arrivals : public Decide {
  protected:
    Code post(std::int64_t unit, std::int64_t posting) {
        PostingRow row;
        row.id = {posting};
        row.unit = {unit};
        row.kind = PostingKind::relocation;
        row.place = {351'000'000, 1'109'000'000};
        row.name = "S2";
        row.command = "text-" + std::to_string(posting);
        row.created_us = tick(); // as the store gives it
        return take(decide_posting(world_, {row, "cover the north", "li"}));
    }
    Code propose(std::int64_t unit, UnitState state) {
        ProposalRow row;
        row.unit = {unit};
        row.state = state;
        row.at_us = tick();
        return take(decide_proposal(world_, {row, {}, "fence"}));
    }
    Code propose_arrival(std::int64_t unit, std::int64_t posting) {
        ProposalRow row;
        row.unit = {unit};
        row.posting = {posting};
        row.at_us = now_ - 20'000'000;
        return take(decide_proposal(world_, {row, {}, "system"}));
    }
    Code answer(std::int64_t proposal, Answer what) {
        return take(decide_proposal_answer(world_, {{proposal}, what, tick(), "li"}));
    }
    Code refuse(std::int64_t posting) {
        return take(decide_ack(world_, {"text-" + std::to_string(posting), Ack::refused, "no fuel", {tick()}, "amb"}));
    }
    // As the database gives it: with the time at which it ended.
    void refused_at(std::int64_t unit, std::int64_t ended_us) { world_.refused_postings.at({unit}).ended_us = ended_us; }
    bool is_told(std::int64_t posting, std::int64_t now_us) { return told_refusals(world_, now_us).contains({posting}); }
};

TEST_F(Arrivals, WhereAUnitIsPostedTheCentresFenceProposesThatItIsThereAndADeskSaysSo) {
    ASSERT_EQ(post(1, 5), kDone);
    ASSERT_EQ(propose_arrival(1, 5), kDone);
    EXPECT_EQ(world_.postings.at({5}).state, PostingState::ordered) << "nobody has said so";
    ASSERT_EQ(world_.proposals.size(), 1U);
    EXPECT_EQ(world_.proposals.at({1}).posting, PostingId{5});
    EXPECT_EQ(propose_arrival(1, 5), kDone) << "again: nothing new";
    ASSERT_EQ(world_.proposals.size(), 1U);
    EXPECT_EQ(answer(1, Answer::confirm), kDone);
    EXPECT_EQ(world_.postings.at({5}).state, PostingState::arrived);
    EXPECT_TRUE(world_.proposals.empty());
    EXPECT_EQ(propose_arrival(1, 5), kDone);
    EXPECT_TRUE(world_.proposals.empty()) << "it is there";
}

TEST_F(Arrivals, AnArrivalIsNeverProposedFromBeforeThePosting) {
    ASSERT_EQ(post(1, 5), kDone);
    world_.postings.at({5}).created_us = now_ + 1;
    ASSERT_EQ(propose_arrival(1, 5), kDone);
    EXPECT_EQ(world_.proposals.at({1}).at_us, now_ + 1);
}

TEST_F(Arrivals, ACrewThatSaysItIsThereConfirmsWhatTheCentresFenceProposed) {
    ASSERT_EQ(post(1, 5), kDone);
    ASSERT_EQ(propose_arrival(1, 5), kDone);
    const auto writes = decide_ack(world_, {"text-5", Ack::arrived, "", {tick()}, "amb-1"});
    ASSERT_TRUE(writes);
    EXPECT_TRUE(std::any_of(writes->operations.begin(), writes->operations.end(), [](const Operation& o) {
        const auto* set = std::get_if<SetProposal>(&o);
        return set != nullptr && set->outcome == ProposalOutcome::confirmed;
    }));
    apply(world_, *writes);
    EXPECT_EQ(world_.postings.at({5}).state, PostingState::arrived);
}

TEST_F(Arrivals, AProposedArrivalEndsWithItsPostingAndNotWithAStateOfItsUnit) {
    world_.units.at({1}).state = UnitState::clearing;
    ASSERT_EQ(post(1, 5), kDone);
    ASSERT_EQ(propose_arrival(1, 5), kDone);
    ASSERT_TRUE(press(1, UnitState::returning));
    EXPECT_EQ(world_.proposals.size(), 1U) << "where it was posted is the same";
    EXPECT_EQ(propose(1, UnitState::available), kDone);
    EXPECT_EQ(world_.proposals.size(), 2U) << "of its state a fence may suggest something beside it";
    ASSERT_TRUE(press(1, UnitState::available));
    EXPECT_EQ(world_.proposals.size(), 1U);
    EXPECT_EQ(take(decide_ack(world_, {"text-5", Ack::refused, "no fuel", {tick()}, "amb-1"})), kDone);
    EXPECT_TRUE(world_.proposals.empty());
    EXPECT_EQ(propose_arrival(1, 5), kDone) << "of what has ended nothing";
    ASSERT_EQ(post(1, 6), kDone);
    ASSERT_EQ(propose_arrival(1, 6), kDone);
    ASSERT_TRUE(assign(1, 7));
    EXPECT_TRUE(world_.proposals.empty()) << "it was sent to a call";
    ASSERT_EQ(post(2, 8), kDone);
    ASSERT_EQ(propose_arrival(2, 8), kDone);
    EXPECT_EQ(propose_arrival(2, 9), kDone) << "of another posting";
    EXPECT_EQ(world_.proposals.size(), 1U);
    EXPECT_EQ(answer(1, Answer::dismiss), kDone);
    EXPECT_TRUE(world_.proposals.empty());
    EXPECT_EQ(world_.postings.at({8}).state, PostingState::ordered);
}

TEST_F(Arrivals, ARefusedPostingIsToldForTenMinutes) {
    ASSERT_EQ(post(1, 5), kDone);
    EXPECT_TRUE(told_refusals(world_, now_).empty());
    ASSERT_EQ(refuse(5), kDone);
    refused_at(1, now_);
    EXPECT_TRUE(is_told(5, now_ + kRefusedPostingUs - 1));
    EXPECT_FALSE(is_told(5, now_ + kRefusedPostingUs));
}

TEST_F(Arrivals, ARefusedPostingIsToldUntilItsUnitIsPostedAgain) {
    ASSERT_EQ(post(1, 5), kDone);
    ASSERT_EQ(refuse(5), kDone);
    refused_at(1, now_);
    ASSERT_EQ(post(2, 6), kDone);
    EXPECT_TRUE(is_told(5, now_)) << "another's posting says nothing of it";
    ASSERT_EQ(post(1, 7), kDone);
    EXPECT_FALSE(is_told(5, now_));
    PostingRow row;
    row.id = {5};
    row.unit = {1};
    row.state = PostingState::refused;
    row.ended_us = now_;
    Rows late;
    late.postings.push_back(row);
    merge(world_, late);
    EXPECT_TRUE(world_.postings.contains({7})) << "a row of before is no news of a later posting";
    ASSERT_EQ(refuse(7), kDone);
    refused_at(1, now_);
    merge(world_, late);
    EXPECT_TRUE(is_told(7, now_));
    EXPECT_FALSE(is_told(5, now_));
}

TEST_F(Arrivals, ARefusedPostingIsToldThoughOneThatWasReplacedBeforeItHasTheHigherNumber) {
    ASSERT_EQ(post(1, 6), kDone);
    ASSERT_EQ(post(1, 5), kDone) << "its desk took the number before, and came behind";
    ASSERT_EQ(refuse(5), kDone);
    refused_at(1, now_);
    PostingRow replaced;
    replaced.id = {6};
    replaced.unit = {1};
    replaced.state = PostingState::cancelled;
    replaced.created_us = replaced.ended_us = now_ - 60'000'000;
    Rows late;
    late.postings.push_back(replaced);
    merge(world_, late);
    EXPECT_TRUE(is_told(5, now_));
}

TEST_F(Arrivals, WhatIsProposedOfAnotherUnitsPostingStandsWhenOneEnds) {
    ASSERT_EQ(post(1, 5), kDone);
    ASSERT_EQ(post(2, 6), kDone);
    ASSERT_EQ(propose_arrival(1, 5), kDone);
    ASSERT_EQ(propose_arrival(2, 6), kDone);
    ASSERT_EQ(refuse(5), kDone);
    ASSERT_EQ(world_.proposals.size(), 1U);
    EXPECT_EQ(world_.proposals.begin()->second.posting, PostingId{6});
}

TEST_F(Arrivals, AProposedArrivalIsNoProposalOfAStateWhateverItsRowHolds) {
    world_.units.at({1}).state = UnitState::clearing;
    ASSERT_EQ(post(1, 5), kDone);
    ASSERT_EQ(propose_arrival(1, 5), kDone);
    world_.proposals.at({1}).state = UnitState::available;
    EXPECT_EQ(propose(1, UnitState::available), kDone);
    EXPECT_EQ(world_.proposals.size(), 2U);
}

TEST_F(Arrivals, ARefusedPostingIsToldUntilItsUnitIsSent) {
    ASSERT_EQ(post(1, 5), kDone);
    ASSERT_EQ(refuse(5), kDone);
    refused_at(1, now_);
    // Rows of the units come with every change.
    world_.units.at({1}).state = UnitState::available;
    merge(world_, {{world_.units.at({1})}, {}, {}, {}, {}, {}});
    EXPECT_TRUE(is_told(5, now_));
    UnitRow row = world_.units.at({1});
    row.state = UnitState::assigned;
    merge(world_, {{row}, {}, {}, {}, {}, {}});
    EXPECT_FALSE(is_told(5, now_));
}

TEST_F(Arrivals, ARefusedPostingIsToldUntilItsUnitStops) {
    ASSERT_EQ(post(1, 5), kDone);
    ASSERT_EQ(refuse(5), kDone);
    refused_at(1, now_);
    UnitRow row = world_.units.at({1});
    row.state = UnitState::out_of_service;
    merge(world_, {{row}, {}, {}, {}, {}, {}});
    EXPECT_FALSE(is_told(5, now_));
}

TEST_F(Arrivals, AnAnswerToAPostingThatHasEndedChangesNothing) {
    ASSERT_EQ(post(1, 5), kDone);
    order(1, 0);
    world_.commands["text-5"] = world_.commands.at("command-0");
    world_.commands.at("text-5").id = "text-5";
    ASSERT_EQ(take(decide_posting_end(world_, {{5}, PostingState::done, "", "li"})), kDone);
    for (const Ack late : {Ack::stored, Ack::accepted, Ack::refused, Ack::arrived}) {
        const auto writes = decide_ack(world_, {"text-5", late, "", {tick()}, "amb"});
        ASSERT_TRUE(writes) << writes.error().message();
        EXPECT_TRUE(std::none_of(writes->operations.begin(), writes->operations.end(), [](const Operation& o) {
            return std::holds_alternative<SetPosting>(o);
        })) << static_cast<int>(late);
    }
    EXPECT_TRUE(told_refusals(world_, now_).empty());
}

} // namespace
} // namespace ems::dispatch
