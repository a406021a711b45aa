// The lethal rhythms of a simulated patient, from their onset to the alarm that names them: at most
// 10 s (IEC 60601-2-27).
#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>

#include <gtest/gtest.h>

#include "telemetry/signal/acquired_ecg.h"
#include "telemetry/signal/ecg/ecg_monitor.h"
#include "vehicle/sim/ecg_model.h"

namespace ems::signal {
namespace {

constexpr double kOnsetS = 20;
constexpr double kGiveUpS = 20;

class Patient {
  public:
    Patient(std::uint64_t seed, sim::Rhythm before) : model_{seed} { set(before, 75); }

    void set(sim::Rhythm rhythm, double rate_bpm) {
        sim::HeartState state;
        state.rhythm = rhythm;
        state.rate_bpm = rate_bpm;
        model_.set(state);
    }
    void set(const sim::ArtefactState& artefacts) { model_.set(artefacts); }
    void pass(double seconds) {
        for (int i = 0; i < seconds * sim::kEcgRateHz; ++i) {
            step();
        }
    }
    // Seconds from now until one of `named` begins; nothing: it did not in time.
    std::optional<double> seconds_until(std::initializer_list<RhythmAlarm> named) {
        for (int i = 0; i < kGiveUpS * sim::kEcgRateHz; ++i) {
            step();
            for (const RhythmEvent& event : monitor_.events()) {
                if (event.ended_sample < 0 &&
                    std::find(named.begin(), named.end(), event.alarm) != named.end()) {
                    return i / sim::kEcgRateHz;
                }
            }
        }
        return std::nullopt;
    }
    [[nodiscard]] const EcgMonitor& monitor() const { return monitor_; }

  private:
    void step() {
        const sim::EcgSample sample = model_.next();
        std::array<float, kAcquiredLeads> frame{};
        std::transform(sample.mv.begin(), sample.mv.end(), frame.begin(),
                       [](double mv) { return static_cast<float>(mv); });
        std::swap(frame[0], frame[1]); // lead II leads
        monitor_.push(frame);
    }

    sim::EcgModel model_;
    EcgMonitor monitor_{{.rate_hz = sim::kEcgRateHz, .leads = kAcquiredLeads}};
};

TEST(LethalRhythm, StandstillWithPWavesAloneIsAsystoleWithinTenSecondsAndHasNoRate) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        Patient patient{seed, sim::Rhythm::sinus};
        patient.pass(kOnsetS + 0.1 * static_cast<double>(seed));
        patient.set(sim::Rhythm::ventricular_standstill, 75);
        const auto after = patient.seconds_until({RhythmAlarm::asystole});
        ASSERT_TRUE(after) << seed;
        EXPECT_LT(*after, 10) << seed;
        patient.pass(10);
        EXPECT_TRUE(patient.monitor().active(RhythmAlarm::asystole)) << "the P waves go on";
        EXPECT_FALSE(patient.monitor().heart_rate()) << "of the atria alone";
    }
}

TEST(LethalRhythm, TheVentriclesEndAStandstill) {
    Patient patient{3, sim::Rhythm::sinus};
    patient.pass(kOnsetS);
    patient.set(sim::Rhythm::ventricular_standstill, 75);
    ASSERT_TRUE(patient.seconds_until({RhythmAlarm::asystole}));
    patient.set(sim::Rhythm::sinus, 75);
    patient.pass(5);
    EXPECT_FALSE(patient.monitor().active(RhythmAlarm::asystole));
}

TEST(LethalRhythm, TachycardiaIsNamedWithinTenSecondsWhicheverLeadLeads) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        Patient patient{seed, sim::Rhythm::sinus};
        patient.pass(kOnsetS);
        patient.set(sim::Rhythm::ventricular_tachycardia, 120 + 20 * static_cast<double>(seed));
        const auto after = patient.seconds_until(
            {RhythmAlarm::ventricular_tachycardia, RhythmAlarm::ventricular_fibrillation});
        ASSERT_TRUE(after) << seed;
        EXPECT_LT(*after, 6) << seed;
    }
}

TEST(LethalRhythm, FibrillationIsNamedThoughADetectorFindsBeatsInIt) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Patient patient{seed, sim::Rhythm::sinus};
        patient.pass(kOnsetS + 0.1 * static_cast<double>(seed));
        patient.set(sim::Rhythm::ventricular_fibrillation, 75);
        const auto after = patient.seconds_until({RhythmAlarm::ventricular_fibrillation});
        ASSERT_TRUE(after) << seed;
        EXPECT_LT(*after, 10) << seed;
    }
}

TEST(LethalRhythm, MuscleNoiseIsNoTachycardia) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        Patient patient{seed, sim::Rhythm::sinus};
        patient.pass(kOnsetS);
        patient.set(sim::ArtefactState{.muscle_mv = 3});
        EXPECT_FALSE(patient.seconds_until({RhythmAlarm::ventricular_tachycardia})) << seed;
    }
}

TEST(LethalRhythm, CompressionsAreNoFibrillation) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        Patient patient{seed, sim::Rhythm::sinus};
        patient.set(
            sim::ArtefactState{.compressions_per_min = 100 + 2.0 * static_cast<double>(seed)});
        patient.pass(kOnsetS);
        EXPECT_FALSE(patient.seconds_until({RhythmAlarm::ventricular_fibrillation})) << seed;
    }
}

TEST(LethalRhythm, PacedBeatsAreNoFibrillation) {
    Patient patient{7, sim::Rhythm::paced};
    EXPECT_FALSE(
        patient.seconds_until({RhythmAlarm::ventricular_fibrillation, RhythmAlarm::asystole}));
}

} // namespace
} // namespace ems::signal
