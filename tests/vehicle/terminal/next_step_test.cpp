#include "vehicle/terminal/next_step.h"

#include <gtest/gtest.h>

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

} // namespace
} // namespace ems::terminal
