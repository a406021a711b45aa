// What the call form asks the gazetteer: candidates for what is being typed, and the place that a whole address names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console/map_paint/map_camera.h"
#include "map/gazetteer/gazetteer.h"

namespace ems::console {

struct PlaceCandidate {
    GeoPoint point;
    std::string name;
    std::string within; // township, may be empty
    bool within_is_nearest{false}; // guessed from the nearest seat
    std::string reading;           // in which it was found, "feng cun xiang"
    map::NameKind kind{map::NameKind::village};
    map::MatchKind match{map::MatchKind::text};
    double distance_m{0};
    int sector{0}; // 0 north, clockwise to 7
};

// Thread of its owner; a search takes less than a keystroke.
class PlaceSearch {
  public:
    static constexpr std::uint32_t kCandidatesMax = 8;

    // The gazetteer must outlive it.
    explicit PlaceSearch(const map::Gazetteer& gazetteer) : gazetteer_(gazetteer) {}

    // Best first, nearer ones before others.
    [[nodiscard]] std::vector<PlaceCandidate> candidates(std::string_view text, GeoPoint near) const;
    [[nodiscard]] std::optional<PlaceCandidate> named_in(std::string_view address, GeoPoint near) const;
    // The settlement nearest to a point, with the way from there to it; nothing where none is near.
    [[nodiscard]] std::optional<PlaceCandidate> nearest(GeoPoint to) const;
    [[nodiscard]] const map::Gazetteer& gazetteer() const { return gazetteer_; }

  private:
    const map::Gazetteer& gazetteer_;
};

// "冯村乡西张耿村": the township in front where the map says it.
[[nodiscard]] std::string address_of(const PlaceCandidate& candidate);

} // namespace ems::console
