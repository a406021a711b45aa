#include "dispatch/service/station_zones.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "dispatch/service/roads.h"
#include "map/geo/file_bytes.h"
#include "map/geo/polyline.h"

namespace ems::dispatch {
namespace {

constexpr std::size_t kFileMax = 64U << 20U;

const NamedPlace* station_named(const Registry& registry, std::string_view name) {
    const auto found = std::find_if(registry.stations.begin(), registry.stations.end(),
                                    [name](const NamedPlace& s) { return s.name == name; });
    return found == registry.stations.end() ? nullptr : &*found;
}

constexpr double kCoarsestM = 20'000; // nothing of a county's zone is left beyond
constexpr double kCoarser = 2;
constexpr std::size_t kRingMin = 3;

std::vector<map::Wgs84> simpler_ring(std::vector<map::Wgs84> ring, double tolerance_m) {
    if (ring.empty()) {
        return ring;
    }
    ring.push_back(ring.front()); // or the stretch back to the start would never be simplified
    ring = map::simplify(ring, tolerance_m);
    ring.pop_back();
    return ring;
}

map::StationArea simpler(const map::StationArea& zone, double tolerance_m) {
    map::StationArea out{zone.station, {}};
    for (const map::Polygon& polygon : zone.area) {
        map::Polygon one{simpler_ring(polygon.outer, tolerance_m), {}};
        if (one.outer.size() < kRingMin) {
            continue;
        }
        for (const std::vector<map::Wgs84>& hole : polygon.holes) {
            std::vector<map::Wgs84> ring = simpler_ring(hole, tolerance_m);
            if (ring.size() >= kRingMin) {
                one.holes.push_back(std::move(ring));
            }
        }
        out.area.push_back(std::move(one));
    }
    return out;
}

std::size_t points_of(const map::StationArea& zone) {
    std::size_t count = 0;
    for (const map::Polygon& polygon : zone.area) {
        count += polygon.outer.size();
        for (const std::vector<map::Wgs84>& hole : polygon.holes) {
            count += hole.size();
        }
    }
    return count;
}

std::vector<map::StationArea> outlines_of(const std::vector<map::StationArea>& areas) {
    for (double tolerance_m = kOutlineToleranceM; tolerance_m < kCoarsestM; tolerance_m *= kCoarser) {
        std::vector<map::StationArea> out;
        std::size_t all = 0;
        std::size_t most = 0;
        for (const map::StationArea& area : areas) {
            out.push_back(simpler(area, tolerance_m));
            const std::size_t points = points_of(out.back());
            all += points;
            most = std::max(most, points);
        }
        if (all <= kZonesPointsMax && most <= kZonePointsMax) {
            std::erase_if(out, [](const map::StationArea& zone) { return zone.area.empty(); });
            return out;
        }
    }
    return {}; // thousands of areas: they are obeyed, and too many to draw
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
    out.outlines_ = outlines_of(out.areas_);
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
