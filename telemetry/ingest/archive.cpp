#include "telemetry/ingest/archive.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "telemetry/ingest/limits.h"
#include "telemetry/wire/ems.pb.h"
#include "telemetry/wire/topics.h"

namespace ems::ingest {

namespace asio = boost::asio;
using pg::CopyText;
using pg::Params;

namespace {

constexpr int kPartitionDaysBack = 7;
constexpr int kPartitionDaysAhead = 7;

// Stage tables have the shape of their targets without constraints, place as two numbers.
constexpr const char* kSession = R"(
create temp table if not exists stage_position (
  vid text, t timestamptz, spool bigint, seq bigint, t_device_us bigint, clk smallint, t_bad boolean, received_at timestamptz,
  lon double precision, lat double precision, speed_cm_s integer, course_cdeg integer, altitude_dm integer,
  hdop_centi integer, satellites smallint, fix_mode smallint, plausible boolean) on commit delete rows;
create temp table if not exists stage_vitals (
  vid text, t timestamptz, spool bigint, seq bigint, t_device_us bigint, clk smallint, t_bad boolean, received_at timestamptz,
  v0 smallint, v1 smallint, v2 smallint, v3 smallint, v4 smallint, v5 smallint, v6 smallint, v7 smallint, v8 smallint,
  nibp_t timestamptz, invalid_mask integer) on commit delete rows;
create temp table if not exists stage_wave (
  vid text, t timestamptz, spool bigint, seq bigint, t_device_us bigint, clk smallint, t_bad boolean, received_at timestamptz,
  recording bigint, rate_mhz integer, lead_mask integer, first_sample bigint, samples integer, gain_nv integer,
  lead_off_mask integer, pleth_samples integer, simulated boolean, body bytea) on commit delete rows;
create temp table if not exists stage_link (
  vid text, link text, last_heard timestamptz, last_heartbeat timestamptz, birth_counter bigint, spool bigint, software text,
  device_health text, clock_offset_ms bigint, made_a bigint, made_g bigint, made_v bigint, made_w bigint,
  received_a bigint, received_g bigint, received_v bigint, received_w bigint,
  stored_a bigint, stored_g bigint, stored_v bigint, stored_w bigint,
  repeated bigint, rejected bigint, video_frames_sent bigint, way text, clock text,
  flooding_since timestamptz, limited bigint) on commit delete rows;
create temp table if not exists stage_latest (
  vid text, position_t timestamptz, position_received_at timestamptz, lon double precision, lat double precision,
  speed_cm_s integer, course_cdeg integer, position_source text, vitals_t timestamptz, vitals_received_at timestamptz,
  hr_bpm smallint, spo2_pct smallint, rr_bpm smallint, nibp_sys_mmhg smallint, nibp_dia_mmhg smallint,
  position_spool bigint, position_seq bigint, position_live boolean,
  vitals_spool bigint, vitals_seq bigint, vitals_live boolean) on commit delete rows;
)";

constexpr const char* kInsertPosition = R"(
insert into telemetry.position (vid, t, spool, seq, t_device_us, clk, t_bad, received_at, place, speed_cm_s, course_cdeg,
  altitude_dm, hdop_centi, satellites, fix_mode, plausible)
select vid, t, spool, seq, t_device_us, clk, t_bad, received_at, st_setsrid(st_makepoint(lon, lat), 4326)::geography,
  speed_cm_s, course_cdeg, altitude_dm, hdop_centi, satellites, fix_mode, plausible from stage_position
on conflict do nothing returning vid, spool, seq)";

// A delivered report's time decides where it stands, and whether the time can be right is judged by the server's clock at
// each receipt: what stands under its own time may come again as one whose time cannot be right, and the other way round.
// Both places are looked at by their primary key. $5 and $6 bound the times that cannot be right; to the planner they are
// constants, so that it leaves the other partitions out: without them each day kept is planned and locked at every batch.
constexpr const char* kFindOtherwiseTimed = R"(
select e.vid, e.spool, e.seq
from unnest($1::text[], $2::timestamptz[], $3::bigint[], $4::bigint[]) as e (vid, t, spool, seq)
where exists (select from telemetry.position p where p.vid = e.vid and p.t = e.t and p.spool = e.spool and p.seq = e.seq
    and (p.t = timestamptz '1970-01-01 00:00:00+00' or p.t between $5::timestamptz and $6::timestamptz)))";

