#include "map/app/commands.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "map/app/driving.h"
#include "map/app/inputs.h"
#include "map/geo/file_bytes.h"
#include "map/graph/ambulance_profile.h"
#include "map/import/map_folder.h"
#include "map/match/snap.h"
#include "map/track/calibrate.h"
#include "map/track/track_match.h"

namespace ems::map::app {
namespace {

using Json = nlohmann::ordered_json;

void print(const Json& j) {
    fmt::print("{}\n", j.dump(-1, ' ', false, Json::error_handler_t::replace));
}

// "-" is standard input.
Result<std::vector<UnitTrack>> read_tracks(const std::string& path) {
    if (path != "-") {
        const auto text = read_text_file(path);
        if (!text) {
            return Failure{text.error()};
        }
        return parse_tracks(*text, path);
    }
    constexpr std::size_t kBytesMax = 256U << 20U;
    std::string text;
    std::array<char, 65'536> buffer{};
    for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), stdin)) > 0;) {
        text.append(buffer.data(), n);
        if (text.size() > kBytesMax) {
            return fail(Code::invalid_argument, "standard input: more than 256 MiB");
        }
    }
    return parse_tracks(text, "standard input");
}

Json stretch_json(const RoadGraph& graph, const UnitTrack& track, const MatchedStretch& s) {
    Json j{{"from_us", track.points[s.fixes.front().point].t_us},
           {"to_us", track.points[s.fixes.back().point].t_us},
           {"fixes", s.fixes.size()}};
    j["roads"] = Json::array();
    std::string before;
    double metres = 0;
    for (const ArcId arc : s.arcs) {
        metres += static_cast<double>(graph.length_dm(arc)) / 10;
        const std::string name{graph.name(arc)};
        if (!name.empty() && name != before) {
            j["roads"].push_back(name);
            before = name;
        }
    }
    j["metres"] = metres;
    j["matched"] = Json::array();
    for (const MatchedFix& fix : s.fixes) {
        const Wgs84 at = point_of(graph, fix.at);
        j["matched"].push_back({{"t_us", track.points[fix.point].t_us},
                                {"at", {at.lat, at.lon}},
                                {"off_m", fix.off_m}});
    }
    return j;
}

} // namespace

Result<void> run_match(const MatchTrackOptions& options, Format format) {
    const auto graph = RoadGraph::open(MapPaths{options.graph}.graph);
    if (!graph) {
        return Failure{graph.error()};
    }
    const auto tracks = read_tracks(options.tracks);
    if (!tracks) {
        return Failure{tracks.error()};
    }
    const SnapIndex index{*graph};
    TrackMatcher matcher{*graph, index};
    Json out = Json::array();
    for (const UnitTrack& track : *tracks) {
        const auto matched = matcher.match(track.points, {});
        if (!matched) {
            return Failure{matched.error()};
        }
        Json j{{"unit", track.unit},
               {"points", track.points.size()},
               {"off_road", matched->fixes_off_road}};
        j["stretches"] = Json::array();
        for (const MatchedStretch& s : matched->stretches) {
            j["stretches"].push_back(stretch_json(*graph, track, s));
        }
        if (format == Format::text) {
            fmt::print("{}: {} points, {} off the road, {} stretches\n", track.unit,
                       track.points.size(), matched->fixes_off_road, matched->stretches.size());
            for (const Json& s : j["stretches"]) {
                fmt::print("  {:.1f} km", s["metres"].get<double>() / 1000);
                for (const Json& road : s["roads"]) {
                    fmt::print("  {}", road.get<std::string>());
                }
                fmt::print("\n");
            }
        }
        out.push_back(std::move(j));
    }
    if (format == Format::json) {
        print({{"units", std::move(out)}});
    }
    return {};
}

Result<void> run_calibrate(const CalibrateOptions& options, Format format) {
    const auto graph = RoadGraph::open(MapPaths{options.graph}.graph);
    if (!graph) {
        return Failure{graph.error()};
    }
    const auto before =
        load_profile(options.profile.empty() ? profile_path(options.graph) : options.profile);
    if (!before) {
        return Failure{before.error()};
    }
    const auto tracks = read_tracks(options.tracks);
    if (!tracks) {
        return Failure{tracks.error()};
    }
    const SnapIndex index{*graph};
    TrackMatcher matcher{*graph, index};
    Calibration seen;
    for (const UnitTrack& track : *tracks) {
        const auto matched = matcher.match(track.points, {});
        if (!matched) {
            return Failure{matched.error()};
        }
        observe(*graph, *matched, track.siren, seen);
    }
    const AmbulanceProfile after = calibrated(*before, seen);
    if (!options.out.empty()) {
        const std::string toml = print_profile(after);
        if (const auto written = write_file(options.out, std::as_bytes(std::span{toml}));
            !written) {
            return Failure{written.error()};
        }
    }
    Json classes = Json::array();
    for (std::size_t c = 0; c < seen.siren.classes.size(); ++c) {
        const ClassObservation& o = seen.siren.classes[c];
        const auto name = road_class_name(static_cast<RoadClass>(c));
        if (format == Format::text) {
            fmt::print("{:<12} {:6.1f} -> {:6.1f} km/h   {:8.1f} km in {} pieces{}\n", name,
                       before->kmh[c], after.kmh[c], o.length_m / 1000, o.traversals,
                       o.expected_s < kPriorS ? "  (little seen)" : "");
        }
        classes.push_back({{"class", name},
                           {"kmh_before", before->kmh[c]},
                           {"kmh", after.kmh[c]},
                           {"km", o.length_m / 1000},
                           {"pieces", o.traversals}});
    }
    const bool is_untold = std::any_of(tracks->begin(), tracks->end(),
                                       [](const UnitTrack& t) { return t.siren == Siren::untold; });
    if (format == Format::json) {
        print({{"classes", std::move(classes)},
               {"limit_before", before->limit},
               {"limit", after.limit},
               {"limit_km", seen.siren.by_limit.length_m / 1000},
               {"without_siren_before", before->without_siren},
               {"without_siren", after.without_siren},
               {"siren_told", !is_untold},
               {"standing", seen.standing},
               {"implausible", seen.implausible}});
    } else {
        fmt::print("{:<12} {:6.2f} -> {:6.2f} of the limit   {:8.1f} km in {} pieces\n", "limits",
                   before->limit, after.limit, seen.siren.by_limit.length_m / 1000,
                   seen.siren.by_limit.traversals);
        fmt::print("{:<12} {:6.2f} -> {:6.2f} of the speed\n", "no siren", before->without_siren,
                   after.without_siren);
        if (is_untold) {
            fmt::print("no column siren: all of it is taken to be driven with lights and siren\n");
        }
        fmt::print("left out: {} with a halt, {} implausible\n", seen.standing, seen.implausible);
    }
    return {};
}

Result<void> run_profile(const std::string& path) {
    const auto profile = load_profile(path);
    if (!profile) {
        return Failure{profile.error()};
    }
    fmt::print("{}", print_profile(*profile));
    return {};
}

} // namespace ems::map::app
