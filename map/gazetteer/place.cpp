#include "map/gazetteer/place.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "map/gazetteer/csv.h"
#include "map/geo/file_bytes.h"

namespace ems::map {
namespace {

constexpr std::array<std::string_view, 8> kKindNames{"city",   "town",     "suburb",  "village",
                                                     "hamlet", "hospital", "station", "clinic"};
constexpr std::size_t kRowsMax = 2'000'000;
constexpr std::string_view kHeader = "kind,name,lat,lon,population,within,aliases\n";

std::optional<Place> parse_row(const std::vector<std::string>& row) {
    if (row.size() < 5 || row[1].empty()) {
        return std::nullopt;
    }
    const auto kind = parse_place_kind(row[0]);
    const auto at = parse_lat_lon(row[2] + "," + row[3]);
    if (!kind || !at) {
        return std::nullopt;
    }
    Place place{*kind, row[1], *at, 0, row.size() > 5 ? row[5] : std::string{}, {}};
    if (row.size() > 6) {
        place.aliases = split_aliases(row[6]);
    }
    const char* const end = row[4].data() + row[4].size();
    const auto [stop, error] = std::from_chars(row[4].data(), end, place.population);
    if (!row[4].empty() && (error != std::errc{} || stop != end)) {
        return std::nullopt;
    }
    return place;
}

} // namespace

std::string_view place_kind_name(PlaceKind kind) {
    const auto i = static_cast<std::size_t>(kind);
    return i < kKindNames.size() ? kKindNames[i] : "unknown";
}

std::optional<PlaceKind> parse_place_kind(std::string_view name) {
    for (std::size_t i = 0; i < kKindNames.size(); ++i) {
        if (kKindNames[i] == name) {
            return static_cast<PlaceKind>(i);
        }
    }
    return std::nullopt;
}

Result<std::vector<Place>> parse_places(std::string_view csv, const std::string& name) {
    const auto rows = parse_csv(csv);
    if (rows.size() > kRowsMax) {
        return fail(Code::corrupt, fmt::format("{}: more than {} places", name, kRowsMax));
    }
    std::vector<Place> places;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i == 0 && rows[0][0] == "kind") {
            continue;
        }
        auto place = parse_row(rows[i]);
        if (!place) {
            return fail(Code::corrupt, fmt::format("{}: row {} is not a place", name, i + 1));
        }
        places.push_back(std::move(*place));
    }
    return places;
}

Result<std::vector<Place>> load_places(const std::string& path) {
    const auto file = MappedFile::open(path);
    if (!file) {
        return Failure{file.error()};
    }
    const auto bytes = file->bytes();
    return parse_places({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path);
}

std::vector<std::string> split_aliases(std::string_view text) {
    std::vector<std::string> aliases;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(';'), text.size());
        if (end > 0) {
            aliases.emplace_back(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return aliases;
}

std::string join_aliases(const std::vector<std::string>& aliases) {
    std::string out;
    for (const std::string& alias : aliases) {
        out += (out.empty() ? "" : ";") + alias;
    }
    return out;
}

std::string print_places(const std::vector<Place>& places) {
    std::string out{kHeader};
    for (const Place& p : places) {
        out += fmt::format("{},{},{:.7f},{:.7f},{},{},{}\n", place_kind_name(p.kind),
                           csv_field(p.name), p.at.lat, p.at.lon, p.population, csv_field(p.within),
                           csv_field(join_aliases(p.aliases)));
    }
    return out;
}

} // namespace ems::map
