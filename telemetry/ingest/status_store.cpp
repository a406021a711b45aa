#include "telemetry/ingest/status_store.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace ems::ingest {
namespace {

namespace asio = boost::asio;

constexpr const char* kUpsertServer = R"(
insert into telemetry.server_status as s (server, started_at, broker_up, vehicles_up,
  vehicles_known, ring_presence_pct, ring_events_pct, ring_trends_pct, ring_waves_pct,
  ring_backlog_pct, waiting_events, waiting_trends, waiting_waves, oldest_unstored_ms,
  commit_p50_us, commit_p99_us, loop_lag_ms, messages, records, stored, repeated, rejected,
  refused, deferred, batch_failures)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
  $20, $21, $22, $23, $24, $25)
on conflict (server) do update set (started_at, broker_up, vehicles_up, vehicles_known,
  ring_presence_pct, ring_events_pct, ring_trends_pct, ring_waves_pct, ring_backlog_pct,
  waiting_events, waiting_trends, waiting_waves, oldest_unstored_ms, commit_p50_us,
  commit_p99_us, loop_lag_ms, messages, records, stored, repeated, rejected, refused,
  deferred, batch_failures, updated_at) =
  (excluded.started_at, excluded.broker_up, excluded.vehicles_up, excluded.vehicles_known,
   excluded.ring_presence_pct, excluded.ring_events_pct, excluded.ring_trends_pct,
   excluded.ring_waves_pct, excluded.ring_backlog_pct, excluded.waiting_events,
   excluded.waiting_trends, excluded.waiting_waves, excluded.oldest_unstored_ms,
   excluded.commit_p50_us, excluded.commit_p99_us, excluded.loop_lag_ms, excluded.messages,
   excluded.records, excluded.stored, excluded.repeated, excluded.rejected, excluded.refused,
   excluded.deferred, excluded.batch_failures, clock_timestamp()))";

// One statement for all: times as microseconds, 0 where there is none yet, so that a server that
// has just started leaves the older ones standing.
constexpr const char* kUpsertReceipts = R"(
with given as (select vid, nullif(e, 0) as e, nullif(p, 0) as p, nullif(v, 0) as v,
    nullif(w, 0) as w
  from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
    as t (vid, e, p, v, w))
insert into telemetry.vehicle_receipt as r (vid, event_at, position_at, vitals_at, wave_at)
select vid, 'epoch'::timestamptz + e * interval '1 us', 'epoch'::timestamptz + p * interval '1 us',
  'epoch'::timestamptz + v * interval '1 us', 'epoch'::timestamptz + w * interval '1 us'
from given
on conflict (vid) do update set (event_at, position_at, vitals_at, wave_at, updated_at) =
  (coalesce(excluded.event_at, r.event_at), coalesce(excluded.position_at, r.position_at),
   coalesce(excluded.vitals_at, r.vitals_at), coalesce(excluded.wave_at, r.wave_at),
   clock_timestamp()))";

std::int32_t percent(const RingFigures& ring) {
    return static_cast<std::int32_t>(std::min(ring.messages, ring.capacity) * 100 / ring.capacity);
}

std::int64_t to_us(double seconds) {
    return std::llround(seconds * 1e6);
}

pg::Params server_row(const ServerStatus& status) {
    const IngestFigures& f = status.figures;
    pg::Params out;
    out.add(status.server)
        .add(ServerTime{status.started_us})
        .add(status.own.broker_up)
        .add(static_cast<std::int32_t>(f.vehicles_up()))
        .add(static_cast<std::int32_t>(f.vehicles.size()));
    for (const RingFigures& ring : f.rings) {
        out.add(percent(ring));
    }
    for (const LaneFigures& lane : f.lanes) {
        out.add(static_cast<std::int32_t>(lane.records));
    }
    out.add(std::int64_t{f.unstored_age().count() / 1000})
        .add(to_us(f.commit_seconds_recent.quantile(0.5)))
        .add(to_us(f.commit_seconds_recent.quantile(0.99)))
        .add(std::int64_t{status.own.loop_lag.count()});
    const Shedding& shed = f.counters.shedding;
    const std::uint64_t refused = f.counters.ring_refused + shed.limited_waves +
                                  shed.limited_backlog + shed.limited_trends +
                                  shed.limited_presence + shed.limited_events;
    for (const std::uint64_t count :
         {f.counters.messages, f.counters.records, f.counters.stored, f.counters.repeated,
          f.counters.rejected, refused, f.counters.deferred,
          f.counters.batch_failures}) {
        out.add(count);
    }
    return out;
}

pg::Params receipts(const IngestFigures& figures) {
    std::vector<std::string> vids;
    std::array<std::vector<std::int64_t>, kStreams.size()> times;
    for (const VehicleFigures& vehicle : figures.vehicles) {
        vids.push_back(vehicle.vid.str());
        for (std::size_t i = 0; i < times.size(); ++i) {
            times[i].push_back(vehicle.live[i].value_or(ServerTime{}).us);
        }
    }
    pg::Params out;
    out.add(vids);
    for (const std::vector<std::int64_t>& of_stream : times) {
        out.add(of_stream);
    }
    return out;
}

} // namespace

asio::awaitable<Result<void>> store_status(pg::Connection& db, ServerStatus status) {
    pg::Params row = server_row(status);
    auto stored = co_await db.execute(kUpsertServer, std::move(row));
    if (stored && !status.figures.vehicles.empty()) {
        pg::Params times = receipts(status.figures);
        stored = co_await db.execute(kUpsertReceipts, std::move(times));
    }
    if (!stored) {
        co_return Failure{std::move(stored).error()};
    }
    co_return Result<void>{};
}

} // namespace ems::ingest
