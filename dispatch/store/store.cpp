#include "dispatch/store/store.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "dispatch/store/rows_json.h"
#include "telemetry/base/log.h"

namespace ems::dispatch {
namespace {

using Answer = Result<pg::Rows>;

boost::asio::awaitable<Answer> run(pg::Pool& pool, std::string sql, pg::Params params) {
    auto lease = co_await pool.acquire();
    if (!lease) {
        co_return Failure{lease.error()};
    }
    Answer rows = co_await (*lease)->query(std::move(sql), std::move(params));
    if (!rows) {
        co_return Failure{translate(rows.error())};
    }
    co_return rows;
}

boost::asio::awaitable<Answer> write(pg::Pool& pool, std::string sql, pg::Params params) {
    auto lease = co_await pool.acquire();
    if (!lease) {
        co_return Failure{lease.error()};
    }
    Answer rows = co_await (*lease)->execute(std::move(sql), std::move(params));
    if (!rows) {
        co_return Failure{translate(rows.error())};
    }
    co_return rows;
}

Result<std::vector<NamedPlace>> named_places(const pg::Rows& rows) {
    std::vector<NamedPlace> out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto row = rows.read<std::int64_t, std::string, std::int32_t, std::int32_t, std::string>(i);
        if (!row) {
            return Failure{row.error()};
        }
        auto& [id, name, lat_e7, lon_e7, zone] = *row;
        out.push_back({id, std::move(name), {lat_e7, lon_e7}, std::move(zone)});
    }
    return out;
}

// A word that this version does not know is a unit that can do one thing less, not a centre that nobody can lead.
Capabilities known_capabilities(const std::string& unit, std::string_view text) {
    Capabilities out = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        if (const auto one = capability_of(text.substr(0, end))) {
            out |= bit(*one);
        } else {
            EMS_LOG(warn, "registry", "unit {} has an unknown capability: {}", unit, text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

Result<std::vector<UnitInfo>> unit_infos(const pg::Rows& rows) {
    std::vector<UnitInfo> out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto row = rows.read<std::int64_t, std::string, std::string, std::int64_t, std::int32_t, std::string, std::string,
                             std::int32_t, std::string, std::string>(i);
        if (!row) {
            return Failure{row.error()};
        }
        auto& [id, name, vid, station, turnout_s, letter, capabilities, full_range_km, phone, radio_call] = *row;
        const Capabilities known = known_capabilities(name, capabilities);
        out.push_back({{id}, std::move(name), std::move(vid), {station}, static_cast<std::uint32_t>(turnout_s),
                       vehicle_class_of(letter), known, static_cast<std::uint32_t>(full_range_km), std::move(phone),
                       std::move(radio_call)});
    }
    return out;
}

constexpr const char* kEventColumns = "id, vid, spool, seq, t_us, clk, dispatch.us(received_at) as received_us, body";

Result<InboxEvent> inbox_event(const pg::Rows& rows, std::size_t i) {
    auto row = rows.read<std::int64_t, std::string, std::int64_t, std::int64_t, std::int64_t, std::int16_t, std::int64_t, pg::Bytes>(i);
    if (!row) {
        return Failure{row.error()};
    }
    auto& [id, vid, spool, seq, t_us, clock, received_us, body] = *row;
    return InboxEvent{id,    std::move(vid), static_cast<std::uint64_t>(spool), static_cast<std::uint64_t>(seq), t_us,
                      clock, received_us,    std::move(body.value)};
}

Result<std::vector<InboxEvent>> inbox_events(const pg::Rows& rows) {
    std::vector<InboxEvent> out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto event = inbox_event(rows, i);
        if (!event) {
            return Failure{event.error()};
        }
        out.push_back(std::move(*event));
    }
    return out;
}

constexpr std::size_t kOutcomeColumn = 8;   // behind kEventColumns

constexpr const char* kPlaceColumns =
    "id, name, round(st_y(place::geometry) * 1e7)::int, round(st_x(place::geometry) * 1e7)::int";

Result<UserRow> user_row(const pg::Rows& rows) {
    if (rows.empty()) {
        return fail(Code::not_found, "no such user or session");
    }
    auto row = rows.read<std::int64_t, std::string, std::string, std::string, std::string, bool, std::int64_t, std::string>(0);
    if (!row) {
        return Failure{row.error()};
    }
    auto& [id, name, display, role, hash, locked, expires_us, seat] = *row;
    return UserRow{id,     std::move(name), std::move(display), std::move(role), std::move(hash),
                   locked, expires_us,      std::move(seat)};
}

} // namespace

Error translate(Error error) {
    const std::string_view state = pg::sqlstate(error);
    if (state == "DF001") {
        error.code = Code::term_stale;
    } else if (state == "DF002") {
        error.code = Code::illegal_transition;
    } else if (state == "DF003") {
        error.code = Code::db_conflict;
    } else if (state == "DF004" || state == "DF005") {
        error.code = Code::repeated;
    } else if (state == "DF006") {
        error.code = Code::not_found;
    } else if (state == "DF007") {
        error.code = Code::too_many_requests;
    } else if (state == "23505" && error.detail.find("one_live_per_unit") != std::string::npos) {
        error.code = Code::unit_already_assigned;
    }
    return error;
}

Refusal refusal_of(const Error& error) {
    switch (error.code) {
    case Code::term_stale: return Refusal::term_stale;
    case Code::repeated: return Refusal::repeated;
    case Code::db_outcome_unknown: return Refusal::outcome_unknown;
    case Code::db_not_replicated: return Refusal::not_replicated;
    case Code::illegal_transition: return Refusal::transition;
    default: break;
    }
    // A value that the store does not take, not a row that another changed: what we hold is what is stored.
    if (pg::refuses_values(error)) {
        return error.code == Code::db_query ? Refusal::values : Refusal::constraint;
    }
    return error.code == Code::db_conflict ? Refusal::conflict : Refusal::failed;
}

Task<Registry> Store::registry(std::string region) {
    Registry out;
    out.region = region;
    auto head = co_await run(patient_, "select network_note, time_scale from registry.region where code = $1",
                             pg::Params::of(region));
    if (!head) {
        co_return Failure{head.error()};
    }
    if (head->empty()) {
        co_return fail(Code::not_found, "region " + region + " is not registered (ems-admin seed)");
    }
    auto row = head->read<std::string, double>(0);
    if (!row) {
        co_return Failure{row.error()};
    }
    std::tie(out.network_note, out.time_scale) = *row;
    for (auto* list : {&out.stations, &out.hospitals}) {
        const std::string from = list == &out.stations ? ", zone from registry.station" : ", '' from registry.hospital";
        auto rows = co_await run(patient_, "select " + std::string{kPlaceColumns} + from + " where region = $1 order by id",
                                 pg::Params::of(region));
        if (!rows) {
            co_return Failure{rows.error()};
        }
        auto places = named_places(*rows);
        if (!places) {
            co_return Failure{places.error()};
        }
        *list = std::move(*places);
    }
    auto units = co_await run(patient_,
                              "select u.id, u.name, coalesce(u.vid, ''), u.station_id, u.turnout_s, coalesce(v.class, ''), "
                              "u.capabilities, coalesce(v.full_range_km, 0), coalesce(u.phone, ''), coalesce(u.radio_call, '') "
                              "from registry.unit u join registry.station s on s.id = u.station_id "
                              "left join registry.vehicle v on v.vid = u.vid where s.region = $1 order by u.id",
                              pg::Params::of(region));
    if (!units) {
        co_return Failure{units.error()};
    }
    auto infos = unit_infos(*units);
    if (!infos) {
        co_return Failure{infos.error()};
    }
    out.units = std::move(*infos);
    auto partners = co_await run(patient_,
                                 "select name, phone, round(st_y(place::geometry) * 1e7)::int, "
                                 "round(st_x(place::geometry) * 1e7)::int from registry.partner where region = $1 "
                                 "order by id limit 100",
                                 pg::Params::of(region));
    if (!partners) {
        co_return Failure{partners.error()};
    }
    for (std::size_t i = 0; i < partners->size(); ++i) {
        auto partner = partners->read<std::string, std::string, std::int32_t, std::int32_t>(i);
        if (!partner) {
            co_return Failure{partner.error()};
        }
        auto& [name, phone, lat_e7, lon_e7] = *partner;
        out.partners.push_back({std::move(name), std::move(phone), {lat_e7, lon_e7}});
    }
    co_return out;
}

Task<World> Store::load(std::uint64_t term) {
    // As a reading: no promise stands in these rows, and a standby that is away must not keep the state from being read.
    auto ensured = co_await run(patient_, "select dispatch.ensure_units($1)", pg::Params::of(term));
    if (!ensured) {
        co_return Failure{ensured.error()};
    }
    auto answer = co_await run(patient_, "select dispatch.load()", {});
    if (!answer) {
        co_return Failure{answer.error()};
    }
    auto rows = rows_from_json(answer->text(0, 0).value_or(""));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    World world;
    merge(world, *rows);
    co_return world;
}

Task<Rows> Store::apply(std::uint64_t term, WriteSet writes) {
    const std::string ops = to_json(writes);
    auto answer = co_await write(pool_, "select dispatch.apply($1, $2, $3::jsonb)",
                                 pg::Params::of(term, writes.actor, ops));
    if (!answer) {
        co_return Failure{answer.error()};
    }
    co_return rows_from_json(answer->text(0, 0).value_or(""));
}

Task<std::vector<InboxEvent>> Store::inbox(std::size_t count_max) {
    auto rows = co_await run(pool_,
                             "select " + std::string{kEventColumns} + " from telemetry.inbox "
                             "where consumed_at is null order by id limit $1",
                             pg::Params::of(static_cast<std::int64_t>(count_max)));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    co_return inbox_events(*rows);
}

Task<std::vector<InboxEvent>> Store::recent_noted(std::string_view outcome, int hours, std::size_t count_max) {
    pg::Params params = pg::Params::of(outcome, hours, static_cast<std::int64_t>(count_max));
    auto rows = co_await run(patient_,
                             "select * from (select " + std::string{kEventColumns} + " from telemetry.inbox "
                             "where outcome = $1 and received_at > clock_timestamp() - make_interval(hours => $2) "
                             "order by id desc limit $3) newest order by id",
                             std::move(params));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    co_return inbox_events(*rows);
}

Task<std::vector<ConsumedEvent>> Store::recent_refused(int hours, std::size_t count_max) {
    pg::Params params = pg::Params::of(hours, static_cast<std::int64_t>(count_max));
    const std::string columns = "select " + std::string{kEventColumns} + ", coalesce(outcome, '') from telemetry.inbox where ";
    auto rows = co_await run(patient_,
                             "with refused as materialized (select id, vid from telemetry.inbox where outcome like 'refused%' "
                             "and received_at > clock_timestamp() - make_interval(hours => $1) order by id desc limit $2) "
                             "select * from ((" + columns + "id in (select id from refused)) union all (" + columns +
                             "id > (select min(id) from refused) and vid in (select vid from refused) "
                             "and outcome in ('applied', 'repeated') order by id desc limit $2)) seen order by id",
                             std::move(params));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    std::vector<ConsumedEvent> out;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        auto event = inbox_event(*rows, i);
        auto outcome = rows->get<std::string>(i, kOutcomeColumn);
        if (!event || !outcome) {
            co_return Failure{event ? outcome.error() : event.error()};
        }
        out.push_back({std::move(*event), std::move(*outcome)});
    }
    co_return out;
}

