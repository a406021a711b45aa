// What the first two readings of an extract leave for the third, when nodes become known.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "map/import/osm_ground.h"
#include "map/import/osm_import.h"
#include "map/import/osm_profile.h"

namespace ems::map {

// Attributes of a road, before its nodes are known.
struct RoadDraft {
    std::int64_t id{0};
    std::uint64_t ref_first{0};
    std::uint32_t ref_count{0};
    std::uint32_t name{0};
    WayProfile profile;
};
struct RestrictionDraft {
    std::int64_t from{0};
    std::int64_t via{0}; // a node, when there are no via_ways
    std::int64_t to{0};
    bool only{false};
    std::vector<std::int64_t> via_ways; // in any order
};
// A hospital or a landmark drawn as an outline.
template <class What> struct SiteDraft {
    What what;
    std::vector<std::int64_t> refs;
};

struct OsmDraft {
    std::vector<RoadDraft> roads;
    std::vector<std::int64_t> refs;
    std::vector<RestrictionDraft> restrictions;
    std::vector<SiteDraft<Place>> sites;
    std::vector<SiteDraft<Feature>> landmarks;
    std::vector<std::string> names{std::string{}};
    GroundCollector ground;
    ImportCounts counts;
    std::uint64_t held_beside{0}; // by what is neither in refs nor in ground

    // How much is kept, in numbers of eight bytes or so.
    [[nodiscard]] std::uint64_t held() const { return refs.size() + ground.held() + held_beside; }
};

} // namespace ems::map
