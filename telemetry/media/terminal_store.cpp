#include "telemetry/media/terminal_store.h"

#include <utility>

namespace ems::media {
namespace {

// A session that was not said again for this long is gone with its ems-telemetryd.
constexpr const char* kChannelsSql =
    "select distinct on (t.vid, c.camera) c.number, c.channel, t.vid, c.camera, "
    "coalesce(s.address, ''), "
    "$3::boolean and media.incident_of(t.vid, 'infinity') is not null or t.vid = any($5::text[]), "
    "exists (select from media.viewer_grant g where g.vid = t.vid and g.camera = c.camera "
    "  and g.server = $2::text and g.revoked_at is null and g.expires_at > clock_timestamp()) "
    "or ($3::boolean and media.incident_of(t.vid, 'infinity') is not null) "
    "or exists (select from media.terminal_alarm a where a.vid = t.vid "
    "  and a.until > clock_timestamp()) "
    "or (t.vid = any($5::text[]) and c.channel = (select min(f.channel) "
    "  from registry.terminal_camera f where f.number = c.number)) "
    "from registry.terminal_camera c join registry.terminal t using (number) "
    "join registry.vehicle v using (vid) "
    "left join media.terminal_session s on s.number = c.number "
    "  and s.seen_at > clock_timestamp() - interval '15 s' "
    "where v.region = $1::text order by t.vid, c.camera, s.address is null, c.number, c.channel "
    "limit $4::bigint";
constexpr const char* kWantSql =
    "insert into media.terminal_stream as s (number, channel, server, host, port, wanted_until, "
    "sound, flowing, problem) "
    "select w.number, w.channel::integer, $1::text, $2::text, $3::integer, "
    "clock_timestamp() + interval '15 s', true, w.flowing = 'yes', w.problem "
    "from unnest($4::text[], $5::text[], $6::text[], $7::text[]) "
    "  w (number, channel, flowing, problem) "
    "join registry.terminal_camera c on c.number = w.number and c.channel = w.channel::integer "
    "on conflict (number, channel) do update set server = excluded.server, host = excluded.host, "
    "port = excluded.port, wanted_until = excluded.wanted_until, sound = excluded.sound, "
    "flowing = excluded.flowing, "
    "problem = excluded.problem";
constexpr const char* kOverSql =
    "update media.terminal_stream set wanted_until = clock_timestamp(), flowing = false "
    "where server = $1::text and wanted_until > clock_timestamp() "
    "and number || '/' || channel <> all($2::text[])";
// They have no SSRC: nothing comes from the vehicle by UDP. The row is renewed while the terminal
// is logged in, and ends by itself.
constexpr const char* kOfferSql =
    "insert into media.camera_session as s (session_id, vid, camera, server, ssrc, expires_at) "
    "select 'jt1078-' || o.number || '-' || o.channel, t.vid, c.camera, $1::text, "
    "o.channel::bigint, clock_timestamp() + interval '30 s' "
    "from unnest($2::text[], $3::text[]) o (number, channel) "
    "join registry.terminal_camera c on c.number = o.number and c.channel = o.channel::integer "
    "join registry.terminal t on t.number = o.number "
    "on conflict (session_id) do update set vid = excluded.vid, camera = excluded.camera, "
    "server = excluded.server, expires_at = excluded.expires_at, ended_at = null "
    "where s.expires_at < clock_timestamp() + interval '20 s' or s.ended_at is not null "
    "or s.server <> excluded.server or s.camera <> excluded.camera or s.vid <> excluded.vid";
constexpr const char* kWithdrawSql =
    "update media.camera_session set ended_at = clock_timestamp() where server = $1::text "
    "and session_id like 'jt1078-%' and ended_at is null and session_id <> all($2::text[])";

Result<void> done(const Result<pg::Rows>& rows) {
    return rows ? Result<void>{} : Result<void>{Failure{rows.error()}};
}

} // namespace

TerminalStore::Async<std::vector<TerminalChannel>>
TerminalStore::channels(std::string region, Incidents incidents, std::vector<std::string> heard) {
    pg::Params params = pg::Params::of(region, server_, incidents == Incidents::count,
                                       static_cast<std::int64_t>(kTerminalChannelsMax), heard);
    const auto rows = co_await db_.query(kChannelsSql, std::move(params));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    std::vector<TerminalChannel> out;
    for (std::size_t at = 0; at < rows->size(); ++at) {
        auto row = rows->read<std::string, std::int32_t, std::string, std::string, std::string,
                              bool, bool>(at);
        if (!row) {
            co_return Failure{std::move(row).error()};
        }
        auto& [number, channel, vid, camera, address, sound, wanted] = *row;
        out.push_back({std::move(number),
                       static_cast<std::uint8_t>(channel),
                       {std::move(vid), std::move(camera)},
                       std::move(address),
                       wanted ? TerminalChannel::Wanted::yes : TerminalChannel::Wanted::no,
                       sound ? TerminalChannel::Sound::taken : TerminalChannel::Sound::not_taken});
    }
    co_return out;
}

TerminalStore::Async<void> TerminalStore::want(std::vector<TerminalWant> wants, std::string host,
                                               std::uint16_t port) {
    std::vector<std::string> numbers;
    std::vector<std::string> channels;
    std::vector<std::string> flows;
    std::vector<std::string> problems;
    std::vector<std::string> keys;
    for (TerminalWant& want : wants) {
        channels.push_back(std::to_string(want.channel));
        flows.emplace_back(want.flow == TerminalWant::Flow::flows ? "yes" : "no");
        problems.push_back(std::move(want.problem));
        keys.push_back(want.number + "/" + channels.back());
        numbers.push_back(std::move(want.number));
    }
    if (!numbers.empty()) {
        pg::Params params = pg::Params::of(server_, host, static_cast<std::int32_t>(port), numbers,
                                           channels, flows, problems);
        const auto kept = co_await db_.execute(kWantSql, std::move(params));
        if (!kept) {
            co_return Failure{kept.error()};
        }
    }
    pg::Params params = pg::Params::of(server_, keys);
    const auto ended = co_await db_.execute(kOverSql, std::move(params));
    co_return done(ended);
}

TerminalStore::Async<void> TerminalStore::offer(std::vector<TerminalChannel> channels) {
    std::vector<std::string> numbers;
    std::vector<std::string> names;
    std::vector<std::string> sessions;
    for (TerminalChannel& channel : channels) {
        names.push_back(std::to_string(channel.channel));
        sessions.push_back("jt1078-" + channel.number + "-" + names.back());
        numbers.push_back(std::move(channel.number));
    }
    if (!numbers.empty()) {
        pg::Params params = pg::Params::of(server_, numbers, names);
        const auto offered = co_await db_.execute(kOfferSql, std::move(params));
        if (!offered) {
            co_return Failure{offered.error()};
        }
    }
    pg::Params params = pg::Params::of(server_, sessions);
    const auto withdrawn = co_await db_.execute(kWithdrawSql, std::move(params));
    co_return done(withdrawn);
}

} // namespace ems::media
