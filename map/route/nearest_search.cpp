#include "map/route/nearest_search.h"

#include <algorithm>
#include <functional>

namespace ems::map {

NearestSearch::NearestSearch(const RoadGraph& graph)
    : graph_(graph), space_(graph.arc_count()), on_arc_(graph.arc_count()) {}

std::vector<RankedUnit> NearestSearch::run(const Metric& metric, const NearestQuery& query) {
    metric_ = &metric;
    place_units(query);
    start_at_target(query);
    const std::uint32_t limit_ms = std::min(query.limit_ms, kSearchLimitMs);
    SearchSpace::Open open;
    while (!is_done(query) && space_.settle(open)) {
        // A unit found from here on needs at least open.ms, so whatever is quicker is final.
        rank_below(open.ms, query);
        if (open.ms > limit_ms) {
            break;
        }
        reach_back(query, open);
    }
    rank_below(limit_ms + 1, query);
    return finish(query);
}

void NearestSearch::place_units(const NearestQuery& query) {
    space_.start();
    candidates_.clear();
    ranking_.clear();
    stands_.clear();
    best_ms_.assign(query.units.size(), kForbiddenMs);
    is_ranked_.assign(query.units.size(), 0);
    if (++round_ == 0) {
        std::fill(on_arc_.begin(), on_arc_.end(), OnArc{});
        round_ = 1;
    }
    for (std::uint32_t u = 0; u < query.units.size(); ++u) {
        const NearestUnit& unit = query.units[u];
        const auto stand = [&](Foothold at, std::uint32_t later_ms, bool is_beside) {
            at.extra_ms += later_ms;
            stands_.push_back({at, u, first_stand(at.arc), is_beside});
            on_arc_[at.arc] = {round_, static_cast<std::uint32_t>(stands_.size() - 1)};
        };
        for (const Foothold& at : footholds(graph_, unit.at)) {
            stand(at, 0, false);
        }
        for (const Foothold& at : footholds(graph_, unit.beside)) {
            stand(at, unit.beside_ms, true);
        }
    }
}

void NearestSearch::start_at_target(const NearestQuery& query) {
    for (const Foothold& goal : goal_footholds(graph_, query.target)) {
        const std::uint32_t ms = part_ms(*metric_, goal.arc, goal.fraction);
        const std::uint32_t dm = part_dm(graph_, goal.arc, goal.fraction);
        // A closed one too: it may be entered to come to the target, never on the way (reach_back).
        space_.improve(goal.arc, ms, dm, kNoArc);
        for (std::uint32_t i = first_stand(goal.arc); i != kNoArc; i = stands_[i].next) {
            const Foothold& at = stands_[i].at;
            if (at.fraction <= goal.fraction) {
                offer(query, stands_[i], ms - part_ms(*metric_, at.arc, at.fraction),
                      dm - part_dm(graph_, at.arc, at.fraction), goal.arc);
            }
        }
    }
}

void NearestSearch::reach_back(const NearestQuery& query, SearchSpace::Open open) {
    const std::uint32_t dm = space_.dm(open.arc);
    for (const ArcId before : graph_.in_arcs(graph_.tail(open.arc))) {
        const std::uint32_t turn_ms = graph_.turn_ms(before, open.arc);
        if (turn_ms == kForbiddenMs) {
            continue;
        }
        const std::uint32_t ms = open.ms + turn_ms;
        for (std::uint32_t i = first_stand(before); i != kNoArc; i = stands_[i].next) {
            const double gone = stands_[i].at.fraction;
            offer(query, stands_[i],
                  std::uint64_t{ms} + metric_->drive_off_ms(before) -
                      part_ms(*metric_, before, gone),
                  dm + graph_.length_dm(before) - part_dm(graph_, before, gone), open.arc);
        }
        if (!metric_->is_closed(before)) {
            space_.improve(before, ms + metric_->travel_ms(before), dm + graph_.length_dm(before),
                           open.arc);
        }
    }
}

void NearestSearch::offer(const NearestQuery& query, const Stand& stand, std::uint64_t travel_ms,
                          std::uint32_t length_dm, ArcId by) {
    travel_ms += stand.at.extra_ms;
    const std::uint64_t total_ms = travel_ms + query.units[stand.unit].lead_ms;
    if (total_ms > std::min(query.limit_ms, kSearchLimitMs) || total_ms >= best_ms_[stand.unit]) {
        return;
    }
    best_ms_[stand.unit] = static_cast<std::uint32_t>(total_ms);
    candidates_.push_back({static_cast<std::uint32_t>(total_ms), stand.unit,
                           static_cast<std::uint32_t>(travel_ms), length_dm, by, stand.is_beside});
    std::push_heap(candidates_.begin(), candidates_.end(), std::greater<>{});
}

void NearestSearch::rank_below(std::uint32_t ms, const NearestQuery& query) {
    while (!candidates_.empty() && candidates_.front().total_ms < ms &&
           ranking_.size() < query.count_max) {
        std::pop_heap(candidates_.begin(), candidates_.end(), std::greater<>{});
        const Candidate c = candidates_.back();
        candidates_.pop_back();
        if (is_ranked_[c.unit] == 0) {
            is_ranked_[c.unit] = 1;
            ranking_.push_back({c.unit, Reachability::reached, c.total_ms, c.travel_ms, c.length_dm,
                                ends_on_closed_road(c), c.is_beside});
        }
    }
}

// Each arc on the way was settled before the candidate was offered, so its label is final.
bool NearestSearch::ends_on_closed_road(const Candidate& c) const {
    if (metric_->closed_arcs().empty()) {
        return false;
    }
    ArcId last = c.by;
    while (space_.parent(last) != kNoArc) {
        last = space_.parent(last);
    }
    return metric_->is_closed(last);
}

bool NearestSearch::is_done(const NearestQuery& query) const {
    return ranking_.size() >= std::min<std::size_t>(query.count_max, query.units.size());
}

std::vector<RankedUnit> NearestSearch::finish(const NearestQuery& query) const {
    std::vector<RankedUnit> out = ranking_;
    const bool is_full = ranking_.size() >= query.count_max;
    const Footholds goals = goal_footholds(graph_, query.target);
    for (std::uint32_t u = 0; u < query.units.size(); ++u) {
        if (is_ranked_[u] != 0) {
            continue;
        }
        Footholds starts = footholds(graph_, query.units[u].at);
        for (const Foothold& at : footholds(graph_, query.units[u].beside)) {
            starts.add(at);
        }
        if (starts.empty()) {
            out.push_back({u, Reachability::off_map});
        } else if (!has_road(*metric_, starts, goals)) {
            out.push_back({u, Reachability::unreachable});
        } else {
            out.push_back({u, is_full ? Reachability::not_ranked : Reachability::too_far});
        }
    }
    return out;
}

} // namespace ems::map
