// ems-fit-qrs: fits the weights of the QRS detector to the recordings that have reference beats.
//
//     ems-fit-qrs --data DIR [--ridge 100] [--rounds 3]
//
// Prints, of each record, what weights miss and invent that were fitted without it and its altered
// copies, then the table of telemetry/signal/ecg/qrs_weights.h. Examples are the candidates of the
// detector itself, in three rounds: the first with every candidate decided as the reference says,
// the others by the weights of the round before, so that what its own mistakes lead to is learnt
// too.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <limits>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

#include "telemetry/app/ecg/recording.h"
#include "telemetry/signal/ec57/ec57.h"
#include "telemetry/signal/ecg/biquad.h"
#include "telemetry/signal/ecg/qrs_detector.h"
#include "telemetry/signal/wfdb_file.h"
#include "tests/bench/ecg_artefact.h"
#include "tests/bench/qrs_regression.h"

namespace {

using namespace ems;
using bench::QrsExample;
using signal::QrsDetector;
using signal::QrsTerms;
using signal::SampleSpan;

constexpr float kAlteredWorth = 0.3F; // of an example out of an altered copy

// One lead with its reference beats: a recording, or an altered stretch of it.
struct Lesson {
    std::string name;
    std::size_t record{0};
    double rate_hz{360};
    std::vector<float> mv;
    std::vector<std::int64_t> beats;
    std::vector<SampleSpan> spans;                   // of fibrillation: nothing is learnt there
    std::vector<signal::WfdbAnnotation> annotations; // of a whole recording
    float worth{1};
};

std::vector<Lesson> recordings(const std::string& data) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator{data + "/ecg/mitdb"}) {
        if (entry.path().extension() == ".hea") {
            paths.push_back(entry.path().parent_path() / entry.path().stem());
        }
    }
    std::sort(paths.begin(), paths.end());
    std::vector<Lesson> out;
    for (const auto& path : paths) {
        auto annotations = signal::load_wfdb_annotations(path.string(), "atr");
        if (!annotations) {
            throw std::runtime_error{annotations.error().message()};
        }
        ecg::Recording recording = ecg::open_recording(path.string(), 0);
        Lesson lesson;
        lesson.name = path.filename().string();
        lesson.record = out.size();
        lesson.rate_hz = recording.header.rate_hz;
        lesson.mv = std::move(recording.mv.front());
        lesson.beats = signal::reference_beats(*annotations);
        lesson.spans = signal::fibrillation_spans(*annotations);
        lesson.annotations = std::move(*annotations);
        out.push_back(std::move(lesson));
    }
    return out;
}

Lesson stretch(const Lesson& whole, double from_s, double length_s) {
    const auto from = static_cast<std::int64_t>(from_s * whole.rate_hz);
    const auto to = std::min(static_cast<std::int64_t>(whole.mv.size()),
                             from + static_cast<std::int64_t>(length_s * whole.rate_hz));
    Lesson out;
    out.name = whole.name;
    out.record = whole.record;
    out.rate_hz = whole.rate_hz;
    out.worth = kAlteredWorth;
    out.mv.assign(whole.mv.begin() + from, whole.mv.begin() + to);
    for (const std::int64_t beat : whole.beats) {
        if (beat >= from && beat < to) {
            out.beats.push_back(beat - from);
        }
    }
    for (const SampleSpan& span : whole.spans) {
        out.spans.push_back({span.from - from, span.to - from});
    }
    return out;
}

// A kind of artefact for each minute and, each third minute, another beside it, at 24 to 6 dB.
Lesson with_noise(const Lesson& whole) {
    constexpr std::size_t kKinds = std::size(bench::kArtefacts);
    Lesson out = stretch(whole, 300, 900);
    const double swing = bench::qrs_peak_to_peak_mv(whole.mv, whole.beats, whole.rate_hz);
    std::array<std::vector<float>, kKinds> noise;
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
        noise.at(kind) = bench::artefact(bench::kArtefacts[kind], out.mv.size(), out.rate_hz,
                                         1000 + whole.record * 7 + kind);
    }
    const auto minute = static_cast<std::size_t>(60 * out.rate_hz);
    for (std::size_t i = 0; i < out.mv.size(); ++i) {
        const std::size_t part = i / minute;
        const std::size_t kind = (part + whole.record) % kKinds;
        const double level_db = 24 - 6 * static_cast<double>((part / 4 + whole.record) % 4);
        const double snr_db =
            bench::kArtefacts[kind] == bench::Artefact::cpr ? std::max(level_db, 12.0) : level_db;
        const auto gain = static_cast<float>(bench::noise_gain(swing, snr_db));
        out.mv[i] += gain * noise.at(kind)[i];
        out.mv[i] += part % 3 == 0 ? gain * noise.at((kind + 1) % kKinds)[i] : 0;
    }
    return out;
}