constexpr const char* kInsertVitals = R"(
insert into telemetry.vitals (vid, t, spool, seq, t_device_us, clk, t_bad, received_at, hr_bpm, pr_bpm, spo2_pct, rr_bpm,
  nibp_sys_mmhg, nibp_dia_mmhg, nibp_mean_mmhg, etco2_mmhg, temp_cdeg, nibp_t, invalid_mask)
select vid, t, spool, seq, t_device_us, clk, t_bad, received_at, v0, v1, v2, v3, v4, v5, v6, v7, v8, nibp_t, invalid_mask
from stage_vitals on conflict do nothing returning vid, spool, seq)";

constexpr const char* kInsertWave = R"(
insert into telemetry.wave (vid, t, spool, seq, t_device_us, clk, t_bad, received_at, recording, rate_mhz, lead_mask,
  first_sample, samples, gain_nv, lead_off_mask, pleth_samples, simulated, body)
select vid, t, spool, seq, t_device_us, clk, t_bad, received_at, recording, rate_mhz, lead_mask, first_sample, samples,
  gain_nv, lead_off_mask, pleth_samples, simulated, body from stage_wave
on conflict do nothing returning vid, spool, seq)";

// In the order given, so that ids follow it.
constexpr const char* kInsertInbox = R"(
insert into telemetry.inbox (vid, spool, seq, t_us, clk, event_id, body)
select vid, spool, seq, t_us, clk, event_id, body
from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::bytea[])
  with ordinality as e (vid, spool, seq, t_us, clk, event_id, body, n) order by n
on conflict do nothing returning vid, spool, seq)";

// Of the events offered, those that are not the stored one that they meet. A statement of its own:
// it sees what the insert before it stored, also of the same batch.
constexpr const char* kFindClashes = R"(
select e.vid, e.spool, e.seq
from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::bytea[]) as e (vid, spool, seq, event_id, body)
where exists (select from telemetry.inbox i where i.vid = e.vid and i.event_id = e.event_id and i.body <> e.body)
  or exists (select from telemetry.inbox i where i.vid = e.vid and i.spool = e.spool and i.seq = e.seq and i.body <> e.body))";

constexpr const char* kInsertGap = R"(
insert into telemetry.gap (vid, spool, stream, from_seq, to_seq, reason) values ($1, $2, $3, $4, $5, $6)
on conflict do nothing)";

// A union: what another process of this server has committed meanwhile is not forgotten.
constexpr const char* kRaiseMark = R"(
insert into telemetry.ingest_mark as m (vid, spool, stream, upto, done, stored, rejected)
select vid, spool, stream, upto, done::int8multirange, stored, rejected
from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[])
  as n (vid, spool, stream, upto, done, stored, rejected)
on conflict (vid, spool, stream) do update set upto = greatest(m.upto, excluded.upto), done = m.done + excluded.done,
  stored = m.stored + excluded.stored, rejected = m.rejected + excluded.rejected, updated_at = clock_timestamp())";

// After a restart a vehicle may be heard by its terminal or by a record before it says by a birth or a heartbeat which
// spool is its present one and how much of it it has made (a vehicle counts its births from 1). Until then the words of
// before stand: the case archive reckons with them what is owed. Of one spool what was made never shrinks.
constexpr const char* kUpsertLink = R"(
insert into telemetry.vehicle_link as l (vid, link, last_heard, last_heartbeat, birth_counter, spool, software, device_health,
  clock_offset_ms, made_a, made_g, made_v, made_w, received_a, received_g, received_v, received_w,
  stored_a, stored_g, stored_v, stored_w, repeated, rejected, video_frames_sent, way, clock,
  flooding_since, limited)
