// What one desk has seen or put away is known to all, and to the next server too; the vehicle hears nothing of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/dispatch/service/dispatchd_fixture.h"

namespace ems::dispatch {
namespace {

class AlarmMarksTest : public DispatchdTest {
  protected:
    // Every mark and alarm that a desk has been told, newest by key.
    struct Told {
        std::map<std::string, api::AlarmMark> marks;
        std::map<std::string, api::LiveAlarm> alarms;
    };
    static std::string key(const api::AlarmMark& mark) {
        return mark.about() + std::to_string(mark.about_id()) + ":" + mark.code();
    }
    void hear(client::Client& desk, Told& told) {
        for (const client::Event& event : desk.drain()) {
            take(event);
            if (const auto* state = std::get_if<client::StateArrived>(&event)) {
                const auto* snapshot = std::get_if<api::Snapshot>(&state->state);
                const auto& marks = snapshot != nullptr ? snapshot->alarm_marks()
                                                        : std::get<api::Delta>(state->state).alarm_marks();
                for (const api::AlarmMark& mark : marks) {
                    told.marks[key(mark)] = mark;
                }
                for (const api::LiveAlarm& alarm : snapshot != nullptr ? snapshot->alarms() : kNone.alarms()) {
                    told.alarms[alarm.alarm().code()] = alarm;
                }
            } else if (const auto* live = std::get_if<client::LiveArrived>(&event)) {
                for (const api::LiveAlarm& alarm : live->live.alarms()) {
                    told.alarms[alarm.alarm().code()] = alarm;
                }
            }
        }
    }
    bool hears(client::Client& desk, Told& told, const std::function<bool()>& condition) {
        return test::eventually(
            [&] {
                hear(desk, told);
                return condition();
            },
            20s);
    }
    static api::ClientFrame mark(const std::string& kind, const std::string& code, std::uint32_t grade = 2) {
        api::ClientFrame frame;
        api::MarkAlarm& in = *frame.mutable_mark_alarm();
        in.set_about("unit");
        in.set_about_id(1);
        in.set_code(code);
        in.set_kind(kind);
        in.set_grade(grade);
        return frame;
    }
    static api::ClientFrame switched(const std::string& kind, std::int64_t assignment, const std::string& reason = {}) {
        api::ClientFrame frame = mark(kind, "spo2");
        api::MarkAlarm& in = *frame.mutable_mark_alarm();
        in.set_about("assignment");
        in.set_about_id(assignment);
        in.set_reason(reason);
        return frame;
    }
    std::int64_t task(client::Client& desk, const std::string& key) {
        const std::int64_t unit = fresh_unit(desk);
        const auto sent = ask(desk, assign_frame(open_call(desk, key), unit));
        EXPECT_TRUE(sent) << sent.error().message();
        return sent ? sent->assign_ok().assignment_id() : 0;
    }
    void report(const std::string& id, const char* code, wire::Alarm::Priority priority, const char* value) {
        wire::Event body;
        body.mutable_alarm()->set_code(code);
        body.mutable_alarm()->set_active(true);
        body.mutable_alarm()->set_priority(priority);
        body.mutable_alarm()->set_value(value);
        event("amb-1", body, id);
    }
    void restart() {
        kill_server();
        start();
    }
    static inline const api::Snapshot kNone;
};

TEST_F(AlarmMarksTest, AnAcknowledgementIsKnownToOtherDesksAndAfterARestartAndToNoVehicle) {
    auto li = desk("dispatcher");
    auto physician = desk("physician");
    Vehicle vehicle{*broker_, "amb-1"};
    Told told;
    ASSERT_TRUE(sees(*li, [&] { return unit(1) != nullptr; }));
    const auto done = ask(*li, mark("acknowledged", "spo2_low"));
    ASSERT_TRUE(done) << done.error().message();
    ASSERT_TRUE(hears(*physician, told, [&] { return told.marks.contains("unit1:spo2_low"); }));
    const api::AlarmMark seen = told.marks.at("unit1:spo2_low");
    EXPECT_EQ(seen.acknowledged_by(), "dispatcher");
    EXPECT_EQ(seen.acknowledged_grade(), 2U);
    EXPECT_GT(seen.acknowledged_us(), 0);
    EXPECT_EQ(seen.shelved_us(), 0);
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.audit where action = 'mark_alarm' and actor = 'dispatcher' "
                               "and detail like 'acknowledged unit=1 code=spo2_low%'"),
              "1");
    restart();
    Told after;
    auto late = desk("physician");
    ASSERT_TRUE(hears(*late, after, [&] { return after.marks.contains("unit1:spo2_low"); }));
    EXPECT_EQ(after.marks.at("unit1:spo2_low").acknowledged_us(), seen.acknowledged_us());
    EXPECT_FALSE(vehicle.heard("cmd")) << "the alarm on board is its crew's";
}

