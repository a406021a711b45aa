// How far one drives from several places within a time: one Dijkstra forward over arcs, bounded by
// the limit. Isochrones, coverage and zones are made of its answer.
//
// Times are road time in milliseconds and count the lead of each source (turnout, rest of a task).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "map/graph/metric.h"
#include "map/graph/road_position.h"
#include "map/route/search_space.h"

namespace ems::map {

struct ReachSource {
    RoadPosition at; // one that is on no road reaches nothing
    std::uint32_t lead_ms{0};
};

// A piece of road driven from its tail, or from the place of a source on it.
struct ReachedArc {
    ArcId arc{kNoArc};
    double from_fraction{0};
    std::uint32_t enter_ms{0}; // at from_fraction
    std::uint32_t source{0};   // index of the quickest one
};

struct Arrival {
    std::uint32_t ms{0};
    std::uint32_t source{0};
    auto operator<=>(const Arrival&) const = default;
};

// Not thread-safe: keeps its working arrays (32 bytes an arc) between runs. `graph` must outlive
// it.
class ReachSearch {
  public:
    explicit ReachSearch(const RoadGraph& graph);

    // Under `metric`, which is of the same graph and must outlive the questions about this run.
    // First come the pieces entered at their tail, by time, then those that begin at a source; the
    // span is valid until the next run. limit_ms at most kSearchLimitMs. Closed arcs are among them
    // only where a source stands on one: nobody drives through, though a place on one is reached
    // (arrival).
    std::span<const ReachedArc> run(std::span<const ReachSource> sources, const Metric& metric,
                                    std::uint32_t limit_ms);

    // Of the last run: when a place is reached, whichever way the vehicle faces then; nothing
    // beyond the limit.
    [[nodiscard]] std::optional<Arrival> arrival(const RoadPosition& at) const;

    // Time from from_fraction to the head under the weights of the last run.
    [[nodiscard]] std::uint32_t rest_ms(const ReachedArc& piece) const;

  private:
    [[nodiscard]] std::uint32_t span_ms(ArcId arc, double first, double last) const;
    void set_off(std::uint32_t source, const ReachSource& from);
    void leave(ArcId arc, std::uint32_t at_head_ms, std::uint32_t source);

    const RoadGraph& graph_;
    SearchSpace space_;
    const Metric* metric_{nullptr};
    std::uint32_t limit_ms_{0};
    std::uint32_t round_{0};
    std::vector<std::uint32_t> settled_round_; // per arc
    std::vector<std::uint32_t> settled_at_;    // per arc: index into pieces_
    std::vector<ReachedArc> starts_;           // by arc
    std::vector<ReachedArc> pieces_;
    std::vector<ReachedArc> closed_pieces_; // entered by nobody but for a place on them
};

} // namespace ems::map