Task<CallIds> Store::take_call_ids(std::string region, std::string day) {
    // As a reading, like take_id.
    auto rows = co_await run(pool_,
                             "select call_id, incident_id, number, nextval('dispatch.recommendation_id') "
                             "from dispatch.take_ids($1, $2::date)",
                             pg::Params::of(region, day));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    auto row = rows->read<std::int64_t, std::int64_t, std::string, std::int64_t>(0);
    if (!row) {
        co_return Failure{row.error()};
    }
    auto& [call, incident, number, recommendation] = *row;
    co_return CallIds{{call}, {incident}, std::move(number), recommendation};
}

Task<std::int64_t> Store::take_id(IdKind kind) {
    constexpr std::array<const char*, 3> kSequences{"assignment_id", "recommendation_id", "posting_id"};
    const std::string sequence = kSequences[static_cast<std::size_t>(kind)];
    // As a reading: nothing stands in a number yet, and it need not wait for a standby that is away. After a fail-over one may be
    // given out again; the row that bears it then refuses the second.
    auto rows = co_await run(pool_, "select nextval('dispatch." + sequence + "')", {});
    if (!rows) {
        co_return Failure{rows.error()};
    }
    co_return rows->get<std::int64_t>(0, 0);
}

Task<std::optional<StoredAnswer>> Store::answer(std::string user, std::string key) {
    auto rows = co_await run(pool_,
                             "select request_hash, response from dispatch.idempotency where user_name = $1 and key = $2",
                             pg::Params::of(user, key));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    if (rows->empty()) {
        co_return std::optional<StoredAnswer>{};
    }
    auto row = rows->read<pg::Bytes, pg::Bytes>(0);
    if (!row) {
        co_return Failure{row.error()};
    }
    co_return StoredAnswer{std::move(std::get<0>(*row).value), std::move(std::get<1>(*row).value)};
}

