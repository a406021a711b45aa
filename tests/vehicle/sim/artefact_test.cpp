#include "vehicle/sim/artefact.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/vehicle/sim/sim_trace.h"

namespace ems::sim {
namespace {

// What an artefact alone puts on the leads: the heart stands still.
Trace alone(const ArtefactState& state, double seconds = 20) {
    EcgModel model{4, kNoNoise};
    model.set(heart_in(Rhythm::asystole, 75));
    model.set(state);
    record(model, 5);
    return record(model, seconds);
}

double rms(const std::vector<double>& values) {
    double square = 0;
    for (const double value : values) {
        square += value * value;
    }
    return std::sqrt(square / static_cast<double>(values.size()));
}

std::vector<double> filtered(const std::vector<double>& in, double low_hz, double high_hz) {
    signal::SectionState low;
    signal::SectionState high;
    const auto high_pass = signal::high_pass_first_order(kEcgRateHz, low_hz);
    const auto low_pass = signal::low_pass_section(kEcgRateHz, high_hz, 1, 0.7071);
    std::vector<double> out;
    for (const double x : in) {
        out.push_back(signal::filter_step(low_pass, high, signal::filter_step(high_pass, low, x)));
    }
    return out;
}

TEST(Artefact, NoneLeavesTheLeadsAlone) {
    const Trace trace = alone({});
    EXPECT_EQ(peak_to_peak(trace.lead(signal::Lead::II)), 0);
    EXPECT_EQ(trace.lead_off_mask, 0U);
}

TEST(Artefact, MainsHumIsFiftyHertzOfAboutTheAskedAmplitudeInEveryLead) {
    ArtefactState state;
    state.mains_mv = 0.3;
    const Trace trace = alone(state);
    for (std::size_t lead = 0; lead < signal::kAcquiredLeads; ++lead) {
        const auto mv = trace.lead(static_cast<signal::Lead>(lead));
        EXPECT_GT(peak_to_peak(mv) / 2, 0.15) << lead;
        EXPECT_LT(peak_to_peak(mv) / 2, 0.5) << lead;
        int crossings = 0;
        for (std::size_t i = 1; i < mv.size(); ++i) {
            crossings += (mv[i] > 0) != (mv[i - 1] > 0) ? 1 : 0;
        }
        EXPECT_NEAR(crossings / 2.0 / 20, 50, 0.1);
    }
}

TEST(Artefact, MuscleNoiseHasItsSizeAndItsBand) {
    ArtefactState state;
    state.muscle_mv = 0.2;
    const auto ii = alone(state).lead(signal::Lead::II);
    EXPECT_NEAR(rms(ii), 0.2, 0.02);
    EXPECT_LT(rms(filtered(ii, 0.1, 5)), 0.02);
}

TEST(Artefact, WanderIsSlow) {
    ArtefactState state;
    state.wander_mv = 1;
    const auto ii = alone(state, 60).lead(signal::Lead::II);
    EXPECT_GT(peak_to_peak(ii), 0.5);
    EXPECT_LT(peak_to_peak(ii), 4);
    const auto fast = filtered(ii, 5, 100);
    EXPECT_LT(rms({fast.begin() + 1000, fast.end()}), 0.15);
}

TEST(Artefact, BumpsAreStepsThatDecay) {
    ArtefactState state;
    state.motion_per_min = 30;
    state.motion_mv = 1;
    const auto ii = alone(state, 60).lead(signal::Lead::II);
    int steps = 0;
    for (std::size_t i = 1; i < ii.size(); ++i) {
        steps += std::abs(ii[i] - ii[i - 1]) > 0.4 ? 1 : 0;
    }
    EXPECT_GT(steps, 5);
    EXPECT_LT(steps, 60);
}

TEST(Artefact, CompressionsShakeEveryLeadAndMakeAPulse) {
    ArtefactState state;
    state.compressions_per_min = 110;
    const Trace trace = alone(state, 60);
    for (std::size_t lead = 0; lead < signal::kAcquiredLeads; ++lead) {
        EXPECT_GT(peak_to_peak(trace.lead(static_cast<signal::Lead>(lead))), 1.5) << lead;
        EXPECT_LT(peak_to_peak(trace.lead(static_cast<signal::Lead>(lead))), 8) << lead;
    }
    int pulses = 0;
    for (std::size_t i = 1; i < trace.pleth.size(); ++i) {
        pulses += trace.pleth[i] > 0.15 && trace.pleth[i - 1] <= 0.15 ? 1 : 0;
    }
    EXPECT_NEAR(pulses, 110, 4);
}

TEST(Artefact, AnElectrodeTakesItsLeadsToTheRail) {
    ArtefactState state;
    state.electrodes_off = 1U << static_cast<unsigned>(signal::Electrode::C2);
    const Trace c2 = alone(state, 1);
    EXPECT_EQ(c2.lead_off_mask, signal::lead_bit(signal::Lead::V2));
    EXPECT_EQ(c2.mv[10][3], Artefacts::kRailMv);
    EXPECT_EQ(c2.mv[10][4], 0);
    state.electrodes_off = 1U << static_cast<unsigned>(signal::Electrode::RA);
    EXPECT_EQ(alone(state, 1).lead_off_mask, 0xFFU);
}

TEST(Artefact, AProbeThatIsOffGivesNoPleth) {
    ArtefactState state;
    state.probe_off = true;
    EcgModel model{4};
    model.set(state);
    for (const double value : record(model, 2).pleth) {
        EXPECT_TRUE(std::isnan(value));
    }
}

} // namespace
} // namespace ems::sim
