#include "telemetry/video/echo_delay.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace ems::video {
namespace {

constexpr int kPerStep = 12; // samples of 48 kHz
// Time stamps of one stream stray by less.
constexpr std::int64_t kStray = 8; // 2 ms
// Mean square of what is played, of its differences: below it there is nothing to find an echo of.
constexpr float kSilence = 100;
// Times the median of all lags, which a voice's tone, alike at neighbouring lags, leaves alone. By
// chance a thousand lags reach 5 to 6 times.
constexpr float kStandsOut = 9;
constexpr std::size_t kAgree = 8; // 2 ms

std::size_t distance(std::size_t a, std::size_t b) {
    return a > b ? a - b : b - a;
}

} // namespace

void EchoDelay::Track::add(float sample) {
    // Differences: the lowest tones, which are alike at every lag, would drown the rest.
    const auto place = static_cast<std::size_t>(end_ % static_cast<std::int64_t>(ring_.size()));
    ring_[place] = sample - before_;
    before_ = sample;
    ++end_;
    known_ = std::min<std::int64_t>(known_ + 1, static_cast<std::int64_t>(ring_.size()));
}

bool EchoDelay::Track::put(std::span<const std::int16_t> samples, std::chrono::nanoseconds at) {
    const std::int64_t begin = at.count() / kStepNs;
    const bool jumps = std::llabs(begin - end_) > kStray;
    if (jumps) {
        end_ = std::max<std::int64_t>(begin, 0);
        known_ = 0;
        sum_ = before_ = 0;
        summed_ = 0;
    }
    for (const std::int16_t sample : samples) {
        sum_ += sample;
        if (++summed_ == kPerStep) {
            add(sum_ / kPerStep);
            sum_ = 0;
            summed_ = 0;
        }
    }
    return jumps;
}

float EchoDelay::Track::at(std::int64_t place) const {
    const bool known = place < end_ && place >= end_ - known_;
    return known ? ring_[static_cast<std::size_t>(place % static_cast<std::int64_t>(ring_.size()))] : 0;
}

void EchoDelay::played(std::span<const std::int16_t> samples, std::chrono::nanoseconds at) {
    played_.put(samples, at);
}

void EchoDelay::captured(std::span<const std::int16_t> samples, std::chrono::nanoseconds at) {
    const std::int64_t before = captured_.end();
    if (captured_.put(samples, at)) {
        start_over();
        return;
    }
    correlate(before, captured_.end());
    if (correlated_ >= kSecond) {
        judge();
    }
}

void EchoDelay::start_over() {
    products_.fill(0);
    played_energy_ = 0;
    correlated_ = 0;
}

// What was heard from..to against what was played up to kMost before.
void EchoDelay::correlate(std::int64_t from, std::int64_t to) {
    constexpr std::int64_t kBlock = 64;
    std::array<float, static_cast<std::size_t>(kBlock) + kLags> past{};
    for (std::int64_t begin = from; begin < to; begin += kBlock) {
        const auto count = static_cast<std::size_t>(std::min<std::int64_t>(to - begin, kBlock));
        for (std::size_t n = 0; n < count + kLags - 1; ++n) {
            past[n] = played_.at(begin - static_cast<std::int64_t>(kLags - 1) + static_cast<std::int64_t>(n));
        }
        for (std::size_t n = 0; n < count; ++n) {
            const float heard = captured_.at(begin + static_cast<std::int64_t>(n));
            const float* newest = &past[n + kLags - 1];
            for (std::size_t lag = 0; lag < kLags; ++lag) {
                products_[lag] += heard * *(newest - lag);
            }
            played_energy_ += *newest * *newest;
        }
        correlated_ += count;
    }
}

void EchoDelay::judge() {
    std::array<float, kLags> sizes{};
    std::transform(products_.begin(), products_.end(), sizes.begin(),
                   [](float product) { return std::abs(product); });
    const auto largest = std::max_element(sizes.begin(), sizes.end());
    const auto best = static_cast<std::size_t>(largest - sizes.begin());
    const float peak = *largest;
    std::nth_element(sizes.begin(), sizes.begin() + kLags / 2, sizes.end());
    const bool plays = played_energy_ > kSilence * static_cast<float>(correlated_);
    const bool stands_out = peak > kStandsOut * sizes[kLags / 2];
    start_over();
    if (!plays) {
        return; // this second says nothing
    }
    if (!stands_out) {
        lag_before_.reset();
        return;
    }
    if (lag_before_ && distance(*lag_before_, best) <= kAgree && (!lag_ || distance(*lag_, best) > kAgree)) {
        lag_ = best;
    }
    lag_before_ = best;
}

std::optional<std::chrono::milliseconds> EchoDelay::found() const {
    if (!lag_) {
        return std::nullopt;
    }
    return std::chrono::milliseconds{static_cast<std::int64_t>(*lag_) * 1'000 / kRateHz};
}

} // namespace ems::video
