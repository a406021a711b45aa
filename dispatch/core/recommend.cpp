#include "dispatch/core/recommend.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace ems::dispatch {
namespace {

Exclusion exclusion(const UnitInput& in) {
    if (in.state == UnitState::out_of_service) {
        return Exclusion::out_of_service;
    }
    if (!traits(in.state).dispatchable) {
        return Exclusion::busy;
    }
    if (in.position == PositionFrom::none) {
        return Exclusion::no_position;
    }
    if (in.road.result == RoadResult::unreachable) {
        return Exclusion::unreachable;
    }
    return in.road.result == RoadResult::too_far ? Exclusion::too_far : Exclusion::none;
}

Candidate assess(const UnitInput& in) {
    Candidate out;
    out.unit = in.unit;
    out.straight_m = in.straight_m;
    out.fix_age_s = in.position == PositionFrom::fix ? in.fix_age_s : 0;
    out.excluded = exclusion(in);
    if (out.excluded != Exclusion::none) {
        return out;
    }
    const bool rolling = traits(in.state).rolling;
    out.turnout_s = rolling ? 0 : in.turnout_s;
    if (in.road.result == RoadResult::known) {
        out.drive_s = in.road.drive_s;
        out.distance_m = in.road.distance_m;
    } else {
        const double road_m = in.straight_m * kRoadFactor;
        out.distance_m = static_cast<std::uint32_t>(std::lround(road_m));
        out.drive_s = static_cast<std::uint32_t>(std::lround(road_m / kDegradedSpeedMps));
    }
    // Since the fix a rolling unit may have driven away for as long as the fix is old.
    if (rolling && in.position == PositionFrom::fix && in.unseen_road_s > kFixFreshS) {
        out.widen_s = std::min(in.unseen_road_s - kFixFreshS, kWidenMaxS);
    }
    out.total_s = out.turnout_s + out.drive_s + out.widen_s;
    out.within_radius = out.total_s <= kRadiusS;
    return out;
}

// The states of the unit that explain its time; those that need the whole list are added later.
void explain(const UnitInput& in, Candidate& out) {
    out.reasons.push_back(out.within_radius ? Reason::within_radius : Reason::beyond_radius);
    if (in.own_station) {
        out.reasons.push_back(Reason::own_station);
    }
    if (traits(in.state).rolling) {
        out.reasons.push_back(Reason::already_rolling);
    }
    if (in.position == PositionFrom::station) {
        out.reasons.push_back(Reason::at_station_no_fix);
    } else if (in.fix_age_s >= kFixOldS) {
        out.reasons.push_back(Reason::fix_old);
    }
    if (in.road.result == RoadResult::failed) {
        out.reasons.push_back(Reason::straight_line);
    }
}

void rank_by_line(const std::vector<UnitInput>& units, std::vector<Candidate>& out) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (units[i].position != PositionFrom::none) {
            order.push_back(i);
        }
    }
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::tie(units[a].straight_m, units[a].unit) < std::tie(units[b].straight_m, units[b].unit);
    });
    for (std::size_t i = 0; i < order.size(); ++i) {
        out[order[i]].straight_rank = static_cast<std::uint32_t>(i + 1);
    }
}

bool before(const Candidate& a, const Candidate& b) {
    const bool a_out = a.excluded != Exclusion::none;
    const bool b_out = b.excluded != Exclusion::none;
    return std::tie(a_out, a.total_s, a.drive_s, a.unit) < std::tie(b_out, b.total_s, b.drive_s, b.unit);
}

} // namespace

Ranking recommend(const std::vector<UnitInput>& units) {
    Ranking out;
    for (const UnitInput& in : units) {
        out.candidates.push_back(assess(in));
        if (out.candidates.back().excluded == Exclusion::none) {
            explain(in, out.candidates.back());
            out.degraded = out.degraded || in.road.result == RoadResult::failed;
        }
    }
    rank_by_line(units, out.candidates);
    std::sort(out.candidates.begin(), out.candidates.end(), before);
    std::uint32_t rank = 0;
    Candidate* line_first = nullptr;
    Candidate* road_first = nullptr;
    for (Candidate& candidate : out.candidates) {
        if (candidate.excluded != Exclusion::none) {
            break;
        }
        candidate.rank = ++rank;
        if (line_first == nullptr || candidate.straight_rank < line_first->straight_rank) {
            line_first = &candidate;
        }
        if (road_first == nullptr || candidate.drive_s < road_first->drive_s) {
            road_first = &candidate;
        }
    }
    if (rank == 0) {
        out.shortfall = Shortfall::no_unit;
        return out;
    }
    Candidate& first = out.candidates.front();
    road_first->reasons.insert(road_first->reasons.begin(), Reason::nearest_by_road);
    if (line_first != &first) {
        first.reasons.insert(first.reasons.begin() + (road_first == &first ? 1 : 0), Reason::not_nearest_in_line);
        line_first->reasons.insert(line_first->reasons.begin(), Reason::nearest_in_line);
    }
    out.shortfall = first.within_radius ? Shortfall::none : Shortfall::none_within_radius;
    return out;
}

std::string_view name(Reason reason) {
    switch (reason) {
    case Reason::nearest_by_road: return "nearest_by_road";
    case Reason::not_nearest_in_line: return "not_nearest_in_line";
    case Reason::nearest_in_line: return "nearest_in_line";
    case Reason::own_station: return "own_station";
    case Reason::within_radius: return "within_radius";
    case Reason::beyond_radius: return "beyond_radius";
    case Reason::already_rolling: return "already_rolling";
    case Reason::at_station_no_fix: return "at_station_no_fix";
    case Reason::fix_old: return "fix_old";
    case Reason::straight_line: return "straight_line";
    }
    return "";
}

std::string_view name(Exclusion exclusion) {
    switch (exclusion) {
    case Exclusion::none: return "";
    case Exclusion::busy: return "busy";
    case Exclusion::out_of_service: return "out_of_service";
    case Exclusion::no_position: return "no_position";
    case Exclusion::unreachable: return "unreachable";
    case Exclusion::too_far: return "too_far";
    }
    return "";
}

std::string_view name(Shortfall shortfall) {
    switch (shortfall) {
    case Shortfall::none: return "";
    case Shortfall::no_unit: return "no_unit";
    case Shortfall::none_within_radius: return "none_within_radius";
    }
    return "";
}

} // namespace ems::dispatch
