#include "telemetry/retention/case_archive.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "telemetry/base/log.h"

namespace ems::retention {

namespace asio = boost::asio;
using pg::Params;

namespace {

// A vehicle may send 64 kB a second at most, so a slice is a few megabytes at the very worst.
constexpr std::int64_t kSliceUs = 60LL * 1'000'000;
constexpr std::int64_t kCompareUs = 600LL * 1'000'000;

struct Table {
    const char* live;
    const char* copy;
    const char* columns;
};

constexpr std::array<Table, 3> kTables{{
    {"telemetry.position", "archive.case_position",
     "vid, t, spool, seq, t_device_us, clk, t_bad, received_at, place, speed_cm_s, course_cdeg, "
     "altitude_dm, hdop_centi, "
     "satellites, fix_mode, plausible"},
    {"telemetry.vitals", "archive.case_vitals",
     "vid, t, spool, seq, t_device_us, clk, t_bad, received_at, hr_bpm, pr_bpm, spo2_pct, rr_bpm, "
     "nibp_sys_mmhg, "
     "nibp_dia_mmhg, nibp_mean_mmhg, etco2_mmhg, temp_cdeg, nibp_t, invalid_mask"},
    {"telemetry.wave", "archive.case_wave",
     "vid, t, spool, seq, t_device_us, clk, t_bad, received_at, recording, rate_mhz, lead_mask, "
     "first_sample, samples, "
     "gain_nv, lead_off_mask, pleth_samples, simulated, body"},
}};

// Parameters of every statement over a whole task: vid, window, task, shifted window ($5, $6).
// Records that stand where a wrong clock put them; one whose clock agreed with its receiver's (clk 3)
// stands where it belongs, and may be another patient's.
constexpr const char* kElsewhere =
    "((t >= $5 and t < $6 and received_at >= $2 and clk <> 3) or "
    "(t = '1970-01-01 00:00+00' and received_at >= $2 and received_at < $3))";

// Events of a window, by the device's clock or, when that cannot be right, by receipt.
constexpr const char* kEventsOfWindow = R"(
telemetry.inbox cross join lateral (select
    (extract(epoch from $2::timestamptz) * 1000000)::bigint as low,
    (extract(epoch from $3::timestamptz) * 1000000)::bigint as high,
    (extract(epoch from $5::timestamptz) * 1000000)::bigint as shifted_low,
    (extract(epoch from $6::timestamptz) * 1000000)::bigint as shifted_high,
    (extract(epoch from received_at) * 1000000)::bigint as came) w
where vid = $1 and ((clk <> 0 and t_us >= w.low and t_us < w.high)
  or (t_us >= w.shifted_low and t_us < w.shifted_high and received_at >= $2 and clk <> 3)
  or ((clk = 0 or t_us < 1577836800000000 or t_us > w.came + 300000000)
      and received_at >= $2 and received_at < $3)))";

constexpr const char* kFindClosed = R"(
insert into archive.case_copy (assignment_id, incident_id, unit_id, vid, from_t, to_t, closed_at, copied_to)
select p.assignment_id, p.incident_id, p.unit_id, p.vid, p.from_t, p.to_t, p.closed_at, p.from_t
from archive.case_part p
where p.closed_at is not null and p.to_t is not null and p.vid is not null
  and not exists (select from archive.case_copy c where c.assignment_id = p.assignment_id)
order by p.assignment_id limit 100
on conflict do nothing)";

constexpr const char* kNextCase = R"(
update archive.case_copy set looked_at = $1
where assignment_id = (
  select assignment_id from archive.case_copy
  where settled_at is null and (looked_at is null
    or looked_at <= $1::timestamptz - case state when 'copying' then interval '1 minute' else interval '10 minutes' end)
  order by looked_at nulls first, assignment_id limit 1)
