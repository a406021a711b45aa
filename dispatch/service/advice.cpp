#include "dispatch/service/advice.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

#include "dispatch/core/decide_orders.h"
#include "dispatch/core/recommend.h"
#include "dispatch/service/messages.h"
#include "dispatch/service/messages_roads.h"
#include "dispatch/service/whereabouts.h"

namespace ems::dispatch {
namespace {

constexpr std::uint32_t kRoutesMax = 4;

std::uint32_t straight_m(PlaceE7 a, PlaceE7 b) {
    return static_cast<std::uint32_t>(std::lround(map::distance_m(to_wgs84(a), to_wgs84(b))));
}

// By road, the way an ambulance would come from there; by line where none is half an hour away or less.
StationId nearest_station(const AdviceInput& input, PlaceE7 scene, const std::optional<map::RoadPosition>& target) {
    const std::vector<NamedPlace>& stations = input.registry.stations;
    const std::vector<map::RoadPosition>& on_road = input.fleet.stations_on_road();
    if (target && on_road.size() == stations.size()) {
        if (const auto first = input.roads->first_of(*target, on_road)) {
            return {stations[*first].id};
        }
    }
    const auto nearest =
        std::min_element(stations.begin(), stations.end(), [&](const NamedPlace& a, const NamedPlace& b) {
            return straight_m(a.place, scene) < straight_m(b.place, scene);
        });
    return nearest == stations.end() ? StationId{} : StationId{nearest->id};
}

struct Fields {
    std::vector<UnitInput> inputs;
    std::vector<std::optional<RoadStart>> on_road;            // beside inputs
    std::vector<std::optional<map::RoadPosition>> free_road;  // where a busy one will be free
};

const NamedPlace* place_of(const std::vector<NamedPlace>& places, std::int64_t id) {
    const auto found = std::find_if(places.begin(), places.end(), [id](const NamedPlace& p) { return p.id == id; });
    return found == places.end() ? nullptr : &*found;
}

std::uint32_t seconds_between(std::int64_t from_us, std::int64_t to_us, double scale) {
    return static_cast<std::uint32_t>(std::clamp(static_cast<double>(to_us - from_us) / 1e6 * scale, 0.0, 1e6));
}

// `drawn`: the station in whose drawn zone the scene lies. Stations that the registry puts into one zone share it.
Zone zone_between(const AdviceInput& input, StationId home, StationId nearest, StationId drawn) {
    if (drawn.is_set() && drawn == home) {
        return Zone::home;
    }
    const NamedPlace* a = place_of(input.registry.stations, home.value);
    const NamedPlace* b = place_of(input.registry.stations, (drawn.is_set() ? drawn : nearest).value);
    if (drawn.is_set() && a != nullptr && b != nullptr) {
        return !a->zone.empty() && a->zone == b->zone ? Zone::home : Zone::other;
    }
    if (a == nullptr || b == nullptr || a->zone.empty() || b->zone.empty()) {
        return Zone::unknown;
    }
    return a->zone == b->zone ? Zone::home : Zone::other;
}

// A busy unit is free at its hospital, or where its scene is when it goes to none.
void add_task(const AdviceInput& input, const UnitRow& row, PlaceE7 scene, UnitInput& unit,
              std::optional<map::RoadPosition>& free_road) {
    const IncidentRow* task = input.world.incident(row.incident);
    if (!traits(row.state).on_task || task == nullptr) {
        return;
    }
    const NamedPlace* hospital = place_of(input.registry.hospitals, row.hospital.value);
    const PlaceE7 place = hospital != nullptr ? hospital->place : task->place;
    const std::uint32_t elapsed_s = seconds_between(row.since_us, input.now_us, input.registry.time_scale);
    unit.free_at = FreeAt{predict_release(row.state, elapsed_s, input.history), {}, straight_m(place, scene)};
    free_road = input.roads != nullptr ? input.roads->snap_place(place) : std::nullopt;
    unit.task_urgency = traits(row.state).divertible ? urgency(*task) : 0;
}

LinkSeen seen(Link link) {
    switch (link) {
    case Link::never: return LinkSeen::none;
    case Link::up: return LinkSeen::up;
    case Link::lost: return LinkSeen::lost;
    case Link::offline: return LinkSeen::offline;
    }
    return LinkSeen::none;
}

Fields gather(const AdviceInput& input, PlaceE7 scene, const std::optional<map::RoadPosition>& target) {
    Fields out;
    const StationId own = nearest_station(input, scene, target);
    const StationId drawn = input.zones != nullptr ? input.zones->station_at(scene, input.registry) : StationId{};
    for (const auto& [id, track] : input.fleet.tracks()) {
        const UnitRow* row = input.world.unit(id);
        if (row == nullptr) {
            continue;
        }
        const Whereabouts where =
            whereabouts(input.world, input.roads, track, *row, input.registry.time_scale, input.now_us);
        UnitInput unit;
        unit.unit = id;
        unit.state = row->state;
        unit.position = where.from;
        unit.fix_age_s = static_cast<std::uint32_t>(where.fix_age_s);
        unit.unseen_road_s = static_cast<std::uint32_t>(where.fix_age_s * input.registry.time_scale);
        unit.waits_where_seen = where.waits_where_seen;
        unit.told = where.told;
        unit.link = seen(track.link);
        unit.turnout_s = track.info.turnout_s;
        unit.straight_m = where.from == PositionFrom::none ? 0 : straight_m(where.place, scene);
        unit.off_road = target && where.from != PositionFrom::none && !where.on_road;
        unit.own_station = own.is_set() && track.info.station == own;
        unit.vehicle_class = track.info.vehicle_class;
        unit.capabilities = track.info.capabilities;
        unit.contaminated = row->contaminated;
        unit.fuel_range_km = row->fuel_range_km;
        unit.zone = zone_between(input, track.info.station, own, drawn);
        if (input.cover != nullptr) {
            unit.coverage_loss_ppm = loss_ppm(*input.cover, id);
        }
        unit.crew_left_s = fitness(*row, input.registry.time_scale, input.now_us).crew_left_s;
        std::optional<map::RoadPosition> free_road;
        add_task(input, *row, scene, unit, free_road);
        out.inputs.push_back(std::move(unit));
        out.on_road.push_back(where.on_road);
        out.free_road.push_back(free_road);
    }
    return out;
}

enum class Times : std::uint8_t {
    of_roads,
    usual,  // closures leave nobody a way who may be sent and would have one else; of those who are busy as well
    lines,  // no road leads from anybody to the scene: the map lacks one
};

// None of those that are judged.
bool nobody_has_a_way(const std::vector<RoadTime>& times, const std::vector<std::size_t>& judged) {
    return !judged.empty() && std::all_of(judged.begin(), judged.end(), [&times](std::size_t i) {
        return times[i].result == RoadResult::unreachable;
    });
}

Times fill_road_times(const AdviceInput& input, const map::RoadPosition& target, Fields& fields) {
    std::vector<RoadStart> starts;
    std::vector<RoadTime*> wanted;
    std::vector<std::size_t> judged;  // of starts: those who may be sent
    for (std::size_t i = 0; i < fields.inputs.size(); ++i) {
        UnitInput& in = fields.inputs[i];
        if (fields.on_road[i] && (traits(in.state).dispatchable || in.task_urgency > 0)) {
            if (traits(in.state).dispatchable) {
                judged.push_back(starts.size());
            }
            starts.push_back(*fields.on_road[i]);
            wanted.push_back(&in.road);
        }
        if (fields.free_road[i]) {
            starts.push_back({*fields.free_road[i]});
            wanted.push_back(&in.free_at->road);
        }
    }
    std::vector<std::size_t> all(starts.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    if (judged.empty()) {  // nobody is free
        judged = all;
    }
    std::vector<RoadTime> times = input.roads->times_from(starts, target);
    Times out = Times::of_roads;
    if (nobody_has_a_way(times, judged)) {
        std::vector<RoadTime> usual = input.roads->usual_times_from(starts, target);
        if (!nobody_has_a_way(usual, judged)) {
            out = Times::usual;
            times = std::move(usual);
        } else if (nobody_has_a_way(usual, all)) {
            out = Times::lines;
            times.assign(starts.size(), RoadTime{});
        }
    }
    for (std::size_t i = 0; i < times.size(); ++i) {
        *wanted[i] = times[i];
    }
    return out;
}

// The way there is the same, the time longer.
void drive_without_siren(const map::AmbulanceProfile& profile, Fields& fields) {
    const auto slow_down = [&profile](RoadTime& road) {
        road.drive_s =
            static_cast<std::uint32_t>(std::lround(road.drive_s / profile.without_siren));
    };
    for (UnitInput& in : fields.inputs) {
        slow_down(in.road);
        if (in.free_at) {
            slow_down(in.free_at->road);
        }
    }
}

void add_partners(const AdviceInput& input, PlaceE7 scene, api::Recommendation& out) {
    std::vector<api::Partner> all;
    for (const Partner& partner : input.registry.partners) {
        api::Partner message = to_message(partner);
        message.set_straight_m(straight_m(partner.place, scene));
        message.set_estimate_s(
            static_cast<std::uint32_t>(std::lround(message.straight_m() * kRoadFactor / kDegradedSpeedMps)));
        all.push_back(std::move(message));
    }
    std::sort(all.begin(), all.end(),
              [](const api::Partner& a, const api::Partner& b) { return a.straight_m() < b.straight_m(); });
    all.resize(std::min(all.size(), kPartnersMax));
    for (api::Partner& partner : all) {
        *out.add_partners() = std::move(partner);
    }
}

} // namespace

api::Recommendation advise(const AdviceInput& input, const IncidentRow& incident) {
    const PlaceE7 scene = incident.place;
    const auto start = std::chrono::steady_clock::now();
    std::optional<map::RoadPosition> target;
    api::Recommendation out;
    if (input.roads != nullptr) {
        if (const auto snap = input.roads->snap(scene, incident.address)) {
            target = snap->at;
            out.set_scene_road(std::string{input.roads->graph().name(snap->at.arc)});
            out.set_scene_road_m(static_cast<std::uint32_t>(std::lround(snap->distance_m)));
        }
    }
    Fields fields = gather(input, scene, target);
    const Times times = target ? fill_road_times(input, *target, fields) : Times::lines;
    if (target && incident.kind == IncidentKind::transfer) {
        drive_without_siren(input.roads->profile(), fields);
    }
    const Ranking ranking = recommend({incident.level, incident.need, urgency(incident)}, fields.inputs);
    out.set_incident_id(incident.id.value);
    out.set_level(incident.level);
    *out.mutable_need() = to_message(incident.need);
    out.set_rule(std::string{name(ranking.rule)});
    for (const std::string& unmet : ranking.unmet) {
        out.add_shortfalls(unmet);
    }
    add_partners(input, scene, out);
    out.set_computed_us(input.now_us);
    out.set_radius_s(kRadiusS);
    out.set_shortfall(std::string{name(ranking.shortfall)});
    if (input.roads == nullptr) {
        out.set_degraded("no_road_graph");
    } else if (times == Times::lines) {
        out.set_degraded("scene_off_road");
    } else if (times == Times::usual) {
        out.set_degraded("scene_on_closed_road");
    } else if (ranking.degraded) {
        out.set_degraded("unit_off_road");
    }
    for (const Candidate& candidate : ranking.candidates) {
        api::Candidate& message = *out.add_candidates();
        message = to_message(candidate);
        if (input.cover != nullptr && candidate.excluded == Exclusion::none) {
            add_loss(*input.cover, candidate.unit, message);
        }
        if (!target || candidate.rank == 0 || candidate.rank > kRoutesMax) {
            continue;
        }
        const auto unit = std::find_if(fields.inputs.begin(), fields.inputs.end(),
                                       [&](const UnitInput& in) { return in.unit == candidate.unit; });
        const auto& from = fields.on_road[static_cast<std::size_t>(unit - fields.inputs.begin())];
        if (from) {
            for (const PlaceE7& point : input.roads->way(*from, *target)) {
                *message.add_route() = to_message(point);
            }
        }
    }
    const auto took = std::chrono::steady_clock::now() - start;
    out.set_compute_us(static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
    return out;
}

const NamedPlace* propose_hospital(const AdviceInput& input, PlaceE7 scene) {
    const NamedPlace* best = nullptr;
    std::uint64_t best_cost = std::numeric_limits<std::uint64_t>::max();
    const auto from = input.roads != nullptr ? input.roads->snap_place(scene) : std::nullopt;
    for (const NamedPlace& hospital : input.registry.hospitals) {
        // One that no road reaches comes after all others, by straight line.
        std::uint64_t cost = (1ULL << 40U) + straight_m(hospital.place, scene);
        if (from) {
            const auto to = input.roads->snap_place(hospital.place);
            const auto seconds = to ? input.roads->seconds(*from, *to) : std::nullopt;
            cost = seconds ? *seconds : cost;
        }
        if (cost < best_cost) {
            best_cost = cost;
            best = &hospital;
        }
    }
    return best;
}

} // namespace ems::dispatch
