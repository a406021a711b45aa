#include "telemetry/signal/ec57/ec57.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace ems::signal {
namespace {

constexpr std::uint8_t kFibrillationStarts = 32;
constexpr std::uint8_t kFibrillationEnds = 33;

struct Pair {
    std::int64_t distance;
    std::size_t reference;
    std::size_t detected;
};

double percent(std::int64_t hits, std::int64_t misses) {
    return hits + misses == 0 ? 100
                              : 100.0 * static_cast<double>(hits) /
                                    static_cast<double>(hits + misses);
}

} // namespace

double BeatScore::sensitivity() const { return percent(true_positives, false_negatives); }
double BeatScore::positive_predictivity() const { return percent(true_positives, false_positives); }

BeatScore& BeatScore::operator+=(const BeatScore& other) {
    true_positives += other.true_positives;
    false_negatives += other.false_negatives;
    false_positives += other.false_positives;
    return *this;
}

std::vector<std::int64_t> reference_beats(std::span<const WfdbAnnotation> annotations) {
    std::vector<std::int64_t> out;
    for (const WfdbAnnotation& it : annotations) {
        if (wfdb_is_beat(it.code)) {
            out.push_back(it.sample);
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<SampleSpan> fibrillation_spans(std::span<const WfdbAnnotation> annotations) {
    std::vector<SampleSpan> out;
    bool open = false;
    for (const WfdbAnnotation& it : annotations) {
        if (it.code == kFibrillationStarts && !open) {
            out.push_back({it.sample, std::numeric_limits<std::int64_t>::max()});
            open = true;
        } else if (it.code == kFibrillationEnds && open) {
            out.back().to = it.sample;
            open = false;
        } else if (it.code == kFibrillationEnds && out.empty()) {
            out.push_back({0, it.sample}); // the record begins in it
        }
    }
    return out;
}

BeatScore score_beats(std::span<const WfdbAnnotation> reference,
                      std::span<const std::int64_t> detected, double rate_hz, double learning_s) {
    const std::vector<std::int64_t> beats = reference_beats(reference);
    const std::vector<SampleSpan> spans = fibrillation_spans(reference);
    const auto window = static_cast<std::int64_t>(std::llround(kEc57WindowS * rate_hz));
    std::vector<Pair> pairs;
    std::size_t first = 0;
    for (std::size_t i = 0; i < beats.size(); ++i) {
        while (first < detected.size() && detected[first] < beats[i] - window) {
            ++first;
        }
        for (std::size_t j = first; j < detected.size() && detected[j] <= beats[i] + window; ++j) {
            pairs.push_back({std::abs(detected[j] - beats[i]), i, j});
        }
    }
    std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
        return a.distance != b.distance ? a.distance < b.distance : a.reference < b.reference;
    });
    std::vector<bool> found(beats.size());
    std::vector<bool> true_detection(detected.size());
    for (const Pair& pair : pairs) {
        if (!found[pair.reference] && !true_detection[pair.detected]) {
            found[pair.reference] = true_detection[pair.detected] = true;
        }
    }
    const double scored_from = learning_s * rate_hz;
    const auto scored = [&](std::int64_t at) {
        return static_cast<double>(at) >= scored_from &&
               std::none_of(spans.begin(), spans.end(), [at](const SampleSpan& span) {
                   return at >= span.from && at <= span.to;
               });
    };
    BeatScore score;
    for (std::size_t i = 0; i < beats.size(); ++i) {
        if (scored(beats[i])) {
            ++(found[i] ? score.true_positives : score.false_negatives);
        }
    }
    for (std::size_t j = 0; j < detected.size(); ++j) {
        score.false_positives += !true_detection[j] && scored(detected[j]) ? 1 : 0;
    }
    return score;
}

} // namespace ems::signal
