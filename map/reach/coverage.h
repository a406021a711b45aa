// Which villages help reaches within the limit, from where, and what is uncovered when a unit
// leaves. A value that is made anew whenever units, states or weights change: one bounded search
// for each unit.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "map/gazetteer/place.h"
#include "map/match/snap.h"
#include "map/reach/reach_search.h"

namespace ems::map {

// People who live at a place, as a point on the road.
struct Demand {
    std::string name;
    std::string within; // township, may be empty
    Wgs84 at;
    RoadPosition road; // kNoArc: no road near it
    double population{0};
    bool population_is_assumed{false};
};

// Villages, hamlets, suburbs, towns and cities of a map. A place whose population nobody gave
// counts with the declared weight of its kind, marked as assumed.
[[nodiscard]] std::vector<Demand> demands_of(const std::vector<Place>& places,
                                             const SnapIndex& index);
[[nodiscard]] double assumed_population(PlaceKind kind); // 0 for what nobody lives in

// A row of a population file that fits no place of the map, or several.
struct UnmatchedRow {
    std::size_t row{0}; // from 1, the header counted
    std::string name;
    std::string within;
    double population{0};
    std::size_t places{0}; // that it fits: none or several
};
[[nodiscard]] std::string describe(const UnmatchedRow& row);

// Population of an operator: CSV with the header name,within,population. `within` may be empty: the
// name then has to be the only one. What fits one place is applied; the other rows come back, their
// people count nowhere. corrupt names the row that is no such row; then nothing is applied.
[[nodiscard]] Result<std::vector<UnmatchedRow>> apply_population(std::string_view csv,
                                                                 std::vector<Demand>& demands);

inline constexpr std::uint32_t kCoverMs = 900'000; // the county's 15 minutes

struct VillageCover {
    std::optional<Arrival> first;  // the quickest source, within the search limit
    std::optional<Arrival> second; // the quickest other one
};

struct CoverageShare {
    std::string name; // township; empty for villages of none
    std::uint32_t villages{0};
    std::uint32_t villages_covered{0};
    double population{0};
    double population_covered{0};
    double population_assumed{0}; // part of population that nobody counted
};

// What only this source covers: uncovered when it leaves.
struct SourceLoss {
    std::uint32_t villages{0};
    double population{0};
};

struct Coverage {
    std::uint32_t cover_ms{0};
    std::vector<VillageCover> villages; // as the demands
    CoverageShare whole;
    std::vector<CoverageShare> townships; // by name
    std::vector<SourceLoss> losses;       // as the sources

    [[nodiscard]] bool is_covered(std::size_t village) const {
        return villages[village].first && villages[village].first->ms <= cover_ms;
    }
};

// When one source is at each of the demands; kNotReached beyond the limit of the search.
inline constexpr std::uint32_t kNotReached = 0xFFFFFFFF;
using Arrivals = std::vector<std::uint32_t>;
[[nodiscard]] Arrivals arrivals_from(ReachSearch& search, const ReachSource& source,
                                     const Metric& metric, std::span<const Demand> demands,
                                     std::uint32_t limit_ms);

// What sources cover of which the arrivals are known: those of a vehicle that did not move hold as
// long as the roads do.
[[nodiscard]] Coverage cover(std::span<const Arrivals* const> sources,
                             std::span<const Demand> demands, std::uint32_t cover_ms);

// Times are worked out up to search_ms (at least cover_ms), so that a gap can say how far help is.
[[nodiscard]] Coverage cover(ReachSearch& search, std::span<const ReachSource> sources,
                             const Metric& metric, std::span<const Demand> demands,
                             std::uint32_t cover_ms, std::uint32_t search_ms);

} // namespace ems::map
