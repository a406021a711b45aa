#include "dispatch/service/whereabouts.h"

#include <algorithm>

namespace ems::dispatch {
namespace {

constexpr double kAgeMaxS = 1e6;
constexpr std::int64_t kCivilOffsetH = 8; // the region's civil time is UTC+8 all year

// As core/recommend counts it: a rolling unit may have driven away for as long as its fix is old.
std::uint32_t lead_s(const Track& track, const Whereabouts& where, UnitState state,
                     double time_scale) {
    if (!traits(state).rolling) {
        return track.info.turnout_s;
    }
    const double unseen_s = where.from == PositionFrom::fix ? where.fix_age_s * time_scale : 0;
    return unseen_s <= kFixFreshS ? 0
                                  : static_cast<std::uint32_t>(std::min(
                                        unseen_s - kFixFreshS, static_cast<double>(kWidenMaxS)));
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
                        const UnitRow& row, std::int64_t now_us) {
    if (track.position) {
        const double here_s = static_cast<double>(now_us - track.position->received_us()) / 1e6;
        const double age_s =
            std::max(here_s, 0.0) + static_cast<double>(track.position->age_at_receipt_ms()) / 1e3;
        return {PositionFrom::fix,
                {track.position->place().lat_e7(), track.position->place().lon_e7()},
                track.on_road,
                std::clamp(age_s, 0.0, kAgeMaxS)};
    }
    const PostingRow* posting = world.posting_of(row.id);
    if (row.state == UnitState::available && posting != nullptr &&
        posting->state == PostingState::arrived) {
        return {PositionFrom::station, posting->place,
                roads != nullptr ? roads->snap_place(posting->place) : std::nullopt, 0};
    }
    if (row.state == UnitState::available && track.station) {
        return {PositionFrom::station, *track.station, track.station_on_road, 0};
    }
    return {};
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
        const Whereabouts where = whereabouts(world, roads, track, *row, now_us);
        if (where.on_road) {
            out.push_back(
                {id, *where.on_road, lead_s(track, where, row->state, time_scale) * 1000});
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
        const Whereabouts where = whereabouts(world, &roads, track, row, now_us);
        MoveUpUnit unit{standing.unit,
                        standing.at,
                        standing.lead_ms,
                        {},
                        0,
                        {},
                        fitness(row, registry.time_scale, now_us)};
        const bool at_home =
            track.station &&
            map::distance_m(to_wgs84(where.place), to_wgs84(*track.station)) <= kAtStationM;
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
