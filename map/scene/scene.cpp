#include "map/scene/scene.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <type_traits>

#include <fmt/format.h>

#include "map/geo/checksum.h"
#include "map/geo/file_bytes.h"
#include "telemetry/base/assert.h"

namespace ems::map {
namespace {

constexpr std::array<char, 8> kMagic{'E', 'M', 'S', 'S', 'C', 'E', 'N', 'E'};
constexpr std::uint32_t kVersion = 3;

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
        count(s.size());
        const auto view = std::as_bytes(std::span{s});
        bytes_.insert(bytes_.end(), view.begin(), view.end());
    }
    void point(PointE7 p) {
        number(p.lat_e7);
        number(p.lon_e7);
    }
    void points(const std::vector<PointE7>& list) {
        count(list.size());
        for (const PointE7 p : list) {
            point(p);
        }
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
        const std::size_t n = count(1);
        std::string s(n, '\0');
        if (n > 0) {
            std::memcpy(s.data(), left_.data(), n);
        }
        left_ = left_.subspan(n);
        return s;
    }
    PointE7 point() {
        const auto lat = number<std::int32_t>();
        return {lat, number<std::int32_t>()};
    }
    std::vector<PointE7> points() {
        std::vector<PointE7> list(count(8));
        for (PointE7& p : list) {
            p = point();
        }
        ok_ = ok_ &&
              std::all_of(list.begin(), list.end(), [](PointE7 p) { return is_valid(from_e7(p)); });
        return list;
    }
    template <class E> E enumerator(std::uint8_t limit) {
        const auto v = number<std::uint8_t>();
        ok_ = ok_ && v < limit;
        return static_cast<E>(v);
    }
    void require(bool condition) { ok_ = ok_ && condition; }
    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] bool is_at_end() const { return left_.empty(); }

  private:
    std::span<const std::byte> left_;
    bool ok_{true};
};

void write_band(Writer& w, const SceneBand& band) {
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

void write_names(Writer& w, const SceneBand& band) {
    w.points(band.name_points);
    w.count(band.names.size());
    for (const SceneRoadName& name : band.names) {
        w.number(name.road);
        w.number(static_cast<std::uint8_t>(name.road_class));
        w.count(name.point_count);
    }
}

SceneOutline read_outline(Reader& r) {
    SceneOutline outline;
    SceneArea& area = outline.area;
    area.kind = r.enumerator<SceneAreaKind>(6);
    area.name = r.text();
    area.ring = r.points();
    r.require(area.ring.size() >= 3);
    for (std::size_t n = r.count(4); n > 0 && r.ok(); --n) {
        area.holes.push_back(r.points());
        r.require(area.holes.back().size() >= 3);
    }
    for (const PointE7 p : area.ring) {
        outline.box.add(p);
    }
    return outline;
}

void read_names(Reader& r, std::size_t roads, SceneBand& band) {
    band.name_points = r.points();
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

SceneBand read_band(Reader& r, std::size_t roads) {
    SceneBand band;
    band.metres_per_pixel_max = r.number<double>();
    band.points = r.points();
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

SceneLabel read_label(Reader& r) {
    SceneLabel label;
    label.symbol = r.enumerator<SceneSymbol>(8);
    label.rank = r.number<std::uint8_t>();
    label.metres_per_pixel_max = r.number<double>();
    label.at = r.point();
    label.text = r.text();
    r.require(is_valid(from_e7(label.at)) && !std::isnan(label.metres_per_pixel_max));
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
    Writer w;
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
    const std::vector<std::byte> body = w.take();
    const Header header{kMagic, kVersion, 0, sizeof(Header) + body.size(), checksum64(body)};
    std::vector<std::byte> out(sizeof header + body.size());
    std::memcpy(out.data(), &header, sizeof header);
    std::copy(body.begin(), body.end(), out.begin() + sizeof header);
    return out;
}

Result<Scene> parse_scene(std::span<const std::byte> bytes, const std::string& name) {
    Header header{};
    if (bytes.size() >= sizeof header) {
        std::memcpy(&header, bytes.data(), sizeof header);
    }
    if (header.magic != kMagic) {
        return fail(Code::corrupt, fmt::format("{} is not a map scene", name));
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
