#include "map/graph/road_network.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>
#include <span>
#include <unordered_map>
#include <utility>

#include "map/geo/large_memory.h"
#include "map/geo/spread_sort.h"
#include "map/graph/parts.h"
#include "map/graph/road_draft.h"
#include "telemetry/base/assert.h"

namespace ems::map {
namespace {

// Interleaves the bits of both coordinates: neighbours in the plane become neighbours in memory.
std::uint64_t morton(PointE7 p) {
    const auto spread = [](std::int32_t v) {
        std::uint64_t x = static_cast<std::uint32_t>(static_cast<std::int64_t>(v) + 1'800'000'000);
        x = (x | (x << 16)) & 0x0000FFFF0000FFFFULL;
        x = (x | (x << 8)) & 0x00FF00FF00FF00FFULL;
        x = (x | (x << 4)) & 0x0F0F0F0F0F0F0F0FULL;
        x = (x | (x << 2)) & 0x3333333333333333ULL;
        x = (x | (x << 1)) & 0x5555555555555555ULL;
        return x;
    };
    return spread(p.lat_e7) << 1 | spread(p.lon_e7);
}

std::vector<std::uint8_t> find_junctions(const RoadNetwork& net) {
    std::vector<std::uint8_t> uses;
    resize_large(uses, net.nodes.size(), std::uint8_t{0});
    const auto use = [&uses](std::uint32_t node, int times) {
        uses[node] = static_cast<std::uint8_t>(std::min(2, uses[node] + times));
    };
    for (const NetworkWay& way : net.ways) {
        for (std::uint32_t i = 0; i < way.ref_count; ++i) {
            const bool is_end = i == 0 || i + 1 == way.ref_count;
            use(net.refs[way.ref_first + i], is_end ? 2 : 1);
        }
    }
    for (const NetworkRestriction& r : net.restrictions) {
        use(r.via_node, 2);
    }
    for (std::size_t n = 0; n < net.blocked.size(); ++n) {
        if (net.blocked[n] == kNodeBlocked) {
            uses[n] = 2;
        }
    }
    return uses;
}

class PieceCutter {
  public:
    PieceCutter(const RoadNetwork& net, Draft& draft)
        : net_(net), draft_(draft), uses_(find_junctions(net)) {
        resize_large(graph_node_, net.nodes.size(), kNoArc);
    }

    void cut() {
        reserve_large(draft_.shape_point, net_.refs.size() + net_.refs.size() / 4);
        for (std::uint32_t w = 0; w < net_.ways.size(); ++w) {
            const NetworkWay& way = net_.ways[w];
            if (way.ref_count < 2 || (way.forward_kmh <= 0 && way.backward_kmh <= 0)) {
                continue;
            }
            std::uint32_t start = 0;
            for (std::uint32_t i = 1; i < way.ref_count; ++i) {
                if (uses_[net_.refs[way.ref_first + i]] >= 2) {
                    add_piece(w, way.ref_first + start, way.ref_first + i);
                    start = i;
                }
            }
        }
    }

  private:
    std::uint32_t node_for(std::uint32_t source) {
        const bool is_blocked = !net_.blocked.empty() && net_.blocked[source] == kNodeBlocked;
        if (!is_blocked && graph_node_[source] != kNoArc) {
            return graph_node_[source];
        }
        // Every piece that ends at a blocked node gets an end of its own: roads meet there but do
        // not join.
        const auto id = static_cast<std::uint32_t>(draft_.node_point.size());
        draft_.node_point.push_back(net_.nodes[source]);
        draft_.node_source.push_back(source);
        graph_node_[source] = id;
        return id;
    }

    void add_piece(std::uint32_t way, std::uint32_t first, std::uint32_t last) {
        Piece piece;
        piece.way = way;
        piece.tail = node_for(net_.refs[first]);
        piece.head = node_for(net_.refs[last]);
        piece.shape = static_cast<std::uint32_t>(draft_.shape_first.size() - 1);
        for (std::uint32_t i = first; i <= last; ++i) {
            const PointE7 p = net_.nodes[net_.refs[i]];
            if (i > first) {
                piece.length_m += distance_m(from_e7(draft_.shape_point.back()), from_e7(p));
            }
            draft_.shape_point.push_back(p);
            if (!net_.blocked.empty() && net_.blocked[net_.refs[i]] == kNodeGate) {
                piece.half_gates += i == first || i == last ? 1 : 2;
            }
        }
        draft_.shape_first.push_back(static_cast<std::uint32_t>(draft_.shape_point.size()));
        draft_.pieces.push_back(piece);
    }

    const RoadNetwork& net_;
    Draft& draft_;
    std::vector<std::uint8_t> uses_;
    std::vector<std::uint32_t> graph_node_;
};

void sort_nodes(Draft& draft) {
    const std::size_t count = draft.node_point.size();
    // keys beside the numbers: an order that looks them up elsewhere waits for memory
    using Keyed = std::pair<std::uint64_t, std::uint32_t>;
    std::vector<Keyed> order;
    resize_large(order, count, Keyed{});
    for (std::uint32_t i = 0; i < count; ++i) {
        order[i] = {morton(draft.node_point[i]), i};
    }
    spread_sort(
        std::span{order}, [](const Keyed& k) { return k.first; }, std::less<>{});
    std::vector<std::uint32_t> rank;
    resize_large(rank, count, 0U);
    Draft sorted;
    reserve_large(sorted.node_point, count);
    reserve_large(sorted.node_source, count);
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t from = order[i].second;
        rank[from] = i;
        sorted.node_point.push_back(draft.node_point[from]);
        sorted.node_source.push_back(draft.node_source[from]);
    }
    draft.node_point = std::move(sorted.node_point);
    draft.node_source = std::move(sorted.node_source);
    for (Piece& piece : draft.pieces) {
        piece.tail = rank[piece.tail];
        piece.head = rank[piece.head];
    }
}

template <class Take> void each_arc(const RoadNetwork& net, const Draft& draft, const Take& take) {
    for (std::uint32_t i = 0; i < draft.pieces.size(); ++i) {
        const Piece& piece = draft.pieces[i];
        if (net.ways[piece.way].forward_kmh > 0) {
            take(DraftArc{i, piece.tail, piece.head, false});
        }
        if (net.ways[piece.way].backward_kmh > 0) {
            take(DraftArc{i, piece.head, piece.tail, true});
        }
    }
}

// By tail, then in the order of the pieces, which they come in: counted into their places.
std::vector<DraftArc> draft_arcs(const RoadNetwork& net, const Draft& draft) {
    std::vector<std::uint32_t> next;
    resize_large(next, draft.node_point.size() + 1, 0U);
    each_arc(net, draft, [&next](const DraftArc& arc) { ++next[arc.tail + 1]; });
    std::partial_sum(next.begin(), next.end(), next.begin());
    std::vector<DraftArc> arcs;
    resize_large(arcs, next.back(), DraftArc{});
    each_arc(net, draft, [&](const DraftArc& arc) { arcs[next[arc.tail]++] = arc; });
    return arcs;
}

std::uint32_t travel_ms(double length_m, float kmh) {
    const double ms = length_m * 3600.0 / static_cast<double>(kmh);
    return static_cast<std::uint32_t>(
        std::clamp(std::round(ms), 1.0, static_cast<double>(kArcMsMax)));
}

// Owns what GraphArrays looks at.
struct Columns {
    ArcRows rows;
    std::vector<std::uint32_t> tail, head, ms, dm, twin, shape, name;
    std::vector<std::uint8_t> road_class, flags, round_turn;
    std::vector<std::uint32_t> name_first, ban_from, ban_to, copy_arc, copy_of, round_node;
    std::vector<char> name_bytes;
};

ArcRows rows_of(std::size_t nodes, const std::vector<DraftArc>& arcs) {
    ArcRows rows;
    resize_large(rows.first_out, nodes + 1, 0U);
    resize_large(rows.first_in, nodes + 1, 0U);
    for (const DraftArc& arc : arcs) {
        ++rows.first_out[arc.tail + 1];
        ++rows.first_in[arc.head + 1];
    }
    std::partial_sum(rows.first_out.begin(), rows.first_out.end(), rows.first_out.begin());
    std::partial_sum(rows.first_in.begin(), rows.first_in.end(), rows.first_in.begin());
    resize_large(rows.in_arc, arcs.size(), 0U);
    std::vector<std::uint32_t> next(rows.first_in.begin(), rows.first_in.end() - 1);
    for (std::uint32_t i = 0; i < arcs.size(); ++i) {
        rows.in_arc[next[arcs[i].head]++] = i;
    }
    return rows;
}

// Puts a copy beside each arc that a restriction over ways needs one of, and keeps the bans.
void copy_for_restrictions(const RoadNetwork& net, const Draft& draft, std::vector<DraftArc>& arcs,
                           Columns& c, AssemblyReport& report) {
    c.flags.assign(arcs.size(), 0);
    TurnRules rules = find_turn_rules(net, draft, arcs, c.rows, report);
    if (rules.pairs.empty() && rules.sequences.empty()) {
        return;
    }
    std::vector<std::uint32_t> heads(arcs.size());
    std::transform(arcs.begin(), arcs.end(), heads.begin(),
                   [](const DraftArc& a) { return a.head; });
    CopiedArcs copied = copy_arcs(c.rows.first_out, heads, std::move(rules));
    report.restrictions_unclear += static_cast<std::uint32_t>(copied.sequences_dropped);
    if (!copied.copy_arc.empty()) {
        std::vector<DraftArc> all(copied.source.size());
        std::transform(copied.source.begin(), copied.source.end(), all.begin(),
                       [&arcs](ArcId a) { return arcs[a]; });
        arcs = std::move(all);
        c.rows = rows_of(draft.node_point.size(), arcs);
    }
    c.copy_arc = std::move(copied.copy_arc);
    c.copy_of = std::move(copied.copy_of);
    c.flags.assign(arcs.size(), 0);
    for (const ArcId copy : c.copy_arc) {
        c.flags[copy] |= kArcIsCopy;
    }
    for (const auto& [from, to] : copied.bans) {
        c.ban_from.push_back(from);
        c.ban_to.push_back(to);
        c.flags[from] |= kArcHasBans;
    }
}

// Lengths of the ways that take a time as a whole.
std::unordered_map<std::uint32_t, double> timed_ways(const RoadNetwork& net, const Draft& draft) {
    std::unordered_map<std::uint32_t, double> out;
    for (const Piece& piece : draft.pieces) {
        const NetworkWay& way = net.ways[piece.way];
        if (way.sailing_s > 0 || way.waiting_s > 0) {
            out[piece.way] += piece.length_m;
        }
    }
    return out;
}

std::uint32_t piece_ms(const RoadNetwork& net, const Draft& draft,
                       const std::unordered_map<std::uint32_t, double>& way_m,
                       const DraftArc& arc) {
    const Piece& piece = draft.pieces[arc.piece];
    const NetworkWay& way = net.ways[piece.way];
    double ms = travel_ms(piece.length_m, arc.backward ? way.backward_kmh : way.forward_kmh);
    if (const auto whole = way_m.find(piece.way); whole != way_m.end()) {
        const double share = whole->second > 0 ? piece.length_m / whole->second : 1;
        ms = (way.sailing_s > 0 ? way.sailing_s * 1e3 * share : ms) + way.waiting_s * 1e3 * share;
    }
    ms += static_cast<double>(piece.half_gates) * net.gate_s * 500;
    return static_cast<std::uint32_t>(
        std::clamp(std::round(ms), 1.0, static_cast<double>(kArcMsMax)));
}

void fill_arcs(const RoadNetwork& net, const Draft& draft, const std::vector<DraftArc>& arcs,
               Columns& c) {
    const auto way_m = timed_ways(net, draft);
    std::vector<std::uint32_t> waiting;
    resize_large(waiting, draft.pieces.size(), kNoArc);
    for (auto* column : {&c.tail, &c.head, &c.ms, &c.dm, &c.shape, &c.name}) {
        reserve_large(*column, arcs.size());
    }
    reserve_large(c.road_class, arcs.size());
    resize_large(c.twin, arcs.size(), kNoArc);
    for (std::uint32_t i = 0; i < arcs.size(); ++i) {
        const DraftArc& arc = arcs[i];
        const Piece& piece = draft.pieces[arc.piece];
        const NetworkWay& way = net.ways[piece.way];
        c.tail.push_back(arc.tail);
        c.head.push_back(arc.head);
        c.ms.push_back(piece_ms(net, draft, way_m, arc));
        c.dm.push_back(static_cast<std::uint32_t>(std::lround(piece.length_m * 10)));
        c.shape.push_back(piece.shape);
        c.name.push_back(way.name);
        const bool is_by_limit = arc.backward ? way.backward_by_limit : way.forward_by_limit;
        c.road_class.push_back(static_cast<std::uint8_t>(static_cast<unsigned>(way.road_class) |
                                                         (is_by_limit ? kClassByLimit : 0U) |
                                                         (way.tunnel ? kClassTunnel : 0U)));
        c.flags[i] |= static_cast<std::uint8_t>((arc.backward ? kArcAgainstShape : 0) |
                                                (way.restricted ? kArcRestricted : 0) |
                                                (way.roundabout ? kArcRoundabout : 0));
        if ((c.flags[i] & kArcIsCopy) != 0) {
            continue;
        }
        std::uint32_t& other = waiting[arc.piece];
        if (other != kNoArc) {
            c.twin[i] = other;
            c.twin[other] = i;
        }
        other = i;
    }
    for (std::size_t i = 0; i < c.copy_arc.size(); ++i) {
        c.twin[c.copy_arc[i]] = c.twin[c.copy_of[i]];
    }
}

void fill_round_nodes(const RoadNetwork& net, const Draft& draft, Columns& c) {
    if (net.mini_roundabouts.empty()) {
        return;
    }
    auto round = net.mini_roundabouts;
    std::sort(round.begin(), round.end());
    for (std::uint32_t n = 0; n < draft.node_source.size(); ++n) {
        const std::pair wanted{draft.node_source[n], MiniRoundabout::none};
        const auto at = std::lower_bound(round.begin(), round.end(), wanted);
        if (at != round.end() && at->first == wanted.first) {
            c.round_node.push_back(n);
            c.round_turn.push_back(static_cast<std::uint8_t>(at->second));
        }
    }
}

void fill_names(const RoadNetwork& net, Columns& c) {
    c.name_first.push_back(0);
    for (const std::string& name : net.names) {
        c.name_bytes.insert(c.name_bytes.end(), name.begin(), name.end());
        c.name_first.push_back(static_cast<std::uint32_t>(c.name_bytes.size()));
    }
}

GraphArrays arrays_of(const Draft& draft, const Columns& c) {
    return {draft.node_point,
            c.rows.first_out,
            c.rows.first_in,
            c.rows.in_arc,
            c.tail,
            c.head,
            c.ms,
            c.dm,
            c.twin,
            c.shape,
            c.name,
            c.road_class,
            c.flags,
            draft.shape_first,
            draft.shape_point,
            c.name_first,
            c.name_bytes,
            c.ban_from,
            c.ban_to,
            c.copy_arc,
            c.copy_of,
            c.round_node,
            c.round_turn};
}

// By a graph of its own, gone before the final one is packed: only one of them is in memory.
Result<void> mark_parts(const Draft& draft, Columns& c) {
    // which needs neither courses nor names
    const std::vector<std::uint32_t> first(c.tail.size(), 0);
    const std::array<PointE7, 2> course{};
    const std::array<std::uint32_t, 2> course_first{0, 2};
    const std::array<std::uint32_t, 2> name_first{0, 0};
    GraphArrays arrays = arrays_of(draft, c);
    arrays.arc_shape = first;
    arrays.arc_name = first;
    arrays.shape_first = course_first;
    arrays.shape_point = course;
    arrays.name_first = name_first;
    arrays.name_bytes = {};
    const auto graph = RoadGraph::from_arrays(arrays);
    if (!graph) {
        return Failure{graph.error()};
    }
    const std::vector<std::uint8_t> parts = find_main_part(*graph, graph->arrays().arc_ms);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        c.flags[i] |= parts[i];
    }
    return {};
}

} // namespace