TEST_F(AlarmMarksTest, WhatIsPutAwayComesBackEarlierWhenSomebodyTakesItBack) {
    auto li = desk("dispatcher");
    Told told;
    ASSERT_TRUE(hears(*li, told, [&] { return unit(1) != nullptr; }));
    api::ClientFrame shelve = mark("shelved", "resp_off", 3);
    shelve.mutable_mark_alarm()->set_minutes(30);
    shelve.mutable_mark_alarm()->set_reason("探头在换");
    auto physician = desk("physician");
    ASSERT_TRUE(ask(*physician, shelve));
    ASSERT_TRUE(hears(*li, told, [&] { return told.marks.contains("unit1:resp_off"); }));
    const api::AlarmMark away = told.marks.at("unit1:resp_off");
    EXPECT_EQ(away.shelved_until_us() - away.shelved_us(), 30 * 60'000'000LL);
    EXPECT_EQ(away.shelved_by(), "physician");
    EXPECT_EQ(away.shelved_reason(), "探头在换");
    ASSERT_TRUE(ask(*physician, mark("acknowledged", "resp_off", 3)));
    ASSERT_TRUE(ask(*physician, mark("taken_back", "resp_off", 3)));
    ASSERT_TRUE(hears(*li, told, [&] { return told.marks.at("unit1:resp_off").shelved_until_us() == 0; }));
    EXPECT_GT(told.marks.at("unit1:resp_off").acknowledged_us(), 0) << "seen, whether it is put away or not";
}

TEST_F(AlarmMarksTest, AHighAlarmOfAPatientIsNotPutAwayWhateverTheDeskCallsIt) {
    auto li = desk("dispatcher");
    Told told;
    ASSERT_TRUE(hears(*li, told, [&] { return unit(1) != nullptr; }));
    report("marks-vf", "vf", wire::Alarm::HIGH, "");
    ASSERT_TRUE(hears(*li, told, [&] { return told.alarms.contains("vf"); }));
    api::ClientFrame shelve = mark("shelved", "vf", 3);
    shelve.mutable_mark_alarm()->set_minutes(5);
    shelve.mutable_mark_alarm()->set_reason("x");
    shelve.mutable_mark_alarm()->set_technical(true);
    EXPECT_EQ(ask(*li, shelve).error().code, Code::choice_unknown);
    shelve.mutable_mark_alarm()->set_code("unheard_of");
    shelve.mutable_mark_alarm()->set_grade(1);
    shelve.mutable_mark_alarm()->set_technical(false);
    EXPECT_EQ(ask(*li, shelve).error().code, Code::choice_unknown);
}

TEST_F(AlarmMarksTest, TheAlarmsOfAParameterThatAPhysicianSwitchesOffAreOffAtEveryDeskAndAfterARestartUntilHeSwitchesThemOn) {
    auto li = desk("dispatcher");
    auto physician = desk("physician");
    Told told;
    ASSERT_TRUE(sees(*li, [&] { return unit(1) != nullptr; }));
    const std::int64_t assignment = task(*li, "off-1");
    const std::string key = "assignment" + std::to_string(assignment) + ":spo2";
    const auto done = ask(*physician, switched("off", assignment, "COPD"));
    ASSERT_TRUE(done) << done.error().message();
    ASSERT_TRUE(hears(*li, told, [&] { return told.marks.contains(key); }));
    const api::AlarmMark off = told.marks.at(key);
    EXPECT_GT(off.off_us(), 0);
    EXPECT_EQ(off.off_by(), "physician");
    EXPECT_EQ(off.off_reason(), "COPD");
    EXPECT_EQ(off.shelved_us(), 0);
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.audit where action = 'mark_alarm' and actor = 'physician' and detail = "
                               "'off assignment=" +
                               std::to_string(assignment) + " code=spo2 grade=2 reason=COPD'"),
              "1");
    restart();
    auto late = desk("dispatcher");
    Told after;
    ASSERT_TRUE(hears(*late, after, [&] { return after.marks.contains(key); }));
    EXPECT_EQ(after.marks.at(key).off_us(), off.off_us());
    auto again = desk("physician");
    ASSERT_TRUE(hears(*again, told, [&] { return told.marks.contains(key); }));
    ASSERT_TRUE(ask(*again, switched("on", assignment)));
    ASSERT_TRUE(hears(*late, after, [&] { return after.marks.at(key).off_us() == 0; }));
}