Task<void> Store::forget_keys() {
    auto rows = co_await write(pool_, "select dispatch.forget_keys(interval '24 hours')", {});
    if (!rows) {
        co_return Failure{rows.error()};
    }
    co_return Result<void>{};
}

Task<std::vector<AuditEntry>> Store::audit_of(IncidentId incident) {
    auto rows = co_await run(pool_,
                             "select dispatch.us(at), actor, action, detail from dispatch.audit "
                             "where incident_id = $1 order by n limit 1000",
                             pg::Params::of(incident));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    std::vector<AuditEntry> out;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        auto row = rows->read<std::int64_t, std::string, std::string, std::string>(i);
        if (!row) {
            co_return Failure{row.error()};
        }
        auto& [at_us, actor, action, detail] = *row;
        out.push_back({at_us, std::move(actor), std::move(action), std::move(detail)});
    }
    co_return out;
}

Task<IncidentRow> Store::incident(IncidentId id) {
    auto answer = co_await run(pool_,
                               "select jsonb_build_object('units', '[]'::jsonb, 'incidents', "
                               "dispatch.incident_rows(array[$1::bigint]), 'assignments', '[]'::jsonb, 'commands', "
                               "'[]'::jsonb, 'postings', '[]'::jsonb, 'proposals', '[]'::jsonb)",
                               pg::Params::of(id));
    if (!answer) {
        co_return Failure{answer.error()};
    }
    auto rows = rows_from_json(answer->text(0, 0).value_or(""));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    if (rows->incidents.empty()) {
        co_return fail(Code::no_such_incident);
    }
    co_return std::move(rows->incidents.front());
}

