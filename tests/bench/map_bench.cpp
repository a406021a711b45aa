// Measures the accelerated searches of the map against the plain ones. Prints lines
// "FIGURE VALUE", one set a run; what is told besides goes to standard error.
//   ems-bench-map figures --map DIR [--runs N]      of a large map (routes, buckets, customization)
//   ems-bench-map nearest --map DIR --targets FILE  ms of ranking all units within the limit, a
//   line a
//                                                   target: buckets, bounded search, its first ten,
//                                                   and how many units those are
//   ems-bench-map oracle [--map DIR ...]            accelerated answers against Dijkstra
//   ems-bench-map size --map DIR                    order, build and memory of a map
//   ems-bench-map edges --map DIR --out FILE        arcs as CSV for pgRouting

#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ostream.h>

#include "map/geo/projection.h"
#include "map/hierarchy/fleet_index.h"
#include "map/hierarchy/hierarchy_search.h"
#include "map/route/nearest_search.h"
#include "map/route/path_search.h"
#include "map/route/search_space.h"
#include "tests/bench/map_oracle.h"
#include "tests/map/random_network.h"

namespace {

using namespace ems::map;

constexpr std::uint32_t kLimitMs = 900'000;
constexpr double kDenseM = 50'000; // side of the square that a district's fleet stands in

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[values.size() / 2];
}

