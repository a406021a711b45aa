#include "map/import/osm_ground.h"

#include <algorithm>
#include <array>

#include "map/gazetteer/name_table.h"
#include "map/geo/grid_index.h"
#include "map/geo/polyline.h"

namespace ems::map {
namespace {

constexpr std::size_t kRefsMax = 100'000; // of a way; fifty times what the project OSM allows
constexpr std::size_t kLineNodesMax = 2'000;
constexpr std::string_view kCountyLevel = "6"; // admin_level of counties and districts

struct AreaRow {
    std::string_view key;
    std::string_view value;
    SceneAreaKind kind;
};
constexpr std::array<AreaRow, 10> kAreas{{
    {"natural", "water", SceneAreaKind::water},
    {"waterway", "riverbank", SceneAreaKind::water},
    {"landuse", "reservoir", SceneAreaKind::water},
    {"landuse", "basin", SceneAreaKind::water},
    {"natural", "wood", SceneAreaKind::forest},
    {"landuse", "forest", SceneAreaKind::forest},
    {"landuse", "residential", SceneAreaKind::town},
    {"landuse", "commercial", SceneAreaKind::town},
    {"landuse", "retail", SceneAreaKind::town},
    {"landuse", "industrial", SceneAreaKind::town},
}};
// What is drawn first lies below.
constexpr std::array<SceneAreaKind, 3> kBottomUp{SceneAreaKind::forest, SceneAreaKind::town,
                                                 SceneAreaKind::water};

std::optional<SceneAreaKind> area_kind_of(const OsmTags& tags) {
    for (const AreaRow& row : kAreas) {
        if (tags.is(row.key, row.value)) {
            return row.kind;
        }
    }
    return std::nullopt;
}

std::optional<SceneLineKind> line_kind_of(const OsmTags& tags) {
    if (tags.is("tunnel", "yes") || tags.is("tunnel", "culvert")) {
        return std::nullopt;
    }
    const std::string_view waterway = tags.get("waterway");
    if (waterway == "river" || waterway == "canal") {
        return SceneLineKind::river;
    }
    if (waterway == "stream") {
        return SceneLineKind::stream;
    }
    // sidings and yards would hide the streets about a station
    if (tags.is("railway", "rail") && tags.get("service").empty()) {
        return SceneLineKind::railway;
    }
    return std::nullopt;
}

std::vector<PointE7> open_ring(std::span<const std::int64_t> nodes,
                               const GroundCollector::PlaceOf& place_of) {
    std::vector<PointE7> ring;
    for (const std::int64_t id : nodes) {
        const auto at = place_of(id);
        if (at && (ring.empty() || ring.back() != *at)) {
            ring.push_back(*at);
        }
    }
    while (ring.size() > 1 && ring.back() == ring.front()) {
        ring.pop_back();
    }
    return ring;
}

// Gives holes to the outlines that hold them.
class HolePlacer {
  public:
    explicit HolePlacer(std::span<SceneArea> outlines) : outlines_(outlines) {
        for (const SceneArea& area : outlines) {
            std::vector<Wgs84>& ring = rings_.emplace_back(area.ring.size());
            std::transform(area.ring.begin(), area.ring.end(), ring.begin(), from_e7);
            BoxE7& box = boxes_.emplace_back();
            for (const PointE7 p : area.ring) {
                box.add(p);
            }
        }
    }

    void put(std::vector<PointE7> hole) {
        BoxE7 box;
        for (const PointE7 p : hole) {
            box.add(p);
        }
        for (std::size_t i = 0; i < outlines_.size(); ++i) {
            if (boxes_[i].overlaps(box) && is_within(hole, rings_[i])) {
                outlines_[i].holes.push_back(std::move(hole));
                return;
            }
        }
    }

