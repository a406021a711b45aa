// What an ECG monitor may not believe and may not miss when lines move, probes make noise and
// cables swing. Beats are sums of Gaussians, so that each test says what its patient's heart does.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <optional>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "telemetry/signal/ecg/ecg_monitor.h"

namespace ems::signal {
namespace {

constexpr double kRateHz = 500;
constexpr int kPlethDivider = 4;
constexpr double kChangeS = 30; // when what is tested begins
constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

double gauss(double x, double centre, double sigma) {
    const double u = (x - centre) / sigma;
    return std::fabs(u) > 6 ? 0 : std::exp(-u * u / 2);
}
double wave(double t_s, double hz, double mv) {
    return mv * std::sin(2 * std::numbers::pi * hz * t_s);
}
// Time since the newest beat of a steady rhythm, from 0.4 s before it.
double since_beat(double t_s, double bpm) {
    const double rr = 60 / bpm;
    return std::fmod(t_s + 0.4, rr) - 0.4;
}
double narrow(double since_s) {
    return 0.15 * gauss(since_s, -0.16, 0.025) - 0.05 * gauss(since_s, -0.03, 0.01) +
           1.1 * gauss(since_s, 0, 0.01) - 0.15 * gauss(since_s, 0.03, 0.01) +
           0.3 * gauss(since_s, 0.28, 0.045);
}
double sinus(double t_s) {
    return narrow(since_beat(t_s, 75));
}
double wide(double t_s, double bpm) {
    const double rr = 60 / bpm;
    double sum = 0;
    for (double at = t_s - std::fmod(t_s, rr) - rr; at < t_s + 2 * rr; at += rr) {
        sum += 1.3 * (gauss(t_s - at, 0, 0.032) - 0.35 * gauss(t_s - at, 0.25, 0.05));
    }
    return sum;
}

class Trouble : public testing::Test {
  protected:
    using Signal = std::function<double(double t_s)>;

    void run(double until_s, const Signal& ecg) {
        for (; t_s() < until_s; ++samples_) {
            const double mv = ecg(t_s());
            const auto noisy = static_cast<float>(mv + noise_mv_ * normal_(random_));
            monitor_.push(std::span{&noisy, 1});
            for (const RhythmEvent& event : monitor_.events()) {
                if (event.ended_sample < 0) {
                    raised_.emplace_back(event.alarm, t_s());
                }
            }
            beats_ += monitor_.beats().size();
            if (pleth_ && samples_ % kPlethDivider == 0) {
                monitor_.push_pleth(static_cast<float>(pleth_(t_s())));
            }
        }
    }
    // The first time of one of it; nothing: never.
    [[nodiscard]] std::optional<double> raised(RhythmAlarm alarm) const {
        const auto found = std::find_if(raised_.begin(), raised_.end(),
                                        [&](const auto& one) { return one.first == alarm; });
        return found == raised_.end() ? std::nullopt : std::optional{found->second};
    }
    [[nodiscard]] double t_s() const { return static_cast<double>(samples_) / kRateHz; }

