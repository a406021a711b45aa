#include "map/import/osm_import.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include <fmt/format.h>

#include "map/geo/large_memory.h"
#include "map/import/network_builder.h"
#include "map/import/node_ids.h"
#include "map/import/osm_block.h"
#include "map/import/osm_draft.h"
#include "map/import/osm_profile.h"
#include "map/import/osm_values.h"
#include "map/import/pbf_file.h"

namespace ems::map {
namespace {

// What a place or a landmark with its names takes (ImportLimits).
constexpr std::uint64_t kNamedWeight = 40;

std::string name_of(const OsmTags& tags) {
    return std::string{tags.get("name")};
}

std::optional<Place> place_of(const OsmTags& tags) {
    const auto kind = place_kind_of(tags);
    if (!kind) {
        return std::nullopt;
    }
    Place place;
    place.kind = *kind;
    place.name = name_of(tags);
    if (place.name.empty()) {
        if (*kind < PlaceKind::hospital) {
            return std::nullopt; // a settlement without a name helps nobody
        }
        place.name = std::string{place_kind_name(*kind)};
    }
    place.population = population_of(tags.get("population"));
    place.within = within_of(tags);
    place.aliases = aliases_of(tags);
    return place;
}

// First reading: restrictions, and what ground is made of several ways.
class RelationCollector final : public OsmVisitor {
  public:
    RelationCollector(OsmDraft& draft, std::uint64_t held_max)
        : draft_(draft), held_max_(held_max) {}

    [[nodiscard]] bool is_full() const override { return draft_.held() > held_max_; }

    void on_node(std::int64_t, PointE7, const OsmTags&) override {}
    void on_way(std::int64_t, std::span<const std::int64_t>, const OsmTags&) override {}

    void on_relation(std::int64_t, std::span<const OsmMember> members,
                     const OsmTags& tags) override {
        ++draft_.counts.relations;
        if (is_full()) {
            return;
        }
        draft_.ground.on_relation(members, tags);
        const bool is_for_us = tags.get("except").find("emergency") == std::string_view::npos;
        if (!tags.is("type", "restriction") || !is_for_us) {
            return;
        }
        if (tags.has_key_with("restriction:")) { // at some hours, or for a kind of vehicle
            ++draft_.counts.restrictions_not_read;
        }
        const std::string_view rule = tags.get("restriction");
        const bool is_only = rule.starts_with("only_");
        if (!is_only && !rule.starts_with("no_")) {
            draft_.counts.restrictions_not_read += rule.empty() ? 0U : 1U;
            return;
        }
        RestrictionDraft r;
        r.only = is_only;
        int found = 0;
        for (const OsmMember& m : members) {
            if (m.role == "from" && m.type == OsmMemberType::way) {
                r.from = m.id;
                found |= found & 1 ? 8 : 1;
            } else if (m.role == "via" && m.type == OsmMemberType::node) {
                r.via = m.id;
                found |= found & 2 ? 8 : 2;
            } else if (m.role == "to" && m.type == OsmMemberType::way) {
                r.to = m.id;
                found |= found & 4 ? 8 : 4;
            } else if (m.role == "via" && m.type == OsmMemberType::way) {
                r.via_ways.push_back(m.id);
            }
        }
        // nothing in the middle, or several ways at an end
        if (found != (r.via_ways.empty() ? 7 : 5) || r.via_ways.size() > kViaWaysMax) {
            ++draft_.counts.restrictions_not_read;
            return;
        }
        draft_.held_beside += kRestrictionWeight + r.via_ways.size();
        draft_.restrictions.push_back(std::move(r));
    }

  private:
    static constexpr std::size_t kViaWaysMax = 16;
    static constexpr std::uint64_t kRestrictionWeight = 8;

    OsmDraft& draft_;
    std::uint64_t held_max_;
};

// Second reading: roads, outlines and ground.
class WayCollector final : public OsmVisitor {
  public:
    WayCollector(OsmDraft& draft, const AmbulanceProfile& profile, std::uint64_t held_max)
        : draft_(draft), profile_(profile), held_max_(held_max) {}

    [[nodiscard]] bool is_full() const override { return draft_.held() > held_max_; }

    void on_node(std::int64_t, PointE7, const OsmTags&) override {}
    void on_relation(std::int64_t, std::span<const OsmMember>, const OsmTags&) override {}

    void on_way(std::int64_t id, std::span<const std::int64_t> refs, const OsmTags& tags) override {
        ++draft_.counts.ways;
        if (is_full()) {
            return;
        }
        draft_.ground.on_way(id, refs, tags);
        collect_site(refs, tags);
        const auto profile = profile_way(tags, profile_);
        if (!profile || refs.size() < 2 || refs.size() > kRefsMax) {
            draft_.counts.roads_closed_by_size += is_closed_by_size(tags, profile_) ? 1U : 0U;
            return;
        }
        ++draft_.counts.roads;
        // Open both ways here: which way it runs at an hour is not in the data.
        if (tags.is("oneway", "reversible") || tags.is("oneway", "alternating")) {
            ++draft_.counts.oneways_that_change;
        }
        draft_.held_beside += kRoadWeight;
        draft_.roads.push_back({id, draft_.refs.size(), static_cast<std::uint32_t>(refs.size()),
                                name_number(tags), *profile});
        draft_.refs.insert(draft_.refs.end(), refs.begin(), refs.end());
    }