select * from stage_link
on conflict (vid) do update set (link, last_heard, last_heartbeat, birth_counter, spool, software, device_health,
  clock_offset_ms, made_a, made_g, made_v, made_w, received_a, received_g, received_v, received_w,
  stored_a, stored_g, stored_v, stored_w, repeated, rejected, video_frames_sent, way, clock,
  flooding_since, limited, updated_at) =
  (select excluded.link, excluded.last_heard, coalesce(excluded.last_heartbeat, l.last_heartbeat),
   case when n.untold then l.birth_counter else excluded.birth_counter end,
   case when n.untold then l.spool else excluded.spool end,
   excluded.software, excluded.device_health, excluded.clock_offset_ms,
   case when n.same then greatest(l.made_a, excluded.made_a) when n.untold then l.made_a else excluded.made_a end,
   case when n.same then greatest(l.made_g, excluded.made_g) when n.untold then l.made_g else excluded.made_g end,
   case when n.same then greatest(l.made_v, excluded.made_v) when n.untold then l.made_v else excluded.made_v end,
   case when n.same then greatest(l.made_w, excluded.made_w) when n.untold then l.made_w else excluded.made_w end,
   case when n.kept then l.received_a else excluded.received_a end,
   case when n.kept then l.received_g else excluded.received_g end,
   case when n.kept then l.received_v else excluded.received_v end,
   case when n.kept then l.received_w else excluded.received_w end,
   case when n.kept then l.stored_a else excluded.stored_a end,
   case when n.kept then l.stored_g else excluded.stored_g end,
   case when n.kept then l.stored_v else excluded.stored_v end,
   case when n.kept then l.stored_w else excluded.stored_w end,
   excluded.repeated, excluded.rejected, excluded.video_frames_sent, excluded.way, excluded.clock,
   excluded.flooding_since, excluded.limited, clock_timestamp()
   from (select t.same, t.untold, t.untold and not t.same as kept
         from (select excluded.spool = l.spool as same,
                      excluded.spool = 0 or (excluded.birth_counter = 0 and l.birth_counter <> 0) as untold) t) n))";

// By the order of Fleet: after a restart it knows nothing of what stands here.
constexpr const char* kUpsertPosition = R"(
insert into telemetry.vehicle_latest as l (vid, position_t, position_received_at, place, speed_cm_s, course_cdeg,
  position_source, position_spool, position_seq)
select vid, position_t, position_received_at, st_setsrid(st_makepoint(lon, lat), 4326)::geography, speed_cm_s, course_cdeg,
  position_source, position_spool, position_seq from stage_latest where position_t is not null
on conflict (vid) do update set (position_t, position_received_at, place, speed_cm_s, course_cdeg, position_source,
  position_spool, position_seq, updated_at) = (excluded.position_t, excluded.position_received_at, excluded.place,
   excluded.speed_cm_s, excluded.course_cdeg, excluded.position_source, excluded.position_spool, excluded.position_seq,
   clock_timestamp())
where l.position_t is null or case when l.position_spool = excluded.position_spool then l.position_seq < excluded.position_seq
  else l.position_t < excluded.position_t
    or (excluded.position_received_at >= l.position_received_at + interval '10 s'
        and (select s.position_live from stage_latest s where s.vid = l.vid)) end)";

constexpr const char* kUpsertVitals = R"(
insert into telemetry.vehicle_latest as l (vid, vitals_t, vitals_received_at, hr_bpm, spo2_pct, rr_bpm, nibp_sys_mmhg,
  nibp_dia_mmhg, vitals_spool, vitals_seq)
select vid, vitals_t, vitals_received_at, hr_bpm, spo2_pct, rr_bpm, nibp_sys_mmhg, nibp_dia_mmhg, vitals_spool, vitals_seq
from stage_latest where vitals_t is not null
on conflict (vid) do update set (vitals_t, vitals_received_at, hr_bpm, spo2_pct, rr_bpm, nibp_sys_mmhg, nibp_dia_mmhg,
  vitals_spool, vitals_seq, updated_at) = (excluded.vitals_t, excluded.vitals_received_at, excluded.hr_bpm,
   excluded.spo2_pct, excluded.rr_bpm, excluded.nibp_sys_mmhg, excluded.nibp_dia_mmhg, excluded.vitals_spool,
   excluded.vitals_seq, clock_timestamp())
