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

} // namespace
} // namespace ems::wire
