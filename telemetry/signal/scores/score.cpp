#include "telemetry/signal/scores/score.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "telemetry/base/assert.h"

namespace ems::signal {
namespace {

// 36.05 is a little less than it says; the rule means what it says.
constexpr double kBinaryFraction = 1e-9;
constexpr double kValueMax = 100'000; // beyond, a double is no reading

ScoreItem stamped(std::string_view name, const Input& input) {
    ScoreItem item{.name = name};
    if (is_given(input)) {
        item.device_us = input->device_us;
        item.age_us = input->age_us;
    }
    return item;
}

} // namespace

int Score::points() const {
    int sum = 0;
    for (const ScoreItem& item : items) {
        sum += item.points.value_or(0);
    }
    return sum;
}

bool Score::complete() const {
    return std::all_of(items.begin(), items.end(),
                       [](const ScoreItem& item) { return item.points.has_value(); });
}

std::vector<std::string_view> Score::missing() const {
    std::vector<std::string_view> names;
    for (const ScoreItem& item : items) {
        if (!item.points) {
            names.push_back(item.name);
        }
    }
    return names;
}

std::optional<int> Score::points_of(std::string_view name) const {
    const auto item = std::find_if(items.begin(), items.end(),
                                   [&](const ScoreItem& one) { return one.name == name; });
    EMS_ASSERT(item != items.end());
    return item->points;
}

std::string score_text(const Score& score) {
    return score.complete() ? fmt::format("{}", score.points())
                            : fmt::format(">= {}, incomplete (missing: {})", score.points(),
                                          fmt::join(score.missing(), ", "));
}

bool is_given(const Input& input) {
    return input && std::abs(input->value) < kValueMax; // a NaN fails
}

int whole(double value) {
    return static_cast<int>(std::floor(value + 0.5 + kBinaryFraction));
}

int tenths(double value) {
    return static_cast<int>(std::floor(value * 10 + 0.5 + kBinaryFraction));
}

int banded(std::span<const Band> bands, int value) {
    EMS_ASSERT(!bands.empty());
    EMS_ASSERT(bands.front().from == kFromBelow);
    int points = bands.front().points;
    for (const Band& band : bands) {
        if (value < band.from) {
            break;
        }
        points = band.points;
    }
    return points;
}

ScoreItem whole_item(std::string_view name, const Input& input, std::span<const Band> bands) {
    ScoreItem item = stamped(name, input);
    if (is_given(input)) {
        const int value = whole(input->value);
        item.points = banded(bands, value);
        item.taken = fmt::format("{}", value);
    }
    return item;
}

ScoreItem tenths_item(std::string_view name, const Input& input, std::span<const Band> bands) {
    ScoreItem item = stamped(name, input);
    if (is_given(input)) {
        const int value = tenths(input->value);
        item.points = banded(bands, value);
        item.taken = fmt::format("{:.1f}", value / 10.0);
    }
    return item;
}

} // namespace ems::signal
