// What OpenStreetMap tags mean to an ambulance on a call: whether it may pass, and how fast it gets
// on. Speeds come from the ambulance profile; the tables in the source file say what a tag is to
// it.
#pragma once

#include <optional>

#include "map/gazetteer/name_table.h"
#include "map/gazetteer/place.h"
#include "map/geo/road_class.h"
#include "map/graph/ambulance_profile.h"
#include "map/graph/road_network.h"
#include "map/import/osm_block.h"

namespace ems::map {

struct WayProfile {
    RoadClass road_class{RoadClass::street};
    bool restricted{false};
    bool roundabout{false};
    bool tunnel{false};
    float forward_kmh{0}; // 0: closed
    float backward_kmh{0};
    bool forward_by_limit{false}; // a signed limit binds, not the class
    bool backward_by_limit{false};
    float sailing_s{0}; // as NetworkWay
    float waiting_s{0};
};

// Nothing when the way is not for ambulances. Against a one-way road only what the profile permits,
// never a roundabout, an expressway or a ferry.
[[nodiscard]] std::optional<WayProfile> profile_way(const OsmTags& tags,
                                                    const AmbulanceProfile& profile);
// A road that is closed to a vehicle of the profile for its size or weight alone.
[[nodiscard]] bool is_closed_by_size(const OsmTags& tags, const AmbulanceProfile& profile);
// What a node of a road does to a vehicle of the profile: blocked by bollards and the like, a bar,
// a narrow place or a bridge it is too high, wide or heavy for, and a gate that is locked or closed
// to everybody; a private gate costs time.
[[nodiscard]] NodeBarrier barrier_of(const OsmTags& tags, const AmbulanceProfile& profile);
// Settlements, hospitals, ambulance stations, clinics.
[[nodiscard]] std::optional<PlaceKind> place_kind_of(const OsmTags& tags);
// What people name to say where they are, with its name; nothing without a name or for a place.
[[nodiscard]] std::optional<Feature> landmark_of(const OsmTags& tags);
// Other names: alt_name, official_name, short_name, old_name, name:en, at most kAliasesMax.
[[nodiscard]] std::vector<std::string> aliases_of(const OsmTags& tags);
// Township of an address tag, empty when none says it.
[[nodiscard]] std::string within_of(const OsmTags& tags);

} // namespace ems::map
