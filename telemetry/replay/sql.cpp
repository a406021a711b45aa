#include "telemetry/replay/sql.h"

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

// Events stand in the inbox for ever, whatever the case archive holds.
constexpr const char* kEvents = R"(
select to_timestamp(0) + t_us * interval '1 microsecond', spool, seq, received_at, event_id, body from telemetry.inbox
where vid = $1 and clk <> 0 and t_us >= (extract(epoch from $2::timestamptz) * 1000000)::bigint
  and t_us < (extract(epoch from $3::timestamptz) * 1000000)::bigint
  and (t_us, spool, seq) > ((extract(epoch from $2::timestamptz) * 1000000)::bigint, $4::bigint, $5::bigint)
order by t_us, spool, seq limit $6)";

std::string neighbour(wire::Stream stream, const char* condition, const char* order) {
    if (stream == wire::STREAM_A) {
        return fmt::format(
            "select to_timestamp(0) + t_us * interval '1 microsecond', spool, seq, ''::bytea from "
            "telemetry.inbox where vid = $1 and clk <> 0 and {} order by t_us {}, spool {}, seq {} "
            "limit 1",
            condition, order, order, order);
    }
    const Source source = source_of(stream);
    const char* body = stream == wire::STREAM_W ? "body" : "''::bytea";
    return fmt::format("select t, spool, seq, body from ("
                       "(select t, spool, seq, {1} as body from telemetry.{0} where vid = $1 and "
                       "{2} order by t {3}, spool {3}, seq {3} "
                       "limit 1) union all "
                       "(select t, spool, seq, {1} as body from archive.case_{0} where vid = $1 "
                       "and {2} order by t {3}, spool {3}, "
                       "seq {3} limit 1)) as r order by t {3}, spool {3}, seq {3} limit 1",
                       source.table, body, condition, order);
}

} // namespace

std::string records_sql(wire::Stream stream) {
    if (stream == wire::STREAM_A) {
        return kEvents;
    }
    const Source source = source_of(stream);
    // Both sides stop by themselves after $6 rows of their index; a record in both is one.
    return fmt::format(
        "with r as ("
        "(select t, spool, seq, received_at, {1} from telemetry.{0} where vid = $1 and t >= $2 and "
        "t < $3 "
        "and (t, spool, seq) > ($2, $4::bigint, $5::bigint) order by t, spool, seq limit $6) "
        "union all "
        "(select distinct on (t, spool, seq) t, spool, seq, received_at, {1} from archive.case_{0} "
        "where vid = $1 and t >= $2 and t < $3 and (t, spool, seq) > ($2, $4::bigint, $5::bigint) "
        "order by t, spool, seq limit $6)) "
        "select distinct on (t, spool, seq) t, spool, seq, received_at, {2} from r order by t, "
        "spool, seq limit $6",
        source.table, source.stored, source.given);
}

std::string before_sql(wire::Stream stream) {
    return stream == wire::STREAM_A
               ? neighbour(stream, "t_us < (extract(epoch from $2::timestamptz) * 1000000)::bigint",
                           "desc")
               : neighbour(stream, "t < $2 and t >= $2::timestamptz - interval '1 hour'", "desc");
}

std::string after_sql(wire::Stream stream) {
    return stream == wire::STREAM_A
               ? neighbour(stream,
                           "t_us >= (extract(epoch from $2::timestamptz) * 1000000)::bigint", "asc")
               : neighbour(stream, "t >= $2 and t < $2::timestamptz + interval '1 hour'", "asc");
}

// By the errors that the centre has seen of the vehicle's clock (telemetry.clock_error) others stand
// at another time; they are counted, too.
std::string untimed_sql(wire::Stream stream) {
    if (stream == wire::STREAM_A) {
        return "select count(*) from (select from telemetry.inbox i, "
               "archive.shifted_window($1, $2, $3) s where i.vid = $1 and i.received_at >= $2 and "
               "((i.clk = 0 and i.received_at < $3) or (i.clk <> 0 and "
               "i.t_us >= (extract(epoch from s.from_t) * 1000000)::bigint and "
               "i.t_us < (extract(epoch from s.to_t) * 1000000)::bigint and "
               "(i.t_us < (extract(epoch from $2::timestamptz) * 1000000)::bigint or "
               "i.t_us >= (extract(epoch from $3::timestamptz) * 1000000)::bigint))) limit $4) "
               "as u";
    }
    return fmt::format(
        "select (select count(*) from (select from telemetry.{0} where vid = $1 and t = "
        "'1970-01-01 00:00+00' and received_at >= $2 and received_at < $3 limit $4) as u) + "
        "(select count(*) from (select from telemetry.{0} r, archive.shifted_window($1, $2, $3) s "
        "where r.vid = $1 and r.t >= s.from_t and r.t < s.to_t and r.received_at >= $2 "
        "and (r.t < $2 or r.t >= $3) "
        "limit $4) as w)",
        source_of(stream).table);
}

} // namespace ems::replay
