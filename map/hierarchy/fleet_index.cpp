#include "map/hierarchy/fleet_index.h"

#include <algorithm>

#include "telemetry/base/assert.h"

namespace ems::map {

FleetIndex::FleetIndex(const HierarchyWeights& weights, const Metric& metric,
                       std::uint32_t reach_ms)
    : weights_(&weights), metric_(&metric), reach_ms_(std::min(reach_ms, kSearchLimitMs)),
      climb_(weights.hierarchy()), bucket_(weights.hierarchy().vertex_count()) {}

void FleetIndex::use(const HierarchyWeights& weights, const Metric& metric) {
    EMS_ASSERT(&weights.hierarchy() == &weights_->hierarchy());
    weights_ = &weights;
    metric_ = &metric;
    for (const auto& [arc, stand] : stand_of_arc_) {
        empty(stand);
    }
    for (const auto& [arc, stand] : stand_of_arc_) {
        fill(stand);
        for (Waiting& w : stands_[stand].waiting) {
            w.rest_ms =
                w.extra_ms + metric_->drive_off_ms(arc) - part_ms(*metric_, arc, w.fraction);
        }
    }
}

void FleetIndex::place(std::uint32_t unit, const RoadPosition& at, std::uint32_t lead_ms) {
    EMS_ASSERT(unit < kUnitsMax);
    if (unit >= units_.size()) {
        units_.resize(unit + 1);
        travel_ms_.resize(unit + 1, kNeverMs);
    }
    const Footholds now = footholds(weights_->hierarchy().graph(), at);
    const ArcId before = units_[unit].arc;
    for (const Foothold& f : now) {
        wait_at(unit, f);
    }
    // Only now the old ones, so that a stand both have is kept.
    if (before != kNoArc) {
        for (const ArcId a : {before, weights_->hierarchy().graph().twin(before)}) {
            if (a != kNoArc && std::none_of(now.begin(), now.end(),
                                            [a](const Foothold& f) { return f.arc == a; })) {
                leave(unit, a);
            }
        }
    }
    units_[unit] = {now.empty() ? kNoArc : at.arc, lead_ms};
}

void FleetIndex::remove(std::uint32_t unit) {
    if (unit < units_.size()) {
        place(unit, {}, 0);
    }
}

void FleetIndex::wait_at(std::uint32_t unit, const Foothold& at) {
    const auto [known, is_new] = stand_of_arc_.try_emplace(at.arc, 0);
    if (is_new) {
        if (free_stands_.empty()) {
            free_stands_.push_back(static_cast<std::uint32_t>(stands_.size()));
            stands_.emplace_back();
            stand_ms_.push_back(kNeverMs);
        }
        known->second = free_stands_.back();
        free_stands_.pop_back();
        stands_[known->second].arc = at.arc;
        fill(known->second);
    }
    const Waiting now{unit, at.fraction, at.extra_ms,
                      at.extra_ms + metric_->drive_off_ms(at.arc) -
                          part_ms(*metric_, at.arc, at.fraction)};
    std::vector<Waiting>& waiting = stands_[known->second].waiting;
    const auto old = std::find_if(waiting.begin(), waiting.end(),
                                  [unit](const Waiting& w) { return w.unit == unit; });
    if (old != waiting.end()) {
        *old = now;
    } else {
        waiting.push_back(now);
    }
}

void FleetIndex::leave(std::uint32_t unit, ArcId arc) {
    const auto known = stand_of_arc_.find(arc);
    EMS_ASSERT(known != stand_of_arc_.end());
    Stand& stand = stands_[known->second];
    std::erase_if(stand.waiting, [unit](const Waiting& w) { return w.unit == unit; });
    if (stand.waiting.empty()) {
        empty(known->second);
        stand.arc = kNoArc;
        free_stands_.push_back(known->second);
        stand_of_arc_.erase(known);
    }
}

void FleetIndex::fill(std::uint32_t number) {
    Stand& stand = stands_[number];
    const Hierarchy& h = weights_->hierarchy();
    departure_.find(h, *metric_, stand.arc);
    for (const Departure::Entry& e : departure_.entries()) {
        if (e.ms <= reach_ms_) {
            stand.at_arcs.push_back({e.arc, e.ms});
            at_arc_[e.arc].push_back({e.ms, number});
        }
    }
    climb_.clear();
    for (const Departure::Seed& seed : departure_.seeds()) {
        climb_.seed(seed.vertex, seed.ms);
    }
    climb_.run<Direction::from_seeds>(*weights_, reach_ms_, [&](Rank v, std::uint32_t ms) {
        stand.at_vertices.push_back({v, ms});
        return reach_ms_;
    });
    // A vertex that is reached sooner over a higher one lies on no shortest way up: whoever meets
    // there meets above as well.
    std::erase_if(stand.at_vertices, [&](const VertexTime& at) {
        UpArc a = h.up_first(at.vertex);
        for (const Rank head : h.up_heads(at.vertex)) {
            if (climb_.ms(head) + weights_->at(a++).down < at.ms) {
                return true;
            }
        }
        return false;
    });
    for (const VertexTime& at : stand.at_vertices) {
        std::vector<Entry>& bucket = bucket_[at.vertex];
        const Entry entry{at.ms, number};
        bucket.insert(std::lower_bound(bucket.begin(), bucket.end(), entry), entry);
    }
    entries_ += stand.at_vertices.size();
}

void FleetIndex::empty(std::uint32_t number) {
    Stand& stand = stands_[number];
    for (const VertexTime& at : stand.at_vertices) {
        std::vector<Entry>& bucket = bucket_[at.vertex];
        const auto entry = std::lower_bound(bucket.begin(), bucket.end(), Entry{at.ms, number});
        EMS_ASSERT(entry != bucket.end() && entry->stand == number);
        bucket.erase(entry);
    }
    entries_ -= stand.at_vertices.size();
    stand.at_vertices.clear();
    for (const ArcTime& at : stand.at_arcs) {
        const auto known = at_arc_.find(at.arc);
        std::erase_if(known->second, [number](const Entry& e) { return e.stand == number; });
        if (known->second.empty()) {
            at_arc_.erase(known);
        }
    }
    stand.at_arcs.clear();
}

const std::vector<FleetIndex::Found>&
FleetIndex::nearest(const RoadPosition& target, std::uint32_t count_max, std::uint32_t limit_ms) {
    limit_ms = std::min(limit_ms, reach_ms_);
    const Hierarchy& h = weights_->hierarchy();
    climb_.clear();
    found_.clear();
    const Footholds goals = goal_footholds(h.graph(), target);
    for (const Foothold& goal : goals) {
        const std::uint32_t into_ms = part_ms(*metric_, goal.arc, goal.fraction);
        if (const auto stand = stand_of_arc_.find(goal.arc); stand != stand_of_arc_.end()) {
            for (const Waiting& w : stands_[stand->second].waiting) {
                if (w.fraction <= goal.fraction) {
                    offer(w, w.extra_ms + into_ms - part_ms(*metric_, goal.arc, w.fraction),
                          limit_ms);
                }
            }
        }
        if (const auto near = at_arc_.find(goal.arc); near != at_arc_.end()) {
            for (const Entry& e : near->second) {
                meet(e.stand, e.ms + into_ms);
            }
        }
        h.turns().each_entry(goal.arc, [&](TurnVertex v, std::uint32_t turn_ms) {
            climb_.seed(h.rank_of(v), turn_ms + into_ms);
        });
    }
    climb_.run<Direction::to_seeds>(*weights_, limit_ms, [&](Rank v, std::uint32_t ms) {
        for (const Entry& e : bucket_[v]) {
            if (e.ms + ms > limit_ms) {
                break;
            }
            meet(e.stand, e.ms + ms);
        }
        return limit_ms;
    });
    for (const std::uint32_t s : met_) {
        for (const Waiting& w : stands_[s].waiting) {
            offer(w, std::uint64_t{w.rest_ms} + stand_ms_[s], limit_ms);
        }
        stand_ms_[s] = kNeverMs;
    }
    met_.clear();
    for (const std::uint32_t unit : reached_) {
        found_.push_back({unit, travel_ms_[unit] + units_[unit].lead_ms, travel_ms_[unit]});
        travel_ms_[unit] = kNeverMs;
    }
    reached_.clear();
    const auto by_time = [](const Found& a, const Found& b) {
        return std::pair{a.total_ms, a.unit} < std::pair{b.total_ms, b.unit};
    };
    if (found_.size() > count_max) {
        std::nth_element(found_.begin(), found_.begin() + count_max, found_.end(), by_time);
        found_.resize(count_max);
    }
    std::sort(found_.begin(), found_.end(), by_time);
    return found_;
}

void FleetIndex::meet(std::uint32_t stand, std::uint32_t ms) {
    if (stand_ms_[stand] == kNeverMs) {
        met_.push_back(stand);
    }
    stand_ms_[stand] = std::min(stand_ms_[stand], ms);
}

void FleetIndex::offer(const Waiting& waiting, std::uint64_t travel_ms, std::uint32_t limit_ms) {
    if (travel_ms + units_[waiting.unit].lead_ms > limit_ms) {
        return;
    }
    std::uint32_t& best_ms = travel_ms_[waiting.unit];
    if (best_ms == kNeverMs) {
        reached_.push_back(waiting.unit);
    }
    best_ms = std::min(best_ms, static_cast<std::uint32_t>(travel_ms));
}

} // namespace ems::map
