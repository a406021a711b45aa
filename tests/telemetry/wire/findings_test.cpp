#include "telemetry/wire/findings.h"

#include <gtest/gtest.h>

namespace ems::wire {
namespace {

using Consciousness = PatientFindings::Consciousness;

PatientFindings pain(std::uint32_t points) {
    PatientFindings said;
    said.set_pain(points);
    return said;
}

TEST(Findings, ALaterReportLeavesWhatItDoesNotSay) {
    PatientChart chart;
    add_findings(chart, pain(6), 100);
    PatientFindings awake;
    awake.set_consciousness(PatientFindings::VOICE);
    add_findings(chart, awake, 200);
    EXPECT_EQ(chart.findings().pain(), 6U);
    EXPECT_EQ(chart.findings().consciousness(), PatientFindings::VOICE);
    EXPECT_EQ(found_us(chart, PatientFindings::kPainFieldNumber), 100);
    EXPECT_EQ(found_us(chart, PatientFindings::kConsciousnessFieldNumber), 200);
    EXPECT_EQ(found_us(chart, PatientFindings::kTempCdegFieldNumber), 0);
}

TEST(Findings, TheLaterFingerCountsWhicheverComesFirst) {
    PatientChart chart;
    add_findings(chart, pain(2), 300);
    add_findings(chart, pain(8), 200);
    EXPECT_EQ(chart.findings().pain(), 2U);
    EXPECT_EQ(found_us(chart, PatientFindings::kPainFieldNumber), 300);
}

TEST(Findings, NoPainIsFoundAndNotUnknown) {
    PatientChart chart;
    add_findings(chart, pain(4), 100);
    add_findings(chart, pain(0), 200);
    EXPECT_TRUE(chart.findings().has_pain());
    EXPECT_EQ(chart.findings().pain(), 0U);
}

TEST(Findings, AListIsSaidAnewAndTheSameReportTwiceChangesNothing) {
    PatientFindings first;
    first.mutable_complaints()->add_code("chest_pain");
    first.mutable_complaints()->add_code("dyspnoea");
    PatientFindings second;
    second.mutable_complaints()->add_code("dyspnoea");
    PatientChart chart;
    add_findings(chart, first, 100);
    add_findings(chart, second, 200);
    add_findings(chart, second, 200);
    ASSERT_EQ(chart.findings().complaints().code_size(), 1);
    EXPECT_EQ(chart.findings().complaints().code(0), "dyspnoea");
}

TEST(Findings, ValuesThatNobodyCanHaveAreRefused) {
    EXPECT_TRUE(check_findings(pain(10)));
    EXPECT_FALSE(check_findings(pain(11)));
    EXPECT_FALSE(check_findings({})) << "it says nothing";
    PatientFindings said;
    said.set_temp_cdeg(368);
    EXPECT_FALSE(check_findings(said)) << "tenths for hundredths";
    said.set_temp_cdeg(3'680);
    EXPECT_TRUE(check_findings(said));
    said.set_gcs_eyes(5);
    EXPECT_FALSE(check_findings(said));
    said.set_gcs_eyes(0);
    EXPECT_TRUE(check_findings(said)) << "not testable";
    said.mutable_notes()->add_code("Free text");
    EXPECT_FALSE(check_findings(said)) << "nothing that could name somebody";
}

PatientFindings without(int field) {
    PatientFindings said;
    said.add_withdrawn(static_cast<std::uint32_t>(field));
    return said;
}
constexpr int kPain = PatientFindings::kPainFieldNumber;

TEST(Findings, AnEntryThatWasWithdrawnNoLongerHoldsAndIsKeptBeside) {
    PatientChart chart;
    add_findings(chart, pain(9), 100);
    add_findings(chart, without(kPain), 200);
    EXPECT_FALSE(chart.findings().has_pain());
    EXPECT_EQ(found_us(chart, kPain), 0);
    EXPECT_EQ(chart.withdrawn().pain(), 9U);
    EXPECT_EQ(withdrawal(chart, kPain).found_us, 100);
    EXPECT_EQ(withdrawal(chart, kPain).withdrawn_us, 200);
}

TEST(Findings, AnEntryThatComesAfterItsWithdrawalDoesNotHold) {
    PatientChart chart;
    add_findings(chart, without(kPain), 200);
    add_findings(chart, pain(9), 100);
    EXPECT_FALSE(chart.findings().has_pain());
    EXPECT_EQ(withdrawal(chart, kPain).found_us, 100);
}

TEST(Findings, WhatIsEnteredAfterAWithdrawalHoldsWhicheverComesFirst) {
    for (const bool late : {false, true}) {
        PatientChart chart;
        add_findings(chart, pain(9), 100);
        add_findings(chart, late ? pain(3) : without(kPain), late ? 300 : 200);
        add_findings(chart, late ? without(kPain) : pain(3), late ? 200 : 300);
        EXPECT_EQ(chart.findings().pain(), 3U);
        EXPECT_EQ(found_us(chart, kPain), 300);
        EXPECT_EQ(withdrawal(chart, kPain).withdrawn_us, 0) << "something newer stands";
    }
}

TEST(Findings, AWithdrawalTouchesNoOtherField) {
    PatientChart chart;
    add_findings(chart, pain(9), 100);
    PatientFindings heavy;
    heavy.set_weight_kg(62);
    add_findings(chart, heavy, 100);
    add_findings(chart, without(kPain), 200);
    EXPECT_EQ(chart.findings().weight_kg(), 62U);
    EXPECT_FALSE(chart.withdrawn().has_weight_kg());
}

TEST(Findings, WhenThePatientWasLastSeenWellIsCountedFromTheFinger) {
    PatientFindings said;
    said.set_onset_min_before(30);
    EXPECT_TRUE(check_findings(said));
    EXPECT_EQ(last_seen_well_us(said, 3'600'000'000), 1'800'000'000);
    said.set_onset_min_before(0);
    EXPECT_EQ(last_seen_well_us(said, 3'600'000'000), 3'600'000'000) << "now is said, and not unknown";
    EXPECT_EQ(last_seen_well_us(pain(3), 3'600'000'000), 0);
    said.set_onset_min_before(10'081);
    EXPECT_FALSE(check_findings(said));
}

TEST(Findings, AWithdrawalOfWhatIsSaidInTheSameBreathIsRefused) {
    EXPECT_TRUE(check_findings(without(kPain)));
    EXPECT_TRUE(check_findings(without(77))) << "a field of a later version";
    EXPECT_FALSE(check_findings(without(0)));
    EXPECT_FALSE(check_findings(without(PatientFindings::kWithdrawnFieldNumber)));
    PatientFindings both = pain(3);
    both.add_withdrawn(static_cast<std::uint32_t>(kPain));
    EXPECT_FALSE(check_findings(both));
    PatientFindings heavy;
    heavy.set_weight_kg(351);
    EXPECT_FALSE(check_findings(heavy));
}

} // namespace
} // namespace ems::wire