  private:
    void collect_site(std::span<const std::int64_t> refs, const OsmTags& tags) {
        if (refs.size() > kRefsMax) {
            return;
        }
        std::vector<std::int64_t> outline{refs.begin(), refs.end()};
        const std::uint64_t weight = kNamedWeight + outline.size();
        if (auto place = place_of(tags)) {
            if (place->kind >= PlaceKind::hospital) {
                draft_.held_beside += weight;
                draft_.sites.push_back({std::move(*place), std::move(outline)});
            }
        } else if (auto landmark = landmark_of(tags)) {
            draft_.held_beside += weight;
            draft_.landmarks.push_back({std::move(*landmark), std::move(outline)});
        }
    }

    static constexpr std::size_t kRefsMax = 100'000; // fifty times what the project OSM allows

    std::uint32_t name_number(const OsmTags& tags) {
        const std::string_view ref = tags.get("ref");
        const std::string_view name = tags.get("name");
        std::string text{ref};
        if (!ref.empty() && !name.empty()) {
            text += ' ';
        }
        text += name;
        if (text.empty()) {
            return 0;
        }
        const auto [it, is_new] =
            number_of_.try_emplace(text, static_cast<std::uint32_t>(draft_.names.size()));
        if (is_new) {
            draft_.held_beside += kRoadWeight + text.size() / 4;
            draft_.names.push_back(std::move(text));
        }
        return it->second;
    }

    static constexpr std::uint64_t kRoadWeight = 8;

    OsmDraft& draft_;
    const AmbulanceProfile& profile_;
    std::uint64_t held_max_;
    std::unordered_map<std::string, std::uint32_t> number_of_;
};

// Third reading: positions of the nodes that are used, barriers and places.
class NodeCollector final : public OsmVisitor {
  public:
    NodeCollector(const NodeIds& ids, const AmbulanceProfile& profile, OsmExtract& out,
                  std::uint64_t held_max)
        : ids_(ids), profile_(profile), out_(out), held_max_(held_max), found_(ids.size(), 0) {
        out_.network.gate_s = static_cast<float>(profile.gate_s);
        resize_large(out_.network.nodes, ids.size(), PointE7{});
        resize_large(out_.network.blocked, ids.size(), std::uint8_t{kNodeOpen});
    }

    void on_node(std::int64_t id, PointE7 at, const OsmTags& tags) override {
        ++out_.counts.nodes;
        if (const auto i = find(id)) {
            out_.network.nodes[*i] = at;
            out_.network.blocked[*i] = barrier_of(tags, profile_);
            if (tags.is("highway", "mini_roundabout")) {
                out_.network.mini_roundabouts.emplace_back(*i, tags.is("direction", "clockwise")
                                                                   ? MiniRoundabout::clockwise
                                                                   : MiniRoundabout::anticlockwise);
            }
            found_[*i] = 1;
        }
        if (!tags.is_empty() && !is_full()) {
            if (auto place = place_of(tags)) {
                place->at = from_e7(at);
                out_.places.push_back(std::move(*place));
            } else if (auto landmark = landmark_of(tags)) {
                landmark->at = at;
                out_.landmarks.push_back(std::move(*landmark));
            }
        }
    }
    void on_way(std::int64_t, std::span<const std::int64_t>, const OsmTags&) override {}
    void on_relation(std::int64_t, std::span<const OsmMember>, const OsmTags&) override {}

    [[nodiscard]] bool is_full() const override {
        return (out_.places.size() + out_.landmarks.size()) * kNamedWeight > held_max_;
    }
    [[nodiscard]] std::optional<std::uint32_t> find(std::int64_t id) const { return ids_.find(id); }
    [[nodiscard]] bool is_found(std::uint32_t i) const { return found_[i] != 0; }
    [[nodiscard]] std::span<const std::uint8_t> found() const { return found_; }

  private:
    const NodeIds& ids_;
    const AmbulanceProfile& profile_;
    OsmExtract& out_;
    std::uint64_t held_max_;
    std::vector<std::uint8_t> found_;
};

// Reads a file's blobs as often as needed; a blob that holds nothing that is wanted is unpacked in
// the first reading only.
class BlobReader {
  public:
    BlobReader(PbfFile& file, const ImportProgress& progress) : file_(file), progress_(progress) {}

    Result<void> first(OsmKinds wanted, OsmVisitor& visitor) {
        for (;;) {
            const auto blob = file_.next();
            if (!blob) {
                return Failure{blob.error()};
            }
            if (!*blob) {
                ++readings_;
                return {};
            }
            const auto held = visit(**blob, wanted, visitor);
            if (!held) {
                return Failure{held.error()};
            }
            held_.push_back({(*blob)->offset, *held});
        }
    }