// T waves three times as tall.
Lesson with_tall_t(const Lesson& whole, double from_s) {
    Lesson out = stretch(whole, from_s, 600);
    auto high = signal::Biquad::high_pass(0.7, out.rate_hz);
    auto low = signal::Biquad::low_pass(5, out.rate_hz);
    for (float& mv : out.mv) {
        mv += 2 * low.step(high.step(mv));
    }
    return out;
}

// The same heart slower or faster, on a smaller scale.
Lesson at_another_pace(const Lesson& whole, double from_s, double pace, float gain) {
    Lesson out = stretch(whole, from_s, 600);
    out.rate_hz *= pace;
    for (float& mv : out.mv) {
        mv *= gain;
    }
    return out;
}

std::vector<Lesson> altered(const std::vector<Lesson>& recordings) {
    std::vector<Lesson> out;
    for (const Lesson& whole : recordings) {
        const auto third = [&](std::size_t i) {
            return 300 + 300 * static_cast<double>((i + whole.record) % 3);
        };
        out.push_back(with_noise(whole));
        out.push_back(with_tall_t(whole, third(0)));
        out.push_back(at_another_pace(whole, third(1), 0.82, 1));
        out.push_back(at_another_pace(whole, third(2), 1.2, 0.5F));
    }
    return out;
}

// Candidates as the detector meets them.
class Witness final : public signal::QrsTeacher {
  public:
    enum class Decides { reference, weights };
    Witness(const Lesson& lesson, Decides decides) : lesson_{lesson}, decides_{decides} {}

    bool is_beat(std::int64_t r_sample, const QrsTerms& terms, float odds) override {
        seen_.push_back({r_sample, terms});
        if (decides_ == Decides::weights) {
            return odds > 0;
        }
        const auto window = std::llround(signal::kEc57WindowS * lesson_.rate_hz);
        auto next = std::lower_bound(lesson_.beats.begin(), lesson_.beats.end(), r_sample - window);
        if (next == lesson_.beats.end() || *next > r_sample + window || *next == last_) {
            return false;
        }
        last_ = *next;
        return true;
    }

    // Each reference beat belongs to the nearest candidate within 150 ms; another one as near is no
    // example of anything.
    void add_examples(std::vector<QrsExample>& out) const {
        const auto window = std::llround(signal::kEc57WindowS * lesson_.rate_hz);
        std::vector<std::tuple<std::int64_t, std::size_t, std::size_t>> pairs;
        std::vector<char> near(seen_.size(), 0);
        std::size_t first = 0;
        for (std::size_t b = 0; b < lesson_.beats.size(); ++b) {
            const std::int64_t beat = lesson_.beats[b];
            while (first < seen_.size() && seen_[first].r_sample < beat - window) {
                ++first;
            }
            for (std::size_t i = first; i < seen_.size() && seen_[i].r_sample <= beat + window;
                 ++i) {
                pairs.emplace_back(std::abs(seen_[i].r_sample - beat), b, i);
                near[i] = 1;
            }
        }
        std::sort(pairs.begin(), pairs.end());
        std::vector<char> paired(lesson_.beats.size(), 0);
        std::vector<char> is_beat(seen_.size(), 0);
        for (const auto& [distance, b, i] : pairs) {
            if (paired[b] == 0 && is_beat[i] == 0) {
                paired[b] = is_beat[i] = 1;
            }
        }
        for (std::size_t i = 0; i < seen_.size(); ++i) {
            const std::int64_t at = seen_[i].r_sample;
            const auto second = static_cast<std::int64_t>(lesson_.rate_hz);
            const bool fibrillates = std::any_of(
                lesson_.spans.begin(), lesson_.spans.end(), [&](const SampleSpan& span) {
                    return at >= span.from - second && at <= span.to + second;
                });
            if (!fibrillates && (is_beat[i] != 0 || near[i] == 0)) {
                out.push_back(
                    {seen_[i].terms, is_beat[i] != 0 ? 1.0F : 0.0F, lesson_.worth, lesson_.record});
            }
        }
    }