Task<std::vector<StoredList>> Store::lists_of(IncidentId incident, std::size_t count_max) {
    pg::Params params = pg::Params::of(incident, static_cast<std::int64_t>(count_max));
    auto rows = co_await run(pool_,
                             "select r.id, dispatch.us(r.computed_at), r.computed_for, r.shown, coalesce(a.id, 0), "
                             "coalesce(a.unit_id, 0), coalesce(a.override_reason, ''), coalesce(a.created_by, ''), "
                             "dispatch.us(a.created_at), coalesce(a.end_reason, ''), coalesce(a.end_note, '') "
                             "from (select * from dispatch.recommendation where incident_id = $1 "
                             "order by id desc limit $2) r "
                             "left join dispatch.assignment a on a.recommendation_id = r.id order by r.id, a.id",
                             std::move(params));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    std::vector<StoredList> out;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        auto row = rows->read<std::int64_t, std::int64_t, std::string, pg::Bytes, std::int64_t, std::int64_t, std::string,
                              std::string, std::int64_t, std::string, std::string>(i);
        if (!row) {
            co_return Failure{row.error()};
        }
        auto& [id, shown_us, shown_to, shown, assignment, unit, reason, by, at_us, end_reason, end_note] = *row;
        if (out.empty() || out.back().id != id) {
            out.push_back({id, shown_us, std::move(shown_to), std::move(shown.value), {}});
        }
        if (assignment != 0) {
            out.back().choices.push_back({{assignment}, {unit}, std::move(reason), std::move(by), at_us,
                                          std::move(end_reason), std::move(end_note)});
        }
    }
    co_return out;
}

