#include "map/scene/scene.h"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "map/geo/checked_file.h"
#include "map/geo/file_bytes.h"
#include "telemetry/base/assert.h"

namespace ems::map {
namespace {

constexpr CheckedFormat kFormat{{'E', 'M', 'S', 'S', 'C', 'E', 'N', 'E'}, 3, "a map scene"};

void write_band(FieldWriter& w, const SceneBand& band) {
    w.number(band.metres_per_pixel_max);
    w.points(band.points);
    w.count(band.lines.size());
    for (const SceneLine& line : band.lines) {
        w.number(line.kind);
        w.number(static_cast<std::uint8_t>(line.road_class));
        w.count(line.point_count);
    }
    w.count(band.areas.size());
    for (const SceneOutline& outline : band.areas) {
        w.number(outline.area.kind);
        w.text(outline.area.name);
        w.points(outline.area.ring);
        w.count(outline.area.holes.size());
        for (const std::vector<PointE7>& hole : outline.area.holes) {
            w.points(hole);
        }
    }
}

void write_names(FieldWriter& w, const SceneBand& band) {
    w.points(band.name_points);
    w.count(band.names.size());
    for (const SceneRoadName& name : band.names) {
        w.number(name.road);
        w.number(static_cast<std::uint8_t>(name.road_class));
        w.count(name.point_count);
    }
}

SceneOutline read_outline(FieldReader& r) {
    SceneOutline outline;
    SceneArea& area = outline.area;
    area.kind = r.enumerator<SceneAreaKind>(6);
    area.name = r.text();
    area.ring = r.places();
    r.require(area.ring.size() >= 3);
    for (std::size_t n = r.count(4); n > 0 && r.ok(); --n) {
        area.holes.push_back(r.places());
        r.require(area.holes.back().size() >= 3);
    }
    for (const PointE7 p : area.ring) {
        outline.box.add(p);
    }
    return outline;
}

void read_names(FieldReader& r, std::size_t roads, SceneBand& band) {
    band.name_points = r.places();
    band.names.resize(r.count(9));
    std::size_t used = 0;
    for (SceneRoadName& name : band.names) {
        name.road = r.number<std::uint32_t>();
        name.road_class = r.enumerator<RoadClass>(kRoadClassCount);
        name.point_first = static_cast<std::uint32_t>(used);
        name.point_count = r.number<std::uint32_t>();
        if (name.road >= roads || name.point_count < 2 ||
            name.point_count > band.name_points.size() - used) {
            r.require(false);
            return;
        }
        used += name.point_count;
        for (const PointE7 p : band.points_of(name)) {
            name.box.add(p);
        }
    }
    r.require(used == band.name_points.size());
}

SceneBand read_band(FieldReader& r, std::size_t roads) {
    SceneBand band;
    band.metres_per_pixel_max = r.number<double>();
    band.points = r.places();
    band.lines.resize(r.count(6));
    std::size_t used = 0;
    for (SceneLine& line : band.lines) {
        line.kind = r.enumerator<SceneLineKind>(5);
        line.road_class = r.enumerator<RoadClass>(kRoadClassCount);
        line.point_first = static_cast<std::uint32_t>(used);
        line.point_count = r.number<std::uint32_t>();
        if (line.point_count < 2 || line.point_count > band.points.size() - used) {
            r.require(false);
            return band;
        }
        used += line.point_count;
        for (const PointE7 p : band.points_of(line)) {
            line.box.add(p);
        }
    }
    r.require(used == band.points.size() && !std::isnan(band.metres_per_pixel_max));
    for (std::size_t n = r.count(13); n > 0 && r.ok(); --n) {
        band.areas.push_back(read_outline(r));
    }
    read_names(r, roads, band);
    return band;
}

SceneLabel read_label(FieldReader& r) {
    SceneLabel label;
    label.symbol = r.enumerator<SceneSymbol>(8);
    label.rank = r.number<std::uint8_t>();
    label.metres_per_pixel_max = r.number<double>();
    label.at = r.place();
    label.text = r.text();
    r.require(!std::isnan(label.metres_per_pixel_max));
    return label;
}

} // namespace

const SceneBand& Scene::band_for(double metres_per_pixel) const {
    EMS_ASSERT(!bands.empty());
    for (const SceneBand& band : bands) {
        if (metres_per_pixel <= band.metres_per_pixel_max) {
            return band;
        }
    }
    return bands.back();
}

std::vector<std::byte> print_scene(const Scene& scene) {
    FieldWriter w;
    w.text(scene.note);
    w.point(scene.bounds.low);
    w.point(scene.bounds.high);
    w.count(scene.roads.size());
    for (const SceneRoad& road : scene.roads) {
        w.text(road.number);
        w.text(road.name);
    }
    w.count(scene.bands.size());
    for (const SceneBand& band : scene.bands) {
        write_band(w, band);
        write_names(w, band);
    }
    w.count(scene.labels.size());
    for (const SceneLabel& label : scene.labels) {
        w.number(label.symbol);
        w.number(label.rank);
        w.number(label.metres_per_pixel_max);
        w.point(label.at);
        w.text(label.text);
    }
    return std::move(w).finish(kFormat);
}

Result<Scene> parse_scene(std::span<const std::byte> bytes, const std::string& name) {
    auto opened = FieldReader::open(bytes, kFormat, name);
    if (!opened) {
        return Failure{std::move(opened).error()};
    }
    FieldReader& r = *opened;
    Scene scene;
    scene.note = r.text();
    scene.bounds.low = r.point();
    scene.bounds.high = r.point();
    for (std::size_t n = r.count(8); n > 0 && r.ok(); --n) {
        std::string number = r.text();
        scene.roads.push_back({std::move(number), r.text()});
    }
    for (std::size_t n = r.count(28); n > 0 && r.ok(); --n) {
        scene.bands.push_back(read_band(r, scene.roads.size()));
    }
    for (std::size_t n = r.count(22); n > 0 && r.ok(); --n) {
        scene.labels.push_back(read_label(r));
    }
    if (!r.ok() || !r.is_at_end() || scene.bands.empty()) {
        return fail(Code::corrupt, fmt::format("{} is inconsistent", name));
    }
    return scene;
}

Result<Scene> load_scene(const std::string& path) {
    const auto file = MappedFile::open(path);
    if (!file) {
        return Failure{file.error()};
    }
    return parse_scene(file->bytes(), path);
}

Result<void> save_scene(const Scene& scene, const std::string& path) {
    return write_file(path, print_scene(scene));
}

} // namespace ems::map
