// The ingest engine in numbers, as it stands at one moment: for /metrics, /healthz and the status
// row that ems-ctl top reads. A snapshot of values; making one changes nothing.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/base/metrics.h"
#include "telemetry/ingest/archive.h"
#include "telemetry/ingest/fleet.h"
#include "telemetry/ingest/ingest.h"
#include "telemetry/ingest/record.h"

namespace ems::ingest {

struct RingFigures {
    std::string_view name;
    std::size_t messages{0};
    std::size_t capacity{0};
    std::uint64_t dropped{0}; // or refused, by the ring's policy
};

struct LaneFigures {
    std::string_view name;
    std::size_t records{0};
    std::size_t capacity{0};
};

using LiveReceipts = std::array<std::optional<ServerTime>, kStreams.size()>; // by index_of(stream)

struct VehicleFigures {
    VehicleId vid;
    Link link{Link::up};
    Ticks last_heard{};
    LiveReceipts live; // when a live record last came; a backlog sent again is none
    std::array<std::uint64_t, kStreams.size()> made{}; // of the present spool, 0: not told
    std::array<std::uint64_t, kStreams.size()> stored{};
};

metrics::Histogram make_batch_histogram(); // rows of a transaction

struct IngestFigures {
    Moment now{};
    IngestCounters counters;
    std::array<RingFigures, 5> rings;
    std::array<LaneFigures, 3> lanes;
    std::optional<ServerTime> oldest_unstored; // receipt of the oldest record not yet committed
    std::optional<Ticks> database_answered;    // last; none: never
    metrics::Histogram commit_seconds{metrics::make_latency_histogram()};
    metrics::Histogram commit_seconds_recent{metrics::make_latency_histogram()}; // 1 to 2 minutes
    metrics::Histogram batch_rows{make_batch_histogram()};
    std::size_t registered{0};            // vehicles of the registry, 0 until it was read
    std::vector<VehicleFigures> vehicles; // registered and heard of, by name

    [[nodiscard]] std::chrono::microseconds unstored_age() const;
    [[nodiscard]] std::size_t vehicles_up() const;
};

// What the engine counts for the above beside its counters. One thread, the engine's.
class StoreFigures {
  public:
    void received(const Record& record);
    void database_answered(Ticks now) { database_answered_ = now; }
    void committed(const Batch& batch, Ticks::duration took, Ticks now);

    // From take-out to commit a batch's records are in no queue, but not stored either.
    class Flight {
      public:
        Flight(StoreFigures& figures, const Batch& batch);
        ~Flight();
        Flight(const Flight&) = delete;
        Flight& operator=(const Flight&) = delete;

      private:
        StoreFigures& figures_;
        std::optional<std::multiset<ServerTime>::iterator> place_; // none: poison alone
    };

    [[nodiscard]] std::optional<ServerTime> oldest_in_flight() const;
    void fill(IngestFigures& out) const;
    [[nodiscard]] const std::map<VehicleId, LiveReceipts>& live() const { return live_; }

  private:
    std::map<VehicleId, LiveReceipts>
        live_;                            // registered vehicles only: records of others end before
    std::multiset<ServerTime> in_flight_; // the oldest record of each batch; one a writer
    std::optional<Ticks> database_answered_;
    metrics::Histogram commit_seconds_{metrics::make_latency_histogram()};
    metrics::Histogram minute_{metrics::make_latency_histogram()};
    metrics::Histogram minute_before_{metrics::make_latency_histogram()};
    Ticks minute_began_{};
    metrics::Histogram batch_rows_{make_batch_histogram()};
};

// ems_telemetryd_*; vehicles by the label "vid".
void write_metrics(metrics::Exposition& out, const IngestFigures& figures);

} // namespace ems::ingest
