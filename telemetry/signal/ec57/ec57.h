// Beat-by-beat comparison of a detector with reference annotations by ANSI/AAMI EC57 (as the `bxb`
// of the WFDB software does it): a detection pairs with the nearest reference beat within 150 ms,
// each at most once; the first five minutes are not scored; stretches of ventricular fibrillation
// or flutter, "[" to "]", are left out. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "telemetry/signal/wfdb.h"

namespace ems::signal {

inline constexpr double kEc57WindowS = 0.15;
inline constexpr double kEc57LearningS = 300;

struct BeatScore {
    std::int64_t true_positives{0};
    std::int64_t false_negatives{0};
    std::int64_t false_positives{0};

    // Percent; 100 when there was nothing to find.
    [[nodiscard]] double sensitivity() const;
    [[nodiscard]] double positive_predictivity() const;
    BeatScore& operator+=(const BeatScore& other);
};

// `detected` in ascending order, samples of the record; `learning_s` unscored at the start.
BeatScore score_beats(std::span<const WfdbAnnotation> reference,
                      std::span<const std::int64_t> detected, double rate_hz,
                      double learning_s = kEc57LearningS);

// Reference beats, ascending.
std::vector<std::int64_t> reference_beats(std::span<const WfdbAnnotation> annotations);

struct SampleSpan {
    std::int64_t from{0};
    std::int64_t to{0}; // inclusive
};
// "[" to "]"; one that does not end runs to the end of the record, and a first "]" without "[" ends
// one that the record begins in.
std::vector<SampleSpan> fibrillation_spans(std::span<const WfdbAnnotation> annotations);

} // namespace ems::signal
