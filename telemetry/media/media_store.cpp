#include "telemetry/media/media_store.h"

#include <tuple>
#include <utility>

namespace ems::media {
namespace {

Result<void> done(const Result<pg::Rows>& rows) {
    if (!rows) {
        return Failure{rows.error()};
    }
    return {};
}

Result<GrantRow> read_grant(const pg::Rows& rows, std::size_t at) {
    auto row = rows.read<std::string, std::string, std::string, std::int64_t, std::int64_t,
                         pg::Bytes, pg::Bytes, ServerTime>(at);
    if (!row) {
        return Failure{std::move(row).error()};
    }
    auto& [grant_id, vid, camera, ssrc, viewer_ssrc, srtp, srtcp, expires] = *row;
    GrantRow grant;
    grant.right.camera = {std::move(vid), std::move(camera)};
    grant.right.grant.grant_id = std::move(grant_id);
    grant.right.grant.ssrc = static_cast<std::uint32_t>(ssrc);
    grant.right.grant.viewer_ssrc = static_cast<std::uint32_t>(viewer_ssrc);
    grant.right.expires_us = expires.us;
    grant.sealed = {std::move(srtp.value), std::move(srtcp.value)};
    return grant;
}

std::string closed_of(RecordedOf whose) {
    return std::string{"select path, bytes from media.recorded_file where server = $1::text and "
                       "closed and incident_id is "} +
           (whose == RecordedOf::incident ? "not null " : "null ");
}

} // namespace

MediaStore::Async<void> MediaStore::announce(ServerPlace place) {
    const auto rows = co_await db_.execute(
        "insert into media.server (name, host, port, tls_port) "
        "values ($1::text, $2::text, $3::int, $4::int) "
        "on conflict (name) do update set host = excluded.host, port = excluded.port, "
        "tls_port = excluded.tls_port, seen_at = clock_timestamp()",
        pg::Params::of(server_, place.host, place.port, place.tls_port));
    co_return done(rows);
}

MediaStore::Async<std::vector<std::string>> MediaStore::vehicles(std::string region) {
    auto vids = co_await texts("select vid from registry.vehicle where region = $1::text limit 1000",
                               pg::Params::of(region));
    co_return vids;
}

MediaStore::Async<void> MediaStore::close_leftovers() {
    const auto sessions =
        co_await db_.execute("update media.camera_session set ended_at = clock_timestamp() "
                             "where server = $1::text and ended_at is null",
                             pg::Params::of(server_));
    if (!sessions) {
        co_return Failure{sessions.error()};
    }
    const auto recordings = co_await db_.execute(
        "update media.recording set closed = true where server = $1::text and not closed",
        pg::Params::of(server_));
    co_return done(recordings);
}

MediaStore::Async<std::vector<GrantRow>> MediaStore::live_grants() {
    const auto rows = co_await db_.query(
        "select grant_id, vid, camera, ssrc, viewer_ssrc, srtp_key_sealed, srtcp_key_sealed, "
        "expires_at from media.viewer_grant where server = $1::text and revoked_at is null "
        "and expires_at > clock_timestamp() order by created_at desc limit $2::bigint",
        pg::Params::of(server_, static_cast<std::int64_t>(kGrantsMax)));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    std::vector<GrantRow> out;
    for (std::size_t row = 0; row < rows->size(); ++row) {
        auto grant = read_grant(*rows, row);
        if (!grant) {
            co_return Failure{std::move(grant).error()};
        }
        out.push_back(std::move(*grant));
    }
    co_return out;
}

MediaStore::Async<void> MediaStore::save_session(SessionRow row) {
    const auto rows = co_await db_.execute(
        "with ended as (update media.camera_session set ended_at = clock_timestamp() "
        "  where vid = $2::text and camera = $3::text and ended_at is null and session_id <> "
        "$1::text) "
        "insert into media.camera_session (session_id, vid, camera, server, ssrc, expires_at) "
        "values ($1::text, $2::text, $3::text, $4::text, $5::bigint, $6::timestamptz) "
        "on conflict (session_id) do nothing",
        pg::Params::of(row.session_id, row.camera.vid, row.camera.camera, server_,
                       static_cast<std::int64_t>(row.ssrc), ServerTime{row.expires_us}));
    co_return done(rows);
}

MediaStore::Async<void> MediaStore::prune_sessions() {
    // A session without an end, of a server that is gone for good, ended by expiry.
    const auto rows = co_await db_.execute("delete from media.camera_session where expires_at < "
                                           "clock_timestamp() - make_interval(days => $1::int)",
                                           pg::Params::of(kSessionsKeptDays));
    co_return done(rows);
}

MediaStore::Async<void> MediaStore::prune_grants() {
    const auto rows = co_await db_.execute(
        "with spoke as (delete from media.voice_grant where expires_at < clock_timestamp() - "
        "make_interval(days => $1::int)) delete from media.viewer_grant where expires_at < "
        "clock_timestamp() - make_interval(days => $1::int)",
        pg::Params::of(kGrantsKeptDays));
    co_return done(rows);
}

MediaStore::Async<Serves> MediaStore::save_segment(CameraKey camera, Segment segment,
                                                   std::int64_t rested_us) {
    const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    const auto noted = co_await db_.execute(
        "select media.note_gap($3::text, $4::text, $5::timestamptz, nullif($6::timestamptz, "
        "'epoch')) where not exists (select from media.recording where server = $1::text and path = $2::text)",
        pg::Params::of(server_, segment.path, camera.vid, camera.camera,
                       ServerTime{segment.first_us}, ServerTime{rested_us}));
    if (!noted) {
        co_return Failure{noted.error()};
    }
    const auto rows = co_await db_.execute(
        "insert into media.recording as r (server, path, vid, camera, incident_id, first_utc, "
        "last_utc, "
        "frames, frames_received, packets_received, packets_lost, bytes, closed) "
        "values ($1::text, $2::text, $3::text, $4::text, media.incident_between($3::text, "
        "$5::timestamptz, $6::timestamptz), "
        "$5::timestamptz, $6::timestamptz, $7::bigint, $8::bigint, $9::bigint, $10::bigint, "
        "$11::bigint, $12::boolean) "
        "on conflict (server, path) do update set "
        "incident_id = coalesce(r.incident_id, excluded.incident_id), last_utc = "
        "excluded.last_utc, "
        "frames = excluded.frames, frames_received = excluded.frames_received, "
        "packets_received = excluded.packets_received, packets_lost = excluded.packets_lost, "
        "bytes = excluded.bytes, closed = excluded.closed "
        "returning not closed and coalesce(media.incident_of(vid, last_utc) <> incident_id, false)",
        pg::Params::of(server_, segment.path, camera.vid, camera.camera,
                       ServerTime{segment.first_us}, ServerTime{segment.last_us},
                       number(segment.frames), number(segment.frames_received),
                       number(segment.packets_received), number(segment.packets_lost),
                       number(segment.bytes), segment.closed));
    co_return serves(rows);
}

MediaStore::Async<void> MediaStore::save_rest(RestRecord::Word word) {
    const auto rows = co_await db_.execute(
        "select media.note_rest($1::text, $2::text, $3::timestamptz, nullif($4::timestamptz, 'epoch'))",
        pg::Params::of(word.camera.vid, word.camera.camera, ServerTime{word.said_us},
                       ServerTime{word.before_us}));
    co_return done(rows);
}

MediaStore::Async<void> MediaStore::save_rests(std::vector<RestRecord::Until> words) {
    std::vector<std::string> vids;
    std::vector<std::string> cameras;
    std::vector<std::string> us;
    for (const RestRecord::Until& word : words) {
        vids.push_back(word.camera.vid);
        cameras.push_back(word.camera.camera);
        us.push_back(std::to_string(word.us));
    }
    const auto rows = co_await db_.execute(
        "insert into media.camera_rest (vid, camera, until) select w.vid, w.camera, timestamptz "
        "'epoch' + w.us::bigint * interval '1 microsecond' from unnest($1::text[], $2::text[], "
        "$3::text[]) as w (vid, camera, us) join registry.vehicle using (vid) on conflict (vid, "
        "camera) do update set until = greatest(camera_rest.until, excluded.until)",
        pg::Params::of(vids, cameras, us));
    co_return done(rows);
}

MediaStore::Async<std::int64_t> MediaStore::uncovered_ms(CameraKey camera, std::int64_t first_us,
                                                         std::int64_t last_us) {
    const auto rows = co_await db_.query(
        "select media.uncovered_ms($1::text, $2::text, $3::timestamptz, $4::timestamptz)",
        pg::Params::of(camera.vid, camera.camera, ServerTime{first_us}, ServerTime{last_us}));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    co_return rows->get<std::int64_t>(0, 0);
}

MediaStore::Async<void> MediaStore::add_backfill(CameraKey camera, std::string path,
                                                 std::int64_t first_us, std::int64_t last_us,
                                                 std::uint64_t frames, std::uint64_t bytes) {
    const auto rows = co_await db_.execute(
        "select media.add_backfill($1::text, $2::text, $3::text, $4::text, $5::timestamptz, "
        "$6::timestamptz, $7::bigint, $8::bigint)",
        pg::Params::of(server_, path, camera.vid, camera.camera, ServerTime{first_us},
                       ServerTime{last_us}, static_cast<std::int64_t>(frames),
                       static_cast<std::int64_t>(bytes)));
    co_return done(rows);
}

MediaStore::Async<std::vector<std::string>>
MediaStore::without_row(std::vector<std::string> paths) {
    auto missing = co_await texts(
        "select p from unnest($2::text[]) p where not exists "
        "(select from media.recorded_file where server = $1::text and path = p)",
        pg::Params::of(server_, paths));
    co_return missing;
}

MediaStore::Async<void> MediaStore::add_found(CameraKey camera, Segment segment) {
    const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    // add_backfill finds the row there and sees to the gaps alone.
    const auto rows = co_await db_.execute(
        "with added as (insert into media.recording (server, path, vid, camera, incident_id, "
        "first_utc, last_utc, frames, frames_received, bytes, closed) values ($1::text, $2::text, "
        "$3::text, $4::text, media.incident_between($3::text, $5::timestamptz, $6::timestamptz), "
        "$5::timestamptz, $6::timestamptz, $7::bigint, $7::bigint, $8::bigint, true) "
        "on conflict do nothing returning path) "
        "select media.add_backfill($1::text, path, $3::text, $4::text, $5::timestamptz, "
        "$6::timestamptz, $7::bigint, $8::bigint) from added",
        pg::Params::of(server_, segment.path, camera.vid, camera.camera,
                       ServerTime{segment.first_us}, ServerTime{segment.last_us},
                       number(segment.frames), number(segment.bytes)));
    co_return done(rows);
}

MediaStore::Async<std::vector<std::string>> MediaStore::texts(std::string sql, pg::Params params) {
    const auto rows = co_await db_.query(std::move(sql), std::move(params));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    std::vector<std::string> out;
    for (std::size_t row = 0; row < rows->size(); ++row) {
        out.emplace_back(rows->text(row, 0).value_or(""));
    }
    co_return out;
}

MediaStore::Async<std::vector<RecordedFile>> MediaStore::files(std::string sql, pg::Params params) {
    const auto rows = co_await db_.query(std::move(sql), std::move(params));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    std::vector<RecordedFile> out;
    for (std::size_t at = 0; at < rows->size(); ++at) {
        auto row = rows->read<std::string, std::int64_t>(at);
        if (!row) {
            co_return Failure{std::move(row).error()};
        }
        out.push_back({std::move(std::get<0>(*row)), std::get<1>(*row)});
    }
    co_return out;
}

MediaStore::Async<std::vector<RecordedFile>>
MediaStore::recorded_before(RecordedOf whose, std::int64_t days, std::int64_t most) {
    std::string sql = closed_of(whose) +
                      "and first_utc < clock_timestamp() - make_interval(days => "
                      "$2::bigint::int) order by first_utc limit $3::bigint";
    pg::Params params = pg::Params::of(server_, days, most);
    auto found = co_await files(std::move(sql), std::move(params));
    co_return found;
}

MediaStore::Async<std::vector<RecordedFile>> MediaStore::oldest_recorded(RecordedOf whose,
                                                                         std::int64_t most) {
    std::string sql = closed_of(whose) + "order by first_utc limit $2::bigint";
    pg::Params params = pg::Params::of(server_, most);
    auto found = co_await files(std::move(sql), std::move(params));
    co_return found;
}

MediaStore::Async<std::int64_t> MediaStore::recorded_bytes() {
    const auto rows =
        co_await db_.query("select coalesce(sum(bytes), 0)::bigint from media.recorded_file "
                           "where server = $1::text",
                           pg::Params::of(server_));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    co_return rows->get<std::int64_t>(0, 0);
}

MediaStore::Async<void> MediaStore::prune_gaps(std::int64_t days, std::int64_t incident_days) {
    const auto rows = co_await db_.execute(
        "delete from media.recording_gap where from_utc < clock_timestamp() - make_interval("
        "days => nullif(case when incident_id is null then $1::bigint else $2::bigint end, "
        "0)::int)",
        pg::Params::of(days, incident_days));
    co_return done(rows);
}

MediaStore::Async<void> MediaStore::forget(std::string path) {
    const auto rows = co_await db_.execute(
        "with spoken as (delete from media.voice_recording where server = $1::text and path = "
        "$2::text) delete from media.recording where server = $1::text and path = $2::text",
        pg::Params::of(server_, path));
    co_return done(rows);
}

} // namespace ems::media
