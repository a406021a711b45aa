// How far a vehicle's clock stands behind the server's, from the messages it sends live: the
// smallest difference between receipt and the vehicle's own time stamp over the last five minutes
// is the one with the least delay on the way.
//
// A queue that stands on the way for longer than that must not pass for a clock: what it delays
// would look fresh. Within one connection the offset therefore rises by no more than kRiseMaxUs
// above the least difference of the last one to two hours of that connection, and what a clock of
// kDriftPpm drifts. A clock that was seen to be set back is begun anew by forget(); one that was
// set back unseen, because messages were missing, is known after those hours.
//
// A vehicle that tells what it believes to be the server's time bounds it directly and from both
// sides: its belief is late by the way down and never early, so no message can have come sooner
// than that. A difference below it, by more than kRiseMaxUs, is one of a clock that has been
// corrected since, and goes.
//
// A value that does not know any clock; times are microseconds of UTC. Bounded: one minimum per ten
// seconds.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace ems {

class ClockOffset {
  public:
    static constexpr std::int64_t kWindowUs = 300'000'000;
    static constexpr std::int64_t kBucketUs = 10'000'000;
    static constexpr std::int64_t kRiseMaxUs = 2'000'000; // as much as telemetry.md 5.7 tolerates
    static constexpr std::int64_t kDriftPpm = 100;        // of a quartz that nothing disciplines
    // No queue stands for longer: of what a vehicle has not sent, its backlog takes care.
    static constexpr std::int64_t kFloorForUs = 3'600'000'000;

    // 0 is no time and tells nothing.
    void heard(std::int64_t device_us, std::int64_t received_us) {
        if (device_us <= 0) {
            return;
        }
        const std::int64_t difference = behind_us(device_us, received_us);
        // The second: the server's clock was set back; messages overtake each other by less.
        if (!floor_since_us_ || received_us < now_us_ - kRiseMaxUs) {
            floor_before_.reset();
            floor_.reset();
            floor_since_us_ = received_us;
        } else if (received_us - *floor_since_us_ >= kFloorForUs) {
            floor_before_ = floor_;
            floor_.reset();
            floor_since_us_ = received_us;
        }
        if (!floor_ || difference <= floor_->difference_us) {
            floor_ = Minimum{received_us, difference};
        }
        now_us_ = received_us;
        newest_us_ = difference;
        // Minima of the future are left over from before the server's clock was set back.
        std::erase_if(minima_, [&](const Minimum& m) {
            return m.from_us > received_us || received_us - m.from_us >= kWindowUs;
        });
        if (minima_.empty() || received_us - minima_.back().from_us >= kBucketUs) {
            minima_.push_back({received_us, difference});
        } else {
            minima_.back().difference_us = std::min(minima_.back().difference_us, difference);
        }
    }
    // The vehicle's clock showed `device_us` when it believed the server's to show `server_us`; 0:
    // it does not say.
    void told(std::int64_t device_us, std::int64_t server_us, std::int64_t received_us) {
        if (device_us <= 0 || server_us <= 0) {
            return;
        }
        const std::int64_t difference = behind_us(device_us, server_us);
        if (!told_ || received_us - told_->from_us >= kBucketUs || received_us < told_->from_us) {
            told_before_ = told_;
            told_ = Minimum{received_us, difference};
        } else { // the one that came down fastest
            told_->difference_us = std::max(told_->difference_us, difference);
        }
        outdate(std::min(difference - kRiseMaxUs, newest_us_));
    }
    // A new connection: its clock may have been set while it was away.
    void connected() {
        floor_.reset();
        floor_before_.reset();
        floor_since_us_.reset();
        told_.reset();
        told_before_.reset();
    }
    // The vehicle's clock was seen to be set: what was learnt of it no longer holds.
    void forget() { *this = {}; }

    // Server's minus vehicle's clock; nothing before the first message.
    [[nodiscard]] std::optional<std::int64_t> us() const {
        const auto least = std::min_element(
            minima_.begin(), minima_.end(),
            [](const Minimum& a, const Minimum& b) { return a.difference_us < b.difference_us; });
        if (least == minima_.end()) {
            return std::nullopt;
        }
        std::int64_t offset = least->difference_us;
        for (const auto& floor : {floor_, floor_before_}) {
            if (floor) {
                const std::int64_t drift = (now_us_ - floor->from_us) / 1'000'000 * kDriftPpm;
                offset = std::min(offset, floor->difference_us + kRiseMaxUs + drift);
            }
        }
        if (told_) {
            offset = std::min(
                offset, told_before_ ? std::max(told_->difference_us, told_before_->difference_us)
                                     : told_->difference_us);
        }
        return offset;
    }

    // Age at its receipt of what the vehicle measured at `device_us`, not below 0.
    [[nodiscard]] std::int64_t age_us(std::int64_t device_us, std::int64_t received_us) const {
        const std::int64_t behind = behind_us(device_us, received_us);
        return std::max<std::int64_t>(0, behind - us().value_or(behind));
    }
    [[nodiscard]] std::size_t size() const { return minima_.size(); }

  private:
    struct Minimum {
        std::int64_t from_us{0};
        std::int64_t difference_us{0};
    };
    // Bounded, so that no time stamp makes the arithmetic overflow.
    static std::int64_t behind_us(std::int64_t device_us, std::int64_t received_us) {
        return received_us - std::clamp<std::int64_t>(device_us, 0, 1'000'000'000'000'000'000);
    }
    // Of the clock as it is, no difference lies below `least_us`.
    void outdate(std::int64_t least_us) {
        std::erase_if(minima_, [=](const Minimum& m) { return m.difference_us < least_us; });
        for (auto* floor : {&floor_, &floor_before_}) {
            if (*floor && (*floor)->difference_us < least_us) {
                floor->reset();
            }
        }
    }

    std::deque<Minimum> minima_;
    std::optional<Minimum> floor_;        // least of this connection, since floor_since_us_
    std::optional<Minimum> floor_before_; // and in the hour before
    std::optional<std::int64_t> floor_since_us_;
    std::optional<Minimum> told_; // greatest of these ten seconds, and of those before
    std::optional<Minimum> told_before_;
    std::int64_t now_us_{0};
    std::int64_t newest_us_{0}; // difference of the newest message
};

} // namespace ems
