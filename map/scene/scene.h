// What the console draws as its map, free of Qt and of the road graph: areas and lines per zoom
// band, place labels. Stored as `scene.bin` (checksummed, every count checked on loading).
// Positions are WGS-84 e7.
//
// Choose the first band whose metres_per_pixel_max is not below the scale of the screen; the last
// band serves the rest.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "map/geo/grid_index.h"
#include "map/geo/point.h"
#include "map/geo/road_class.h"
#include "telemetry/base/result.h"

namespace ems::map {

enum class SceneLineKind : std::uint8_t {
    road = 0,
    river = 1,
    stream = 2,
    railway = 3,
    boundary = 4, // of a county
};

struct SceneLine {
    SceneLineKind kind{SceneLineKind::road};
    RoadClass road_class{RoadClass::street}; // of a road
    std::uint32_t point_first{0};            // into SceneBand::points
    std::uint32_t point_count{0};            // at least 2
    BoxE7 box;                               // for leaving out what is off the screen
};

enum class SceneAreaKind : std::uint8_t {
    district = 0,
    hills = 1,
    water = 2,
    town = 3,
    ravine = 4,
    forest = 5,
};

struct SceneArea {
    SceneAreaKind kind{SceneAreaKind::district};
    std::string name;                          // may be empty
    std::vector<PointE7> ring;                 // open, at least 3 points
    std::vector<std::vector<PointE7>> holes{}; // likewise: islands of a lake, clearings of a wood
};

// What lies under the roads, as the source gives it: the areas and lines of a scene are made of it.
struct GroundLine {
    SceneLineKind kind{SceneLineKind::river};
    std::vector<PointE7> points; // at least 2
};
struct SceneGround {
    std::vector<SceneArea> areas; // in drawing order
    std::vector<GroundLine> lines;
};

// What a road is called: its number on signs, its name, or both.
struct SceneRoad {
    std::string number; // "G209", may be empty
    std::string name;   // "运城路", may be empty
    bool operator==(const SceneRoad&) const = default;
};

// The course of one road under one name, for writing along it; long enough for the band's scales.
struct SceneRoadName {
    std::uint32_t road{0}; // into Scene::roads
    RoadClass road_class{RoadClass::street};
    std::uint32_t point_first{0}; // into SceneBand::name_points
    std::uint32_t point_count{0}; // at least 2
    BoxE7 box;
};

// An area as a band draws it.
struct SceneOutline {
    SceneArea area;
    BoxE7 box; // for leaving out what is off the screen
};

struct SceneBand {
    double metres_per_pixel_max{0};
    std::vector<PointE7> points;
    std::vector<SceneLine> lines;    // least important first: draw in order
    std::vector<SceneOutline> areas; // draw in order, below the lines
    std::vector<PointE7> name_points;
    std::vector<SceneRoadName> names; // most important first: write in this order

    [[nodiscard]] std::span<const PointE7> points_of(const SceneLine& line) const {
        return std::span{points}.subspan(line.point_first, line.point_count);
    }
    [[nodiscard]] std::span<const PointE7> points_of(const SceneRoadName& name) const {
        return std::span{name_points}.subspan(name.point_first, name.point_count);
    }
};

enum class SceneSymbol : std::uint8_t {
    city = 0,
    town = 1, // seat of a township
    suburb = 2,
    village = 3,
    hamlet = 4,
    hospital = 5,
    station = 6,
    clinic = 7,
};

struct SceneLabel {
    SceneSymbol symbol{SceneSymbol::village};
    std::uint8_t rank{0};           // 0 most important: place labels in this order
    double metres_per_pixel_max{0}; // worth drawing up to this scale
    PointE7 at;
    std::string text;
};

struct Scene {
    std::string note; // e.g. the mark of a demonstration network; shown on the map when not empty
    BoxE7 bounds;
    std::vector<SceneRoad> roads;
    std::vector<SceneBand> bands;   // finest first, at least one
    std::vector<SceneLabel> labels; // by rank

    // The band to draw at a scale.
    [[nodiscard]] const SceneBand& band_for(double metres_per_pixel) const;
};

[[nodiscard]] Result<Scene> load_scene(const std::string& path);
[[nodiscard]] Result<void> save_scene(const Scene& scene, const std::string& path);

// The bytes of the file. parse_scene: corrupt names what is wrong; `name` stands in messages.
[[nodiscard]] std::vector<std::byte> print_scene(const Scene& scene);
[[nodiscard]] Result<Scene> parse_scene(std::span<const std::byte> bytes, const std::string& name);

} // namespace ems::map
