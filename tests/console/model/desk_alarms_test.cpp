// The alarms a desk raises of what it knows: units out of contact, steps of a call that take too long, and what they cost.
#include "console/model/desk_state.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "console/model/rows.h"

namespace ems::console {
namespace {

constexpr std::int64_t kS = 1'000'000;
constexpr std::int64_t kNow = 1'773'830'536 * kS;

using Stamps = std::vector<std::pair<const char*, std::int64_t>>;

class DeskAlarms : public testing::Test {
  protected:
    DeskAlarms() {
        state_.apply_link({LinkChange::State::up, "", 0, 0}, kNow);
        api::LogInOk ok;
        ok.set_user("wang");
        ok.set_display_name("王晓燕");
        ok.set_role("dispatcher");
        state_.apply_login(ok);
        api::Snapshot s;
        s.set_seq(seq_);
        s.set_server_us(kNow);
        state_.apply_snapshot(s, kNow);
        unit("connected", ems::wire::UNIT_AVAILABLE, 0);
        heard(kNow);
        state_.watch_targets(kNow);
    }
    void unit(const char* link, ems::wire::UnitState unit_state, std::int64_t incident) {
        api::Delta delta;
        delta.set_seq(++seq_);
        auto* u = delta.add_units();
        u->set_id(1);
        u->set_name("中心01");
        u->set_vid("amb-zx01");
        u->set_link(link);
        u->set_state(unit_state);
        u->set_incident_id(incident);
        u->set_version(seq_);
        ASSERT_TRUE(state_.apply_delta(delta, kNow));
    }
    void heard(std::int64_t at_us) {
        api::Live live;
        auto* p = live.add_positions();
        p->set_unit_id(1);
        p->set_received_us(at_us);
        state_.apply_live(live, at_us);
    }
    void vehicle(const char* code, ems::wire::Alarm::Priority priority, bool active, std::int64_t at_us) {
        api::Live live;
        auto* alarm = live.add_alarms();
        alarm->set_unit_id(1);
        alarm->set_received_us(at_us);
        alarm->mutable_alarm()->set_code(code);
        alarm->mutable_alarm()->set_priority(priority);
        alarm->mutable_alarm()->set_active(active);
        alarm->mutable_alarm()->set_technical(find_reason(code)->about == AlarmClass::technical);
        state_.apply_live(live, at_us);
    }
    void incident(const char* incident_state, const Stamps& stamps) {
        api::Delta delta;
        delta.set_seq(++seq_);
        auto* i = delta.add_incidents();
        i->set_id(34);
        i->set_number("0034");
        i->set_level(1);
        i->set_state(incident_state);
        i->set_created_us(kNow);
        i->set_version(seq_);
        for (const auto& [event, at_us] : stamps) {
            auto* s = i->add_stamps();
            s->set_event(event);
            s->set_at_us(at_us);
        }
        ASSERT_TRUE(state_.apply_delta(delta, kNow));
    }
    const AlarmEntry* at(std::int64_t after_s, const std::string& key) {
        state_.watch_targets(kNow + after_s * kS);
        return state_.alarms().find(key);
    }
    void acknowledge(const std::string& key) {
        const std::vector<std::string> shown{key};
        ASSERT_TRUE(state_.acknowledge_alarm(shown, kNow));
    }
    DeskState state_;
    std::uint64_t seq_{5};
};

TEST_F(DeskAlarms, AShortGapInTheRadioIsNoAlarm) {
    unit("lost", ems::wire::UNIT_EN_ROUTE, 34);
    EXPECT_EQ(at(9, "u1:unit_lost"), nullptr);
    ASSERT_NE(at(10, "u1:unit_lost"), nullptr);
    EXPECT_EQ(at(10, "u1:unit_lost")->grade, Grade::medium);
}

TEST_F(DeskAlarms, AUnitWithoutATaskIsMissedAfterAMinute) {
    unit("offline", ems::wire::UNIT_AVAILABLE, 0);
    EXPECT_EQ(at(59, "u1:unit_lost"), nullptr);
    ASSERT_NE(at(60, "u1:unit_lost"), nullptr);
    EXPECT_EQ(at(60, "u1:unit_lost")->grade, Grade::low);
}

TEST_F(DeskAlarms, AVehicleInTheWorkshopIsMissedByNobody) {
    unit("offline", ems::wire::UNIT_AVAILABLE, 0);
    ASSERT_NE(at(100, "u1:unit_lost"), nullptr);
    unit("offline", ems::wire::UNIT_OUT_OF_SERVICE, 0);
    EXPECT_EQ(at(101, "u1:unit_lost"), nullptr) << "nothing to acknowledge either";
    EXPECT_EQ(at(4'000, "u1:unit_lost"), nullptr);
}

TEST_F(DeskAlarms, TheEquipmentOfAVehicleInTheWorkshopIsNoAlarm) {
    unit("connected", ems::wire::UNIT_OUT_OF_SERVICE, 0);
    vehicle("monitor_lost", ems::wire::Alarm::MEDIUM, true, kNow);
    EXPECT_EQ(at(1, "u1:monitor_lost"), nullptr);
    unit("connected", ems::wire::UNIT_AVAILABLE, 0);
    EXPECT_NE(at(2, "u1:monitor_lost"), nullptr) << "in service again, it stands";
}

TEST_F(DeskAlarms, ALossThatIsSeenAndComesBackWithinHalfAMinuteDoesNotAskAgain) {
    unit("lost", ems::wire::UNIT_EN_ROUTE, 34);
    ASSERT_NE(at(20, "u1:unit_lost"), nullptr);
    acknowledge("u1:unit_lost");
    unit("connected", ems::wire::UNIT_EN_ROUTE, 34);
    ASSERT_NE(at(21, "u1:unit_lost"), nullptr);
    unit("lost", ems::wire::UNIT_EN_ROUTE, 34);
    EXPECT_EQ(at(40, "u1:unit_lost")->state, AlarmState::acknowledged);
    unit("connected", ems::wire::UNIT_EN_ROUTE, 34);
    at(41, "u1:unit_lost");
    EXPECT_EQ(at(72, "u1:unit_lost"), nullptr);
}

TEST_F(DeskAlarms, AUnitThatDoesNotDriveThreeMinutesAfterItsOrderIsAnAlarm) {
    incident("assigned", {{"answered", kNow}, {"case_opened", kNow}, {"unit_assigned", kNow}, {"crew_ack", kNow + 10 * kS}});
    EXPECT_EQ(at(180, "i34:turnout_overdue"), nullptr);
    ASSERT_NE(at(181, "i34:turnout_overdue"), nullptr);
    EXPECT_EQ(at(181, "i34:turnout_overdue")->grade, Grade::medium);
    EXPECT_EQ(at(181, "i34:turnout_overdue")->subject, "0034");
}

TEST_F(DeskAlarms, ATurnoutThatIsSeenEndsWithTheWheels) {
    const Stamps ordered{{"answered", kNow}, {"case_opened", kNow}, {"unit_assigned", kNow}, {"crew_ack", kNow + 10 * kS}};
    incident("assigned", ordered);
    ASSERT_NE(at(200, "i34:turnout_overdue"), nullptr);
    acknowledge("i34:turnout_overdue");
    Stamps rolling = ordered;
    rolling.emplace_back("wheels", kNow + 205 * kS);
    incident("assigned", rolling);
    EXPECT_EQ(at(206, "i34:turnout_overdue"), nullptr);
}

TEST_F(DeskAlarms, AQuarterOfAnHourAtTheSceneIsALowAlarm) {
    incident("assigned", {{"answered", kNow}, {"case_opened", kNow}, {"unit_assigned", kNow}, {"crew_ack", kNow},
                          {"wheels", kNow}, {"at_scene", kNow}, {"at_patient", kNow + 60 * kS}});
    EXPECT_EQ(at(900, "i34:scene_overdue"), nullptr);
    ASSERT_NE(at(901, "i34:scene_overdue"), nullptr);
    EXPECT_EQ(at(901, "i34:scene_overdue")->grade, Grade::low);
}

TEST_F(DeskAlarms, ACallThatRingsForMoreThanTenSecondsIsAnAlarm) {
    incident("open", {{"ring_start", kNow}});
    EXPECT_EQ(at(10, "i34:answer_overdue"), nullptr);
    EXPECT_NE(at(11, "i34:answer_overdue"), nullptr);
}

TEST_F(DeskAlarms, ATimerWearsTheAlarmItHasRaised) {
    incident("open", {{"answered", kNow}, {"case_opened", kNow}});
    const auto alarm = [&](std::int64_t after_s) {
        state_.watch_targets(kNow + after_s * kS);
        return queue_rows(state_, kNow + after_s * kS).front().alarm;
    };
    EXPECT_FALSE(alarm(59));
    ASSERT_TRUE(alarm(61));
    EXPECT_EQ(alarm(61)->grade, Grade::medium);
    EXPECT_FALSE(alarm(61)->is_seen);
    acknowledge("i34:dispatch_overdue");
    ASSERT_TRUE(alarm(62));
    EXPECT_TRUE(alarm(62)->is_seen) << "it asks for nobody any more";
}

TEST_F(DeskAlarms, ATimerThatHasRaisedNoAlarmHasNoColour) {
    incident("open", {{"answered", kNow}, {"case_opened", kNow}});
    const auto row = queue_rows(state_, kNow + 100 * kS).front();
    EXPECT_TRUE(row.broke_target);
    EXPECT_FALSE(row.alarm);
}

TEST_F(DeskAlarms, ACrewThatDoesNotAnswerColoursTheTimerOfItsCase) {
    incident("assigned", {{"answered", kNow}, {"case_opened", kNow}, {"unit_assigned", kNow}});
    api::Delta delta;
    delta.set_seq(++seq_);
    auto* a = delta.add_assignments();
    a->set_id(7);
    a->set_incident_id(34);
    a->set_unit_id(1);
    a->set_state("delivered");
    a->set_created_us(kNow);
    a->set_alarm("crew_silent");
    a->set_version(seq_);
    ASSERT_TRUE(state_.apply_delta(delta, kNow));
    state_.watch_targets(kNow + 31 * kS);
    EXPECT_TRUE(queue_rows(state_, kNow + 31 * kS).front().alarm);
}

TEST_F(DeskAlarms, TheCaseOfOneUnitStandsWithItsUnit) {
    incident("assigned", {{"answered", kNow}, {"case_opened", kNow}, {"unit_assigned", kNow}, {"crew_ack", kNow}});
    api::Delta delta;
    delta.set_seq(++seq_);
    auto* a = delta.add_assignments();
    a->set_id(7);
    a->set_incident_id(34);
    a->set_unit_id(1);
    a->set_state("accepted");
    a->set_version(seq_);
    ASSERT_TRUE(state_.apply_delta(delta, kNow));
    ASSERT_NE(at(200, "i34:turnout_overdue"), nullptr);
    EXPECT_EQ(at(200, "i34:turnout_overdue")->group, "u1");
}

TEST_F(DeskAlarms, CountsWhatThisSeatHasToAnswer) {
    vehicle("gnss_lost", ems::wire::Alarm::LOW, true, kNow + kS);
    vehicle("spo2_low", ems::wire::Alarm::MEDIUM, true, kNow + kS); // the physician's
    state_.watch_targets(kNow + 2 * kS);
    state_.watch_targets(kNow + 3 * kS);
    const LoadFigures figures = state_.load().figures(state_.alarms(), kNow + 3 * kS);
    EXPECT_EQ(figures.total, 1U);
    EXPECT_EQ(figures.by_grade[2], 1U);
}

TEST_F(DeskAlarms, WhatFollowsFromALossAsksForNobody) {
    unit("lost", ems::wire::UNIT_EN_ROUTE, 34);
    state_.watch_targets(kNow + 20 * kS);
    vehicle("gnss_lost", ems::wire::Alarm::LOW, true, kNow + 21 * kS);
    state_.watch_targets(kNow + 22 * kS);
    EXPECT_EQ(state_.load().figures(state_.alarms(), kNow + 22 * kS).total, 1U) << "the loss";
    EXPECT_EQ(state_.load().figures(state_.alarms(), kNow + 22 * kS).consequences, 1U);
}

TEST_F(DeskAlarms, WhatStandsWhenAnotherSitsDownIsTakenOver) {
    vehicle("gnss_lost", ems::wire::Alarm::LOW, true, kNow + kS);
    api::LogInOk next;
    next.set_user("li");
    next.set_role("dispatcher");
    state_.apply_login(next);
    state_.watch_targets(kNow + 3 * kS);
    EXPECT_EQ(state_.load().figures(state_.alarms(), kNow + 3 * kS).total, 0U);
    vehicle("inputs_lost", ems::wire::Alarm::LOW, true, kNow + 4 * kS);
    state_.watch_targets(kNow + 5 * kS);
    EXPECT_EQ(state_.load().figures(state_.alarms(), kNow + 5 * kS).total, 1U);
}

} // namespace
} // namespace ems::console
