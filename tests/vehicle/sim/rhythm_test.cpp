#include "vehicle/sim/rhythm.h"

#include <cmath>
#include <numeric>
#include <set>

#include <gtest/gtest.h>

#include "tests/vehicle/sim/sim_trace.h"

namespace ems::sim {
namespace {

double seconds(std::size_t samples) {
    return static_cast<double>(samples) / kEcgRateHz;
}

Trace settled(std::uint64_t seed, const HeartState& heart, double for_s) {
    EcgModel model{seed, kNoNoise};
    model.set(heart);
    record(model, 3);
    return record(model, for_s);
}

// Time from each R back to the P wave before it.
std::vector<double> pr_intervals(const Trace& trace) {
    std::vector<double> out;
    for (const std::size_t r : trace.r) {
        const auto behind = std::lower_bound(trace.p.begin(), trace.p.end(), r);
        if (behind != trace.p.begin()) {
            out.push_back(seconds(r - *(behind - 1)));
        }
    }
    return out;
}

TEST(Rhythm, EveryRhythmHasANameOfItsOwnThatIsReadBack) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kRhythms; ++i) {
        const auto rhythm = static_cast<Rhythm>(i);
        names.insert(traits_of(rhythm).name);
        EXPECT_EQ(parse_rhythm(traits_of(rhythm).name), rhythm);
    }
    EXPECT_EQ(names.size(), kRhythms);
    EXPECT_FALSE(parse_rhythm("healthy"));
    for (std::size_t i = 0; i < kEctopies; ++i) {
        EXPECT_EQ(parse_ectopy(ectopy_name(static_cast<Ectopy>(i))), static_cast<Ectopy>(i));
    }
}

TEST(Rhythm, WhatHasNoPulseHasAFlatPlethAtOnceAndWhatHasBeatsHasThem) {
    for (std::size_t i = 0; i < kRhythms; ++i) {
        const auto rhythm = static_cast<Rhythm>(i);
        if (rhythm == Rhythm::sinus) {
            continue;
        }
        SCOPED_TRACE(traits_of(rhythm).name);
        EcgModel model{3};
        EXPECT_GT(peak_to_peak(record(model, 5).pleth), 0.5);
        model.set(
            heart_in(rhythm, traits_of(rhythm).usual_bpm > 0 ? traits_of(rhythm).usual_bpm : 75));
        const Trace trace = record(model, 20);
        const std::vector<double> first(trace.pleth.begin(), trace.pleth.begin() + 25);
        EXPECT_EQ(*std::max_element(first.begin(), first.end()) > 0, !is_pulseless(rhythm));
        EXPECT_EQ(peak_to_peak(trace.pleth) > 0, !is_pulseless(rhythm));
        EXPECT_EQ(trace.r.empty(), !traits_of(rhythm).has_beats);
    }
}

TEST(Rhythm, FirstDegreeBlockHasALongConstantPr) {
    for (const double pr_s : pr_intervals(settled(1, heart_in(Rhythm::av_block_1, 70), 30))) {
        EXPECT_NEAR(pr_s, 0.28, 0.003); // from the centre of P; normal 0.16
    }
}

TEST(Rhythm, WenckebachLengthensPrUntilABeatIsDropped) {
    const Trace trace = settled(1, heart_in(Rhythm::av_block_2_wenckebach, 56), 60);
    EXPECT_NEAR(static_cast<double>(trace.r.size()), 56, 3);
    EXPECT_NEAR(static_cast<double>(trace.p.size()), 56.0 * 4 / 3, 4);
    int longer = 0;
    int pauses = 0;
    const auto pr = pr_intervals(trace);
    for (std::size_t i = 1; i < pr.size(); ++i) {
        longer += pr[i] > pr[i - 1] + 0.03 ? 1 : 0;
        pauses += seconds(trace.r[i] - trace.r[i - 1]) > 1.25 ? 1 : 0;
    }
    EXPECT_NEAR(longer, 2 * pauses, 3);
    EXPECT_NEAR(pauses, 18, 2);
}

TEST(Rhythm, MobitzDropsBeatsWithAConstantPr) {
    const Trace trace = settled(1, heart_in(Rhythm::av_block_2_mobitz, 50), 60);
    EXPECT_NEAR(static_cast<double>(trace.r.size()), 50, 3);
    EXPECT_NEAR(static_cast<double>(trace.p.size()), 75, 4);
    for (const double pr_s : pr_intervals(trace)) {
        EXPECT_NEAR(pr_s, 0.16, 0.003);
    }
}

TEST(Rhythm, CompleteBlockPartsAtriaAndVentricles) {
    const Trace trace = settled(1, heart_in(Rhythm::av_block_3, 35), 60);
    EXPECT_NEAR(static_cast<double>(trace.r.size()), 35, 2);
    EXPECT_NEAR(static_cast<double>(trace.p.size()), 80, 3);
    const auto pr = pr_intervals(trace);
    EXPECT_GT(peak_to_peak(pr), 0.5); // no relation
}

