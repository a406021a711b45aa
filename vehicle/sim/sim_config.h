// Configuration of ems-sim: one TOML file, a table [vehicles.<vid>] for each simulated ambulance.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "telemetry/base/result.h"

namespace ems::sim {

inline constexpr std::size_t kVehiclesMax = 64;

struct VehicleConfig {
    std::string vid;
    std::int64_t gnss_port{0};
    std::int64_t monitor_port{0};
    std::int64_t ecg_port{0};
    std::string crew_socket;
    std::string station;
    std::string start; // empty: at the station
};

struct SimConfig {
    std::string map_dir;
    std::string state_file;
    std::string host;
    std::string hospital;
    std::string scenarios; // file of further ones; empty: none
    double time_scale{1};
    std::int64_t seed{1};
    std::deque<VehicleConfig> vehicles; // a deque: ConfigSpec keeps addresses
    std::string printed;                // for --print-config
};

// Code::config with one sentence. Checks what can be checked without the map: required keys, ports
// used twice.
Result<SimConfig> load_config(const std::string& path);

} // namespace ems::sim
