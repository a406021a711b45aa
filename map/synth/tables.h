// The tables of map/synth/yanhu, as read.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "map/gazetteer/name_table.h"
#include "map/gazetteer/place.h"
#include "map/geo/road_class.h"
#include "map/scene/scene.h"
#include "telemetry/base/result.h"

namespace ems::map {

struct TownshipRow {
    std::string name;
    bool is_urban{false};
    Wgs84 at;
    std::uint32_t villages{0};
};
struct VillageRow {
    std::string within;
    std::string name;
    Wgs84 at;
    std::uint32_t population{0};
    bool is_caller{false};
};
struct RoadRow {
    RoadClass road_class{RoadClass::county};
    std::string name;
    double bend_m{0};
    double wave_m{1000};
    std::vector<std::variant<std::string, Wgs84>> waypoints;
};
struct CountyTables {
    std::vector<TownshipRow> townships;
    std::vector<Place> sites;
    std::vector<Feature> landmarks;
    std::vector<VillageRow> villages;
    std::vector<RoadRow> roads;
    std::vector<SceneArea> areas;
};

[[nodiscard]] Result<CountyTables> read_yanhu_tables();

} // namespace ems::map
