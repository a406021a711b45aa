// The zones of the stations as an operator drew them (GeoJSON, map/reach/station_areas.h): whose
// zone a scene lies in. Values only, never changed after reading.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dispatch/store/store.h"
#include "map/reach/station_areas.h"
#include "telemetry/base/result.h"

namespace ems::dispatch {

inline constexpr double kOutlineToleranceM = 20;
inline constexpr std::size_t kZonePointsMax = 1000;
inline constexpr std::size_t kZonesPointsMax = 4000;

class StationZones {
  public:
    StationZones() = default;
    // io when the file cannot be read, corrupt when it is no FeatureCollection, bears an area that
    // is none or no area of a station at all. The error names file and feature.
    static Result<StationZones> read(const std::string& path);
    static Result<StationZones> parse(std::string_view geojson, const std::string& file);

    // By the name that the registry knows too; not set: in no zone, or in one of a station that the
    // registry does not know. Where areas overlap the first of the file counts.
    [[nodiscard]] StationId station_at(PlaceE7 place, const Registry& registry) const;
    // Stations of the file that the registry does not know.
    [[nodiscard]] std::vector<std::string> unknown_to(const Registry& registry) const;
    // As they are drawn on screens: simplified by kOutlineToleranceM, by more where the points would
    // be more than kZonePointsMax of one and kZonesPointsMax of all. Each a station and its area.
    [[nodiscard]] const std::vector<map::StationArea>& outlines() const { return outlines_; }

  private:
    std::vector<map::StationArea> areas_;
    std::vector<map::StationArea> outlines_;
};

} // namespace ems::dispatch
