#include "telemetry/signal/scores/from_findings.h"

#include "telemetry/wire/findings.h"

#include <gtest/gtest.h>

namespace ems::signal {
namespace {

constexpr std::int64_t kFoundUs = 1'000'000'000;

wire::PatientChart chart() {
    wire::PatientFindings said;
    said.set_consciousness(wire::PatientFindings::VOICE);
    said.set_oxygen_dl_min(30);
    said.set_temp_cdeg(3'910);
    wire::PatientChart chart;
    wire::add_findings(chart, said, kFoundUs);
    return chart;
}

TEST(FindingsForNews2, GiveWhatNoMonitorMeasures) {
    News2Input input;
    add_findings(input, chart(), kFoundUs + 5'000'000);
    const Score score = news2(input).score;
    EXPECT_EQ(score.missing().size(), 4U) << "respiration, SpO2, systolic, pulse";
    EXPECT_EQ(score.points(), 3 + 2 + 2) << "not alert, oxygen, 39.1 degrees";
}

TEST(FindingsForNews2, AirIsFoundAndNotMissing) {
    wire::PatientFindings said;
    said.set_oxygen_dl_min(0);
    wire::PatientChart air;
    wire::add_findings(air, said, kFoundUs);
    News2Input input;
    add_findings(input, air, kFoundUs);
    EXPECT_EQ(input.oxygen, Oxygen::air);
}

TEST(FindingsForOtherScores, MewsTakesConsciousnessAndTemperature) {
    MewsInput input;
    add_findings(input, chart(), kFoundUs);
    EXPECT_EQ(input.consciousness, Avpu::voice);
    EXPECT_DOUBLE_EQ(input.temp_c.value().value, 39.1);
}

TEST(FindingsForOtherScores, ANewlyConfusedPatientHasNoPlaceInAvpu) {
    wire::PatientFindings said;
    said.set_consciousness(wire::PatientFindings::CONFUSED);
    wire::PatientChart confused;
    wire::add_findings(confused, said, kFoundUs);
    MewsInput mews;
    add_findings(mews, confused, kFoundUs);
    EXPECT_FALSE(mews.consciousness);
    QsofaInput qsofa;
    add_findings(qsofa, confused, kFoundUs);
    EXPECT_EQ(qsofa.mentation, Finding::abnormal);
}

TEST(FindingsForOtherScores, QsofaCountsAGcsBelowFifteenAndNeverGuessesOneOfParts) {
    wire::PatientFindings said;
    said.set_gcs_eyes(4);
    said.set_gcs_verbal(5);
    wire::PatientChart known;
    wire::add_findings(known, said, kFoundUs);
    QsofaInput parts;
    add_findings(parts, known, kFoundUs);
    EXPECT_FALSE(parts.mentation);
    said.set_gcs_motor(6);
    wire::add_findings(known, said, kFoundUs + 1);
    QsofaInput whole;
    add_findings(whole, known, kFoundUs + 1);
    EXPECT_EQ(whole.mentation, Finding::normal);
    said.set_gcs_motor(5);
    wire::add_findings(known, said, kFoundUs + 2);
    QsofaInput lower;
    add_findings(lower, known, kFoundUs + 2);
    EXPECT_EQ(lower.mentation, Finding::abnormal);
}

TEST(FindingsForNews2, TheMonitorsTemperatureGoesFirst) {
    News2Input input;
    input.temp_c = Measured{36.5, 1, 0};
    add_findings(input, chart(), kFoundUs);
    EXPECT_DOUBLE_EQ(input.temp_c->value, 36.5);
}

TEST(FindingsForNews2, WhatWasFoundTooLongAgoIsMissing) {
    News2Input input;
    add_findings(input, chart(), kFoundUs + kFindingForScoreUs + 1);
    EXPECT_FALSE(input.consciousness);
    EXPECT_FALSE(input.oxygen);
    EXPECT_FALSE(input.temp_c);
}

} // namespace
} // namespace ems::signal
