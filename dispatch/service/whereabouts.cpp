#include "dispatch/service/whereabouts.h"

#include <algorithm>

namespace ems::dispatch {
namespace {

constexpr double kAgeMaxS = 1e6;
constexpr std::int64_t kCivilOffsetH = 8; // the region's civil time is UTC+8 all year

std::uint32_t unseen_road_s(const Whereabouts& where, double time_scale) {
    return static_cast<std::uint32_t>(std::min(where.fix_age_s * time_scale, kAgeMaxS));
}

// As core/recommend counts it.
std::uint32_t lead_s(const Track& track, const Whereabouts& where, UnitState state,
                     double time_scale) {
    const std::uint32_t turnout_s = traits(state).rolling ? 0 : track.info.turnout_s;
    return turnout_s +
           widening_s(where.from, where.waits_where_seen, unseen_road_s(where, time_scale));
}

// Where a unit that is not on the move stands by, when nothing else is known.
std::optional<PlaceE7> waiting_place(const World& world, const Track& track, const UnitRow& row) {
    const PostingRow* posting = world.posting_of(row.id);
    if (posting != nullptr && posting->state == PostingState::arrived) {
        return posting->place;
    }
    return track.station;
}

bool is_at(PlaceE7 place, PlaceE7 other) {
    return map::distance_m(to_wgs84(place), to_wgs84(other)) <= kAtStationM;
}

std::optional<RoadStart> start_at(const std::optional<map::RoadPosition>& at) {
    return at ? std::optional{RoadStart{*at}} : std::nullopt;
}

struct LastFix {
    PlaceE7 place;
    std::optional<RoadStart> on_road;
    double age_s{0};
    bool told{false};
    std::int64_t us{0};
};

double seconds_since(std::int64_t at_us, std::int64_t now_us) {
    return std::max(static_cast<double>(now_us - at_us) / 1e6, 0.0);
}

std::optional<LastFix> told_fix(const Roads* roads, const UnitRow& row, std::int64_t now_us) {
    if (!row.told_place) {
        return {};
    }
    return LastFix{*row.told_place,
                   start_at(roads != nullptr ? roads->snap_place(*row.told_place) : std::nullopt),
                   seconds_since(row.told_us, now_us), true, row.told_us};
}

// When the unit was last sent somewhere; else since when it is as it is.
std::int64_t set_out_us(const World& world, const UnitRow& row) {
    std::int64_t out = 0;
    for (const auto& [id, task] : world.assignments) {
        out = task.unit == row.id ? std::max(out, task.created_us) : out;
    }
    return out != 0 ? out : row.since_us;
}

std::optional<LastFix> last_fix(const World& world, const Roads* roads, const Track& track,
                                const UnitRow& row, std::int64_t now_us) {
    std::optional<LastFix> told = told_fix(roads, row, now_us);
    if (track.position) {
        const api::UnitPosition& own = *track.position;
        const double age_s = seconds_since(own.received_us(), now_us) +
                             static_cast<double>(own.age_at_receipt_ms()) / 1e3;
        if (!told || age_s <= told->age_s) {
            return LastFix{{own.place().lat_e7(), own.place().lon_e7()}, track.on_road, age_s, false, own.received_us()};
        }
    }
    const bool drives_back = row.state == UnitState::clearing || row.state == UnitState::returning;
    if (!told && drives_back && track.info.vid.empty() && track.station) {
        const std::int64_t set_out = set_out_us(world, row);
        return LastFix{*track.station, start_at(track.station_on_road), seconds_since(set_out, now_us), true, set_out};
    }
    return told;
}

bool is_believed(const PostingRow& posting, std::int64_t now_us) {
    const std::int64_t holds_us = std::chrono::microseconds{kPostedHolds}.count();
    return posting.state == PostingState::arrived || now_us - posting.created_us < holds_us;
}

} // namespace

Fitness fitness(const UnitRow& row, double time_scale, std::int64_t now_us) {
    Fitness out{row.contaminated, {}};
    if (row.crew_until_us != 0) {
        out.crew_left_s = static_cast<std::int64_t>(
            static_cast<double>(row.crew_until_us - now_us) / 1e6 * time_scale);
    }
    return out;
}

Whereabouts whereabouts(const World& world, const Roads* roads, const Track& track,
                        const UnitRow& row, double time_scale, std::int64_t now_us) {
    const std::optional<PlaceE7> waits_at = waiting_place(world, track, row);
    const bool stands_by = row.state == UnitState::available;
    if (const auto fix = last_fix(world, roads, track, row, now_us)) {
        Whereabouts out{PositionFrom::fix, fix->place, fix->on_road, std::min(fix->age_s, kAgeMaxS), false, fix->told,
                        fix->us};
        out.waits_where_seen =
            !traits(row.state).rolling && waits_at && is_at(out.place, *waits_at);
        const bool gone = is_position_old(out.from, out.waits_where_seen,
                                          unseen_road_s(out, time_scale));
        if (!gone || !stands_by || !waits_at) {
            return out;
        }
    }
    if (!stands_by || !waits_at) {
        return {};
    }
    if (waits_at == track.station) {
        return {PositionFrom::station, *waits_at, start_at(track.station_on_road), 0, true};
    }
    return {PositionFrom::station, *waits_at,
            start_at(roads != nullptr ? roads->snap_place(*waits_at) : std::nullopt), 0, true};
}

std::vector<Standing> standing_units(const World& world, const Roads* roads, const Fleet& fleet,
                                     double time_scale, std::int64_t now_us) {
    std::vector<Standing> out;
    for (const auto& [id, track] : fleet.tracks()) {
        const UnitRow* row = world.unit(id);
        if (row == nullptr || !traits(row->state).dispatchable ||
            is_reserve(fitness(*row, time_scale, now_us))) {
            continue;
        }
        const Whereabouts where = whereabouts(world, roads, track, *row, time_scale, now_us);
        const bool known = !is_position_old(where.from, where.waits_where_seen,
                                            unseen_road_s(where, time_scale));
        if (where.on_road && known) {
            const RoadStart start = where.on_road->leading_on();
            out.push_back({id, start.at,
                           lead_s(track, where, row->state, time_scale) * 1000 + start.access_ms});
        }
    }
    return out;
}

MoveUpFleet waiting_units(const World& world, const Fleet& fleet, const Registry& registry,
                          const Roads& roads, std::int64_t now_us) {
    MoveUpFleet out;
    out.hour = static_cast<std::uint32_t>((now_us / 3'600'000'000 + kCivilOffsetH) % 24);
    for (const NamedPlace& station : registry.stations) {
        if (const auto at = roads.snap_place(station.place)) {
            out.stations.push_back({{station.id}, *at});
        }
    }
    for (const Standing& standing :
         standing_units(world, &roads, fleet, registry.time_scale, now_us)) {
        const Track& track = *fleet.by_unit(standing.unit);
        const UnitRow& row = *world.unit(standing.unit);
        const Whereabouts where =
            whereabouts(world, &roads, track, row, registry.time_scale, now_us);
        MoveUpUnit unit{standing.unit,
                        standing.at,
                        standing.lead_ms,
                        {},
                        0,
                        {},
                        fitness(row, registry.time_scale, now_us)};
        const bool at_home = track.station && is_at(where.place, *track.station);
        const PostingRow* posting = world.posting_of(standing.unit);
        if (posting != nullptr && is_believed(*posting, now_us)) {
            unit.waits_at = posting->station;
        } else if (traits(row.state).rolling || at_home) {
            unit.waits_at = track.info.station;
        }
        // The slowest of the crews: what is promised of a station holds for whoever waits there.
        out.turnout_ms = std::max(out.turnout_ms, track.info.turnout_s * 1000);
        out.units.push_back(std::move(unit));
    }
    return out;
}

} // namespace ems::dispatch
