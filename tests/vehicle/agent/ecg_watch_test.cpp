#include "vehicle/agent/ecg_watch.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/vehicle/agent/played_ecg.h"

namespace ems::vehicle {
namespace {

using sim::Rhythm;
using test::Oximeter;
using test::PlayedEcg;

// A finding as it began ("+vf") or ended ("-vf"), with the time of the recording.
struct Told {
    std::string what;
    double at_s{0};
};

class EcgWatchTest : public testing::Test {
  protected:
    void begin(PlayedEcg& ecg) {
        hear(watch_.begin(WaveBuilder::session_of(ecg.header(), 1)), ecg);
    }
    void play(PlayedEcg& ecg, double seconds) {
        for (const double until = ecg.seconds() + seconds; ecg.seconds() < until;) {
            watch_.add(ecg.chunk());
            while (watch_.waits()) {
                hear(watch_.analyse(patient_), ecg);
            }
        }
    }
    void hear(const std::vector<wire::Alarm>& found, const PlayedEcg& ecg) {
        for (const wire::Alarm& alarm : found) {
            told_.push_back({(alarm.active() ? "+" : "-") + alarm.code(), ecg.seconds()});
            value_ = alarm.value();
        }
    }
    [[nodiscard]] std::string log_of(const std::string& code) const {
        std::string out;
        for (const Told& one : told_) {
            if (code.empty() || one.what.substr(1) == code) {
                out += (out.empty() ? "" : " ") + one.what;
            }
        }
        return out;
    }
    [[nodiscard]] std::string log() const { return log_of(""); }
    [[nodiscard]] double since(double onset_s) const {
        return told_.empty() ? 1e9 : told_.back().at_s - onset_s;
    }

