#include "dispatch/service/under_way.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace ems::dispatch {
namespace {

constexpr std::array<std::string_view, 4> kCauseNames{"set_off", "other_goal", "left_way",
                                                      "roads_changed"};
constexpr std::uint32_t kDrivesCmS = 220; // 8 km/h, as map/track

bool drives_to_scene(UnitState state) {
    return state == UnitState::assigned || state == UnitState::acknowledged ||
           state == UnitState::en_route;
}

// What is left of the turnout that its list counted from the order. One that drives has turned out,
// whatever was pressed.
double turnout_left_s(const Track& track, const UnitRow& row, const AssignmentRow& task,
                      std::int64_t now_us, double time_scale) {
    const bool drives = track.position && track.position->speed_cm_s() >= kDrivesCmS;
    if (drives || !drives_to_scene(row.state) || row.state == UnitState::en_route) {
        return 0;
    }
    const double gone_s = static_cast<double>(now_us - task.created_us) / 1e6 * time_scale;
    return std::max(0.0, static_cast<double>(track.info.turnout_s) - std::max(0.0, gone_s));
}

} // namespace

std::string_view name(WayCause cause) {
    return kCauseNames[static_cast<std::size_t>(cause)];
}

std::optional<UnderWay::Goal> UnderWay::goal_of(const Now& now, const UnitRow& row) {
    const IncidentRow* incident = now.world.incident(row.incident);
    if (incident == nullptr) {
        return std::nullopt;
    }
    if (drives_to_scene(row.state)) {
        return Goal{false, incident->place};
    }
    if (row.state != UnitState::transporting) {
        return std::nullopt;
    }
    const auto& hospitals = now.registry.hospitals;
    const auto hospital =
        std::find_if(hospitals.begin(), hospitals.end(),
                     [&row](const NamedPlace& h) { return h.id == row.hospital.value; });
    return hospital == hospitals.end() ? std::nullopt : std::optional{Goal{true, hospital->place}};
}

std::optional<WayCause> UnderWay::wants_another(const Way& way, const Now& now, const Goal& goal,
                                                const Whereabouts& where) {
    if (way.sought_us == 0) {
        return WayCause::set_off;
    }
    if (!(way.goal == goal)) {
        return WayCause::other_goal;
    }
    if (way.roads_revision != now.roads_revision) {
        return WayCause::roads_changed;
    }
    const bool may_again = now.us - way.sought_us >= kSeekAgainUs;
    if (!way.progress) {
        return may_again ? std::optional{way.cause} : std::nullopt;
    }
    // A wild fix is followed by others; what a person says is said once.
    const map::OnRoute on = way.progress->last().state;
    const bool has_left = on == map::OnRoute::left || (where.told && on == map::OnRoute::unsure);
    return has_left && may_again ? std::optional{WayCause::left_way} : std::nullopt;
}

UnderWay::Looked UnderWay::follow(const Now& now, std::map<AssignmentId, Way>& before) {
    Looked looked;
    for (const auto& [id, row] : now.world.units) {
        const auto goal = goal_of(now, row);
        const Track* track = now.fleet.by_unit(id);
        const AssignmentRow* task = now.world.assignment(row.assignment);
        if (!goal || track == nullptr || task == nullptr) {
            continue;
        }
        const auto known = before.find(row.assignment);
        Way& way = ways_[row.assignment];
        if (known != before.end()) {
            way = std::move(known->second);
            before.erase(known);
        }
        Whereabouts where = whereabouts(now.world, &now.roads, *track, row,
                                        now.registry.time_scale, now.us);
        // Of one that never told its place and has not pressed that it drives: its station.
        const bool is_at_home = where.from == PositionFrom::none && !traits(row.state).rolling;
        if (is_at_home && track->station && track->station_on_road) {
            where = {PositionFrom::station, *track->station, RoadStart{*track->station_on_road}, 0,
                     true};
        }
        if (!where.on_road) {
            continue; // what was told stands until it is seen again
        }
        // In a yard it has not left its way, it has yet to come to it.
        if (way.progress && where.from == PositionFrom::fix &&
            where.on_road->leading_on().access_ms == 0) {
            static_cast<void>(
                way.progress->update(to_wgs84(where.place), 0, where.fix_us / 1000));
        }
        const auto wants = wants_another(way, now, *goal, where);
        looked.emplace(row.assignment, Seen{&row, task, now.world.incident(row.incident), track,
                                            where, *goal, wants});
    }
    return looked;
}

