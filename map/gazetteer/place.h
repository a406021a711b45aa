// Named places of a map folder: `places.csv` with the header kind,name,lat,lon,population,within,
// aliases (WGS-84 degrees; population 0 when unknown; `within` the township or district, may be
// empty; other names separated by semicolons, may be left out).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "map/geo/point.h"
#include "telemetry/base/result.h"

namespace ems::map {

enum class PlaceKind : std::uint8_t {
    city,
    town,
    suburb,
    village,
    hamlet,
    hospital,
    station,
    clinic
};

[[nodiscard]] std::string_view place_kind_name(PlaceKind kind);
[[nodiscard]] std::optional<PlaceKind> parse_place_kind(std::string_view name);

struct Place {
    PlaceKind kind{PlaceKind::village};
    std::string name;
    Wgs84 at;
    std::uint32_t population{0};
    std::string within;
    std::vector<std::string> aliases{};
};

// At most two million rows. corrupt names the row that is wrong.
[[nodiscard]] Result<std::vector<Place>> load_places(const std::string& path);
[[nodiscard]] Result<std::vector<Place>> parse_places(std::string_view csv,
                                                      const std::string& name);
// "a;b" and back; empty parts are left out.
[[nodiscard]] std::vector<std::string> split_aliases(std::string_view text);
[[nodiscard]] std::string join_aliases(const std::vector<std::string>& aliases);
[[nodiscard]] std::string print_places(const std::vector<Place>& places);

} // namespace ems::map
