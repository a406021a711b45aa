// The alarms of one number of one patient, switched off by a physician: held until they rise to high, are on again, or the task ends.
#include "console/model/alarm_sound.h"
#include "console/model/alarm_table.h"
#include "console/model/desk_state.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace ems::console {
namespace {

constexpr std::int64_t kS = 1'000'000;
constexpr std::int64_t kNow = 1'773'830'536 * kS;
using Alarm = ems::wire::Alarm;

class AlarmsOff : public testing::Test {
  protected:
    AlarmsOff() {
        state_.apply_link({LinkChange::State::up, "", 0, 0}, kNow);
        api::LogInOk ok;
        ok.set_user("zhang");
        ok.set_display_name("张");
        ok.set_role("physician");
        state_.apply_login(ok);
        state_.apply_snapshot(snapshot(100), kNow);
        state_.watch_targets(kNow);
    }
    api::Snapshot snapshot(std::int64_t task) const {
        api::Snapshot s;
        s.set_seq(seq_);
        s.set_server_us(kNow);
        fill(s.add_units(), s.add_assignments(), task);
        auto* i = s.add_incidents();
        i->set_id(34);
        i->set_number("0034");
        i->set_state("assigned");
        return s;
    }
    static void fill(api::Unit* u, api::Assignment* a, std::int64_t task) {
        u->set_id(1);
        u->set_name("中心01");
        u->set_link("connected");
        u->set_state(ems::wire::UNIT_AT_PATIENT);
        u->set_incident_id(34);
        u->set_assignment_id(task);
        u->set_version(static_cast<std::uint64_t>(task));
        a->set_id(task);
        a->set_incident_id(34);
        a->set_unit_id(1);
        a->set_state("accepted");
        a->set_created_us(kNow - 60 * kS);
    }
    void tell(const api::Delta& delta) {
        api::Delta numbered = delta;
        numbered.set_seq(++seq_);
        ASSERT_TRUE(state_.apply_delta(numbered, kNow));
    }
    static api::AlarmMark mark(const char* parameter, std::int64_t off_us) {
        api::AlarmMark out;
        out.set_about("assignment");
        out.set_about_id(100);
        out.set_code(parameter);
        out.set_off_us(off_us);
        out.set_off_by("张");
        out.set_off_reason("COPD");
        return out;
    }
    void switched(const char* parameter, std::int64_t off_us) {
        api::Delta delta;
        *delta.add_alarm_marks() = mark(parameter, off_us);
        tell(delta);
    }
    void task(std::int64_t id, const char* state) {
        api::Delta delta;
        auto* u = delta.add_units();
        auto* a = delta.add_assignments();
        fill(u, a, id);
        a->set_state(state);
        tell(delta);
    }
    void tell_alarm(const ems::wire::Alarm& alarm) {
        api::Live live;
        auto* told = live.add_alarms();
        told->set_unit_id(1);
        told->set_received_us(kNow);
        *told->mutable_alarm() = alarm;
        state_.apply_live(live, kNow);
    }
    void raise(const char* code, Alarm::Priority priority) {
        Alarm alarm;
        alarm.set_code(code);
        alarm.set_priority(priority);
        alarm.set_active(true);
        tell_alarm(alarm);
    }
    void end(const char* code) {
        Alarm alarm;
        alarm.set_code(code);
        tell_alarm(alarm);
    }
    std::optional<Grade> sound() const { return to_sound(state_.alarms(), Owner::physician, 0, kNow); }
    bool is_held(const std::string& key) const {
        const AlarmEntry* entry = state_.alarms().find(key);
        return entry != nullptr && AlarmList::is_held(*entry, kNow);
    }
    DeskState state_;
    std::uint64_t seq_{5};
};

TEST_F(AlarmsOff, OneThatStandsAndOneThatComesAreHeldAndStayInTheList) {
    raise("spo2_low", Alarm::MEDIUM);
    ASSERT_EQ(sound(), Grade::medium);
    switched("spo2", kNow);
    raise("pleth_no_pulse", Alarm::MEDIUM);
    EXPECT_TRUE(is_held("u1:spo2_low"));
    EXPECT_TRUE(is_held("u1:pleth_no_pulse"));
    EXPECT_EQ(state_.alarms().find("u1:spo2_low")->off.by, "张");
    EXPECT_EQ(state_.alarms().find("u1:spo2_low")->off.reason, "COPD");
    EXPECT_EQ(sound(), std::nullopt);
    EXPECT_TRUE(state_.alarms().most_urgent(6, kNow).empty());
    state_.watch_targets(kNow);
    const LoadFigures load = state_.load().figures(state_.alarms(), kNow);
    EXPECT_EQ(load.off, 2U);
    EXPECT_EQ(load.shelved, 0U);
    EXPECT_EQ(load.total, 0U) << "it asked for nobody";
}

TEST_F(AlarmsOff, AnotherNumberAndTheRhythmAskAsEver) {
    switched("spo2", kNow);
    raise("hr_high", Alarm::MEDIUM);
    EXPECT_EQ(sound(), Grade::medium);
    raise("vf", Alarm::HIGH);
    EXPECT_EQ(sound(), Grade::high);
}

TEST_F(AlarmsOff, OneThatRisesToHighComesWithItsSoundAndAHighOneIsNeverHeld) {
    switched("spo2", kNow);
    switched("hr", kNow);
    raise("spo2_low", Alarm::MEDIUM);
    ASSERT_EQ(sound(), std::nullopt);
    raise("spo2_low", Alarm::HIGH);
    EXPECT_FALSE(is_held("u1:spo2_low"));
    EXPECT_EQ(sound(), Grade::high);
    raise("spo2_low", Alarm::MEDIUM);
    EXPECT_TRUE(is_held("u1:spo2_low"));
    raise("hr_extreme_low", Alarm::HIGH);
    EXPECT_FALSE(is_held("u1:hr_extreme_low"));
}

TEST_F(AlarmsOff, SwitchedOnAgainItAsksAgain) {
    switched("spo2", kNow);
    raise("spo2_low", Alarm::MEDIUM);
    switched("spo2", 0);
    EXPECT_FALSE(is_held("u1:spo2_low"));
    EXPECT_EQ(sound(), Grade::medium);
    EXPECT_EQ(state_.alarms().switched_off(1, "spo2"), nullptr);
}

TEST_F(AlarmsOff, ItEndsWithTheTaskAndTheNextPatientOfTheUnitHasHisAlarms) {
    switched("spo2", kNow);
    raise("spo2_low", Alarm::MEDIUM);
    task(100, "done");
    EXPECT_EQ(state_.alarms().switched_off(1, "spo2"), nullptr);
    EXPECT_EQ(sound(), Grade::medium);
    task(101, "accepted");
    raise("spo2_high", Alarm::MEDIUM);
    EXPECT_FALSE(is_held("u1:spo2_high"));
}

TEST_F(AlarmsOff, OneThatEndsMeanwhileIsNotLatched) {
    switched("hr", kNow);
    raise("hr_high", Alarm::MEDIUM);
    end("hr_high");
    EXPECT_EQ(state_.alarms().find("u1:hr_high"), nullptr);
}

TEST_F(AlarmsOff, WhatWasSwitchedOnWhileTheLinkWasAwayIsOn) {
    switched("spo2", kNow);
    raise("spo2_low", Alarm::MEDIUM);
    state_.apply_snapshot(snapshot(100), kNow);
    EXPECT_EQ(state_.alarms().switched_off(1, "spo2"), nullptr);
    api::Snapshot again = snapshot(100);
    *again.add_alarm_marks() = mark("spo2", kNow);
    state_.apply_snapshot(again, kNow);
    EXPECT_NE(state_.alarms().switched_off(1, "spo2"), nullptr);
}

TEST_F(AlarmsOff, TheRequestNamesTaskParameterAndTheHighestGradeThatIsHeldBack) {
    const api::MarkAlarm off = switch_request(AlarmSwitch::off, 100, "rr", "known");
    EXPECT_EQ(off.about(), "assignment");
    EXPECT_EQ(off.about_id(), 100);
    EXPECT_EQ(off.code(), "rr");
    EXPECT_EQ(off.kind(), "off");
    EXPECT_EQ(off.grade(), 2U);
    EXPECT_EQ(off.reason(), "known");
    EXPECT_EQ(switch_request(AlarmSwitch::on, 100, "rr", "known").reason(), "");
}

TEST(AlarmParameters, EveryLimitOfAPatientBelongsToOneAndNothingElseDoes) {
    const std::set<std::string_view> none{"asystole", "vf", "vt", "apnoea", "af_suspected", "monitor_#", "physician_call"};
    for (const AlarmReason* row : alarm_reasons()) {
        const bool is_limit = row->about == AlarmClass::clinical && row->owner == Owner::physician && !none.contains(row->code);
        EXPECT_EQ(!alarm_parameter(row->code).empty(), is_limit) << row->code;
    }
}

} // namespace
} // namespace ems::console
