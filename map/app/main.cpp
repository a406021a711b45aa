// ems-map: builds and asks road maps. Exit codes: 0 done, 1 failed (one sentence on standard
// error), 2 wrong usage.
#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "map/app/commands.h"
#include "map/synth/county.h"

namespace {

using namespace ems::map::app;

class CommandLine {
  public:
    CommandLine() : app_{"Builds and asks road maps.", "ems-map"} {
        app_.set_version_flag("--version", "ems-map 0.1.0");
        app_.require_subcommand(1);
        add_build_commands();
        add_query_commands();
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

        synth_ = add("synth", "makes the schematic demonstration county");
        synth_options_.seed = ems::map::kCountySeed;
        synth_->add_option("--out", synth_options_.out, "folder to write")->required();
        synth_->add_option("--seed", synth_options_.seed, "number that the villages grow from");
    }

    void add_query_commands() {
        route_ = add("route", "fastest way from one place to another");
        route_->add_option("--map", route_options_.map, "map folder")->required();
        route_->add_option("--from", route_options_.from, "LAT,LON")->required();
        route_->add_option("--to", route_options_.to, "LAT,LON")->required();

        nearest_ = add("nearest", "units by road time to a place");
        nearest_->add_option("--map", nearest_options_.map, "map folder")->required();
        nearest_->add_option("--to", nearest_options_.to, "LAT,LON")->required();
        nearest_->add_option("--unit", nearest_options_.units, "LAT,LON or NAME=LAT,LON")
            ->required();
        nearest_->add_option("--limit-s", nearest_options_.limit_s, "time limit in seconds")
            ->check(CLI::Range(1.0, 86400.0));
        nearest_->add_option("--count", nearest_options_.count, "how many to rank")
            ->check(CLI::Range(1, 100000));

        info_ = add("info", "what a map folder holds");
        info_->add_option("--map", info_map_, "map folder")->required();

        sites_ = add("sites", "hospital, stations and a caller for a demonstration");
        sites_->add_option("--map", sites_options_.map, "map folder")->required();
        sites_->add_option("--count", sites_options_.count, "stations besides the hospital")
            ->check(CLI::Range(1, 50));
    }

    ems::Result<void> dispatch() {
        const Format format = json_ ? Format::json : Format::text;
        if (import_->parsed()) {
            return run_import(import_options_, format);
        }
        if (synth_->parsed()) {
            return run_synth(synth_options_, format);
        }
        if (route_->parsed()) {
            return run_route(route_options_, format);
        }
        if (nearest_->parsed()) {
            return run_nearest(nearest_options_, format);
        }
        if (info_->parsed()) {
            return run_info(info_map_, format);
        }
        return run_sites(sites_options_, format);
    }

    CLI::App app_;
    bool json_{false};
    CLI::App* import_{nullptr};
    CLI::App* synth_{nullptr};
    CLI::App* route_{nullptr};
    CLI::App* nearest_{nullptr};
    CLI::App* info_{nullptr};
    CLI::App* sites_{nullptr};
    ImportOptions import_options_;
    SynthOptions synth_options_;
    RouteOptions route_options_;
    NearestOptions nearest_options_;
    SitesOptions sites_options_;
    std::string info_map_;
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
