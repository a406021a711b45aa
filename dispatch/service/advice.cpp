#include "dispatch/service/advice.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "dispatch/service/messages.h"
#include "dispatch/service/messages_roads.h"
#include "dispatch/service/whereabouts.h"

namespace ems::dispatch {
namespace {

constexpr std::uint32_t kRoutesMax = 4;

std::uint32_t straight_m(PlaceE7 a, PlaceE7 b) {
    return static_cast<std::uint32_t>(std::lround(map::distance_m(to_wgs84(a), to_wgs84(b))));
}

StationId nearest_station(const Registry& registry, PlaceE7 scene) {
    const auto nearest = std::min_element(
        registry.stations.begin(), registry.stations.end(),
        [&](const NamedPlace& a, const NamedPlace& b) { return straight_m(a.place, scene) < straight_m(b.place, scene); });
    return nearest == registry.stations.end() ? StationId{} : StationId{nearest->id};
}

struct Fields {
    std::vector<UnitInput> inputs;
    std::vector<std::optional<map::RoadPosition>> on_road;   // beside inputs
    std::string degraded;
};

Fields gather(const AdviceInput& input, PlaceE7 scene) {
    Fields out;
    const StationId own = nearest_station(input.registry, scene);
    for (const auto& [id, track] : input.fleet.tracks()) {
        const UnitRow* row = input.world.unit(id);
        if (row == nullptr) {
            continue;
        }
        const Whereabouts where = whereabouts(track, row->state, input.now_us);
        UnitInput unit;
        unit.unit = id;
        unit.state = row->state;
        unit.position = where.from;
        unit.fix_age_s = static_cast<std::uint32_t>(where.fix_age_s);
        unit.unseen_road_s = static_cast<std::uint32_t>(where.fix_age_s * input.registry.time_scale);
        unit.turnout_s = track.info.turnout_s;
        unit.straight_m = where.from == PositionFrom::none ? 0 : straight_m(where.place, scene);
        unit.own_station = own.is_set() && track.info.station == own;
        out.inputs.push_back(unit);
        out.on_road.push_back(where.on_road);
    }
    return out;
}

void fill_road_times(const AdviceInput& input, const map::RoadPosition& target, Fields& fields) {
    std::vector<map::RoadPosition> starts;
    std::vector<std::size_t> owner;
    for (std::size_t i = 0; i < fields.inputs.size(); ++i) {
        if (fields.on_road[i] && traits(fields.inputs[i].state).dispatchable) {
            starts.push_back(*fields.on_road[i]);
            owner.push_back(i);
        }
    }
    const std::vector<RoadTime> times = input.roads->times_to(target, starts);
    for (std::size_t i = 0; i < times.size(); ++i) {
        fields.inputs[owner[i]].road = times[i];
    }
}

} // namespace

api::Recommendation advise(const AdviceInput& input, IncidentId incident, PlaceE7 scene) {
    const auto start = std::chrono::steady_clock::now();
    Fields fields = gather(input, scene);
    const auto target = input.roads != nullptr ? input.roads->snap_place(scene) : std::nullopt;
    if (target) {
        fill_road_times(input, *target, fields);
    }
    const Ranking ranking = recommend(fields.inputs);
    api::Recommendation out;
    out.set_incident_id(incident.value);
    out.set_computed_us(input.now_us);
    out.set_radius_s(kRadiusS);
    out.set_shortfall(std::string{name(ranking.shortfall)});
    if (input.roads == nullptr) {
        out.set_degraded("no_road_graph");
    } else if (!target) {
        out.set_degraded("scene_off_road");
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
