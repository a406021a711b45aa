// Two faults that a dispatch system shipped with, as tests through every way by which an order or a report can come:
//   TicketsCAD issue 82: a unit is sent to a second call and nobody is told that it was on a first.
//   TicketsCAD issue 83: a unit's status is shown, and an order is taken against it all the same.
// What counts is not what a screen says but what stands in the database.
#include <gtest/gtest.h>

#include "tests/dispatch/service/dispatchd_fixture.h"

namespace ems::dispatch {
namespace {

class TicketsCad : public DispatchdTest {
  protected:
    void SetUp() override {
        li_ = desk("dispatcher");
        ASSERT_TRUE(sees(*li_, [&] { return !mirror_.units().empty(); }));
    }
    // One known by voice and one with a vehicle, free whatever the test before did.
    std::int64_t free_unit() { return fresh_unit(*li_); }
    std::string count(const std::string& what) { return postgres_->value("select count(*) from " + what); }
    std::string live(std::int64_t unit) {
        return count("dispatch.assignment where ended_at is null and unit_id = " + std::to_string(unit));
    }
    std::string all_of(std::int64_t unit) {
        return count("dispatch.assignment where unit_id = " + std::to_string(unit));
    }
    // On its first call and asked for by a second.
    struct Booked {
        std::int64_t unit{0};
        std::int64_t first{0};
        std::int64_t second{0};
        std::int64_t assignment{0};
    };
    Booked booked(const std::string& key) {
        Booked out;
        out.unit = free_unit();
        out.first = open_call(*li_, key + "-first");
        out.second = open_call(*li_, key + "-second");
        const auto assigned = ask(*li_, assign_frame(out.first, out.unit));
        EXPECT_TRUE(assigned) << assigned.error().message();
        out.assignment = assigned ? assigned->assign_ok().assignment_id() : 0;
        return out;
    }
    std::int64_t out_of_service() {
        const std::int64_t unit = free_unit();
        enter(unit, wire::UNIT_OUT_OF_SERVICE);
        return unit;
    }
    void enter(std::int64_t unit, wire::UnitState state) {
        api::ClientFrame frame;
        frame.mutable_enter_unit_state()->set_unit_id(unit);
        frame.mutable_enter_unit_state()->set_state(state);
        const auto done = ask(*li_, frame);
        EXPECT_TRUE(done) << done.error().message();
    }
    void take_over() {
        start_standby();
        auto both = desk("dispatcher");
        kill_server();
        li_ = std::move(both);
        ASSERT_TRUE(sees(*li_, [&] { return li_->status().leads && li_->status().phase == client::Phase::live; }));
    }