std::uint32_t RoadNetwork::add_node(Wgs84 p) {
    nodes.push_back(to_e7(p));
    return static_cast<std::uint32_t>(nodes.size() - 1);
}

void RoadNetwork::add_way(const std::vector<std::uint32_t>& way_refs, NetworkWay way) {
    way.ref_first = static_cast<std::uint32_t>(refs.size());
    way.ref_count = static_cast<std::uint32_t>(way_refs.size());
    refs.insert(refs.end(), way_refs.begin(), way_refs.end());
    ways.push_back(way);
}

Result<RoadGraph> assemble(const RoadNetwork& network, AssemblyReport* report) {
    if (network.refs.size() >= kNoArc / 2 || network.nodes.size() >= kNoArc / 2) {
        return fail(Code::graph_file, "the network is too large for one graph");
    }
    Draft draft;
    PieceCutter{network, draft}.cut();
    sort_nodes(draft);
    Columns columns;
    {
        std::vector<DraftArc> arcs = draft_arcs(network, draft);
        if (arcs.empty()) {
            return fail(Code::graph_file, "there is no road that an ambulance may use");
        }
        AssemblyReport counts;
        columns.rows = rows_of(draft.node_point.size(), arcs);
        copy_for_restrictions(network, draft, arcs, columns, counts);
        fill_arcs(network, draft, arcs, columns);
        fill_round_nodes(network, draft, columns);
        fill_names(network, columns);
        if (report != nullptr) {
            *report = counts;
        }
    }
    draft.pieces = {};
    draft.node_source = {};
    EMS_TRY(mark_parts(draft, columns));
    return RoadGraph::from_arrays(arrays_of(draft, columns));
}

} // namespace ems::map