where l.vitals_t is null or case when l.vitals_spool = excluded.vitals_spool then l.vitals_seq < excluded.vitals_seq
  else l.vitals_t < excluded.vitals_t
    or (excluded.vitals_received_at >= l.vitals_received_at + interval '10 s'
        and (select s.vitals_live from stage_latest s where s.vid = l.vid)) end)";
static_assert(kClockSetBack == std::chrono::seconds{10}, "as the two statements say");

std::int64_t pattern(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

template <class T> void optional_number(CopyText& copy, const std::optional<T>& value) {
    if (value) {
        copy.integer(*value);
    } else {
        copy.null();
    }
}

template <class Tag> void time_or_null(CopyText& copy, const std::optional<UtcTime<Tag>>& t) {
    if (t) {
        copy.text(utc_iso(t->us));
    } else {
        copy.null();
    }
}

void put_head(CopyText& copy, const Record& record) {
    copy.text(record.key.vid.str())
        .text(utc_iso(record.t_bad ? 0 : record.t.us))
        .integer(pattern(record.key.spool))
        .integer(pattern(record.key.seq))
        .integer(record.t.us)
        .integer(record.clk)
        .text(record.t_bad ? "t" : "f")
        .text(utc_iso(record.received.us));
}

void put_row(CopyText& copy, const PositionRow& row) {
    copy.real(row.lon_deg)
        .real(row.lat_deg)
        .integer(row.speed_cm_s)
        .integer(row.course_cdeg)
        .integer(row.altitude_dm)
        .integer(row.hdop_centi)
        .integer(row.satellites)
        .integer(row.fix_mode)
        .text(row.plausible ? "t" : "f");
}

void put_row(CopyText& copy, const VitalsRow& row) {
    for (const auto& value : row.values) {
        optional_number(copy, value);
    }
    time_or_null(copy, row.nibp_t);
    copy.integer(row.invalid_mask);
}

void put_row(CopyText& copy, const WaveRow& row) {
    copy.integer(pattern(row.recording))
        .integer(row.rate_mhz)
        .integer(row.lead_mask)
        .integer(row.first_sample)
        .integer(row.samples)
        .integer(row.gain_nv)
        .integer(row.lead_off_mask)
        .integer(row.pleth_samples)
        .text(row.simulated ? "t" : "f")
        .bytes(row.body);
}

Result<void> take_keys(const pg::Rows& rows, Stream stream, std::vector<RecordKey>& into) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto row = rows.read<std::string, std::uint64_t, std::uint64_t>(i);
        if (!row) {
            return Failure{row.error()};
        }
        auto vid = VehicleId::parse(std::get<0>(*row));
        if (!vid) {
            return Failure{vid.error()};
        }
        into.push_back({*vid, std::get<1>(*row), stream, std::get<2>(*row)});
    }
    return {};
}

// Of the delivered positions those that stand in the archive already, under the other of their two times. Nobody else
// stores them meanwhile: a key is on its way once (pledges), and a terminal speaks to one server.
asio::awaitable<Result<std::vector<RecordKey>>> otherwise_timed(pg::Connection& db,
                                                                const Batch& batch) {
    std::vector<std::string> vids;
    std::vector<std::string> times;
    std::vector<std::int64_t> spools;
    std::vector<std::int64_t> seqs;
    std::optional<std::pair<std::int64_t, std::int64_t>> wrong_us; // least and greatest
    for (const Record& record : batch.records) {
        if (record.known == Known::by_key && record.key.stream == Stream::positions) {
            vids.push_back(record.key.vid.str());
            times.push_back(utc_iso(record.t_bad ? record.t.us : 0));
            if (record.t_bad) {
                const auto& [least, greatest] = wrong_us.value_or(std::pair{record.t.us, record.t.us});
                wrong_us = {std::min(least, record.t.us), std::max(greatest, record.t.us)};
            }
            spools.push_back(pattern(record.key.spool));
            seqs.push_back(pattern(record.key.seq));
        }
    }
    std::vector<RecordKey> out;
    if (vids.empty()) {
        co_return out;
    }
    const auto [least_us, greatest_us] = wrong_us.value_or(std::pair<std::int64_t, std::int64_t>{0, 0});
    const Params params =
        Params::of(vids, times, spools, seqs, utc_iso(least_us), utc_iso(greatest_us));
    auto rows = co_await db.query(kFindOtherwiseTimed, params);
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    if (auto taken = take_keys(*rows, Stream::positions, out); !taken) {
        co_return Failure{std::move(taken).error()};
    }
    co_return out;
}

