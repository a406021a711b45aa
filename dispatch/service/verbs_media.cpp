// What is not dispatch itself: grants for video, and a vehicle's recent past.
#include "dispatch/service/verbs.h"

#include <algorithm>

#include "dispatch/service/media_grants.h"
#include "telemetry/video/grants.h"

namespace ems::dispatch {
namespace {

constexpr std::size_t kCameraMax = 32;

constexpr std::int64_t kHistoryMax = 2000;

// Evenly thinned to the number of points asked for, oldest first.
constexpr const char* kPositionsSql =
    "with r as (select *, row_number() over (order by t) - 1 as n, count(*) over () as c from telemetry.position "
    "where vid = $1 and t >= dispatch.ts($2) and t < dispatch.ts($3) and plausible and not t_bad) "
    "select round(st_y(place::geometry) * 1e7)::int, round(st_x(place::geometry) * 1e7)::int, speed_cm_s, course_cdeg, "
    "t_device_us, dispatch.us(received_at), seq from r where n % greatest(1, (c + $4 - 1) / $4) = 0 order by t";
constexpr const char* kVitalsSql =
    "with r as (select *, row_number() over (order by t) - 1 as n, count(*) over () as c from telemetry.vitals "
    "where vid = $1 and t >= dispatch.ts($2) and t < dispatch.ts($3) and not t_bad) "
    "select t_device_us, dispatch.us(received_at), seq, invalid_mask, dispatch.us(nibp_t), hr_bpm, pr_bpm, spo2_pct, "
    "rr_bpm, nibp_sys_mmhg, nibp_dia_mmhg, nibp_mean_mmhg, etco2_mmhg, temp_cdeg "
    "from r where n % greatest(1, (c + $4 - 1) / $4) = 0 order by t";

// Who watched whom is known afterwards: the grant and its row of audit are one transaction.
constexpr const char* kAuditGrantSql =
    "select host, port, expires_us, tls_port, tls_name, "
    "dispatch.audit_add($4, 'watch_video', nullif($11::bigint, 0), $12) from made";
// The same person's other desk goes on watching.
constexpr const char* kRevokeSql =
    "with ended as (update media.viewer_grant set revoked_at = clock_timestamp() "
    "where vid = $1 and camera = $2 and user_name = $3 and desk = $6 and revoked_at is null returning grant_id) "
    "select dispatch.audit_add($3, 'watch_video_end', nullif($4::bigint, 0), $5) from ended limit 1";

Result<void> fill_positions(const pg::Rows& rows, std::int64_t unit, api::History& out) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto row = rows.read<std::int32_t, std::int32_t, std::int32_t, std::int32_t, std::int64_t, std::int64_t,
                                   std::int64_t>(i);
        if (!row) {
            return Failure{row.error()};
        }
        api::UnitPosition& point = *out.add_positions();
        point.set_unit_id(unit);
        point.mutable_place()->set_lat_e7(std::get<0>(*row));
        point.mutable_place()->set_lon_e7(std::get<1>(*row));
        point.set_speed_cm_s(static_cast<std::uint32_t>(std::get<2>(*row)));
        point.set_course_cdeg(static_cast<std::uint32_t>(std::get<3>(*row)));
        point.set_device_us(std::get<4>(*row));
        point.set_received_us(std::get<5>(*row));
        point.set_seq(static_cast<std::uint64_t>(std::get<6>(*row)));
    }
    return {};
}

Result<void> fill_vitals(const pg::Rows& rows, std::int64_t unit, api::History& out) {
    using Set = void (wire::Vitals::*)(std::int32_t);
    constexpr std::size_t kFirst = 5;
    const Set setters[] = {&wire::Vitals::set_hr_bpm,         &wire::Vitals::set_pr_bpm,
                           &wire::Vitals::set_spo2_pct,       &wire::Vitals::set_rr_bpm,
                           &wire::Vitals::set_nibp_sys_mmhg,  &wire::Vitals::set_nibp_dia_mmhg,
                           &wire::Vitals::set_nibp_mean_mmhg, &wire::Vitals::set_etco2_mmhg,
                           &wire::Vitals::set_temp_cdeg};
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto row = rows.read<std::int64_t, std::int64_t, std::int64_t, std::int32_t, std::int64_t>(i);
        if (!row) {
            return Failure{row.error()};
        }
        api::LiveVitals& point = *out.add_vitals();
        point.set_unit_id(unit);
        point.set_device_us(std::get<0>(*row));
        point.set_received_us(std::get<1>(*row));
        point.set_seq(static_cast<std::uint64_t>(std::get<2>(*row)));
        wire::Vitals& vitals = *point.mutable_vitals();
        vitals.set_invalid_mask(static_cast<std::uint32_t>(std::get<3>(*row)));
        vitals.set_nibp_t_us(std::get<4>(*row));
        for (std::size_t k = 0; k < std::size(setters); ++k) {
            const auto value = rows.get<std::optional<std::int32_t>>(i, kFirst + k);
            if (!value) {
                return Failure{value.error()};
            }
            if (*value) {
                (vitals.*setters[k])(**value);
            }
        }
    }
    return {};
}

} // namespace

