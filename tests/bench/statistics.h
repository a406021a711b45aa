// The arithmetic of benches. Pure.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace ems::bench {

// Of at least one value; `share` 0.5 is the median (nearest rank).
inline double quantile(std::vector<double> values, double share) {
    const auto at = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5);
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at),
                     values.end());
    return values[at];
}

inline double mean(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) {
        sum += value;
    }
    return sum / static_cast<double>(values.size());
}

struct Sample {
    double x{0};
    double y{0};
};
// By least squares, y a unit of x; at least two different x.
inline double slope(std::span<const Sample> samples) {
    double x_mean = 0;
    double y_mean = 0;
    for (const Sample& it : samples) {
        x_mean += it.x / static_cast<double>(samples.size());
        y_mean += it.y / static_cast<double>(samples.size());
    }
    double above = 0;
    double below = 0;
    for (const Sample& it : samples) {
        above += (it.x - x_mean) * (it.y - y_mean);
        below += (it.x - x_mean) * (it.x - x_mean);
    }
    return above / below;
}

} // namespace ems::bench
