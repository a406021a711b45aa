#include "map/synth/tables.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "map/gazetteer/csv.h"
#include "map/synth/yanhu_data.h"

namespace ems::map {
namespace {

using Row = std::vector<std::string>;

double number(const std::string& text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::uint32_t count(const std::string& text) {
    return static_cast<std::uint32_t>(number(text));
}

std::vector<std::string> split(const std::string& text, char by) {
    std::vector<std::string> parts{""};
    for (const char c : text) {
        if (c == by) {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    return parts;
}

// "35.1 110.9"
std::optional<Wgs84> point(const std::string& text) {
    const auto parts = split(text, ' ');
    if (parts.size() != 2) {
        return std::nullopt;
    }
    const auto p = parse_lat_lon(parts[0] + "," + parts[1]);
    return p ? std::optional{*p} : std::nullopt;
}

// Rows without the header; each must have `fields` fields.
Result<std::vector<Row>> rows(std::string_view csv, std::size_t fields, const char* table) {
    std::vector<Row> all = parse_csv(csv);
    for (const Row& row : all) {
        if (row.size() != fields) {
            return fail(Code::corrupt, fmt::format("table {}: a row has {} fields of {}", table,
                                                   row.size(), fields));
        }
    }
    if (!all.empty()) {
        all.erase(all.begin());
    }
    return all;
}

std::optional<SceneArea> area(const Row& row) {
    constexpr std::array<std::string_view, 5> kKinds{"district", "hills", "water", "town",
                                                     "ravine"};
    const auto kind = std::find(kKinds.begin(), kKinds.end(), row[0]);
    if (kind == kKinds.end()) {
        return std::nullopt;
    }
    SceneArea out{static_cast<SceneAreaKind>(kind - kKinds.begin()), row[1], {}};
    for (const std::string& text : split(row[2], ';')) {
        const auto p = point(text);
        if (!p) {
            return std::nullopt;
        }
        out.ring.push_back(to_e7(*p));
    }
    return out;
}

std::optional<RoadRow> road(const Row& row) {
    const auto road_class = parse_road_class(row[0]);
    if (!road_class) {
        return std::nullopt;
    }
    RoadRow out{*road_class, row[1], number(row[2]), number(row[3]), {}};
    for (const std::string& text : split(row[4], ';')) {
        if (const auto p = point(text)) {
            out.waypoints.emplace_back(*p);
        } else {
            out.waypoints.emplace_back(text);
        }
    }
    return out;
}

} // namespace

Result<CountyTables> read_yanhu_tables() {
    CountyTables tables;
    const auto townships = rows(kTownshipsCsv, 6, "townships");
    const auto villages = rows(kVillagesCsv, 6, "villages");
    const auto roads = rows(kRoadsCsv, 5, "roads");
    const auto areas = rows(kAreasCsv, 3, "areas");
    auto sites = parse_places(kSitesCsv, "table sites");
    auto landmarks = parse_landmarks(kLandmarksCsv, "table landmarks");
    for (const auto* table : {&townships, &villages, &roads, &areas}) {
        if (!*table) {
            return Failure{table->error()};
        }
    }
    if (!sites || !landmarks) {
        return Failure{!sites ? sites.error() : landmarks.error()};
    }
    for (const Row& r : *townships) {
        tables.townships.push_back(
            {r[1], r[2] == "street" || r[2] == "zone", {number(r[3]), number(r[4])}, count(r[5])});
    }
    for (const Row& r : *villages) {
        tables.villages.push_back(
            {r[0], r[1], {number(r[2]), number(r[3])}, count(r[4]), r[5] == "caller"});
    }
    for (const Row& r : *roads) {
        auto parsed = road(r);
        if (!parsed) {
            return fail(Code::corrupt, fmt::format("table roads: '{}' is no road", r[1]));
        }
        tables.roads.push_back(std::move(*parsed));
    }
    for (const Row& r : *areas) {
        auto parsed = area(r);
        if (!parsed) {
            return fail(Code::corrupt, fmt::format("table areas: '{}' is no area", r[1]));
        }
        tables.areas.push_back(std::move(*parsed));
    }
    tables.sites = std::move(*sites);
    tables.landmarks = std::move(*landmarks);
    return tables;
}

} // namespace ems::map
