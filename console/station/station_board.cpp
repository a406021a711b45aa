#include "console/station/station_board.h"

#include <algorithm>

namespace ems::console {

const api::Station* station_named(const DeskState& state, std::string_view name) {
    for (const auto& [id, station] : state.stations()) {
        if (station.name() == name) {
            return &station;
        }
    }
    return nullptr;
}

std::vector<const api::Unit*> station_units(const DeskState& state, std::int64_t station_id) {
    std::vector<const api::Unit*> out;
    for (const auto& [id, unit] : state.units()) {
        if (station_id != 0 && unit.station_id() == station_id) {
            out.push_back(&unit);
        }
    }
    std::sort(out.begin(), out.end(),
              [](const api::Unit* a, const api::Unit* b) { return a->name() < b->name(); });
    return out;
}

std::vector<StationCase> station_cases(const DeskState& state, std::int64_t station_id) {
    std::vector<StationCase> out;
    for (const api::Unit* unit : station_units(state, station_id)) {
        if (const api::Assignment* task = state.task_of(unit->id())) {
            out.push_back({unit, task, state.incident(task->incident_id())});
        }
    }
    std::stable_sort(out.begin(), out.end(), [](const StationCase& a, const StationCase& b) {
        return a.assignment->created_us() > b.assignment->created_us();
    });
    return out;
}

std::vector<std::int64_t> OrderAlarms::follow(const DeskState& state, std::int64_t station_id) {
    std::vector<std::int64_t> fresh;
    if (!state.has_data() || station_id == 0) {
        return fresh;
    }
    std::set<std::int64_t> running;
    for (const StationCase& one : station_cases(state, station_id)) {
        const std::int64_t id = one.assignment->id();
        running.insert(id);
        if (!known_.contains(id) && (begun_ || one.assignment->state() != "accepted")) {
            fresh.push_back(id);
            waiting_.emplace(id, std::nullopt);
        }
    }
    begun_ = true;
    std::erase_if(waiting_, [&](const auto& one) { return !running.contains(one.first); });
    known_ = std::move(running);
    return fresh;
}

void OrderAlarms::show(std::span<const std::int64_t> assignment_ids, double now_s) {
    for (auto& [id, since_s] : waiting_) {
        if (std::find(assignment_ids.begin(), assignment_ids.end(), id) == assignment_ids.end()) {
            since_s.reset();
        } else if (!since_s) {
            since_s = now_s;
        }
    }
}

void OrderAlarms::acknowledge(double now_s) {
    std::erase_if(waiting_, [&](const auto& one) {
        return one.second && now_s - *one.second >= kHeardAfterS;
    });
}

void LinkAlarm::follow(CentreLink link, double now_s) {
    if (link == CentreLink::up) {
        *this = LinkAlarm{};
        return;
    }
    if (!away_since_s_) {
        away_since_s_ = now_s;
    }
    if (!loud_since_s_ && now_s - *away_since_s_ >= kLinkAwayS) {
        loud_since_s_ = now_s;
    }
}

void LinkAlarm::acknowledge(double now_s) {
    heard_ = heard_ || (loud_since_s_ && now_s - *loud_since_s_ >= kHeardAfterS);
}

} // namespace ems::console
