#include "map/reach/reach_search.h"

#include <algorithm>

#include "map/route/foothold.h"
#include "telemetry/base/assert.h"

namespace ems::map {

ReachSearch::ReachSearch(const RoadGraph& graph)
    : graph_(graph), space_(graph.arc_count()), settled_round_(graph.arc_count(), 0),
      settled_at_(graph.arc_count(), 0) {}

std::span<const ReachedArc> ReachSearch::run(std::span<const ReachSource> sources,
                                             const Metric& metric, std::uint32_t limit_ms) {
    EMS_ASSERT(&metric.graph() == &graph_);
    metric_ = &metric;
    limit_ms_ = std::min(limit_ms, kSearchLimitMs);
    if (++round_ == 0) {
        std::fill(settled_round_.begin(), settled_round_.end(), 0U);
        round_ = 1;
    }
    space_.start();
    starts_.clear();
    pieces_.clear();
    closed_pieces_.clear();
    for (std::uint32_t s = 0; s < sources.size(); ++s) {
        set_off(s, sources[s]);
    }
    SearchSpace::Open open;
    while (space_.settle(open) && open.ms <= limit_ms_) {
        const std::uint32_t source = space_.parent(open.arc);
        const bool is_through = !metric_->is_closed(open.arc);
        std::vector<ReachedArc>& pieces = is_through ? pieces_ : closed_pieces_;
        settled_round_[open.arc] = round_;
        settled_at_[open.arc] = static_cast<std::uint32_t>(pieces.size());
        pieces.push_back({graph_.original(open.arc), 0, open.ms, source});
        if (!is_through) {
            continue;
        }
        leave(open.arc, open.ms + metric_->travel_ms(open.arc), source);
    }
    pieces_.insert(pieces_.end(), starts_.begin(), starts_.end());
    std::sort(starts_.begin(), starts_.end(),
              [](const ReachedArc& a, const ReachedArc& b) { return a.arc < b.arc; });
    return pieces_;
}

void ReachSearch::set_off(std::uint32_t source, const ReachSource& from) {
    if (from.lead_ms > limit_ms_) { // before the sum: a lead may be any number
        return;
    }
    for (const Foothold& at : footholds(graph_, from.at)) {
        const std::uint32_t off_ms = from.lead_ms + at.extra_ms;
        if (off_ms > limit_ms_) {
            continue;
        }
        starts_.push_back({at.arc, at.fraction, off_ms, source});
        leave(at.arc, off_ms + span_ms(at.arc, at.fraction, 1.0), source);
    }
}

void ReachSearch::leave(ArcId arc, std::uint32_t at_head_ms, std::uint32_t source) {
    if (at_head_ms > limit_ms_) {
        return;
    }
    for (const ArcId next : graph_.out_arcs(graph_.head(arc))) {
        const std::uint32_t turn_ms = graph_.turn_ms(arc, next);
        if (turn_ms != kForbiddenMs && at_head_ms + turn_ms <= limit_ms_) {
            space_.improve(next, at_head_ms + turn_ms, 0, source);
        }
    }
}

std::uint32_t ReachSearch::span_ms(ArcId arc, double first, double last) const {
    return part_ms(*metric_, arc, last) - part_ms(*metric_, arc, first);
}

std::uint32_t ReachSearch::rest_ms(const ReachedArc& piece) const {
    return span_ms(piece.arc, piece.from_fraction, 1.0);
}

std::optional<Arrival> ReachSearch::arrival(const RoadPosition& at) const {
    std::optional<Arrival> best;
    const auto offer = [&](std::uint32_t ms, std::uint32_t source) {
        const Arrival found{ms, source};
        if (ms <= limit_ms_ && (!best || found < *best)) {
            best = found;
        }
    };
    for (const Foothold& goal : goal_footholds(graph_, at)) {
        if (settled_round_[goal.arc] == round_) {
            const ReachedArc& piece =
                (metric_->is_closed(goal.arc) ? closed_pieces_ : pieces_)[settled_at_[goal.arc]];
            offer(piece.enter_ms + span_ms(goal.arc, 0, goal.fraction), piece.source);
        }
        auto start = std::lower_bound(starts_.begin(), starts_.end(), goal.arc,
                                      [](const ReachedArc& s, ArcId arc) { return s.arc < arc; });
        for (; start != starts_.end() && start->arc == goal.arc; ++start) {
            if (start->from_fraction <= goal.fraction) {
                offer(start->enter_ms + span_ms(goal.arc, start->from_fraction, goal.fraction),
                      start->source);
            }
        }
    }
    return best;
}

} // namespace ems::map
