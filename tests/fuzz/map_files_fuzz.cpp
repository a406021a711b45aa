// Files of the map: places, scene, road graph, blocks of OpenStreetMap and whole extracts. The
// first byte says which. Of the two with a checksum the bytes are also tried as they are.
#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

#include "map/gazetteer/place.h"
#include "map/graph/graph_file.h"
#include "map/import/osm_block.h"
#include "map/import/osm_import.h"
#include "map/import/scene_builder.h"
#include "map/match/snap.h"
#include "map/scene/scene.h"
#include "telemetry/base/assert.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/map/ascii_map.h"
#include "tests/map/osm_file.h"

namespace {

using namespace ems::map;

std::span<const std::byte> as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

void fuzz_places(std::string_view text) {
    const auto places = parse_places(text, "input");
    if (!places) {
        return;
    }
    for (const Place& place : *places) {
        EMS_ASSERT(is_valid(place.at) && !place.name.empty());
    }
    const auto again = parse_places(print_places(*places), "print");
    EMS_ASSERT(again.has_value() && again->size() == places->size());
}

void fuzz_scene(std::string_view text) {
    if (const auto scene = parse_scene(as_bytes(text), "input")) {
        EMS_ASSERT(!scene->bands.empty());
        EMS_ASSERT(parse_scene(print_scene(*scene), "print").has_value());
    }
}

// The image has to lie on a bound of 8 bytes, as a mapped file does.
void fuzz_graph(std::string_view text) {
    std::vector<std::uint64_t> words((text.size() + 7) / 8);
    std::copy(text.begin(), text.end(), reinterpret_cast<char*>(words.data()));
    const auto image = std::as_bytes(std::span{words}).first(text.size());
    if (const auto arrays = graph_file::view(image, "input")) {
        static_cast<void>(RoadGraph::from_arrays(*arrays));
    }
}

class Visitor final : public OsmVisitor {
  public:
    void on_node(std::int64_t, PointE7, const OsmTags& tags) override { see(tags); }
    void on_way(std::int64_t, std::span<const std::int64_t>, const OsmTags& tags) override {
        see(tags);
    }
    void on_relation(std::int64_t, std::span<const OsmMember> members,
                     const OsmTags& tags) override {
        for (const OsmMember& member : members) {
            letters += member.role.size();
        }
        see(tags);
    }
    std::size_t letters{0};

