// Speeds of an ambulance learnt from where it drove: observed time against the time the graph
// expects, by class of road. Limits and surfaces stay in it, since the graph expects them too.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "map/graph/ambulance_profile.h"
#include "map/graph/road_graph.h"
#include "map/track/track_match.h"

namespace ems::map {

struct ClassObservation {
    double expected_s{0};
    double observed_s{0};
    double length_m{0};
    std::uint32_t traversals{0};
};

struct Calibration {
    std::array<ClassObservation, kRoadClassCount> classes;
    std::uint32_t standing{0};    // traversals with a halt in them: left out
    std::uint32_t implausible{0}; // faster than 180 km/h, or no time at all: left out
};

// Weight of what the profile said before, in seconds of driving: a few tracks move it a little, an
// hour of them decides.
inline constexpr double kPriorS = 600;
// Slower than a sixth of what is expected for more than a minute: it stood, at a scene or a gate.
inline constexpr double kStandingRatio = 6;
inline constexpr double kStandingS = 60;

// Adds the traversals of one track.
void observe(const RoadGraph& graph, const MatchedTrack& track, Calibration& into);
// The profile with learnt speeds, each within the range that a profile may have.
[[nodiscard]] AmbulanceProfile calibrated(const AmbulanceProfile& before, const Calibration& seen);

// Fixes of many vehicles as CSV with the header unit,t_us,lat,lon: microseconds of UTC, WGS-84.
// Rows of one unit in the order of time; units may be mixed. At most kTrackPointsMax rows; corrupt
// names the row that is wrong.
struct UnitTrack {
    std::string unit;
    std::vector<TrackPoint> points;
};
[[nodiscard]] Result<std::vector<UnitTrack>> parse_tracks(std::string_view csv,
                                                          const std::string& name);

} // namespace ems::map