returning assignment_id, vid, from_t, to_t, closed_at, copied_to, state,
  (archive.shifted_window(vid, from_t, to_t)).from_t, (archive.shifted_window(vid, from_t, to_t)).to_t)";

// Whether what the vehicle made in the window is known: it has itself been heard since and has said
// its spool, and every record is of a spool with marks. A terminal's numbers are not dense: of it
// only patience tells.
constexpr const char* kOwed = R"(
select o.owed + case when $5 < $6 then s.owed else 0 end, o.not_kept + case when $5 < $6 then s.not_kept else 0 end,
  coalesce(l.last_heard >= $3 and l.way = 'broker' and l.spool <> 0, false)
  and exists (select from telemetry.ingest_mark m where m.vid = $1)
  and not exists (select from archive.case_position c where c.vid = $1 and c.t >= $2 and c.t < $3 and c.assignment_id = $4
    and not exists (select from telemetry.ingest_mark m where m.vid = c.vid and m.spool = c.spool and m.stream = 2))
from archive.owed($1, $2, $3) o cross join archive.owed($1, $5, $6) s left join telemetry.vehicle_link l on l.vid = $1)";

constexpr const char* kCopyGaps = R"(
insert into archive.case_gap (vid, spool, stream, from_seq, to_seq, reason, received_at, assignment_id)
select g.vid, g.spool, g.stream, g.from_seq, g.to_seq, g.reason, g.received_at, $4
from (select * from archive.seq_spans($1, $2, $3) union
      select * from archive.seq_spans($1, $5, $6) where $5::timestamptz < $6::timestamptz) s
join telemetry.gap g on g.vid = $1 and g.spool = s.spool and g.stream = s.stream
  and g.to_seq >= s.low and g.from_seq <= s.high
on conflict do nothing)";

Params window_and_task(const CaseCopy& copy) {
    return Params::of(copy.vid, copy.from, copy.to, copy.assignment, copy.shifted_from,
                      copy.shifted_to);
}

asio::awaitable<Result<void>> copy_rows(pg::Connection& db, const CaseCopy& copy, ServerTime end) {
    std::array<std::int64_t, kTables.size()> fresh{};
    for (std::size_t i = 0; i < kTables.size(); ++i) {
        std::string sql = fmt::format("insert into {1} ({2}, assignment_id) select {2}, $4 from "
                                      "{0} where vid = $1 and t >= $2 and t < $3 "
                                      "on conflict do nothing",
                                      kTables[i].live, kTables[i].copy, kTables[i].columns);
        const Params slice = Params::of(copy.vid, copy.copied_to, end, copy.assignment);
        auto rows = co_await db.query(std::move(sql), slice);
        if (!rows) {
            co_return Failure{std::move(rows).error()};
        }
        fresh[i] = static_cast<std::int64_t>(rows->affected());
    }
    const Params mark = Params::of(copy.assignment, end, fresh[0], fresh[1], fresh[2]);
    auto marked = co_await db.query("update archive.case_copy set copied_to = $2, positions = "
                                    "positions + $3, vitals = vitals + $4, "
                                    "waves = waves + $5 where assignment_id = $1",
                                    mark);
    co_return marked.map([](const pg::Rows&) {});
}

// A slice of the shifted window, [at, end), and with the last one all that has no time.
asio::awaitable<Result<void>> copy_elsewhere(pg::Connection& db, const CaseCopy& copy,
                                             ServerTime at, ServerTime end) {
    std::array<std::int64_t, kTables.size()> fresh{};
    CaseCopy slice = copy;
    slice.shifted_from = at;
    slice.shifted_to = end;
    for (std::size_t i = 0; i < kTables.size(); ++i) {
        // What both windows hold was copied with the window itself.
        std::string sql = fmt::format("insert into {1} ({2}, assignment_id) select {2}, $4 from "
                                      "{0} where vid = $1 and {3} on conflict do nothing",
                                      kTables[i].live, kTables[i].copy, kTables[i].columns,
                                      kElsewhere);
        const Params params = window_and_task(slice);
        auto rows = co_await db.query(std::move(sql), params);
        if (!rows) {
            co_return Failure{std::move(rows).error()};
        }
        fresh[i] = static_cast<std::int64_t>(rows->affected());
    }
    const Params mark = Params::of(copy.assignment, fresh[0], fresh[1], fresh[2]);
    auto marked = co_await db.query("update archive.case_copy set positions = positions + $2, "
                                    "vitals = vitals + $3, waves = waves + $4 "
                                    "where assignment_id = $1",
                                    mark);
    co_return marked.map([](const pg::Rows&) {});
}

