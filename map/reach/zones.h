// The zone of each station: every village belongs to the one from which help is there first by
// road, so that none is beyond the limit where any station could reach it. What an operator drew
// goes before that. Villages nobody reaches in time are named as gaps.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "map/reach/contour.h"
#include "map/reach/coverage.h"

namespace ems::map {

// An area the operator gives to a station, whatever the roads say.
struct ZoneEdit {
    std::uint32_t station{0};
    std::vector<Polygon> area;
};

struct ZoneVillage {
    std::uint32_t station{kNoSource}; // kNoSource: no road leads there from any
    std::optional<std::uint32_t> ms;  // from that station; nothing when it does not reach it
    std::optional<Arrival> quickest;  // of all stations
    bool is_edited{false};
};

struct Zones {
    std::uint32_t limit_ms{0};
    std::vector<ZoneVillage> villages;       // as the demands
    std::vector<std::vector<Polygon>> areas; // as the stations; may be empty
    std::vector<std::uint32_t> gaps;         // villages beyond the limit from their station
    // Gaps that the edits made: another station would be in time.
    std::vector<std::uint32_t> gaps_by_edit;
};

struct ZoneOptions {
    std::uint32_t limit_ms{kCoverMs};
    std::uint32_t search_ms{7'200'000};
    FieldOptions field{.cell_m = 150, .foot_m = 4'000, .foot_m_per_s = 1.1, .cells_max = 1'000'000};
};

// invalid_argument when two edits give one village to different stations, or name a station that is
// not there.
[[nodiscard]] Result<Zones> draw_zones(const RoadGraph& graph, ReachSearch& search,
                                       std::span<const ReachSource> stations, const Metric& metric,
                                       std::span<const Demand> demands,
                                       std::span<const ZoneEdit> edits, const ZoneOptions& options);

} // namespace ems::map
