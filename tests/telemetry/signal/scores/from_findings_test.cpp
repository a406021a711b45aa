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
