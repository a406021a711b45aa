// The coverage worked out last. A value.
#pragma once

#include <cstdint>

#include "dispatch/service/fleet_cover.h"

namespace ems::dispatch {

struct CoverNow {
    FleetCover cover;
    std::int64_t computed_us{0};
};

} // namespace ems::dispatch
