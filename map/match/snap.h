// From a point to the road beside it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "map/geo/grid_index.h"
#include "map/graph/road_graph.h"
#include "map/graph/road_position.h"
#include "telemetry/base/result.h"

namespace ems::map {

// A road that leads nowhere (behind a gate the map holds closed, a yard that joins nothing) must be
// nearer to be chosen, by 150 m for a vehicle and by kAccessMaxM for a place, unless any will do. A
// vehicle's road leads on when the main part of the graph can be reached from it, a place's when it
// can be reached from the main part.
enum class SnapPart { main_preferred, any };

// Between a vehicle and the road it drives off by lies ground that the map does not know: a yard, a
// car park, a field. Farther than this from a road it is off the map: nobody knows its way.
inline constexpr double kAccessMaxM = 500;
// Within the noise of a receiver and the width of a road there is no such ground.
inline constexpr double kAccessFreeM = 30;
inline constexpr double kAccessKmh = 10; // through a yard and its gate; assumed
// From where the vehicle stands to its place on the road, kAccessFreeM being free.
[[nodiscard]] std::uint32_t access_ms(double distance_m);

// What stands or happens at the point. A place is seldom on an expressway, on a ferry or in a
// tunnel: such a road must be kApartM nearer to be chosen, unless the point lies on it (kOnRoadM)
// or the words name it.
enum class SnapOf { vehicle, place };
inline constexpr double kOnRoadM = 15;
inline constexpr double kApartM = 500;

struct SnapOptions {
    double radius_m{2000}; // 1..20000
    SnapPart part{SnapPart::main_preferred};
    std::optional<double>
        course_deg{}; // of a moving vehicle: chooses the direction, sets Facing::along
    SnapOf of{SnapOf::vehicle};
    std::string_view words{}; // of a place: its address, or what a caller said
};

struct Snap {
    RoadPosition at;
    Wgs84 foot;
    double distance_m{0}; // from the point to the foot; in no travel time, see access_ms
};

// Grid over the pieces of all shapes. Built once per graph (`graph` must outlive it); reading is
// thread-safe.
class SnapIndex {
  public:
    explicit SnapIndex(const RoadGraph& graph);

    // not_found when no road lies within the radius, invalid_argument for a point that is none.
    [[nodiscard]] Result<Snap> snap(Wgs84 p, const SnapOptions& options) const;
    [[nodiscard]] Result<Snap> snap(Wgs84 p) const { return snap(p, SnapOptions{}); }
    // Of a vehicle at `p` that was put on `own`, from which nothing leads on: the nearest road
    // beside it that does, within kAccessMaxM and none that it could not drive onto (expressway,
    // ferry, tunnel). Nothing when its own road leads on, or none is near. Which of the two it sets
    // off by is for the search to say (NearestUnit::beside): the map may be wrong about either.
    [[nodiscard]] std::optional<Snap> way_out(Wgs84 p, const Snap& own) const;
    // The roads near a point, one place on each (of a two-way piece on one of its arcs), the
    // nearest first; at most count_max. Empty for a point that is none or a radius
    // outside 1..20000.
    [[nodiscard]] std::vector<Snap> roads_near(Wgs84 p, double radius_m,
                                               std::size_t count_max) const;

  private:
    struct Piece {
        ArcId arc{0};           // one that bears the shape
        std::uint32_t point{0}; // the piece runs from this stored point to the next
    };
    struct Best;
    void look(Wgs84 p, double radius_m, const SnapOptions& options, Best& best) const;
    [[nodiscard]] Snap finish(Wgs84 p, const Best& best, const SnapOptions& options) const;

    const RoadGraph& graph_;
    std::vector<Piece> pieces_;
    GridIndex grid_;
};

} // namespace ems::map
