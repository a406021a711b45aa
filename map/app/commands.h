// The commands of ems-map. Each prints to standard output and returns an error for main to print.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/base/result.h"

namespace ems::map::app {

enum class Format { text, json };

struct SynthOptions {
    std::string out;
    std::string profile; // FILE.toml; empty: the default
    std::uint64_t seed{0};
};
struct GenerateOptions {
    std::string out;
    std::uint32_t nodes{100'000};
    std::uint64_t seed{1};
};
struct ImportOptions {
    std::string file;
    std::string out;
    std::string name;
    std::string readings; // file of an operator, may be empty
    std::string profile;  // FILE.toml; empty: the default
};
struct NamesOptions {
    std::string graph;
    std::string readings;
};
struct SearchOptions {
    std::string graph;
    std::string query;
    std::string near; // LAT,LON or empty
    std::uint32_t count{10};
};
struct WhereOptions {
    std::string graph;
    std::string at;
};
// rain, snow, night, without_siren; by the factors of the map's profile.
using DrivingWords = std::vector<std::string>;

struct RouteOptions {
    std::string graph; // folder that import or synth wrote
    DrivingWords driving;
    std::string closures; // FILE.csv(id,lat,lon)
    std::string from;
    std::string to;
    std::uint32_t alternatives{0};
};
struct NearestOptions {
    std::string graph; // folder that import or synth wrote
    DrivingWords driving;
    std::string closures; // FILE.csv(id,lat,lon)
    std::string to;
    std::string file;               // FILE.csv(id,lat,lon)
    std::vector<std::string> units; // LAT,LON or NAME=LAT,LON
    double minutes{15};
    std::uint32_t count{10};
    double turnout_s{0};
};
struct SitesOptions {
    std::string graph; // folder that import or synth wrote
    std::uint32_t count{3};
};

// Where help starts from: all of --station-file and --station, else what the map names.
struct StationOptions {
    std::vector<std::string> stations; // NAME=LAT,LON
    std::string file;                  // id,lat,lon
    std::optional<double> turnout_s;   // kTurnoutS unless given
};
// The one rule: where help starts from stations the turnout counts, so long unless --turnout-s says
// otherwise; where it starts from units or places it does not, unless --turnout-s is given. Route
// and matrix are road time alone. Each output says what was counted.
inline constexpr double kTurnoutS = 60;
struct IsochroneOptions {
    std::string graph;
    DrivingWords driving;
    std::vector<std::string> at; // LAT,LON
    StationOptions from;
    std::vector<double> minutes{5, 10, 15};
};
struct CoverageOptions {
    std::string graph;
    DrivingWords driving;
    StationOptions from;
    double minutes{15};
    std::string population;           // FILE.csv
    std::vector<std::string> without; // stations left out
};
struct ZonesOptions {
    std::string graph;
    DrivingWords driving;
    StationOptions from;
    double minutes{15};
    std::string population;
    std::string edits; // FILE.geojson
};
struct SiteOptions {
    std::string graph;
    DrivingWords driving;
    StationOptions from;
    double minutes{15};
    std::string population;
    std::uint32_t count{1};
};
struct MatrixOptions {
    std::string graph;
    DrivingWords driving;
    std::string from; // FILE.csv
    std::string to;
    double minutes{120};
};

struct MatchTrackOptions {
    std::string graph;
    std::string tracks; // FILE.csv(unit,t_us,lat,lon) or "-"
};
struct CalibrateOptions {
    std::string graph;
    std::string tracks;
    std::string profile; // the one the graph was built with; empty: that of the map folder
    std::string out;     // FILE.toml to write, may be empty
};

[[nodiscard]] Result<void> run_synth(const SynthOptions& options, Format format);
[[nodiscard]] Result<void> run_generate(const GenerateOptions& options, Format format);
[[nodiscard]] Result<void> run_import(const ImportOptions& options, Format format);
[[nodiscard]] Result<void> run_names(const NamesOptions& options, Format format);
[[nodiscard]] Result<void> run_search(const SearchOptions& options, Format format);
[[nodiscard]] Result<void> run_where(const WhereOptions& options, Format format);
// Writes roads.order beside the graph, as import and synth do too.
[[nodiscard]] Result<void> run_order(const std::string& graph, Format format);
[[nodiscard]] Result<void> run_route(const RouteOptions& options, Format format);
[[nodiscard]] Result<void> run_nearest(const NearestOptions& options, Format format);
[[nodiscard]] Result<void> run_info(const std::string& graph, Format format);
[[nodiscard]] Result<void> run_sites(const SitesOptions& options, Format format);
[[nodiscard]] Result<void> run_isochrone(const IsochroneOptions& options, Format format);
[[nodiscard]] Result<void> run_coverage(const CoverageOptions& options, Format format);
[[nodiscard]] Result<void> run_zones(const ZonesOptions& options, Format format);
[[nodiscard]] Result<void> run_site(const SiteOptions& options, Format format);
[[nodiscard]] Result<void> run_matrix(const MatrixOptions& options, Format format);
[[nodiscard]] Result<void> run_match(const MatchTrackOptions& options, Format format);
[[nodiscard]] Result<void> run_calibrate(const CalibrateOptions& options, Format format);
// Prints the profile as TOML, the default one for an empty path.
[[nodiscard]] Result<void> run_profile(const std::string& path);

} // namespace ems::map::app