// Milliseconds of one call, of a core: others on the machine do not count.
template <class Act> double timed(Act&& act) {
    const auto now_ms = [] {
        timespec t{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
        return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
    };
    const double start_ms = now_ms();
    act();
    return now_ms() - start_ms;
}

double peak_mb() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

void figure(const char* name, double value) {
    fmt::print("{} {:.6g}\n", name, value);
    std::fflush(stdout);
}

// Where a fleet of a size drives, second by second.
class Fleet {
  public:
    Fleet(const RoadGraph& graph, std::vector<ArcId> arcs, std::uint32_t units, std::uint64_t seed)
        : graph_(graph), random_(seed), arcs_(std::move(arcs)) {
        for (std::uint32_t u = 0; u < units; ++u) {
            units_.push_back({{arcs_[random_() % arcs_.size()], share(), Facing::along}, 0});
        }
    }

    [[nodiscard]] RoadPosition anywhere() {
        return {arcs_[random_() % arcs_.size()], share(), Facing::either};
    }
    [[nodiscard]] const std::vector<NearestUnit>& units() const { return units_; }

    void drive_a_second() {
        for (NearestUnit& u : units_) {
            double left_ms = 1000;
            RoadPosition& at = u.at;
            while (true) {
                const double whole_ms = graph_.travel_ms(at.arc);
                if (at.fraction * whole_ms + left_ms <= whole_ms) {
                    at.fraction += left_ms / whole_ms;
                    break;
                }
                left_ms -= (1 - at.fraction) * whole_ms;
                at.arc = next_arc(at.arc);
                at.fraction = 0;
            }
        }
    }

  private:
    double share() { return static_cast<double>(random_() >> 11) * 0x1p-53; }

    ArcId next_arc(ArcId from) {
        std::vector<ArcId> on;
        for (const ArcId a : graph_.out_arcs(graph_.head(from))) {
            if (graph_.turn_ms(from, a) == 0) {
                on.push_back(a);
            }
        }
        if (!on.empty()) {
            return on[random_() % on.size()];
        }
        return graph_.twin(from) != kNoArc ? graph_.twin(from) : arcs_[random_() % arcs_.size()];
    }

    const RoadGraph& graph_;
    std::mt19937_64 random_;
    std::vector<ArcId> arcs_;
    std::vector<NearestUnit> units_;
};

std::vector<ArcId> main_arcs(const RoadGraph& graph) {
    std::vector<ArcId> arcs;
    for (ArcId a = 0; a < graph.arc_count(); ++a) {
        if (graph.is_main(a)) {
            arcs.push_back(a);
        }
    }
    return arcs;
}

// Those in the middle of the map.
std::vector<ArcId> dense_arcs(const RoadGraph& graph) {
    const BoxE7 box = graph.bounds();
    const Wgs84 low = from_e7(box.low);
    const Wgs84 high = from_e7(box.high);
    const LocalProjection plane{Wgs84{(low.lat + high.lat) / 2, (low.lon + high.lon) / 2}};
    std::vector<ArcId> arcs = main_arcs(graph);
    std::erase_if(arcs, [&](ArcId a) {
        const Metres2 at = plane.to_metres(graph.node_at(graph.head(a)));
        return std::abs(at.x) > kDenseM / 2 || std::abs(at.y) > kDenseM / 2;
    });
    return arcs;
}

struct Roads {
    RoadGraph graph;
    Hierarchy hierarchy;
    Metric metric;
    HierarchyWeights weights;

    Roads(RoadGraph g, const NodeOrder& order)
        : graph(std::move(g)), hierarchy(std::move(*Hierarchy::build(graph, order))), metric(graph),
          weights(hierarchy) {
        weights.customize(metric);
    }
};

// The order beside the graph, made when there is none.
NodeOrder order_of(const RoadGraph& graph, const std::string& dir) {
    const std::string path = dir + "/roads.order";
    if (auto kept = load_node_order(graph, path)) {
        return std::move(*kept);
    }
    NodeOrder order = find_node_order(graph);
    static_cast<void>(save_node_order(graph, order, path));
    return order;
}

double measure_customization(Roads& roads) {
    std::vector<double> ms;
    for (int i = 0; i < 3; ++i) {
        ms.push_back(timed([&] { roads.weights.customize(roads.metric); }));
    }
    figure("full_customization", median(ms) / 1000);
    return median(ms);
}

void measure_closures(Roads& roads, double full_ms, std::uint64_t seed) {
    std::mt19937_64 random{seed};
    std::vector<double> ms;
    for (int i = 0; i < 101; ++i) {
        std::vector<ArcWeight> closures;
        std::vector<ArcId> arcs;
        for (int k = 0; k < 10; ++k) {
            arcs.push_back(static_cast<ArcId>(random() % roads.graph.arc_count()));
            closures.push_back({arcs.back(), ArcWeight::Kind::closed, 0});
        }
        const auto closed = *with_weights(roads.metric, closures);
        ms.push_back(timed([&] { roads.weights.update(*closed, arcs); }));
        roads.weights.update(roads.metric, arcs);
    }
    figure("ten_closures_vs_full", full_ms / median(ms));
    fmt::print(stderr, "ten closures: median {:.3f} ms, full {:.1f} ms\n", median(ms), full_ms);
}

// From one arc to all others.
void settle_everything(const RoadGraph& graph, SearchSpace& space, ArcId from) {
    space.start();
    space.improve(from, 0, 0, kNoArc);
    SearchSpace::Open open;
    while (space.settle(open)) {
        const std::uint32_t left_ms = open.ms + graph.travel_ms(open.arc);
        for (const ArcId next : graph.out_arcs(graph.head(open.arc))) {
            const std::uint32_t turn_ms = graph.turn_ms(open.arc, next);
            if (turn_ms != kForbiddenMs) {
                space.improve(next, left_ms + turn_ms, 0, open.arc);
            }
        }
    }
}

void measure_routes(Roads& roads, std::uint64_t seed) {
    Fleet fleet{roads.graph, main_arcs(roads.graph), 0, seed};
    PathSearch plain{roads.graph};
    SearchSpace space{roads.graph.arc_count()};
    HierarchySearch search{roads.hierarchy};
    std::vector<double> whole_ms;
    std::vector<double> plain_ms;
    std::vector<double> fast_ms;
    std::vector<double> time_only_ms;
    std::uint32_t mismatches = 0;
    for (int i = 0; i < 200; ++i) {
        const RoadPosition from = fleet.anywhere();
        const RoadPosition to = fleet.anywhere();
        const RoadPosition other = fleet.anywhere();
        std::uint32_t fast = 0;
        fast_ms.push_back(
            timed([&] { fast = search.run(roads.weights, roads.metric, from, to)->total_ms; }));
        time_only_ms.push_back(timed([&] {
            static_cast<void>(search.travel_ms(roads.weights, roads.metric, from, other));
        }));
        if (i < 11) {
            whole_ms.push_back(timed([&] { settle_everything(roads.graph, space, from.arc); }));
            std::uint32_t slow = 0;
            plain_ms.push_back(timed([&] { slow = plain.run(roads.metric, from, to)->total_ms; }));
            mismatches += slow == fast ? 0U : 1U;
        }
    }
    // Both find the time; Dijkstra may stop at the target.
    figure("route_vs_dijkstra", median(plain_ms) / median(time_only_ms));
    fmt::print(stderr,
               "route: Dijkstra over the whole graph {:.1f} ms, until the target {:.1f} ms; "
               "hierarchy with arcs {:.4f} ms, time alone {:.4f} ms; {} mismatches\n",
               median(whole_ms), median(plain_ms), median(fast_ms), median(time_only_ms),
               mismatches);
}

void measure_buckets(Roads& roads, std::uint64_t seed) {
    Fleet fleet{roads.graph, dense_arcs(roads.graph), 1'000, seed};
    NearestSearch plain{roads.graph};
    FleetIndex index{roads.weights, roads.metric, kLimitMs};
    for (std::uint32_t u = 0; u < fleet.units().size(); ++u) {
        index.place(u, fleet.units()[u].at, 0);
    }
    std::vector<double> plain_ms;
    std::vector<double> fast_ms;
    std::vector<double> plain_five_ms;
    std::vector<double> fast_five_ms;
    std::uint32_t mismatches = 0;
    std::size_t reached = 0;
    for (int i = 0; i < 300; ++i) {
        NearestQuery query;
        query.target = fleet.anywhere();
        query.units = fleet.units();
        query.count_max = static_cast<std::uint32_t>(fleet.units().size());
        query.limit_ms = kLimitMs;
        std::vector<RankedUnit> slow;
        plain_ms.push_back(timed([&] { slow = plain.run(roads.metric, query); }));
        std::vector<FleetIndex::Found> fast;
        fast_ms.push_back(
            timed([&] { fast = index.nearest(query.target, query.count_max, kLimitMs); }));
        reached += fast.size();
        for (std::size_t k = 0; k < fast.size(); ++k) {
            mismatches +=
                slow[k].unit == fast[k].unit && slow[k].total_ms == fast[k].total_ms ? 0U : 1U;
        }
        query.count_max = 5;
        plain_five_ms.push_back(timed([&] { slow = plain.run(roads.metric, query); }));
        fast_five_ms.push_back(
            timed([&] { fast = index.nearest(query.target, query.count_max, kLimitMs); }));
    }
    figure("buckets_vs_dijkstra", median(plain_ms) / median(fast_ms));
    fmt::print(stderr,
               "buckets: all units within 15 min ({:.0f} of 1,000) Dijkstra {:.4f} ms, buckets "
               "{:.4f} ms; five nearest {:.4f} and {:.4f} ms; {} mismatches; {} entries\n",
               static_cast<double>(reached) / 300, median(plain_ms), median(fast_ms),
               median(plain_five_ms), median(fast_five_ms), mismatches, index.entry_count());
}

// Of one core, in per cent, while 10,000 units drive.
double upkeep(Roads& roads, std::vector<ArcId> arcs, std::uint64_t seed, const char* where) {
    Fleet fleet{roads.graph, std::move(arcs), 10'000, seed};
    FleetIndex index{roads.weights, roads.metric, kLimitMs};
    const auto place_all = [&] {
        for (std::uint32_t u = 0; u < fleet.units().size(); ++u) {
            index.place(u, fleet.units()[u].at, 0);
        }
    };
    const double fill_ms = timed(place_all);
    std::vector<double> ms;
    for (int second = 0; second < 20; ++second) {
        fleet.drive_a_second();
        ms.push_back(timed(place_all));
    }
    fmt::print(stderr, "upkeep, {}: first fill {:.0f} ms, each second {:.1f} ms, {} entries\n",
               where, fill_ms, median(ms), index.entry_count());
    return median(ms) / 10;
}

int run_figures(const std::string& dir, std::uint32_t runs) {
    auto graph = RoadGraph::open(dir + "/roads.graph");
    if (!graph) {
        fmt::print(stderr, "ems-bench-map: {}\n", graph.error().message());
        return 1;
    }
    const NodeOrder order = order_of(*graph, dir);
    Roads roads{std::move(*graph), order};
    fmt::print(stderr, "{} nodes, {} arcs, {} vertices, {} up arcs\n", roads.graph.node_count(),
               roads.graph.arc_count(), roads.hierarchy.vertex_count(),
               roads.hierarchy.up_arc_count());
    for (std::uint32_t run = 1; run <= runs; ++run) {
        const double full_ms = measure_customization(roads);
        measure_closures(roads, full_ms, run);
        measure_routes(roads, run);
        measure_buckets(roads, run);
        figure("bucket_upkeep_core_share", upkeep(roads, main_arcs(roads.graph), run, "all over"));
        upkeep(roads, dense_arcs(roads.graph), run, "in 50 km");
    }
    return 0;
}

// Every unit of a thousand that is within the limit, by time: out of the buckets that a dispatcher
// keeps, and by the bounded search, which also says how soon it has ten. Targets as nodes: the same
// the database is asked for.
int run_nearest(const std::string& dir, const std::string& targets) {
    auto graph = RoadGraph::open(dir + "/roads.graph");
    std::ifstream in{targets};
    if (!graph || !in) {
        fmt::print(stderr, "ems-bench-map: cannot read {} or {}\n", dir, targets);
        return 1;
    }
    const NodeOrder order = order_of(*graph, dir);
    const Roads roads{std::move(*graph), order};
    Fleet fleet{roads.graph, dense_arcs(roads.graph), 1'000, 1};
    FleetIndex index{roads.weights, roads.metric, kLimitMs};
    const double fill_ms = timed([&] {
        for (std::uint32_t u = 0; u < fleet.units().size(); ++u) {
            index.place(u, fleet.units()[u].at, fleet.units()[u].lead_ms);
        }
    });
    fmt::print(stderr, "{} units put into buckets in {:.2f} ms\n", fleet.units().size(), fill_ms);
    NearestSearch search{roads.graph};
    const auto median_ms = [](auto&& act) {
        std::vector<double> ms;
        for (int i = 0; i < 5; ++i) {
            ms.push_back(timed(act));
        }
        return median(ms);
    };
    NodeId node = 0;
    while (in >> node) {
        NearestQuery query;
        query.target = {*roads.graph.out_arcs(node).begin(), 0, Facing::either};
        query.units = fleet.units();
        query.limit_ms = kLimitMs;
        const double ten_ms =
            median_ms([&] { static_cast<void>(search.run(roads.metric, query)); });
        query.count_max = static_cast<std::uint32_t>(query.units.size());
        std::vector<RankedUnit> wanted;
        const double all_ms = median_ms([&] { wanted = search.run(roads.metric, query); });
        std::vector<FleetIndex::Found> found;
        const double buckets_ms = median_ms(
            [&] { found = index.nearest(query.target, query.count_max, query.limit_ms); });
        std::erase_if(wanted,
                      [](const RankedUnit& u) { return u.reachability != Reachability::reached; });
        const bool same = std::equal(wanted.begin(), wanted.end(), found.begin(), found.end(),
                                     [](const RankedUnit& a, const FleetIndex::Found& b) {
                                         return a.unit == b.unit && a.total_ms == b.total_ms;
                                     });
        if (!same) {
            fmt::print(stderr, "ems-bench-map: buckets and bounded search differ at {}\n", node);
            return 1;
        }
        fmt::print("{:.5f} {:.5f} {:.5f} {}\n", buckets_ms, all_ms, ten_ms, found.size());
    }
    return 0;
}

// Arcs for a table of pgRouting, and twenty targets in the middle of the map beside it.
int run_edges(const std::string& dir, const std::string& out, const std::string& targets) {
    const auto graph = RoadGraph::open(dir + "/roads.graph");
    if (!graph) {
        fmt::print(stderr, "ems-bench-map: {}\n", graph.error().message());
        return 1;
    }
    std::ofstream csv{out};
    for (ArcId a = 0; a < graph->arc_count(); ++a) {
        if (graph->is_copy(a)) {
            continue;
        }
        const Wgs84 p = graph->node_at(graph->tail(a));
        fmt::print(csv, "{},{},{},{:.3f},{:.6f},{:.6f}\n", a, graph->tail(a), graph->head(a),
                   graph->travel_ms(a) / 1000.0, p.lon, p.lat);
    }
    std::vector<ArcId> arcs = dense_arcs(*graph);
    std::mt19937_64 random{1};
    std::ofstream list{targets};
    for (int i = 0; i < 20; ++i) {
        const NodeId node = graph->tail(arcs[random() % arcs.size()]);
        list << node << '\n';
    }
    return csv && list ? 0 : 1;
}

int run_oracle(const std::vector<std::string>& maps) {
    std::uint32_t mismatches = 0;
    std::uint32_t queries = 0;
    for (std::uint64_t seed = 1001; seed <= 1500; ++seed) {
        std::mt19937_64 random{seed};
        const double block_m = seed % 3 == 0 ? 300 : seed % 3 == 1 ? 60 : 20;
        const auto graph = assemble(
            test::random_network(random, 4 + static_cast<std::uint32_t>(seed % 20), block_m));
        if (graph) {
            mismatches += bench::count_mismatches(*graph, random, 4, 5);
            queries += 40;
        }
    }
    for (const std::string& dir : maps) {
        const auto graph = RoadGraph::open(dir + "/roads.graph");
        if (!graph) {
            fmt::print(stderr, "ems-bench-map: {}\n", graph.error().message());
            return 1;
        }
        std::mt19937_64 random{7};
        mismatches += bench::count_mismatches(*graph, random, 5, 200);
        queries += 2'000;
    }
    fmt::print(stderr, "oracle: {} queries compared\n", queries);
    figure("oracle_mismatches", mismatches);
    return 0;
}

// What the searches on a map need, step by step; the graph file is mapped and counts as far as it
// is read.
int run_size(const std::string& dir) {
    const auto graph = RoadGraph::open(dir + "/roads.graph");
    if (!graph) {
        fmt::print(stderr, "ems-bench-map: {}\n", graph.error().message());
        return 1;
    }
    const double graph_mb = peak_mb();
    NodeOrder order;
    const double order_ms = timed([&] { order = find_node_order(*graph); });
    const double order_mb = peak_mb();
    ems::Result<Hierarchy> hierarchy = ems::fail(ems::Code::graph_file);
    const double build_ms = timed([&] { hierarchy = Hierarchy::build(*graph, order); });
    const Metric metric{*graph};
    HierarchyWeights weights{*hierarchy};
    const double customize_ms = timed([&] { weights.customize(metric); });
    const HierarchySearch search{*hierarchy};
    const FleetIndex fleet{weights, metric, kLimitMs};
    fmt::print("nodes {} arcs {} up_arcs {} order_s {:.1f} build_s {:.2f} customization_s {:.3f} "
               "graph_mb {:.0f} peak_of_order_mb {:.0f} peak_mb {:.0f}\n",
               graph->node_count(), graph->arc_count(), hierarchy->up_arc_count(), order_ms / 1000,
               build_ms / 1000, customize_ms / 1000, graph_mb, order_mb, peak_mb());
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Measures the map.", "ems-bench-map"};
    app.require_subcommand(1);
    std::string dir;
    std::string out;
    std::string targets;
    std::vector<std::string> maps;
    std::uint32_t runs = 1;
    auto* const figures = app.add_subcommand("figures");
    figures->add_option("--map", dir)->required();
    figures->add_option("--runs", runs);
    auto* const nearest = app.add_subcommand("nearest");
    nearest->add_option("--map", dir)->required();
    nearest->add_option("--targets", targets)->required();
    auto* const edges = app.add_subcommand("edges");
    edges->add_option("--map", dir)->required();
    edges->add_option("--out", out)->required();
    edges->add_option("--targets", targets)->required();
    auto* const oracle = app.add_subcommand("oracle");
    oracle->add_option("--map", maps);
    auto* const size = app.add_subcommand("size");
    size->add_option("--map", dir)->required();
    CLI11_PARSE(app, argc, argv);
    if (figures->parsed()) {
        return run_figures(dir, runs);
    }
    if (nearest->parsed()) {
        return run_nearest(dir, targets);
    }
    if (edges->parsed()) {
        return run_edges(dir, out, targets);
    }
    return oracle->parsed() ? run_oracle(maps) : run_size(dir);
}
