#include "telemetry/signal/acquired_ecg.h"
#include "telemetry/signal/ecg_leads.h"

#include <gtest/gtest.h>

#include "telemetry/signal/wfdb.h"
#include "telemetry/signal/wfdb_file.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace ems::signal {
namespace {

constexpr std::array<double, kAcquiredLeads> kBeat{0.70, 1.10, -1.0, -1.5, 0.9, 1.6, 1.6, 1.2};

TEST(EcgLeads, LimbLeadsObeyEinthovenAndGoldberger) {
    const auto value = [](ShownLead lead) { return shown_value(lead, kBeat); };
    EXPECT_NEAR(value(ShownLead::I) + value(ShownLead::III), value(ShownLead::II), 1e-12);
    EXPECT_NEAR(value(ShownLead::aVR) + value(ShownLead::aVL) + value(ShownLead::aVF), 0, 1e-12);
    EXPECT_NEAR(value(ShownLead::III), 0.40, 1e-12);
    EXPECT_NEAR(value(ShownLead::aVR), -0.90, 1e-12);
    EXPECT_NEAR(value(ShownLead::aVL), 0.15, 1e-12);
    EXPECT_NEAR(value(ShownLead::aVF), 0.75, 1e-12);
}

TEST(EcgLeads, ChestLeadsAreThemselves) {
    EXPECT_EQ(shown_value(ShownLead::V1, kBeat), -1.0);
    EXPECT_EQ(shown_value(ShownLead::V6, kBeat), 1.2);
    EXPECT_EQ(leads_needed(ShownLead::V1), lead_bit(Lead::V1));
    EXPECT_EQ(leads_needed(ShownLead::V6), lead_bit(Lead::V6));
    EXPECT_EQ(leads_needed(ShownLead::aVF), lead_bit(Lead::I) | lead_bit(Lead::II));
}

TEST(EcgLeads, ALimbElectrodeTakesItsLimbLeadsAndTheChestWithIt) {
    const std::uint32_t chest = 0xFC;
    EXPECT_EQ(leads_lost(Electrode::RA), 0xFFU);
    EXPECT_EQ(leads_lost(Electrode::RL), 0xFFU);
    EXPECT_EQ(leads_lost(Electrode::LA), chest | lead_bit(Lead::I));
    EXPECT_EQ(leads_lost(Electrode::LL), chest | lead_bit(Lead::II));
    EXPECT_EQ(leads_lost(Electrode::C1), lead_bit(Lead::V1));
    EXPECT_EQ(leads_lost(Electrode::C6), lead_bit(Lead::V6));
}

TEST(AcquiredEcg, ADerivedLeadIsMissingWhereOneOfItsLeadsIs) {
    AcquiredEcg ecg;
    ecg.mv[0] = {0.5F, std::numeric_limits<float>::quiet_NaN()};
    ecg.mv[1] = {0.75F, 1.0F};
    const std::vector<float> third = ecg.shown(ShownLead::III);
    ASSERT_EQ(third.size(), 2U);
    EXPECT_FLOAT_EQ(third[0], 0.25F);
    EXPECT_TRUE(std::isnan(third[1]));
    EXPECT_TRUE(ecg.shown(ShownLead::V1).empty());
}

WfdbRecord record_of(std::vector<std::string> names) {
    WfdbRecord record;
    record.header.rate_hz = 500;
    for (std::string& name : names) {
        WfdbSignal one;
        one.gain = 1000;
        one.description = std::move(name);
        record.header.signals.push_back(one);
        record.samples.push_back(
            {static_cast<std::int32_t>(record.samples.size() + 1) * 100, one.invalid_value()});
    }
    return record;
}

TEST(AcquiredEcg, LeadsOfARecordAreFoundByTheirNames) {
    const auto ecg = acquired_from_wfdb(record_of({"v1", "aVR", "II", "PLETH"}));
    ASSERT_TRUE(ecg);
    EXPECT_EQ(ecg->lead_mask(), lead_bit(Lead::V1) | lead_bit(Lead::II));
    EXPECT_FLOAT_EQ(ecg->mv[2][0], 0.1F);
    EXPECT_TRUE(std::isnan(ecg->mv[2][1]));
}

TEST(AcquiredEcg, SecondLeadIsTheSumOfTheFirstAndTheThird) {
    const auto ecg = acquired_from_wfdb(record_of({"I", "III"}));
    ASSERT_TRUE(ecg);
    EXPECT_FLOAT_EQ(ecg->mv[1][0], 0.3F);
}

TEST(AcquiredEcg, ALoneChannelOfAnUnknownNameServesForRhythm) {
    const auto ecg = acquired_from_wfdb(record_of({"ECG"}));
    ASSERT_TRUE(ecg);
    EXPECT_EQ(ecg->lead_mask(), lead_bit(Lead::II));
    EXPECT_FALSE(acquired_from_wfdb(record_of({"PLETH"})));
}

TEST(EcgLeads, NamesAreReadInAnyCase) {
    EXPECT_EQ(parse_lead("v3"), Lead::V3);
    EXPECT_EQ(parse_lead("ii"), Lead::II);
    EXPECT_FALSE(parse_lead("MLII"));
    EXPECT_FALSE(parse_lead("v7"));
    EXPECT_EQ(lead_name(ShownLead::aVR), "aVR");
}

// A recorded 12-lead ECG holds the derived leads too: they must agree within its rounding.
TEST(EcgLeads, DerivedLeadsMatchARealTwelveLeadRecording) {
    const std::string header = test::shared_data("ecg/other/s0010_re.hea");
    if (header.empty()) {
        GTEST_SKIP() << "ecg/other/s0010_re.hea is absent";
    }
    const Result<WfdbRecord> record = load_wfdb_record(header);
    ASSERT_TRUE(record) << record.error().message();
    const auto& s = record->samples;
    for (std::size_t t = 0; t < s[0].size(); ++t) {
        std::array<double, kAcquiredLeads> acquired{};
        acquired[0] = s[0][t];
        acquired[1] = s[1][t];
        // 2 units of 0.5 microvolt
        ASSERT_NEAR(shown_value(ShownLead::III, acquired), s[2][t], 2) << t;
        ASSERT_NEAR(shown_value(ShownLead::aVR, acquired), s[3][t], 2) << t;
        ASSERT_NEAR(shown_value(ShownLead::aVL, acquired), s[4][t], 2) << t;
        ASSERT_NEAR(shown_value(ShownLead::aVF, acquired), s[5][t], 2) << t;
    }
}

} // namespace
} // namespace ems::signal