    std::unique_ptr<client::Client> li_;
};

TEST_F(TicketsCad, Issue82TheConsoleIsToldThatTheUnitIsTaken) {
    const Booked b = booked("82-console");
    const auto refused = ask(*li_, assign_frame(b.second, b.unit));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::unit_already_assigned);
    EXPECT_NE(refused.error().detail.find(std::to_string(b.assignment)), std::string::npos) << "by which order";
    EXPECT_EQ(live(b.unit), "1");
    EXPECT_EQ(postgres_->value("select state from dispatch.incident where id = " + std::to_string(b.second)), "open");
}

TEST_F(TicketsCad, Issue82TheCommandLineIsToldThatTheUnitIsTaken) {
    const Booked b = booked("82-ctl");
    std::string output;
    EXPECT_EQ(ctl({"assign", std::to_string(b.second), std::to_string(b.unit), "--reason", "near"}, &output), 1);
    EXPECT_NE(output.find("already has an assignment"), std::string::npos) << output;
    EXPECT_EQ(ctl({"assign", std::to_string(b.second), std::to_string(b.unit), "--reason", "near", "--additional"}, &output),
              1);
    EXPECT_EQ(live(b.unit), "1");
}

TEST_F(TicketsCad, Issue82OfTwoConsolesAtOnceOneWinsAndTheOtherIsTold) {
    const std::int64_t unit = free_unit();
    const std::int64_t one = open_call(*li_, "82-two-one");
    const std::int64_t two = open_call(*li_, "82-two-two");
    auto zhang = desk("dispatcher");
    ASSERT_TRUE(test::eventually([&] { return zhang->status().phase == client::Phase::live; }, 20s));
    const client::RequestId first = li_->send(assign_frame(one, unit), 20s);
    const client::RequestId second = zhang->send(assign_frame(two, unit), 20s);
    const auto a = reply_to(*li_, first);
    const auto b = reply_to(*zhang, second);
    EXPECT_NE(a.has_value(), b.has_value());
    EXPECT_EQ((a ? b : a).error().code, Code::unit_already_assigned);
    EXPECT_EQ(all_of(unit), "1");
}

TEST_F(TicketsCad, Issue82TwoConsolesThatAnswerOneCallSendOneUnit) {
    const std::int64_t u = free_unit();
    const std::int64_t v = free_unit();
    const std::int64_t incident = open_call(*li_, "82-one-call");
    auto zhang = desk("dispatcher");
    ASSERT_TRUE(test::eventually([&] { return zhang->status().phase == client::Phase::live; }, 20s));
    const client::RequestId first = li_->send(assign_frame(incident, u), 20s);
    const client::RequestId second = zhang->send(assign_frame(incident, v), 20s);
    const auto a = reply_to(*li_, first);
    const auto b = reply_to(*zhang, second);
    EXPECT_NE(a.has_value(), b.has_value());
    EXPECT_EQ((a ? b : a).error().code, Code::incident_has_its_units);
    EXPECT_EQ(count("dispatch.assignment where incident_id = " + std::to_string(incident)), "1");
}

TEST_F(TicketsCad, Issue82ARepeatedKeyBooksOnce) {
    const std::int64_t unit = free_unit();
    api::ClientFrame frame = assign_frame(open_call(*li_, "82-key"), unit);
    frame.set_idempotency_key("82-key-assign");
    const auto once = ask(*li_, frame);
    const auto again = ask(*li_, frame);
    ASSERT_TRUE(once && again);
    EXPECT_EQ(once->assign_ok().assignment_id(), again->assign_ok().assignment_id());
    EXPECT_EQ(all_of(unit), "1");
}

TEST_F(TicketsCad, Issue82AVehiclesReportOfAnotherTaskDoesNotFreeIt) {
    auto vehicle_free = [&] { return unit_is(1, wire::UNIT_AVAILABLE); };
    ASSERT_TRUE(sees(*li_, vehicle_free));
    const std::int64_t first = open_call(*li_, "82-vehicle-first");
    const auto assigned = ask(*li_, assign_frame(first, 1));
    ASSERT_TRUE(assigned) << assigned.error().message();
    press(wire::UNIT_AVAILABLE, assigned->assign_ok().assignment_id() + 2);
    press(wire::UNIT_AT_SCENE, assigned->assign_ok().assignment_id() + 1);
    press(wire::UNIT_EN_ROUTE, assigned->assign_ok().assignment_id());
    ASSERT_TRUE(sees(*li_, [&] { return unit_is(1, wire::UNIT_EN_ROUTE); }));
    EXPECT_EQ(count("telemetry.inbox where outcome like 'refused: %is not the unit''s present one%'"), "2");
    const auto refused = ask(*li_, assign_frame(open_call(*li_, "82-vehicle-second"), 1));
    EXPECT_EQ(refused.error().code, Code::unit_already_assigned);
    EXPECT_EQ(live(1), "1");
}

TEST_F(TicketsCad, Issue82AfterARestartTheUnitIsStillTaken) {
    const Booked b = booked("82-restart");
    kill_server();
    start();
    EXPECT_EQ(ask(*li_, assign_frame(b.second, b.unit)).error().code, Code::unit_already_assigned);
    EXPECT_EQ(live(b.unit), "1");
}

TEST_F(TicketsCad, Issue82TheStandbyKnowsThatTheUnitIsTaken) {
    const Booked b = booked("82-standby");
    take_over();
    EXPECT_EQ(ask(*li_, assign_frame(b.second, b.unit)).error().code, Code::unit_already_assigned);
    EXPECT_EQ(live(b.unit), "1");
}

TEST_F(TicketsCad, Issue82NeitherASwapNorADiversionBooksTwice) {
    const Booked b = booked("82-swap");
    const std::int64_t other = free_unit();
    const auto held = ask(*li_, assign_frame(b.second, other));
    ASSERT_TRUE(held) << held.error().message();
    api::ClientFrame swap;
    swap.mutable_swap_unit()->set_assignment_id(held->assign_ok().assignment_id());
    swap.mutable_swap_unit()->set_unit_id(b.unit);
    swap.mutable_swap_unit()->set_reason("nearer");
    EXPECT_EQ(ask(*li_, swap).error().code, Code::unit_already_assigned);
    api::ClientFrame divert;
    divert.mutable_divert_unit()->set_unit_id(b.unit);
    divert.mutable_divert_unit()->set_incident_id(b.second);
    divert.mutable_divert_unit()->set_reason("nearer");
    divert.mutable_divert_unit()->set_additional(true);
    EXPECT_EQ(ask(*li_, divert).error().code, Code::not_more_urgent) << "the other call is not more urgent";
    EXPECT_EQ(live(b.unit), "1");
    EXPECT_EQ(live(other), "1");
}

TEST_F(TicketsCad, Issue83TheConsoleCannotSendAUnitThatIsOutOfService) {
    const std::int64_t unit = out_of_service();
    const std::int64_t incident = open_call(*li_, "83-console");
    EXPECT_EQ(ask(*li_, assign_frame(incident, unit)).error().code, Code::unit_not_available);
    api::ClientFrame post;
    post.mutable_order_posting()->set_unit_id(unit);
    post.mutable_order_posting()->set_kind("go_home");
    EXPECT_EQ(ask(*li_, post).error().code, Code::unit_not_available);
    EXPECT_EQ(all_of(unit), "0");
}

TEST_F(TicketsCad, Issue83TheCommandLineCannotSendAUnitThatIsOutOfService) {
    const std::int64_t unit = out_of_service();
    const std::int64_t incident = open_call(*li_, "83-ctl");
    std::string output;
    EXPECT_EQ(ctl({"assign", std::to_string(incident), std::to_string(unit), "--reason", "near"}, &output), 1);
    EXPECT_NE(output.find("not available"), std::string::npos) << output;
    EXPECT_EQ(all_of(unit), "0");
}

TEST_F(TicketsCad, Issue83AVehicleThatIsOutOfServiceDoesNotArriveAnywhere) {
    auto vehicle_state = [&](const char* id, wire::UnitState state) {
        wire::Event body;
        body.set_source(wire::SOURCE_CREW_BUTTON);
        body.mutable_state()->set_state(state);
        event("amb-2", body, id);
    };
    vehicle_state("83-out", wire::UNIT_OUT_OF_SERVICE);
    ASSERT_TRUE(sees(*li_, [&] { return unit_is(2, wire::UNIT_OUT_OF_SERVICE); }));
    vehicle_state("83-scene", wire::UNIT_AT_SCENE);
    EXPECT_TRUE(test::eventually(
        [&] {
            return postgres_->value("select outcome like 'refused: illegal_transition%' from telemetry.inbox "
                                    "where event_id = '83-scene'") == "t";
        },
        20s));
    EXPECT_EQ(postgres_->value("select state from dispatch.unit_state where unit_id = 2"), "12");
    EXPECT_EQ(ask(*li_, assign_frame(open_call(*li_, "83-vehicle"), 2)).error().code, Code::unit_not_available);
}

TEST_F(TicketsCad, Issue83OfTwoConsolesOneTakesItOutOfServiceAndNoOrderStands) {
    const std::int64_t unit = free_unit();
    const std::int64_t incident = open_call(*li_, "83-two");
    auto zhang = desk("dispatcher");
    ASSERT_TRUE(test::eventually([&] { return zhang->status().phase == client::Phase::live; }, 20s));
    api::ClientFrame out;
    out.mutable_enter_unit_state()->set_unit_id(unit);
    out.mutable_enter_unit_state()->set_state(wire::UNIT_OUT_OF_SERVICE);
    const client::RequestId first = li_->send(out, 20s);
    const client::RequestId second = zhang->send(assign_frame(incident, unit), 20s);
    EXPECT_TRUE(reply_to(*li_, first));
    const auto sent = reply_to(*zhang, second);
    if (!sent) {
        EXPECT_EQ(sent.error().code, Code::unit_not_available);
    }
    // Sent first and broken down then, or never sent: in both the call waits for another.
    EXPECT_EQ(postgres_->value("select state from dispatch.unit_state where unit_id = " + std::to_string(unit)), "12");
    EXPECT_EQ(live(unit), "0");
    EXPECT_EQ(postgres_->value("select state from dispatch.incident where id = " + std::to_string(incident)), "open");
}

TEST_F(TicketsCad, Issue83ARepeatedKeyDoesNotSendAUnitThatHasSinceBrokenDown) {
    const std::int64_t unit = free_unit();
    api::ClientFrame frame = assign_frame(open_call(*li_, "83-key"), unit);
    frame.set_idempotency_key("83-key-assign");
    ASSERT_TRUE(ask(*li_, frame));
    enter(unit, wire::UNIT_OUT_OF_SERVICE);
    EXPECT_TRUE(ask(*li_, frame)) << "the first answer";
    EXPECT_EQ(live(unit), "0");
    EXPECT_EQ(all_of(unit), "1");
}

TEST_F(TicketsCad, Issue83AfterARestartItIsStillOutOfService) {
    const std::int64_t unit = out_of_service();
    const std::int64_t incident = open_call(*li_, "83-restart");
    kill_server();
    start();
    EXPECT_EQ(ask(*li_, assign_frame(incident, unit)).error().code, Code::unit_not_available);
    EXPECT_EQ(all_of(unit), "0");
}

TEST_F(TicketsCad, Issue83TheStandbyKnowsThatItIsOutOfService) {
    const std::int64_t unit = out_of_service();
    const std::int64_t incident = open_call(*li_, "83-standby");
    take_over();
    EXPECT_EQ(ask(*li_, assign_frame(incident, unit)).error().code, Code::unit_not_available);
    EXPECT_EQ(all_of(unit), "0");
}

} // namespace
} // namespace ems::dispatch