    EcgWatch watch_;
    EcgWatch::Patient patient_;
    std::vector<Told> told_;
    std::string value_; // of the newest
};

TEST_F(EcgWatchTest, ALethalRhythmIsFoundWithinTenSecondsOfItsOnset) {
    struct Lethal {
        const char* told;
        std::function<void(PlayedEcg&)> begin;
    };
    const std::vector<Lethal> all{
        {"+vf", [](PlayedEcg& ecg) { ecg.fibrillate(); }},
        {"+asystole", [](PlayedEcg& ecg) { ecg.set(Rhythm::asystole); }},
        {"+vt", [](PlayedEcg& ecg) { ecg.set(Rhythm::ventricular_tachycardia, 190); }}};
    for (const Lethal& lethal : all) {
        for (std::uint64_t seed = 1; seed <= 5; ++seed) {
            told_.clear();
            PlayedEcg ecg{seed, Oximeter::fitted};
            begin(ecg);
            play(ecg, 20);
            EXPECT_EQ(log(), "") << lethal.told << " seed " << seed;
            lethal.begin(ecg);
            play(ecg, 10);
            EXPECT_NE(log().find(lethal.told), std::string::npos) << log() << " seed " << seed;
            hear(watch_.end(), ecg);
        }
    }
}

TEST_F(EcgWatchTest, ASinusRhythmUnderNoiseRaisesNothingLethal) {
    struct Noise {
        const char* name;
        sim::ArtefactState state;
    };
    const std::vector<Noise> noises{{"mains", {.mains_mv = 0.5}},
                                    {"muscle", {.muscle_mv = 0.2}},
                                    {"wander", {.wander_mv = 1}},
                                    {"motion", {.motion_per_min = 20, .motion_mv = 1.5}}};
    for (const Noise& noise : noises) {
        told_.clear();
        PlayedEcg ecg{7};
        begin(ecg);
        play(ecg, 10);
        ecg.set(noise.state);
        play(ecg, 120);
        hear(watch_.end(), ecg);
        EXPECT_EQ(log(), "") << noise.name;
    }
}

TEST_F(EcgWatchTest, NoiseThatHidesTheBeatsIsSaidAndEnds) {
    PlayedEcg ecg{7};
    begin(ecg);
    play(ecg, 15);
    ecg.set(sim::ArtefactState{.muscle_mv = 3});
    play(ecg, 40);
    EXPECT_EQ(log_of("ecg_noise"), "+ecg_noise");
    ecg.set(sim::ArtefactState{});
    play(ecg, 40);
    EXPECT_EQ(log_of("ecg_noise"), "+ecg_noise -ecg_noise");
}

TEST_F(EcgWatchTest, WithAllLeadsOffThatAloneIsSaid) {
    PlayedEcg ecg{7};
    begin(ecg);
    play(ecg, 15);
    ecg.set(
        sim::ArtefactState{.electrodes_off = 1U << static_cast<unsigned>(signal::Electrode::RA)});
    play(ecg, 60);
    EXPECT_EQ(log(), "+ecg_lead_off");
    EXPECT_LT(since(15), 3);
    EXPECT_FALSE(watch_.heart_rate());
    ecg.set(sim::ArtefactState{});
    play(ecg, 60);
    EXPECT_EQ(log(), "+ecg_lead_off -ecg_lead_off");
    EXPECT_TRUE(watch_.heart_rate());
}

TEST_F(EcgWatchTest, FlatLinesOfElectrodesThatAreOnAreAStandstillWhenNoPulseIsSeen) {
    const auto flat_for_twelve_seconds = [&](MonitorPulse pulse) {
        told_.clear();
        PlayedEcg ecg{7, Oximeter::fitted};
        begin(ecg);
        play(ecg, 20);
        patient_.pulse = pulse;
        for (const double until = ecg.seconds() + 12; ecg.seconds() < until;) {
            WaveBuilder::Chunk chunk = ecg.chunk();
            for (auto& lead : chunk.leads) {
                std::fill(lead.begin(), lead.end(), 3);
            }
            std::fill(chunk.pleth.begin(), chunk.pleth.end(), 500);
            watch_.add(chunk);
            while (watch_.waits()) {
                hear(watch_.analyse(patient_), ecg);
            }
        }
        const std::string said = log_of("asystole");
        hear(watch_.end(), ecg);
        return said;
    };
    EXPECT_EQ(flat_for_twelve_seconds(MonitorPulse::none), "+asystole");
    EXPECT_EQ(flat_for_twelve_seconds(MonitorPulse::shown), "") << "a cable that is broken";
}

TEST_F(EcgWatchTest, OneChestElectrodeOffIsNoLeadOff) {
    PlayedEcg ecg{7};
    begin(ecg);
    ecg.set(
        sim::ArtefactState{.electrodes_off = 1U << static_cast<unsigned>(signal::Electrode::C2)});
    play(ecg, 30);
    EXPECT_EQ(log(), "");
}

TEST_F(EcgWatchTest, AnExtremeRateIsOneOfTheAge) {
    for (const auto& [group, expected] : std::vector<std::pair<signal::AgeGroup, std::string>>{
             {signal::AgeGroup::adult, "+hr_extreme_high"}, {signal::AgeGroup::infant, ""}}) {
        told_.clear();
        patient_.group = group;
        PlayedEcg ecg{7};
        ecg.set(Rhythm::sinus, 180);
        begin(ecg);
        play(ecg, 30);
        EXPECT_EQ(log(), expected) << signal::age_group_name(group);
        hear(watch_.end(), ecg);
    }
}

TEST_F(EcgWatchTest, APulseTheMonitorShowsHoldsAStandstillBackForNineSecondsOnly) {
    patient_.pulse = MonitorPulse::shown;
    PlayedEcg ecg{7};
    begin(ecg);
    play(ecg, 20);
    ecg.set(Rhythm::asystole);
    play(ecg, 8);
    EXPECT_EQ(log(), "");
    play(ecg, 2);
    EXPECT_EQ(log(), "+asystole");
}

TEST_F(EcgWatchTest, PulsesOfThePlethThatWasTakenOffRefuteNothing) {
    PlayedEcg ecg{7, Oximeter::fitted};
    begin(ecg);
    play(ecg, 20);
    ecg.set(sim::ArtefactState{.probe_off = true});
    play(ecg, 1);
    ecg.set(Rhythm::asystole);
    play(ecg, 10);
    EXPECT_EQ(log(), "+asystole");
}

TEST_F(EcgWatchTest, AHoleEndsNothingThatIsFoundAgainBehindIt) {
    PlayedEcg ecg{7};
    begin(ecg);
    play(ecg, 20);
    ecg.fibrillate();
    play(ecg, 15);
    ASSERT_EQ(log(), "+vf");
    ecg.skip(1'000);
    play(ecg, 30);
    EXPECT_EQ(log(), "+vf");
    EXPECT_EQ(watch_.trouble(), "1 holes");
}

TEST_F(EcgWatchTest, WhatIsOverBehindAHoleEnds) {
    PlayedEcg ecg{7};
    begin(ecg);
    play(ecg, 20);
    ecg.fibrillate();
    play(ecg, 15);
    ecg.set(Rhythm::sinus);
    ecg.skip(1'000);
    play(ecg, 15);
    EXPECT_EQ(log(), "+vf -vf");
}

TEST_F(EcgWatchTest, TheEndOfASessionEndsWhatItHadFound) {
    PlayedEcg ecg{7};
    begin(ecg);
    play(ecg, 10);
    ecg.fibrillate();
    play(ecg, 15);
    hear(watch_.end(), ecg);
    EXPECT_EQ(log(), "+vf -vf");
    EXPECT_TRUE(watch_.end().empty());
}

TEST_F(EcgWatchTest, ASliceIsBoundedWhateverWaits) {
    PlayedEcg ecg{7};
    begin(ecg);
    for (int i = 0; i < 500; ++i) { // 10,000 samples
        watch_.add(ecg.chunk());
    }
    int slices = 0;
    for (; watch_.waits(); ++slices) {
        (void)watch_.analyse(patient_);
    }
    EXPECT_EQ(slices, 10'000 / 125) << "of 1,000 values of 8 leads";
}

TEST_F(EcgWatchTest, WhatComesTooFastIsGivenUpAndThatIsSaid) {
    PlayedEcg ecg{7};
    begin(ecg);
    for (int i = 0; i < 1'000; ++i) { // 20,000 samples
        watch_.add(ecg.chunk());
    }
    EXPECT_EQ(watch_.trouble(), "too fast to be analysed whole (1 times)");
    while (watch_.waits()) {
        hear(watch_.analyse(patient_), ecg);
    }
    play(ecg, 10);
    ecg.fibrillate();
    play(ecg, 10);
    EXPECT_EQ(log(), "+vf");
}

TEST_F(EcgWatchTest, ARateBelowTheDetectorsIsNotAnalysedAndThatIsSaid) {
    PlayedEcg ecg{7};
    WaveBuilder::Session session = WaveBuilder::session_of(ecg.header(), 1);
    session.rate_mhz = 100'000;
    EXPECT_TRUE(watch_.begin(session).empty());
    watch_.add(ecg.chunk());
    EXPECT_FALSE(watch_.waits());
    EXPECT_EQ(watch_.trouble(), "not analysed: 100 Hz");
}

TEST_F(EcgWatchTest, ARateBeyondTheDetectorsIsAnalysedInMeans) {
    PlayedEcg ecg{7};
    WaveBuilder::Session session = WaveBuilder::session_of(ecg.header(), 1);
    session.rate_mhz = 2'000'000;
    (void)watch_.begin(session);
    std::uint64_t first = 0;
    for (double at = 0; at < 20; at += PlayedEcg::kBlockS) {
        WaveBuilder::Chunk chunk = ecg.chunk();
        for (auto& lead : chunk.leads) { // each sample four times
            std::vector<std::int32_t> held;
            for (const std::int32_t value : lead) {
                held.insert(held.end(), 4, value);
            }
            lead = std::move(held);
        }
        chunk.first_sample = first;
        first += chunk.count();
        watch_.add(chunk);
        while (watch_.waits()) {
            hear(watch_.analyse(patient_), ecg);
        }
    }
    EXPECT_NEAR(watch_.heart_rate().value_or(0), 75, 3);
    EXPECT_EQ(log(), "");
}

TEST_F(EcgWatchTest, StElevationIsToldWithItsLeadsAndEnds) {
    patient_.ecg = {signal::Sex::male, 60};
    PlayedEcg ecg{7};
    begin(ecg);
    play(ecg, 40);
    EXPECT_EQ(log(), "");
    ecg.set_st(sim::kStAnterior);
    play(ecg, 35);
    EXPECT_EQ(log(), "+st_elevation");
    EXPECT_EQ(value_, "V1-V5");
    ecg.set_st(sim::kStNone);
    play(ecg, 45);
    EXPECT_EQ(log(), "+st_elevation -st_elevation");
}

TEST_F(EcgWatchTest, TheSameTraceIsAnElevationOfAWomanAndNoneOfAMan) {
    for (const signal::Sex sex : {signal::Sex::male, signal::Sex::female}) {
        told_.clear();
        patient_.ecg = {sex, 30};
        PlayedEcg ecg{7};
        begin(ecg);
        ecg.set_st(sim::kStEarlyRepolarisation);
        play(ecg, 40);
        EXPECT_EQ(log(), sex == signal::Sex::female ? "+st_elevation" : "");
        hear(watch_.end(), ecg);
    }
}

TEST_F(EcgWatchTest, IrregularBeatsOfTheAtriaAreToldOnceAndAHoleEndsThemNot) {
    PlayedEcg ecg{7};
    begin(ecg);
    ecg.set(Rhythm::atrial_fibrillation, 95);
    play(ecg, 90);
    EXPECT_EQ(log(), "+af_suspected");
    ecg.skip(1'000);
    play(ecg, 20);
    EXPECT_EQ(log(), "+af_suspected");
    hear(watch_.end(), ecg);
    EXPECT_EQ(log(), "+af_suspected -af_suspected");
}

TEST_F(EcgWatchTest, WhatIsSuggestedOfOnePatientIsNotTheNextOnes) {
    patient_.ecg = {signal::Sex::male, 60};
    PlayedEcg ecg{7};
    begin(ecg);
    ecg.set_st(sim::kStAnterior);
    play(ecg, 40);
    ASSERT_EQ(log(), "+st_elevation");
    hear(watch_.next_patient(), ecg);
    EXPECT_EQ(log(), "+st_elevation -st_elevation");
    EXPECT_FALSE(watch_.advice().st);
    play(ecg, 15);
    EXPECT_EQ(log(), "+st_elevation -st_elevation") << "one window is none";
    play(ecg, 15);
    EXPECT_EQ(log_of("st_elevation"), "+st_elevation -st_elevation +st_elevation");
}

} // namespace
} // namespace ems::vehicle
