#include "telemetry/signal/ecg12/stemi.h"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace ems::signal {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
using L = ShownLead;

std::size_t at(ShownLead lead) {
    return static_cast<std::size_t>(lead);
}

// A narrow QRS of ordinary size in all leads, no ST.
StInput sound(EcgPatient patient = {Sex::male, 60}) {
    StInput in;
    in.r_mv.fill(0.8);
    in.s_mv.fill(0.3);
    in.r_mv[at(L::aVR)] = 0.1;
    in.s_mv[at(L::aVR)] = 0.9;
    in.rate_bpm = 75;
    in.qrs_s = 0.09;
    in.beats = 10;
    in.patient = patient;
    in.diagnostic_band = true;
    return in;
}

StInput with(StInput in, const std::vector<std::pair<ShownLead, double>>& st) {
    for (const auto& [lead, mv] : st) {
        in.st_mv[at(lead)] = mv;
    }
    return in;
}

bool has(const StAdvisory& advisory, StRefusal refusal) {
    return advisory.refusals.test(static_cast<std::size_t>(refusal));
}

TEST(Stemi, ThresholdsFollowSexAgeAndLead) {
    struct Row {
        EcgPatient patient;
        double v2_v3;
    };
    for (const Row& row : {Row{{Sex::male, 39}, 0.25}, Row{{Sex::male, 40}, 0.20},
                           Row{{Sex::male, std::nullopt}, 0.20}, Row{{Sex::female, 20}, 0.15},
                           Row{{Sex::female, 80}, 0.15}, Row{{std::nullopt, 30}, 0.15},
                           Row{{std::nullopt, std::nullopt}, 0.15}}) {
        for (std::size_t i = 0; i < kShownLeads; ++i) {
            const auto lead = static_cast<ShownLead>(i);
            const bool anterior = lead == L::V2 || lead == L::V3;
            EXPECT_EQ(st_threshold_mv(lead, row.patient), anterior ? row.v2_v3 : 0.1);
        }
        const auto flagged = [&](double mv) {
            return st_advisory(with(sound(row.patient), {{L::V2, mv}, {L::V3, mv}})).verdict ==
                   StVerdict::criteria_met;
        };
        EXPECT_TRUE(flagged(row.v2_v3));
        EXPECT_TRUE(flagged(row.v2_v3 - 0.0049)); // rounds to the threshold
        EXPECT_FALSE(flagged(row.v2_v3 - 0.0051));
    }
}

TEST(Stemi, TwoLeadsCountOnlyWhenTheyAreNeighbours) {
    const std::vector<std::vector<ShownLead>> rows{{L::V1, L::V2, L::V3, L::V4, L::V5, L::V6},
                                                   {L::aVL, L::I, L::aVR, L::II, L::aVF, L::III}};
    for (std::size_t a = 0; a < kShownLeads; ++a) {
        for (std::size_t b = a + 1; b < kShownLeads; ++b) {
            bool neighbours = false;
            for (const auto& row : rows) {
                for (std::size_t i = 1; i < row.size(); ++i) {
                    neighbours = neighbours || (at(row[i - 1]) == a && at(row[i]) == b) ||
                                 (at(row[i - 1]) == b && at(row[i]) == a);
                }
            }
            StInput in = sound();
            // In Cabrera's row it is -aVR that must be elevated.
            for (const std::size_t i : {a, b}) {
                in.st_mv[i] = i == at(L::aVR) ? -0.3 : 0.3;
            }
            const StAdvisory advisory = st_advisory(in);
            EXPECT_EQ(advisory.verdict == StVerdict::criteria_met, neighbours) << a << " " << b;
            EXPECT_EQ(advisory.elevated, neighbours ? 1U << a | 1U << b : 0U);
        }
    }
}

TEST(Stemi, InferiorElevationAsksForTheRightChestAndDepressionForTheBack) {
    const StAdvisory advisory = st_advisory(
        with(sound(), {{L::II, .2}, {L::III, .3}, {L::aVF, .25}, {L::V2, -.05}, {L::V3, -.05}}));
    EXPECT_EQ(advisory.verdict, StVerdict::criteria_met);
    EXPECT_TRUE(advisory.ask_right_chest);
    EXPECT_TRUE(advisory.ask_posterior);
    EXPECT_FALSE(st_advisory(with(sound(), {{L::V2, -.05}})).ask_posterior);
}

TEST(Stemi, ElevatedAvrWithSixDepressedLeadsPointsToTheLeftMain) {
    std::vector<std::pair<ShownLead, double>> st{{L::aVR, .12}, {L::I, -.1},  {L::II, -.1},
                                                 {L::V3, -.1},  {L::V4, -.1}, {L::V5, -.1}};
    EXPECT_FALSE(st_advisory(with(sound(), st)).diffuse_with_avr);
    st.emplace_back(L::V6, -.1);
    EXPECT_TRUE(st_advisory(with(sound(), st)).diffuse_with_avr);
}

