// Everything on the map that has a name: settlements, health sites, roads, junctions and landmarks,
// with how Han characters are read. Stored as `names.bin` of a map folder (format version,
// checksum, every count and number checked on loading).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "map/gazetteer/han_table.h"
#include "map/gazetteer/place.h"
#include "map/geo/point.h"
#include "map/geo/road_class.h"
#include "telemetry/base/result.h"

namespace ems::map {

// The first eight are PlaceKind's. The numbers are stored and never change.
enum class NameKind : std::uint8_t {
    city = 0,
    town = 1, // township: 镇, 乡
    suburb = 2,
    village = 3,
    hamlet = 4,
    hospital = 5,
    station = 6, // of ambulances
    clinic = 7,
    road = 8,
    junction = 9, // where two named roads meet
    school = 10,
    bridge = 11,
    tunnel = 12,
    railway_station = 13,
    bus_station = 14,
    factory = 15,
    temple = 16,
    office = 17, // town hall, police, fire brigade, court
    market = 18, // markets, shops, hotels
    fuel = 19,
    estate = 20,       // 小区, a named group of houses
    service_area = 21, // of expressways, with exits and toll gates
    landmark = 22,     // parks, sights, squares and what else people name
};
inline constexpr std::uint8_t kNameKindCount = 23;

[[nodiscard]] std::string_view name_kind_name(NameKind kind);
[[nodiscard]] std::optional<NameKind> parse_name_kind(std::string_view name);
[[nodiscard]] inline NameKind name_kind_of(PlaceKind kind) {
    return static_cast<NameKind>(kind);
}
[[nodiscard]] inline bool is_settlement(NameKind kind) {
    return kind <= NameKind::hamlet;
}

// Whether a map or its maker said to which township a name belongs, or the nearest seat is taken.
enum class WithinSource : std::uint8_t { stated = 0, nearest = 1 };

struct Feature {
    NameKind kind{NameKind::village};
    WithinSource within_source{WithinSource::stated};
    RoadClass road_class{RoadClass::street}; // of roads only
    PointE7 at;                              // of a road a point on it, near its middle
    std::uint32_t population{0};             // 0: unknown
    std::string name;
    std::vector<std::string> aliases;
    std::string within; // township or district, may be empty
    bool operator==(const Feature&) const = default;
};

// Course of a road, at least two points; a road may have several.
struct RoadLine {
    std::uint32_t feature{0};
    std::uint32_t point_first{0}; // into NameTable::points
    std::uint32_t point_count{0};
    bool operator==(const RoadLine&) const = default;
};

// A local reading: wherever `text` stands in a name (and, unless `within` is empty, in that
// township) it is read so, one syllable a Han character. 解州 is "hai zhou".
struct LocalReading {
    std::string text;
    std::string reading;
    std::string within;
    bool operator==(const LocalReading&) const = default;
};

struct NameTable {
    HanTable han;
    std::vector<LocalReading> readings;
    std::vector<Feature> features;
    std::vector<PointE7> points;
    std::vector<RoadLine> lines; // by feature

    [[nodiscard]] std::span<const PointE7> points_of(const RoadLine& line) const {
        return std::span{points}.subspan(line.point_first, line.point_count);
    }
};

inline constexpr std::size_t kNameBytesMax = 255;
inline constexpr std::size_t kAliasesMax = 8;
inline constexpr std::size_t kFeaturesMax = 4'000'000;
inline constexpr std::size_t kLocalReadingsMax = 10'000;
// Of a straight piece of a road in latitude and longitude, 0.05 degree, so that no piece covers
// more than some hundred cells of the index.
inline constexpr std::int64_t kSegmentE7Max = 500'000;

// Rows text,reading,within (header optional, within may be left out). corrupt names the row whose
// syllables are no letters or not as many as the text's Han characters.
[[nodiscard]] Result<std::vector<LocalReading>> parse_readings(std::string_view csv,
                                                               const std::string& name);
[[nodiscard]] Result<std::vector<LocalReading>> load_readings(const std::string& path);

// Landmarks as rows kind,name,lat,lon,population,within,aliases (as in places.csv) of any NameKind
// but road and junction (those come from the graph).
[[nodiscard]] Result<std::vector<Feature>> parse_landmarks(std::string_view csv,
                                                           const std::string& name);
[[nodiscard]] Result<std::vector<Feature>> load_landmarks(const std::string& path);
[[nodiscard]] std::string print_landmarks(const std::vector<Feature>& landmarks);

// Equal tables give equal bytes. parse_names: corrupt or unsupported_version says what is wrong;
// `name` stands in messages.
[[nodiscard]] std::vector<std::byte> print_names(const NameTable& table);
[[nodiscard]] Result<NameTable> parse_names(std::span<const std::byte> bytes,
                                            const std::string& name);
[[nodiscard]] Result<NameTable> load_names(const std::string& path);
[[nodiscard]] Result<void> save_names(const NameTable& table, const std::string& path);

} // namespace ems::map