  private:
    // By most of a few of its points: single ones may lie on the rim.
    static bool is_within(const std::vector<PointE7>& hole, const std::vector<Wgs84>& ring) {
        constexpr std::size_t kAsked = 7;
        const std::size_t step = std::max<std::size_t>(1, hole.size() / kAsked);
        std::size_t asked = 0;
        std::size_t within = 0;
        for (std::size_t i = 0; i < hole.size(); i += step) {
            ++asked;
            within += inside_ring(from_e7(hole[i]), ring) ? 1U : 0U;
        }
        return within * 2 > asked;
    }

    std::span<SceneArea> outlines_;
    std::vector<std::vector<Wgs84>> rings_;
    std::vector<BoxE7> boxes_;
};

} // namespace

std::vector<std::vector<std::int64_t>>
join_ways(std::span<const std::span<const std::int64_t>> ways, std::size_t nodes_max) {
    std::unordered_map<std::int64_t, std::vector<std::uint32_t>> ends;
    for (std::size_t i = ways.size(); i-- > 0;) { // the first stands last, where it is taken from
        if (ways[i].size() >= 2) {
            ends[ways[i].front()].push_back(static_cast<std::uint32_t>(i));
            ends[ways[i].back()].push_back(static_cast<std::uint32_t>(i));
        }
    }
    std::vector<std::uint8_t> used(ways.size(), 0);
    const auto take_at = [&](std::int64_t node) -> std::optional<std::uint32_t> {
        std::vector<std::uint32_t>& waiting = ends[node];
        while (!waiting.empty() && used[waiting.back()] != 0) {
            waiting.pop_back();
        }
        return waiting.empty() ? std::nullopt : std::optional{waiting.back()};
    };
    std::vector<std::vector<std::int64_t>> chains;
    for (std::size_t i = 0; i < ways.size(); ++i) {
        if (used[i] != 0 || ways[i].size() < 2) {
            continue;
        }
        used[i] = 1;
        std::vector<std::int64_t> chain{ways[i].begin(), ways[i].end()};
        for (int turned = 0; turned < 2;) {
            const bool is_long = nodes_max > 0 && chain.size() >= nodes_max;
            const bool is_closed = chain.front() == chain.back();
            const auto next = is_long || is_closed ? std::nullopt : take_at(chain.back());
            if (!next) {
                if (is_long || is_closed) {
                    break;
                }
                ++turned;
                std::reverse(chain.begin(), chain.end());
                continue;
            }
            used[*next] = 1;
            const auto way = ways[*next];
            if (way.front() == chain.back()) {
                chain.insert(chain.end(), way.begin() + 1, way.end());
            } else {
                chain.insert(chain.end(), way.rbegin() + 1, way.rend());
            }
        }
        chains.push_back(std::move(chain));
    }
    return chains;
}

void GroundCollector::on_relation(std::span<const OsmMember> members, const OsmTags& tags) {
    const bool is_area = tags.is("type", "multipolygon");
    const bool is_boundary = (is_area || tags.is("type", "boundary")) &&
                             tags.is("boundary", "administrative") &&
                             tags.is("admin_level", kCountyLevel);
    const auto kind = is_area ? area_kind_of(tags) : std::nullopt;
    if ((!kind && !is_boundary) || members.size() > kMembersMax) {
        return;
    }
    AreaDraft draft;
    for (const OsmMember& m : members) {
        if (m.type == OsmMemberType::way) {
            held_beside_refs_ += kDraftWeight;
            Member& member = members_[m.id];
            member.is_boundary = member.is_boundary || is_boundary;
            const bool is_inner = m.role == "inner";
            (is_inner ? draft.inner : draft.outer).push_back(m.id);
            if (kind && !is_inner) {
                member.outlines = kind;
            }
        }
    }
    if (kind && !draft.outer.empty()) {
        draft.kind = *kind;
        draft.name = std::string{tags.get("name").substr(0, kNameBytesMax)};
        areas_.push_back(std::move(draft));
    }
}

void GroundCollector::on_way(std::int64_t id, std::span<const std::int64_t> refs,
                             const OsmTags& tags) {
    if (refs.size() < 2 || refs.size() > kRefsMax) {
        return;
    }
    const auto it = members_.find(id);
    if (it != members_.end() && it->second.course.count == 0) {
        it->second.course = keep(refs);
        if (it->second.is_boundary) {
            lines_.push_back({SceneLineKind::boundary, it->second.course});
        }
    }
    if (tags.is_empty()) {
        return;
    }
    if (refs.size() >= 4 && refs.front() == refs.back()) {
        if (const auto kind = area_kind_of(tags)) {
            if (it != members_.end() && it->second.outlines == kind) {
                return; // the relation draws it, with its holes
            }
            AreaDraft draft;
            draft.kind = *kind;
            draft.name = std::string{tags.get("name").substr(0, kNameBytesMax)};
            draft.ring = keep(refs);
            areas_.push_back(std::move(draft));
            return;
        }
    }
    if (const auto kind = line_kind_of(tags)) {
        lines_.push_back({*kind, keep(refs)});
    }
}

GroundCollector::Slice GroundCollector::keep(std::span<const std::int64_t> refs) {
    held_beside_refs_ += kDraftWeight;
    const Slice slice{refs_.size(), refs.size()};
    refs_.insert(refs_.end(), refs.begin(), refs.end());
    return slice;
}

std::vector<std::vector<std::int64_t>>
GroundCollector::rings_of(const std::vector<std::int64_t>& ways) const {
    std::vector<std::span<const std::int64_t>> courses;
    for (const std::int64_t id : ways) {
        courses.push_back(nodes_of(members_.at(id).course));
    }
    std::vector<std::vector<std::int64_t>> rings = join_ways(courses, 0);
    std::erase_if(rings, [](const auto& ring) { return ring.front() != ring.back(); });
    return rings;
}

void GroundCollector::add_areas(const AreaDraft& draft, const PlaceOf& place_of,
                                SceneGround& out) const {
    const std::size_t first = out.areas.size();
    const auto add = [&](std::span<const std::int64_t> nodes) {
        if (auto ring = open_ring(nodes, place_of); ring.size() >= 3) {
            out.areas.push_back({draft.kind, draft.name, std::move(ring)});
        }
    };
    if (draft.outer.empty()) {
        add(nodes_of(draft.ring));
        return;
    }
    for (const auto& ring : rings_of(draft.outer)) {
        add(ring);
    }
    HolePlacer holes{std::span{out.areas}.subspan(first)};
    for (const auto& ring : rings_of(draft.inner)) {
        if (auto hole = open_ring(ring, place_of); hole.size() >= 3) {
            holes.put(std::move(hole));
        }
    }
}

void GroundCollector::add_lines(SceneLineKind kind, const PlaceOf& place_of,
                                SceneGround& out) const {
    std::vector<std::span<const std::int64_t>> courses;
    for (const LineDraft& line : lines_) {
        if (line.kind == kind) {
            courses.push_back(nodes_of(line.course));
        }
    }
    GroundLine run{kind, {}};
    const auto finish = [&] {
        if (run.points.size() >= 2) {
            out.lines.push_back(run);
        }
        run.points.clear();
    };
    for (const auto& chain : join_ways(courses, kLineNodesMax)) {
        for (const std::int64_t id : chain) {
            if (const auto at = place_of(id)) {
                run.points.push_back(*at);
            } else {
                finish();
            }
        }
        finish();
    }
}

SceneGround GroundCollector::build(const PlaceOf& place_of) const {
    SceneGround out;
    for (const SceneAreaKind kind : kBottomUp) {
        for (const AreaDraft& draft : areas_) {
            if (draft.kind == kind) {
                add_areas(draft, place_of, out);
            }
        }
    }
    for (const SceneLineKind kind : {SceneLineKind::stream, SceneLineKind::river,
                                     SceneLineKind::railway, SceneLineKind::boundary}) {
        add_lines(kind, place_of, out);
    }
    return out;
}

} // namespace ems::map
