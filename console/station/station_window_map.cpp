#include "console/station/station_window.h"
#include "console/widgets/map_view.h"

#include <utility>

namespace ems::console {

// The station with its zone and the running cases of its units, anew when one of them comes or goes.
void StationWindow::frameMap() {
    const auto mine = desk_.state().stations().find(stationId());
    if (mine == desk_.state().stations().end()) {
        return;
    }
    const auto add = [](GeoBox& box, const api::Place& place) { box.add(geo_point(place.lat_e7(), place.lon_e7())); };
    GeoBox box;
    add(box, mine->second.place());
    std::vector<std::int64_t> framed{mine->first};
    for (const auto& zone : desk_.state().centre().zones()) {
        if (zone.station_id() != mine->first) {
            continue;
        }
        framed.push_back(-zone.polygons_size());
        for (const auto& polygon : zone.polygons()) {
            for (const auto& point : polygon.outer().points()) {
                add(box, point);
            }
        }
    }
    for (const StationCase& one : station_cases(desk_.state(), mine->first)) {
        if (one.incident != nullptr) {
            framed.push_back(one.incident->id());
            add(box, one.incident->place());
        }
    }
    if (framed != framed_) {
        framed_ = std::move(framed);
        map_->lookOver(box);
    }
}

} // namespace ems::console
