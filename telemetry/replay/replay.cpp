#include "telemetry/replay/replay.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

#include "telemetry/replay/gap_finder.h"
#include "telemetry/replay/sql.h"
#include "telemetry/replay/wave_reducer.h"
#include "telemetry/wire/waveform.h"

namespace ems::replay {

namespace asio = boost::asio;
using pg::Params;

namespace {

// 2000-01-01: records whose clock cannot be right stand before it.
constexpr std::int64_t kTimeLeastUs = 946'684'800'000'000;
constexpr std::int64_t kTimeMostUs = 4'102'444'800'000'000; // 2100-01-01
// Positions and vitals come every second: the link is lost after 5 s, so is a trace. A terminal
// reports every minute (telemetry/ingest/limits.h: kLost, kTerminalLost).
constexpr std::int64_t kQuietUs = 5'000'000;
constexpr std::int64_t kQuietTerminalUs = 75'000'000;
// A batch that begins earlier does not reach into the range: 10,000 samples at 500 Hz.
constexpr std::int64_t kLookBackUs = 20'000'000;
constexpr std::int64_t kWaveRows = 200; // of one statement
constexpr std::int64_t kDeclaredMax = 1000;
// A hole can become two gaps.
constexpr std::size_t kGapsFull = kGapsMax / 2;

Result<void> check(const Query& query) {
    if (query.stream < wire::STREAM_A || query.stream > wire::STREAM_W) {
        return fail(Code::invalid_argument, "stream");
    }
    if (query.from.us < kTimeLeastUs || query.to.us > kTimeMostUs || query.from >= query.to) {
        return fail(Code::invalid_argument, "an interval of time is needed");
    }
    if (query.to - query.from > std::chrono::microseconds{kRangeMax}) {
        return fail(Code::invalid_argument, "the interval is longer than 24 h");
    }
    if (query.buckets > kBucketsMax) {
        return fail(Code::invalid_argument, "more than 10000 buckets");
    }
    return {};
}

Result<RecordHead> read_head(const pg::Rows& rows, std::size_t i) {
    auto row = rows.read<DeviceTime, std::uint64_t, std::uint64_t, ServerTime, std::int64_t>(i);
    if (!row) {
        return Failure{std::move(row).error()};
    }
    RecordHead head;
    std::tie(head.t, head.spool, head.seq, head.received, head.corrected_us) = *row;
    return head;
}
constexpr std::size_t kHeadColumns = 5;

Result<PositionRecord> read_position(const pg::Rows& rows, std::size_t i, RecordHead head) {
    std::array<std::int32_t, 8> cells{};
    for (std::size_t k = 0; k < cells.size(); ++k) {
        auto cell = rows.get<std::int32_t>(i, kHeadColumns + k);
        if (!cell) {
            return Failure{std::move(cell).error()};
        }
        cells[k] = *cell;
    }
    auto plausible = rows.get<bool>(i, kHeadColumns + cells.size());
    if (!plausible) {
        return Failure{std::move(plausible).error()};
    }
    PositionRecord out{head, {}, *plausible};
    out.position.set_lat_e7(cells[0]);
    out.position.set_lon_e7(cells[1]);
    out.position.set_speed_cm_s(static_cast<std::uint32_t>(cells[2]));
    out.position.set_course_cdeg(static_cast<std::uint32_t>(cells[3]));
    out.position.set_altitude_dm(cells[4]);
    out.position.set_hdop_centi(static_cast<std::uint32_t>(cells[5]));
    out.position.set_satellites(static_cast<std::uint32_t>(cells[6]));
    out.position.set_fix_mode(static_cast<std::uint32_t>(cells[7]));
    return out;
}

Result<VitalsRecord> read_vitals(const pg::Rows& rows, std::size_t i, RecordHead head) {
    using Set = void (wire::Vitals::*)(std::int32_t);
    constexpr std::array<Set, 9> kSetters{
        &wire::Vitals::set_hr_bpm,         &wire::Vitals::set_pr_bpm,
        &wire::Vitals::set_spo2_pct,       &wire::Vitals::set_rr_bpm,
        &wire::Vitals::set_nibp_sys_mmhg,  &wire::Vitals::set_nibp_dia_mmhg,
        &wire::Vitals::set_nibp_mean_mmhg, &wire::Vitals::set_etco2_mmhg,
        &wire::Vitals::set_temp_cdeg};
    auto mask = rows.get<std::int32_t>(i, kHeadColumns);
    auto nibp = rows.get<std::int64_t>(i, kHeadColumns + 1);
    if (!mask || !nibp) {
        return fail(Code::corrupt, "vitals");
    }
    VitalsRecord out{head, {}};
    out.vitals.set_invalid_mask(static_cast<std::uint32_t>(*mask));
    out.vitals.set_nibp_t_us(*nibp);
    for (std::size_t k = 0; k < kSetters.size(); ++k) {
        auto value = rows.get<std::optional<std::int32_t>>(i, kHeadColumns + 2 + k);
        if (!value) {
            return Failure{std::move(value).error()};
        }
        if (*value) {
            (out.vitals.*kSetters[k])(**value);
        }
    }
    return out;
}

struct WaveRow {
    wire::WaveBatch batch;
    wire::WaveBlock block;
};

Result<WaveRow> read_wave(const std::string& body) {
    WaveRow out;
    if (!out.batch.ParseFromString(body)) {
        return fail(Code::corrupt, "stored wave");
    }
    auto block = wire::decode_waves(out.batch);
    if (!block) {
        return fail(Code::corrupt, "stored wave: " + block.error().detail);
    }
    out.block = std::move(*block);
    return out;
}

// The page under way.
struct Work {
    explicit Work(Query own_query) : query(std::move(own_query)) {}

