#include "vehicle/agent/alarm_desk.h"

#include <gtest/gtest.h>

#include "vehicle/agent/monitor_state.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;
using signal::AlarmOrigin;

wire::Alarm alarm(const std::string& code, bool active, bool technical = false) {
    wire::Alarm out;
    out.set_code(code);
    out.set_technical(technical);
    out.set_active(active);
    out.set_value("text");
    return out;
}

PatientAboard patient(std::uint64_t number, std::uint32_t years) {
    PatientAboard out;
    out.set_number(number);
    out.set_age_years(years);
    out.set_attended(true);
    return out;
}

class AlarmDeskTest : public testing::Test {
  protected:
    std::vector<wire::Alarm> cuff(std::int32_t mmhg, Ticks at) {
        monitor_.take({.values = {{VitalKind::nibp_sys, mmhg, std::to_string(mmhg)}}}, {1}, at);
        return desk_.update(monitor_.board(), at);
    }
    Status filled(Ticks at) {
        Status status;
        desk_.fill(status, at);
        return status;
    }
    Result<void> answer(AnswerAlarm::Action action, const std::string& code, Ticks at) {
        AnswerAlarm one;
        one.set_action(action);
        one.set_code(code);
        one.set_author("Wang");
        return desk_.answer(one, at);
    }
    MonitorState monitor_;
    AlarmDesk desk_;
};

TEST_F(AlarmDeskTest, WhatADeviceSaysHasThePriorityOfTheTable) {
    desk_.note(AlarmOrigin::device, alarm("monitor_lost", true, true));
    const auto told = desk_.update(monitor_.board(), Ticks{1s});
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].priority(), wire::Alarm::MEDIUM);
    EXPECT_TRUE(told[0].technical());
    EXPECT_TRUE(told[0].active());
}

TEST_F(AlarmDeskTest, WhatDetectorAndMonitorBothSayIsToldOnceUntilBothAreSilent) {
    desk_.note(AlarmOrigin::detector, alarm("vf", true));
    EXPECT_EQ(desk_.update(monitor_.board(), Ticks{1s}).size(), 1U);
    desk_.note(AlarmOrigin::monitor, alarm("vf", true));
    EXPECT_TRUE(desk_.update(monitor_.board(), Ticks{2s}).empty());
    desk_.note(AlarmOrigin::detector, alarm("vf", false));
    EXPECT_TRUE(desk_.update(monitor_.board(), Ticks{3s}).empty());
    desk_.note(AlarmOrigin::monitor, alarm("vf", false));
    const auto ended = desk_.update(monitor_.board(), Ticks{4s});
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_FALSE(ended[0].active());
}

TEST_F(AlarmDeskTest, ANumberOutOfItsLimitIsToldWithBoth) {
    const auto told = cuff(80, Ticks{1s});
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].code(), "nibp_low");
    EXPECT_EQ(told[0].value(), "80 < 90");
    EXPECT_EQ(told[0].priority(), wire::Alarm::MEDIUM);
    EXPECT_FALSE(told[0].technical());
    const auto ended = cuff(120, Ticks{2s});
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_FALSE(ended[0].active());
}

TEST_F(AlarmDeskTest, TheLimitsAreThoseOfTheAgeInTheOrder) {
    desk_.follow(patient(34, 6));
    EXPECT_TRUE(cuff(80, Ticks{1s}).empty()) << "from 70 in a child";
    desk_.follow(patient(34, 0));
    EXPECT_EQ(cuff(80, Ticks{2s}).size(), 1U) << "an unknown age is an adult's";
}

TEST_F(AlarmDeskTest, AnInfantIsKnownByTheMonthsOfTheOrder) {
    PatientAboard infant = patient(34, 0);
    infant.set_age_months(8);
    desk_.follow(infant);
    EXPECT_TRUE(cuff(60, Ticks{1s}).empty()) << "from 40";
    EXPECT_EQ(filled(Ticks{1s}).limits_of(), INFANT);
    EXPECT_EQ(cuff(39, Ticks{2s}).size(), 1U);
}

TEST_F(AlarmDeskTest, TheCrewsWordStandsAboveTheAgeOfTheOrder) {
    PatientAboard said = patient(34, 40);
    said.set_group(INFANT);
    desk_.follow(said);
    EXPECT_TRUE(cuff(60, Ticks{1s}).empty());
    said.set_group(CHILD);
    desk_.follow(said);
    EXPECT_EQ(cuff(60, Ticks{2s}).size(), 1U) << "from 70";
    said.set_group(BY_AGE);
    desk_.follow(said);
    EXPECT_EQ(filled(Ticks{2s}).limits_of(), ADULT);
}

TEST_F(AlarmDeskTest, AnotherNumberIsAnotherPatient) {
    desk_.follow(patient(34, 0));
    desk_.note(AlarmOrigin::detector, alarm("vf", true));
    (void)desk_.update(monitor_.board(), Ticks{1s});
    desk_.note(AlarmOrigin::detector, alarm("vf", false));
    (void)desk_.update(monitor_.board(), Ticks{2s});
    ASSERT_EQ(filled(Ticks{2s}).alarms_size(), 1);
    desk_.follow(patient(34, 0));
    EXPECT_EQ(filled(Ticks{2s}).alarms_size(), 1) << "the same one";
    desk_.follow(patient(35, 0));
    EXPECT_EQ(filled(Ticks{2s}).alarms_size(), 0);
}