Task<std::optional<std::string>> Store::shown_list(IncidentId incident, std::int64_t recommendation) {
    auto rows = co_await run(pool_, "select shown from dispatch.recommendation where id = $1 and incident_id = $2",
                             pg::Params::of(recommendation, incident));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    if (rows->empty()) {
        co_return std::optional<std::string>{};
    }
    auto shown = rows->get<pg::Bytes>(0, 0);
    if (!shown) {
        co_return Failure{shown.error()};
    }
    co_return std::optional<std::string>{std::move(shown->value)};
}

Task<ReleaseHistory> Store::release_history() {
    auto rows = co_await run(pool_, "select state, seconds from dispatch.release_samples($1)",
                             pg::Params::of(static_cast<std::int32_t>(kHistorySamplesMax)));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    ReleaseHistory out;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        auto row = rows->read<std::int16_t, std::int32_t>(i);
        if (!row) {
            co_return Failure{row.error()};
        }
        const auto state = unit_state_of(std::get<0>(*row));
        if (state) {
            out[*state].push_back(static_cast<std::uint32_t>(std::max(std::get<1>(*row), 0)));
        }
    }
    co_return out;
}

Task<SealedIdentity> Store::identity(IncidentId incident) {
    auto rows = co_await run(pool_,
                             "select name_sealed, phone_sealed from dispatch.patient_identity where incident_id = $1",
                             pg::Params::of(incident));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    if (rows->empty()) {
        co_return fail(Code::not_found, "no identity is kept for this incident");
    }
    auto row = rows->read<pg::Bytes, pg::Bytes>(0);
    if (!row) {
        co_return Failure{row.error()};
    }
    co_return SealedIdentity{std::move(std::get<0>(*row).value), std::move(std::get<1>(*row).value)};
}

Task<UserRow> Store::find_user(std::string name) {
    auto rows = co_await run(pool_,
                             "select id, name, display_name, role, password_hash, locked, 0::bigint, ''::text "
                             "from dispatch.app_user where name = $1",
                             pg::Params::of(name));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    co_return user_row(*rows);
}

Task<void> Store::add_session(SessionRow session, std::string user) {
    // GCC 12 destroys an aggregate twice that is made inside a co_await expression: parameters are made before it.
    pg::Params params = pg::Params::of(pg::Bytes{session.token_hash}, session.user_id, session.seat, session.cert_cn,
                                       session.expires_us, user, "cn=" + session.cert_cn + " seat=" + session.seat);
    auto rows = co_await write(pool_,
                               "with made as (insert into dispatch.session (token_hash, user_id, seat, cert_cn, expires_at) "
                               "values ($1, $2, $3, $4, dispatch.ts($5)) returning user_id) "
                               "select dispatch.audit_add($6, 'log_in', null, $7) from made",
                               std::move(params));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    co_return Result<void>{};
}

Task<void> Store::end_session(std::string token_hash, std::string user, std::string cert_cn) {
    pg::Params params = pg::Params::of(pg::Bytes{token_hash}, user, cert_cn);
    auto rows = co_await write(
        pool_,
        "with gone as (update dispatch.session set revoked_at = clock_timestamp() where token_hash = $1 and revoked_at is null "
        "returning $2::text as user_name, 'log_off' as action, null::bigint as incident_id, 'cn=' || cert_cn || ' seat=' || seat as what), "
        "watched as (update media.viewer_grant g set revoked_at = clock_timestamp() where g.user_name = $2::text and g.desk = $3::text "
        "and g.revoked_at is null and g.expires_at > clock_timestamp() returning g.user_name, 'watch_video_end' as action, "
        "g.incident_id, 'vid=' || g.vid || ' camera=' || g.camera || ' why=log off' as what), "
        "spoke as (update media.voice_grant g set revoked_at = clock_timestamp() where g.user_name = $2::text and g.desk = $3::text "
        "and g.revoked_at is null and g.expires_at > clock_timestamp() returning g.user_name, 'open_voice_end' as action, "
        "g.incident_id, 'vid=' || g.vid || ' why=log off' as what) "
        "select dispatch.audit_add(e.user_name, e.action, e.incident_id, e.what) "
        "from (select * from gone union all select * from watched union all select * from spoke) e",
        std::move(params));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    co_return Result<void>{};
}

