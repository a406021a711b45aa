// Who may say on which scale NEWS2 reads a patient's saturation, and when.
#include "dispatch/core/spo2_scale.h"

#include <gtest/gtest.h>

#include "tests/dispatch/core/decide_world.h"

namespace ems::dispatch {
namespace {

class Spo2Scale : public Decide {
  protected:
    Code set(std::uint32_t scale, std::uint64_t version = 0, std::int64_t incident = 1) {
        return take(decide_spo2_scale(world_, {{incident}, scale, version, "wang"}));
    }
};

TEST_F(Spo2Scale, IsSwitchedWhileAUnitIsOnTheIncident) {
    EXPECT_EQ(set(2), Code::scale_needs_unit) << "nobody has seen the patient";
    ASSERT_TRUE(assign(1, 1));
    const auto writes = decide_spo2_scale(world_, {{1}, 2, 0, "wang"});
    ASSERT_TRUE(writes) << writes.error().message();
    ASSERT_EQ(writes->operations.size(), 1U) << "the incident's own version stays";
    EXPECT_EQ(std::get<AddAudit>(writes->operations.front()).detail, "scale 1->2");
}

TEST_F(Spo2Scale, ASwitchOfSomebodyElseSinceRefusesThisOne) {
    ASSERT_TRUE(assign(1, 1));
    world_.incidents.at({1}).spo2_scale = {2, now_, "zhao", 1};
    EXPECT_EQ(set(1, 0), Code::version_stale);
    EXPECT_EQ(set(1, 1), Code{});
}

TEST_F(Spo2Scale, IsOneOrTwoOfAnIncidentThatHasNotEnded) {
    ASSERT_TRUE(assign(1, 1));
    EXPECT_EQ(set(0), Code::choice_unknown);
    EXPECT_EQ(set(3), Code::choice_unknown);
    EXPECT_EQ(set(2, 0, 9), Code::no_such_incident);
    call(2);
    world_.incidents.at({2}).state = IncidentState::closed;
    EXPECT_EQ(set(2, 0, 2), Code::incident_closed);
}

} // namespace
} // namespace ems::dispatch
