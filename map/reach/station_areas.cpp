#include "map/reach/station_areas.h"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ems::map {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kRingPointsMax = 100'000;
constexpr std::size_t kFeaturesMax = 10'000;

Result<std::vector<Wgs84>> parse_ring(const Json& json) {
    if (!json.is_array() || json.size() < 4 || json.size() > kRingPointsMax) {
        return fail(Code::corrupt, "a ring needs at least three points and the first again");
    }
    std::vector<Wgs84> ring;
    for (const Json& point : json) {
        const bool is_pair =
            point.is_array() && point.size() >= 2 && point[0].is_number() && point[1].is_number();
        const Wgs84 at = is_pair ? Wgs84{point[1].get<double>(), point[0].get<double>()} : Wgs84{};
        if (!is_pair || !is_valid(at)) {
            return fail(Code::corrupt, "a point is not [longitude, latitude]");
        }
        ring.push_back(at);
    }
    if (!(ring.front() == ring.back())) {
        return fail(Code::corrupt, "a ring does not end where it begins");
    }
    ring.pop_back();
    return ring;
}

Result<Polygon> parse_polygon(const Json& rings) {
    if (!rings.is_array() || rings.empty() || rings.size() > kFeaturesMax) {
        return fail(Code::corrupt, "a polygon has no ring");
    }
    Polygon out;
    for (std::size_t i = 0; i < rings.size(); ++i) {
        auto ring = parse_ring(rings[i]);
        if (!ring) {
            return Failure{ring.error()};
        }
        if (i == 0) {
            out.outer = std::move(*ring);
        } else {
            out.holes.push_back(std::move(*ring));
        }
    }
    return out;
}

Result<std::vector<Polygon>> parse_geometry(const Json& feature) {
    const auto geometry = feature.find("geometry");
    if (geometry == feature.end() || !geometry->is_object() || !geometry->contains("type") ||
        !(*geometry)["type"].is_string() || !geometry->contains("coordinates")) {
        return fail(Code::corrupt, "it has no geometry");
    }
    const std::string type = (*geometry)["type"].get<std::string>();
    const Json& coordinates = (*geometry)["coordinates"];
    const bool is_one = type == "Polygon";
    if (!is_one &&
        (type != "MultiPolygon" || !coordinates.is_array() || coordinates.size() > kFeaturesMax)) {
        return fail(Code::corrupt, "its geometry is neither Polygon nor MultiPolygon");
    }
    std::vector<Polygon> out;
    for (std::size_t i = 0; i < (is_one ? 1 : coordinates.size()); ++i) {
        auto polygon = parse_polygon(is_one ? coordinates : coordinates[i]);
        if (!polygon) {
            return Failure{polygon.error()};
        }
        out.push_back(std::move(*polygon));
    }
    return out;
}

} // namespace

Result<std::vector<StationArea>> parse_station_areas(std::string_view geojson,
                                                     const std::string& file) {
    const Json json = Json::parse(geojson, nullptr, false);
    if (!json.is_object() || !json.contains("features") || !json["features"].is_array() ||
        json["features"].size() > kFeaturesMax) {
        return fail(Code::corrupt, fmt::format("{}: this is no GeoJSON FeatureCollection", file));
    }
    std::vector<StationArea> out;
    std::size_t number = 0;
    for (const Json& feature : json["features"]) {
        ++number;
        if (!feature.is_object() || !feature.contains("properties") ||
            !feature["properties"].is_object() || !feature["properties"].contains("station") ||
            !feature["properties"]["station"].is_string()) {
            continue;
        }
        auto area = parse_geometry(feature);
        if (!area) {
            return fail(area.error().code,
                        fmt::format("{}: feature {}: {}", file, number, area.error().detail));
        }
        out.push_back({feature["properties"]["station"].get<std::string>(), std::move(*area)});
    }
    return out;
}

} // namespace ems::map
