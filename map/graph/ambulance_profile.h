// How an ambulance on a call gets on, as data: read from a TOML file that an operator keeps and
// that `ems-map calibrate` writes from the fleet's own tracks. Speeds are averages over a trip with
// lights and siren, below what the road allows so that a promised time is kept.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "map/geo/road_class.h"
#include "telemetry/base/result.h"

namespace ems::map {

inline constexpr std::array<double, kRoadClassCount> kAmbulanceKmh{
    105, // expressway
    80,  // national
    70,  // provincial
    60,  // county
    48,  // township
    38,  // village
    30,  // street
    15,  // service
    8,   // ferry
};

inline constexpr double kBarM = 2.2;

struct AmbulanceProfile {
    std::array<double, kRoadClassCount> kmh{kAmbulanceKmh}; // by RoadClass, 1..150
    // With lights and siren, of a speed limit that is signed; 0.05..1.5. Learnt from the roads that
    // a limit binds, as the speeds above are from the others.
    double limit{0.95};
    // A generous limit raises the speed of its class by this much at most; 1..3.
    double above_class{1.25};
    // Times the speed, 0.05..1.5.
    double restricted{
        0.6}; // private and closed roads that an ambulance may use: gates, asking the way
    double without_siren{0.8}; // a transfer, a patient who must not be shaken
    double night{1.0};
    double night_from_h{20}; // of the county's civil time, 0..24
    double night_to_h{6};
    double rain{0.85};
    double snow{0.6};
    // The largest vehicle of the fleet, for bars, narrow places and bridges. Nothing higher, wider
    // or heavier than signed drives there; what is just as signed does. A bar over a village road
    // without a number is taken as kBarM high. The weight is that of a laden ambulance on a van,
    // for which signs of 3.5 t are made; a fleet with ambulances on light trucks (4 to 5 t) states
    // it, and roads signed 3.5 t are then closed to all of it.
    double height_m{2.8};     // 1..6
    double width_m{2.2};      // 1..4, without mirrors
    double weight_t{3.5};     // 1..40
    double gate_s{30};        // to have a private gate opened, 0..3600
    double ferry_wait_s{900}; // for it to sail, 0..14400
    // Against a one-way road, for the classes below; 0 forbids it. Article 53 of the Road Traffic
    // Safety Law lets an ambulance on duty disregard the direction where it is safe: whether a
    // county's crews may is for the operator to say.
    double wrong_way{0};
    RoadClass wrong_way_from{RoadClass::township}; // this class and the slower ones, never a ferry

    [[nodiscard]] double kmh_of(RoadClass c) const { return kmh[static_cast<std::size_t>(c)]; }
};

// An empty path gives the profile above. config names file, line and key of what is wrong.
[[nodiscard]] Result<AmbulanceProfile> load_profile(const std::string& path);
[[nodiscard]] Result<AmbulanceProfile> parse_profile(std::string_view toml,
                                                     const std::string& name);
// As TOML with the meaning of each key; parse_profile() reads it back.
[[nodiscard]] std::string print_profile(const AmbulanceProfile& profile);

} // namespace ems::map
