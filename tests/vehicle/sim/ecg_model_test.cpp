#include "vehicle/sim/ecg_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "tests/vehicle/sim/sim_trace.h"

namespace ems::sim {
namespace {

struct StTemplate {
    const char* name;
    LeadValues acquired;
    std::array<double, signal::kShownLeads> expected; // mV, order of signal::ShownLead
};

const std::array<StTemplate, 4> kTemplates{{
    {"anterior", kStAnterior, {.07, -.05, -.12, -.01, .095, -.085, .15, .35, .40, .30, .10, .05}},
    {"inferior", kStInferior, {-.10, .20, .30, -.05, -.20, .25, 0, -.05, -.05, 0, 0, 0}},
    {"early repolarisation",
     kStEarlyRepolarisation,
     {.03, .05, .02, -.04, .005, .035, .05, .20, .20, .08, .05, .03}},
    {"borderline", kStBorderline, {0, .09, .09, -.045, -.045, .09, 0, .19, .19, .05, 0, 0}},
}};

// ST is measured as a reader measures it: 72 ms after R against the line between P and Q, on all
// twelve leads.
TEST(EcgModel, TemplatesMeasureBackTheirStOnAllTwelveLeads) {
    for (const StTemplate& wanted : kTemplates) {
        for (const double rate_bpm : {60.0, 104.0}) {
            EcgModel model{1, kNoNoise};
            HeartState heart;
            heart.rate_bpm = rate_bpm;
            heart.st_mv = wanted.acquired;
            model.set(heart);
            const Trace trace = record(model, 10);
            ASSERT_GE(trace.r.size(), 9U);
            const std::size_t r = trace.r[6];
            for (std::size_t lead = 0; lead < signal::kShownLeads; ++lead) {
                const auto shown = static_cast<signal::ShownLead>(lead);
                const double st = signal::shown_value(shown, trace.mv[r + 36]) -
                                  signal::shown_value(shown, trace.mv[r - 36]);
                EXPECT_NEAR(st, wanted.expected[lead], 0.01)
                    << wanted.name << " " << signal::lead_name(shown) << " at " << rate_bpm;
            }
        }
    }
}

TEST(EcgModel, SinusRhythmKeepsItsRateAndAmplitudes) {
    EcgModel model{2, kNoNoise};
    HeartState heart;
    heart.rate_bpm = 104;
    model.set(heart);
    const Trace trace = record(model, 60);
    EXPECT_NEAR(static_cast<double>(trace.r.size()), 104, 2);
    const std::size_t r = trace.r[20];
    EXPECT_NEAR(trace.mv[r][1], 1.10, 0.03);      // R of lead II
    EXPECT_NEAR(trace.mv[r + 15][3], -1.5, 0.06); // S of V2
}

TEST(EcgModel, NoiseIsFourUnitsOfTheModule) {
    EcgModel model{3, {EcgNoise{}.white_mv, 0}};
    HeartState heart;
    heart.rhythm = Rhythm::asystole;
    model.set(heart);
    double sum = 0;
    for (int i = 0; i < 5000; ++i) {
        const double value = model.next().mv[0] * 1e6 / 2440;
        sum += value * value;
    }
    EXPECT_NEAR(std::sqrt(sum / 5000), 4, 0.3);
}

TEST(EcgModel, AtrialFibrillationIsIrregular) {
    EcgModel model{4, kNoNoise};
    HeartState heart;
    heart.rhythm = Rhythm::atrial_fibrillation;
    heart.rate_bpm = 100;
    model.set(heart);
    const Trace trace = record(model, 120);
    std::vector<double> rr;
    for (std::size_t i = 1; i < trace.r.size(); ++i) {
        rr.push_back(static_cast<double>(trace.r[i] - trace.r[i - 1]) / kEcgRateHz);
    }
    const double mean = std::accumulate(rr.begin(), rr.end(), 0.0) / static_cast<double>(rr.size());
    double square = 0;
    for (const double value : rr) {
        square += (value - mean) * (value - mean);
    }
    const double variation = std::sqrt(square / static_cast<double>(rr.size())) / mean;
    EXPECT_GT(variation, 0.15);
    EXPECT_LT(variation, 0.25);
}

TEST(EcgModel, VentricularTachycardiaIsWideAndWeak) {
    EcgModel model{5, kNoNoise};
    record(model, 5);
    const double normal_pulse = peak_to_peak(record(model, 5).pleth);
    HeartState heart;
    heart.rhythm = Rhythm::ventricular_tachycardia;
    heart.rate_bpm = 170;
    model.set(heart);
    record(model, 3);
    const Trace trace = record(model, 10);
    EXPECT_NEAR(static_cast<double>(trace.r.size()), 170.0 / 6, 2);
    EXPECT_LT(peak_to_peak(trace.pleth), 0.5 * normal_pulse);
    // Half of the peak is passed 70 to 90 ms apart: a QRS of about 150 ms. A normal one is 24 ms
    // there.
    const std::size_t r = trace.r[5];
    std::size_t before = r;
    std::size_t after = r;
    while (trace.mv[before][1] > 0.5 * trace.mv[r][1]) {
        --before;
    }
    while (trace.mv[after][1] > 0.5 * trace.mv[r][1]) {
        ++after;
    }
    const double width_ms = static_cast<double>(after - before) * 2;
    EXPECT_GT(width_ms, 60);
    EXPECT_LT(width_ms, 100);
}

TEST(EcgModel, PrematureBeatsComeEarlyAndPause) {
    EcgModel model{6, kNoNoise};
    HeartState heart;
    heart.pvc_share = 0.2;
    model.set(heart);
    const Trace trace = record(model, 120);
    int early = 0;
    for (std::size_t i = 1; i + 1 < trace.r.size(); ++i) {
        const auto before = trace.r[i] - trace.r[i - 1];
        const auto after = trace.r[i + 1] - trace.r[i];
        early += before < 300 && after > 480 ? 1 : 0;
    }
    EXPECT_GT(early, 10);
    EXPECT_LT(early, 50);
}

TEST(EcgModel, PlethStopsAtOnceWhenTheHeartFibrillates) {
    EcgModel model{7};
    const Trace before = record(model, 10);
    EXPECT_GT(peak_to_peak(before.pleth), 0.8);
    HeartState heart;
    heart.rhythm = Rhythm::ventricular_fibrillation;
    model.set(heart);
    const Trace after = record(model, 10);
    EXPECT_EQ(peak_to_peak(after.pleth), 0);
    // and the ECG does not: coarse waves, no beats
    std::vector<double> ii;
    for (const LeadValues& mv : after.mv) {
        ii.push_back(mv[1]);
    }
    EXPECT_GT(peak_to_peak(ii), 0.4);
    EXPECT_TRUE(after.r.empty());
}

TEST(EcgModel, PulselessElectricalActivityHasBeatsWithoutPulse) {
    EcgModel model{8};
    HeartState heart;
    heart.rhythm = Rhythm::pulseless_electrical_activity;
    model.set(heart);
    const Trace trace = record(model, 20);
    EXPECT_GT(trace.r.size(), 15U);
    EXPECT_EQ(peak_to_peak(trace.pleth), 0);
}

TEST(EcgModel, AsystoleIsFlatAndTheHeartCanReturn) {
    EcgModel model{9, {EcgNoise{}.white_mv, 0}};
    HeartState heart;
    heart.rhythm = Rhythm::asystole;
    model.set(heart);
    const Trace flat = record(model, 5);
    for (const LeadValues& mv : flat.mv) {
        ASSERT_LT(std::abs(mv[1]), 0.08);
    }
    heart.rhythm = Rhythm::sinus;
    model.set(heart);
    EXPECT_GT(record(model, 10).r.size(), 10U);
}

TEST(EcgModel, SameSeedGivesTheSameSamples) {
    EcgModel a{11};
    EcgModel b{11};
    EcgModel c{12};
    bool differs = false;
    for (int i = 0; i < 2000; ++i) {
        const EcgSample x = a.next();
        ASSERT_EQ(x.mv, b.next().mv);
        differs = differs || x.mv != c.next().mv;
    }
    EXPECT_TRUE(differs);
}

} // namespace
} // namespace ems::sim
