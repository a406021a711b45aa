#include "vehicle/terminal/patient_aboard.h"

#include <gtest/gtest.h>

#include "telemetry/signal/vitals/vitals_wire.h"

namespace ems::terminal {
namespace {

using State = News2Aboard::State;
using Findings = wire::PatientFindings;

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kUtcUs = 1'700'000'000 * kSecondUs;

struct Patient {
    Patient() {
        status.set_limits_of(vehicle::ADULT);
        wire::Vitals& vitals = *status.mutable_vitals();
        vitals.set_hr_bpm(104);
        vitals.set_spo2_pct(88);
        vitals.set_rr_bpm(24);
        vitals.set_nibp_sys_mmhg(104);
        vitals.set_nibp_dia_mmhg(68);
        vitals.set_nibp_age_ms(30'000);
    }
    Findings& found(int field, std::int64_t at_us) {
        (*status.mutable_chart()->mutable_found_us())[static_cast<std::uint32_t>(field)] = at_us;
        return *status.mutable_chart()->mutable_findings();
    }
    [[nodiscard]] News2Aboard score(std::int64_t silent_us = 0) const {
        signal::VitalBoard board;
        signal::take_wire(board, status.vitals(), 0, 0);
        return news2_aboard(status, board, silent_us, kUtcUs);
    }
    vehicle::Status status;
};

TEST(News2Aboard, WhatNobodySaidIsMissingAndNeverNormal) {
    const News2Aboard out = Patient{}.score();
    ASSERT_EQ(out.state, State::scored);
    EXPECT_EQ(out.news2.score.points(), 2 + 3 + 1 + 1) << "breaths, saturation, systolic, pulse";
    const std::vector<std::string_view> missing{"air or oxygen", "consciousness", "temperature"};
    EXPECT_EQ(out.news2.score.missing(), missing);
}

TEST(News2Aboard, WhatTheCrewFoundCompletesIt) {
    Patient patient;
    patient.found(Findings::kConsciousnessFieldNumber, kUtcUs).set_consciousness(Findings::VOICE);
    patient.found(Findings::kOxygenDlMinFieldNumber, kUtcUs).set_oxygen_dl_min(30);
    patient.found(Findings::kTempCdegFieldNumber, kUtcUs).set_temp_cdeg(3'820);
    const News2Aboard out = patient.score();
    EXPECT_TRUE(out.news2.score.complete());
    EXPECT_EQ(out.news2.score.points(), 7 + 3 + 2 + 1);
}

TEST(News2Aboard, ANumberOfASilentVehicleIsMissingOnceItIsTooOldForAScore) {
    EXPECT_EQ(Patient{}.score(61 * kSecondUs).news2.score.missing().size(), 6U) << "the cuff's counts for 10 min";
}

TEST(News2Aboard, WithoutANumberOrAFindingThereIsNone) {
    Patient patient;
    patient.status.clear_vitals();
    EXPECT_EQ(patient.score().state, State::no_data);
}

TEST(News2Aboard, IsNotForAChildOfTheCrewsWord) {
    Patient patient;
    patient.status.set_limits_of(vehicle::CHILD);
    patient.status.mutable_patient()->set_age_years(58); // of the order, and not of that group
    EXPECT_EQ(patient.score().state, State::too_young);
}

TEST(News2Aboard, IsNotForFifteenYearsThoughTheLimitsAreAnAdults) {
    Patient patient;
    patient.status.mutable_patient()->set_age_years(15);
    EXPECT_EQ(patient.score().state, State::too_young);
    patient.status.mutable_patient()->set_age_years(16);
    EXPECT_EQ(patient.score().state, State::scored);
}

TEST(News2Aboard, TheAgeThatTheCrewEnteredStandsAboveTheOrdersAndTheLimits) {
    Patient patient;
    patient.status.mutable_patient()->set_age_years(58);
    patient.found(Findings::kAgeMonthsFieldNumber, kUtcUs).set_age_months(15 * 12 + 11);
    EXPECT_EQ(patient.score().state, State::too_young);
    patient.status.set_limits_of(vehicle::CHILD);
    patient.found(Findings::kAgeMonthsFieldNumber, kUtcUs).set_age_months(16 * 12);
    EXPECT_EQ(patient.score().state, State::scored);
}

class AlarmAbout : public testing::Test {
  protected:
    void stand(const std::string& code) { status_.add_alarms()->mutable_alarm()->set_code(code); }
    [[nodiscard]] std::string code(signal::VitalKind kind) const {
        const vehicle::StandingAlarm* one = alarm_about(status_, kind);
        return one == nullptr ? std::string{} : one->alarm().code();
    }
    vehicle::Status status_;
};

TEST_F(AlarmAbout, ARhythmIsTheHeartsAndApnoeaTheBreaths) {
    for (const char* rhythm : {"vf", "vt", "asystole"}) {
        status_.Clear();
        stand(rhythm);
        EXPECT_EQ(code(signal::VitalKind::hr), rhythm);
        EXPECT_EQ(code(signal::VitalKind::spo2), "");
    }
    stand("apnoea");
    EXPECT_EQ(code(signal::VitalKind::rr), "apnoea");
}

TEST_F(AlarmAbout, EachPressureOfTheCuffIsAboutItsNumber) {
    stand("nibp_mean_low");
    EXPECT_EQ(code(signal::VitalKind::nibp_sys), "nibp_mean_low");
    EXPECT_EQ(code(signal::VitalKind::hr), "");
}

TEST_F(AlarmAbout, TheMostUrgentComesFirst) {
    stand("vt");
    stand("hr_high");
    EXPECT_EQ(code(signal::VitalKind::hr), "vt");
}

TEST_F(AlarmAbout, NoNumberIsOutOfAnythingForATechnicalOneAnAdvisoryOrOneOfTheMonitorsOwn) {
    for (const char* one : {"spo2_sensor_off", "nibp_failed", "ecg_noise", "af_suspected", "monitor_10002"}) {
        stand(one);
    }
    for (const signal::VitalRow& row : signal::vital_rows()) {
        EXPECT_EQ(code(row.kind), "") << row.name;
    }
}

TEST(WatchedAs, SaysNothingForAVehicleThatDoesNot) {
    vehicle::Status status;
    EXPECT_EQ(watched_as(status), std::nullopt);
    status.set_limits_of(vehicle::INFANT);
    EXPECT_EQ(watched_as(status), signal::AgeGroup::infant);
}

} // namespace
} // namespace ems::terminal
