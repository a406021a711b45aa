// What lies under the roads, out of an OpenStreetMap extract: water, woods, built-up land, rivers,
// railways and the boundaries of counties. Relations are shown first, for they say which ways they
// are made of; then ways; then the nodes of refs() are looked up.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "map/geo/point.h"
#include "map/import/osm_block.h"
#include "map/scene/scene.h"

namespace ems::map {

// Joins ways end to end, in either direction, as far as ways remain that begin or end where the
// chain does. A chain that comes back to its begin is closed: its last node is its first.
// `nodes_max` ends a chain, so that lines stay small enough to be left out when they are off the
// screen; 0: no bound. Linear in the nodes.
[[nodiscard]] std::vector<std::vector<std::int64_t>>
join_ways(std::span<const std::span<const std::int64_t>> ways, std::size_t nodes_max);

class GroundCollector {
  public:
    static constexpr std::size_t kMembersMax = 20'000; // of a relation; larger ones are left out

    void on_relation(std::span<const OsmMember> members, const OsmTags& tags);
    void on_way(std::int64_t id, std::span<const std::int64_t> refs, const OsmTags& tags);

    // Nodes of everything kept, with repetitions.
    [[nodiscard]] const std::vector<std::int64_t>& refs() const { return refs_; }

    // How much is kept, in numbers of eight bytes or so.
    [[nodiscard]] std::uint64_t held() const { return refs_.size() + held_beside_refs_; }

    // A node outside of the extract has no place: rings go on without it, lines end there. An area
    // whose outline the extract does not close is left out.
    using PlaceOf = std::function<std::optional<PointE7>(std::int64_t)>;
    [[nodiscard]] SceneGround build(const PlaceOf& place_of) const;

  private:
    struct Slice { // of refs_
        std::size_t first{0};
        std::size_t count{0};
    };
    struct AreaDraft {
        SceneAreaKind kind{SceneAreaKind::water};
        std::string name;
        Slice ring;                      // of a way that is an area
        std::vector<std::int64_t> outer; // ways of a relation
        std::vector<std::int64_t> inner;
    };
    struct LineDraft {
        SceneLineKind kind{SceneLineKind::river};
        Slice course;
    };

    [[nodiscard]] Slice keep(std::span<const std::int64_t> refs);
    [[nodiscard]] std::span<const std::int64_t> nodes_of(Slice s) const {
        return std::span{refs_}.subspan(s.first, s.count);
    }
    [[nodiscard]] std::vector<std::vector<std::int64_t>>
    rings_of(const std::vector<std::int64_t>& ways) const;
    void add_areas(const AreaDraft& draft, const PlaceOf& place_of, SceneGround& out) const;
    void add_lines(SceneLineKind kind, const PlaceOf& place_of, SceneGround& out) const;

    static constexpr std::uint64_t kDraftWeight = 20; // of an area or a line

    std::vector<std::int64_t> refs_;
    std::uint64_t held_beside_refs_{0};
    std::vector<AreaDraft> areas_;
    std::vector<LineDraft> lines_;
    // Ways that relations name: their nodes once they were seen, and whether they bound a county.
    struct Member {
        Slice course;
        bool is_boundary{false};
        std::optional<SceneAreaKind> outlines; // the area of a relation
    };
    std::unordered_map<std::int64_t, Member> members_;
};

} // namespace ems::map
