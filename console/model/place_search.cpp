#include "console/model/place_search.h"

namespace ems::console {
namespace {

PlaceCandidate candidate_of(const map::Feature& f) {
    PlaceCandidate c;
    c.point = geo_point(f.at.lat_e7, f.at.lon_e7);
    c.name = f.name;
    c.within = f.within;
    c.within_is_nearest = f.within_source == map::WithinSource::nearest;
    c.kind = f.kind;
    return c;
}

} // namespace

std::vector<PlaceCandidate> PlaceSearch::candidates(std::string_view text, GeoPoint near) const {
    std::vector<PlaceCandidate> out;
    for (const map::FoundName& found : gazetteer_.search({text, map::Wgs84{near.lat, near.lon}, kCandidatesMax})) {
        PlaceCandidate c = candidate_of(gazetteer_.features()[found.feature]);
        c.reading = found.reading;
        c.match = found.kind;
        c.distance_m = found.distance_m.value_or(0);
        c.sector = map::compass_sector(found.course_deg.value_or(0));
        out.push_back(std::move(c));
    }
    return out;
}

std::optional<PlaceCandidate> PlaceSearch::named_in(std::string_view address, GeoPoint near) const {
    const auto found = gazetteer_.named_in(address, map::Wgs84{near.lat, near.lon});
    return found ? std::optional{candidate_of(gazetteer_.features()[*found])} : std::nullopt;
}

std::optional<PlaceCandidate> PlaceSearch::nearest(GeoPoint to) const {
    const auto where = gazetteer_.where(map::Wgs84{to.lat, to.lon});
    if (!where || !where->settlement) {
        return std::nullopt;
    }
    PlaceCandidate c = candidate_of(gazetteer_.features()[*where->settlement]);
    c.distance_m = where->distance_m;
    c.sector = map::compass_sector(where->course_deg);
    return c;
}

std::string address_of(const PlaceCandidate& candidate) {
    // of a seat the district in front is never said, and a guessed township never written
    const bool has_township = !candidate.within_is_nearest && candidate.kind != map::NameKind::town &&
                              candidate.name.find(candidate.within) == std::string::npos;
    return has_township ? candidate.within + candidate.name : candidate.name;
}

} // namespace ems::console