Task<api::ServerFrame> Verbs::watch_video(User user, api::WatchVideo request) {
    const Track* track = c_.fleet->by_unit({request.unit_id()});
    if (track == nullptr || track->info.vid.empty()) {
        co_return fail(Code::no_vehicle);
    }
    if (request.camera().empty() || request.camera().size() > kCameraMax) {
        co_return fail(Code::choice_unknown, "camera");
    }
    const std::string vid = track->info.vid;   // the track may be gone after a wait
    auto lease = co_await c_.pool.acquire();
    if (!lease) {
        co_return Failure{lease.error()};
    }
    const UnitRow* unit = c_.centre.world().unit({request.unit_id()});
    const IncidentId incident = unit != nullptr ? unit->incident : IncidentId{};
    // A hospital prepares for a patient who comes; what else happens in a cabin is not its business. The grant is of this
    // case and ends with it.
    if (user.role == Role::hospital_viewer && !request.stop() && incident == IncidentId{}) {
        co_return fail(Code::forbidden, "the unit is on no case");
    }
    const std::string detail = "vid=" + vid + " camera=" + request.camera();
    api::ServerFrame reply;
    if (request.stop()) {
        pg::Params params = pg::Params::of(vid, request.camera(), user.name, incident, detail, user.desk);
        auto revoked = co_await (*lease)->execute(kRevokeSql, std::move(params));
        if (!revoked) {
            co_return Failure{revoked.error()};
        }
        reply.mutable_done();
        co_return reply;
    }
    const video::ViewerGrant grant = video::ViewerGrant::make();
    auto sealed = video::seal_grant(grant, c_.data_key);
    if (!sealed) {
        co_return Failure{sealed.error()};
    }
    // GCC 12 destroys an aggregate twice that is made inside a co_await expression: parameters are made before it.
    pg::Params params = pg::Params::of(grant.grant_id, vid, request.camera(), user.name, std::int64_t{grant.ssrc},
                                       std::int64_t{grant.viewer_ssrc}, pg::Bytes{sealed->srtp},
                                       pg::Bytes{sealed->srtcp}, kMediaGrantLifeS, user.desk, incident, detail);
    std::string create = "with made as (" + std::string{video::kCreateViewerGrantSql} + ") " + kAuditGrantSql;
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
    api::VideoGrant& out = *reply.mutable_video_grant();
    out.set_unit_id(request.unit_id());
    out.set_camera(request.camera());
    out.set_grant_id(grant.grant_id);
    out.set_host(std::get<0>(*row));
    out.set_port(static_cast<std::uint32_t>(std::get<1>(*row)));
    out.set_ssrc(grant.ssrc);
    out.set_viewer_ssrc(grant.viewer_ssrc);
    out.set_payload_type(96);
    out.set_srtp_key(grant.srtp_key.reveal());
    out.set_srtcp_key(grant.srtcp_key.reveal());
    out.set_expires_us(std::get<2>(*row));
    out.set_tls_port(static_cast<std::uint32_t>(std::get<3>(*row)));
    out.set_tls_name(std::get<4>(*row));
    co_return reply;
}

Task<api::ServerFrame> Verbs::history(api::GetHistory request) {
    const Track* track = c_.fleet->by_unit({request.unit_id()});
    if (track == nullptr || track->info.vid.empty()) {
        co_return fail(Code::no_vehicle);
    }
    if (request.from_us() <= 0 || request.to_us() <= request.from_us()) {
        co_return fail(Code::interval_needed);
    }
    const std::string vid = track->info.vid;   // the track may be gone after a wait
    auto lease = co_await c_.pool.acquire();
    if (!lease) {
        co_return Failure{lease.error()};
    }
    const std::int64_t most = std::clamp<std::int64_t>(request.points_max(), 1, kHistoryMax);
    pg::Params params = pg::Params::of(vid, request.from_us(), request.to_us(), most);
    pg::Params same = params;
    auto positions = co_await (*lease)->query(kPositionsSql, std::move(params));
    if (!positions) {
        co_return Failure{positions.error()};
    }
    auto vitals = co_await (*lease)->query(kVitalsSql, std::move(same));
    if (!vitals) {
        co_return Failure{vitals.error()};
    }
    api::ServerFrame reply;
    reply.mutable_history()->set_unit_id(request.unit_id());
    if (auto filled = fill_positions(*positions, request.unit_id(), *reply.mutable_history()); !filled) {
        co_return Failure{filled.error()};
    }
    if (auto filled = fill_vitals(*vitals, request.unit_id(), *reply.mutable_history()); !filled) {
        co_return Failure{filled.error()};
    }
    co_return reply;
}

} // namespace ems::dispatch
