// Speeds of an ambulance on a call, as data. Averages over a trip with lights and siren, kept below
// what the road allows so that a promised time is kept; calibrated from the fleet's own tracks
// later.
#pragma once

#include <array>

#include "map/geo/road_class.h"

namespace ems::map {

inline constexpr std::array<float, kRoadClassCount> kAmbulanceKmh{
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

[[nodiscard]] inline float ambulance_kmh(RoadClass c) {
    return kAmbulanceKmh[static_cast<std::size_t>(c)];
}

} // namespace ems::map
