// ems-sim: simulated ambulances around real programs. See vehicle/sim/README.md.
#include <csignal>
#include <fstream>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "telemetry/base/clock.h"
#include "telemetry/base/log.h"
#include "vehicle/sim/road_planner.h"
#include "vehicle/sim/scenario.h"
#include "vehicle/sim/sim_config.h"
#include "vehicle/sim/world.h"

namespace {

volatile std::sig_atomic_t g_stop = 0;

void on_signal(int) {
    g_stop = 1;
}

constexpr int kExitFailure = 1;
constexpr int kExitConfig = 2;
constexpr std::size_t kScenarioBytesMax = 256 * 1024;

int complain(const ems::Error& error, int code) {
    fmt::print(stderr, "ems-sim: {}\n", error.detail.empty() ? error.message() : error.detail);
    return code;
}

ems::Result<ems::sim::WorldSetup> make_setup(const ems::sim::SimConfig& config,
                                             const std::vector<ems::map::Place>& places) {
    using ems::Failure;
    ems::sim::WorldSetup setup;
    setup.host = config.host;
    setup.state_file = config.state_file;
    setup.time_scale = config.time_scale;
    setup.seed = static_cast<std::uint64_t>(config.seed);
    const auto hospital = ems::sim::find_place(places, config.hospital);
    if (!hospital) {
        return Failure{hospital.error()};
    }
    for (const ems::sim::VehicleConfig& vehicle : config.vehicles) {
        const auto station = ems::sim::find_place(places, vehicle.station);
        const auto start =
            ems::sim::find_place(places, vehicle.start.empty() ? vehicle.station : vehicle.start);
        if (!station) {
            return Failure{station.error()};
        }
        if (!start) {
            return Failure{start.error()};
        }
        ems::sim::UnitSetup unit;
        unit.ambulance = {*ems::VehicleId::parse(vehicle.vid), setup.seed, *station, *start,
                          *hospital};
        unit.gnss_port = static_cast<std::uint16_t>(vehicle.gnss_port);
        unit.monitor_port = static_cast<std::uint16_t>(vehicle.monitor_port);
        unit.ecg_port = static_cast<std::uint16_t>(vehicle.ecg_port);
        unit.crew_socket = vehicle.crew_socket;
        setup.units.push_back(std::move(unit));
    }
    return setup;
}

ems::Result<ems::sim::ScenarioBook> read_scenarios(const std::string& path) {
    ems::sim::ScenarioBook book = ems::sim::built_in_scenarios();
    if (path.empty()) {
        return book;
    }
    std::ifstream file{path, std::ios::binary};
    std::string text(kScenarioBytesMax + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file.eof() || file.bad() || !file.is_open()) {
        return ems::fail(ems::Code::config, fmt::format("{}: cannot be read, or over {} bytes",
                                                        path, kScenarioBytesMax));
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    EMS_TRY(book.add(text, path));
    return book;
}

int simulate(const ems::sim::SimConfig& config) {
    const auto scenarios = read_scenarios(config.scenarios);
    if (!scenarios) {
        return complain(scenarios.error(), kExitConfig);
    }
    auto folder = ems::sim::open_map_folder(config.map_dir);
    if (!folder) {
        return complain(folder.error(), kExitFailure);
    }
    auto setup = make_setup(config, folder->places);
    if (!setup) {
        return complain(setup.error(), kExitConfig);
    }
    for (ems::sim::UnitSetup& unit : setup->units) {
        unit.ambulance.scenarios = &*scenarios;
    }
    const ems::SystemClock clock;
    auto world = ems::sim::World::open(*setup, *folder->roads, clock);
    if (!world) {
        return complain(world.error(), kExitFailure);
    }
    std::signal(SIGTERM, on_signal);
    std::signal(SIGINT, on_signal);
    EMS_LOG(info, "sim", "running vehicles={} time_scale={} seed={}", setup->units.size(),
            setup->time_scale, setup->seed);
    (*world)->run(g_stop);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Simulated ambulances: receiver, monitor, ECG module, driver and crew."};
    app.set_version_flag("--version", "ems-sim 0.1.0");
    std::string config_path;
    std::optional<double> speed;
    bool check_only = false;
    bool print = false;
    app.add_option("--config", config_path, "TOML file");
    app.add_option("--speed", speed, "simulated seconds in a second; overrides time_scale")
        ->check(CLI::Range(0.1, 200.0));
    app.add_flag("--check-config", check_only, "read the configuration and stop");
    app.add_flag("--print-config", print, "print every key with its value and meaning");
    app.fallthrough();
    app.add_subcommand("run", "simulate until stopped (also without this word)")->fallthrough();
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kExitConfig;
    }
    ems::log::start("ems-sim");
    auto config = ems::sim::load_config(config_path);
    if (!config) {
        return complain(config.error(), kExitConfig);
    }
    if (speed) {
        config->time_scale = *speed;
    }
    if (print) {
        fmt::print("{}", config->printed);
    }
    if (print || check_only) {
        return 0;
    }
    return simulate(*config);
}
