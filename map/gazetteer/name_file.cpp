// The bytes of names.bin: a header, then the parts of NameTable in order, little-endian.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <type_traits>

#include <fmt/format.h>

#include "map/gazetteer/name_table.h"
#include "map/geo/checksum.h"
#include "map/geo/file_bytes.h"

namespace ems::map {
namespace {

constexpr std::array<char, 8> kMagic{'E', 'M', 'S', 'N', 'A', 'M', 'E', 'S'};
constexpr std::uint32_t kVersion = 1;

struct Header {
    std::array<char, 8> magic;
    std::uint32_t version;
    std::uint32_t reserved;
    std::uint64_t size_bytes;
    std::uint64_t checksum; // of everything behind the header
};
static_assert(sizeof(Header) == 32);

class Writer {
  public:
    template <class T> void number(T v) {
        static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T>);
        const auto* const at = reinterpret_cast<const std::byte*>(&v);
        bytes_.insert(bytes_.end(), at, at + sizeof v);
    }
    void count(std::size_t n) { number(static_cast<std::uint32_t>(n)); }
    void text(const std::string& s) {
        number(static_cast<std::uint8_t>(s.size()));
        const auto view = std::as_bytes(std::span{s});
        bytes_.insert(bytes_.end(), view.begin(), view.end());
    }
    void point(PointE7 p) {
        number(p.lat_e7);
        number(p.lon_e7);
    }
    std::vector<std::byte> take() { return std::move(bytes_); }

  private:
    std::vector<std::byte> bytes_;
};

// Reads what Writer wrote; after the first shortfall everything is zero and ok() is false.
class Reader {
  public:
    explicit Reader(std::span<const std::byte> bytes) : left_(bytes) {}

    template <class T> T number() {
        T v{};
        if (left_.size() < sizeof v) {
            ok_ = false;
            return v;
        }
        std::memcpy(&v, left_.data(), sizeof v);
        left_ = left_.subspan(sizeof v);
        return v;
    }
    // A count of items of at least item_bytes each: never more than can still follow.
    std::size_t count(std::size_t item_bytes) {
        const auto n = number<std::uint32_t>();
        if (n > left_.size() / item_bytes) {
            ok_ = false;
            return 0;
        }
        return n;
    }
    std::string text() {
        const std::size_t n = number<std::uint8_t>();
        if (n > left_.size()) {
            ok_ = false;
            return {};
        }
        std::string s(n, '\0');
        std::memcpy(s.data(), left_.data(), n);
        left_ = left_.subspan(n);
        return s;
    }
    PointE7 point() {
        const auto lat = number<std::int32_t>();
        const PointE7 p{lat, number<std::int32_t>()};
        ok_ = ok_ && is_valid(from_e7(p));
        return p;
    }
    template <class E> E enumerator(std::uint8_t limit) {
        const auto v = number<std::uint8_t>();
        ok_ = ok_ && v < limit;
        return static_cast<E>(v < limit ? v : 0);
    }
    void require(bool condition) { ok_ = ok_ && condition; }
    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] bool is_at_end() const { return left_.empty(); }

  private:
    std::span<const std::byte> left_;
    bool ok_{true};
};

void write_han(Writer& w, const HanTable& han) {
    w.count(han.syllables().size());
    for (const std::string& s : han.syllables()) {
        w.text(s);
    }
    w.count(han.rows().size());
    for (const HanTable::Row& row : han.rows()) {
        for (const std::uint16_t number : row.readings) {
            w.number(number);
        }
        w.number(row.simplified);
    }
}

void read_han(Reader& r, HanTable& han) {
    std::vector<std::string> syllables(r.count(1));
    for (std::string& s : syllables) {
        s = r.text();
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

void write_feature(Writer& w, const Feature& f) {
    w.number(f.kind);
    w.number(f.within_source);
    w.number(f.road_class);
    w.point(f.at);
    w.number(f.population);
    w.text(f.name);
    w.text(f.within);
    w.number(static_cast<std::uint8_t>(f.aliases.size()));
    for (const std::string& alias : f.aliases) {
        w.text(alias);
    }
}

Feature read_feature(Reader& r) {
    Feature f;
    f.kind = r.enumerator<NameKind>(kNameKindCount);
    f.within_source = r.enumerator<WithinSource>(2);
    f.road_class = r.enumerator<RoadClass>(kRoadClassCount);
    f.at = r.point();
    f.population = r.number<std::uint32_t>();
    f.name = r.text();
    f.within = r.text();
    f.aliases.resize(std::min<std::size_t>(r.number<std::uint8_t>(), kAliasesMax + 1));
    r.require(!f.name.empty() && f.aliases.size() <= kAliasesMax);
    for (std::string& alias : f.aliases) {
        alias = r.text();
        r.require(!alias.empty());
    }
    return f;
}

bool is_too_far(PointE7 a, PointE7 b) {
    return std::abs(std::int64_t{a.lat_e7} - b.lat_e7) > kSegmentE7Max ||
           std::abs(std::int64_t{a.lon_e7} - b.lon_e7) > kSegmentE7Max;
}

void read_lines(Reader& r, NameTable& table) {
    table.points.resize(r.count(8));
    for (PointE7& p : table.points) {
        p = r.point();
    }
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
    Writer w;
    write_han(w, table.han);
    w.count(table.readings.size());
    for (const LocalReading& reading : table.readings) {
        w.text(reading.text);
        w.text(reading.reading);
        w.text(reading.within);
    }
    w.count(table.features.size());
    for (const Feature& f : table.features) {
        write_feature(w, f);
    }
    w.count(table.points.size());
    for (const PointE7 p : table.points) {
        w.point(p);
    }
    w.count(table.lines.size());
    for (const RoadLine& line : table.lines) {
        w.number(line.feature);
        w.number(line.point_count);
    }
    const std::vector<std::byte> body = w.take();
    const Header header{kMagic, kVersion, 0, sizeof(Header) + body.size(), checksum64(body)};
    std::vector<std::byte> out(sizeof header + body.size());
    std::memcpy(out.data(), &header, sizeof header);
    std::copy(body.begin(), body.end(), out.begin() + sizeof header);
    return out;
}

Result<NameTable> parse_names(std::span<const std::byte> bytes, const std::string& name) {
    Header header{};
    if (bytes.size() >= sizeof header) {
        std::memcpy(&header, bytes.data(), sizeof header);
    }
    if (header.magic != kMagic) {
        return fail(Code::corrupt, fmt::format("{} is not a table of names", name));
    }
    if (header.version != kVersion) {
        return fail(Code::unsupported_version,
                    fmt::format("{} has format {}, this program reads format {}: import it again",
                                name, header.version, kVersion));
    }
    if (header.size_bytes != bytes.size() ||
        checksum64(bytes.subspan(sizeof header)) != header.checksum) {
        return fail(Code::corrupt, fmt::format("{} is cut or damaged", name));
    }
    Reader r{bytes.subspan(sizeof header)};
    NameTable table;
    read_han(r, table.han);
    const std::size_t reading_count = r.count(3);
    r.require(reading_count <= kLocalReadingsMax);
    for (std::size_t n = reading_count; n > 0 && r.ok(); --n) {
        std::string text = r.text();
        std::string reading = r.text();
        table.readings.push_back({std::move(text), std::move(reading), r.text()});
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
