// The answer of a ReachSearch spread over the ground: a raster of the time at which help is at each
// spot, by road and the last stretch on foot, and the source it comes from. Bounded in cells, so a
// polygon costs the same in a city as in the hills.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "map/geo/point.h"
#include "map/geo/projection.h"
#include "map/graph/road_graph.h"
#include "map/reach/reach_search.h"
#include "telemetry/base/result.h"

namespace ems::map {

inline constexpr std::uint32_t kNoSource = 0xFFFFFFFF;

struct FieldOptions {
    double cell_m{50};  // 5..5000; widened when the raster would pass cells_max
    double foot_m{250}; // how far from a road somebody is reached on foot, 0..20000
    // Walking with stretcher and bags, 4 km/h; assumed.
    double foot_m_per_s{1.1};
    std::uint32_t cells_max{1'000'000};
};

// Row 0 is the southernmost, column 0 the westernmost; times are those at the cells' centres.
// Neighbours outside are kNoSource.
struct ReachField {
    LocalProjection plane{Wgs84{}};
    Metres2 origin; // centre of cell (0, 0)
    double cell_m{0};
    std::uint32_t columns{0};
    std::uint32_t rows{0};
    std::vector<std::uint32_t> ms;     // valid where source is
    std::vector<std::uint32_t> source; // kNoSource where nobody comes within limit

    [[nodiscard]] std::size_t index(std::uint32_t column, std::uint32_t row) const {
        return static_cast<std::size_t>(row) * columns + column;
    }
    // Of the cell that holds the point; kNoSource outside.
    [[nodiscard]] std::uint32_t source_at(Wgs84 p) const;
};

// Of the last run of `search`, whose pieces these are. Empty (no columns) when nothing is reached.
// invalid_argument for options out of range.
[[nodiscard]] Result<ReachField> make_field(const RoadGraph& graph, const ReachSearch& search,
                                            std::span<const ReachedArc> pieces,
                                            std::uint32_t limit_ms, const FieldOptions& options);

} // namespace ems::map
