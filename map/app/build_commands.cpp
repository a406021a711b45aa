#include "map/app/commands.h"

#include <cstdio>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "map/hierarchy/hierarchy.h"
#include "map/import/map_folder.h"
#include "map/import/osm_import.h"
#include "map/synth/county.h"
#include "map/synth/region.h"

namespace ems::map::app {
namespace {

constexpr std::uint64_t kProgressFromBytes =
    20'000'000; // a smaller file is read before anybody looks

// One line of progress on standard error, per cent by per cent.
class ProgressLine {
  public:
    void show(std::uint64_t done, std::uint64_t whole) {
        const std::uint64_t percent = whole > 0 ? done * 100 / whole : 100;
        if (whole / 3 >= kProgressFromBytes && percent != last_) {
            last_ = percent;
            fmt::print(stderr, "reading {} %\n", percent);
        }
    }

  private:
    std::uint64_t last_{0};
};

nlohmann::ordered_json counts_json(const OsmExtract& extract, const AssemblyReport& report) {
    const ImportCounts& c = extract.counts;
    return {{"osm_nodes", c.nodes},
            {"osm_ways", c.ways},
            {"osm_relations", c.relations},
            {"roads", c.roads},
            {"roads_closed_by_size", c.roads_closed_by_size},
            {"oneways_that_change", c.oneways_that_change},
            {"nodes_missing", c.nodes_missing},
            {"turn_restrictions_used", report.restrictions_used},
            {"turn_restrictions_unclear", report.restrictions_unclear},
            {"turn_restrictions_not_read", c.restrictions_not_read},
            {"turn_restrictions_over_ways", report.restrictions_over_ways}};
}

Result<std::vector<LocalReading>> operator_readings(const std::string& file) {
    return file.empty() ? std::vector<LocalReading>{} : load_readings(file);
}

Result<void> write_made(County made, const AmbulanceProfile& profile, const std::string& out,
                        std::uint64_t seed, Format format) {
    const auto graph = assemble(made.network);
    if (!graph) {
        return Failure{graph.error()};
    }
    made.network = {}; // its memory is needed for the scene
    const MapNames names{made.places, made.landmarks, {}};
    EMS_TRY(write_map(out, *graph, names, {std::move(made.areas), {}}, made.info, profile));
    if (format == Format::json) {
        const nlohmann::ordered_json j{{"out", out},
                                       {"nodes", graph->node_count()},
                                       {"arcs", graph->arc_count()},
                                       {"turn_bans", graph->ban_count()},
                                       {"places", made.places.size()},
                                       {"note", made.info.note}};
        fmt::print("{}\n", j.dump(2));
        return {};
    }
    fmt::print("{}: {} nodes, {} arcs, {} places (seed {})\n{}\n", out, graph->node_count(),
               graph->arc_count(), made.places.size(), seed, made.info.note);
    return {};
}

// Beside the graph, so that who opens the map searches by the hierarchy at once.
Result<Hierarchy> write_order(const RoadGraph& graph, const MapPaths& paths) {
    const NodeOrder order = find_node_order(graph);
    auto hierarchy = Hierarchy::build(graph, order);
    if (hierarchy) {
        EMS_TRY(save_node_order(graph, order, paths.order));
    }
    return hierarchy;
}

} // namespace

Result<void> run_synth(const SynthOptions& options, Format format) {
    const auto profile = load_profile(options.profile);
    if (!profile) {
        return Failure{profile.error()};
    }
    auto county = make_yanhu(options.seed, *profile);
    if (!county) {
        return Failure{county.error()};
    }
    EMS_TRY(write_made(std::move(*county), *profile, options.out, options.seed, format));
    const MapPaths paths{options.out};
    const auto graph = RoadGraph::open(paths.graph);
    if (!graph) {
        return Failure{graph.error()};
    }
    const auto hierarchy = write_order(*graph, paths);
    return hierarchy ? Result<void>{} : Failure{hierarchy.error()};
}

Result<void> run_generate(const GenerateOptions& options, Format format) {
    auto region = make_region(options.nodes, options.seed);
    if (!region) {
        return Failure{region.error()};
    }
    return write_made(std::move(*region), {}, options.out, options.seed, format);
}

Result<void> run_order(const std::string& map, Format format) {
    const MapPaths paths{map};
    const auto graph = RoadGraph::open(paths.graph);
    if (!graph) {
        return Failure{graph.error()};
    }
    const auto hierarchy = write_order(*graph, paths);
    if (!hierarchy) {
        return Failure{hierarchy.error()};
    }
    if (format == Format::json) {
        const nlohmann::ordered_json j{{"order", paths.order},
                                       {"nodes", graph->node_count()},
                                       {"vertices", hierarchy->vertex_count()},
                                       {"up_arcs", hierarchy->up_arc_count()}};
        fmt::print("{}\n", j.dump(2));
        return {};
    }
    fmt::print("{}: {} nodes; {} vertices and {} arcs of the hierarchy\n", paths.order,
               graph->node_count(), hierarchy->vertex_count(), hierarchy->up_arc_count());
    return {};
}

Result<void> run_import(const ImportOptions& options, Format format) {
    const auto profile = load_profile(options.profile);
    if (!profile) {
        return Failure{profile.error()};
    }
    ProgressLine line;
    auto extract =
        read_osm(options.file, *profile,
                 [&line](std::uint64_t done, std::uint64_t whole) { line.show(done, whole); });
    if (!extract) {
        return Failure{extract.error()};
    }
    AssemblyReport report;
    const auto graph = assemble(extract->network, &report);
    if (!graph) {
        return fail(graph.error().code, fmt::format("{}: {}", options.file, graph.error().detail));
    }
    MapInfo info;
    info.source = std::filesystem::path{options.file}.filename().string();
    info.name = options.name.empty() ? info.source : options.name;
    const auto readings = operator_readings(options.readings);
    if (!readings) {
        return Failure{readings.error()};
    }
    const MapNames names{std::move(extract->places), std::move(extract->landmarks), *readings};
    EMS_TRY(write_map(options.out, *graph, names, extract->ground, info, *profile));
    const auto hierarchy = write_order(*graph, MapPaths{options.out});
    if (!hierarchy) {
        return Failure{hierarchy.error()};
    }
    nlohmann::ordered_json j{{"out", options.out},
                             {"nodes", graph->node_count()},
                             {"arcs", graph->arc_count()},
                             {"turn_bans", graph->ban_count()},
                             {"vertices", hierarchy->vertex_count()},
                             {"up_arcs", hierarchy->up_arc_count()},
                             {"places", names.places.size()},
                             {"landmarks", names.landmarks.size()}};
    j.update(counts_json(*extract, report));
    if (format == Format::json) {
        fmt::print("{}\n", j.dump(2));
        return {};
    }
    for (const auto& [key, value] : j.items()) {
        fmt::print("{:<28} {}\n", key, value.is_string() ? value.get<std::string>() : value.dump());
    }
    return {};
}

Result<void> run_names(const NamesOptions& options, Format format) {
    const auto readings = operator_readings(options.readings);
    if (!readings) {
        return Failure{readings.error()};
    }
    const auto count = rebuild_names(options.graph, *readings);
    if (!count) {
        return Failure{count.error()};
    }
    if (format == Format::json) {
        fmt::print("{}\n", nlohmann::ordered_json{{"names", *count}}.dump(2));
    } else {
        fmt::print("{}: {} names\n", options.graph, *count);
    }
    return {};
}

} // namespace ems::map::app
