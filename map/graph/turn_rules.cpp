#include <algorithm>
#include <optional>

#include "map/graph/road_draft.h"

namespace ems::map {
namespace {

// A restriction over more arcs is no sign that anybody has put up.
constexpr std::size_t kViaArcsMax = 100;

// Finds the arcs that a restriction means: one that arrives at the node on from_way, those over
// via_ways, and one that leaves on to_way.
class RuleFinder {
  public:
    RuleFinder(const RoadNetwork& net, const Draft& draft, const std::vector<DraftArc>& arcs,
               const ArcRows& rows)
        : net_(net), draft_(draft), arcs_(arcs), rows_(rows),
          graph_node_(net.nodes.size(), kNoArc) {
        for (std::uint32_t n = 0; n < draft.node_source.size(); ++n) {
            graph_node_[draft.node_source[n]] = n;
        }
    }

    // False when the restriction is unclear.
    bool add(const NetworkRestriction& r, TurnRules& rules) const {
        const auto from = arc_into(graph_node_[r.via_node], r.from_way);
        if (!from) {
            return false;
        }
        ArcSequence driven{*from};
        std::uint32_t node = r.via_node;
        for (const std::uint32_t way : r.via_ways) {
            const auto end = drive(way, node, driven);
            if (!end) {
                return false;
            }
            node = *end;
        }
        const std::uint32_t last = arcs_[driven.back()].head;
        if (last != graph_node_[node]) {
            return false;
        }
        std::vector<ArcId> to;
        std::vector<ArcId> others;
        for (ArcId a = rows_.first_out[last]; a < rows_.first_out[last + 1]; ++a) {
            (way_of(a) == r.to_way ? to : others).push_back(a);
        }
        if (to.size() != 1) {
            return false;
        }
        for (const ArcId a : r.only ? others : to) {
            if (driven.size() == 1) {
                rules.pairs.emplace_back(driven.front(), a);
            } else {
                rules.sequences.push_back(driven);
                rules.sequences.back().push_back(a);
            }
        }
        return !(r.only ? others : to).empty();
    }

  private:
    [[nodiscard]] std::uint32_t way_of(ArcId a) const { return draft_.pieces[arcs_[a].piece].way; }

    [[nodiscard]] std::optional<ArcId> arc_into(std::uint32_t node, std::uint32_t way) const {
        std::optional<ArcId> found;
        if (node == kNoArc) {
            return found;
        }
        for (std::uint32_t i = rows_.first_in[node]; i < rows_.first_in[node + 1]; ++i) {
            if (way_of(rows_.in_arc[i]) == way) {
                if (found) {
                    return std::nullopt;
                }
                found = rows_.in_arc[i];
            }
        }
        return found;
    }

    // Appends the arcs of a whole way from one of its ends; gives the network node of the other.
    [[nodiscard]] std::optional<std::uint32_t> drive(std::uint32_t number, std::uint32_t node,
                                                     ArcSequence& driven) const {
        const NetworkWay& way = net_.ways[number];
        const std::uint32_t first = net_.refs[way.ref_first];
        const std::uint32_t last = net_.refs[way.ref_first + way.ref_count - 1];
        const bool is_backward = node == last;
        if (first == last || (node != first && node != last)) {
            return std::nullopt;
        }
        const auto low =
            std::lower_bound(draft_.pieces.begin(), draft_.pieces.end(), number,
                             [](const Piece& p, std::uint32_t w) { return p.way < w; });
        const auto high =
            std::upper_bound(low, draft_.pieces.end(), number,
                             [](std::uint32_t w, const Piece& p) { return w < p.way; });
        const auto count = static_cast<std::size_t>(high - low);
        if (count == 0 || driven.size() + count > kViaArcsMax) {
            return std::nullopt;
        }
        for (std::size_t i = 0; i < count; ++i) {
            const auto piece = static_cast<std::uint32_t>(low - draft_.pieces.begin()) +
                               static_cast<std::uint32_t>(is_backward ? count - 1 - i : i);
            const auto arc = arc_of(piece, is_backward);
            if (!arc || arcs_[driven.back()].head != arcs_[*arc].tail ||
                arcs_[driven.back()].piece == piece) {
                return std::nullopt;
            }
            driven.push_back(*arc);
        }
        return is_backward ? first : last;
    }

    [[nodiscard]] std::optional<ArcId> arc_of(std::uint32_t piece, bool is_backward) const {
        const Piece& p = draft_.pieces[piece];
        const std::uint32_t tail = is_backward ? p.head : p.tail;
        for (ArcId a = rows_.first_out[tail]; a < rows_.first_out[tail + 1]; ++a) {
            if (arcs_[a].piece == piece && arcs_[a].backward == is_backward) {
                return a;
            }
        }
        return std::nullopt;
    }

    const RoadNetwork& net_;
    const Draft& draft_;
    const std::vector<DraftArc>& arcs_;
    const ArcRows& rows_;
    std::vector<std::uint32_t> graph_node_;
};

} // namespace

TurnRules find_turn_rules(const RoadNetwork& net, const Draft& draft,
                          const std::vector<DraftArc>& arcs, const ArcRows& rows,
                          AssemblyReport& report) {
    TurnRules rules;
    if (net.restrictions.empty()) {
        return rules;
    }
    const RuleFinder finder{net, draft, arcs, rows};
    for (const NetworkRestriction& r : net.restrictions) {
        if (!finder.add(r, rules)) {
            ++report.restrictions_unclear;
            continue;
        }
        ++report.restrictions_used;
        report.restrictions_over_ways += r.via_ways.empty() ? 0U : 1U;
    }
    return rules;
}

} // namespace ems::map
