#include "console/model/trails.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ems::console {
namespace {

constexpr double kStepM = 20;
constexpr std::int64_t kStepUs = 10LL * 1'000'000;
constexpr std::size_t kUnitsMax = 20'000;

} // namespace

double distance_m(GeoPoint a, GeoPoint b) {
    constexpr double kRad = std::numbers::pi / 180.0;
    const double dy = (b.lat - a.lat) * MapCamera::kMetresPerDegree;
    const double dx = (b.lon - a.lon) * MapCamera::kMetresPerDegree * std::cos((a.lat + b.lat) / 2 * kRad);
    return std::hypot(dx, dy);
}

void Trails::add(const api::UnitPosition& position) {
    if (trails_.size() >= kUnitsMax && !trails_.contains(position.unit_id())) {
        return;
    }
    auto& trail = trails_[position.unit_id()];
    const TrailPoint point{geo_point(position.place().lat_e7(), position.place().lon_e7()), position.received_us()};
    if (!trail.empty()) {
        const TrailPoint& last = trail.back();
        const bool near = distance_m(last.at, point.at) < kStepM && point.received_us - last.received_us < kStepUs;
        if (point.received_us <= last.received_us || near) {
            return;
        }
    }
    trail.push_back(point);
    while (trail.size() > kPointsMax || trail.front().received_us < point.received_us - kKeptUs) {
        trail.pop_front();
    }
}

const std::deque<TrailPoint>& Trails::of(std::int64_t unit_id) const {
    static const std::deque<TrailPoint> kNone;
    const auto found = trails_.find(unit_id);
    return found == trails_.end() ? kNone : found->second;
}

} // namespace ems::console
