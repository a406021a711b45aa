#include "dispatch/service/station_zones.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "dispatch/service/roads.h"
#include "map/geo/file_bytes.h"

namespace ems::dispatch {
namespace {

constexpr std::size_t kFileMax = 64U << 20U;

const NamedPlace* station_named(const Registry& registry, std::string_view name) {
    const auto found = std::find_if(registry.stations.begin(), registry.stations.end(),
                                    [name](const NamedPlace& s) { return s.name == name; });
    return found == registry.stations.end() ? nullptr : &*found;
}

} // namespace

Result<StationZones> StationZones::read(const std::string& path) {
    const auto file = map::MappedFile::open(path);
    if (!file) {
        return Failure{file.error()};
    }
    if (file->bytes().size() > kFileMax) {
        return fail(Code::corrupt, fmt::format("{}: {} bytes, at most {} are taken", path,
                                               file->bytes().size(), kFileMax));
    }
    return parse({reinterpret_cast<const char*>(file->bytes().data()), file->bytes().size()}, path);
}

Result<StationZones> StationZones::parse(std::string_view geojson, const std::string& file) {
    auto areas = map::parse_station_areas(geojson, file);
    if (!areas) {
        return Failure{areas.error()};
    }
    std::erase_if(*areas, [](const map::StationArea& a) { return a.area.empty(); });
    if (areas->empty()) {
        return fail(
            Code::corrupt,
            fmt::format("{}: no area bears the name of a station (property station)", file));
    }
    StationZones out;
    out.areas_ = std::move(*areas);
    return out;
}

StationId StationZones::station_at(PlaceE7 place, const Registry& registry) const {
    const map::Wgs84 at = to_wgs84(place);
    for (const map::StationArea& zone : areas_) {
        if (!map::contains(zone.area, at)) {
            continue;
        }
        if (const NamedPlace* station = station_named(registry, zone.station)) {
            return {station->id};
        }
    }
    return {};
}

std::vector<std::string> StationZones::unknown_to(const Registry& registry) const {
    std::vector<std::string> out;
    for (const map::StationArea& zone : areas_) {
        const bool is_said = std::find(out.begin(), out.end(), zone.station) != out.end();
        if (!is_said && station_named(registry, zone.station) == nullptr) {
            out.push_back(zone.station);
        }
    }
    return out;
}

} // namespace ems::dispatch