    Query query;
    Page page;
    Cursor end; // of the last record taken
    bool any{false};
    bool full{false}; // the page is; otherwise the range was read to its end
    std::size_t bytes{0};
    std::int64_t shift_us{0}; // of the vehicle's clock about the range; 0: it was right
    std::optional<GapFinder> gaps;
    std::optional<WaveReducer> reducer;

    [[nodiscard]] bool waves() const { return query.stream == wire::STREAM_W; }
    [[nodiscard]] Clocks clocks() const { return shift_us == 0 ? Clocks::right : Clocks::shifted; }
    void note_corrected(const RecordHead& head) {
        if (head.corrected_us != 0) {
            ++page.corrected;
            page.corrected_us = head.corrected_us;
        }
    }
};

Stand stand_of(const Cursor& cursor) {
    Stand out;
    out.t = cursor.last.t;
    out.end = cursor.end;
    out.spool = cursor.last.spool;
    out.seq = cursor.last.seq;
    return out;
}

// Whether a batch's samples follow those before it; of leads, or of the pleth when that is all.
Stand::Samples samples_after(const Cursor& before, const wire::WaveBlock& block) {
    const bool follow = before.recording == block.recording &&
                        (block.count > 0 ? before.next_sample == block.first_sample
                                         : before.next_pleth_sample == block.pleth_first_sample);
    return follow ? Stand::Samples::follow : Stand::Samples::jump;
}

// A part holds no more than two samples: least and most would not be fewer. A day at 10 kHz is
// 8.6e17, within 64 bits.
bool is_exact(const Query& query, const wire::WaveBlock& block) {
    const std::int64_t rate = std::max(block.rate_mhz, block.pleth_rate_mhz);
    return query.buckets == 0 ||
           (query.to.us - query.from.us) * rate <= 2'000'000'000LL * query.buckets;
}

Result<void> take_wave(Work& work, const RecordHead& head, const std::string& body) {
    auto row = read_wave(body);
    if (!row) {
        return Failure{std::move(row).error()};
    }
    const DeviceTime end = end_of(head.t, row->block);
    Stand stand;
    stand.t = head.t;
    stand.end = end;
    stand.spool = head.spool;
    stand.seq = head.seq;
    stand.samples = work.any ? samples_after(work.end, row->block) : Stand::Samples::jump;
    work.gaps->add(stand);
    work.end.last = head;
    work.end.end = end;
    note_samples(row->block, work.end);
    work.any = true;
    if (end <= work.query.from && head.t < work.query.from) {
        return {}; // over before the range begins: known as what stands before it
    }
    work.note_corrected(head);
    work.bytes += body.size();
    if (is_exact(work.query, row->block)) {
        work.page.batches.push_back({head, std::move(row->batch)});
        work.full = work.bytes >= kExactBytesMax;
        return {};
    }
    work.reducer->add(head.t, row->block);
    work.full = work.bytes >= kReadBytesMax || work.reducer->values() >= kValuesMax;
    return {};
}

Result<void> take_row(Work& work, const pg::Rows& rows, std::size_t i) {
    auto head = read_head(rows, i);
    if (!head) {
        return Failure{std::move(head).error()};
    }
    if (work.waves()) {
        auto body = rows.get<pg::Bytes>(i, kHeadColumns);
        if (!body) {
            return Failure{std::move(body).error()};
        }
        return take_wave(work, *head, body->value);
    }
    work.note_corrected(*head);
    if (work.query.stream == wire::STREAM_G) {
        auto record = read_position(rows, i, *head);
        if (!record) {
            return Failure{std::move(record).error()};
        }
        work.page.positions.push_back(std::move(*record));
    } else if (work.query.stream == wire::STREAM_V) {
        auto record = read_vitals(rows, i, *head);
        if (!record) {
            return Failure{std::move(record).error()};
        }
        work.page.vitals.push_back(std::move(*record));
    } else {
        auto id = rows.get<std::string>(i, kHeadColumns);
        auto body = rows.get<pg::Bytes>(i, kHeadColumns + 1);
        if (!id || !body) {
            return fail(Code::corrupt, "event");
        }
        work.bytes += body->value.size();
        work.page.events.push_back({*head, std::move(*id), std::move(body->value)});
        work.full = work.bytes >= kEventBytesMax;
    }
    work.end = Cursor{};
    work.end.last = *head;
    work.end.end = head->t;
    work.gaps->add(stand_of(work.end));
    work.any = true;
    return {};
}

asio::awaitable<Result<std::optional<Stand>>> neighbour(pg::Connection& db, std::string sql,
                                                        VehicleId vid, DeviceTime at,
                                                        std::int64_t shift_us, Cursor& cursor) {
    std::optional<Stand> out;
    const Params params = shift_us == 0 ? Params::of(vid, at) : Params::of(vid, at, shift_us);
    auto rows = co_await db.query(std::move(sql), params);
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    if (rows->empty()) {
        co_return out;
    }
    auto row = rows->read<DeviceTime, std::uint64_t, std::uint64_t, pg::Bytes>(0);
    if (!row) {
        co_return Failure{std::move(row).error()};
    }
    out.emplace();
    out->t = std::get<0>(*row);
    out->end = out->t;
    out->spool = std::get<1>(*row);
    out->seq = std::get<2>(*row);
    const std::string& body = std::get<3>(*row).value;
    if (!body.empty()) {
        auto wave = read_wave(body);
        if (!wave) {
            co_return Failure{std::move(wave).error()};
        }
        out->samples = samples_after(cursor, wave->block);
        out->end = end_of(out->t, wave->block);
        note_samples(wave->block, cursor);
    }
    cursor.last.t = out->t;
    cursor.last.spool = out->spool;
    cursor.last.seq = out->seq;
    cursor.end = out->end;
    co_return out;
}

asio::awaitable<Result<GapRules>> rules_for(pg::Connection& db, const Query& query) {
    GapRules rules;
    if (query.stream == wire::STREAM_G || query.stream == wire::STREAM_V) {
        rules.quiet_us = kQuietUs;
        rules.quiet_unnumbered_us = kQuietTerminalUs;
    } else if (query.stream == wire::STREAM_W) {
        rules.quiet_us = 0;
        rules.quiet_unnumbered_us = 0;
    }
    const Params params = Params::of(query.vid, static_cast<std::int32_t>(query.stream));
    auto rows =
        co_await db.query("select spool from telemetry.ingest_mark where vid = $1 and stream = $2 "
                          "order by updated_at desc limit 100",
                          params);
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    for (std::size_t i = 0; i < rows->size(); ++i) {
        auto spool = rows->get<std::uint64_t>(i, 0);
        if (!spool) {
            co_return Failure{std::move(spool).error()};
        }
        rules.numbered.insert(*spool);
    }
    co_return rules;
}

asio::awaitable<Result<std::vector<DeclaredGap>>>
declared_for(pg::Connection& db, const Query& query, const std::vector<Hole>& holes) {
    std::vector<DeclaredGap> out;
    if (holes.empty()) {
        co_return out;
    }
    std::vector<std::int64_t> spools;
    std::vector<std::int64_t> lows;
    std::vector<std::int64_t> highs;
    for (const Hole& hole : holes) {
        spools.push_back(static_cast<std::int64_t>(hole.spool));
        lows.push_back(static_cast<std::int64_t>(hole.from_seq));
        highs.push_back(static_cast<std::int64_t>(hole.to_seq));
    }
    const Params params = Params::of(query.vid, static_cast<std::int32_t>(query.stream), spools,
                                     lows, highs, kDeclaredMax);
    auto rows = co_await db.query(
        "select distinct g.spool, g.from_seq, g.to_seq, g.reason from telemetry.gap g "
        "join unnest($3::bigint[], $4::bigint[], $5::bigint[]) as h (spool, low, high) "
        "on g.spool = h.spool and g.to_seq >= h.low and g.from_seq <= h.high "
        "where g.vid = $1 and g.stream = $2 limit $6",
        params);
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    for (std::size_t i = 0; i < rows->size(); ++i) {
        auto row = rows->read<std::uint64_t, std::uint64_t, std::uint64_t, std::string>(i);
        if (!row) {
            co_return Failure{std::move(row).error()};
        }
        out.push_back({std::get<0>(*row), std::get<1>(*row), std::get<2>(*row),
                       std::move(std::get<3>(*row))});
    }
    co_return out;
}

asio::awaitable<Result<std::int64_t>> shift_for(pg::Connection& db, const Query& query) {
    const Params params = Params::of(query.vid, query.from, query.to);
    auto rows = co_await db.query("select archive.drawn_shift($1, $2, $3)", params);
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    co_return rows->get<std::int64_t>(0, 0);
}

asio::awaitable<Result<void>> begin(pg::Connection& db, Work& work) {
    const Query& query = work.query;
    auto shift = co_await shift_for(db, query);
    if (!shift) {
        co_return Failure{std::move(shift).error()};
    }
    work.shift_us = *shift;
    auto rules = co_await rules_for(db, query);
    if (!rules) {
        co_return Failure{std::move(rules).error()};
    }
    std::optional<Stand> before;
    if (query.after) {
        work.any = true; // it came from outside: times within what can be reckoned with
        work.end = *query.after;
        work.end.last.t.us = std::clamp(work.end.last.t.us, kTimeLeastUs, kTimeMostUs);
        work.end.end.us = std::clamp(work.end.end.us, kTimeLeastUs, kTimeMostUs);
        before = stand_of(work.end);
    } else {
        std::string sql = before_sql(query.stream, work.clocks());
        // Of waves the one before the range is read with it; this finds one further back.
        const DeviceTime at{query.from.us - (work.waves() ? kLookBackUs : 0)};
        auto found = co_await neighbour(db, std::move(sql), query.vid, at, work.shift_us, work.end);
        if (!found) {
            co_return Failure{std::move(found).error()};
        }
        before = *found;
        work.any = before.has_value();
        const Params params =
            Params::of(query.vid, query.from, query.to, kUntimedMax, work.shift_us);
        auto rows = co_await db.query(untimed_sql(query.stream), params);
        if (!rows) {
            co_return Failure{std::move(rows).error()};
        }
        auto count = rows->get<std::int64_t>(0, 0);
        if (!count) {
            co_return Failure{std::move(count).error()};
        }
        work.page.untimed = static_cast<std::uint64_t>(*count);
    }
    work.gaps.emplace(query.from, query.to, std::move(*rules), before);
    if (work.waves() && query.buckets > 0) {
        const BucketScale scale{query.from, query.to, query.buckets};
        work.reducer.emplace(scale, query.after);
    }
    co_return Result<void>{};
}

// Rows behind the last one, until the page is full or the range is at its end.
asio::awaitable<Result<void>> read_rows(pg::Connection& db, Work& work,
                                        const std::function<bool()>& enough) {
    const Query& query = work.query;
    RecordHead at;
    at.t = DeviceTime{query.from.us - (work.waves() ? kLookBackUs : 0)};
    at.spool = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::min());
    if (query.after && work.end.last.t >= at.t) {
        at = work.end.last;
    }
    const auto limit = work.waves() ? kWaveRows : static_cast<std::int64_t>(kRowsMax);
    for (int n = 0; n < kStatementsMax && !work.full; ++n) {
        const Params params =
            work.shift_us == 0
                ? Params::of(query.vid, at.t, query.to, at.spool, at.seq, limit)
                : Params::of(query.vid, at.t, query.to, at.spool, at.seq, limit, work.shift_us);
        std::string sql = records_sql(query.stream, work.clocks());
        auto rows = co_await db.query(std::move(sql), params);
        if (!rows) {
            co_return Failure{std::move(rows).error()};
        }
        for (std::size_t i = 0; i < rows->size() && !work.full; ++i) {
            auto head = read_head(*rows, i);
            if (!head) {
                co_return Failure{std::move(head).error()};
            }
            at = *head;
            if (auto taken = take_row(work, *rows, i); !taken) {
                co_return taken;
            }
            work.full = work.full || work.gaps->found() >= kGapsFull;
        }
        if (static_cast<std::int64_t>(rows->size()) < limit) {
            co_return Result<void>{};
        }
        if (!work.waves() || (enough && enough())) {
            break;
        }
    }
    work.full = true;
    co_return Result<void>{};
}

} // namespace

asio::awaitable<Result<Page>> read_page(pg::Connection& db, Query query,
                                        std::function<bool()> enough) {
    if (auto valid = check(query); !valid) {
        co_return Failure{std::move(valid).error()};
    }
    Work work{std::move(query)};
    auto begun = co_await begin(db, work);
    if (!begun) {
        co_return Failure{std::move(begun).error()};
    }
    auto done = co_await read_rows(db, work, enough);
    if (!done) {
        co_return Failure{std::move(done).error()};
    }
    if (work.full) {
        work.page.next = work.end;
    } else {
        std::string sql = after_sql(work.query.stream, work.clocks());
        Cursor last = work.end;
        auto after = co_await neighbour(db, std::move(sql), work.query.vid, work.query.to,
                                        work.shift_us, last);
        if (!after) {
            co_return Failure{std::move(after).error()};
        }
        work.gaps->finish(*after);
    }
    auto declared = co_await declared_for(db, work.query, work.gaps->holes());
    if (!declared) {
        co_return Failure{std::move(declared).error()};
    }
    work.page.gaps = work.gaps->take(*declared);
    if (work.reducer) {
        work.page.traces = work.reducer->take();
    }
    co_return std::move(work.page);
}

} // namespace ems::replay
