#include "telemetry/signal/ecg12/af_suspicion.h"

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "telemetry/signal/wfdb_file.h"
#include "tests/support/child_process.h"
#include "tests/telemetry/signal/sim_ecg.h"

namespace ems::signal {
namespace {

std::vector<Beat> beats_of(sim::Rhythm rhythm, double rate_bpm, double seconds = 70,
                           std::uint64_t seed = 1) {
    sim::HeartState heart;
    heart.rhythm = rhythm;
    heart.rate_bpm = rate_bpm;
    return test::simulate(seed, heart, sim::EcgNoise{}, seconds).beats();
}

TEST(AfSuspicion, FibrillationIsSuspectedAndSinusRhythmIsNot) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto fibrillation = beats_of(sim::Rhythm::atrial_fibrillation, 95, 70, seed);
        EXPECT_EQ(af_suspicion(fibrillation).finding, AfFinding::suspected) << seed;
        const auto sinus = beats_of(sim::Rhythm::sinus, 75, 70, seed);
        EXPECT_EQ(af_suspicion(sinus).finding, AfFinding::not_suspected) << seed;
    }
}

TEST(AfSuspicion, FewBeatsAreNotJudged) {
    const auto beats = beats_of(sim::Rhythm::atrial_fibrillation, 90, 20);
    EXPECT_EQ(af_suspicion(beats).finding, AfFinding::too_few_beats);
    EXPECT_EQ(af_suspicion({}).finding, AfFinding::too_few_beats);
}

TEST(AfSuspicion, PoorlySeenBeatsAreNotJudged) {
    auto beats = beats_of(sim::Rhythm::atrial_fibrillation, 95);
    for (std::size_t i = 0; i < beats.size(); i += 4) {
        beats[i].quality = 0.1F;
    }
    EXPECT_EQ(af_suspicion(beats).finding, AfFinding::noise);
}

// Every second beat premature: irregular, and not the atria's doing.
TEST(AfSuspicion, FrequentEctopyIsNotJudged) {
    auto beats = beats_of(sim::Rhythm::sinus, 75);
    for (std::size_t i = 1; i < beats.size(); i += 2) {
        beats[i].shape = BeatShape::wide;
        beats[i].rr_s *= 0.6;
    }
    EXPECT_EQ(af_suspicion(beats).finding, AfFinding::frequent_ectopy);
}

TEST(AfSuspicion, ASinglePrematureBeatNowAndThenIsNotFibrillation) {
    auto beats = beats_of(sim::Rhythm::sinus, 75);
    for (std::size_t i = 5; i + 1 < beats.size(); i += 9) {
        beats[i].shape = BeatShape::wide;
        beats[i].rr_s *= 0.6;
        beats[i + 1].rr_s *= 1.4;
    }
    EXPECT_EQ(af_suspicion(beats).finding, AfFinding::not_suspected);
}

struct Tally {
    int fibrillation{0}, fibrillation_found{0};
    int other{0}, other_found{0};
};

// Stretches of 96 reference beats of one rhythm; those with flutter in them are left out.
void tally_record(const std::string& path, Tally& tally) {
    const auto annotations = load_wfdb_annotations(path, "atr");
    ASSERT_TRUE(annotations) << path;
    constexpr std::size_t kStretch = 96;
    std::vector<Beat> beats;
    std::vector<std::string> rhythms;
    std::string rhythm;
    for (const WfdbAnnotation& one : *annotations) {
        if (one.code == 28) {
            rhythm = one.aux.substr(0, one.aux.find('\0'));
        }
        if (!wfdb_is_beat(one.code)) {
            continue;
        }
        Beat beat;
        beat.r_sample = one.sample;
        beat.quality = 1;
        const bool wide = one.code == 5 || one.code == 6 || one.code == 10;
        beat.shape = wide ? BeatShape::wide : BeatShape::dominant;
        beat.rr_s =
            beats.empty() ? 0 : static_cast<double>(one.sample - beats.back().r_sample) / 360;
        beats.push_back(beat);
        rhythms.push_back(rhythm);
    }
    for (std::size_t end = kStretch; end < beats.size(); end += 16) {
        const auto from = static_cast<std::ptrdiff_t>(end - kStretch);
        const auto to = static_cast<std::ptrdiff_t>(end);
        const auto share = [&](const char* name) {
            return std::count(rhythms.begin() + from, rhythms.begin() + to, name);
        };
        const AfSuspicion found = af_suspicion(std::span{beats}.subspan(end - kStretch, kStretch));
        const bool judged =
            found.finding == AfFinding::suspected || found.finding == AfFinding::not_suspected;
        if (share("(AFL") > 0 || !judged) {
            continue;
        }
        const int suspected = found.finding == AfFinding::suspected ? 1 : 0;
        if (share("(AFIB") >= 91) {
            ++tally.fibrillation;
            tally.fibrillation_found += suspected;
        } else if (share("(AFIB") == 0) {
            ++tally.other;
            tally.other_found += suspected;
        }
    }
}

TEST(AfSuspicion, AgreesWithTheReferenceRhythmsOfTheMitBihRecords) {
    Tally tally;
    for (const char* name :
         {"101", "106", "108", "109", "112", "114", "115", "116", "118", "119", "122",
          "124", "201", "203", "205", "207", "208", "209", "215", "220", "223", "230"}) {
        const std::string header = test::shared_data(std::string{"ecg/mitdb/"} + name + ".hea");
        if (header.empty()) {
            std::cout << "ecg/mitdb is absent\n";
            return;
        }
        tally_record(header.substr(0, header.size() - 4), tally);
    }
    std::cout << "AF stretches " << tally.fibrillation_found << " of " << tally.fibrillation
              << " suspected, others " << tally.other_found << " of " << tally.other << "\n";
    EXPECT_GT(tally.fibrillation, 100);
    EXPECT_GT(tally.other, 2000);
    EXPECT_GE(tally.fibrillation_found, 0.98 * tally.fibrillation);
    EXPECT_LE(tally.other_found, 0.01 * tally.other);
}

} // namespace
} // namespace ems::signal
