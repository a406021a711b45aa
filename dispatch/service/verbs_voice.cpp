// Grants for the intercom with a crew.
#include "dispatch/service/verbs.h"

#include "dispatch/service/media_grants.h"
#include "telemetry/video/voice_grants.h"

namespace ems::dispatch {
namespace {

// Of one user, desk and vehicle at most one is live: the former's key opens nothing any more. A grant of another desk of the
// same person stays: two desks that ended each other's would take turns on a dead line. Who spoke with whom is known
// afterwards: the grant and its row of audit are one transaction.
constexpr const char* kAuditGrantSql =
    ", ended as (update media.voice_grant set revoked_at = clock_timestamp() where vid = $2 and user_name = $3 "
    "and desk = $10 and revoked_at is null and grant_id <> $1) "
    "select host, port, expires_us, tls_port, tls_name, "
    "dispatch.audit_add($3, 'open_voice', nullif($11::bigint, 0), $12) from made";
constexpr const char* kRevokeSql =
    "with ended as (update media.voice_grant set revoked_at = clock_timestamp() "
    "where vid = $1 and user_name = $2 and desk = $5 and revoked_at is null returning grant_id) "
    "select dispatch.audit_add($2, 'open_voice_end', nullif($3::bigint, 0), $4) from ended limit 1";

} // namespace

Task<api::ServerFrame> Verbs::open_voice(User user, api::OpenVoice request) {
    const Track* track = c_.fleet->by_unit({request.unit_id()});
    if (track == nullptr || track->info.vid.empty()) {
        co_return fail(Code::no_vehicle);
    }
    const std::string vid = track->info.vid;   // the track may be gone after a wait
    auto lease = co_await c_.pool.acquire();
    if (!lease) {
        co_return Failure{lease.error()};
    }
    const UnitRow* unit = c_.centre.world().unit({request.unit_id()});
    const IncidentId incident = unit != nullptr ? unit->incident : IncidentId{};
    const std::string detail = "vid=" + vid;
    api::ServerFrame reply;
    if (request.stop()) {
        pg::Params params = pg::Params::of(vid, user.name, incident, detail, user.desk);
        auto revoked = co_await (*lease)->execute(kRevokeSql, std::move(params));
        if (!revoked) {
            co_return Failure{revoked.error()};
        }
        reply.mutable_done();
        co_return reply;
    }
    const video::VoiceGrant grant = video::VoiceGrant::make();
    auto sealed = video::seal_voice_grant(grant, c_.data_key);
    if (!sealed) {
        co_return Failure{sealed.error()};
    }
    const std::string role{name(user.role)};
    pg::Params params = pg::Params::of(grant.grant_id, vid, user.name, role, std::int64_t{grant.up_ssrc},
                                       std::int64_t{grant.down_ssrc}, pg::Bytes{sealed->up}, pg::Bytes{sealed->down},
                                       kMediaGrantLifeS, user.desk, incident, detail);
    std::string create = "with made as (" + std::string{video::kCreateVoiceGrantSql} + ")" + kAuditGrantSql;
    auto rows = co_await (*lease)->execute(std::move(create), std::move(params));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    if (rows->empty()) {
        co_return fail(Code::media, "no media server is alive");
    }
    auto row = rows->read<std::string, std::int32_t, std::int64_t, std::int32_t, std::string>(0);
    if (!row) {
        co_return Failure{row.error()};
    }
    api::VoiceGrant& out = *reply.mutable_voice_grant();
    out.set_unit_id(request.unit_id());
    out.set_grant_id(grant.grant_id);
    out.set_host(std::get<0>(*row));
    out.set_port(static_cast<std::uint32_t>(std::get<1>(*row)));
    out.set_up_ssrc(grant.up_ssrc);
    out.set_down_ssrc(grant.down_ssrc);
    out.set_up_key(grant.up_key.reveal());
    out.set_down_key(grant.down_key.reveal());
    out.set_expires_us(std::get<2>(*row));
    out.set_tls_port(static_cast<std::uint32_t>(std::get<3>(*row)));
    out.set_tls_name(std::get<4>(*row));
    co_return reply;
}

} // namespace ems::dispatch
