// What the fleet as it stands covers within 15 minutes by road, what is uncovered when a unit
// leaves, and who is next then. Values and arithmetic; RoadThread runs it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dispatch/core/world.h"
#include "map/graph/metric.h"
#include "map/reach/coverage.h"

namespace ems::dispatch {

inline constexpr std::uint32_t kCoverS = 900;        // the county's 15 minutes, as kRadiusS
inline constexpr std::uint32_t kCoverSearchS = 1800; // how far beyond it is told who is next
inline constexpr std::size_t kGapsMax = 200;
inline constexpr std::size_t kAloneNamesMax = 5;

// A unit that may be sent.
struct Standing {
    UnitId unit;
    map::RoadPosition at;
    std::uint32_t lead_ms{0}; // turnout, and what the age of its fix adds
};

struct UnitCover {
    UnitId unit;
    std::uint32_t villages{0}; // where it is first, within the 15 minutes
    double population{0};
    map::SourceLoss alone;                // that nobody else covers: uncovered when it leaves
    std::vector<std::string> alone_names; // with the most people first, at most kAloneNamesMax
    UnitId next; // first at most of its people then; not set: nobody within kCoverSearchS
    std::uint32_t next_s{0}; // what that one needs, mean by people
};

struct CoverGap {
    std::string name;
    std::string within; // township
    double population{0};
    std::uint32_t first_s{0}; // 0: nobody within kCoverSearchS
    UnitId first;
};

struct FleetCover {
    map::CoverageShare whole;
    std::vector<map::CoverageShare> townships;
    std::vector<UnitCover> units; // as they were given
    std::vector<CoverGap> gaps;   // with the most people first, at most kGapsMax
    std::uint32_t gap_count{0};
};

// Not thread-safe. `graph` must outlive it.
class FleetCoverer {
  public:
    FleetCoverer(const map::RoadGraph& graph, std::vector<map::Demand> demands);

    [[nodiscard]] const std::vector<map::Demand>& demands() const { return demands_; }
    [[nodiscard]] map::ReachSearch& search() { return search_; }
    // One bounded search for each unit that is not where it was, or when the roads changed; none
    // for the rest.
    [[nodiscard]] FleetCover cover(const std::vector<Standing>& units,
                                   const std::shared_ptr<const map::Metric>& roads);
    // When a vehicle that sets off there now is at each of the demands, at most kCoverSearchS.
    [[nodiscard]] const map::Arrivals& from(const map::RoadPosition& at,
                                            const std::shared_ptr<const map::Metric>& roads);
    [[nodiscard]] std::uint64_t searches() const { return searches_; } // since the start

  private:
    struct Place {
        map::ArcId arc;
        double fraction;
        bool along;
        auto operator<=>(const Place&) const = default;
    };
    struct Known {
        map::Arrivals arrivals;
        std::uint64_t used{0}; // the turn that asked last
    };

    map::ReachSearch search_;
    std::vector<map::Demand> demands_;
    std::map<Place, Known> known_; // under roads_; bounded by forgetting what a turn did not use
    std::shared_ptr<const map::Metric> roads_;
    std::uint64_t turn_{0};
    std::uint64_t searches_{0};
};

} // namespace ems::dispatch