template <class Row>
asio::awaitable<Result<void>> store_rows(pg::Connection& db, const Batch& batch, Stream stream,
                                         std::string copy_sql, std::string insert_sql,
                                         std::vector<RecordKey>& inserted,
                                         const std::vector<RecordKey>& but = {}) {
    CopyText copy;
    for (const Record& record : batch.records) {
        const bool left_out = std::find(but.begin(), but.end(), record.key) != but.end();
        if (const Row* row = left_out ? nullptr : std::get_if<Row>(&record.row)) {
            put_head(copy, record);
            put_row(copy, *row);
            copy.end_row();
        }
    }
    if (copy.rows() == 0) {
        co_return Result<void>{};
    }
    if (auto copied = co_await db.copy_in(std::move(copy_sql), copy.take()); !copied) {
        co_return Failure{std::move(copied).error()};
    }
    auto rows = co_await db.query(std::move(insert_sql));
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    co_return take_keys(*rows, stream, inserted);
}

asio::awaitable<Result<void>> store_gaps(pg::Connection& db, const Batch& batch) {
    for (const Record& record : batch.records) {
        const auto* row = std::get_if<EventRow>(&record.row);
        if (row == nullptr || !row->gap) {
            continue;
        }
        auto kept =
            co_await db.query(kInsertGap, Params::of(record.key.vid, pattern(record.key.spool),
                                                     static_cast<std::int32_t>(row->gap->stream),
                                                     pattern(row->gap->from), pattern(row->gap->to),
                                                     row->gap->reason));
        if (!kept) {
            co_return Failure{std::move(kept).error()};
        }
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> store_events(pg::Connection& db, const Batch& batch, Stored& stored) {
    std::vector<std::string> vids;
    std::vector<std::int64_t> spools;
    std::vector<std::int64_t> seqs;
    std::vector<std::int64_t> times;
    std::vector<std::int64_t> clocks;
    std::vector<std::string> ids;
    std::vector<pg::Bytes> bodies;
    for (const Record& record : batch.records) {
        if (const auto* row = std::get_if<EventRow>(&record.row)) {
            vids.push_back(record.key.vid.str());
            spools.push_back(pattern(record.key.spool));
            seqs.push_back(pattern(record.key.seq));
            times.push_back(record.t.us);
            clocks.push_back(record.clk);
            ids.push_back(row->event_id);
            bodies.push_back({row->body});
        }
    }
    if (vids.empty()) {
        co_return Result<void>{};
    }
    auto rows =
        co_await db.query(kInsertInbox, Params::of(vids, spools, seqs, times, clocks, ids, bodies));
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    if (auto taken = take_keys(*rows, Stream::events, stored.inserted); !taken) {
        co_return taken;
    }
    if (rows->size() < vids.size()) { // repeats, as a rule
        auto clashes = co_await db.query(kFindClashes, Params::of(vids, spools, seqs, ids, bodies));
        if (!clashes) {
            co_return Failure{std::move(clashes).error()};
        }
        if (auto taken = take_keys(*clashes, Stream::events, stored.clashes); !taken) {
            co_return taken;
        }
    }
    co_return co_await store_gaps(db, batch);
}

asio::awaitable<Result<void>> store_poison(pg::Connection& db, const RegionCode& region,
                                           const Batch& batch,
                                           const std::vector<RecordKey>& clashes) {
    for (const Poison& poison : batch.poison) {
        if (poison.keep == Poison::Keep::count_only) {
            continue;
        }
        if (auto kept = co_await keep_bad_message(db, poison); !kept) {
            co_return kept;
        }
    }
    for (const Record& record : batch.records) {
        if (std::find(clashes.begin(), clashes.end(), record.key) == clashes.end()) {
            continue;
        }
        const Poison poison = poison_of(
            region, record, "its id belongs to another event of this vehicle", Poison::Keep::yes);
        if (auto kept = co_await keep_bad_message(db, poison); !kept) {
            co_return kept;
        }
    }
    co_return Result<void>{};
}

using StreamKey = std::tuple<VehicleId, std::uint64_t, Stream>;
StreamKey stream_of(const RecordKey& key) {
    return {key.vid, key.spool, key.stream};
}

asio::awaitable<Result<void>> raise_marks(pg::Connection& db, const Batch& batch,
                                          const Ledger& ledger, const Stored& stored) {
    std::map<StreamKey, std::vector<RecordKey>> by_stream;
    std::map<StreamKey, std::pair<std::int64_t, std::int64_t>> counts; // stored, rejected
    for (const Record& record : batch.records) {
        if (record.known == Known::by_mark) {
            by_stream[stream_of(record.key)].push_back(record.key);
        }
    }
    for (const Poison& poison : batch.poison) {
        if (poison.known == Known::by_mark) {
            by_stream[stream_of(poison.key)].push_back(poison.key);
            ++counts[stream_of(poison.key)].second;
        }
    }
    if (by_stream.empty()) {
        co_return Result<void>{};
    }
    for (const RecordKey& key : stored.inserted) {
        ++counts[stream_of(key)].first;
    }
    for (const RecordKey& key : stored.clashes) {
        ++counts[stream_of(key)].second;
    }
    std::vector<std::string> vids;
    std::vector<std::int64_t> spools;
    std::vector<std::int64_t> streams;
    std::vector<std::int64_t> uptos;
    std::vector<std::string> dones;
    std::vector<std::int64_t> inserted;
    std::vector<std::int64_t> rejected;
    for (const auto& [stream, keys] : by_stream) {
        const Mark mark = ledger.mark_after(keys);
        vids.push_back(mark.key.vid.str());
        spools.push_back(pattern(mark.key.spool));
        streams.push_back(static_cast<std::int64_t>(mark.key.stream));
        uptos.push_back(pattern(mark.done.upto()));
        dones.push_back(mark.done.to_multirange());
        inserted.push_back(counts[stream].first);
        rejected.push_back(counts[stream].second);
    }
    auto rows = co_await db.query(
        kRaiseMark, Params::of(vids, spools, streams, uptos, dones, inserted, rejected));
    co_return rows.map([](const pg::Rows&) {});
}

asio::awaitable<Result<Stored>> store_all(pg::Connection& db, const RegionCode& region,
                                          const Batch& batch, const Ledger& ledger) {
    Stored stored;
    if (auto done = co_await store_events(db, batch, stored); !done) {
        co_return Failure{std::move(done).error()};
    }
    auto before = co_await otherwise_timed(db, batch);
    if (!before) {
        co_return Failure{std::move(before).error()};
    }
    if (auto done = co_await store_rows<PositionRow>(db, batch, Stream::positions,
                                                     "copy stage_position from stdin",
                                                     kInsertPosition, stored.inserted, *before);
        !done) {
        co_return Failure{std::move(done).error()};
    }
    if (auto done = co_await store_rows<VitalsRow>(db, batch, Stream::vitals,
                                                   "copy stage_vitals from stdin", kInsertVitals,
                                                   stored.inserted);
        !done) {
        co_return Failure{std::move(done).error()};
    }
    if (auto done = co_await store_rows<WaveRow>(
            db, batch, Stream::waves, "copy stage_wave from stdin", kInsertWave, stored.inserted);
        !done) {
        co_return Failure{std::move(done).error()};
    }
    if (auto kept = co_await store_poison(db, region, batch, stored.clashes); !kept) {
        co_return Failure{std::move(kept).error()};
    }
    if (auto raised = co_await raise_marks(db, batch, ledger, stored); !raised) {
        co_return Failure{std::move(raised).error()};
    }
    co_return stored;
}

void put_link(CopyText& copy, const VehicleId& vid, const VehicleState& v, const Ledger& ledger) {
    copy.text(vid.str()).text(name_of(v.link)).text(utc_iso(v.last_heard.utc.us));
    time_or_null(copy, v.last_heartbeat);
    copy.integer(pattern(v.birth_counter))
        .integer(pattern(v.spool))
        .text(v.software)
        .text(v.device_health);
    if (const auto offset_us = v.clock_offset.us()) {
        copy.integer(*offset_us / 1000);
    } else {
        copy.null();
    }
    for (const std::uint64_t made : v.made) {
        copy.integer(pattern(made));
    }
    const SpoolKey spool{vid, v.spool};
    std::uint64_t rejected = v.rejected;
    for (const Stream stream : kStreams) {
        copy.integer(pattern(ledger.tally(spool, stream).received));
        rejected += ledger.tally(spool, stream).rejected;
    }
    for (const Stream stream : kStreams) {
        copy.integer(pattern(ledger.tally(spool, stream).stored));
    }
    copy.integer(pattern(v.repeated))
        .integer(pattern(rejected))
        .integer(pattern(v.video_frames_sent))
        .text(name_of(v.way))
        .text(name_of(Fleet::clock_of(v)));
    time_or_null(copy, v.flooding_since);
    copy.integer(pattern(v.limited));
    copy.end_row();
}

void put_place(CopyText& copy, const std::optional<LatestPlace>& at) {
    if (!at) {
        copy.null().null().null();
        return;
    }
    const bool live = at->lane == Lane::live && at->known == Known::by_mark;
    copy.integer(pattern(at->spool)).integer(pattern(at->seq)).text(live ? "t" : "f");
}

void put_latest(CopyText& copy, const VehicleId& vid, const VehicleState& v) {
    std::optional<LatestPlace> position;
    std::optional<LatestPlace> vitals;
    copy.text(vid.str());
    if (v.position) {
        position = v.position->at;
        copy.text(utc_iso(position->t.us)).text(utc_iso(position->received.us));
        copy.real(v.position->row.lon_deg).real(v.position->row.lat_deg);
        copy.integer(v.position->row.speed_cm_s).integer(v.position->row.course_cdeg);
        copy.text(position->known == Known::by_key ? "terminal" : "vehicle");
    } else {
        copy.null().null().null().null().null().null().null();
    }
    if (v.vitals) {
        vitals = v.vitals->at;
        copy.text(utc_iso(vitals->t.us)).text(utc_iso(vitals->received.us));
        for (const std::size_t i : {0U, 2U, 3U, 4U, 5U}) {
            optional_number(copy, v.vitals->row.values[i]);
        }
    } else {
        copy.null().null().null().null().null().null().null();
    }
    put_place(copy, position);
    put_place(copy, vitals);
    copy.end_row();
}

asio::awaitable<Result<void>> store_links(pg::Connection& db, std::string links,
                                          std::string latest) {
    if (auto copied = co_await db.copy_in("copy stage_link from stdin", std::move(links));
        !copied) {
        co_return Failure{std::move(copied).error()};
    }
    if (auto copied = co_await db.copy_in("copy stage_latest from stdin", std::move(latest));
        !copied) {
        co_return Failure{std::move(copied).error()};
    }
    constexpr std::array kUpserts{kUpsertLink, kUpsertPosition, kUpsertVitals};
    for (const char* sql : kUpserts) {
        if (auto done = co_await db.query(sql); !done) {
            co_return Failure{std::move(done).error()};
        }
    }
    co_return Result<void>{};
}

} // namespace

asio::awaitable<Result<void>> prepare_session(pg::Connection& db) {
    return db.script(kSession);
}

asio::awaitable<Result<std::vector<Mark>>> load_marks(pg::Connection& db) {
    auto rows = co_await db.query(R"(
select vid, spool, stream, done::text, stored, rejected from (
  select vid, spool, stream, done, stored, rejected, updated_at from telemetry.ingest_mark
  union all
  select vid, spool, stream, range_agg(int8range(from_seq, to_seq, '[]')), 0, 0, max(received_at)
  from telemetry.gap group by vid, spool, stream
  order by updated_at desc limit 50000) as newest
order by updated_at)");
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    std::vector<Mark> marks;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        auto row = rows->read<std::string, std::uint64_t, std::int16_t, std::string, std::int64_t,
                              std::int64_t>(i);
        if (!row) {
            co_return Failure{std::move(row).error()};
        }
        auto& [vid_text, spool, stream, done_text, stored, rejected] = *row;
        auto vid = VehicleId::parse(vid_text);
        auto done = SeqSet::from_multirange(done_text);
        if (!vid || !done) {
            co_return fail(Code::corrupt, "telemetry.ingest_mark of " + vid_text);
        }
        Mark mark;
        mark.key = RecordKey{std::move(*vid), spool, static_cast<Stream>(stream), 0};
        mark.done = std::move(*done);
        mark.stored = stored;
        mark.rejected = rejected;
        marks.push_back(std::move(mark));
    }
    co_return marks;
}

