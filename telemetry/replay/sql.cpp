#include "telemetry/replay/sql.h"

#include <vector>

#include <fmt/format.h>

namespace ems::replay {
namespace {

struct Source {
    const char* table;
    const char* stored; // columns behind t, spool, seq, received_at
    const char* given;  // the same as a replay gives them
};

Source source_of(wire::Stream stream) {
    switch (stream) {
    case wire::STREAM_G:
        return {"position",
                "place, speed_cm_s, course_cdeg, altitude_dm, hdop_centi, satellites, fix_mode, "
                "plausible",
                "round(st_y(place::geometry) * 1e7)::int, round(st_x(place::geometry) * 1e7)::int, "
                "speed_cm_s, "
                "course_cdeg, altitude_dm, hdop_centi, satellites, fix_mode, plausible"};
    case wire::STREAM_V:
        return {"vitals",
                "invalid_mask, nibp_t, hr_bpm, pr_bpm, spo2_pct, rr_bpm, nibp_sys_mmhg, "
                "nibp_dia_mmhg, nibp_mean_mmhg, "
                "etco2_mmhg, temp_cdeg",
                "invalid_mask, coalesce((extract(epoch from nibp_t) * 1000000)::bigint, 0), "
                "hr_bpm, pr_bpm, spo2_pct, "
                "rr_bpm, nibp_sys_mmhg, nibp_dia_mmhg, nibp_mean_mmhg, etco2_mmhg, temp_cdeg"};
    case wire::STREAM_W:
        return {"wave", "body", "body"};
    default:
        return {"inbox", "event_id, body", "event_id, body"};
    }
}

// The inbox keeps times as numbers.
constexpr const char* kEventTime = "to_timestamp(0) + t_us * interval '1 microsecond'";
std::string us_of(const char* parameter) {
    return fmt::format("(extract(epoch from {}::timestamptz) * 1000000)::bigint", parameter);
}

// Of which records, and how far they are moved to be shown: those where they stand, and those that
// the clock of the query put elsewhere.
struct Part {
    std::string moved_us; // "0" or a parameter
    std::string which;    // condition, with "and" in front
};

std::vector<Part> parts_of(Clocks clocks, const char* shift, const char* time) {
    if (clocks == Clocks::right) {
        return {{"0", ""}};
    }
    const std::string wrong = fmt::format(
        "archive.was_shifted($1, clk::smallint, {}, received_at, {}::bigint)", time, shift);
    return {{"0", " and not " + wrong}, {fmt::format("{}::bigint", shift), " and " + wrong}};
}

std::string moved(const char* parameter, const std::string& by_us) {
    return by_us == "0"
               ? std::string{parameter}
               : fmt::format("({}::timestamptz - {} * interval '1 microsecond')", parameter, by_us);
}

// Events stand in the inbox for ever, whatever the case archive holds.
std::string events_sql(Clocks clocks) {
    std::string rows;
    for (const Part& part : parts_of(clocks, "$7", kEventTime)) {
        rows += fmt::format(
            "{0}(select t_us + {1} as shown_us, spool, seq, received_at, {1}::bigint as moved_us, "
            "event_id, body from telemetry.inbox where vid = $1 and clk <> 0 "
            "and t_us >= {2} - {1} and t_us < {3} - {1} "
            "and (t_us, spool, seq) > ({2} - {1}, $4::bigint, $5::bigint){4} "
            "order by t_us, spool, seq limit $6)",
            rows.empty() ? "" : " union all ", part.moved_us, us_of("$2"), us_of("$3"), part.which);
    }
    return "select to_timestamp(0) + shown_us * interval '1 microsecond', spool, seq, received_at, "
           "moved_us, event_id, body from (" +
           rows + ") as r order by shown_us, spool, seq limit $6";
}

enum class Side { before, after };

std::string event_neighbour(Side side, Clocks clocks) {
    const char* order = side == Side::before ? "desc" : "asc";
    std::string rows;
    for (const Part& part : parts_of(clocks, "$3", kEventTime)) {
        rows += fmt::format("{0}(select t_us + {1} as shown_us, spool, seq from telemetry.inbox "
                            "where vid = $1 and clk <> 0 and t_us {2} {3} - {1}{4} "
                            "order by t_us {5}, spool {5}, seq {5} limit 1)",
                            rows.empty() ? "" : " union all ", part.moved_us,
                            side == Side::before ? "<" : ">=", us_of("$2"), part.which, order);
    }
    return fmt::format("select to_timestamp(0) + shown_us * interval '1 microsecond', spool, seq, "
                       "''::bytea from ({0}) as r order by shown_us {1}, spool {1}, seq {1} "
                       "limit 1",
                       rows, order);
}

std::string neighbour(wire::Stream stream, Side side, Clocks clocks) {
    if (stream == wire::STREAM_A) {
        return event_neighbour(side, clocks);
    }
    const Source source = source_of(stream);
    const char* order = side == Side::before ? "desc" : "asc";
    std::string rows;
    for (const Part& part : parts_of(clocks, "$3", "t")) {
        const std::string at = moved("$2", part.moved_us);
        const std::string range =
            side == Side::before
                ? fmt::format("t < {0} and t >= {0}::timestamptz - interval '1 hour'", at)
                : fmt::format("t >= {0} and t < {0}::timestamptz + interval '1 hour'", at);
        for (const char* table : {"telemetry.", "archive.case_"}) {
            rows += fmt::format(
                "{0}(select t + {1} * interval '1 microsecond' as shown, spool, seq, {2} as body "
                "from {3}{4} where vid = $1 and {5}{6} order by t {7}, spool {7}, seq {7} limit 1)",
                rows.empty() ? "" : " union all ", part.moved_us,
                stream == wire::STREAM_W ? "body" : "''::bytea", table, source.table, range,
                part.which, order);
        }
    }
    return fmt::format("select shown, spool, seq, body from ({0}) as r order by shown {1}, "
                       "spool {1}, seq {1} limit 1",
                       rows, order);
}

} // namespace

std::string records_sql(wire::Stream stream, Clocks clocks) {
    if (stream == wire::STREAM_A) {
        return events_sql(clocks);
    }
    const Source source = source_of(stream);
    // Each side stops by itself after $6 rows of its index; a record in both is one.
    std::string rows;
    for (const Part& part : parts_of(clocks, "$7", "t")) {
        const std::string from = moved("$2", part.moved_us);
        const std::string to = moved("$3", part.moved_us);
        for (const char* table : {"telemetry.", "archive.case_"}) {
            const bool archive = table[0] == 'a'; // there once for each case
            rows += fmt::format(
                "{0}(select {1}t + {2} * interval '1 microsecond' as shown, spool, seq, "
                "received_at, {2}::bigint as moved_us, {3} from {4}{5} where vid = $1 "
                "and t >= {6} and t < {7} and (t, spool, seq) > ({6}, $4::bigint, $5::bigint){8} "
                "order by t, spool, seq limit $6)",
                rows.empty() ? "" : " union all ", archive ? "distinct on (t, spool, seq) " : "",
                part.moved_us, source.stored, table, source.table, from, to, part.which);
        }
    }
    return fmt::format("with r as ({0}) select distinct on (shown, spool, seq) shown, spool, seq, "
                       "received_at, moved_us, {1} from r order by shown, spool, seq limit $6",
                       rows, source.given);
}

std::string before_sql(wire::Stream stream, Clocks clocks) {
    return neighbour(stream, Side::before, clocks);
}

std::string after_sql(wire::Stream stream, Clocks clocks) {
    return neighbour(stream, Side::after, clocks);
}

// By the errors that the centre has seen of the vehicle's clock (telemetry.clock_error) others
// stand at another time; those of them that are not shown are counted, too.
std::string untimed_sql(wire::Stream stream) {
    if (stream == wire::STREAM_A) {
        return fmt::format(
            "select count(*) from (select from telemetry.inbox i, "
            "archive.shifted_window($1, $2, $3) s where i.vid = $1 and i.received_at >= $2 and "
            "((i.clk = 0 and i.received_at < $3) or (i.clk <> 0 and "
            "i.t_us >= (extract(epoch from s.from_t) * 1000000)::bigint and "
            "i.t_us < (extract(epoch from s.to_t) * 1000000)::bigint and "
            "(i.t_us < {0} or i.t_us >= {1}) and not ($5::bigint <> 0 "
            "and i.t_us >= {0} - $5::bigint and i.t_us < {1} - $5::bigint and "
            "archive.was_shifted($1, i.clk::smallint, {2}, i.received_at, $5::bigint)))) "
            "limit $4) as u",
            us_of("$2"), us_of("$3"), kEventTime);
    }
    return fmt::format(
        "select (select count(*) from (select from telemetry.{0} where vid = $1 and t = "
        "'1970-01-01 00:00+00' and received_at >= $2 and received_at < $3 limit $4) as u) + "
        "(select count(*) from (select from telemetry.{0} r, archive.shifted_window($1, $2, $3) s "
        "where r.vid = $1 and r.t >= s.from_t and r.t < s.to_t and r.received_at >= $2 "
        "and (r.t < $2 or r.t >= $3) and not ($5::bigint <> 0 "
        "and r.t >= {1} and r.t < {2} and "
        "archive.was_shifted($1, r.clk::smallint, r.t, r.received_at, $5::bigint)) "
        "limit $4) as w)",
        source_of(stream).table, moved("$2", "$5::bigint"), moved("$3", "$5::bigint"));
}

} // namespace ems::replay
