// Logistic regression of the terms of QRS candidates (telemetry/signal/ecg/qrs_weights.h), by
// Newton's method with a ridge on the weights. Pure; the same examples give the same weights.
#pragma once

#include <cstddef>
#include <vector>

#include "telemetry/signal/ecg/qrs_weights.h"

namespace ems::bench {

struct QrsExample {
    signal::QrsTerms terms{};
    float beat{0};         // 1: a beat, 0: none
    float worth{1};        // how much it counts
    std::size_t record{0}; // of which recording
};

// The weights that make `examples` most likely; ridge > 0. Those of `left_out` are not looked at
// (no record has that number: all are). A term whose weight would contradict QrsTerm::says weighs
// 0. `start`: near the answer it is quicker, and changes nothing in it.
signal::QrsTerms fit_qrs_weights(const std::vector<QrsExample>& examples, std::size_t left_out,
                                 double ridge, const signal::QrsTerms& start);

} // namespace ems::bench