asio::awaitable<Result<void>> copy_all_elsewhere(pg::Connection& db, const CaseCopy& copy) {
    for (ServerTime at = copy.shifted_from;;) {
        const ServerTime end{std::min(at.us + kSliceUs, std::max(at.us, copy.shifted_to.us))};
        const auto rows = [&copy, at, end](pg::Connection& tx) {
            return copy_elsewhere(tx, copy, at, end);
        };
        auto copied = co_await pg::transaction(db, rows);
        if (!copied || end >= copy.shifted_to) {
            co_return copied;
        }
        at = end;
    }
}

// Events and gaps are few: all of the window at once.
asio::awaitable<Result<void>> copy_events(pg::Connection& db, const CaseCopy& copy) {
    std::string sql = fmt::format("insert into archive.case_event (vid, spool, seq, t_us, clk, "
                                  "received_at, event_id, body, assignment_id) "
                                  "select vid, spool, seq, t_us, clk, received_at, event_id, body, "
                                  "$4 from {} on conflict do nothing",
                                  kEventsOfWindow);
    const Params events = window_and_task(copy);
    auto rows = co_await db.query(std::move(sql), events);
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    const Params mark = Params::of(copy.assignment, static_cast<std::int64_t>(rows->affected()));
    auto marked = co_await db.query(
        "update archive.case_copy set events = events + $2 where assignment_id = $1", mark);
    if (!marked) {
        co_return Failure{std::move(marked).error()};
    }
    const Params gaps = window_and_task(copy);
    auto copied = co_await db.query(kCopyGaps, gaps);
    co_return copied.map([](const pg::Rows&) {});
}

// Records that stand in the partitions and not in the archive, by numbers: nothing is ever deleted
// from either before the task is settled, so equal numbers are equal sets.
asio::awaitable<Result<bool>> came_late(pg::Connection& db, const CaseCopy& copy) {
    std::string sql = fmt::format("select (select count(*) from {}) > c.events from "
                                  "archive.case_copy c where c.assignment_id = $4",
                                  kEventsOfWindow);
    const Params of_events = window_and_task(copy);
    auto events = co_await db.query(std::move(sql), of_events);
    if (!events) {
        co_return Failure{std::move(events).error()};
    }
    auto more = events->get<bool>(0, 0);
    if (!more || *more) {
        co_return more;
    }
    const Params of_rows = window_and_task(copy);
    std::string counts = fmt::format(
        "select (select count(*) from telemetry.position where vid = $1 and {0}) > c.positions "
        "or (select count(*) from telemetry.vitals where vid = $1 and {0}) > c.vitals "
        "or (select count(*) from telemetry.wave where vid = $1 and {0}) > c.waves "
        "from archive.case_copy c where c.assignment_id = $4",
        fmt::format("((t >= $2 and t < $3) or {})", kElsewhere));
    auto rows = co_await db.query(std::move(counts), of_rows);
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    co_return rows->get<bool>(0, 0);
}

