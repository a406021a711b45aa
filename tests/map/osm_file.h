// Small OpenStreetMap PBF files, written for a test.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ems::map::test {

using Tags = std::map<std::string, std::string>;

struct OsmNode {
    std::int64_t id;
    double lat;
    double lon;
    Tags tags;
};
struct OsmWay {
    std::int64_t id;
    std::vector<std::int64_t> refs;
    Tags tags;
};
struct OsmTurn { // relation of type restriction
    std::int64_t from;
    std::int64_t via;
    std::int64_t to;
    std::string rule; // empty: no such tag
    Tags more;
};

struct OsmRelation {
    struct Member {
        std::int32_t type; // 0 node, 1 way, 2 relation
        std::int64_t id;
        std::string role;
    };
    std::vector<Member> members;
    Tags tags;
};

enum class Packing { raw, zlib };
enum class NodeForm { plain, dense };

struct OsmFile {
    std::vector<OsmNode> nodes;
    std::vector<OsmWay> ways;
    std::vector<OsmTurn> turns;
    std::vector<OsmRelation> relations{};
    std::string feature{"OsmSchema-V0.6"};

    [[nodiscard]] std::string bytes(Packing packing, NodeForm form) const;
    // Its parts, for a file that is written block by block.
    [[nodiscard]] std::string header(Packing packing) const;
    [[nodiscard]] std::string block(Packing packing, NodeForm form) const;
};

// One blob with its length and head.
[[nodiscard]] std::string osm_blob(const std::string& type, const std::string& content,
                                   Packing packing);

} // namespace ems::map::test
