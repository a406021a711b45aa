// The commands of ems-map. Each prints to standard output and returns an error for main to print.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "telemetry/base/result.h"

namespace ems::map::app {

enum class Format { text, json };

struct SynthOptions {
    std::string out;
    std::uint64_t seed{0};
};
struct ImportOptions {
    std::string file;
    std::string out;
    std::string name;
};
struct RouteOptions {
    std::string map;
    std::string from;
    std::string to;
};
struct NearestOptions {
    std::string map;
    std::string to;
    std::vector<std::string> units; // LAT,LON or NAME=LAT,LON
    double limit_s{900};
    std::uint32_t count{10};
};
struct SitesOptions {
    std::string map;
    std::uint32_t count{3};
};

[[nodiscard]] Result<void> run_synth(const SynthOptions& options, Format format);
[[nodiscard]] Result<void> run_import(const ImportOptions& options, Format format);
[[nodiscard]] Result<void> run_route(const RouteOptions& options, Format format);
[[nodiscard]] Result<void> run_nearest(const NearestOptions& options, Format format);
[[nodiscard]] Result<void> run_info(const std::string& map, Format format);
[[nodiscard]] Result<void> run_sites(const SitesOptions& options, Format format);

} // namespace ems::map::app
