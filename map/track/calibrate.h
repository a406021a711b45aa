// Speeds of an ambulance learnt from where it drove: observed time against the time the graph
// expects. Roads that their class binds teach the speed of the class, roads that a signed limit
// binds the share of the limit that is driven (AmbulanceProfile::limit): each number is learnt from
// what it made, so importing with the learnt profile and learning again settles. Driving without
// siren teaches nothing but factor.without_siren.
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

struct SpeedObservation {
    std::array<ClassObservation, kRoadClassCount> classes; // roads that their class binds
    ClassObservation by_limit;                             // that a signed limit binds
};

enum class Siren : std::uint8_t { untold, on, off };

struct Calibration {
    SpeedObservation siren; // or nobody told
    SpeedObservation without_siren;
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
void observe(const RoadGraph& graph, const MatchedTrack& track, Siren siren, Calibration& into);
// The profile with learnt speeds, each within the range that a profile may have.
[[nodiscard]] AmbulanceProfile calibrated(const AmbulanceProfile& before, const Calibration& seen);

// Fixes of many vehicles as CSV with the header unit,t_us,lat,lon or unit,t_us,lat,lon,siren:
// microseconds of UTC, WGS-84, 1 with lights and siren and 0 without. Rows of one unit in the order
// of time; units may be mixed. A track of its own for each stretch with the siren on or off, by
// unit and time. At most kTrackPointsMax rows; corrupt names the row that is wrong.
struct UnitTrack {
    std::string unit;
    std::vector<TrackPoint> points;
    Siren siren{Siren::untold};
};
[[nodiscard]] Result<std::vector<UnitTrack>> parse_tracks(std::string_view csv,
                                                          const std::string& name);

} // namespace ems::map
