#include "telemetry/video/nack.h"

#include <algorithm>
#include <utility>

#include "telemetry/base/assert.h"
#include "telemetry/video/rtcp.h"
#include "telemetry/video/rtp.h"

namespace ems::video {

using std::chrono::microseconds;

static_assert(NackGenerator::kAskedAtOnceMax <= kMissingMax, "a request must fit into one packet");

void RoundTrip::measured(microseconds trip) {
    smoothed_ = smoothed_ ? (*smoothed_ * 7 + trip) / 8 : trip;
}

microseconds NackGenerator::retry_after() const {
    return std::max<microseconds>(trip_ * 6 / 5, kRetryMin);
}

void NackGenerator::add(std::uint16_t seq, Ticks now) {
    missing_.push_back({seq, now, now + kReorderWindow, {}, 0});
    next_due_ = std::min(next_due_.value_or(Ticks::max()), now + kReorderWindow);
}

void NackGenerator::received(std::uint16_t seq, Ticks now) {
    if (!newest_) {
        newest_ = seq;
        return;
    }
    const std::int32_t ahead = seq_distance(seq, *newest_);
    if (ahead <= 0) {
        const auto found = std::find_if(missing_.begin(), missing_.end(),
                                        [seq](const Missing& it) { return it.seq == seq; });
        if (found != missing_.end()) {
            missing_.erase(found);
        }
        return;
    }
    const auto gap = static_cast<std::size_t>(ahead) - 1;
    if (missing_.size() + gap > kMissingMax) {
        given_up_ += missing_.size() + gap;
        missing_.clear();
        next_due_.reset();
    } else {
        for (auto it = static_cast<std::uint16_t>(*newest_ + 1); it != seq; ++it) {
            add(it, now);
        }
    }
    newest_ = seq;
}

void NackGenerator::expect_before(std::uint16_t first, std::size_t count, Ticks now) {
    EMS_ASSERT(!newest_);
    EMS_ASSERT(count <= kMissingMax);
    for (std::size_t i = count; i > 0; --i) {
        add(static_cast<std::uint16_t>(first - i), now);
    }
    newest_ = static_cast<std::uint16_t>(first - 1);
}

bool NackGenerator::over(const Missing& it, Ticks now) const {
    if (now >= it.seen_at + deadline_) {
        return true;
    }
    // The last answer that could come in time should have come.
    const bool no_more_tries = now + trip_ > it.seen_at + deadline_;
    return it.requests >= 2 && no_more_tries && now >= it.asked_at + retry_after();
}

void NackGenerator::asked(Missing& it, Ticks now) const {
    ++it.requests;
    if (it.requests % 2 == 1) {
        it.asked_at = now;
        it.next_at = now + kRepeatAfter;
    } else {
        it.next_at = it.asked_at + retry_after();
    }
}

std::span<const std::uint16_t> NackGenerator::due(Ticks now) {
    due_.clear();
    if (!next_due_ || now < *next_due_) {
        return due_;
    }
    const std::size_t before = missing_.size();
    std::erase_if(missing_, [&](const Missing& it) { return over(it, now); });
    given_up_ += before - missing_.size();
    next_due_.reset();
    for (Missing& it : missing_) {
        // One request at least, however short the deadline.
        const bool in_time = now + trip_ <= it.seen_at + deadline_ || it.requests < 2;
        if (now >= it.next_at && in_time && due_.size() < kAskedAtOnceMax) {
            due_.push_back(it.seq);
            asked(it, now);
        }
        const Ticks next =
            std::min(std::max(it.next_at, now + kRepeatAfter), it.seen_at + deadline_);
        next_due_ = std::min(next_due_.value_or(Ticks::max()), next);
    }
    return due_;
}

std::optional<Ticks> NackGenerator::next_due() const {
    return missing_.empty() ? std::nullopt : next_due_;
}

std::size_t NackGenerator::take_given_up() {
    return std::exchange(given_up_, 0);
}

void NackGenerator::start_over() {
    newest_.reset();
    missing_.clear();
    next_due_.reset();
}

} // namespace ems::video