Task<void> Store::end_orphaned_grants() {
    auto rows = co_await write(
        pool_,
        "with present as (select u.name, u.role, s.cert_cn from dispatch.app_user u join dispatch.session s on s.user_id = u.id "
        "where not u.locked and s.revoked_at is null and s.expires_at > clock_timestamp()), "
        "served as (select u.vid, a.incident_id from dispatch.assignment a join registry.unit u on u.id = a.unit_id "
        "where a.ended_at is null), "
        "video as (select g.grant_id, case when not exists (select from present p where p.name = g.user_name "
        "and (g.desk = '' or p.cert_cn = g.desk)) then 'no session' else 'case ended' end as why from media.viewer_grant g "
        "where g.revoked_at is null and g.expires_at > clock_timestamp() "
        "and (not exists (select from present p where p.name = g.user_name and (g.desk = '' or p.cert_cn = g.desk)) "
        "or (g.incident_id is not null and g.created_at < clock_timestamp() - interval '2 s' and not exists "
        "(select from served s where s.vid = g.vid and s.incident_id = g.incident_id)))), "
        "voice as (select g.grant_id, case when not exists (select from present p where p.name = g.user_name and p.role = g.role "
        "and (g.desk = '' or p.cert_cn = g.desk)) then 'no session' else 'case ended' end as why from media.voice_grant g "
        "where g.revoked_at is null and g.expires_at > clock_timestamp() "
        "and (not exists (select from present p where p.name = g.user_name and p.role = g.role "
        "and (g.desk = '' or p.cert_cn = g.desk)) "
        "or (g.incident_id is not null and g.created_at < clock_timestamp() - interval '2 s' and not exists "
        "(select from served s where s.vid = g.vid and s.incident_id = g.incident_id)))), "
        "watched as (update media.viewer_grant g set revoked_at = clock_timestamp() from video v "
        "where g.grant_id = v.grant_id and g.revoked_at is null returning g.user_name, 'watch_video_end' as action, "
        "g.incident_id, 'vid=' || g.vid || ' camera=' || g.camera || ' why=' || v.why as what), "
        "spoke as (update media.voice_grant g set revoked_at = clock_timestamp() from voice v "
        "where g.grant_id = v.grant_id and g.revoked_at is null returning g.user_name, 'open_voice_end' as action, "
        "g.incident_id, 'vid=' || g.vid || ' why=' || v.why as what) "
        "select dispatch.audit_add(e.user_name, e.action, e.incident_id, e.what) "
        "from (select * from watched union all select * from spoke) e",
        {});
    if (!rows) {
        co_return Failure{rows.error()};
    }
    co_return Result<void>{};
}

Task<void> Store::audit(std::string actor, AddAudit row) {
    pg::Params params = pg::Params::of(actor, row.action, row.incident, row.detail);
    auto rows = co_await write(pool_, "select dispatch.audit_add($1, $2, nullif($3::bigint, 0), $4)", std::move(params));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    co_return Result<void>{};
}

Task<UserRow> Store::find_session(std::string token_hash, std::string cert_cn) {
    pg::Params params = pg::Params::of(pg::Bytes{token_hash}, cert_cn);
    auto rows = co_await run(pool_,
                             "select u.id, u.name, u.display_name, u.role, u.password_hash, u.locked, dispatch.us(s.expires_at), s.seat "
                             "from dispatch.session s join dispatch.app_user u on u.id = s.user_id "
                             "where s.token_hash = $1 and s.cert_cn = $2 and s.revoked_at is null "
                             "and s.expires_at > clock_timestamp() and not u.locked",
                             std::move(params));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    co_return user_row(*rows);
}

Task<std::optional<std::uint64_t>> become_leader(pg::Connection& connection, std::string holder) {
    // As a reading: with the standby away nobody could lead else. A term that was lost with this database is told by the vehicles
    // that have seen it (LearnNumbers).
    auto rows = co_await connection.query("select dispatch.become_leader($1)", pg::Params::of(holder));
    if (!rows) {
        co_return Failure{rows.error()};
    }
    auto term = rows->get<std::optional<std::int64_t>>(0, 0);
    if (!term) {
        co_return Failure{term.error()};
    }
    if (!*term) {
        co_return std::optional<std::uint64_t>{};
    }
    co_return std::optional<std::uint64_t>{static_cast<std::uint64_t>(**term)};
}

} // namespace ems::dispatch