TEST_F(AlarmMarksTest, NobodyButAPhysicianSwitchesAlarmsOffAndNobodyThoseOfATaskThatHasEnded) {
    auto li = desk("dispatcher");
    auto physician = desk("physician");
    ASSERT_TRUE(sees(*li, [&] { return unit(1) != nullptr; }));
    const std::int64_t assignment = task(*li, "off-2");
    EXPECT_EQ(ask(*li, switched("off", assignment, "COPD")).error().code, Code::forbidden);
    EXPECT_EQ(ask(*li, switched("on", assignment)).error().code, Code::forbidden);
    api::ClientFrame cancel;
    cancel.mutable_cancel_assignment()->set_assignment_id(assignment);
    cancel.mutable_cancel_assignment()->set_reason("hoax");
    ASSERT_TRUE(ask(*li, cancel));
    EXPECT_EQ(ask(*physician, switched("off", assignment, "COPD")).error().code, Code::assignment_ended);
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.alarm_mark where kind in ('off', 'on') and about_id = " +
                               std::to_string(assignment)),
              "0");
}

TEST_F(AlarmMarksTest, TheCommandLineMarksAnAlarmToo) {
    auto li = desk("dispatcher");
    Told told;
    ASSERT_TRUE(hears(*li, told, [&] { return unit(1) != nullptr; }));
    std::string output;
    EXPECT_EQ(ctl({"alarm", "unit", "U1", "gnss_lost", "acknowledged", "--grade", "3"}, &output), 0) << output;
    EXPECT_EQ(ctl({"alarm", "unit", "U1", "gnss_lost", "shelved", "--minutes", "5", "--reason", "in the tunnel", "--technical"}, &output), 0)
        << output;
    ASSERT_TRUE(hears(*li, told, [&] { return told.marks["unit1:gnss_lost"].shelved_us() > 0; }));
    EXPECT_EQ(told.marks["unit1:gnss_lost"].acknowledged_grade(), 3U);
    EXPECT_EQ(told.marks["unit1:gnss_lost"].shelved_reason(), "in the tunnel");
    EXPECT_EQ(ctl({"alarm", "posting", "home", "crew_not_reached", "acknowledged"}, &output), 1);
    EXPECT_NE(output.find("not a number"), std::string::npos) << output;
}

TEST_F(AlarmMarksTest, WhatRenewsAnAlarmLeavesItsBeginning) {
    auto li = desk("dispatcher");
    Told told;
    ASSERT_TRUE(hears(*li, told, [&] { return unit(1) != nullptr; }));
    report("marks-hr-1", "hr_high", wire::Alarm::MEDIUM, "130 > 120");
    ASSERT_TRUE(hears(*li, told, [&] { return told.alarms.contains("hr_high"); }));
    const api::LiveAlarm first = told.alarms.at("hr_high");
    EXPECT_EQ(first.since_us(), first.received_us());
    report("marks-hr-2", "hr_high", wire::Alarm::MEDIUM, "150 > 120");
    ASSERT_TRUE(hears(*li, told, [&] { return told.alarms.at("hr_high").alarm().value() == "150 > 120"; }));
    EXPECT_GT(told.alarms.at("hr_high").received_us(), first.received_us());
    EXPECT_EQ(told.alarms.at("hr_high").since_us(), first.since_us());
}

} // namespace
} // namespace ems::dispatch
