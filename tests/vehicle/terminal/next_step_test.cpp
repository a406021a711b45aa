#include "vehicle/terminal/next_step.h"

#include <gtest/gtest.h>

#include <set>

namespace ems::terminal {
namespace {

vehicle::Status in(wire::UnitState state) {
    vehicle::Status status;
    status.set_state(state);
    return status;
}

TEST(NextStep, LeadsAnAcceptedOrderFromDepartureBackToStandBy) {
    vehicle::Status status = in(wire::UNIT_ACKNOWLEDGED);
    std::vector<wire::UnitState> walked;
    while (const auto step = next_step(status)) {
        ASSERT_NE(*step, Step::accept);
        ASSERT_LT(walked.size(), 20U);
        walked.push_back(*state_of(*step));
        status.set_state(walked.back());
    }
    EXPECT_EQ(walked, (std::vector<wire::UnitState>{
                          wire::UNIT_EN_ROUTE, wire::UNIT_AT_SCENE, wire::UNIT_AT_PATIENT,
                          wire::UNIT_TRANSPORTING, wire::UNIT_AT_HOSPITAL, wire::UNIT_HANDOVER,
                          wire::UNIT_CLEARING, wire::UNIT_RETURNING, wire::UNIT_AVAILABLE}));
}

TEST(NextStep, AsksForTheAnswerFirstInWhateverStateAnOrderComes) {
    for (const auto state : {wire::UNIT_AVAILABLE, wire::UNIT_ASSIGNED, wire::UNIT_RETURNING}) {
        vehicle::Status status = in(state);
        status.mutable_order()->set_incident_id(1);
        status.set_order_command_id("c");
        EXPECT_EQ(next_step(status), Step::accept);
        EXPECT_TRUE(other_steps(status).empty());
        status.set_order_accepted(true);
        EXPECT_NE(next_step(status), Step::accept);
    }
}

TEST(NextStep, HasNoMainButtonWhileTheUnitStandsBy) {
    EXPECT_EQ(next_step(in(wire::UNIT_AVAILABLE)), std::nullopt);
    EXPECT_EQ(next_step(vehicle::Status{}), std::nullopt);
}

TEST(NextStep, OffersToLeaveWithoutAPatientOnlyAtTheScene) {
    for (int value = wire::UnitState_MIN; value <= wire::UnitState_MAX; ++value) {
        const auto state = static_cast<wire::UnitState>(value);
        const std::vector<Step> others = other_steps(in(state));
        const bool offered =
            std::find(others.begin(), others.end(), Step::returning) != others.end();
        EXPECT_EQ(offered, state == wire::UNIT_AT_SCENE || state == wire::UNIT_AT_PATIENT) << value;
    }
}

vehicle::Status proposing(wire::UnitState state, wire::UnitState proposed,
                          std::int64_t since_us = 1) {
    vehicle::Status status = in(state);
    vehicle::FenceProposal& one = *status.add_proposals();
    one.set_state(proposed);
    one.set_since_us(since_us);
    return status;
}

TEST(NextStep, WhatTheFenceSuggestsComesFirstAndWhatWouldFollowStaysWithinReach) {
    vehicle::Status status = proposing(wire::UNIT_EN_ROUTE, wire::UNIT_AT_SCENE, 77);
    EXPECT_EQ(next_step(status), Step::at_scene);
    EXPECT_EQ(fence_us(status, Step::at_scene), 77);
    EXPECT_EQ(fence_us(status, Step::at_patient), 0);
    EXPECT_EQ(other_steps(status), std::vector{Step::out_of_service});
    status = proposing(wire::UNIT_AT_SCENE, wire::UNIT_TRANSPORTING);
    EXPECT_EQ(next_step(status), Step::transporting);
    EXPECT_EQ(other_steps(status),
              (std::vector{Step::at_patient, Step::returning, Step::out_of_service}));
    status = proposing(wire::UNIT_CLEARING, wire::UNIT_AVAILABLE);
    EXPECT_EQ(next_step(status), Step::available);
    EXPECT_EQ(other_steps(status), (std::vector{Step::returning, Step::out_of_service}));
}

TEST(NextStep, OfSeveralSuggestionsTheEarlierStepComesFirst) {
    vehicle::Status status = proposing(wire::UNIT_ACKNOWLEDGED, wire::UNIT_AT_SCENE);
    vehicle::FenceProposal& wheels = *status.add_proposals();
    wheels.set_state(wire::UNIT_EN_ROUTE);
    wheels.set_since_us(1);
    EXPECT_EQ(next_step(status), Step::en_route);
}

TEST(NextStep, APostingIsAnsweredAndThenReached) {
    vehicle::Status status = in(wire::UNIT_AVAILABLE);
    status.mutable_posting()->set_command_id("t");
    EXPECT_TRUE(posting_waits(status));
    EXPECT_EQ(next_step(status), Step::accept_posting);
    status.mutable_posting()->set_accepted(true);
    EXPECT_EQ(next_step(status), Step::at_post);
    status.mutable_posting()->set_fence_us(9);
    EXPECT_EQ(fence_us(status, Step::at_post), 9);
    status.mutable_posting()->set_arrived(true);
    EXPECT_EQ(next_step(status), std::nullopt);
}

TEST(NextStep, AUnitThatIsPostedOnItsWayHomeKeepsItsOwnButtons) {
    vehicle::Status status = in(wire::UNIT_RETURNING);
    status.mutable_posting()->set_command_id("t");
    EXPECT_EQ(next_step(status), Step::accept_posting);
    EXPECT_EQ(other_steps(status), (std::vector{Step::available, Step::out_of_service}));
    status.mutable_posting()->set_accepted(true);
    EXPECT_EQ(next_step(status), Step::available);
    EXPECT_EQ(other_steps(status), (std::vector{Step::at_post, Step::out_of_service}));
    status.mutable_posting()->set_fence_us(9);
    EXPECT_EQ(next_step(status), Step::at_post);
}

TEST(NextStep, EveryOtherStepHasAPlaceOfItsOwn) {
    for (int value = wire::UnitState_MIN; value <= wire::UnitState_MAX; ++value) {
        for (int proposed = wire::UnitState_MIN; proposed <= wire::UnitState_MAX; ++proposed) {
            vehicle::Status status = proposing(static_cast<wire::UnitState>(value),
                                               static_cast<wire::UnitState>(proposed));
            status.mutable_posting()->set_command_id("t");
            for (const bool accepted : {false, true}) {
                status.mutable_posting()->set_accepted(accepted);
                std::set<std::size_t> places;
                for (const Step step : other_steps(status)) {
                    const std::size_t place = place_of(status, step);
                    EXPECT_LT(place, kOtherStepsMax);
                    EXPECT_TRUE(places.insert(place).second) << value << " " << proposed;
                }
            }
        }
    }
}

TEST(NextStep, KnowsWhenAPatientIsInTheCrewsCare) {
    std::vector<wire::UnitState> found;
    for (int value = wire::UnitState_MIN; value <= wire::UnitState_MAX; ++value) {
        const auto state = static_cast<wire::UnitState>(value);
        if (patient_in_care(in(state))) {
            found.push_back(state);
        }
    }
    EXPECT_EQ(found, (std::vector{wire::UNIT_AT_PATIENT, wire::UNIT_TRANSPORTING,
                                  wire::UNIT_AT_HOSPITAL, wire::UNIT_HANDOVER}));
}

} // namespace
} // namespace ems::terminal
