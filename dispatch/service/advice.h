// The recommendation for one incident from the world, the fleet and the roads; and the hospital to propose.
// Single-threaded, no I/O: a few milliseconds for 200 units of a county.
#pragma once

#include <cstdint>
#include <optional>

#include "dispatch/contract/api.pb.h"
#include "dispatch/core/world.h"
#include "dispatch/service/cover_now.h"
#include "dispatch/service/fleet.h"
#include "dispatch/service/roads.h"
#include "dispatch/service/station_zones.h"

namespace ems::dispatch {

struct AdviceInput {
    const World& world;
    const Fleet& fleet;
    const Registry& registry;
    Roads* roads;                    // null: straight lines
    std::int64_t now_us{0};
    const ReleaseHistory& history;
    const CoverNow* cover{nullptr};  // null: not worked out yet
    const StationZones* zones{nullptr};   // null: none were drawn, then a scene is of the station first there by road
};

// Without id. Routes for ranks 1 to 4. `incident` need not be in the world yet.
api::Recommendation advise(const AdviceInput& input, const IncidentRow& incident);

// Nearest by road from the scene, else by straight line; null without hospitals.
const NamedPlace* propose_hospital(const AdviceInput& input, PlaceE7 scene);

} // namespace ems::dispatch