TEST_F(AlarmDeskTest, TheLastPatientsCuffReadingIsNotTheNextOnes) {
    desk_.follow(patient(34, 0));
    ASSERT_EQ(cuff(80, Ticks{1s}).size(), 1U);
    EXPECT_EQ(desk_.follow(patient(34, 0)), AlarmDesk::Patient::same);
    EXPECT_EQ(desk_.follow(patient(35, 0)), AlarmDesk::Patient::another);
    desk_.note(AlarmOrigin::monitor, monitor_.next_patient(Ticks{2s}));
    const auto ended = desk_.update(monitor_.board(), Ticks{2s});
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_FALSE(ended[0].active());
    EXPECT_FALSE(monitor_.vitals(Ticks{2s})) << "nothing is known of the next one";

    EXPECT_TRUE(cuff(80, Ticks{3s}).empty()) << "the monitor repeats the last reading";
    monitor_.take({.values = {{VitalKind::nibp_sys, std::nullopt, ""}}}, {1}, Ticks{4s});
    EXPECT_TRUE(cuff(80, Ticks{5s}).empty()) << "also after it doubted it";
    const auto vitals = monitor_.vitals(Ticks{5s});
    EXPECT_FALSE(vitals && vitals->has_nibp_sys_mmhg());
    EXPECT_EQ(cuff(82, Ticks{6s}).size(), 1U) << "his own";
}

TEST_F(AlarmDeskTest, TheTerminalSeesWhatStandsAndWhoQuietenedIt) {
    desk_.follow(patient(34, 0));
    desk_.note(AlarmOrigin::detector, alarm("vf", true));
    (void)desk_.update(monitor_.board(), Ticks{10s});
    EXPECT_EQ(filled(Ticks{15s}).sounding(), wire::Alarm::HIGH);
    EXPECT_TRUE(answer(AnswerAlarm::PAUSE_AUDIO, "vf", Ticks{20s}));
    const Status paused = filled(Ticks{50s});
    EXPECT_EQ(paused.sounding(), wire::Alarm::PRIORITY_UNSPECIFIED);
    ASSERT_EQ(paused.alarms_size(), 1);
    EXPECT_EQ(paused.alarms(0).signal(), StandingAlarm::AUDIO_PAUSED);
    EXPECT_EQ(paused.alarms(0).author(), "Wang");
    EXPECT_EQ(paused.alarms(0).ends_in_s(), 90U);
    EXPECT_EQ(paused.alarms(0).since_s(), 40U);
    EXPECT_TRUE(paused.alarms(0).alarm().active());
    EXPECT_FALSE(paused.alarms(0).latched());
}

TEST_F(AlarmDeskTest, ARefusalSaysWhy) {
    const auto refused = answer(AnswerAlarm::ALARM_OFF, "vf", Ticks{1s});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().detail, "of this alarm only the sound can be paused");
    EXPECT_FALSE(answer(AnswerAlarm::ACKNOWLEDGE, "vf", Ticks{1s}));
    EXPECT_FALSE(answer(AnswerAlarm::ACTION_UNSPECIFIED, "vf", Ticks{1s}));
}

TEST_F(AlarmDeskTest, ASensorOnItsHookIsToldToTheCentreAndNotSounded) {
    desk_.note(AlarmOrigin::monitor, alarm("ecg_lead_off", true, true));
    EXPECT_EQ(desk_.update(monitor_.board(), Ticks{1s}).size(), 1U);
    EXPECT_EQ(filled(Ticks{1s}).alarms_size(), 0);
    desk_.follow(patient(34, 0));
    EXPECT_EQ(filled(Ticks{1s}).alarms_size(), 1);
}

TEST_F(AlarmDeskTest, TheNextStartEndsWhatThisOneHadTold) {
    cuff(80, Ticks{1s});
    desk_.note(AlarmOrigin::monitor, alarm("monitor_1", true));
    desk_.note(AlarmOrigin::monitor, alarm("monitor_2", true));
    (void)desk_.update(monitor_.board(), Ticks{2s});
    desk_.note(AlarmOrigin::monitor, alarm("monitor_2", false));
    (void)desk_.update(monitor_.board(), Ticks{3s});
    const auto ends = AlarmDesk::ends_of(desk_.told(), desk_.told_others());
    ASSERT_EQ(ends.size(), 2U);
    EXPECT_EQ(ends[0].code(), "nibp_low");
    EXPECT_FALSE(ends[0].active());
    EXPECT_EQ(ends[1].code(), "monitor_1");
    EXPECT_FALSE(ends[1].active());
}

TEST_F(AlarmDeskTest, TheThresholdsOfStAreThoseOfThePatientTheCrewNames) {
    PatientAboard man = patient(1, 60);
    man.set_sex("m");
    desk_.follow(man);
    EXPECT_EQ(desk_.ecg_patient().sex, signal::Sex::male);
    EXPECT_EQ(desk_.ecg_patient().age_years, 60);
    man.set_group(CHILD);
    desk_.follow(man);
    EXPECT_LT(desk_.ecg_patient().age_years, signal::kStAgeMinYears) << "the crew sees a child";
    PatientAboard child = patient(2, 5);
    child.set_group(ADULT);
    desk_.follow(child);
    EXPECT_FALSE(desk_.ecg_patient().age_years) << "the order's age is not his";
    EXPECT_FALSE(desk_.ecg_patient().sex);
}

} // namespace
} // namespace ems::vehicle
