#include "tests/support/fault_plan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace ems::test {
namespace {

using std::chrono::nanoseconds;

constexpr std::chrono::microseconds kDelayMax = std::chrono::minutes{10};
constexpr std::uint64_t kRateMax = 10'000'000'000;
constexpr std::uint64_t kQueueMax = 64U << 20U;

// The standard leaves the algorithm of its distributions open; this is the same everywhere.
double unit(std::uint64_t value) {
    return static_cast<double>(value >> 11U) * 0x1.0p-53;
}

nanoseconds time_for(double bytes, std::uint64_t rate_bytes_per_s) {
    return nanoseconds{
        static_cast<std::int64_t>(std::ceil(bytes * 1e9 / static_cast<double>(rate_bytes_per_s)))};
}

nanoseconds part(double share, nanoseconds whole) {
    return nanoseconds{static_cast<std::int64_t>(share * static_cast<double>(whole.count()))};
}

FaultPlan::Flip flip_of(std::uint64_t place, std::size_t size) {
    return {static_cast<std::size_t>((place >> 3U) % size),
            static_cast<std::uint8_t>(1U << (place & 7U))};
}

bool is_share(double value) {
    return value >= 0 && value <= 1;
} // false for NaN
bool is_span(std::chrono::microseconds value) {
    return value.count() >= 0 && value <= kDelayMax;
}

} // namespace

Result<void> check(const Faults& faults, Transport transport) {
    const auto outside = [](const char* name) {
        return fail(Code::out_of_range, std::string{name} + " is out of range");
    };
    for (const auto& [name, value] : {std::pair{"loss", faults.loss},
                                      {"duplicate", faults.duplicate},
                                      {"reorder", faults.reorder},
                                      {"corrupt", faults.corrupt}}) {
        if (!is_share(value)) {
            return outside(name);
        }
    }
    for (const auto& [name, value] : {std::pair{"delay", faults.delay},
                                      {"jitter", faults.jitter},
                                      {"reorder_by", faults.reorder_by}}) {
        if (!is_span(value)) {
            return outside(name);
        }
    }
    if (faults.rate_bytes_per_s > kRateMax) {
        return outside("rate_bytes_per_s");
    }
    if (faults.burst_bytes == 0 || faults.burst_bytes > kQueueMax) {
        return outside("burst_bytes");
    }
    if (faults.queue_bytes == 0 || faults.queue_bytes > kQueueMax) {
        return outside("queue_bytes");
    }
    if (transport == Transport::tcp &&
        (faults.loss > 0 || faults.duplicate > 0 || faults.reorder > 0)) {
        return fail(Code::invalid_argument, "TCP knows no loss, duplication or reordering");
    }
    return {};
}

std::uint64_t derived_seed(std::uint64_t seed, std::uint64_t use) {
    // SplitMix64 (Steele, Lea, Flood 2014): neighbouring inputs give unrelated outputs.
    std::uint64_t z = seed + (use + 1) * 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
}

FaultPlan::Draws FaultPlan::draw() {
    Draws out{};
    out.loss = unit(random_());
    out.duplicate = unit(random_());
    out.reorder = unit(random_());
    out.corrupt = unit(random_());
    out.jitter = unit(random_());
    out.place = random_();
    return out;
}

double FaultPlan::waiting(Ticks now, const Faults& faults) {
    const auto depth = static_cast<double>(faults.burst_bytes);
    if (!filled_ || faults.rate_bytes_per_s == 0) {
        level_ = depth;
        filled_ = true;
    } else {
        const double seconds = std::chrono::duration<double>(now - level_at_).count();
        level_ = std::min(depth, level_ + seconds * static_cast<double>(faults.rate_bytes_per_s));
    }
    level_at_ = now;
    return std::max(0.0, -level_);
}

Ticks FaultPlan::departure(std::size_t size, Ticks now, const Faults& faults) {
    (void)waiting(now, faults);
    if (faults.rate_bytes_per_s == 0) {
        return now;
    }
    level_ -= static_cast<double>(size);
    return level_ >= 0 ? now : now + time_for(-level_, faults.rate_bytes_per_s);
}

FaultPlan::Verdict FaultPlan::packet(std::size_t size, Ticks now, const Faults& faults) {
    const Draws draws = draw();
    Verdict out;
    if (faults.passage == Passage::black_hole) {
        out.fate = Fate::swallowed;
        return out;
    }
    const double before = waiting(now, faults);
    if (before > 0 &&
        before + static_cast<double>(size) > static_cast<double>(faults.queue_bytes)) {
        out.fate = Fate::overflowed;
        return out;
    }
    out.at = departure(size, now, faults) + faults.delay + part(draws.jitter, faults.jitter);
    if (draws.loss < faults.loss) { // on the air, behind the bucket
        out.fate = Fate::lost;
        return out;
    }
    out.at = std::max(out.at, last_at_);
    out.held_back = draws.reorder < faults.reorder;
    if (out.held_back) {
        out.at += faults.reorder_by;
    } else {
        last_at_ = out.at;
    }
    if (draws.duplicate < faults.duplicate) {
        out.copies = 2;
    }
    if (draws.corrupt < faults.corrupt && size > 0) {
        out.flip = flip_of(draws.place, size);
    }
    return out;
}

Ticks FaultPlan::segment(std::size_t size, Ticks now, const Faults& faults) {
    return departure(size, now, faults) + faults.delay + part(draw().jitter, faults.jitter);
}

std::size_t FaultPlan::room(Ticks now, const Faults& faults) {
    if (faults.rate_bytes_per_s == 0) {
        return std::numeric_limits<std::size_t>::max();
    }
    const double free = static_cast<double>(faults.queue_bytes) - waiting(now, faults);
    return free < 1 ? 0 : static_cast<std::size_t>(free);
}

Ticks FaultPlan::room_at(Ticks now, const Faults& faults) {
    if (room(now, faults) > 0) {
        return now;
    }
    const double excess = waiting(now, faults) - static_cast<double>(faults.queue_bytes) + 1;
    return now + time_for(excess, faults.rate_bytes_per_s);
}

std::size_t StreamCorruption::apply(std::span<std::uint8_t> bytes, double share) {
    std::size_t flips = 0;
    while (!bytes.empty()) {
        if (in_block_ == kBlock) {
            in_block_ = 0;
            draw_ = unit(random_());
            place_ = random_();
        }
        const std::size_t part = std::min(bytes.size(), kBlock - in_block_);
        const FaultPlan::Flip flip = flip_of(place_, kBlock);
        if (draw_ < share && flip.at >= in_block_ && flip.at < in_block_ + part) {
            bytes[flip.at - in_block_] ^= flip.mask;
            ++flips;
        }
        in_block_ += part;
        bytes = bytes.subspan(part);
    }
    return flips;
}

} // namespace ems::test
