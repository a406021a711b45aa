#include "telemetry/signal/sweep.h"

#include <algorithm>
#include <cmath>

#include "telemetry/base/assert.h"

namespace ems::signal {
namespace {

constexpr double kCatchUp = 0.02;
constexpr double kJumpSeconds = 2.0;
// The fastest arrival is forgotten this slowly, so a source clock that runs late is followed (100
// ppm would be enough).
constexpr double kForgetPerSecond = 0.001;

PixelSpans wrap(std::int64_t first_column, std::int64_t count, int width_px) {
    PixelSpans out;
    if (count <= 0) {
        return out;
    }
    const int from = static_cast<int>(first_column % width_px);
    const int length = static_cast<int>(std::min<std::int64_t>(count, width_px));
    const int before_edge = std::min(length, width_px - from);
    out.spans[out.count++] = {from, before_edge};
    if (length > before_edge) {
        out.spans[out.count++] = {0, length - before_edge};
    }
    return out;
}

} // namespace

SweepUpdate sweep_update(std::int64_t last_column, std::int64_t new_column, int width_px,
                         int erase_px) {
    EMS_ASSERT(width_px > 0);
    EMS_ASSERT(erase_px >= 0);
    EMS_ASSERT(erase_px < width_px);
    SweepUpdate update;
    if (new_column < 0) {
        return update;
    }
    const std::int64_t oldest = std::max<std::int64_t>(0, new_column - (width_px - erase_px) + 1);
    const std::int64_t from = std::clamp(last_column, oldest, new_column);
    update.draw = wrap(from, new_column - from + 1, width_px);
    update.erase = wrap(new_column + 1, erase_px, width_px);
    return update;
}

std::int64_t column_at(int px, std::int64_t new_column, int width_px) {
    EMS_ASSERT(width_px > 0);
    if (new_column < 0) {
        return -1;
    }
    const std::int64_t behind = (new_column % width_px - px + width_px) % width_px;
    return std::max<std::int64_t>(-1, new_column - behind);
}

std::int64_t column_of(double sample_position, double samples_per_px) {
    EMS_ASSERT(samples_per_px > 0);
    if (sample_position < 0) {
        return -1;
    }
    return static_cast<std::int64_t>(std::floor(sample_position / samples_per_px));
}

std::optional<Extent> trace_extent(const SampleRing& ring, double from, double to) {
    if (!(from >= 0) || !(to >= from)) {
        return std::nullopt;
    }
    std::optional<Extent> out;
    const auto include = [&](double value) {
        if (!out) {
            out = Extent{value, value};
        } else {
            out->least = std::min(out->least, value);
            out->most = std::max(out->most, value);
        }
    };
    // Value of the straight line at a position between two neighbours that both exist.
    const auto edge = [&](double position) {
        const double floor = std::floor(position);
        const auto left = static_cast<std::uint64_t>(floor);
        const auto a = ring.at(left);
        const auto b = ring.at(left + 1);
        if (a && b) {
            const double share = position - floor;
            include(static_cast<double>(*a) * (1 - share) + static_cast<double>(*b) * share);
        }
    };
    edge(from);
    edge(to);
    const double begin = std::max(std::ceil(from), static_cast<double>(ring.begin()));
    const double end = std::min(std::floor(to), static_cast<double>(ring.end()));
    for (double i = begin; i <= end; i += 1) {
        if (const auto sample = ring.at(static_cast<std::uint64_t>(i))) {
            include(static_cast<double>(*sample));
        }
    }
    return out;
}

Playout::Playout(double rate_hz, double delay_s) : rate_hz_(rate_hz), delay_s_(delay_s) {
    EMS_ASSERT(rate_hz > 0);
    EMS_ASSERT(delay_s >= 0);
}

void Playout::reset() {
    *this = Playout{rate_hz_, delay_s_};
}

void Playout::arrived(std::uint64_t end_sample, double now_s) {
    const double end = static_cast<double>(end_sample);
    const double transit_s = now_s - end / rate_hz_;
    if (!started_ || std::abs(transit_s + delay_s_ - lag_target_s_) > kJumpSeconds) {
        lag_target_s_ = transit_s + delay_s_;
        lag_s_ = lag_target_s_;
        last_now_s_ = now_s;
        started_ = true;
    } else {
        lag_target_s_ = std::min(lag_target_s_, transit_s + delay_s_);
    }
    end_ = std::max(end_, end);
}

double Playout::position(double now_s) {
    if (!started_) {
        return -1;
    }
    const double passed_s = std::max(0.0, now_s - last_now_s_);
    last_now_s_ = std::max(last_now_s_, now_s);
    lag_target_s_ += passed_s * kForgetPerSecond;
    const double step_s = passed_s * kCatchUp;
    lag_s_ += std::clamp(lag_target_s_ - lag_s_, -step_s, step_s);
    const double wanted = (now_s - lag_s_) * rate_hz_;
    starved_ = wanted > end_;
    position_ = std::max(position_, std::min(wanted, end_));
    return position_;
}

} // namespace ems::signal