    Result<void> again(OsmKinds wanted, OsmVisitor& visitor) {
        for (const Held& held : held_) {
            if (!(wanted.nodes && held.kinds.nodes) && !(wanted.ways && held.kinds.ways)) {
                continue;
            }
            EMS_TRY(file_.seek(held.offset));
            const auto blob = file_.next();
            if (!blob || !*blob) {
                return blob ? file_.bad_blob(held.offset, "the file is cut")
                            : Failure{blob.error()};
            }
            if (const auto visited = visit(**blob, wanted, visitor); !visited) {
                return Failure{visited.error()};
            }
        }
        ++readings_;
        return {};
    }

  private:
    struct Held {
        std::uint64_t offset{0};
        OsmKinds kinds;
    };

    Result<OsmKinds> visit(const Blob& blob, OsmKinds wanted, OsmVisitor& visitor) {
        if (blob.type == BlobType::header) {
            if (const auto known = check_header(blob.bytes); !known) {
                return file_.bad_blob(blob.offset, known.error().detail);
            }
            return OsmKinds{};
        }
        auto held = visit_block(blob.bytes, wanted, visitor);
        if (!held) {
            return file_.bad_blob(blob.offset, held.error().detail);
        }
        if (visitor.is_full()) {
            return file_.bad_blob(blob.offset, "it unpacks to more than so large a file can hold");
        }
        if (progress_) {
            progress_(readings_ * file_.size_bytes() + file_.position(),
                      kReadings * file_.size_bytes());
        }
        return held;
    }

    static constexpr std::uint64_t kReadings = 3;
    PbfFile& file_;
    const ImportProgress& progress_;
    std::uint64_t readings_{0}; // done
    std::vector<Held> held_;
};

// The middle of an outline's extent; nothing when none of its nodes is in the extract.
std::optional<Wgs84> middle_of(const std::vector<std::int64_t>& refs, NodeCollector& nodes,
                               const OsmExtract& out) {
    BoxE7 box;
    for (const std::int64_t ref : refs) {
        const auto node = nodes.find(ref);
        if (node && nodes.is_found(*node)) {
            box.add(out.network.nodes[*node]);
        }
    }
    if (box.is_empty()) {
        return std::nullopt;
    }
    const Wgs84 low = from_e7(box.low);
    const Wgs84 high = from_e7(box.high);
    return Wgs84{(low.lat + high.lat) / 2, (low.lon + high.lon) / 2};
}

void add_outlines(const OsmDraft& draft, NodeCollector& nodes, OsmExtract& out) {
    for (const auto& site : draft.sites) {
        if (const auto middle = middle_of(site.refs, nodes, out)) {
            out.places.push_back(site.what);
            out.places.back().at = *middle;
        }
    }
    for (const auto& site : draft.landmarks) {
        if (const auto middle = middle_of(site.refs, nodes, out)) {
            out.landmarks.push_back(site.what);
            out.landmarks.back().at = to_e7(*middle);
        }
    }
}

} // namespace

Result<OsmExtract> read_osm(const std::string& path, const AmbulanceProfile& profile,
                            const ImportProgress& progress, const ImportLimits& limits) {
    auto file = PbfFile::open(path);
    if (!file) {
        return Failure{file.error()};
    }
    const std::uint64_t held_max = limits.held_freely + limits.held_per_byte * file->size_bytes();
    OsmDraft draft;
    BlobReader blobs{*file, progress};
    RelationCollector relations{draft, held_max};
    EMS_TRY(blobs.first({.nodes = false, .ways = false, .relations = true}, relations));
    WayCollector ways{draft, profile, held_max};
    EMS_TRY(blobs.again({.nodes = false, .ways = true, .relations = false}, ways));

    std::vector<std::int64_t> used;
    reserve_large(used, draft.refs.size() + draft.ground.refs().size());
    used.insert(used.end(), draft.refs.begin(), draft.refs.end());
    used.insert(used.end(), draft.ground.refs().begin(), draft.ground.refs().end());
    for (const auto& site : draft.sites) {
        used.insert(used.end(), site.refs.begin(), site.refs.end());
    }
    for (const auto& site : draft.landmarks) {
        used.insert(used.end(), site.refs.begin(), site.refs.end());
    }
    if (used.size() >= kNoArc) {
        return fail(Code::pbf, fmt::format("{}: too large for one map", path));
    }

    const NodeIds ids{std::move(used)};
    if (ids.size() >= kNoArc / 2) {
        return fail(Code::pbf, fmt::format("{}: too large for one map", path));
    }
    OsmExtract out;
    out.counts = draft.counts;
    NodeCollector nodes{ids, profile, out, held_max};
    EMS_TRY(blobs.again({.nodes = true, .ways = false, .relations = false}, nodes));
    build_network(draft, {ids, nodes.found()}, out);
    add_outlines(draft, nodes, out);
    out.ground = draft.ground.build([&](std::int64_t id) -> std::optional<PointE7> {
        const auto node = nodes.find(id);
        return node && nodes.is_found(*node) ? std::optional{out.network.nodes[*node]}
                                             : std::nullopt;
    });
    return out;
}

} // namespace ems::map