Poison poison_of(const RegionCode& region, const Record& record, std::string reason,
                 Poison::Keep keep) {
    Poison poison{record.key, "", std::move(reason), 0, "", keep, record.known};
    if (const auto* event = std::get_if<EventRow>(&record.row)) {
        wire::Envelope envelope;
        envelope.set_spool(record.key.spool);
        envelope.set_seq(record.key.seq);
        envelope.set_t_us(record.t.us);
        envelope.set_clk(static_cast<wire::ClockQuality>(record.clk));
        envelope.set_ver(1);
        envelope.set_stream(wire::STREAM_A);
        envelope.set_body(event->body);
        const std::string bytes = envelope.SerializeAsString();
        poison.topic = wire::up_topic(region, record.key.vid, wire::UpKind::evt);
        poison.size_bytes = bytes.size();
        poison.head = bytes.substr(0, kBadHeadBytes);
    }
    return poison;
}

asio::awaitable<Result<Stored>> store_batch(pg::Connection& db, const RegionCode& region,
                                            const Batch& batch, const Ledger& ledger) {
    const auto work = [&region, &batch, &ledger](pg::Connection& tx) {
        return store_all(tx, region, batch, ledger);
    };
    co_return co_await pg::transaction(db, work);
}

asio::awaitable<Result<void>> store_fleet(pg::Connection& db, const Fleet& fleet,
                                          const Ledger& ledger) {
    CopyText links;
    CopyText latest;
    for (const auto& [vid, vehicle] : fleet.vehicles()) {
        put_link(links, vid, vehicle, ledger);
        put_latest(latest, vid, vehicle);
    }
    if (links.rows() == 0) {
        co_return Result<void>{};
    }
    const std::string text = links.take();
    const std::string newest = latest.take();
    const auto work = [&text, &newest](pg::Connection& tx) {
        return store_links(tx, text, newest);
    };
    co_return co_await pg::transaction(db, work);
}

asio::awaitable<Result<void>> keep_bad_message(pg::Connection& db, const Poison& poison) {
    const auto size =
        static_cast<std::int32_t>(std::min<std::size_t>(poison.size_bytes, INT32_MAX));
    // What nobody could read has no number.
    const bool is_event = poison.key.stream == Stream::events && poison.key.seq != 0;
    const Params params =
        Params::of(poison.topic, poison.reason, size, pg::Bytes{poison.head}, is_event);
    auto rows = co_await db.query("select telemetry.quarantine($1, $2, $3, $4, $5)", params);
    co_return rows.map([](const pg::Rows&) {});
}

asio::awaitable<Result<std::int64_t>> ensure_partitions(pg::Connection& db) {
    auto rows = co_await db.execute("select telemetry.ensure_partitions($1, $2)",
                                    Params::of(kPartitionDaysBack, kPartitionDaysAhead));
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    co_return rows->get<std::int64_t>(0, 0);
}

} // namespace ems::ingest
