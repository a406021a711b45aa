// ems-map: builds and asks road maps. Exit codes: 0 done, 1 failed (one sentence on standard
// error), 2 wrong usage.
#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "map/app/commands.h"
#include "map/synth/county.h"
#include "map/synth/region.h"

namespace {

using namespace ems::map::app;

class CommandLine {
  public:
    CommandLine() : app_{"Builds and asks road maps.", "ems-map"} {
        app_.set_version_flag("--version", "ems-map 0.1.0");
        app_.require_subcommand(1);
        add_build_commands();
        add_query_commands();
        add_reach_commands();
        add_track_commands();
    }

    int run(int argc, char** argv) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::Success& e) { // --help, --version
            return app_.exit(e);
        } catch (const CLI::ParseError& e) {
            fmt::print(stderr, "ems-map: {}\n", e.what());
            return 2;
        }
        const ems::Result<void> result = dispatch();
        if (!result) {
            const auto& error = result.error();
            fmt::print(stderr, "ems-map: {}\n",
                       error.detail.empty() ? std::string{ems::code_text_en(error.code)}
                                            : error.detail);
            return error.code == ems::Code::invalid_argument ? 2 : 1;
        }
        return 0;
    }

  private:
    CLI::App* add(const char* name, const char* meaning) {
        CLI::App* const command = app_.add_subcommand(name, meaning);
        command->add_flag("--json", json_, "print JSON");
        return command;
    }

    void add_build_commands() {
        import_ = add("import", "reads an OpenStreetMap extract");
        import_->add_option("file", import_options_.file, "FILE.osm.pbf")->required();
        import_->add_option("--out", import_options_.out, "folder to write")->required();
        import_->add_option("--name", import_options_.name, "name of the map");
        import_->add_option("--profile", import_options_.profile,
                            "FILE.toml of speeds as `ems-map profile` prints it");
        import_->add_option("--readings", import_options_.readings,
                            "CSV text,reading,within of names read in a local way");

        names_ = add("names", "makes the names of a map folder anew");
        names_->add_option("--graph", names_options_.graph, "map folder")->required();
        names_->add_option("--readings", names_options_.readings,
                           "CSV text,reading,within of names read in a local way");

        synth_ = add("synth", "makes the schematic demonstration county");
        synth_options_.seed = ems::map::kCountySeed;
        synth_->add_option("--out", synth_options_.out, "folder to write")->required();
        synth_->add_option("--seed", synth_options_.seed, "number that the villages grow from");
        synth_->add_option("--profile", synth_options_.profile, "FILE.toml of speeds");

        order_ = add("order", "orders a map's nodes for the fast searches");
        order_->add_option("--graph", order_graph_, "map folder")->required();

        generate_ = add("generate", "makes a large region for tests and measurements");
        generate_->add_option("--nodes", generate_options_.nodes, "how many junctions, about")
            ->check(CLI::Range(100U, ems::map::kRegionNodesMax));
        generate_->add_option("--seed", generate_options_.seed, "number that it grows from");
        generate_->add_option("--out", generate_options_.out, "folder to write")->required();
    }

    void add_query_commands() {
        route_ = add("route", "fastest way from one place to another");
        route_->add_option("--graph", route_options_.graph, "map folder")->required();
        add_driving(route_, route_options_.driving);
        route_->add_option("--closures", route_options_.closures,
                           "FILE.csv(id,lat,lon) of points where the road is closed");
        route_->add_option("--from", route_options_.from, "LAT,LON")->required();
        route_->add_option("--to", route_options_.to, "LAT,LON")->required();
        route_->add_option("--alternatives", route_options_.alternatives, "how many other ways")
            ->check(CLI::Range(0, 5));

        nearest_ = add("nearest", "units by road time to a place");
        nearest_->add_option("--graph", nearest_options_.graph, "map folder")->required();
        add_driving(nearest_, nearest_options_.driving);
        nearest_->add_option("--closures", nearest_options_.closures,
                             "FILE.csv(id,lat,lon) of points where the road is closed");
        nearest_->add_option("--to", nearest_options_.to, "LAT,LON")->required();
        nearest_->add_option("--units", nearest_options_.file, "FILE.csv(id,lat,lon)");
        nearest_->add_option("--unit", nearest_options_.units, "LAT,LON or NAME=LAT,LON");
        nearest_->add_option("--turnout-s", nearest_options_.turnout_s, "counted for each unit")
            ->check(CLI::Range(0.0, 3600.0));
        add_minutes(nearest_, nearest_options_.minutes);
        nearest_->add_option("--k", nearest_options_.count, "how many to rank")
            ->check(CLI::Range(1, 100000));

        search_ = add("search", "places, roads and landmarks by name");
        search_->add_option("--graph", search_options_.graph, "map folder")->required();
        search_->add_option("query", search_options_.query, "characters, pinyin or initials")
            ->required();
        search_->add_option("--near", search_options_.near, "LAT,LON; nearer ones come first");
        search_->add_option("--count", search_options_.count, "how many")
            ->check(CLI::Range(1, 100));

        where_ = add("where", "a point in a caller's words");
        where_->add_option("--graph", where_options_.graph, "map folder")->required();
        where_->add_option("--at", where_options_.at, "LAT,LON")->required();

        info_ = add("info", "what a map folder holds");
        info_->add_option("--graph", info_graph_, "map folder")->required();

        sites_ = add("sites", "hospital, stations and a caller for a demonstration");
        sites_->add_option("--graph", sites_options_.graph, "map folder")->required();
        sites_->add_option("--count", sites_options_.count, "stations besides the hospital")
            ->check(CLI::Range(1, 50));
    }

    void add_driving(CLI::App* command, DrivingWords& words) {
        command->add_option("--driving", words, "rain, snow, night, without_siren")
            ->delimiter(',')
            ->check(CLI::IsMember({"rain", "snow", "night", "without_siren"}));
    }
    void add_stations(CLI::App* command, StationOptions& from) {
        command->add_option("--station", from.stations, "NAME=LAT,LON; else those the map names");
        command->add_option("--station-file", from.file, "FILE.csv(id,lat,lon)");
        command->add_option("--turnout-s", from.turnout_s, "from the order to moving wheels")
            ->check(CLI::Range(0.0, 3600.0));
    }
    void add_minutes(CLI::App* command, double& minutes) {
        command->add_option("--minutes", minutes, "time limit")->check(CLI::Range(0.1, 120.0));
    }

    void add_reach_commands() {
        isochrone_ = add("isochrone", "how far one gets in a time; --json prints GeoJSON");
        isochrone_->add_option("--graph", isochrone_options_.graph, "map folder")->required();
        add_driving(isochrone_, isochrone_options_.driving);
        isochrone_->add_option("--at", isochrone_options_.at, "LAT,LON to start from");
        add_stations(isochrone_, isochrone_options_.from);
        isochrone_->add_option("--minutes", isochrone_options_.minutes, "limits, such as 5,10,15")
            ->delimiter(',')
            ->check(CLI::Range(0.1, 120.0));

        coverage_ = add("coverage", "villages and people that help reaches in time");
        coverage_->add_option("--graph", coverage_options_.graph, "map folder")->required();
        add_driving(coverage_, coverage_options_.driving);
        add_stations(coverage_, coverage_options_.from);
        add_minutes(coverage_, coverage_options_.minutes);
        coverage_->add_option("--population", coverage_options_.population,
                              "FILE.csv(name,within,population)");
        coverage_->add_option("--without", coverage_options_.without, "station whose unit is away");

        zones_ = add("zones", "each station's zone by road time; --json prints GeoJSON");
        zones_->add_option("--graph", zones_options_.graph, "map folder")->required();
        add_driving(zones_, zones_options_.driving);
        add_stations(zones_, zones_options_.from);
        add_minutes(zones_, zones_options_.minutes);
        zones_->add_option("--population", zones_options_.population,
                           "FILE.csv(name,within,population)");
        zones_->add_option("--edits", zones_options_.edits,
                           "FILE.geojson with areas that bear a property station");

        site_ = add("site", "where the next stations close most of the gap");
        site_->add_option("--graph", site_options_.graph, "map folder")->required();
        add_driving(site_, site_options_.driving);
        add_stations(site_, site_options_.from);
        site_->add_option("--stations", site_options_.count, "how many new stations")
            ->check(CLI::Range(1, 50));
        add_minutes(site_, site_options_.minutes);
        site_->add_option("--population", site_options_.population,
                          "FILE.csv(name,within,population)");

        matrix_ = add("matrix", "road time from each place to each");
        matrix_->add_option("--graph", matrix_options_.graph, "map folder")->required();
        add_driving(matrix_, matrix_options_.driving);
        matrix_->add_option("--from", matrix_options_.from, "FILE.csv(id,lat,lon)")->required();
        matrix_->add_option("--to", matrix_options_.to, "FILE.csv(id,lat,lon)")->required();
        add_minutes(matrix_, matrix_options_.minutes);
    }

    void add_track_commands() {
        match_ = add("match", "the roads that recorded tracks were driven on");
        match_->add_option("--graph", match_options_.graph, "map folder")->required();
        match_->add_option("--tracks", match_options_.tracks, "FILE.csv(unit,t_us,lat,lon) or -")
            ->required();

        calibrate_ = add("calibrate", "learns the ambulance's speeds from recorded tracks");
        calibrate_->add_option("--graph", calibrate_options_.graph, "map folder")->required();
        calibrate_
            ->add_option("--tracks", calibrate_options_.tracks, "FILE.csv(unit,t_us,lat,lon) or -")
            ->required();
        calibrate_->add_option("--profile", calibrate_options_.profile,
                               "profile that the map was imported with; that of the folder");
        calibrate_->add_option("--out", calibrate_options_.out, "FILE.toml to write");

        profile_ = app_.add_subcommand("profile", "prints the ambulance profile with its meaning");
        profile_->add_option("file", profile_path_, "FILE.toml; the default profile without one");
    }

    ems::Result<void> dispatch() {
        const Format format = json_ ? Format::json : Format::text;
        if (import_->parsed()) {
            return run_import(import_options_, format);
        }
        if (synth_->parsed()) {
            return run_synth(synth_options_, format);
        }
        if (generate_->parsed()) {
            return run_generate(generate_options_, format);
        }
        if (order_->parsed()) {
            return run_order(order_graph_, format);
        }
        if (route_->parsed()) {
            return run_route(route_options_, format);
        }
        if (nearest_->parsed()) {
            return run_nearest(nearest_options_, format);
        }
        if (names_->parsed()) {
            return run_names(names_options_, format);
        }
        if (search_->parsed()) {
            return run_search(search_options_, format);
        }
        if (where_->parsed()) {
            return run_where(where_options_, format);
        }
        if (info_->parsed()) {
            return run_info(info_graph_, format);
        }
        if (isochrone_->parsed()) {
            return run_isochrone(isochrone_options_, format);
        }
        if (coverage_->parsed()) {
            return run_coverage(coverage_options_, format);
        }
        if (zones_->parsed()) {
            return run_zones(zones_options_, format);
        }
        if (site_->parsed()) {
            return run_site(site_options_, format);
        }
        if (matrix_->parsed()) {
            return run_matrix(matrix_options_, format);
        }
        if (match_->parsed()) {
            return run_match(match_options_, format);
        }
        if (calibrate_->parsed()) {
            return run_calibrate(calibrate_options_, format);
        }
        if (profile_->parsed()) {
            return run_profile(profile_path_);
        }
        return run_sites(sites_options_, format);
    }

    CLI::App app_;
    bool json_{false};
    CLI::App* import_{nullptr};
    CLI::App* synth_{nullptr};
    CLI::App* generate_{nullptr};
    CLI::App* order_{nullptr};
    CLI::App* route_{nullptr};
    CLI::App* nearest_{nullptr};
    CLI::App* info_{nullptr};
    CLI::App* sites_{nullptr};
    CLI::App* isochrone_{nullptr};
    CLI::App* coverage_{nullptr};
    CLI::App* zones_{nullptr};
    CLI::App* site_{nullptr};
    CLI::App* matrix_{nullptr};
    CLI::App* match_{nullptr};
    CLI::App* calibrate_{nullptr};
    CLI::App* profile_{nullptr};
    MatchTrackOptions match_options_;
    CalibrateOptions calibrate_options_;
    std::string profile_path_;
    CLI::App* names_{nullptr};
    CLI::App* search_{nullptr};
    CLI::App* where_{nullptr};
    ImportOptions import_options_;
    IsochroneOptions isochrone_options_;
    CoverageOptions coverage_options_;
    ZonesOptions zones_options_;
    SiteOptions site_options_;
    MatrixOptions matrix_options_;
    SynthOptions synth_options_;
    GenerateOptions generate_options_;
    RouteOptions route_options_;
    NearestOptions nearest_options_;
    SitesOptions sites_options_;
    NamesOptions names_options_;
    SearchOptions search_options_;
    WhereOptions where_options_;
    std::string info_graph_;
    std::string order_graph_;
};

} // namespace

int main(int argc, char** argv) {
    try {
        return CommandLine{}.run(argc, argv);
    } catch (const std::exception& e) {
        fmt::print(stderr, "ems-map: {}\n", e.what());
        return 1;
    }
}
