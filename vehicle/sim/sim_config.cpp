#include "vehicle/sim/sim_config.h"

#include <map>
#include <sys/un.h>

#include <fmt/format.h>

#include "telemetry/base/config.h"
#include "telemetry/base/ids.h"

namespace ems::sim {
namespace {

void declare_vehicle(ConfigSpec& spec, VehicleConfig& vehicle) {
    const std::string at = "vehicles." + vehicle.vid + ".";
    spec.integer(at + "gnss_port", 0, 0, 65535, "TCP port of the receiver", &vehicle.gnss_port);
    spec.integer(at + "monitor_port", 0, 0, 65535, "TCP port of the patient monitor",
                 &vehicle.monitor_port);
    spec.integer(at + "ecg_port", 0, 0, 65535, "TCP port of the ECG module", &vehicle.ecg_port);
    spec.text(at + "crew_socket", "", "Unix socket of this vehicle's ems-vehicled",
              &vehicle.crew_socket);
    spec.text(at + "station", "", "home: a place of the map, or latitude,longitude",
              &vehicle.station);
    spec.text(at + "start", "", "where it stands at first; empty: at its station", &vehicle.start);
}

Result<void> check(const std::string& path, const SimConfig& config) {
    const auto missing = [&](std::string_view key) {
        return fail(Code::config, fmt::format("{}: '{}' is needed", path, key));
    };
    if (config.map_dir.empty()) {
        return missing("map.dir");
    }
    if (config.state_file.empty()) {
        return missing("state_file");
    }
    if (config.hospital.empty()) {
        return missing("hospital");
    }
    if (config.vehicles.empty()) {
        return fail(Code::config, fmt::format("{}: no table [vehicles.<vid>]", path));
    }
    std::map<std::int64_t, std::string> used;
    for (const VehicleConfig& vehicle : config.vehicles) {
        const std::string at = "vehicles." + vehicle.vid + ".";
        if (vehicle.crew_socket.empty()) {
            return missing(at + "crew_socket");
        }
        if (vehicle.crew_socket.size() >= sizeof(sockaddr_un::sun_path)) {
            return fail(Code::config, fmt::format("{}: '{}crew_socket' is longer than {} bytes",
                                                  path, at, sizeof(sockaddr_un::sun_path) - 1));
        }
        if (vehicle.station.empty()) {
            return missing(at + "station");
        }
        for (const auto& [name, port] : {std::pair{"gnss_port", vehicle.gnss_port},
                                         std::pair{"monitor_port", vehicle.monitor_port},
                                         std::pair{"ecg_port", vehicle.ecg_port}}) {
            if (port == 0) {
                return missing(at + name);
            }
            if (const auto [other, fresh] = used.emplace(port, at + name); !fresh) {
                return fail(Code::config, fmt::format("{}: '{}' and '{}{}' are one port", path,
                                                      other->second, at, name));
            }
        }
    }
    return {};
}

} // namespace

Result<SimConfig> load_config(const std::string& path) {
    if (path.empty()) {
        return fail(Code::config, "--config FILE is needed");
    }
    const Result<std::vector<std::string>> names = config_subtables(path, "vehicles");
    if (!names) {
        return Failure{names.error()};
    }
    if (names->size() > kVehiclesMax) {
        return fail(Code::config, fmt::format("{}: more than {} vehicles", path, kVehiclesMax));
    }
    SimConfig config;
    ConfigSpec spec{"ems-sim"};
    spec.text("map.dir", "", "map folder made by ems-map", &config.map_dir);
    spec.text("state_file", "", "what survives a crash of ems-sim", &config.state_file);
    spec.text("host", "127.0.0.1", "address the simulated devices listen on", &config.host);
    spec.text("hospital", "", "where patients go when the order names none", &config.hospital);
    spec.text("scenarios", "", "file of further patients' scenarios (scenario.h)",
              &config.scenarios);
    spec.number("time_scale", 1, 0.1, 200, "simulated seconds in a second", &config.time_scale);
    spec.integer("seed", 1, 0, 1'000'000'000'000, "of durations, noise and hearts", &config.seed);
    for (const std::string& name : *names) {
        if (const auto vid = VehicleId::parse(name); !vid) {
            return fail(Code::config, fmt::format("{}: '{}' is not a vehicle's name", path, name));
        }
        config.vehicles.emplace_back().vid = name;
        declare_vehicle(spec, config.vehicles.back());
    }
    EMS_TRY(spec.load(path));
    EMS_TRY(check(path, config));
    config.printed = spec.print();
    return config;
}

} // namespace ems::sim