TEST(Rhythm, StandstillIsPWavesWithoutQrs) {
    const Trace trace = settled(1, heart_in(Rhythm::ventricular_standstill, 75), 30);
    EXPECT_TRUE(trace.r.empty());
    EXPECT_NEAR(static_cast<double>(trace.p.size()), 40, 2);
    EXPECT_NEAR(peak_to_peak(trace.lead(signal::Lead::II)), 0.15, 0.01);
}

TEST(Rhythm, PacedBeatsHaveASpikeOfTwoMillisecondsBeforeAWideQrs) {
    const Trace trace = settled(1, heart_in(Rhythm::paced, 70), 20);
    const auto ii = trace.lead(signal::Lead::II);
    int spikes = 0;
    for (std::size_t i = 1; i + 1 < ii.size(); ++i) {
        spikes += ii[i] - ii[i - 1] > 2 && ii[i] - ii[i + 1] > 2 ? 1 : 0;
    }
    EXPECT_NEAR(spikes, static_cast<double>(trace.r.size()), 1);
    EXPECT_LT(ii[trace.r[5]], -0.6); // away from the inferior leads
}

TEST(Rhythm, TorsadesTwistsAboutTheBaseline) {
    EcgModel model{1, kNoNoise};
    model.set(heart_in(Rhythm::torsades, 220));
    const auto ii = record(model, 21).lead(signal::Lead::II);
    // The envelope of 0.1 Hz passes through nothing every five seconds.
    std::vector<double> sizes;
    for (std::size_t i = 500; i + 250 < ii.size(); i += 250) {
        sizes.push_back(peak_to_peak({ii.begin() + static_cast<std::ptrdiff_t>(i),
                                      ii.begin() + static_cast<std::ptrdiff_t>(i + 250)}));
    }
    EXPECT_GT(*std::max_element(sizes.begin(), sizes.end()), 1.8);
    EXPECT_LT(*std::min_element(sizes.begin(), sizes.end()), 0.7);
    int crossings = 0;
    for (std::size_t i = 501; i < ii.size(); ++i) {
        crossings += (ii[i] > 0) != (ii[i - 1] > 0) ? 1 : 0;
    }
    EXPECT_NEAR(crossings / 2.0 / 20 * 60, 220, 30);
}

TEST(Rhythm, FibrillationIsCoarseAtFirstAndFineAfterMinutes) {
    EcgModel model{1, kNoNoise};
    model.set(heart_in(Rhythm::ventricular_fibrillation, 75));
    record(model, 1);
    const double coarse = peak_to_peak(record(model, 5).lead(signal::Lead::II));
    record(model, 594);
    const double fine = peak_to_peak(record(model, 5).lead(signal::Lead::II));
    EXPECT_GT(coarse, 0.5);
    EXPECT_LT(coarse, 2.5);
    EXPECT_LT(fine, 0.25);
}

TEST(Rhythm, PrematureBeatsKeepTheirPattern) {
    struct Row {
        Ectopy ectopy;
        double wide_share;
        std::size_t run;
    };
    for (const Row& row : {Row{Ectopy::bigeminy, 1.0 / 2, 1}, Row{Ectopy::trigeminy, 1.0 / 3, 1},
                           Row{Ectopy::couplets, -1, 2}, Row{Ectopy::salvos, -1, 4}}) {
        SCOPED_TRACE(ectopy_name(row.ectopy));
        HeartState heart;
        heart.ectopy = row.ectopy;
        heart.pvc_share = 0.1;
        const Trace trace = settled(2, heart, 120);
        const auto v1 = trace.lead(signal::Lead::V1);
        std::size_t wide = 0;
        std::size_t run = 0;
        std::set<std::size_t> runs;
        // At its R peak a wide beat is deeply negative in V1, a narrow one is not.
        for (const std::size_t r : trace.r) {
            if (v1[r] < -0.5) {
                ++wide;
                ++run;
            } else if (run > 0) {
                runs.insert(run);
                run = 0;
            }
        }
        EXPECT_EQ(runs, std::set<std::size_t>{row.run});
        if (row.wide_share > 0) {
            EXPECT_NEAR(static_cast<double>(wide) / static_cast<double>(trace.r.size()),
                        row.wide_share, 0.02);
        } else {
            EXPECT_GT(wide, 5U);
        }
    }
}

TEST(Rhythm, AtrialFibrillationHasAnUnequalPulse) {
    const Trace trace = settled(1, heart_in(Rhythm::atrial_fibrillation, 100), 60);
    EXPECT_TRUE(trace.p.empty());
    std::vector<double> peaks;
    for (std::size_t i = 1; i + 1 < trace.pleth.size(); ++i) {
        if (trace.pleth[i] > 0.4 && trace.pleth[i] > trace.pleth[i - 1] &&
            trace.pleth[i] >= trace.pleth[i + 1]) {
            peaks.push_back(trace.pleth[i]);
        }
    }
    EXPECT_GT(peaks.size(), 60U);
    EXPECT_GT(peak_to_peak(peaks), 0.3);
}

} // namespace
} // namespace ems::sim
