// Nodes, ways and relations of one data blob of an OpenStreetMap PBF file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "map/geo/point.h"
#include "telemetry/base/result.h"

namespace ems::map {

class OsmTags {
  public:
    void clear() { tags_.clear(); }
    void add(std::string_view key, std::string_view value) { tags_.emplace_back(key, value); }
    // Empty when there is no such tag.
    [[nodiscard]] std::string_view get(std::string_view key) const;
    [[nodiscard]] bool is(std::string_view key, std::string_view value) const {
        return get(key) == value;
    }
    [[nodiscard]] bool has_key_with(std::string_view prefix) const;
    [[nodiscard]] bool is_empty() const { return tags_.empty(); }

  private:
    std::vector<std::pair<std::string_view, std::string_view>> tags_;
};

enum class OsmMemberType : std::uint8_t { node = 0, way = 1, relation = 2 };
struct OsmMember {
    OsmMemberType type{OsmMemberType::node};
    std::int64_t id{0};
    std::string_view role;
};

// What a block holds is shown here, in file order; views are valid during the call only.
class OsmVisitor {
  public:
    virtual ~OsmVisitor() = default;
    virtual void on_node(std::int64_t id, PointE7 at, const OsmTags& tags) = 0;
    virtual void on_way(std::int64_t id, std::span<const std::int64_t> refs,
                        const OsmTags& tags) = 0;
    virtual void on_relation(std::int64_t id, std::span<const OsmMember> members,
                             const OsmTags& tags) = 0;
    // True when it keeps as much as it may: what is shown from then on is not kept, and the reading
    // ends as an error.
    [[nodiscard]] virtual bool is_full() const { return false; }
};

// Which kinds a pass wants, or a block holds.
struct OsmKinds {
    bool nodes{false};
    bool ways{false};
    bool relations{false};
};

// Only what is wanted is decoded. Gives the kinds that the block holds. pbf: the bytes are no such
// block (a detail without the offset, which the caller knows).
[[nodiscard]] Result<OsmKinds> visit_block(std::span<const std::byte> block, OsmKinds wanted,
                                           OsmVisitor& visitor);
// pbf: the header demands features that this reader does not have.
[[nodiscard]] Result<void> check_header(std::span<const std::byte> header);

} // namespace ems::map
