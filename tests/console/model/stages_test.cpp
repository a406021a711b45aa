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
    const auto cells = stage_cells(answered_call(), 0, kT0 + 30 * kS);
    const auto& dispatched = cells.at(static_cast<std::size_t>(Stage::unit_assigned));
    EXPECT_EQ(dispatched.state, StageState::next);
    EXPECT_EQ(dispatched.target_us, kT0 + 67 * kS);
    EXPECT_FALSE(dispatched.broke_target);
    EXPECT_EQ(cells.at(1).after_us, 7 * kS);
}

TEST(Stages, TargetIsBrokenOnlyAfterItsTime) {
    const auto index = static_cast<std::size_t>(Stage::unit_assigned);
    EXPECT_FALSE(stage_cells(answered_call(), 0, kT0 + 67 * kS).at(index).broke_target);
    EXPECT_TRUE(stage_cells(answered_call(), 0, kT0 + 68 * kS).at(index).broke_target);
}

TEST(Stages, StampThatCannotComeIsNotTheNext) {
    auto i = answered_call();
    auto* s = i.add_stamps();
    s->set_event("unit_assigned");
    s->set_not_applicable("caller hung up");
    const auto cells = stage_cells(i, 0, kT0 + 30 * kS);
    EXPECT_EQ(cells.at(3).state, StageState::not_applicable);
    EXPECT_EQ(cells.at(4).state, StageState::next);
}

TEST(Stages, ClosedIncidentHasNoNextStage) {
    auto i = answered_call();
    i.set_state("closed");
    for (const auto& cell : stage_cells(i, 0, kT0 + 30 * kS)) {
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