// Records whose copy is not there or not the same, column for column.
asio::awaitable<Result<std::int64_t>> count_differences(pg::Connection& db, const CaseCopy& copy) {
    std::int64_t found = 0;
    for (const Table& table : kTables) {
        for (ServerTime at = copy.from; at < copy.to; at.us += kCompareUs) {
            std::string sql = fmt::format("select count(*) from (select {2} from {0} where vid = "
                                          "$1 and t >= $2 and t < $3 except "
                                          "select {2} from {1} where vid = $1 and t >= $2 and t < "
                                          "$3 and assignment_id = $4) as d",
                                          table.live, table.copy, table.columns);
            const ServerTime end{std::min(at.us + kCompareUs, copy.to.us)};
            const Params slice = Params::of(copy.vid, at, end, copy.assignment);
            auto rows = co_await db.query(std::move(sql), slice);
            if (!rows) {
                co_return Failure{std::move(rows).error()};
            }
            auto count = rows->get<std::int64_t>(0, 0);
            if (!count) {
                co_return count;
            }
            found += *count;
        }
    }
    for (const Table& table : kTables) {
        std::string sql = fmt::format(
            "select count(*) from (select {2} from {0} where vid = $1 and {3} except "
            "select {2} from {1} where vid = $1 and assignment_id = $4 and {3}) as d",
            table.live, table.copy, table.columns, kElsewhere);
        const Params window = window_and_task(copy);
        auto rows = co_await db.query(std::move(sql), window);
        if (!rows) {
            co_return Failure{std::move(rows).error()};
        }
        auto count = rows->get<std::int64_t>(0, 0);
        if (!count) {
            co_return count;
        }
        found += *count;
    }
    std::string sql = fmt::format(
        "select count(*) from (select vid, spool, seq, t_us, clk, received_at, event_id, body from "
        "{} except "
        "select vid, spool, seq, t_us, clk, received_at, event_id, body from archive.case_event "
        "where vid = $1 and assignment_id = $4) as d",
        kEventsOfWindow);
    const Params events = window_and_task(copy);
    auto rows = co_await db.query(std::move(sql), events);
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    auto count = rows->get<std::int64_t>(0, 0);
    co_return count.map([found](std::int64_t events_found) { return found + events_found; });
}

asio::awaitable<Result<void>> begin_pass(pg::Connection& db, CaseCopy& copy) {
    const Params params = Params::of(copy.assignment);
    auto rows = co_await db.execute("update archive.case_copy set state = 'copying', copied_to = "
                                    "from_t where assignment_id = $1",
                                    params);
    copy.copied_to = copy.from;
    copy.state = "copying";
    co_return rows.map([](const pg::Rows&) {});
}

struct Debt {
    std::int64_t owed{0};
    std::int64_t not_kept{0};
    bool known{false};
};

asio::awaitable<Result<Debt>> debt_of(pg::Connection& db, const CaseCopy& copy) {
    const Params params = window_and_task(copy);
    auto rows = co_await db.query(kOwed, params);
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    auto row = rows->read<std::int64_t, std::int64_t, bool>(0);
    if (!row) {
        co_return Failure{std::move(row).error()};
    }
    Debt debt;
    debt.owed = std::get<0>(*row);
    debt.not_kept = std::get<1>(*row);
    debt.known = std::get<2>(*row);
    co_return debt;
}

const char* state_of(CaseOutcome outcome) {
    switch (outcome) {
    case CaseOutcome::waiting:
    case CaseOutcome::differs:
        return "complete";
    case CaseOutcome::gave_up:
        return "complete_with_gaps";
    case CaseOutcome::verified:
        return "verified";
    }
    return "complete";
}

