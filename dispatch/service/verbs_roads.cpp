// Roads today, who is reached, and the way there.
#include "dispatch/service/verbs.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "dispatch/core/task_writes.h"
#include "dispatch/service/messages.h"
#include "dispatch/service/messages_roads.h"
#include "dispatch/service/road_parts.h"
#include "dispatch/service/whereabouts.h"
#include "map/guide/maneuver.h"

namespace ems::dispatch {
namespace {

constexpr std::array<std::uint32_t, 3> kUsualMinutes{5, 10, 15};
constexpr std::size_t kStepsMax = 500;
constexpr std::uint32_t kAlternativesMax = 3;

Error no_graph() {
    return {Code::no_road_graph, ""};
}

std::uint32_t whole(std::uint32_t value, std::uint32_t unit) {
    return (value + unit / 2) / unit;
}

std::string_view name(map::ManeuverKind kind) {
    switch (kind) {
    case map::ManeuverKind::depart:
        return "depart";
    case map::ManeuverKind::straight:
        return "straight";
    case map::ManeuverKind::keep_left:
        return "keep_left";
    case map::ManeuverKind::keep_right:
        return "keep_right";
    case map::ManeuverKind::slight_left:
        return "slight_left";
    case map::ManeuverKind::slight_right:
        return "slight_right";
    case map::ManeuverKind::left:
        return "left";
    case map::ManeuverKind::right:
        return "right";
    case map::ManeuverKind::sharp_left:
        return "sharp_left";
    case map::ManeuverKind::sharp_right:
        return "sharp_right";
    case map::ManeuverKind::turn_round:
        return "turn_round";
    case map::ManeuverKind::roundabout:
        return "roundabout";
    case map::ManeuverKind::leave_roundabout:
        return "leave_roundabout";
    case map::ManeuverKind::enter_expressway:
        return "enter_expressway";
    case map::ManeuverKind::leave_expressway:
        return "leave_expressway";
    case map::ManeuverKind::board_ferry:
        return "board_ferry";
    case map::ManeuverKind::arrive:
        return "arrive";
    }
    return "";
}

// `slower`: times the road time, 1 or more without siren.
std::uint32_t seconds(std::uint32_t ms, double slower) {
    return static_cast<std::uint32_t>(std::lround(ms * slower / 1000));
}

void put_points(const map::Route& route, double slower, api::RouteAnswer& out) {
    const std::size_t count = route.points.size();
    const std::size_t step = count / kRoutePointsMax + 1;
    const auto put = [&](std::size_t i) {
        *out.add_points() = to_message(to_place(route.points[i]));
        out.add_times_s(seconds(route.point_ms[i], slower));
    };
    for (std::size_t i = 0; i + 1 < count; i += step) {
        put(i);
    }
    put(count - 1);
}

// Each step says how far it is from the one before, as a driver hears it.
void put_steps(const map::RoadGraph& graph, const map::Route& route, double slower,
               api::RouteAnswer& out) {
    std::uint32_t before_dm = 0;
    for (const map::Maneuver& maneuver : map::maneuvers(graph, route)) {
        if (static_cast<std::size_t>(out.steps_size()) == kStepsMax) {
            return;
        }
        const std::uint32_t ahead_dm = maneuver.distance_dm - before_dm;
        before_dm = maneuver.distance_dm;
        api::RouteStep& step = *out.add_steps();
        step.set_kind(std::string{name(maneuver.kind)});
        *step.mutable_place() = to_message(to_place(maneuver.at));
        step.set_road(maneuver.road);
        step.set_at_s(seconds(maneuver.travel_ms, slower));
        step.set_at_m(whole(maneuver.distance_dm, 10));
        step.set_text_zh(map::instruction(maneuver, ahead_dm, map::Language::zh));
        step.set_text_en(map::instruction(maneuver, ahead_dm, map::Language::en));
    }
}

void put_route(const map::RoadGraph& graph, const map::Route& route, double slower,
               api::RouteAnswer& out) {
    out.set_seconds(seconds(route.travel_ms, slower));
    out.set_distance_m(whole(route.length_dm, 10));
    out.set_ends_on_closed_road(route.ends_on_closed_road);
    put_points(route, slower, out);
    put_steps(graph, route, slower, out);
}

// What the map says of a condition, as the desk is told it.
Error of_condition(Error error) {
    if (error.code == Code::not_found) {
        error.code = Code::no_road_near;
    } else if (error.code == Code::invalid_argument) {
        error.code = Code::road_condition_invalid;
    } else if (error.code == Code::full) {
        error.code = Code::too_many_conditions;
    }
    return error;
}

Result<map::Snap> snap(const Roads& roads, PlaceE7 place, std::string_view words = {}) {
    auto found = roads.snap(place, words);
    if (!found) {
        return fail(Code::no_road_near, "no road lies near " + map::format_lat_lon(to_wgs84(place)));
    }
    return found;
}

} // namespace

Task<api::ServerFrame> Verbs::close_road(const Call& call) {
    if (c_.road_parts == nullptr) {
        co_return Failure{no_graph()};
    }
    auto row = road_condition_of(call.frame.close_road().condition(), now_us());
    if (!row) {
        co_return Failure{row.error()};
    }
    auto pieces = co_await c_.road_parts->desk.probe(*row);
    if (!pieces) {
        co_return Failure{of_condition(pieces.error())};
    }
    auto id = co_await c_.road_parts->desk.take_id();
    if (!id) {
        co_return Failure{id.error()};
    }
    row->id = *id;
    api::ServerFrame reply;
    reply.mutable_road_closed()->set_id(*id);
    reply.mutable_road_closed()->set_pieces(static_cast<std::uint32_t>(*pieces));
    WriteSet request;
    request.actor = call.user.name;
    request.operations.emplace_back(StoreKey{call.user.name, call.frame.idempotency_key(),
                                             call.request_hash, reply.SerializeAsString()});
    request.operations.emplace_back(AddAudit{"close_road", {}, describe(*row)});
    auto added = co_await c_.road_parts->desk.add(call.term, std::move(request), std::move(*row));
    if (!added) {
        co_return Failure{added.error()};
    }
    co_return reply;
}

Task<api::ServerFrame> Verbs::reopen_road(const Call& call) {
    const api::ReopenRoad& in = call.frame.reopen_road();
    if (c_.road_parts == nullptr) {
        co_return Failure{no_graph()};
    }
    if (auto valid = check_reason(in.reason()); !valid) {
        co_return Failure{valid.error()};
    }
    api::ServerFrame reply;
    reply.mutable_done();
    WriteSet request;
    request.actor = call.user.name;
    request.operations.emplace_back(StoreKey{call.user.name, call.frame.idempotency_key(),
                                             call.request_hash, reply.SerializeAsString()});
    request.operations.emplace_back(
        AddAudit{"reopen_road", {}, fmt::format("id={} reason={}", in.id(), in.reason())});
    auto ended = co_await c_.road_parts->desk.end(call.term, std::move(request), in.id(),
                                                  in.version(), in.reason());
    if (!ended) {
        co_return Failure{ended.error()};
    }
    co_return reply;
}

Result<api::ServerFrame> Verbs::road_list() const {
    if (c_.road_parts == nullptr) {
        return Failure{no_graph()};
    }
    api::ServerFrame reply;
    api::RoadList& out = *reply.mutable_road_list();
    out.set_loaded(c_.road_parts->desk.is_loaded());
    for (const auto& [id, row] : c_.road_parts->desk.rows()) {
        *out.add_conditions() = to_message(row);
    }
    return reply;
}

Result<api::ServerFrame> Verbs::coverage() const {
    api::ServerFrame reply;
    api::Coverage& out = *reply.mutable_coverage();
    if (c_.road_parts == nullptr || !c_.road_parts->has_places) {
        out.set_degraded(c_.road_parts == nullptr ? "no_road_graph" : "no_places");
        return reply;
    }
    if (const CoverNow* now = c_.road_parts->cover.now()) {
        out = to_message(*now);
    }
    return reply;
}

Result<api::ServerFrame> Verbs::move_up() const {
    api::ServerFrame reply;
    api::MoveUp& out = *reply.mutable_move_up();
    if (c_.road_parts == nullptr || !c_.road_parts->has_places) {
        out.set_degraded(c_.road_parts == nullptr ? "no_road_graph" : "no_places");
        return reply;
    }
    const MoveUpDesk& desk = c_.road_parts->move_up;
    if (const MoveUpRow* advice = desk.open()) {
        *out.mutable_advice() = to_message(*advice);
    }
    out.set_busy_share(desk.figures().busy_share);
    out.set_expected_share(desk.figures().expected_share);
    out.set_computed_us(desk.figures().computed_us);
    return reply;
}

Task<api::ServerFrame> Verbs::answer_move_up(const Call& call) {
    const api::AnswerMoveUp& in = call.frame.answer_move_up();
    if (c_.road_parts == nullptr) {
        co_return Failure{no_graph()};
    }
    if (auto valid = in.accept() ? check_text(in.reason(), "reason") : check_reason(in.reason()); !valid) {
        co_return Failure{valid.error()};
    }
    MoveUpDesk& desk = c_.road_parts->move_up;
    const MoveUpRow* advice = desk.open();
    if (advice == nullptr || advice->id != in.id()) {
        co_return fail(Code::advice_over);
    }
    std::optional<Posting> posting;
    if (in.accept()) {
        api::OrderPosting order;
        order.set_unit_id(advice->unit.value);
        order.set_kind(std::string{name(PostingKind::relocation)});
        order.set_station_id(advice->station.value);
        order.set_reason(fmt::format("move-up advice {}", in.id()));
        auto prepared = co_await prepare_posting(order, call.user.name);
        if (!prepared) {
            co_return Failure{prepared.error()};
        }
        posting = std::move(*prepared);
    }
    api::ServerFrame reply;
    if (posting) {
        reply = posted(*posting);
    } else {
        reply.mutable_done();
    }
    const AddAudit audit{in.accept() ? "accept_move_up" : "decline_move_up",
                         {},
                         fmt::format("id={} reason={}", in.id(), in.reason())};
    Centre::Decider decide = [&posting, &audit, &call](const World& world) -> Result<WriteSet> {
        Result<WriteSet> writes =
            posting ? posting_writes(world, *posting) : WriteSet{call.user.name, {}};
        if (writes) {
            writes->operations.emplace_back(audit);
        }
        return writes;
    };
    Centre::Decider whole = keyed(call, reply, std::move(decide));
    MoveUpDesk::Commit commit = [this, &whole, &call](Centre::Writer write) {
        return c_.centre.commit(whole, call.term, std::move(write));
    };
    MoveUpReply answer{in.id(), in.version(),
                       in.accept() ? MoveUpAnswerState::accepted : MoveUpAnswerState::declined,
                       in.reason()};
    auto answered = co_await desk.answer(std::move(answer), std::move(commit));
    if (!answered) {
        co_return Failure{answered.error()};
    }
    co_return reply;
}

Result<std::vector<map::ReachSource>>
Verbs::reach_sources(const api::GetIsochrones& request) const {
    std::vector<map::ReachSource> out;
    if (request.from() == "fleet") {
        for (const Standing& unit : standing_units(c_.centre.world(), c_.roads, *c_.fleet,
                                                   c_.centre.registry()->time_scale, now_us())) {
            out.push_back({unit.at, unit.lead_ms});
        }
    } else if (request.from() == "stations") {
        for (const NamedPlace& station : c_.centre.registry()->stations) {
            if (const auto at = c_.roads->snap_place(station.place)) {
                out.push_back({*at, turnout_s({station.id}) * 1000});
            }
        }
    } else if (request.from() == "unit") {
        const Track* track = c_.fleet->by_unit({request.unit_id()});
        const UnitRow* row = c_.centre.world().unit({request.unit_id()});
        if (track == nullptr || row == nullptr) {
            return fail(Code::no_such_unit);
        }
        const Whereabouts where = whereabouts(c_.centre.world(), c_.roads, *track, *row,
                                              c_.centre.registry()->time_scale, now_us());
        if (where.on_road) {
            const bool is_rolling = traits(row->state).rolling;
            const RoadStart start = where.on_road->leading_on();
            out.push_back({start.at, (is_rolling ? 0 : track->info.turnout_s * 1000) + start.access_ms});
        }
    } else if (request.from() == "place") {
        const auto at = snap(*c_.roads, {request.place().lat_e7(), request.place().lon_e7()});
        if (!at) {
            return Failure{at.error()};
        }
        out.push_back({at->at, 0});
    } else {
        return fail(Code::choice_unknown, "from: fleet, stations, unit or place");
    }
    if (out.empty()) {
        return fail(Code::unit_off_road, "nothing to start from stands on a road");
    }
    return out;
}

// The slowest of its crews, of all crews where it has none.
std::uint32_t Verbs::turnout_s(StationId station) const {
    std::uint32_t own = 0;
    std::uint32_t any = 0;
    for (const auto& [id, track] : c_.fleet->tracks()) {
        any = std::max(any, track.info.turnout_s);
        own = track.info.station == station ? std::max(own, track.info.turnout_s) : own;
    }
    return own > 0 ? own : any;
}

Task<api::ServerFrame> Verbs::isochrones(api::GetIsochrones request) {
    if (c_.road_parts == nullptr) {
        co_return Failure{no_graph()};
    }
    auto sources = reach_sources(request);
    if (!sources) {
        co_return Failure{sources.error()};
    }
    std::vector<std::uint32_t> minutes{request.minutes().begin(), request.minutes().end()};
    if (minutes.empty()) {
        minutes.assign(kUsualMinutes.begin(), kUsualMinutes.end());
    }
    if (drawing_ >= kDrawingMax) {
        co_return fail(Code::too_many_requests, "areas are being drawn");
    }
    ++drawing_;
    std::uint32_t lead_ms = 0;
    for (const map::ReachSource& source : *sources) {
        lead_ms = std::max(lead_ms, source.lead_ms);
    }
    const std::int64_t asked_us = now_us();
    auto areas = co_await c_.road_parts->thread.isochrones(std::move(*sources), std::move(minutes));
    --drawing_;
    if (!areas) {
        co_return Failure{areas.error()};
    }
    api::ServerFrame reply;
    *reply.mutable_isochrones() = to_message(*areas, asked_us);
    reply.mutable_isochrones()->set_lead_s(whole(lead_ms, 1000));
    co_return reply;
}

Result<Verbs::WayEnd> Verbs::way_start(const api::GetRoute& request) const {
    if (request.from_unit_id() == 0) {
        const auto at = snap(*c_.roads, {request.from().lat_e7(), request.from().lon_e7()});
        return at ? Result<WayEnd>{WayEnd{at->at, at->distance_m}} : Failure{at.error()};
    }
    const Track* track = c_.fleet->by_unit({request.from_unit_id()});
    const UnitRow* row = c_.centre.world().unit({request.from_unit_id()});
    if (track == nullptr || row == nullptr) {
        return fail(Code::no_such_unit);
    }
    const Whereabouts where = whereabouts(c_.centre.world(), c_.roads, *track, *row,
                                          c_.centre.registry()->time_scale, now_us());
    const std::optional<RoadStart>& at = where.on_road;
    if (!at) {
        return fail(Code::unit_off_road);
    }
    const RoadStart start = at->leading_on();
    return WayEnd{start.at, map::distance_m(to_wgs84(where.place), map::point_of(c_.roads->graph(), start.at))};
}

Result<Verbs::WayEnd> Verbs::way_goal(const api::GetRoute& request) const {
    PlaceE7 place{request.to().lat_e7(), request.to().lon_e7()};
    std::string_view words;
    if (request.to_incident_id() != 0) {
        const IncidentRow* incident = c_.centre.world().incident({request.to_incident_id()});
        if (incident == nullptr) {
            return fail(Code::no_such_incident);
        }
        place = incident->place;
        words = incident->address;
    } else if (request.to_hospital_id() != 0) {
        const NamedPlace* to = hospital(request.to_hospital_id());
        if (to == nullptr) {
            return fail(Code::no_such_hospital);
        }
        place = to->place;
    } else if (!request.has_to()) {
        return fail(Code::interval_needed, "an incident, a hospital or a place to go to");
    }
    const auto at = snap(*c_.roads, place, words);
    return at ? Result<WayEnd>{WayEnd{at->at, at->distance_m}} : Failure{at.error()};
}

Task<api::ServerFrame> Verbs::route(api::GetRoute request) {
    if (c_.roads == nullptr) {
        co_return Failure{no_graph()};
    }
    if (request.from_unit_id() == 0 && !request.has_from()) {
        co_return fail(Code::interval_needed, "a unit or a place to start from");
    }
    if (request.alternatives() > kAlternativesMax) {
        co_return fail(Code::out_of_range, "at most 3 alternatives");
    }
    const auto from = way_start(request);
    if (!from) {
        co_return Failure{from.error()};
    }
    const auto to = way_goal(request);
    if (!to) {
        co_return Failure{to.error()};
    }
    const IncidentRow* incident = c_.centre.world().incident({request.to_incident_id()});
    const bool is_transfer = incident != nullptr && incident->kind == IncidentKind::transfer;
    const bool without_siren = request.without_siren() || is_transfer;
    const double slower = without_siren ? 1 / c_.roads->profile().without_siren : 1;
    const auto found = c_.roads->route(from->at, to->at);
    if (!found) {
        co_return Failure{found.error()};
    }
    api::ServerFrame reply;
    api::RouteAnswer& out = *reply.mutable_route();
    put_route(c_.roads->graph(), *found, slower, out);
    if (request.alternatives() > 0 && c_.road_parts != nullptr) {
        const std::uint32_t others = request.alternatives();
        auto ways = co_await c_.road_parts->thread.ways(from->at, to->at, others);
        for (std::size_t i = 1; ways && i < ways->size(); ++i) {
            put_route(c_.roads->graph(), (*ways)[i], slower, *out.add_others());
        }
    }
    out.set_without_siren(without_siren);
    out.set_computed_us(now_us());
    out.set_from_road_m(static_cast<std::uint32_t>(std::lround(from->off_road_m)));
    out.set_to_road_m(static_cast<std::uint32_t>(std::lround(to->off_road_m)));
    co_return reply;
}

} // namespace ems::dispatch