void UnderWay::seek_ways(const Now& now, const Looked& looked) {
    std::vector<AssignmentId> waiting;
    for (const auto& [task, at] : looked) {
        if (at.wants) {
            waiting.push_back(task);
        }
    }
    // Who had to wait at the last look goes first.
    std::stable_partition(waiting.begin(), waiting.end(),
                          [this](AssignmentId id) { return last_ < id; });
    waiting.resize(std::min(waiting.size(), kWaysPerLook));
    for (const AssignmentId task : waiting) {
        seek(ways_.at(task), now, looked.at(task));
        last_ = task;
    }
}

void UnderWay::seek(Way& way, const Now& now, const Seen& at) {
    way.goal = at.goal;
    way.roads_revision = now.roads_revision;
    way.sought_us = now.us;
    way.progress.reset();
    const std::vector<map::ArcId> before = std::exchange(way.arcs, {});
    const auto to = now.roads.snap_place(
        way.goal.place, way.goal.to_hospital ? std::string_view{} : at.incident->address);
    if (!to) {
        return;
    }
    if (const auto route = now.roads.route(*at.where.on_road, *to)) {
        way.progress.emplace(*route);
        way.arcs = route->arcs;
        // What is left of the way it had is no other way, though its times may be others.
        const bool is_rest = way.arcs.size() <= before.size() &&
                             std::equal(way.arcs.rbegin(), way.arcs.rend(), before.rbegin());
        if (!is_rest) {
            way.cause = *at.wants;
            way.way_us = now.us;
        }
    }
}

bool UnderWay::tell(Way& way, const Now& now, const Seen& at) {
    if (!way.progress) {
        return std::exchange(way.told, std::nullopt).has_value();
    }
    const double scale = now.registry.time_scale;
    const bool is_transfer = at.incident->kind == IncidentKind::transfer;
    const double slower = is_transfer ? 1 / now.roads.profile().without_siren : 1;
    const map::Progress& progress = way.progress->last();
    const double drive_s =
        static_cast<double>(progress.left_ms + at.where.on_road->leading_on().access_ms) / 1000 *
        slower;
    const double lead_s = turnout_left_s(*at.track, *at.row, *at.task, now.us, scale);
    // Time since its fix it has driven, though nobody saw it.
    const double unseen_s = lead_s > 0 ? 0 : at.where.fix_age_s;
    const auto ahead_us =
        static_cast<std::int64_t>(std::llround(((lead_s + drive_s) / scale - unseen_s) * 1e6));
    const ExpectedArrival fresh{way.goal.to_hospital,
                                std::max(now.us, now.us + ahead_us),
                                now.us,
                                (progress.left_dm + 5) / 10,
                                way.cause,
                                way.way_us};
    const auto shift_us = static_cast<std::int64_t>(static_cast<double>(kTellShiftS) * 1e6 / scale);
    const bool is_other = !way.told || way.told->to_hospital != fresh.to_hospital ||
                          way.told->way_us != fresh.way_us ||
                          std::abs(way.told->at_us - fresh.at_us) >= shift_us;
    if (is_other) {
        way.told = fresh;
    }
    return is_other;
}

std::vector<AssignmentId> UnderWay::look(const Now& now) {
    std::map<AssignmentId, Way> before = std::exchange(ways_, {});
    const Looked looked = follow(now, before);
    seek_ways(now, looked);
    std::vector<AssignmentId> changed;
    for (const auto& [task, at] : looked) {
        if (tell(ways_.at(task), now, at)) {
            changed.push_back(task);
        }
    }
    for (const auto& [task, way] : before) { // there, or elsewhere
        if (way.told) {
            changed.push_back(task);
        }
    }
    return changed;
}

const ExpectedArrival* UnderWay::of(AssignmentId task) const {
    const auto known = ways_.find(task);
    return known == ways_.end() || !known->second.told ? nullptr : &*known->second.told;
}

} // namespace ems::dispatch
