#include "telemetry/replay/gap_finder.h"

#include <algorithm>
#include <utility>

namespace ems::replay {
namespace {

// Seqs of a hole that the declared gaps cover; they do not overlap by the vehicle's word, but
// nothing here relies on it.
std::uint64_t covered(const Hole& hole, const std::vector<DeclaredGap>& declared,
                      std::string& reason) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> parts;
    for (const DeclaredGap& gap : declared) {
        if (gap.spool == hole.spool && gap.to_seq >= hole.from_seq && gap.from_seq <= hole.to_seq) {
            parts.emplace_back(std::max(gap.from_seq, hole.from_seq),
                               std::min(gap.to_seq, hole.to_seq));
            if (reason.empty()) {
                reason = gap.reason;
            }
        }
    }
    std::sort(parts.begin(), parts.end());
    std::uint64_t count = 0;
    std::uint64_t next = hole.from_seq;
    for (const auto& [low, high] : parts) {
        if (high >= next) {
            count += high - std::max(low, next) + 1;
            next = high + 1;
        }
    }
    return count;
}

} // namespace

GapFinder::GapFinder(DeviceTime from, DeviceTime to, GapRules rules, std::optional<Stand> before)
    : from_(from), to_(to), rules_(std::move(rules)), last_(before) {}

std::int64_t GapFinder::quiet_us(const Stand& a, const Stand& b) const {
    return rules_.numbered.contains(a.spool) && rules_.numbered.contains(b.spool)
               ? rules_.quiet_us
               : rules_.quiet_unnumbered_us;
}

void GapFinder::note(DeviceTime from, DeviceTime to, GapKind kind) {
    const DeviceTime low = std::max(from, from_);
    const DeviceTime high = std::min(to, to_);
    if (low < high) {
        gaps_.push_back({low, high, kind, "", 0});
    }
}

void GapFinder::between(const Stand& a, const Stand& b) {
    if (b.t <= from_ || a.end >= to_) {
        return;
    }
    const bool numbered = a.spool == b.spool && rules_.numbered.contains(a.spool);
    if (numbered && b.seq > a.seq + 1) {
        const DeviceTime low = std::max(std::min(a.end, b.t), from_);
        const DeviceTime high = std::min(b.t, to_);
        holes_.push_back({a.spool, a.seq + 1, b.seq - 1, low, std::max(low, high)});
        return;
    }
    const bool quiet = b.samples == Stand::Samples::none
                           ? b.t - a.end > std::chrono::microseconds{quiet_us(a, b)}
                           : b.samples == Stand::Samples::jump;
    if (quiet) {
        note(a.end, b.t, GapKind::not_recorded);
    }
}

void GapFinder::add(const Stand& next) {
    if (last_) {
        between(*last_, next);
    } else if (next.t - from_ > std::chrono::microseconds{quiet_us(next, next)}) {
        note(from_, next.t, GapKind::unknown);
    }
    last_ = next;
}

void GapFinder::finish(const std::optional<Stand>& after) {
    if (after) {
        add(*after);
    } else if (!last_) {
        if (rules_.quiet_us < to_.us - from_.us) {
            note(from_, to_, GapKind::unknown);
        }
    } else if (to_ - last_->end > std::chrono::microseconds{quiet_us(*last_, *last_)}) {
        note(last_->end, to_, GapKind::unknown);
    }
}

std::vector<Gap> GapFinder::take(const std::vector<DeclaredGap>& declared) {
    for (const Hole& hole : std::exchange(holes_, {})) {
        const std::uint64_t made = hole.to_seq - hole.from_seq + 1;
        std::string reason;
        const std::uint64_t gone = covered(hole, declared, reason);
        if (gone > 0) {
            gaps_.push_back({hole.from, hole.to, GapKind::not_kept, std::move(reason), gone});
        }
        if (gone < made) {
            gaps_.push_back({hole.from, hole.to, GapKind::missing, "", made - gone});
        }
    }
    std::stable_sort(gaps_.begin(), gaps_.end(),
                     [](const Gap& a, const Gap& b) { return a.from < b.from; });
    return std::exchange(gaps_, {});
}

} // namespace ems::replay