  private:
    void see(const OsmTags& tags) { letters += tags.get("highway").size(); }
};

void fuzz_osm(std::string_view text) {
    Visitor visitor;
    static_cast<void>(visit_block(as_bytes(text), {true, true, true}, visitor));
    static_cast<void>(check_header(as_bytes(text)));
}

// From the first blob to the graph and the scene, as an import goes. The file is in memory.
void fuzz_extract(std::string_view text) {
    const int fd = ::memfd_create("extract", MFD_CLOEXEC);
    EMS_ASSERT(fd >= 0);
    const ssize_t written = ::write(fd, text.data(), text.size());
    EMS_ASSERT(written == static_cast<ssize_t>(text.size()));
    const auto extract = read_osm("/proc/self/fd/" + std::to_string(fd), {}, {});
    ::close(fd);
    if (!extract) {
        EMS_ASSERT(!extract.error().detail.empty());
        return;
    }
    if (const auto graph = assemble(extract->network)) {
        const Scene scene = build_scene(*graph, extract->places, extract->ground, "");
        EMS_ASSERT(parse_scene(print_scene(scene), "print").has_value());
        const SnapIndex index{*graph};
        static_cast<void>(index.snap(graph->node_at(0)));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
    switch (data[0] % 5) {
    case 0:
        fuzz_places(text);
        break;
    case 1:
        fuzz_scene(text);
        break;
    case 2:
        fuzz_graph(text);
        break;
    case 3:
        fuzz_osm(text);
        break;
    default:
        fuzz_extract(text);
        break;
    }
    return 0;
}

namespace {

test::OsmFile county() {
    test::OsmFile file;
    file.nodes = {{1, 35.0, 111.0, {{"name", "a"}, {"place", "village"}}},
                  {2, 35.01, 111.0, {}},
                  {3, 35.01, 111.01, {}},
                  {4, 35.005, 111.005, {}}};
    file.ways = {{10, {1, 2}, {{"highway", "primary"}, {"oneway", "yes"}}},
                 {11, {1, 2, 3}, {{"waterway", "river"}}},
                 {12, {3, 1}, {}},
                 {13, {1, 4, 2, 1}, {{"natural", "wood"}}}};
    file.turns = {{10, 2, 10, "no_u_turn", {}}};
    file.relations = {
        {{{1, 11, "outer"}, {1, 12, "outer"}, {1, 13, "inner"}},
         {{"type", "multipolygon"}, {"natural", "water"}}},
        {{{1, 12, "outer"}},
         {{"type", "boundary"}, {"boundary", "administrative"}, {"admin_level", "6"}}}};
    return file;
}

// Contents of the blobs of an uncompressed file: behind "raw" (field 1) of each blob.
std::vector<std::string> osm_blocks() {
    const auto extract = [](test::NodeForm form) {
        test::OsmFile file;
        file.nodes = {{1, 35.0, 111.0, {{"name", "a"}, {"place", "village"}}},
                      {2, 35.01, 111.0, {}}};
        file.ways = {{10, {1, 2}, {{"highway", "primary"}, {"oneway", "yes"}}}};
        file.turns = {{10, 2, 10, "no_u_turn", {}}};
        return file.bytes(test::Packing::raw, form);
    };
    std::vector<std::string> out;
    for (const auto form : {test::NodeForm::plain, test::NodeForm::dense}) {
        const std::string bytes = extract(form);
        for (std::size_t at = 0; at + 4 <= bytes.size();) {
            const auto byte = [&](std::size_t i) {
                return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at + i]));
            };
            const std::size_t head = byte(0) << 24U | byte(1) << 16U | byte(2) << 8U | byte(3);
            const std::size_t data = at + 4 + head;
            const std::size_t next = bytes.find("OSMData", data);
            const std::size_t end = next == std::string::npos ? bytes.size() : next - 6;
            // Field 1, then its length of one to three bytes.
            std::size_t content = data + 1;
            while (content < end && (static_cast<unsigned char>(bytes[content]) & 0x80U) != 0) {
                ++content;
            }
            out.push_back(bytes.substr(content + 1, end - content - 1));
            at = end;
        }
    }
    return out;
}

} // namespace

std::vector<std::string> ems::test::fuzz_seeds() {
    using namespace ems::map;
    std::vector<std::string> seeds;
    const Place place{PlaceKind::hospital, "盐湖区人民医院", {35.0264, 111.0075}, 0, "盐湖区"};
    seeds.push_back(std::string(1, '\0') +
                    print_places({place, {PlaceKind::village, "a,\"b\"", {35.1, 111.1}, 120, ""}}));
    Scene scene;
    scene.note = "demo";
    scene.bounds = {{350'000'000, 1'110'000'000}, {351'000'000, 1'111'000'000}};
    SceneBand& band = scene.bands.emplace_back();
    band.points = {{350'100'000, 1'110'100'000}, {350'200'000, 1'110'200'000}};
    band.lines.push_back({SceneLineKind::river, RoadClass::street, 0, 2, {}});
    const std::vector<PointE7> ring{
        {350'000'000, 1'110'000'000}, {351'000'000, 1'110'000'000}, {350'500'000, 1'111'000'000}};
    band.areas.push_back({{SceneAreaKind::water, "盐湖", ring, {ring}}, {}});
    scene.labels.push_back({SceneSymbol::village, 1, 50, {350'500'000, 1'110'500'000}, "席张"});
    const auto scene_bytes = print_scene(scene);
    seeds.push_back("\x01" + std::string{reinterpret_cast<const char*>(scene_bytes.data()),
                                         scene_bytes.size()});
    const RoadGraph graph = map::test::AsciiMap{{"a--b", "|  |", "c--d"}}.graph();
    const auto words = graph_file::pack(graph.arrays());
    seeds.push_back("\x02" + std::string{reinterpret_cast<const char*>(words.data()),
                                         words.size() * sizeof words[0]});
    for (const std::string& block : osm_blocks()) {
        seeds.push_back("\x03" + block);
    }
    for (const auto packing : {map::test::Packing::raw, map::test::Packing::zlib}) {
        seeds.push_back("\x04" + county().bytes(packing, map::test::NodeForm::dense));
    }
    return seeds;
}