    EcgMonitor monitor_{{.rate_hz = kRateHz, .leads = 1, .pleth_rate_hz = kRateHz / kPlethDivider}};
    Signal pleth_;
    double noise_mv_{0.01};
    std::mt19937_64 random_{7};
    std::normal_distribution<double> normal_{0, 1};
    std::vector<std::pair<RhythmAlarm, double>> raised_;
    std::size_t beats_{0};
    std::int64_t samples_{0};
};

TEST_F(Trouble, NoiseOfAProbeRefutesNoStandstill) {
    pleth_ = [&](double) { return 0.02 * normal_(random_); };
    run(kChangeS, sinus);
    run(kChangeS + 12, [](double) { return 0; });
    ASSERT_TRUE(raised(RhythmAlarm::asystole));
    EXPECT_LT(*raised(RhythmAlarm::asystole), kChangeS + 10);
}

TEST_F(Trouble, APulseThatGoesOnRefutesAStandstill) {
    pleth_ = [](double t_s) { return 0.5 + wave(t_s, 75.0 / 60, 0.5); };
    run(kChangeS, sinus);
    run(kChangeS + 20, [](double) { return 0; });
    EXPECT_FALSE(raised(RhythmAlarm::asystole)) << "the electrodes have come loose";
}

TEST_F(Trouble, CompressionsAreNoPulseThatRefutesFibrillation) {
    pleth_ = [](double t_s) {
        return t_s < kChangeS       ? 0.5 + wave(t_s, 75.0 / 60, 0.5)
               : t_s < kChangeS + 3 ? 0
                                    : 0.25 + wave(t_s, 110.0 / 60, 0.25);
    };
    run(kChangeS, sinus);
    run(kChangeS + 15, [](double t_s) { return wave(t_s, 4.4, 0.4) + wave(t_s, 5.1, 0.3); });
    ASSERT_TRUE(raised(RhythmAlarm::ventricular_fibrillation));
    EXPECT_LT(*raised(RhythmAlarm::ventricular_fibrillation), kChangeS + 10);
}

TEST_F(Trouble, StandstillIsSeenOnALineThatWandersAndHums) {
    const auto moved = [](double t_s) { return wave(t_s, 0.3, 0.5) + wave(t_s, 50, 0.2); };
    run(kChangeS, [&](double t_s) { return sinus(t_s) + moved(t_s); });
    EXPECT_FALSE(raised(RhythmAlarm::asystole));
    run(kChangeS + 12, moved);
    ASSERT_TRUE(raised(RhythmAlarm::asystole));
    EXPECT_LT(*raised(RhythmAlarm::asystole), kChangeS + 10);
}

TEST_F(Trouble, PWavesAloneOnOneLeadAreAStandstillAfterTenSeconds) {
    run(kChangeS, sinus);
    run(kChangeS + 20, [](double t_s) { return 0.15 * gauss(since_beat(t_s, 80), 0, 0.025); });
    ASSERT_TRUE(raised(RhythmAlarm::asystole));
    EXPECT_LT(*raised(RhythmAlarm::asystole), kChangeS + 12);
}

TEST_F(Trouble, PulsesOfAPacemakerThatCaptureNothingAreNoBeats) {
    run(kChangeS, sinus);
    run(kChangeS + 12, [](double t_s) {
        const double since = since_beat(t_s, 70);
        return since >= 0 && since < 0.0019 ? 3.0 : 0.0;
    });
    ASSERT_TRUE(raised(RhythmAlarm::asystole));
    EXPECT_LT(*raised(RhythmAlarm::asystole), kChangeS + 10);
}

TEST_F(Trouble, ALineThatWasNotThereIsNoPauseOfTheHeart) {
    for (const double off_s : {4.0, 6.0, 8.0}) {
        const double from = t_s() + 20;
        run(from, sinus);
        run(from + off_s, [](double) { return kNone; });
        run(from + off_s + 20, sinus);
    }
    EXPECT_FALSE(raised(RhythmAlarm::extreme_bradycardia));
    EXPECT_FALSE(raised(RhythmAlarm::asystole));
    const auto rate = monitor_.heart_rate();
    ASSERT_TRUE(rate);
    EXPECT_NEAR(rate->bpm, 75, 1);
}

TEST_F(Trouble, ARateIsNotShownThreeSecondsIntoAStandstill) {
    run(kChangeS, sinus);
    ASSERT_TRUE(monitor_.heart_rate());
    run(kChangeS + 3.2, [](double) { return 0; });
    EXPECT_FALSE(monitor_.heart_rate());
}

TEST_F(Trouble, AnInfantsTachycardiaOf250HasARateAndAnAlarm) {
    run(kChangeS, [](double t_s) {
        const auto beat = [](double since_s) {
            return -0.05 * gauss(since_s, -0.03, 0.008) + 1.0 * gauss(since_s, 0, 0.008) -
                   0.15 * gauss(since_s, 0.025, 0.008) + 0.25 * gauss(since_s, 0.13, 0.025);
        };
        const double since = std::fmod(t_s, 0.24);
        return beat(since) + beat(since - 0.24);
    });
    EXPECT_TRUE(raised(RhythmAlarm::extreme_tachycardia));
    const auto rate = monitor_.heart_rate();
    ASSERT_TRUE(rate);
    EXPECT_NEAR(rate->bpm, 250, 3);
}

TEST_F(Trouble, AFirstBumpOfTheElectrodesHidesNoBeats) {
    run(60, [](double t_s) {
        return t_s > 2 && t_s < 4 ? 6 * gauss(t_s, 3, 0.03) : t_s > 4 ? sinus(t_s) : 0.0;
    });
    EXPECT_FALSE(raised(RhythmAlarm::asystole));
}

TEST_F(Trouble, LongFibrillationEndsSecondsAfterItsLastWave) {
    const auto waves = [](double t_s) { return wave(t_s, 4.4, 0.4) + wave(t_s, 5.1, 0.3); };
    run(kChangeS, sinus);
    run(kChangeS + 120, waves);
    ASSERT_TRUE(monitor_.active(RhythmAlarm::ventricular_fibrillation));
    run(kChangeS + 132, sinus);
    EXPECT_FALSE(monitor_.active(RhythmAlarm::ventricular_fibrillation));
    EXPECT_TRUE(monitor_.heart_rate());
}

TEST_F(Trouble, AWideRegularTachycardiaIsNoFibrillation) {
    run(kChangeS, sinus);
    run(kChangeS + 20, [](double t_s) { return wide(t_s, 130); });
    EXPECT_TRUE(raised(RhythmAlarm::ventricular_tachycardia));
    EXPECT_FALSE(raised(RhythmAlarm::ventricular_fibrillation));
}

TEST_F(Trouble, AWideTachycardiaFromTheFirstBeatIsNamed) {
    run(kChangeS, [](double t_s) { return wide(t_s, 130); });
    EXPECT_TRUE(raised(RhythmAlarm::ventricular_tachycardia));
    EXPECT_FALSE(raised(RhythmAlarm::ventricular_fibrillation));
}

} // namespace
} // namespace ems::signal
