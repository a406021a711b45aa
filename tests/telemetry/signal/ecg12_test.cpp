#include "telemetry/signal/ecg12/ecg12.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iostream>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "telemetry/signal/wfdb_file.h"
#include "tests/support/child_process.h"
#include "tests/telemetry/signal/sim_ecg.h"

namespace ems::signal {
namespace {

using L = ShownLead;
using sim::EcgNoise;
using sim::HeartState;
using sim::LeadValues;
using test::SimEcg;
using test::simulate;

constexpr EcgNoise kNoNoise{0, 0};
constexpr EcgPatient kMan60{Sex::male, 60};

std::uint32_t leads(std::initializer_list<ShownLead> list) {
    std::uint32_t mask = 0;
    for (const ShownLead lead : list) {
        mask |= shown_bit(lead);
    }
    return mask;
}

HeartState heart_with(const LeadValues& st_mv, double rate_bpm = 75) {
    HeartState heart;
    heart.rate_bpm = rate_bpm;
    heart.st_mv = st_mv;
    return heart;
}

Ecg12 analyse(const SimEcg& sim, const EcgPatient& patient = kMan60,
              EcgBand band = EcgBand::diagnostic) {
    return analyse_ecg12(sim.ecg, sim.r, patient, band);
}

bool refused_for(const Ecg12& ecg, StRefusal refusal) {
    return ecg.st.verdict == StVerdict::not_interpretable &&
           ecg.st.refusals.test(static_cast<std::size_t>(refusal));
}

// The project's table of templates, with the flags it expects.
struct Template {
    const char* name;
    LeadValues acquired;
    EcgPatient patient;
    std::array<double, kShownLeads> st_mv; // order of ShownLead
    std::uint32_t flagged;
    bool right_chest;
    bool posterior;
};
constexpr std::array<double, kShownLeads> kEarlySt{.03, .05, .02, -.04, .005, .035,
                                                   .05, .20, .20, .08,  .05,  .03};
const std::array<Template, 5> kTemplates{{
    {"anterior",
     sim::kStAnterior,
     kMan60,
     {.07, -.05, -.12, -.01, .095, -.085, .15, .35, .40, .30, .10, .05},
     leads({L::V1, L::V2, L::V3, L::V4, L::V5}),
     false,
     false},
    {"inferior",
     sim::kStInferior,
     kMan60,
     {-.10, .20, .30, -.05, -.20, .25, 0, -.05, -.05, 0, 0, 0},
     leads({L::II, L::III, L::aVF}),
     true,
     true},
    {"early repolarisation, man 30",
     sim::kStEarlyRepolarisation,
     {Sex::male, 30},
     kEarlySt,
     0,
     false,
     false},
    {"the same trace, woman 30",
     sim::kStEarlyRepolarisation,
     {Sex::female, 30},
     kEarlySt,
     leads({L::V2, L::V3}),
     false,
     false},
    {"borderline",
     sim::kStBorderline,
     kMan60,
     {0, .09, .09, -.045, -.045, .09, 0, .19, .19, .05, 0, 0},
     0,
     false,
     false},
}};

TEST(Ecg12, StemiTemplatesAreExactAtEveryRate) {
    for (const Template& wanted : kTemplates) {
        for (const double rate_bpm : {45.0, 60.0, 75.0, 90.0, 110.0}) {
            const Ecg12 ecg = analyse(simulate(3, heart_with(wanted.acquired, rate_bpm), kNoNoise),
                                      wanted.patient);
            SCOPED_TRACE(std::string{wanted.name} + " " + std::to_string(rate_bpm));
            EXPECT_EQ(ecg.st.verdict,
                      wanted.flagged != 0 ? StVerdict::criteria_met : StVerdict::criteria_not_seen);
            EXPECT_EQ(lead_list(ecg.st.elevated), lead_list(wanted.flagged));
            EXPECT_EQ(ecg.st.ask_right_chest, wanted.right_chest);
            EXPECT_EQ(ecg.st.ask_posterior, wanted.posterior);
            for (std::size_t i = 0; i < kShownLeads; ++i) {
                EXPECT_NEAR(ecg.st_j_mv[i], wanted.st_mv[i], 0.004)
                    << lead_name(static_cast<ShownLead>(i));
            }
        }
    }
}

// Four units of the module's noise and a breathing baseline, a standard error of 0.003 mV. The
// borderline template lies 0.005 mV below what would be flagged: it may cross now and then.
TEST(Ecg12, StemiTemplatesKeepTheirVerdictUnderTheModulesNoise) {
    for (const Template& wanted : kTemplates) {
        int other = 0;
        double square = 0;
        for (std::uint64_t seed = 1; seed <= 40; ++seed) {
            const Ecg12 ecg =
                analyse(simulate(seed, heart_with(wanted.acquired), EcgNoise{}), wanted.patient);
            const bool met = ecg.st.verdict == StVerdict::criteria_met;
            EXPECT_NE(ecg.st.verdict, StVerdict::not_interpretable);
            other += met == (wanted.flagged != 0) ? 0 : 1;
            // Leads on their threshold aside, the same leads are named.
            const std::uint32_t sure =
                met ? ~leads({L::V1, L::V4, L::V5, L::aVL, L::II, L::III, L::aVF}) : ~0U;
            EXPECT_EQ(lead_list(ecg.st.elevated & sure & wanted.flagged),
                      lead_list(met ? wanted.flagged & sure : 0));
            for (std::size_t i = 0; i < kShownLeads; ++i) {
                square += std::pow(ecg.st_j_mv[i] - wanted.st_mv[i], 2);
            }
        }
        EXPECT_LE(other, std::string{wanted.name} == "borderline" ? 2 : 0) << wanted.name;
        EXPECT_LT(std::sqrt(square / (40 * kShownLeads)), 0.004) << wanted.name;
    }
}

TEST(Ecg12, StIsMeasuredOnAWanderingBaselineOfAMillivolt) {
    SimEcg sim = simulate(5, heart_with(sim::kStInferior), kNoNoise);
    for (auto& lead : sim.ecg.mv) {
        for (std::size_t i = 0; i < lead.size(); ++i) {
            lead[i] +=
                static_cast<float>(std::sin(static_cast<double>(i) / 500 * 2 * 3.14159 * .2));
        }
    }
    const Ecg12 ecg = analyse(sim);
    EXPECT_EQ(lead_list(ecg.st.elevated), "II, III, aVF");
    EXPECT_NEAR(ecg.st_j_mv[static_cast<std::size_t>(L::II)], 0.20, 0.02);
}

TEST(Ecg12, EctopicBeatsStayOutOfTheMedianBeat) {
    HeartState heart = heart_with(sim::kStAnterior);
    heart.pvc_share = 0.25;
    const SimEcg sim = simulate(2, heart, kNoNoise, 20);
    const Ecg12 ecg = analyse(sim);
    EXPECT_LT(ecg.beat.beats, ecg.beat.beats_cut);
    EXPECT_EQ(lead_list(ecg.st.elevated), "V1-V5");
    EXPECT_NEAR(ecg.st_j_mv[static_cast<std::size_t>(L::V3)], 0.40, 0.005);
}

TEST(Ecg12, IntervalsAndAxisAreThoseOfTheTemplate) {
    const Ecg12 ecg = analyse(simulate(3, heart_with(sim::kStNone, 60), kNoNoise));
    ASSERT_TRUE(ecg.intervals.pr_s && ecg.intervals.qrs_s && ecg.intervals.qt_s);
    EXPECT_NEAR(*ecg.intervals.rate_bpm, 60, 2);
    EXPECT_NEAR(*ecg.intervals.pr_s, 0.165, 0.02); // P begins 210 ms, Q 50 ms before R
    EXPECT_NEAR(*ecg.intervals.qrs_s, 0.11, 0.01); // Q to S, centres 60 ms apart
    EXPECT_NEAR(*ecg.intervals.qt_s, 0.42, 0.03);  // T ends two deviations behind its centre
    EXPECT_NEAR(*ecg.intervals.qtc_s, *ecg.intervals.qt_s, 0.01);
    EXPECT_NEAR(*ecg.intervals.qrs_axis_deg, 53, 5);
}

TEST(Ecg12, JitterOfTheDetectorDoesNotSmearTheBeat) {
    SimEcg sim = simulate(3, heart_with(sim::kStAnterior), kNoNoise);
    for (std::size_t i = 0; i < sim.r.size(); ++i) {
        sim.r[i] += static_cast<std::int64_t>(i * 7 % 25) - 12; // up to 24 ms either way
    }
    const Ecg12 ecg = analyse(sim);
    EXPECT_EQ(ecg.beat.beats, ecg.beat.beats_cut);
    EXPECT_EQ(lead_list(ecg.st.elevated), "V1-V5");
    EXPECT_NEAR(ecg.st_j_mv[static_cast<std::size_t>(L::V3)], 0.40, 0.005);
}

TEST(Ecg12, WhatCannotBeReadIsNotRead) {
    const SimEcg sim = simulate(3, heart_with(sim::kStAnterior), EcgNoise{});
    EXPECT_TRUE(
        refused_for(analyse(sim, kMan60, EcgBand::monitor), StRefusal::band_not_diagnostic));
    SimEcg slow = sim;
    slow.ecg.rate_hz = 250;
    EXPECT_TRUE(refused_for(analyse(slow), StRefusal::band_not_diagnostic));
    SimEcg few = sim;
    few.r.resize(4);
    EXPECT_TRUE(refused_for(analyse(few), StRefusal::too_few_beats));
    EXPECT_TRUE(refused_for(analyse(simulate(3, heart_with(sim::kStAnterior, 165), EcgNoise{})),
                            StRefusal::rate_fast));
    HeartState wide;
    wide.rhythm = sim::Rhythm::ventricular_tachycardia;
    wide.rate_bpm = 140;
    EXPECT_TRUE(refused_for(analyse(simulate(3, wide, EcgNoise{})), StRefusal::qrs_wide));
    EXPECT_TRUE(refused_for(analyse_ecg12(sim.ecg, {}, kMan60, EcgBand::diagnostic),
                            StRefusal::too_few_beats));
}

TEST(Ecg12, SwappedArmElectrodesAreSeen) {
    SimEcg sim = simulate(3, heart_with(sim::kStAnterior), EcgNoise{});
    for (std::size_t i = 0; i < sim.ecg.mv[0].size(); ++i) {
        sim.ecg.mv[1][i] -= sim.ecg.mv[0][i]; // II becomes III
        sim.ecg.mv[0][i] = -sim.ecg.mv[0][i];
    }
    EXPECT_TRUE(refused_for(analyse(sim), StRefusal::limb_leads_reversed));
}

TEST(Ecg12, PacingSpikesAreSeenAndRefused) {
    SimEcg sim = simulate(3, heart_with(sim::kStAnterior), EcgNoise{});
    EXPECT_EQ(paced_share(sim.ecg, sim.r), 0);
    for (const std::int64_t r : sim.r) {
        if (r > 40) {
            sim.ecg.mv[1][static_cast<std::size_t>(r - 40)] += 3;
        }
    }
    const Ecg12 ecg = analyse(sim);
    EXPECT_TRUE(ecg.paced);
    EXPECT_TRUE(refused_for(ecg, StRefusal::paced));
}

TEST(Ecg12, MainsHumNeitherMovesJNorCountsAsNoise) {
    for (const double mains_mv : {0.05, 0.2, 0.5}) {
        sim::EcgModel model{5};
        model.set(heart_with(sim::kStAnterior));
        sim::ArtefactState artefacts;
        artefacts.mains_mv = mains_mv;
        model.set(artefacts);
        const Ecg12 ecg = analyse(test::take(model, 10));
        SCOPED_TRACE(mains_mv);
        EXPECT_EQ(lead_list(ecg.st.elevated), "V1-V5");
        EXPECT_NEAR(ecg.st_j_mv[static_cast<std::size_t>(L::V3)], 0.40, 0.02);
    }
}

TEST(Ecg12, AMassiveElevationIsNotTakenForAWideQrs) {
    for (const double times : {2.0, 3.0, 4.0}) {
        LeadValues st = sim::kStAnterior;
        for (double& mv : st) {
            mv *= times;
        }
        const Ecg12 ecg = analyse(simulate(5, heart_with(st, 100), EcgNoise{}));
        EXPECT_EQ(ecg.st.verdict, StVerdict::criteria_met) << times;
        EXPECT_NEAR(ecg.st_j_mv[static_cast<std::size_t>(L::V3)], 0.4 * times, 0.02);
    }
}

TEST(Ecg12, RhythmsWithoutASupraventricularBeatAreNotJudged) {
    for (const sim::Rhythm rhythm :
         {sim::Rhythm::paced, sim::Rhythm::av_block_3, sim::Rhythm::ventricular_tachycardia,
          sim::Rhythm::ventricular_fibrillation, sim::Rhythm::torsades, sim::Rhythm::asystole}) {
        HeartState heart = heart_with(sim::kStAnterior);
        heart.rhythm = rhythm;
        heart.rate_bpm = std::max(30.0, sim::traits_of(rhythm).usual_bpm);
        const Ecg12 ecg = analyse(simulate(5, heart, EcgNoise{}));
        SCOPED_TRACE(sim::traits_of(rhythm).name);
        EXPECT_EQ(ecg.st.verdict, StVerdict::not_interpretable);
        EXPECT_FALSE(ecg.st.refusals.test(static_cast<std::size_t>(StRefusal::leads_missing)));
        EXPECT_EQ(ecg.paced, rhythm == sim::Rhythm::paced);
    }
}

TEST(Ecg12, MuscleNoiseIsNotTakenForPacing) {
    sim::EcgModel model{5};
    sim::ArtefactState artefacts;
    artefacts.muscle_mv = 0.3;
    model.set(artefacts);
    const Ecg12 ecg = analyse(test::take(model, 10));
    EXPECT_FALSE(ecg.paced);
    EXPECT_EQ(ecg.st.verdict, StVerdict::not_interpretable);
}

TEST(Ecg12, ALeadOffIsNamedAndAGapInOneBeatIsOnlyThatBeat) {
    SimEcg off = simulate(3, heart_with(sim::kStNone), EcgNoise{});
    SimEcg gap = off;
    std::fill(off.ecg.mv[7].begin(), off.ecg.mv[7].end(), std::numeric_limits<float>::quiet_NaN());
    const Ecg12 ecg = analyse(off);
    EXPECT_TRUE(refused_for(ecg, StRefusal::leads_missing));
    EXPECT_EQ(lead_list(ecg.st.not_judged), "V6");
    EXPECT_TRUE(std::isnan(ecg.st_j_mv[static_cast<std::size_t>(L::V6)]));
    const auto r = static_cast<std::ptrdiff_t>(gap.r[4]);
    std::fill(gap.ecg.mv[7].begin() + r, gap.ecg.mv[7].begin() + r + 20,
              std::numeric_limits<float>::quiet_NaN());
    EXPECT_EQ(analyse(gap).st.verdict, StVerdict::criteria_not_seen);
}

TEST(Ecg12, NoiseThatHidesAMillimetreIsRefused) {
    const Ecg12 ecg = analyse(simulate(3, heart_with(sim::kStNone), {0.12, 0.3}));
    EXPECT_EQ(ecg.st.verdict, StVerdict::not_interpretable);
}

// R peaks of a clean recording: where all leads together are steepest.
std::vector<std::int64_t> steepest_samples(const AcquiredEcg& ecg) {
    LeadTraces traces;
    for (std::size_t i = 0; i < kAcquiredLeads; ++i) {
        traces[i].assign(ecg.mv[i].begin(), ecg.mv[i].end());
    }
    const std::vector<double> velocity = spatial_velocity(traces, ecg.rate_hz);
    const double half = 0.5 * *std::max_element(velocity.begin(), velocity.end());
    const auto window = static_cast<std::ptrdiff_t>(0.08 * ecg.rate_hz);
    std::vector<std::int64_t> out;
    for (std::ptrdiff_t i = 0; i + window < static_cast<std::ptrdiff_t>(velocity.size()); ++i) {
        if (velocity[static_cast<std::size_t>(i)] > half) {
            const auto begin = velocity.begin() + i;
            out.push_back(std::max_element(begin, begin + window) - velocity.begin());
            i += 4 * window;
        }
    }
    return out;
}

// A woman of 81 on the second day of an infarction, with a wide QRS and an R' in V1: a J point
// 60 ms behind R would read +1 mV there.
TEST(Ecg12, AnOldInfarctionWithAWideQrsIsNotFlagged) {
    const std::string header = test::shared_data("ecg/other/s0010_re.hea");
    if (header.empty()) {
        std::cout << "ecg/other/s0010_re.hea is absent\n";
        return;
    }
    const auto record = load_wfdb_record(header);
    ASSERT_TRUE(record);
    const auto whole = acquired_from_wfdb(*record);
    ASSERT_TRUE(whole);
    for (std::size_t from = 0; from + 10'000 <= whole->samples(); from += 5'000) {
        const AcquiredEcg part = whole->part(from, 10'000);
        const Ecg12 ecg =
            analyse_ecg12(part, steepest_samples(part), {Sex::female, 81}, EcgBand::diagnostic);
        EXPECT_TRUE(refused_for(ecg, StRefusal::qrs_wide)) << from;
        EXPECT_GE(ecg.beat.beats, 10U);
        EXPECT_GT(ecg.beat.qrs.j - ecg.beat.r, 80U) << from;
        for (const double st : ecg.st_j_mv) {
            EXPECT_LT(st, 0.1) << from;
            EXPECT_GT(st, -0.16) << from;
        }
    }
}

} // namespace
} // namespace ems::signal
