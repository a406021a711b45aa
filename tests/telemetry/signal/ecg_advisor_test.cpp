#include "telemetry/signal/ecg12/ecg_advisor.h"

#include <array>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "telemetry/signal/ecg/ecg_monitor.h"
#include "vehicle/sim/ecg_model.h"

namespace ems::signal {
namespace {

using sim::HeartState;
using sim::LeadValues;
using sim::Rhythm;
using enum Lead;

constexpr std::array kTwelve{II, I, V1, V2, V3, V4, V5, V6};
constexpr EcgPatient kMan60{Sex::male, 60};

std::uint32_t bits(std::initializer_list<ShownLead> leads) {
    std::uint32_t mask = 0;
    for (const ShownLead lead : leads) {
        mask |= shown_bit(lead);
    }
    return mask;
}

// A simulated heart, its detector and the advisor, as on board.
class Running {
  public:
    explicit Running(std::span<const Lead> leads = kTwelve, std::uint64_t seed = 3)
        : leads_(leads.begin(), leads.end()),
          monitor_({.rate_hz = sim::kEcgRateHz, .leads = leads.size()}),
          advisor_(sim::kEcgRateHz, leads), heart_(seed) {}

    void st(const LeadValues& st_mv) {
        state_.st_mv = st_mv;
        heart_.set(state_);
    }
    void rhythm(Rhythm rhythm, double rate_bpm) {
        state_.rhythm = rhythm;
        state_.rate_bpm = rate_bpm;
        heart_.set(state_);
    }
    void play(double seconds) {
        std::vector<float> frame(leads_.size());
        for (int i = 0; i < static_cast<int>(seconds * sim::kEcgRateHz); ++i) {
            const sim::EcgSample sample = heart_.next();
            for (std::size_t lead = 0; lead < leads_.size(); ++lead) {
                frame[lead] = static_cast<float>(sample.mv.at(static_cast<std::size_t>(leads_[lead])));
            }
            monitor_.push(frame);
            advisor_.push(frame);
            for (const Beat& beat : monitor_.beats()) {
                advisor_.add(beat);
            }
            if (advisor_.due()) {
                advisor_.measure(kMan60);
            }
        }
    }
    void interrupt() {
        monitor_ = EcgMonitor{{.rate_hz = sim::kEcgRateHz, .leads = leads_.size()}};
        advisor_.interrupt();
    }
    EcgAdvisor& advisor() { return advisor_; }
    [[nodiscard]] std::optional<StVerdict> verdict() const {
        const auto st = advisor_.advice().st;
        return st ? std::optional{st->verdict} : std::nullopt;
    }
    [[nodiscard]] std::optional<AfFinding> af() const {
        const auto af = advisor_.advice().af;
        return af ? std::optional{af->finding} : std::nullopt;
    }

  private:
    std::vector<Lead> leads_;
    EcgMonitor monitor_;
    EcgAdvisor advisor_;
    sim::EcgModel heart_;
    HeartState state_;
};

TEST(TwoOfThree, SettlesWhenTwoAgreeAndMovesOnlyWhenTwoOthersDo) {
    TwoOfThree<int> answers;
    answers.add(1);
    EXPECT_FALSE(answers.settled());
    answers.add(1);
    EXPECT_EQ(answers.settled(), 1);
    answers.add(2);
    EXPECT_EQ(answers.settled(), 1);
    answers.add(3);
    EXPECT_EQ(answers.settled(), 1) << "three of three kinds";
    answers.add(2);
    EXPECT_EQ(answers.settled(), 2);
}

TEST(EcgAdvisor, TheCriteriaAreToldOfARunningAnteriorInfarctOnceTwoWindowsAgree) {
    Running ecg;
    ecg.st(sim::kStAnterior);
    ecg.play(15);
    EXPECT_FALSE(ecg.verdict()) << "one window is none";
    ecg.play(15);
    ASSERT_EQ(ecg.verdict(), StVerdict::criteria_met);
    using enum ShownLead;
    EXPECT_EQ(ecg.advisor().advice().st->elevated,
              bits({ShownLead::V1, ShownLead::V2, ShownLead::V3, ShownLead::V4, ShownLead::V5}));
}

TEST(EcgAdvisor, ASingleWindowNeitherRaisesNorEndsIt) {
    Running ecg;
    ecg.play(40);
    ASSERT_EQ(ecg.verdict(), StVerdict::criteria_not_seen);
    ecg.st(sim::kStAnterior);
    ecg.play(10);
    ecg.st(sim::kStNone);
    ecg.play(20);
    EXPECT_EQ(ecg.verdict(), StVerdict::criteria_not_seen);
    ecg.st(sim::kStAnterior);
    ecg.play(30);
    ASSERT_EQ(ecg.verdict(), StVerdict::criteria_met);
    ecg.st(sim::kStNone);
    ecg.play(10);
    EXPECT_EQ(ecg.verdict(), StVerdict::criteria_met);
    ecg.play(20);
    EXPECT_EQ(ecg.verdict(), StVerdict::criteria_not_seen);
}

TEST(EcgAdvisor, WhatCannotBeReadIsSaidWithItsReason) {
    Running ecg;
    ecg.st(sim::kStAnterior);
    ecg.rhythm(Rhythm::paced, 70);
    ecg.play(40);
    ASSERT_EQ(ecg.verdict(), StVerdict::not_interpretable);
    EXPECT_TRUE(ecg.advisor().advice().st->refusals.test(static_cast<std::size_t>(StRefusal::paced)));
}

TEST(EcgAdvisor, OfFewerThanEightLeadsOnlyTheRhythmIsJudged) {
    constexpr std::array kThree{II, I, V1};
    Running ecg{kThree};
    ecg.st(sim::kStAnterior);
    ecg.play(120);
    EXPECT_FALSE(ecg.verdict());
    EXPECT_EQ(ecg.af(), AfFinding::not_suspected);
}

TEST(EcgAdvisor, FibrillationOfTheAtriaIsSuspectedFromItsBeats) {
    Running ecg;
    ecg.rhythm(Rhythm::atrial_fibrillation, 95);
    ecg.play(25);
    EXPECT_EQ(ecg.af(), AfFinding::too_few_beats);
    ecg.play(65);
    EXPECT_EQ(ecg.af(), AfFinding::suspected);
}

TEST(EcgAdvisor, BehindAHoleTheLastWordStandsForAMinuteAtMost) {
    Running ecg;
    ecg.st(sim::kStAnterior);
    ecg.play(40);
    ASSERT_EQ(ecg.verdict(), StVerdict::criteria_met);
    ecg.interrupt();
    ecg.play(5);
    EXPECT_EQ(ecg.verdict(), StVerdict::criteria_met);
    // Nothing is measured while holes follow each other.
    for (int i = 0; i < 12; ++i) {
        ecg.interrupt();
        ecg.play(5);
    }
    EXPECT_FALSE(ecg.verdict());
}

TEST(EcgAdvisor, OfAnotherPatientNothingIsKnown) {
    Running ecg;
    ecg.st(sim::kStAnterior);
    ecg.play(40);
    ecg.advisor().forget();
    EXPECT_FALSE(ecg.verdict());
    EXPECT_FALSE(ecg.af());
    ecg.play(30);
    EXPECT_EQ(ecg.verdict(), StVerdict::criteria_met) << "the detector's numbers go on";
}

} // namespace
} // namespace ems::signal
