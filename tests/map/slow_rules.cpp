#include "tests/map/slow_rules.h"

#include <algorithm>
#include <map>
#include <queue>
#include <string>

namespace ems::map::test {
namespace {

// Without restrictions over ways, each way named by its number.
RoadNetwork without_rules(RoadNetwork network) {
    std::erase_if(network.restrictions,
                  [](const NetworkRestriction& r) { return !r.via_ways.empty(); });
    network.names.assign(1, {});
    for (std::uint32_t w = 0; w < network.ways.size(); ++w) {
        network.ways[w].name = w + 1;
        network.names.push_back(std::to_string(w));
    }
    return network;
}

// What the arcs of a graph are on the same graph without copies, and back.
struct Numbers {
    std::vector<ArcId> plain;
    std::vector<ArcId> original;

    explicit Numbers(const RoadGraph& graph) : plain(graph.arc_count()) {
        for (ArcId a = 0; a < graph.arc_count(); ++a) {
            if (!graph.is_copy(a)) {
                plain[a] = static_cast<ArcId>(original.size());
                original.push_back(a);
            }
        }
        for (ArcId a = 0; a < graph.arc_count(); ++a) {
            plain[a] = plain[graph.original(a)];
        }
    }
};

} // namespace

SlowRules::SlowRules(RoadNetwork network)
    : plain_(std::move(*assemble(without_rules(network)))), way_of_(plain_.arc_count()),
      node_of_(network.nodes.size(), kNoArc), begins_with_(plain_.arc_count()) {
    for (ArcId a = 0; a < plain_.arc_count(); ++a) {
        way_of_[a] = static_cast<std::uint32_t>(std::stoul(std::string{plain_.name(a)}));
    }
    std::map<std::pair<std::int32_t, std::int32_t>, NodeId> at;
    for (NodeId n = 0; n < plain_.node_count(); ++n) {
        const PointE7 p = plain_.arrays().node_point[n];
        at[{p.lat_e7, p.lon_e7}] = n;
    }
    for (std::size_t n = 0; n < network.nodes.size(); ++n) {
        const auto known = at.find({network.nodes[n].lat_e7, network.nodes[n].lon_e7});
        node_of_[n] = known == at.end() ? kNoArc : known->second;
    }
    for (const NetworkRestriction& r : network.restrictions) {
        if (!r.via_ways.empty()) {
            add(network, r);
        }
    }
}

void SlowRules::add(const RoadNetwork& network, const NetworkRestriction& r) {
    NodeId node = node_of_[r.via_node];
    std::vector<ArcId> driven;
    for (ArcId a = 0; a < plain_.arc_count(); ++a) {
        if (way_of_[a] == r.from_way && plain_.head(a) == node) {
            driven.push_back(a);
        }
    }
    if (driven.size() != 1) {
        return;
    }
    for (const std::uint32_t way : r.via_ways) {
        const NetworkWay& w = network.ways[way];
        const NodeId first = node_of_[network.refs[w.ref_first]];
        const NodeId last = node_of_[network.refs[w.ref_first + w.ref_count - 1]];
        if (node != first && node != last) {
            return;
        }
        const NodeId end = node == first ? last : first;
        while (node != end) {
            const auto out = plain_.out_arcs(node);
            const auto next = std::find_if(out.begin(), out.end(), [&](ArcId a) {
                return way_of_[a] == way && a != plain_.twin(driven.back());
            });
            if (next == out.end()) {
                return;
            }
            driven.push_back(*next);
            node = plain_.head(*next);
        }
    }
    const auto out = plain_.out_arcs(node);
    if (std::count_if(out.begin(), out.end(), [&](ArcId a) { return way_of_[a] == r.to_way; }) !=
        1) {
        return;
    }
    bool is_any = false;
    for (const ArcId last : out) {
        if ((way_of_[last] == r.to_way) != r.only) {
            begins_with_[driven.front()].push_back(static_cast<std::uint32_t>(forbidden_.size()));
            forbidden_.push_back(driven);
            forbidden_.back().push_back(last);
            is_any = true;
        }
    }
    rule_count_ += is_any ? 1U : 0U;
}

std::optional<SlowRules::Begun> SlowRules::drive(const Begun& begun, ArcId next) const {
    Begun out;
    for (const auto& [rule, driven] : begun) {
        if (forbidden_[rule][driven] == next) {
            if (driven + 1 == forbidden_[rule].size()) {
                return std::nullopt;
            }
            out.emplace_back(rule, driven + 1);
        }
    }
    for (const std::uint32_t rule : begins_with_[next]) {
        out.emplace_back(rule, 1U);
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::optional<std::uint32_t> SlowRules::travel_ms(const Metric& metric, const RoadPosition& from,
                                                  const RoadPosition& to) const {
    const RoadGraph& graph = metric.graph();
    const Numbers numbers{graph};
    using State = std::pair<ArcId, Begun>;
    using Open = std::pair<std::uint64_t, State>;
    const auto is_goal = [&](ArcId original) {
        return original == to.arc || original == graph.twin(to.arc);
    };
    std::map<State, std::uint64_t> entered;
    std::priority_queue<Open, std::vector<Open>, std::greater<>> open;
    const auto leave = [&](const State& state, std::uint64_t ms) {
        for (const ArcId next : plain_.out_arcs(plain_.head(state.first))) {
            const std::uint32_t turn = plain_.turn_ms(state.first, next);
            const ArcId original = numbers.original[next];
            if (turn == kForbiddenMs || (metric.is_closed(original) && !is_goal(original))) {
                continue;
            }
            if (auto begun = drive(state.second, next)) {
                State after{next, std::move(*begun)};
                const auto [known, is_new] = entered.try_emplace(after, ms + turn);
                if (is_new || ms + turn < known->second) {
                    known->second = ms + turn;
                    open.emplace(ms + turn, std::move(after));
                }
            }
        }
    };
    struct End {
        ArcId arc;
        double fraction;
        std::uint32_t extra_ms;
    };
    const auto ends = [&graph](const RoadPosition& p) {
        std::vector<End> out{{p.arc, p.fraction, 0}};
        if (graph.twin(p.arc) != kNoArc) {
            out.push_back(
                {graph.twin(p.arc), 1 - p.fraction, p.facing == Facing::along ? kTurnRoundMs : 0});
        }
        return out;
    };
    std::optional<std::uint64_t> best;
    const auto offer = [&best](std::uint64_t ms) { best = best ? std::min(*best, ms) : ms; };
    for (const End& s : ends(from)) {
        for (const End& g : ends(to)) {
            if (s.arc == g.arc && s.fraction <= g.fraction) {
                offer(s.extra_ms + part_ms(metric, g.arc, g.fraction) -
                      part_ms(metric, s.arc, s.fraction));
            }
        }
        leave({numbers.plain[s.arc], *drive({}, numbers.plain[s.arc])},
              std::uint64_t{s.extra_ms} + metric.drive_off_ms(s.arc) -
                  part_ms(metric, s.arc, s.fraction));
    }
    while (!open.empty()) {
        const auto [ms, state] = open.top();
        open.pop();
        if (entered.at(state) < ms) {
            continue;
        }
        for (const End& g : ends(to)) {
            if (numbers.plain[g.arc] == state.first) {
                offer(ms + part_ms(metric, g.arc, g.fraction));
            }
        }
        if (best && *best <= ms) {
            break;
        }
        if (!metric.is_closed(numbers.original[state.first])) {
            leave(state, ms + metric.travel_ms(numbers.original[state.first]));
        }
    }
    return best ? std::optional{static_cast<std::uint32_t>(*best)} : std::nullopt;
}

bool SlowRules::is_permitted(const RoadGraph& graph, const std::vector<ArcId>& arcs) const {
    const Numbers numbers{graph};
    Begun begun;
    for (std::size_t i = 0; i < arcs.size(); ++i) {
        if (i > 0 &&
            plain_.turn_ms(numbers.plain[arcs[i - 1]], numbers.plain[arcs[i]]) == kForbiddenMs) {
            return false;
        }
        auto next = drive(begun, numbers.plain[arcs[i]]);
        if (!next) {
            return false;
        }
        begun = std::move(*next);
    }
    return true;
}

} // namespace ems::map::test
