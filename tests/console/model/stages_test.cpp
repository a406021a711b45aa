#include "console/model/stages.h"

#include <gtest/gtest.h>

namespace ems::console {
namespace {

constexpr std::int64_t kS = 1'000'000;
constexpr std::int64_t kT0 = 1'773'830'482 * kS;

void stamp(api::Incident& i, const char* event, std::int64_t at_us) {
    auto* s = i.add_stamps();
    s->set_event(event);
    s->set_at_us(at_us);
}

api::Incident answered_call() {
    api::Incident i;
    i.set_state("open");
    stamp(i, "ring_start", kT0);
    stamp(i, "answered", kT0 + 7 * kS);
    stamp(i, "case_opened", kT0 + 14 * kS);
    return i;
}

TEST(Stages, DispatchIsNextAndCountsFromTheAnswer) {
    const auto cells = stage_cells(answered_call(), {}, kT0 + 30 * kS);
    const auto& dispatched = cells.at(static_cast<std::size_t>(Stage::unit_assigned));
    EXPECT_EQ(dispatched.state, StageState::next);
    EXPECT_EQ(dispatched.target_us, kT0 + 67 * kS);
    EXPECT_FALSE(dispatched.broke_target);
    EXPECT_EQ(cells.at(1).after_us, 7 * kS);
}

TEST(Stages, TargetIsBrokenOnlyAfterItsTime) {
    const auto index = static_cast<std::size_t>(Stage::unit_assigned);
    EXPECT_FALSE(stage_cells(answered_call(), {}, kT0 + 67 * kS).at(index).broke_target);
    EXPECT_TRUE(stage_cells(answered_call(), {}, kT0 + 68 * kS).at(index).broke_target);
}

TEST(Stages, StampThatCannotComeIsNotTheNext) {
    auto i = answered_call();
    auto* s = i.add_stamps();
    s->set_event("unit_assigned");
    s->set_not_applicable("caller hung up");
    const auto cells = stage_cells(i, {}, kT0 + 30 * kS);
    EXPECT_EQ(cells.at(3).state, StageState::not_applicable);
    EXPECT_EQ(cells.at(4).state, StageState::next);
}

void task_stamp(api::Incident& i, std::int64_t assignment, const char* event, std::int64_t at_us) {
    stamp(i, event, at_us);
    i.mutable_stamps(i.stamps_size() - 1)->set_assignment_id(assignment);
}

// Ordered 40 s after the ring, refused 20 s later: open again.
api::Incident refused_call() {
    api::Incident i = answered_call();
    task_stamp(i, 5, "unit_assigned", kT0 + 40 * kS);
    task_stamp(i, 5, "cancelled", kT0 + 60 * kS);
    for (const char* event : {"crew_ack", "wheels", "at_scene", "at_patient", "left_scene", "at_hospital", "handover"}) {
        task_stamp(i, 5, event, 0);
        i.mutable_stamps(i.stamps_size() - 1)->set_not_applicable("refused");
    }
    return i;
}

TEST(Stages, ARefusedOrderLeavesTheCallToBeDispatchedSinceItsAnswer) {
    const auto i = refused_call();
    const auto cells = stage_cells(i, {}, kT0 + 70 * kS);
    const auto& dispatched = cells.at(static_cast<std::size_t>(Stage::unit_assigned));
    EXPECT_EQ(dispatched.state, StageState::next);
    EXPECT_TRUE(dispatched.broke_target);
    EXPECT_EQ(cells.at(static_cast<std::size_t>(Stage::crew_ack)).state, StageState::later);
    EXPECT_EQ(queue_timer(i).waits_for, Stage::unit_assigned);
    EXPECT_EQ(queue_timer(i).since_us, kT0 + 7 * kS);
}

TEST(Stages, TheNextCrewsStagesAreItsOwn) {
    auto i = refused_call();
    i.set_state("assigned");
    task_stamp(i, 6, "unit_assigned", kT0 + 80 * kS);
    const auto cells = stage_cells(i, {}, kT0 + 90 * kS);
    EXPECT_EQ(cells.at(static_cast<std::size_t>(Stage::unit_assigned)).at_us, kT0 + 80 * kS);
    EXPECT_EQ(cells.at(static_cast<std::size_t>(Stage::crew_ack)).state, StageState::next);
    task_stamp(i, 6, "crew_ack", kT0 + 95 * kS);
    EXPECT_EQ(stage_time(i, Stage::crew_ack), kT0 + 95 * kS);
    EXPECT_EQ(queue_timer(i).waits_for, Stage::wheels);
}

// Two crews on one call, the second taken off again: its stamps are newer and count for nothing.
TEST(Stages, ACancelledSecondCrewDoesNotHideTheFirst) {
    auto i = answered_call();
    i.set_state("assigned");
    task_stamp(i, 5, "unit_assigned", kT0 + 40 * kS);
    task_stamp(i, 5, "crew_ack", kT0 + 50 * kS);
    task_stamp(i, 6, "unit_assigned", kT0 + 60 * kS);
    task_stamp(i, 6, "cancelled", kT0 + 70 * kS);
    task_stamp(i, 6, "crew_ack", 0);
    i.mutable_stamps(i.stamps_size() - 1)->set_not_applicable("cancelled");
    EXPECT_EQ(stage_time(i, Stage::unit_assigned), kT0 + 40 * kS);
    EXPECT_EQ(stage_time(i, Stage::crew_ack), kT0 + 50 * kS);
}

TEST(Stages, ACancelledCallKeepsTheStampsOfItsLastOrder) {
    auto i = refused_call();
    i.set_state("cancelled");
    EXPECT_EQ(stage_time(i, Stage::unit_assigned), kT0 + 40 * kS);
}

TEST(Stages, TheForecastOfTheHospitalStandsInItsOwnCellUntilItIsReached) {
    auto i = answered_call();
    const auto at = static_cast<std::size_t>(Stage::at_hospital);
    EXPECT_EQ(stage_cells(i, {.scene_us = kT0, .hospital_us = kT0 + 900 * kS}, kT0).at(at).predicted_us, kT0 + 900 * kS);
    EXPECT_EQ(stage_cells(i, {.scene_us = kT0, .hospital_us = 0}, kT0).at(at).predicted_us, 0);
    stamp(i, "at_hospital", kT0 + 890 * kS);
    EXPECT_EQ(stage_cells(i, {.scene_us = kT0, .hospital_us = kT0 + 900 * kS}, kT0).at(at).predicted_us, 0);
}

TEST(Stages, ClosedIncidentHasNoNextStage) {
    auto i = answered_call();
    i.set_state("closed");
    for (const auto& cell : stage_cells(i, {}, kT0 + 30 * kS)) {
        EXPECT_NE(cell.state, StageState::next);
    }
}

TEST(Stages, QueueTimerRunsSinceTheTargetsStart) {
    const QueueTimer timer = queue_timer(answered_call());
    EXPECT_EQ(timer.waits_for, Stage::unit_assigned);
    EXPECT_EQ(timer.since_us, kT0 + 7 * kS);
    EXPECT_EQ(timer.target_us, 60 * kS);
}

} // namespace
} // namespace ems::console
