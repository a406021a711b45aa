// The bytes of names.bin: a header, then the parts of NameTable in order, little-endian.
#include <algorithm>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "map/gazetteer/name_table.h"
#include "map/geo/checked_file.h"
#include "map/geo/file_bytes.h"

namespace ems::map {
namespace {

constexpr CheckedFormat kFormat{{'E', 'M', 'S', 'N', 'A', 'M', 'E', 'S'}, 1, "a table of names"};

void write_han(FieldWriter& w, const HanTable& han) {
    w.count(han.syllables().size());
    for (const std::string& s : han.syllables()) {
        w.short_text(s);
    }
    w.count(han.rows().size());
    for (const HanTable::Row& row : han.rows()) {
        for (const std::uint16_t number : row.readings) {
            w.number(number);
        }
        w.number(row.simplified);
    }
}

void read_han(FieldReader& r, HanTable& han) {
    std::vector<std::string> syllables(r.count(1));
    for (std::string& s : syllables) {
        s = r.short_text();
    }
    std::vector<HanTable::Row> rows(r.count(10));
    for (HanTable::Row& row : rows) {
        for (std::uint16_t& number : row.readings) {
            number = r.number<std::uint16_t>();
        }
        row.simplified = r.number<std::uint16_t>();
    }
    r.require(r.ok() && han.assign(std::move(syllables), std::move(rows)));
}

void write_feature(FieldWriter& w, const Feature& f) {
    w.number(f.kind);
    w.number(f.within_source);
    w.number(f.road_class);
    w.point(f.at);
    w.number(f.population);
    w.short_text(f.name);
    w.short_text(f.within);
    w.number(static_cast<std::uint8_t>(f.aliases.size()));
    for (const std::string& alias : f.aliases) {
        w.short_text(alias);
    }
}

Feature read_feature(FieldReader& r) {
    Feature f;
    f.kind = r.enumerator<NameKind>(kNameKindCount);
    f.within_source = r.enumerator<WithinSource>(2);
    f.road_class = r.enumerator<RoadClass>(kRoadClassCount);
    f.at = r.place();
    f.population = r.number<std::uint32_t>();
    f.name = r.short_text();
    f.within = r.short_text();
    f.aliases.resize(std::min<std::size_t>(r.number<std::uint8_t>(), kAliasesMax + 1));
    r.require(!f.name.empty() && f.aliases.size() <= kAliasesMax);
    for (std::string& alias : f.aliases) {
        alias = r.short_text();
        r.require(!alias.empty());
    }
    return f;
}

bool is_too_far(PointE7 a, PointE7 b) {
    return std::abs(std::int64_t{a.lat_e7} - b.lat_e7) > kSegmentE7Max ||
           std::abs(std::int64_t{a.lon_e7} - b.lon_e7) > kSegmentE7Max;
}

void read_lines(FieldReader& r, NameTable& table) {
    table.points = r.places();
    table.lines.resize(r.count(8));
    std::size_t used = 0;
    std::uint32_t feature = 0;
    for (RoadLine& line : table.lines) {
        line.feature = r.number<std::uint32_t>();
        line.point_count = r.number<std::uint32_t>();
        line.point_first = static_cast<std::uint32_t>(used);
        const bool is_good = line.feature < table.features.size() && line.feature >= feature &&
                             line.point_count >= 2 &&
                             line.point_count <= table.points.size() - used;
        if (!r.ok() || !is_good || table.features[line.feature].kind != NameKind::road) {
            r.require(false);
            return;
        }
        feature = line.feature;
        used += line.point_count;
        const auto points = table.points_of(line);
        r.require(std::adjacent_find(points.begin(), points.end(), is_too_far) == points.end());
    }
    r.require(used == table.points.size());
}

} // namespace

std::vector<std::byte> print_names(const NameTable& table) {
    FieldWriter w;
    write_han(w, table.han);
    w.count(table.readings.size());
    for (const LocalReading& reading : table.readings) {
        w.short_text(reading.text);
        w.short_text(reading.reading);
        w.short_text(reading.within);
    }
    w.count(table.features.size());
    for (const Feature& f : table.features) {
        write_feature(w, f);
    }
    w.points(table.points);
    w.count(table.lines.size());
    for (const RoadLine& line : table.lines) {
        w.number(line.feature);
        w.number(line.point_count);
    }
    return std::move(w).finish(kFormat);
}

Result<NameTable> parse_names(std::span<const std::byte> bytes, const std::string& name) {
    auto opened = FieldReader::open(bytes, kFormat, name);
    if (!opened) {
        return Failure{std::move(opened).error()};
    }
    FieldReader& r = *opened;
    NameTable table;
    read_han(r, table.han);
    const std::size_t reading_count = r.count(3);
    r.require(reading_count <= kLocalReadingsMax);
    for (std::size_t n = reading_count; n > 0 && r.ok(); --n) {
        std::string text = r.short_text();
        std::string reading = r.short_text();
        table.readings.push_back({std::move(text), std::move(reading), r.short_text()});
    }
    const std::size_t feature_count = r.count(18);
    r.require(feature_count <= kFeaturesMax);
    for (std::size_t n = feature_count; n > 0 && r.ok(); --n) {
        table.features.push_back(read_feature(r));
    }
    if (r.ok()) {
        read_lines(r, table);
    }
    if (!r.ok() || !r.is_at_end()) {
        return fail(Code::corrupt, fmt::format("{} is inconsistent", name));
    }
    return table;
}

Result<NameTable> load_names(const std::string& path) {
    const auto file = MappedFile::open(path);
    if (!file) {
        return Failure{file.error()};
    }
    return parse_names(file->bytes(), path);
}

Result<void> save_names(const NameTable& table, const std::string& path) {
    return write_file(path, print_names(table));
}

} // namespace ems::map