TEST(Stemi, EachReasonAloneMakesItNotInterpretableEvenWithElevation) {
    struct Row {
        StRefusal refusal;
        void (*spoil)(StInput&);
    };
    const std::vector<Row> rows{
        {StRefusal::band_not_diagnostic, [](StInput& in) { in.diagnostic_band = false; }},
        {StRefusal::too_few_beats, [](StInput& in) { in.beats = 4; }},
        {StRefusal::rate_fast, [](StInput& in) { in.rate_bpm = 150.5; }},
        {StRefusal::qrs_wide, [](StInput& in) { in.qrs_s = 0.122; }},
        {StRefusal::paced, [](StInput& in) { in.paced = true; }},
        {StRefusal::hypertrophy_voltage, [](StInput& in) { in.s_mv[at(L::V1)] = 2.8; }},
        {StRefusal::limb_leads_reversed,
         [](StInput& in) {
             std::swap(in.r_mv[at(L::I)], in.s_mv[at(L::I)]);
             std::swap(in.r_mv[at(L::aVR)], in.s_mv[at(L::aVR)]);
         }},
        {StRefusal::under_age, [](StInput& in) { in.patient.age_years = 15; }},
        {StRefusal::under_age,
         [](StInput& in) { // by the crew's word alone
             in.patient.age_years.reset();
             in.patient.is_child = true;
         }},
    };
    for (const Row& row : rows) {
        StInput in = with(sound(), {{L::V2, .5}, {L::V3, .5}});
        EXPECT_EQ(st_advisory(in).verdict, StVerdict::criteria_met);
        row.spoil(in);
        const StAdvisory advisory = st_advisory(in);
        EXPECT_EQ(advisory.verdict, StVerdict::not_interpretable);
        EXPECT_TRUE(has(advisory, row.refusal));
        EXPECT_EQ(advisory.refusals.count(), 1U);
        EXPECT_EQ(advisory.elevated, 0U);
    }
}

TEST(Stemi, LimitsThemselvesAreStillInterpretable) {
    StInput in = sound();
    in.rate_bpm = 150;
    in.qrs_s = 0.120;
    in.beats = 5;
    in.patient.age_years = 16;
    EXPECT_EQ(st_advisory(in).verdict, StVerdict::criteria_not_seen);
}

TEST(Stemi, ALeadThatIsNotJudgedForbidsNotSeenButNotMet) {
    for (const bool noisy : {false, true}) {
        StInput in = sound();
        in.st_mv[at(L::V6)] = noisy ? 0.4 : kMissing;
        in.error_mv[at(L::V6)] = noisy ? 0.026 : 0;
        const StAdvisory negative = st_advisory(in);
        EXPECT_EQ(negative.verdict, StVerdict::not_interpretable);
        EXPECT_TRUE(has(negative, noisy ? StRefusal::leads_noisy : StRefusal::leads_missing));
        EXPECT_EQ(negative.not_judged, shown_bit(L::V6));
        const StAdvisory positive = st_advisory(with(in, {{L::V2, .3}, {L::V3, .3}}));
        EXPECT_EQ(positive.verdict, StVerdict::criteria_met);
        EXPECT_NE(st_advisory_text(positive, TextLanguage::english).find("Not judged: V6"),
                  std::string::npos);
    }
}

TEST(Stemi, WideQrsIsCountedBySgarbossa) {
    StInput in = sound();
    in.qrs_s = 0.15;
    for (const ShownLead lead : {L::V1, L::V2, L::V3}) {
        in.r_mv[at(lead)] = 0.1;
        in.s_mv[at(lead)] = 1.5;
    }
    EXPECT_EQ(st_advisory(in).sgarbossa, 0);
    EXPECT_EQ(st_advisory(with(in, {{L::V1, .5}})).sgarbossa, 2);
    EXPECT_EQ(st_advisory(with(in, {{L::V2, -.1}})).sgarbossa, 3);
    EXPECT_EQ(st_advisory(with(in, {{L::V5, .1}})).sgarbossa, 5);
    EXPECT_EQ(st_advisory(with(in, {{L::V5, .1}, {L::V2, -.1}, {L::V1, .5}})).sgarbossa, 10);
    EXPECT_FALSE(st_advisory(sound()).sgarbossa);
}

TEST(Stemi, AnUnknownPatientTakesTheLowestThresholdAndItIsSaid) {
    const StAdvisory advisory = st_advisory(with(sound({}), {{L::V2, .15}, {L::V3, .15}}));
    EXPECT_EQ(advisory.verdict, StVerdict::criteria_met);
    EXPECT_TRUE(advisory.sex_assumed);
    EXPECT_NE(st_advisory_text(advisory, TextLanguage::chinese).find("未知"), std::string::npos);
    EXPECT_FALSE(st_advisory(sound({Sex::female, std::nullopt})).age_assumed);
    EXPECT_TRUE(st_advisory(sound({Sex::male, std::nullopt})).age_assumed);
}

TEST(Stemi, EveryTextIsAnAdvisoryThatAPhysicianMustConfirm) {
    for (const StVerdict verdict :
         {StVerdict::criteria_met, StVerdict::criteria_not_seen, StVerdict::not_interpretable}) {
        StAdvisory advisory;
        advisory.verdict = verdict;
        EXPECT_NE(st_advisory_text(advisory, TextLanguage::english).find("physician must confirm"),
                  std::string::npos);
        EXPECT_NE(st_advisory_text(advisory, TextLanguage::chinese).find("须由医师确认"),
                  std::string::npos);
    }
    for (std::size_t i = 0; i < kStRefusals; ++i) {
        const auto refusal = static_cast<StRefusal>(i);
        EXPECT_FALSE(st_refusal_text(refusal, TextLanguage::english).empty());
        EXPECT_FALSE(st_refusal_text(refusal, TextLanguage::chinese).empty());
    }
}

TEST(Stemi, LeadsAreListedAsAPhysicianWritesThem) {
    EXPECT_EQ(lead_list(0), "");
    EXPECT_EQ(lead_list(shown_bit(L::V1) | shown_bit(L::V2) | shown_bit(L::V3) | shown_bit(L::I)),
              "V1-V3, I");
    EXPECT_EQ(lead_list(shown_bit(L::V2) | shown_bit(L::V4) | shown_bit(L::V5)), "V2, V4-V5");
    EXPECT_EQ(lead_list(shown_bit(L::II) | shown_bit(L::III) | shown_bit(L::aVF)), "II, III, aVF");
}

} // namespace
} // namespace ems::signal
