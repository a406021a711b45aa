#include "dispatch/store/terminals.h"

#include <algorithm>
#include <utility>

namespace ems::dispatch {
namespace {

constexpr const char* kReportsSql =
    "select v.vid, round(extract(epoch from clock_timestamp() - l.last_heard) * 1000)::bigint, "
    "round(st_y(p.place::geometry) * 1e7)::int, round(st_x(p.place::geometry) * 1e7)::int, p.speed_cm_s, p.course_cdeg, "
    "dispatch.us(p.position_t), dispatch.us(p.position_received_at) "
    "from (select distinct vid from registry.terminal) v "
    "left join telemetry.vehicle_link l on l.vid = v.vid and l.way = 'terminal' "
    "left join telemetry.vehicle_latest p on p.vid = v.vid and p.position_source = 'terminal' and p.position_t is not null "
    "where l.vid is not null or p.vid is not null limit 10000";

constexpr const char* kLastKnownSql =
    "select v.vid, round(extract(epoch from clock_timestamp() - l.last_heard) * 1000)::bigint, "
    "case when coalesce(l.way, '') = 'terminal' then 1 else 0 end, "
    "round(st_y(p.place::geometry) * 1e7)::int, round(st_x(p.place::geometry) * 1e7)::int, p.speed_cm_s, p.course_cdeg, "
    "dispatch.us(p.position_t), round(extract(epoch from clock_timestamp() - p.position_received_at) * 1000)::bigint, "
    "round(extract(epoch from clock_timestamp() - p.position_t) * 1000)::bigint - "
    "case when p.position_source = 'terminal' then 0 else l.clock_offset_ms end, "
    "case when p.position_source = 'terminal' then 1 else 0 end "
    "from registry.vehicle v left join telemetry.vehicle_link l using (vid) "
    "left join telemetry.vehicle_latest p on p.vid = v.vid and p.position_t is not null and p.place is not null "
    "where v.region = $1 order by v.vid limit 10000";

constexpr const char* kAddTextSql =
    "select dispatch.terminal_text_add($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

constexpr const char* kTextsSql =
    "select id, vid, urgency = 'emergency', body, coalesce(incident_id, 0), dispatch.us(created_at), dispatch.us(expires_at), "
    "created_by, coalesce(dispatch.us(sent_at), 0), sends, coalesce(dispatch.us(answered_at), 0), coalesce(result, '') "
    "from telemetry.terminal_text where vid = $1 order by created_at desc limit $2";

using Int = std::optional<std::int32_t>;
using Big = std::optional<std::int64_t>;

Result<TerminalReport> report(const pg::Rows& rows, std::size_t i) {
    auto row = rows.read<std::string, Big, Int, Int, Int, Int, Big, Big>(i);
    if (!row) {
        return Failure{row.error()};
    }
    auto& [vid, silent_ms, lat_e7, lon_e7, speed, course, device_us, received_us] = *row;
    TerminalReport out;
    out.vid = std::move(vid);
    if (silent_ms) {
        out.silent = std::chrono::milliseconds{std::max<std::int64_t>(*silent_ms, 0)};
    }
    if (lat_e7 && lon_e7 && device_us && received_us) {
        out.position = TerminalPosition{{*lat_e7, *lon_e7},
                                        static_cast<std::uint32_t>(std::max(speed.value_or(0), 0)),
                                        static_cast<std::uint32_t>(std::max(course.value_or(0), 0)),
                                        *device_us,
                                        *received_us};
    }
    return out;
}

Result<LastKnown> known_row(const pg::Rows& rows, std::size_t i) {
    auto row = rows.read<std::string, Big, std::int32_t, Int, Int, Int, Int, Big, Big, Big, std::int32_t>(i);
    if (!row) {
        return Failure{row.error()};
    }
    auto& [vid, silent_ms, link_by_terminal, lat_e7, lon_e7, speed, course, device_us, received_ms, measured_ms,
           fix_by_terminal] = *row;
    LastKnown out;
    out.vid = std::move(vid);
    out.by_terminal = link_by_terminal != 0;
    if (silent_ms) {
        out.silent = std::chrono::milliseconds{std::max<std::int64_t>(*silent_ms, 0)};
    }
    if (lat_e7 && lon_e7 && device_us && received_ms) {
        const std::int64_t since_ms = std::max<std::int64_t>(*received_ms, 0);
        out.fix = LastKnown::Fix{{*lat_e7, *lon_e7},
                                 static_cast<std::uint32_t>(std::max(speed.value_or(0), 0)),
                                 static_cast<std::uint32_t>(std::max(course.value_or(0), 0)),
                                 *device_us,
                                 std::chrono::milliseconds{since_ms},
                                 std::chrono::milliseconds{std::max(since_ms, measured_ms.value_or(since_ms))},
                                 fix_by_terminal != 0};
    }
    return out;
}

Result<TerminalTextRow> text_row(const pg::Rows& rows, std::size_t i) {
    auto row = rows.read<std::string, std::string, bool, std::string, std::int64_t, std::int64_t, std::int64_t, std::string,
                         std::int64_t, std::int32_t, std::int64_t, std::string>(i);
    if (!row) {
        return Failure{row.error()};
    }
    auto& [id, vid, emergency, text, incident, created, expires, by, sent, sends, answered, result] = *row;
    return TerminalTextRow{std::move(id),
                           std::move(vid),
                           emergency,
                           std::move(text),
                           incident,
                           created,
                           expires,
                           std::move(by),
                           sent,
                           static_cast<std::uint32_t>(sends),
                           answered,
                           std::move(result)};
}

} // namespace

Task<std::vector<TerminalReport>> terminal_reports(pg::Connection& db) {
    auto rows = co_await db.query(kReportsSql);
    if (!rows) {
        co_return Failure{rows.error()};
    }
    std::vector<TerminalReport> out;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        auto one = report(*rows, i);
        if (!one) {
            co_return Failure{one.error()};
        }
        out.push_back(std::move(*one));
    }
    co_return out;
}

Task<std::vector<LastKnown>> last_known(pg::Connection& db, std::string region) {
    pg::Params params = pg::Params::of(region);
    auto rows = co_await db.query(kLastKnownSql, std::move(params));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    std::vector<LastKnown> out;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        auto one = known_row(*rows, i);
        if (!one) {
            co_return Failure{one.error()};
        }
        out.push_back(std::move(*one));
    }
    co_return out;
}

Task<void> add_terminal_text(pg::Connection& db, std::uint64_t term, StoreKey key, TerminalTextRow row,
                             std::chrono::milliseconds life) {
    // GCC 12 destroys an aggregate twice that is made inside a co_await expression: parameters are made before it.
    pg::Params params =
        pg::Params::of(term, key.user, key.key, pg::Bytes{key.request_hash}, pg::Bytes{key.response}, row.id, row.vid,
                       row.emergency ? "emergency" : "normal", row.text, row.incident, std::int64_t{life.count()});
    auto added = co_await db.execute(kAddTextSql, std::move(params));
    if (!added) {
        co_return Failure{translate(added.error())};
    }
    co_return Result<void>{};
}

Task<std::vector<TerminalTextRow>> terminal_texts(pg::Connection& db, std::string vid, std::size_t count_max) {
    pg::Params params = pg::Params::of(vid, static_cast<std::int64_t>(count_max));
    auto rows = co_await db.query(kTextsSql, std::move(params));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    std::vector<TerminalTextRow> out;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        auto one = text_row(*rows, i);
        if (!one) {
            co_return Failure{one.error()};
        }
        out.push_back(std::move(*one));
    }
    co_return out;
}

} // namespace ems::dispatch
