#include "map/import/osm_profile.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "map/import/osm_values.h"

namespace ems::map {
namespace {

struct HighwayRow {
    std::string_view highway;
    RoadClass road_class;
    float kmh; // where the class has its speed of kAmbulanceKmh, else in proportion; 0: closed
    bool restricted; // open to an ambulance, not to everybody, unless a tag says otherwise
};
constexpr std::array<HighwayRow, 19> kHighways{{
    {"motorway", RoadClass::expressway, 105, false},
    {"motorway_link", RoadClass::expressway, 55, false},
    {"trunk", RoadClass::national, 80, false},
    {"trunk_link", RoadClass::national, 45, false},
    {"primary", RoadClass::provincial, 70, false},
    {"primary_link", RoadClass::provincial, 45, false},
    {"secondary", RoadClass::county, 60, false},
    {"secondary_link", RoadClass::county, 40, false},
    {"tertiary", RoadClass::township, 48, false},
    {"tertiary_link", RoadClass::township, 35, false},
    {"unclassified", RoadClass::village, 38, false},
    {"residential", RoadClass::street, 30, false},
    {"road", RoadClass::street, 30, false},
    {"living_street", RoadClass::street, 15, false},
    {"service", RoadClass::service, 15, false},
    {"track", RoadClass::service, 15, false},
    {"busway", RoadClass::service, 40, true},
    {"pedestrian", RoadClass::service, 12, true},
    {"bus_guideway", RoadClass::service, 0, true},
}};

struct Factor {
    std::string_view surface;
    float factor;
};
constexpr std::array<Factor, 11> kSurfaces{{{"unpaved", 0.65F},
                                            {"gravel", 0.65F},
                                            {"dirt", 0.5F},
                                            {"ground", 0.5F},
                                            {"earth", 0.5F},
                                            {"mud", 0.3F},
                                            {"sand", 0.4F},
                                            {"grass", 0.4F},
                                            {"compacted", 0.8F},
                                            {"fine_gravel", 0.8F},
                                            {"cobblestone", 0.7F}}};

constexpr float kLeastKmh = 5;
constexpr float kMostKmh = 150; // as in a profile

constexpr std::array<std::string_view, 14> kBlocking{"bollard",
                                                     "block",
                                                     "jersey_barrier",
                                                     "debris",
                                                     "log",
                                                     "stile",
                                                     "turnstile",
                                                     "kissing_gate",
                                                     "cycle_barrier",
                                                     "full-height_turnstile",
                                                     "sump_buster",
                                                     "motorcycle_barrier",
                                                     "wall",
                                                     "chain"};
constexpr std::array<std::string_view, 5> kGates{"gate", "lift_gate", "swing_gate", "sliding_gate",
                                                 "wicket_gate"};

// The first row that fits decides. An empty value stands for any.
struct LandmarkRow {
    std::string_view key;
    std::string_view value;
    NameKind kind;
};
constexpr std::array<LandmarkRow, 41> kLandmarks{{
    {"amenity", "school", NameKind::school},
    {"amenity", "kindergarten", NameKind::school},
    {"amenity", "college", NameKind::school},
    {"amenity", "university", NameKind::school},
    {"man_made", "bridge", NameKind::bridge},
    {"man_made", "tunnel", NameKind::tunnel},
    {"railway", "station", NameKind::railway_station},
    {"railway", "halt", NameKind::railway_station},
    {"amenity", "bus_station", NameKind::bus_station},
    {"highway", "bus_stop", NameKind::bus_station},
    {"man_made", "works", NameKind::factory},
    {"landuse", "industrial", NameKind::factory},
    {"industrial", "", NameKind::factory},
    {"power", "plant", NameKind::factory},
    {"power", "substation", NameKind::factory},
    {"landuse", "quarry", NameKind::factory},
    {"amenity", "place_of_worship", NameKind::temple},
    {"building", "temple", NameKind::temple},
    {"amenity", "townhall", NameKind::office},
    {"amenity", "police", NameKind::office},
    {"amenity", "fire_station", NameKind::office},
    {"amenity", "courthouse", NameKind::office},
    {"amenity", "community_centre", NameKind::office},
    {"office", "government", NameKind::office},
    {"amenity", "marketplace", NameKind::market},
    {"shop", "", NameKind::market},
    {"tourism", "hotel", NameKind::market},
    {"amenity", "bank", NameKind::market},
    {"amenity", "fuel", NameKind::fuel},
    {"landuse", "residential", NameKind::estate},
    {"place", "square", NameKind::landmark},
    {"place", "locality", NameKind::landmark},
    {"highway", "services", NameKind::service_area},
    {"highway", "rest_area", NameKind::service_area},
    {"highway", "motorway_junction", NameKind::service_area},
    {"barrier", "toll_booth", NameKind::service_area},
    {"tourism", "", NameKind::landmark},
    {"leisure", "", NameKind::landmark},
    {"historic", "", NameKind::landmark},
    {"amenity", "pharmacy", NameKind::market},
    {"natural", "peak", NameKind::landmark},
}};

constexpr std::array<std::string_view, 4> kAccessKeys{"motorcar", "motor_vehicle", "vehicle",
                                                      "access"};

enum class Access { unsaid, open, restricted, closed };

bool is_yes(std::string_view v) {
    return v == "yes" || v == "designated" || v == "official" || v == "permissive";
}

// The most particular key decides; a right of way for emergency vehicles outranks them all. Without
// any the road's kind does.
Access access_of(const OsmTags& tags) {
    const std::string_view emergency = tags.get("emergency");
    if (is_yes(emergency)) {
        return Access::open;
    }
    if (emergency == "no") {
        return Access::closed;
    }
    for (const std::string_view key : kAccessKeys) {
        const std::string_view v = tags.get(key);
        if (v.empty()) {
            continue;
        }
        if (v == "no") {
            return Access::closed;
        }
        // An ambulance that is called there has its destination or its delivery there.
        const bool is_open =
            is_yes(v) || v == "emergency" || v == "public" || v == "destination" || v == "delivery";
        return is_open ? Access::open : Access::restricted;
    }
    return Access::unsaid;
}

// Whether a sign keeps a vehicle of the profile out: one that is just as high, wide or heavy as
// signed may pass.
bool is_too_large(const OsmTags& tags, const AmbulanceProfile& profile) {
    for (const std::string_view key : {"maxheight", "maxheight:physical"}) {
        if (const auto m = parse_metres(tags.get(key)); m && *m < profile.height_m) {
            return true;
        }
    }
    for (const std::string_view key : {"maxwidth", "maxwidth:physical"}) {
        if (const auto m = parse_metres(tags.get(key)); m && *m < profile.width_m) {
            return true;
        }
    }
    const auto t = parse_tonnes(tags.get("maxweight"));
    return t && *t < profile.weight_t;
}

float within_bounds(float kmh) {
    return std::clamp(kmh, kLeastKmh, kMostKmh);
}

struct Speed {
    float kmh{0};
    bool by_limit{false};
};

Speed speed(const OsmTags& tags, std::string_view direction_key, float class_kmh,
            const AmbulanceProfile& profile) {
    Speed out{class_kmh, false};
    float limit = parse_kmh(tags.get(direction_key));
    if (limit == 0) {
        limit = parse_kmh(tags.get("maxspeed"));
    }
    if (limit > 0) {
        const float by_limit = limit * static_cast<float>(profile.limit);
        const float most = class_kmh * static_cast<float>(profile.above_class);
        out = {std::min(by_limit, most), by_limit < most};
    }
    for (const Factor& f : kSurfaces) {
        if (tags.is("surface", f.surface)) {
            out.kmh *= f.factor;
        }
    }
    return out;
}

// Closes the direction against a one-way road, or slows it down where the profile permits it.
void limit_against_oneway(const OsmTags& tags, const AmbulanceProfile& profile, WayProfile& way) {
    if (tags.is("oneway:emergency", "no")) {
        return;
    }
    const std::string_view oneway = tags.get("oneway");
    const bool is_implied = way.roundabout || tags.is("highway", "motorway");
    const bool is_permitted = profile.wrong_way > 0 && way.road_class >= profile.wrong_way_from &&
                              way.road_class != RoadClass::ferry &&
                              way.road_class != RoadClass::expressway && !way.roundabout;
    const auto against = [&](float kmh) {
        return is_permitted ? within_bounds(kmh * static_cast<float>(profile.wrong_way)) : 0;
    };
    if (oneway == "-1" || oneway == "reverse") {
        way.forward_kmh = against(way.forward_kmh);
    } else if (oneway == "yes" || oneway == "true" || oneway == "1" ||
               (is_implied && oneway != "no")) {
        way.backward_kmh = against(way.backward_kmh);
    }
}

std::optional<HighwayRow> row_of(const OsmTags& tags) {
    const std::string_view highway = tags.get("highway");
    if (highway.empty()) {
        return tags.is("route", "ferry")
                   ? std::optional{HighwayRow{"ferry", RoadClass::ferry, 8, false}}
                   : std::nullopt;
    }
    const auto row = std::find_if(kHighways.begin(), kHighways.end(),
                                  [&](const HighwayRow& r) { return r.highway == highway; });
    if (row != kHighways.end()) {
        return row->kmh > 0 ? std::optional{*row} : std::nullopt;
    }
    // paths and footways only where a sign opens them
    const bool is_path = highway == "footway" || highway == "path" || highway == "cycleway" ||
                         highway == "bridleway";
    if (is_path && (is_yes(tags.get("emergency")) || is_yes(tags.get("motor_vehicle")))) {
        return HighwayRow{highway, RoadClass::service, 12, true};
    }
    return std::nullopt;
}

} // namespace

std::optional<WayProfile> profile_way(const OsmTags& tags, const AmbulanceProfile& profile) {
    const auto row = row_of(tags);
    const Access access = access_of(tags);
    const bool is_ferry = row && row->road_class == RoadClass::ferry;
    // Most ferries carry people alone: one that says nothing of vehicles carries none.
    if (!row || access == Access::closed || tags.is("area", "yes") ||
        (is_ferry && access == Access::unsaid) || is_too_large(tags, profile)) {
        return std::nullopt;
    }
    WayProfile way;
    way.road_class = row->road_class;
    way.restricted = access == Access::restricted || (row->restricted && access == Access::unsaid);
    way.roundabout = tags.is("junction", "roundabout") || tags.is("junction", "circular");
    way.tunnel = !tags.get("tunnel").empty() && !tags.is("tunnel", "no");
    const double share = row->kmh / AmbulanceProfile{}.kmh_of(row->road_class);
    const auto class_kmh = static_cast<float>(profile.kmh_of(row->road_class) * share);
    const auto factor = way.restricted ? static_cast<float>(profile.restricted) : 1.0F;
    const Speed forward = speed(tags, "maxspeed:forward", class_kmh, profile);
    const Speed backward = speed(tags, "maxspeed:backward", class_kmh, profile);
    way.forward_kmh = within_bounds(forward.kmh * factor);
    way.backward_kmh = within_bounds(backward.kmh * factor);
    way.forward_by_limit = forward.by_limit;
    way.backward_by_limit = backward.by_limit;
    limit_against_oneway(tags, profile, way);
    if (is_ferry) {
        way.sailing_s = parse_duration_s(tags.get("duration"));
        way.waiting_s = static_cast<float>(profile.ferry_wait_s);
    }
    return way;
}

bool is_closed_by_size(const OsmTags& tags, const AmbulanceProfile& profile) {
    AmbulanceProfile smallest = profile;
    smallest.height_m = smallest.width_m = smallest.weight_t = 0;
    return is_too_large(tags, profile) && profile_way(tags, smallest);
}

NodeBarrier barrier_of(const OsmTags& tags, const AmbulanceProfile& profile) {
    if (is_too_large(tags, profile)) {
        return kNodeBlocked;
    }
    const std::string_view barrier = tags.get("barrier");
    const Access access = access_of(tags);
    if (barrier.empty()) {
        return kNodeOpen;
    }
    if (barrier == "height_restrictor") {
        const bool has_height = parse_metres(tags.get("maxheight")).has_value();
        return !has_height && kBarM < profile.height_m ? kNodeBlocked : kNodeOpen;
    }
    if (std::find(kBlocking.begin(), kBlocking.end(), barrier) != kBlocking.end()) {
        // access=yes is said of people who walk past.
        const bool is_opened = is_yes(tags.get("emergency")) || is_yes(tags.get("motor_vehicle")) ||
                               is_yes(tags.get("vehicle"));
        return is_opened ? kNodeOpen : kNodeBlocked;
    }
    if (std::find(kGates.begin(), kGates.end(), barrier) == kGates.end()) {
        return kNodeOpen;
    }
    if (access == Access::closed || (tags.is("locked", "yes") && access != Access::open)) {
        return kNodeBlocked;
    }
    return access == Access::restricted ? kNodeGate : kNodeOpen;
}

std::optional<PlaceKind> place_kind_of(const OsmTags& tags) {
    const std::string_view place = tags.get("place");
    if (place == "city" || place == "town" || place == "village" || place == "hamlet" ||
        place == "suburb") {
        return parse_place_kind(place);
    }
    if (place == "quarter" || place == "neighbourhood") {
        return PlaceKind::suburb;
    }
    const std::string_view amenity = tags.get("amenity");
    const std::string_view healthcare = tags.get("healthcare");
    if (amenity == "hospital" || healthcare == "hospital") {
        return PlaceKind::hospital;
    }
    if (tags.is("emergency", "ambulance_station")) {
        return PlaceKind::station;
    }
    if (amenity == "clinic" || amenity == "doctors" || healthcare == "clinic" ||
        healthcare == "centre") {
        return PlaceKind::clinic;
    }
    return std::nullopt;
}

std::optional<Feature> landmark_of(const OsmTags& tags) {
    Feature f;
    for (const std::string_view key : {"bridge:name", "tunnel:name"}) {
        if (const std::string_view name = tags.get(key); !name.empty()) {
            f.kind = key == "bridge:name" ? NameKind::bridge : NameKind::tunnel;
            f.name = std::string{name};
            return f;
        }
    }
    f.name = std::string{tags.get("name")};
    if (f.name.empty() && tags.is("highway", "motorway_junction")) {
        f.name = std::string{tags.get("ref")};
    }
    if (f.name.empty()) {
        return std::nullopt;
    }
    const auto* const row =
        std::find_if(kLandmarks.begin(), kLandmarks.end(), [&tags](const LandmarkRow& r) {
            const std::string_view value = tags.get(r.key);
            return !value.empty() && (r.value.empty() || value == r.value);
        });
    if (row == kLandmarks.end()) {
        return std::nullopt;
    }
    f.kind = row->kind;
    f.within = within_of(tags);
    f.aliases = aliases_of(tags);
    return f;
}

std::vector<std::string> aliases_of(const OsmTags& tags) {
    const std::string_view name = tags.get("name");
    std::vector<std::string> out;
    for (const std::string_view key : {"name:zh", "alt_name", "official_name", "short_name",
                                       "old_name", "loc_name", "name:en"}) {
        for (std::string& alias : split_aliases(tags.get(key))) {
            const bool is_new =
                alias != name && std::find(out.begin(), out.end(), alias) == out.end();
            if (is_new && alias.size() <= kNameBytesMax && out.size() < kAliasesMax) {
                out.push_back(std::move(alias));
            }
        }
    }
    return out;
}

std::string within_of(const OsmTags& tags) {
    for (const std::string_view key : {"addr:town", "addr:subdistrict", "is_in:town"}) {
        if (const std::string_view v = tags.get(key); !v.empty() && v.size() <= kNameBytesMax) {
            return std::string{v};
        }
    }
    return {};
}

} // namespace ems::map
