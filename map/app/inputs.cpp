#include "map/app/inputs.h"

#include <fmt/format.h>

#include "map/gazetteer/csv.h"
#include "map/geo/file_bytes.h"

namespace ems::map::app {
namespace {

constexpr std::size_t kPointsMax = 100'000;

} // namespace

Result<std::string> read_text_file(const std::string& path) {
    const auto file = MappedFile::open(path);
    if (!file) {
        return Failure{file.error()};
    }
    const auto bytes = file->bytes();
    return std::string{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Result<NamedPoint> parse_named_point(const std::string& text, const char* option) {
    const auto equals = text.find('=');
    const bool is_named = equals != std::string::npos;
    const auto at = parse_lat_lon(is_named ? text.substr(equals + 1) : text);
    if (!at) {
        return fail(at.error().code, fmt::format("{}: {}", option, at.error().detail));
    }
    return NamedPoint{is_named ? text.substr(0, equals) : text, *at};
}

Result<std::vector<NamedPoint>> parse_points_csv(std::string_view csv, const std::string& file) {
    const auto rows = parse_csv(csv);
    if (rows.empty() || rows[0].size() < 3 || rows[0][0] != "id" || rows[0][1] != "lat" ||
        rows[0][2] != "lon") {
        return fail(Code::corrupt, fmt::format("{}: the first row has to be id,lat,lon", file));
    }
    if (rows.size() < 2 || rows.size() > kPointsMax + 1) {
        return fail(Code::invalid_argument, fmt::format("{}: {} rows, between 1 and {} are taken",
                                                        file, rows.size() - 1, kPointsMax));
    }
    std::vector<NamedPoint> out;
    for (std::size_t r = 1; r < rows.size(); ++r) {
        const auto& row = rows[r];
        const auto at = row.size() < 3
                            ? Result<Wgs84>{fail(Code::invalid_argument, "too few fields")}
                            : parse_lat_lon(row[1] + "," + row[2]);
        if (!at || row[0].empty()) {
            return fail(Code::invalid_argument, fmt::format("{}: row {}: {}", file, r + 1,
                                                            at ? "no id" : at.error().detail));
        }
        out.push_back({row[0], *at});
    }
    return out;
}

Result<std::vector<NamedPoint>> read_points_csv(const std::string& path) {
    const auto text = read_text_file(path);
    if (!text) {
        return Failure{text.error()};
    }
    return parse_points_csv(*text, path);
}

} // namespace ems::map::app
