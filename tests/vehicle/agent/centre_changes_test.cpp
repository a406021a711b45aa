#include "vehicle/agent/centre_changes.h"

#include <gtest/gtest.h>

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kBackUs = 1'000'000'000;

wire::CommandBody issued(std::int64_t us) {
    wire::CommandBody body;
    body.set_id("c");
    body.set_issued_us(us);
    return body;
}

Status ordered() {
    Status status;
    status.set_state(wire::UNIT_AT_SCENE);
    status.set_order_command_id("c-0");
    status.mutable_order()->set_assignment_id(7);
    status.mutable_order()->set_incident_number("0034");
    status.mutable_order()->set_address("Jiaoxie");
    status.mutable_destination()->set_name("county");
    return status;
}

Status accepted() {
    Status status = ordered();
    status.set_order_accepted(true);
    return status;
}

class CentreChangesTest : public testing::Test {
  protected:
    CentreChangesTest() { changes_.link_back(kBackUs, 252s); }
    CentreChanges changes_;
    const wire::CommandBody meanwhile_ = issued(kBackUs - 60'000'000);
};

TEST_F(CentreChangesTest, ATaskThatWasCancelledMeanwhileIsToldWithTheStateThatCounts) {
    Status now;
    now.set_state(wire::UNIT_RETURNING);
    EXPECT_TRUE(changes_.applied(meanwhile_, ordered(), now));
    ASSERT_EQ(changes_.news().changes_size(), 1);
    const CentreChange& told = changes_.news().changes(0);
    EXPECT_EQ(told.what(), CentreChange::ORDER_CANCELLED);
    EXPECT_EQ(told.shown(), "0034");
    EXPECT_EQ(told.shown_state(), wire::UNIT_AT_SCENE);
    EXPECT_EQ(told.state(), wire::UNIT_RETURNING);
    EXPECT_EQ(changes_.news().lasted_s(), 252U);
}

TEST_F(CentreChangesTest, WhatTheCentreChangesOfAnAcceptedOrderOverALinkThatStandsIsToldWithoutAnOutage) {
    wire::CommandBody cancel = issued(kBackUs + 1);
    cancel.mutable_cancel()->set_reason("a hoax");
    Status now;
    now.set_state(wire::UNIT_RETURNING);
    EXPECT_TRUE(changes_.applied(cancel, accepted(), now));
    ASSERT_EQ(changes_.news().changes_size(), 1);
    EXPECT_EQ(changes_.news().changes(0).what(), CentreChange::ORDER_CANCELLED);
    EXPECT_EQ(changes_.news().changes(0).reason(), "a hoax");
    EXPECT_EQ(changes_.news().changes(0).state(), wire::UNIT_RETURNING);
    EXPECT_EQ(changes_.news().lasted_s(), 0U);
}

TEST_F(CentreChangesTest, AnotherSceneAndAnotherHospitalAreToldOverALinkThatStands) {
    Status elsewhere = accepted();
    elsewhere.mutable_order()->set_address("Xiezhou");
    EXPECT_TRUE(changes_.applied(issued(0), accepted(), elsewhere)) << "whenever it was said";
    Status to_the_city = elsewhere;
    to_the_city.mutable_destination()->set_name("city");
    EXPECT_TRUE(changes_.applied(issued(kBackUs + 1), elsewhere, to_the_city));
    ASSERT_EQ(changes_.news().changes_size(), 2);
    EXPECT_EQ(changes_.news().changes(0).what(), CentreChange::SCENE_CORRECTED);
    EXPECT_EQ(changes_.news().changes(1).what(), CentreChange::DESTINATION_CHANGED);
}

TEST_F(CentreChangesTest, AnOrderThatStillWaitsForItsAnswerIsReadAnyway) {
    EXPECT_FALSE(changes_.applied(issued(kBackUs + 1), ordered(), Status{}));
    EXPECT_EQ(changes_.news().changes_size(), 0);
}

TEST_F(CentreChangesTest, WhatLeavesTheAcceptedOrderAsItWasIsNoChange) {
    Status now = accepted();
    now.add_notes()->set_text("ring at the gate");
    EXPECT_FALSE(changes_.applied(issued(kBackUs + 1), accepted(), now));
}

TEST_F(CentreChangesTest, NewsOfWhichSomeCameOverALinkThatStoodAreNoNewsOfAnOutage) {
    changes_.applied(meanwhile_, accepted(), Status{});
    EXPECT_EQ(changes_.news().lasted_s(), 252U);
    Status to_the_city = accepted();
    to_the_city.mutable_destination()->set_name("city");
    changes_.applied(issued(kBackUs + 1), accepted(), to_the_city);
    EXPECT_EQ(changes_.news().lasted_s(), 0U);
    changes_.seen();
    changes_.applied(meanwhile_, accepted(), Status{});
    EXPECT_EQ(changes_.news().lasted_s(), 252U) << "what was read is gone";
}