asio::awaitable<Result<CaseOutcome>> settle(pg::Connection& db, const CaseCopy& copy,
                                            ServerTime now, std::chrono::hours patience) {
    auto debt = co_await debt_of(db, copy);
    if (!debt) {
        co_return Failure{std::move(debt).error()};
    }
    const bool all_told = debt->owed == 0 && debt->known;
    const bool patient = now - copy.closed < std::chrono::microseconds{patience};
    CaseOutcome outcome = CaseOutcome::waiting;
    if (all_told || !patient) {
        auto differences = co_await count_differences(db, copy);
        if (!differences) {
            co_return Failure{std::move(differences).error()};
        }
        if (*differences > 0) {
            auto late = co_await came_late(db, copy); // while the copies were compared
            if (!late) {
                co_return Failure{std::move(late).error()};
            }
            outcome = *late ? CaseOutcome::waiting : CaseOutcome::differs;
        } else {
            outcome = all_told ? CaseOutcome::verified : CaseOutcome::gave_up;
        }
    }
    if (outcome == CaseOutcome::differs) {
        EMS_LOG(error, "retention", "copy differs from its original assignment={}",
                copy.assignment.value);
    }
    const bool settled = outcome == CaseOutcome::verified || outcome == CaseOutcome::gave_up;
    const std::optional<ServerTime> settled_at = settled ? std::optional{now} : std::nullopt;
    const Params params =
        Params::of(copy.assignment, state_of(outcome), debt->owed, debt->not_kept, settled_at);
    auto rows = co_await db.execute("update archive.case_copy set state = $2, owed = $3, not_kept "
                                    "= $4, settled_at = $5 where assignment_id = $1",
                                    params);
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    co_return outcome;
}

} // namespace

asio::awaitable<Result<std::int64_t>> find_closed_cases(pg::Connection& db) {
    auto rows = co_await db.execute(kFindClosed);
    co_return rows.map([](const pg::Rows& r) { return static_cast<std::int64_t>(r.affected()); });
}

asio::awaitable<Result<std::optional<CaseCopy>>> next_case(pg::Connection& db, ServerTime now) {
    const Params params = Params::of(now);
    auto rows = co_await db.execute(kNextCase, params);
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    std::optional<CaseCopy> out;
    if (rows->empty()) {
        co_return out;
    }
    auto row = rows->read<AssignmentId, std::string, ServerTime, ServerTime, ServerTime, ServerTime,
                          std::string, ServerTime, ServerTime>(0);
    if (!row) {
        co_return Failure{std::move(row).error()};
    }
    out.emplace();
    std::tie(out->assignment, out->vid, out->from, out->to, out->closed, out->copied_to,
             out->state, out->shifted_from, out->shifted_to) = std::move(*row);
    co_return out;
}

asio::awaitable<Result<bool>> copy_slice(pg::Connection& db, CaseCopy& copy) {
    const ServerTime end{std::min(copy.copied_to.us + kSliceUs, copy.to.us)};
    const auto rows = [&copy, end](pg::Connection& tx) { return copy_rows(tx, copy, end); };
    auto copied = co_await pg::transaction(db, rows);
    if (!copied) {
        co_return Failure{std::move(copied).error()};
    }
    copy.copied_to = end;
    co_return copy.copied_to >= copy.to;
}

asio::awaitable<Result<CaseOutcome>> keep_case(pg::Connection& db, CaseCopy copy, ServerTime now,
                                               std::chrono::hours patience) {
    if (copy.copied_to >= copy.to) {
        auto late = co_await came_late(db, copy);
        if (!late) {
            co_return Failure{std::move(late).error()};
        }
        if (*late) {
            auto begun = co_await begin_pass(db, copy);
            if (!begun) {
                co_return Failure{std::move(begun).error()};
            }
        }
    }
    while (copy.copied_to < copy.to) {
        auto slice = co_await copy_slice(db, copy);
        if (!slice) {
            co_return Failure{std::move(slice).error()};
        }
    }
    auto elsewhere = co_await copy_all_elsewhere(db, copy);
    if (!elsewhere) {
        co_return Failure{std::move(elsewhere).error()};
    }
    const auto few = [&copy](pg::Connection& tx) { return copy_events(tx, copy); };
    auto events = co_await pg::transaction(db, few);
    if (!events) {
        co_return Failure{std::move(events).error()};
    }
    co_return co_await settle(db, copy, now, patience);
}

} // namespace ems::retention
