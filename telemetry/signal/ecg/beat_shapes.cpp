#include "telemetry/signal/ecg/beat_shapes.h"

#include <algorithm>
#include <cmath>

namespace ems::signal {

BeatShapes::BeatShapes(double rate_hz)
    : rate_hz_{rate_hz}, half_{std::min(31, static_cast<int>(0.1 * rate_hz))},
      shift_max_{static_cast<int>(0.03 * rate_hz)} {}

BeatShapes::Match BeatShapes::best_match(const Ring& mv, std::int64_t r) const {
    Match best;
    const int length = 2 * half_ + 1;
    for (int which = 0; which < count_; ++which) {
        const auto& known = shapes_[static_cast<std::size_t>(which)].mv;
        for (int shift = -shift_max_; shift <= shift_max_; ++shift) {
            float sx = 0;
            float sy = 0;
            float sxx = 0;
            float syy = 0;
            float sxy = 0;
            for (int i = 0; i < length; ++i) {
                const float x = at(mv, r + shift - half_ + i);
                const float y = known[static_cast<std::size_t>(i)];
                sx += x;
                sy += y;
                sxx += x * x;
                syy += y * y;
                sxy += x * y;
            }
            const float n = static_cast<float>(length);
            const float vx = sxx - sx * sx / n;
            const float vy = syy - sy * sy / n;
            if (vx < 1e-7F || vy < 1e-7F) {
                continue;
            }
            const float correlation = (sxy - sx * sy / n) / std::sqrt(vx * vy);
            if (correlation > best.correlation) {
                best = {correlation, std::sqrt(vx / vy), which, shift};
            }
        }
    }
    return best;
}

bool BeatShapes::is_known(const Match& match) const {
    return match.which >= 0 && shapes_[static_cast<std::size_t>(match.which)].count > 3;
}

// Dominant: the shape that most of the recent beats belong to.
int BeatShapes::dominant() const {
    int best = -1;
    int best_count = 3;
    for (int i = 0; i < count_; ++i) {
        const Shape& it = shapes_[static_cast<std::size_t>(i)];
        if (it.count > best_count) {
            best_count = it.count;
            best = i;
        }
    }
    return best;
}

// Share of the time around the R peak in which the deflection is over a third of the greatest.
template <class At> float BeatShapes::width_s(At value) const {
    float most = 0;
    for (int i = -half_; i <= half_; ++i) {
        most = std::max(most, std::fabs(value(i)));
    }
    int wide = 0;
    for (int i = -half_; i <= half_; ++i) {
        wide += std::fabs(value(i)) > 0.3F * most ? 1 : 0;
    }
    return static_cast<float>(wide / rate_hz_);
}

BeatShape BeatShapes::kind_of(const Ring& mv, std::int64_t r, const Match& match) const {
    const int main = dominant();
    if (main < 0) {
        return BeatShape::unknown;
    }
    if (match.which == main && match.correlation > 0.85F) {
        return BeatShape::dominant;
    }
    const float width = width_s([&](int i) { return at(mv, r + i); });
    const auto& known = shapes_[static_cast<std::size_t>(main)].mv;
    const float usual = width_s([&](int i) { return known[static_cast<std::size_t>(i + half_)]; });
    return width > 1.2F * usual && width > 0.06F ? BeatShape::wide : BeatShape::foreign;
}

BeatShapes::Shape& BeatShapes::free_place() {
    if (count_ < static_cast<int>(kShapes)) {
        return shapes_[static_cast<std::size_t>(count_++)];
    }
    // The one least used of late; a shape seen often stays ten seconds a beat longer.
    const auto worth = [&](const Shape& it) {
        return static_cast<double>(it.used) / rate_hz_ + 10.0 * std::min(it.count, 20);
    };
    return *std::min_element(shapes_.begin(), shapes_.end(),
                             [&](const Shape& a, const Shape& b) { return worth(a) < worth(b); });
}

void BeatShapes::teach(const Ring& mv, std::int64_t r, const Match& match, std::int64_t now) {
    const int length = 2 * half_ + 1;
    if (match.which >= 0 && match.correlation > 0.9F) {
        Shape& it = shapes_[static_cast<std::size_t>(match.which)];
        const float share = std::max(0.1F, 1.0F / static_cast<float>(it.count + 1));
        for (int i = 0; i < length; ++i) {
            float& mean = it.mv[static_cast<std::size_t>(i)];
            mean += share * (at(mv, r + match.shift - half_ + i) - mean);
        }
        it.count = std::min(it.count + 1, 1000);
        it.used = now;
        return;
    }
    Shape& it = free_place();
    for (int i = 0; i < length; ++i) {
        it.mv[static_cast<std::size_t>(i)] = at(mv, r - half_ + i);
    }
    it.count = 1;
    it.used = now;
}

} // namespace ems::signal
