#include "telemetry/media/voice_store.h"

#include <tuple>
#include <utility>

namespace ems::media {
namespace {

Result<VoiceGrantRow> read_grant(const pg::Rows& rows, std::size_t at) {
    auto row = rows.read<std::string, std::string, std::string, std::string, std::int64_t,
                         std::int64_t, pg::Bytes, pg::Bytes, ServerTime>(at);
    if (!row) {
        return Failure{std::move(row).error()};
    }
    auto& [grant_id, vid, user, role, up_ssrc, down_ssrc, up, down, expires] = *row;
    VoiceGrantRow grant;
    grant.party.id = std::move(grant_id);
    grant.party.vid = std::move(vid);
    grant.party.name = std::move(user);
    grant.party.rank =
        role == "physician" ? video::FloorRank::physician : video::FloorRank::dispatcher;
    grant.party.up_ssrc = static_cast<std::uint32_t>(up_ssrc);
    grant.party.down_ssrc = static_cast<std::uint32_t>(down_ssrc);
    grant.party.expires_us = expires.us;
    grant.sealed = {std::move(up.value), std::move(down.value)};
    return grant;
}

} // namespace

VoiceStore::Async<void> VoiceStore::close_leftovers() {
    const auto rows = co_await db_.execute(
        "update media.voice_recording set closed = true where server = $1::text and not closed",
        pg::Params::of(server_));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    co_return Result<void>{};
}

VoiceStore::Async<std::vector<VoiceGrantRow>> VoiceStore::live_grants() {
    const auto rows = co_await db_.query(
        "select grant_id, vid, user_name, role, up_ssrc, down_ssrc, up_key_sealed, "
        "down_key_sealed, expires_at from media.voice_grant where server = $1::text "
        "and revoked_at is null and expires_at > clock_timestamp() "
        "order by created_at desc limit 1024",
        pg::Params::of(server_));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    std::vector<VoiceGrantRow> out;
    for (std::size_t row = 0; row < rows->size(); ++row) {
        auto grant = read_grant(*rows, row);
        if (!grant) {
            co_return Failure{std::move(grant).error()};
        }
        out.push_back(std::move(*grant));
    }
    co_return out;
}

VoiceStore::Async<Serves> VoiceStore::save_file(VoiceFile file) {
    const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    const std::string direction{name_of(file.direction)};
    const auto rows = co_await db_.execute(
        "insert into media.voice_recording as r (server, path, vid, incident_id, direction, "
        "speaker, first_utc, last_utc, packets_received, packets_lost, bytes, closed) "
        "values ($1::text, $2::text, $3::text, media.incident_between($3::text, "
        "$6::timestamptz, $7::timestamptz), "
        "$4::text, $5::text, $6::timestamptz, $7::timestamptz, $8::bigint, $9::bigint, "
        "$10::bigint, $11::boolean) "
        "on conflict (server, path) do update set "
        "incident_id = coalesce(r.incident_id, excluded.incident_id), "
        "last_utc = excluded.last_utc, packets_received = excluded.packets_received, "
        "packets_lost = excluded.packets_lost, bytes = excluded.bytes, closed = excluded.closed "
        "returning not closed and coalesce(media.incident_of(vid, last_utc) <> incident_id, false)",
        pg::Params::of(server_, file.path, file.vid, direction, file.speaker,
                       ServerTime{file.first_us}, ServerTime{file.last_us},
                       number(file.packets_received), number(file.packets_lost),
                       number(file.bytes), file.closed));
    co_return serves(rows);
}

} // namespace ems::media
