// The shapes that the beats of one lead have had, as running means of 100 ms on both sides of the R
// peak: a new beat is compared with each. No allocation. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "telemetry/signal/ecg/beat.h"

namespace ems::signal {

class BeatShapes {
  public:
    static constexpr std::size_t kRing = 2048; // samples: 8 s at 250 Hz
    using Ring = std::array<float, kRing>;     // sample i at i modulo kRing

    struct Match {
        float correlation{0}; // greatest, 0 to 1
        float amplitude{1};   // of the candidate over the shape's
        int which{-1};        // -1: there is none
        int shift{0};         // samples
    };

    explicit BeatShapes(double rate_hz); // 125 to 250 Hz

    [[nodiscard]] Match best_match(const Ring& mv, std::int64_t r) const;
    // More than three beats were of it.
    [[nodiscard]] bool is_known(const Match& match) const;
    [[nodiscard]] BeatShape kind_of(const Ring& mv, std::int64_t r, const Match& match) const;
    // `now`: the newest sample.
    void teach(const Ring& mv, std::int64_t r, const Match& match, std::int64_t now);

  private:
    static constexpr std::size_t kShapes = 4;
    static constexpr std::size_t kSamplesMax = 64;
    struct Shape {
        std::array<float, kSamplesMax> mv{};
        std::int64_t used{0};
        int count{0};
    };
    static float at(const Ring& mv, std::int64_t sample) {
        return mv[static_cast<std::size_t>(sample) % kRing];
    }
    [[nodiscard]] int dominant() const;
    [[nodiscard]] Shape& free_place();
    template <class At> [[nodiscard]] float width_s(At at) const;

    double rate_hz_;
    int half_;
    int shift_max_;
    std::array<Shape, kShapes> shapes_{};
    int count_{0};
};

} // namespace ems::signal
