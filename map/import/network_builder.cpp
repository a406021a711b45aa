#include "map/import/network_builder.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "map/geo/large_memory.h"

namespace ems::map {
namespace {

// Roads of the draft over known nodes; a road that leaves the extract is cut where its nodes end.
class NetworkBuilder {
  public:
    NetworkBuilder(const OsmDraft& draft, const KnownNodes& nodes, OsmExtract& out)
        : draft_(draft), nodes_(nodes), out_(out) {}

    void build() {
        name_restricted();
        reserve_large(out_.network.refs, draft_.refs.size());
        reserve_large(out_.network.ways, draft_.roads.size());
        for (const RoadDraft& road : draft_.roads) {
            const auto first = static_cast<std::uint32_t>(out_.network.ways.size());
            add_road(road);
            const auto end = static_cast<std::uint32_t>(out_.network.ways.size());
            if (std::binary_search(restricted_.begin(), restricted_.end(), road.id)) {
                pieces_.try_emplace(road.id, first, end);
            }
        }
        for (const RestrictionDraft& r : draft_.restrictions) {
            add_restriction(r);
        }
        out_.network.names = draft_.names;
    }

  private:
    // Only of those that a restriction names the pieces are asked for later: few of all roads.
    void name_restricted() {
        for (const RestrictionDraft& r : draft_.restrictions) {
            restricted_.insert(restricted_.end(), {r.from, r.to});
            restricted_.insert(restricted_.end(), r.via_ways.begin(), r.via_ways.end());
        }
        std::sort(restricted_.begin(), restricted_.end());
        restricted_.erase(std::unique(restricted_.begin(), restricted_.end()), restricted_.end());
    }

    void add_road(const RoadDraft& road) {
        std::vector<std::uint32_t>& run = run_;
        for (std::uint32_t i = 0; i < road.ref_count; ++i) {
            if (const auto node = nodes_.find(draft_.refs[road.ref_first + i])) {
                if (run.empty() || run.back() != *node) {
                    run.push_back(*node);
                }
                continue;
            }
            ++out_.counts.nodes_missing;
            finish(road, run);
        }
        finish(road, run);
    }

    void finish(const RoadDraft& road, std::vector<std::uint32_t>& run) {
        if (run.size() >= 2) {
            NetworkWay way;
            way.name = road.name;
            way.road_class = road.profile.road_class;
            way.restricted = road.profile.restricted;
            way.roundabout = road.profile.roundabout;
            way.tunnel = road.profile.tunnel;
            way.forward_kmh = road.profile.forward_kmh;
            way.backward_kmh = road.profile.backward_kmh;
            way.sailing_s = road.profile.sailing_s;
            way.waiting_s = road.profile.waiting_s;
            way.forward_by_limit = road.profile.forward_by_limit;
            way.backward_by_limit = road.profile.backward_by_limit;
            out_.network.add_way(run, way);
        }
        run.clear();
    }

    // The piece of a road that ends at the node, or else passes it.
    [[nodiscard]] std::optional<std::uint32_t> piece_at(std::int64_t id, std::uint32_t node) const {
        const auto it = pieces_.find(id);
        if (it == pieces_.end()) {
            return std::nullopt;
        }
        for (std::uint32_t w = it->second.first; w < it->second.second; ++w) {
            const NetworkWay& way = out_.network.ways[w];
            const auto refs = std::span{out_.network.refs}.subspan(way.ref_first, way.ref_count);
            if (std::find(refs.begin(), refs.end(), node) != refs.end()) {
                return w;
            }
        }
        return std::nullopt;
    }

    void add_restriction(const RestrictionDraft& r) {
        if (!r.via_ways.empty()) {
            if (auto found = over_ways(r)) {
                ++out_.counts.restrictions;
                out_.network.restrictions.push_back(std::move(*found));
            } else {
                ++out_.counts.restrictions_not_read;
            }
            return;
        }
        const auto via = nodes_.find(r.via);
        const auto from = via ? piece_at(r.from, *via) : std::nullopt;
        const auto to = via ? piece_at(r.to, *via) : std::nullopt;
        if (!from || !to) {
            ++out_.counts.restrictions_not_read;
            return;
        }
        ++out_.counts.restrictions;
        out_.network.restrictions.push_back({*from, *via, *to, r.only, {}});
    }

    // The one way to lay the ways in the middle end to end from `from` to `to`; nothing when there
    // is none or more than one, or when one of them is not in the extract as a whole.
    [[nodiscard]] std::optional<NetworkRestriction> over_ways(const RestrictionDraft& r) const {
        std::vector<std::uint32_t> ways;
        for (const std::int64_t id : r.via_ways) {
            const auto it = pieces_.find(id);
            if (it == pieces_.end() || it->second.second - it->second.first != 1) {
                return std::nullopt;
            }
            ways.push_back(it->second.first);
        }
        std::vector<NetworkRestriction> found;
        std::size_t steps = 0;
        for (const std::uint32_t way : ways) {
            for (const std::uint32_t node : ends_of(way)) {
                if (const auto from = piece_at(r.from, node)) {
                    NetworkRestriction whole{*from, node, 0, r.only, {}};
                    lay(r.to, ways, node, whole, found, steps);
                }
            }
        }
        const bool is_one =
            !found.empty() && steps < kStepsMax &&
            std::all_of(found.begin(), found.end(), [&](const auto& f) {
                return f.via_node == found.front().via_node && f.via_ways == found.front().via_ways;
            });
        return is_one ? std::optional{found.front()} : std::nullopt;
    }

    // Adds every order of the ways that begins as `whole` does and is at `node` now.
    void lay(std::int64_t to, const std::vector<std::uint32_t>& ways, std::uint32_t node,
             NetworkRestriction& whole, std::vector<NetworkRestriction>& found,
             std::size_t& steps) const {
        if (found.size() >= kOrdersMax || ++steps >= kStepsMax) {
            return;
        }
        if (whole.via_ways.size() == ways.size()) {
            if (const auto piece = piece_at(to, node)) {
                found.push_back(whole);
                found.back().to_way = *piece;
            }
            return;
        }
        for (const std::uint32_t way : ways) {
            const auto [first, last] = ends_of(way);
            const bool is_laid = std::find(whole.via_ways.begin(), whole.via_ways.end(), way) !=
                                 whole.via_ways.end();
            if (is_laid || first == last || (first != node && last != node)) {
                continue;
            }
            whole.via_ways.push_back(way);
            lay(to, ways, first == node ? last : first, whole, found, steps);
            whole.via_ways.pop_back();
        }
    }

    [[nodiscard]] std::array<std::uint32_t, 2> ends_of(std::uint32_t number) const {
        const NetworkWay& way = out_.network.ways[number];
        return {out_.network.refs[way.ref_first],
                out_.network.refs[way.ref_first + way.ref_count - 1]};
    }

    static constexpr std::size_t kOrdersMax = 8;
    // Sixteen ways between the same two nodes can be laid in 16! orders; ways in a row take 16
    // steps.
    static constexpr std::size_t kStepsMax = 1'000;

    const OsmDraft& draft_;
    const KnownNodes& nodes_;
    OsmExtract& out_;
    std::vector<std::uint32_t> run_;       // of the road at hand; its memory is kept
    std::vector<std::int64_t> restricted_; // numbers of roads, rising
    std::unordered_map<std::int64_t, std::pair<std::uint32_t, std::uint32_t>> pieces_;
};

} // namespace

void build_network(const OsmDraft& draft, const KnownNodes& nodes, OsmExtract& out) {
    NetworkBuilder{draft, nodes, out}.build();
}

} // namespace ems::map