  private:
    struct Seen {
        std::int64_t r_sample;
        QrsTerms terms;
    };
    const Lesson& lesson_;
    Decides decides_;
    std::int64_t last_{std::numeric_limits<std::int64_t>::min()};
    std::vector<Seen> seen_;
};

std::vector<std::int64_t> beats_of(const Lesson& lesson, const QrsTerms& weights,
                                   signal::QrsTeacher* teacher) {
    QrsDetector detector{lesson.rate_hz, weights, teacher};
    std::vector<std::int64_t> out;
    for (const float mv : lesson.mv) {
        if (const auto beat = detector.push(mv)) {
            out.push_back(beat->r_sample);
        }
    }
    while (const auto beat = detector.finish()) {
        out.push_back(beat->r_sample);
    }
    return out;
}

signal::BeatScore score(const Lesson& lesson, const QrsTerms& weights) {
    return signal::score_beats(lesson.annotations, beats_of(lesson, weights, nullptr),
                               lesson.rate_hz);
}

void print_score(const char* name, const signal::BeatScore& score) {
    std::printf("%s FN %lld FP %lld Se %.3f +P %.3f\n", name,
                static_cast<long long>(score.false_negatives),
                static_cast<long long>(score.false_positives), score.sensitivity(),
                score.positive_predictivity());
}

void print_table(const QrsTerms& weights) {
    for (std::size_t i = 0; i < signal::kQrsTerms; ++i) {
        std::printf("%-14s %7.3f\n", std::string{signal::kQrsWeights[i].name}.c_str(),
                    static_cast<double>(weights[i]));
    }
}

int fit(const std::string& data, double ridge, int rounds) {
    const std::vector<Lesson> whole = recordings(data);
    std::vector<Lesson> lessons = altered(whole);
    lessons.insert(lessons.begin(), whole.begin(), whole.end());
    const std::size_t nobody = whole.size();
    // Every beat of the reference is believed at first, and teaches.
    QrsTerms weights{};
    weights.back() = 1;
    std::vector<QrsExample> examples;
    for (int round = 0; round < rounds; ++round) {
        examples.clear();
        for (const Lesson& lesson : lessons) {
            Witness witness{lesson,
                            round == 0 ? Witness::Decides::reference : Witness::Decides::weights};
            beats_of(lesson, weights, &witness);
            witness.add_examples(examples);
        }
        weights = bench::fit_qrs_weights(examples, nobody, ridge, weights);
    }
    std::printf("%zu examples\n", examples.size());
    signal::BeatScore held_out;
    signal::BeatScore fitted;
    for (const Lesson& lesson : whole) {
        const QrsTerms others = bench::fit_qrs_weights(examples, lesson.record, ridge, weights);
        const signal::BeatScore one = score(lesson, others);
        print_score((lesson.name + " left out").c_str(), one);
        held_out += one;
        const signal::BeatScore own = score(lesson, weights);
        print_score((lesson.name + " fitted").c_str(), own);
        fitted += own;
    }
    print_score("each left out", held_out);
    print_score("fitted", fitted);
    print_table(weights);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    std::string data;
    double ridge = 100;
    int rounds = 3;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string option = argv[i];
        if (option == "--data") {
            data = argv[i + 1];
        } else if (option == "--ridge") {
            ridge = std::atof(argv[i + 1]);
        } else if (option == "--rounds") {
            rounds = std::atoi(argv[i + 1]);
        }
    }
    if (data.empty() || !(ridge > 0) || rounds < 1) {
        std::fprintf(stderr, "usage: ems-fit-qrs --data DIR [--ridge 100] [--rounds 3]\n");
        return 2;
    }
    try {
        return fit(data, ridge, rounds);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "ems-fit-qrs: %s\n", error.what());
        return 1;
    }
}
