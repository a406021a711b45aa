// Events of one spool in the order in which they arose. An event whose predecessors are neither
// committed, closed nor at hand is held, so that a crew's later button is not applied before an
// earlier one that is still on its way. Held at most kHeldPerVehicle and kHoldAtMost; past either
// bound the order goes on without what is missing, and does not wait for it again. Pure; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/ingest/archive.h"
#include "telemetry/ingest/ledger.h"
#include "telemetry/ingest/record.h"

namespace ems::ingest {

class EventOrder {
  public:
    void add(Record record, Ticks now);
    // What may be stored now, at most `count_max`, ascending within each spool. `poison` goes into
    // the same batch and counts as closed.
    std::vector<Record> take(const Ledger& ledger, const std::vector<Poison>& poison, Ticks now,
                             std::size_t count_max);
    [[nodiscard]] std::size_t held() const { return held_; }
    // Receipt of the held event that has waited longest.
    [[nodiscard]] std::optional<ServerTime> oldest_held() const;
    // How often an event went on although an earlier one was missing.
    [[nodiscard]] std::uint64_t passed_over() const { return passed_over_; }

  private:
    struct Held {
        Record record;
        Ticks since{};
    };
    struct Lane {
        std::map<std::uint64_t, Held> held; // by seq
        std::uint64_t passed{0};            // up to here nothing is waited for any more
    };
    std::uint64_t next_wanted(const Ledger& ledger, const std::vector<Poison>& poison,
                              const SpoolKey& spool, const Lane& lane, std::uint64_t from) const;
    [[nodiscard]] std::size_t held_of(const VehicleId& vid) const;

    std::map<SpoolKey, Lane> lanes_;
    std::size_t held_{0};
    std::uint64_t passed_over_{0};
};

} // namespace ems::ingest
