#include "map/graph/driving.h"

#include <utility>
#include <vector>

#include "telemetry/base/assert.h"

namespace ems::map {

double speed_factor(const AmbulanceProfile& profile, const Driving& driving) {
    double out = driving.haste == Haste::siren ? 1 : profile.without_siren;
    out *= driving.light == Light::day ? 1 : profile.night;
    switch (driving.weather) {
    case Weather::dry:
        break;
    case Weather::rain:
        out *= profile.rain;
        break;
    case Weather::snow:
        out *= profile.snow;
        break;
    }
    return out;
}

Light light_at(const AmbulanceProfile& profile, std::int64_t now_us) {
    constexpr std::int64_t kHourUs = 3'600'000'000;
    constexpr std::int64_t kCivilOffsetUs = 8 * kHourUs;
    const std::int64_t day_us =
        ((now_us + kCivilOffsetUs) % (24 * kHourUs) + 24 * kHourUs) % (24 * kHourUs);
    const double hour = static_cast<double>(day_us) / static_cast<double>(kHourUs);
    const double from = profile.night_from_h;
    const double to = profile.night_to_h;
    const bool is_night = from <= to ? hour >= from && hour < to : hour >= from || hour < to;
    return is_night ? Light::night : Light::day;
}

std::shared_ptr<const Metric> driven(std::shared_ptr<const Metric> base, double speed_factor) {
    EMS_ASSERT(speed_factor > 0);
    if (speed_factor == 1) {
        return base;
    }
    const RoadGraph& graph = base->graph();
    std::vector<ArcWeight> weights;
    weights.reserve(graph.arc_count());
    for (ArcId a = 0; a < graph.arc_count(); ++a) {
        if (!graph.is_copy(a) && !base->is_closed(a)) {
            weights.push_back({a, ArcWeight::Kind::absolute, base->travel_ms(a) / speed_factor});
        }
    }
    auto made = with_weights(*base, weights);
    EMS_ASSERT(made);
    return std::move(*made);
}

} // namespace ems::map
