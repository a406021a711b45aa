#include "telemetry/ingest/event_order.h"

#include <algorithm>
#include <utility>

#include "telemetry/base/log.h"
#include "telemetry/ingest/limits.h"

namespace ems::ingest {

void EventOrder::add(Record record, Ticks now) {
    const std::uint64_t seq = record.key.seq;
    Lane& lane = lanes_[SpoolKey{record.key.vid, record.key.spool}];
    held_ += lane.held.try_emplace(seq, Held{std::move(record), now}).second ? 1U : 0U;
}

std::size_t EventOrder::held_of(const VehicleId& vid) const {
    std::size_t count = 0;
    for (auto it = lanes_.lower_bound({vid, 0}); it != lanes_.end() && it->first.vid == vid; ++it) {
        count += it->second.held.size();
    }
    return count;
}

std::optional<ServerTime> EventOrder::oldest_held() const {
    std::optional<ServerTime> out;
    for (const auto& [spool, lane] : lanes_) {
        for (const auto& [seq, held] : lane.held) {
            out = std::min(out.value_or(held.record.received), held.record.received);
        }
    }
    return out;
}

// The lowest seq from `from` on that must come before anything later: not committed, closed or
// passed over, not rejected in this batch, not named by a gap that is at hand.
std::uint64_t EventOrder::next_wanted(const Ledger& ledger, const std::vector<Poison>& poison,
                                      const SpoolKey& spool, const Lane& lane,
                                      std::uint64_t from) const {
    std::uint64_t seq = std::max(from, lane.passed + 1);
    for (;;) {
        std::uint64_t next = ledger.first_open(spool, Stream::events, seq);
        for (const Poison& bad : poison) {
            const bool same = bad.key.vid == spool.vid && bad.key.spool == spool.spool &&
                              bad.key.stream == Stream::events;
            next += same && bad.key.seq == next ? 1U : 0U;
        }
        for (const auto& [at, held] : lane.held) {
            const auto* event = std::get_if<EventRow>(&held.record.row);
            if (event != nullptr && event->gap && event->gap->stream == Stream::events &&
                event->gap->from <= next && next <= event->gap->to) {
                next = event->gap->to + 1;
            }
        }
        if (next == seq) {
            return seq;
        }
        seq = next;
    }
}

std::vector<Record> EventOrder::take(const Ledger& ledger, const std::vector<Poison>& poison,
                                     Ticks now, std::size_t count_max) {
    std::vector<Record> out;
    for (auto at = lanes_.begin(); at != lanes_.end() && out.size() < count_max;) {
        const SpoolKey& spool = at->first;
        Lane& lane = at->second;
        std::uint64_t overdue = 0; // everything up to here goes
        for (const auto& [seq, held] : lane.held) {
            overdue = now - held.since >= kHoldAtMost ? seq : overdue;
        }
        std::size_t of_vehicle = held_of(spool.vid);
        std::uint64_t wanted = next_wanted(ledger, poison, spool, lane, 1);
        while (!lane.held.empty() && out.size() < count_max) {
            const std::uint64_t seq = lane.held.begin()->first;
            if (seq > wanted) {
                if (seq > overdue && of_vehicle <= kHeldPerVehicle && held_ <= kHeldMax) {
                    break;
                }
                ++passed_over_;
                lane.passed = seq - 1;
                EMS_LOG(warn, "ingest", "events missing, order goes on vid={} seq={}..{}",
                        spool.vid.str(), wanted, seq - 1);
            }
            out.push_back(std::move(lane.held.begin()->second.record));
            lane.held.erase(lane.held.begin());
            --held_;
            --of_vehicle;
            wanted = next_wanted(ledger, poison, spool, lane, std::max(wanted, seq + 1));
        }
        const bool done = lane.held.empty() &&
                          ledger.first_open(spool, Stream::events, 1) > lane.passed;
        at = done ? lanes_.erase(at) : std::next(at);
    }
    return out;
}

} // namespace ems::ingest