TEST_F(CentreChangesTest, ThereAndBackAndThereAgainEndsWithWhatCounts) {
    Status city = accepted();
    city.mutable_destination()->set_name("city");
    changes_.applied(issued(kBackUs + 1), accepted(), city);
    changes_.applied(issued(kBackUs + 2), city, accepted());
    EXPECT_TRUE(changes_.applied(issued(kBackUs + 3), accepted(), city));
    ASSERT_EQ(changes_.news().changes_size(), 2);
    EXPECT_EQ(changes_.news().changes(1).counts(), "city");
}

TEST_F(CentreChangesTest, ANewOrderEndsTheStateThatTheCancelledOneLeftBehind) {
    Status free;
    free.set_state(wire::UNIT_AVAILABLE);
    changes_.applied(issued(kBackUs + 1), accepted(), free);
    wire::CommandBody next = issued(kBackUs + 2);
    next.mutable_dispatch()->set_incident_number("0035");
    Status assigned;
    assigned.set_state(wire::UNIT_ASSIGNED);
    assigned.mutable_order()->set_assignment_id(8);
    EXPECT_TRUE(changes_.applied(next, free, assigned));
    ASSERT_EQ(changes_.news().changes_size(), 1);
    EXPECT_EQ(changes_.news().changes(0).shown(), "0034");
    EXPECT_EQ(changes_.news().changes(0).state(), wire::UNIT_UNSPECIFIED);
}

TEST_F(CentreChangesTest, AnotherSceneAndAnotherHospitalAreToldBesideWhatWasShown) {
    Status now = ordered();
    now.mutable_order()->set_address("Xiezhou");
    now.mutable_destination()->set_name("city");
    EXPECT_TRUE(changes_.applied(meanwhile_, ordered(), now));
    ASSERT_EQ(changes_.news().changes_size(), 2);
    EXPECT_EQ(changes_.news().changes(0).what(), CentreChange::SCENE_CORRECTED);
    EXPECT_EQ(changes_.news().changes(0).shown(), "Jiaoxie");
    EXPECT_EQ(changes_.news().changes(0).counts(), "Xiezhou");
    EXPECT_EQ(changes_.news().changes(1).what(), CentreChange::DESTINATION_CHANGED);
    EXPECT_EQ(changes_.news().changes(1).counts(), "city");
}

TEST_F(CentreChangesTest, APostingThatEndedIsToldAndOneThatGaveWayToAnOrderIsNot) {
    Status posted;
    posted.mutable_posting()->set_command_id("p");
    posted.mutable_posting()->mutable_posting()->set_name("Fengcun");
    EXPECT_FALSE(changes_.applied(meanwhile_, posted, ordered())) << "the order says it";
    EXPECT_TRUE(changes_.applied(meanwhile_, posted, Status{}));
    EXPECT_EQ(changes_.news().changes(0).what(), CentreChange::POSTING_ENDED);
    EXPECT_EQ(changes_.news().changes(0).shown(), "Fengcun");
}

TEST_F(CentreChangesTest, AnOrderThatCameTooLateIsToldOnce) {
    wire::CommandBody late = meanwhile_;
    EXPECT_FALSE(changes_.came_too_late(late)) << "words alone may come late";
    late.mutable_dispatch()->set_incident_number("0035");
    EXPECT_TRUE(changes_.came_too_late(late));
    EXPECT_FALSE(changes_.came_too_late(late));
    EXPECT_EQ(changes_.news().changes_size(), 1);
}

TEST_F(CentreChangesTest, ItIsToldOverARestartUntilTheCrewHasReadIt) {
    changes_.applied(meanwhile_, ordered(), Status{});
    CentreChanges again{changes_.bytes()};
    EXPECT_EQ(again.news().changes_size(), 1);
    again.seen();
    EXPECT_EQ(CentreChanges{again.bytes()}.news().changes_size(), 0);
}

TEST_F(CentreChangesTest, TheOldestOfManyGoes) {
    for (int i = 0; i < 20; ++i) {
        wire::CommandBody late = meanwhile_;
        late.mutable_dispatch()->set_incident_number(std::to_string(i));
        changes_.came_too_late(late);
    }
    ASSERT_EQ(changes_.news().changes_size(), static_cast<int>(kCentreChangesMax));
    EXPECT_EQ(changes_.news().changes(0).counts(), "12");
}

} // namespace
} // namespace ems::vehicle
