#include "dispatch/store/recordings.h"

#include <algorithm>
#include <utility>

#include "dispatch/store/rows_json.h"

namespace ems::dispatch {
namespace {

constexpr const char* kAddSnapshotSql =
    "select dispatch.snapshot_add($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
constexpr const char* kCamerasSql =
    "select distinct u.id, c.camera from media.camera_session c join registry.unit u on u.vid = c.vid "
    "where c.ended_at is null and c.expires_at > clock_timestamp() order by u.id, c.camera limit $1";
constexpr const char* kRecordingsSql =
    "select r.kind, r.id, coalesce(u.id, 0), r.vid, r.camera, dispatch.us(r.first_at), dispatch.us(r.last_at), r.bytes, "
    "r.closed, r.by from ("
    "select 1 as kind, id::text as id, vid, camera, first_utc as first_at, last_utc as last_at, bytes, closed, '' as by "
    "from media.recording where incident_id = $1 "
    "union all select 2, id::text, vid, direction, first_utc, last_utc, bytes, closed, speaker "
    "from media.voice_recording where incident_id = $1 "
    "union all select 3, id, vid, camera, taken_at, taken_at, octet_length(jpeg), true, taken_by "
    "from media.snapshot where incident_id = $1 "
    "union all select 4, id::text, vid, camera, from_utc, to_utc, 0, true, '' "
    "from media.recording_gap where incident_id = $1) r "
    "left join registry.unit u on u.vid = r.vid order by r.first_at, r.kind, r.id limit $2";
constexpr const char* kVideoFileSql =
    "select path, vid, coalesce(incident_id, 0) from media.recording where id::text = $1";
constexpr const char* kVoiceFileSql =
    "select path, vid, coalesce(incident_id, 0) from media.voice_recording where id::text = $1";
constexpr const char* kSnapshotSql =
    "select substring(jpeg from $2 + 1 for $3), vid, octet_length(jpeg), incident_id from media.snapshot where id = $1";
constexpr const char* kCasesSql =
    "select jsonb_build_object('units', '[]'::jsonb, 'incidents', dispatch.incident_rows(array(select id from "
    "dispatch.incident where created_at >= dispatch.ts($1) and created_at < dispatch.ts($2) order by created_at desc "
    "limit $3)), 'assignments', '[]'::jsonb, 'commands', '[]'::jsonb, 'postings', '[]'::jsonb, 'proposals', '[]'::jsonb)";

} // namespace

Task<void> add_snapshot(pg::Connection& db, std::uint64_t term, StoreKey key, SnapshotRow row) {
    // GCC 12 destroys an aggregate twice that is made inside a co_await expression: parameters are made before it.
    pg::Params params = pg::Params::of(term, key.user, key.key, pg::Bytes{key.request_hash}, pg::Bytes{key.response}, row.id,
                                       row.incident, row.unit, row.camera, row.taken_us, row.width, row.height,
                                       pg::Bytes{std::move(row.jpeg)});
    auto added = co_await db.execute(kAddSnapshotSql, std::move(params));
    if (!added) {
        co_return Failure{translate(added.error())};
    }
    co_return Result<void>{};
}

Task<std::vector<CameraRow>> live_cameras(pg::Connection& db, std::size_t count_max) {
    pg::Params params = pg::Params::of(static_cast<std::int64_t>(count_max));
    auto rows = co_await db.query(kCamerasSql, std::move(params));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    std::vector<CameraRow> out;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        auto row = rows->read<std::int64_t, std::string>(i);
        if (!row) {
            co_return Failure{row.error()};
        }
        out.push_back({{std::get<0>(*row)}, std::move(std::get<1>(*row))});
    }
    co_return out;
}

Task<std::vector<RecordingRow>> recordings_of(pg::Connection& db, IncidentId incident, std::size_t count_max) {
    pg::Params params = pg::Params::of(incident, static_cast<std::int64_t>(count_max));
    auto rows = co_await db.query(kRecordingsSql, std::move(params));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    std::vector<RecordingRow> out;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        auto row = rows->read<std::int32_t, std::string, std::int64_t, std::string, std::string, std::int64_t, std::int64_t,
                              std::int64_t, bool, std::string>(i);
        if (!row) {
            co_return Failure{row.error()};
        }
        auto& [kind, id, unit, vid, camera, first_us, last_us, bytes, closed, by] = *row;
        out.push_back({static_cast<RecordingKind>(kind), std::move(id), {unit}, std::move(vid), std::move(camera), first_us,
                       last_us, bytes, closed, std::move(by)});
    }
    co_return out;
}

Task<RecordedFile> recorded_file(pg::Connection& db, RecordingKind kind, std::string id, std::int64_t offset,
                                 std::size_t count_max) {
    RecordedFile out;
    if (kind == RecordingKind::snapshot) {
        const auto from = static_cast<std::int32_t>(std::min<std::int64_t>(offset, kJpegBytesMax));
        pg::Params params = pg::Params::of(id, from, static_cast<std::int32_t>(count_max));
        auto rows = co_await db.query(kSnapshotSql, std::move(params));
        if (!rows) {
            co_return Failure{rows.error()};
        }
        if (rows->empty()) {
            co_return fail(Code::not_found, "no such picture");
        }
        auto row = rows->read<pg::Bytes, std::string, std::int32_t, std::int64_t>(0);
        if (!row) {
            co_return Failure{row.error()};
        }
        out.data = std::move(std::get<0>(*row).value);
        out.vid = std::move(std::get<1>(*row));
        out.total = std::get<2>(*row);
        out.incident = {std::get<3>(*row)};
        co_return out;
    }
    pg::Params params = pg::Params::of(id);
    const char* const sql = kind == RecordingKind::video ? kVideoFileSql : kVoiceFileSql;
    auto rows = co_await db.query(sql, std::move(params));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    if (rows->empty()) {
        co_return fail(Code::not_found, "no such recording");
    }
    auto row = rows->read<std::string, std::string, std::int64_t>(0);
    if (!row) {
        co_return Failure{row.error()};
    }
    out.path = std::move(std::get<0>(*row));
    out.vid = std::move(std::get<1>(*row));
    out.incident = {std::get<2>(*row)};
    co_return out;
}

Task<std::vector<IncidentRow>> cases_between(pg::Connection& db, std::int64_t from_us, std::int64_t to_us,
                                             std::size_t count_max) {
    pg::Params params = pg::Params::of(from_us, to_us, static_cast<std::int64_t>(count_max));
    auto answer = co_await db.query(kCasesSql, std::move(params));
    if (!answer) {
        co_return Failure{answer.error()};
    }
    auto rows = rows_from_json(answer->text(0, 0).value_or(""));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    std::vector<IncidentRow> out = std::move(rows->incidents);
    std::sort(out.begin(), out.end(), [](const IncidentRow& a, const IncidentRow& b) { return a.id.value > b.id.value; });
    co_return out;
}

} // namespace ems::dispatch
