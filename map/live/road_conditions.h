// What dispatchers know of the roads today: closures, floods, snow, jams, each with a beginning and
// an end. A condition keeps the place as it was drawn, not arcs, so it holds on the next map too;
// RoadConditions finds the arcs and makes the metric of a moment.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "map/geo/point.h"
#include "map/geo/road_class.h"
#include "map/graph/ambulance_profile.h"
#include "map/graph/metric.h"
#include "map/match/snap.h"
#include "map/route/router.h"
#include "telemetry/base/result.h"

namespace ems::map {

struct RoadCondition {
    enum class Place : std::uint8_t {
        stretch,    // the road at one point, or along the way through two and more
        area,       // every road that touches the ring
        everywhere, // by class or road alone
    };
    enum class Effect : std::uint8_t {
        closed,
        slower, // `value` times the usual time, 1..20
        rain,   // everywhere and on every road, at the profile's factor
        snow,
        speed, // at most `value` km/h, 1..120; where the usual time is longer, that holds
    };
    // Of a stretch. Both: against the drawing too, and the other carriageway of a divided road.
    enum class Ways : std::uint8_t { both, along };

    std::int64_t id{0};
    Place place{Place::stretch};
    std::vector<Wgs84> points; // stretch: 1..64 points; area: ring of 3..2,000
    Ways ways{Ways::both};
    std::vector<RoadClass> classes; // only these; empty: all
    std::string road;               // only this name or number; empty: all
    Effect effect{Effect::closed};
    double value{0};
    std::int64_t from_us{0};  // UTC of the server
    std::int64_t until_us{0}; // 0: until somebody ends it

    [[nodiscard]] bool is_active(std::int64_t now_us) const {
        return now_us >= from_us && (until_us == 0 || now_us < until_us);
    }
};

// invalid_argument in words for a dispatcher: points, ring, value, times, an "everywhere" that
// names neither class nor road.
[[nodiscard]] Result<void> check(const RoadCondition& condition);

inline constexpr std::size_t kConditionsMax = 2'000;

// Not thread-safe; the metrics it hands out are. Graph and index must outlive it.
class RoadConditions {
  public:
    // Rain, snow and night by the factors of `profile`.
    RoadConditions(const RoadGraph& graph, const SnapIndex& index,
                   const AmbulanceProfile& profile = {});

    // Adds it, or takes the place of the one with the same id. Gives how many arcs it covers.
    // invalid_argument as check(); not_found when no road lies there, unreachable when no way leads
    // from one point of a stretch to the next; full beyond kConditionsMax.
    Result<std::size_t> put(RoadCondition condition);
    // False when there is none with this id.
    bool remove(std::int64_t id);
    [[nodiscard]] const std::vector<RoadCondition>& conditions() const { return conditions_; }
    // Arcs of a condition, rising; empty for an unknown id.
    [[nodiscard]] std::span<const ArcId> arcs_of(std::int64_t id) const;

    // The roads as they stand at `now_us`. The same object comes again while nothing has changed.
    // Where several conditions meet on an arc the heaviest holds. Night and the worse of the
    // weather count for every road, and the others on top of them.
    [[nodiscard]] std::shared_ptr<const Metric> at(std::int64_t now_us);
    // When the next condition begins or ends, or night does where it has a factor; nothing when
    // none does.
    [[nodiscard]] std::optional<std::int64_t> next_change_us(std::int64_t now_us) const;

  private:
    Result<std::vector<ArcId>> find_arcs(const RoadCondition& condition) const;
    Result<std::vector<ArcId>> stretch_arcs(const RoadCondition& condition) const;
    void add_other_carriageway(ArcId arc, std::vector<ArcId>& arcs) const;
    [[nodiscard]] std::vector<ArcId> area_arcs(const RoadCondition& condition) const;
    [[nodiscard]] double usual_factor(std::int64_t now_us) const;
    [[nodiscard]] bool is_meant(const RoadCondition& condition, ArcId arc) const;

    const RoadGraph& graph_;
    const SnapIndex& index_;
    AmbulanceProfile profile_;
    Metric usual_;
    std::vector<RoadCondition> conditions_;
    std::vector<std::vector<ArcId>> arcs_; // as conditions_
    std::shared_ptr<const Metric> metric_;
    std::vector<std::int64_t> active_; // ids that metric_ is made of
    double active_factor_{1};          // times the usual time, as the two below
    std::uint64_t change_{0};          // of conditions_, and the one that metric_ was made at
    std::uint64_t metric_change_{0};
};

} // namespace ems::map
