#include "map/gazetteer/name_table.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "map/gazetteer/csv.h"
#include "map/gazetteer/symbols.h"
#include "map/geo/file_bytes.h"

namespace ems::map {
namespace {

constexpr std::array<std::string_view, kNameKindCount> kKindNames{
    "city",         "town",    "suburb",   "village", "hamlet", "hospital", "station",
    "clinic",       "road",    "junction", "school",  "bridge", "tunnel",   "railway_station",
    "bus_station",  "factory", "temple",   "office",  "market", "fuel",     "estate",
    "service_area", "landmark"};

constexpr std::string_view kLandmarkHeader = "kind,name,lat,lon,population,within,aliases\n";
constexpr std::size_t kReadingTextMax = 16; // characters

bool is_han(char32_t c) {
    return c >= 0x2E80;
}

std::optional<LocalReading> parse_reading(const std::vector<std::string>& row) {
    if (row.size() < 2 || row.size() > 3) {
        return std::nullopt;
    }
    LocalReading r{row[0], {}, row.size() > 2 ? row[2] : std::string{}};
    const std::u32string text = fold_text(r.text, kReadingTextMax + 1);
    const std::u32string spoken = fold_text(row[1], kNameBytesMax);
    std::size_t syllables = 0;
    for (std::size_t at = 0; at < spoken.size(); ++syllables) {
        const std::size_t end = std::min(spoken.find(U' ', at), spoken.size());
        const std::string syllable(spoken.begin() + static_cast<std::ptrdiff_t>(at),
                                   spoken.begin() + static_cast<std::ptrdiff_t>(end));
        if (!is_syllable(syllable)) {
            return std::nullopt;
        }
        r.reading += (r.reading.empty() ? "" : " ") + syllable;
        at = end + 1;
    }
    const bool is_text = !text.empty() && text.size() <= kReadingTextMax &&
                         std::all_of(text.begin(), text.end(), is_han);
    const bool fits = is_text && syllables == text.size() && r.text.size() <= kNameBytesMax &&
                      r.within.size() <= kNameBytesMax;
    return fits ? std::optional{std::move(r)} : std::nullopt;
}

std::optional<Feature> parse_landmark(const std::vector<std::string>& row) {
    if (row.size() < 4 || row[1].empty() || row[1].size() > kNameBytesMax) {
        return std::nullopt;
    }
    const auto kind = parse_name_kind(row[0]);
    const auto at = parse_lat_lon(row[2] + "," + row[3]);
    if (!kind || *kind == NameKind::road || *kind == NameKind::junction || !at) {
        return std::nullopt;
    }
    Feature f;
    f.kind = *kind;
    f.name = row[1];
    f.at = to_e7(*at);
    if (row.size() > 4 && !row[4].empty()) {
        const char* const end = row[4].data() + row[4].size();
        const auto [stop, error] = std::from_chars(row[4].data(), end, f.population);
        if (error != std::errc{} || stop != end) {
            return std::nullopt;
        }
    }
    if (row.size() > 5) {
        f.within = row[5];
    }
    if (row.size() > 6) {
        f.aliases = split_aliases(row[6]);
    }
    if (f.aliases.size() > kAliasesMax || row.size() > 7) {
        return std::nullopt;
    }
    return f.within.size() <= kNameBytesMax ? std::optional{std::move(f)} : std::nullopt;
}

Result<std::string> read_text(const std::string& path) {
    const auto file = MappedFile::open(path);
    if (!file) {
        return Failure{file.error()};
    }
    const auto bytes = file->bytes();
    return std::string{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace

std::string_view name_kind_name(NameKind kind) {
    const auto i = static_cast<std::size_t>(kind);
    return i < kKindNames.size() ? kKindNames[i] : "unknown";
}

std::optional<NameKind> parse_name_kind(std::string_view name) {
    const auto it = std::find(kKindNames.begin(), kKindNames.end(), name);
    if (it == kKindNames.end()) {
        return std::nullopt;
    }
    return static_cast<NameKind>(it - kKindNames.begin());
}

Result<std::vector<LocalReading>> parse_readings(std::string_view csv, const std::string& name) {
    const auto rows = parse_csv(csv);
    if (rows.size() > kLocalReadingsMax) {
        return fail(Code::corrupt, fmt::format("{}: more than {} rows", name, kLocalReadingsMax));
    }
    std::vector<LocalReading> readings;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i == 0 && rows[0][0] == "text") {
            continue;
        }
        auto reading = parse_reading(rows[i]);
        if (!reading) {
            return fail(Code::corrupt,
                        fmt::format("{}: row {} is not Han characters with a syllable for each",
                                    name, i + 1));
        }
        readings.push_back(std::move(*reading));
    }
    return readings;
}

Result<std::vector<LocalReading>> load_readings(const std::string& path) {
    const auto text = read_text(path);
    if (!text) {
        return Failure{text.error()};
    }
    return parse_readings(*text, path);
}

Result<std::vector<Feature>> parse_landmarks(std::string_view csv, const std::string& name) {
    const auto rows = parse_csv(csv);
    if (rows.size() > kFeaturesMax) {
        return fail(Code::corrupt, fmt::format("{}: more than {} rows", name, kFeaturesMax));
    }
    std::vector<Feature> landmarks;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i == 0 && rows[0][0] == "kind") {
            continue;
        }
        auto landmark = parse_landmark(rows[i]);
        if (!landmark) {
            return fail(Code::corrupt, fmt::format("{}: row {} is not a landmark", name, i + 1));
        }
        landmarks.push_back(std::move(*landmark));
    }
    return landmarks;
}

Result<std::vector<Feature>> load_landmarks(const std::string& path) {
    const auto text = read_text(path);
    if (!text) {
        return Failure{text.error()};
    }
    return parse_landmarks(*text, path);
}

std::string print_landmarks(const std::vector<Feature>& landmarks) {
    std::string out{kLandmarkHeader};
    for (const Feature& f : landmarks) {
        const Wgs84 at = from_e7(f.at);
        out += fmt::format("{},{},{:.7f},{:.7f},{},{},{}\n", name_kind_name(f.kind),
                           csv_field(f.name), at.lat, at.lon, f.population, csv_field(f.within),
                           csv_field(join_aliases(f.aliases)));
    }
    return out;
}

} // namespace ems::map
