// How one drives apart from where: with or without siren, in the dark, in rain or snow. Each is a
// factor of the profile's speeds on every road alike.
#pragma once

#include <cstdint>
#include <memory>

#include "map/graph/ambulance_profile.h"
#include "map/graph/metric.h"
#include "telemetry/base/result.h"

namespace ems::map {

enum class Weather : std::uint8_t { dry, rain, snow };
enum class Light : std::uint8_t { day, night };
enum class Haste : std::uint8_t { siren, without_siren };

struct Driving {
    Weather weather{Weather::dry};
    Light light{Light::day};
    Haste haste{Haste::siren};
};

// Times the speed; 1 for dry, day and siren.
[[nodiscard]] double speed_factor(const AmbulanceProfile& profile, const Driving& driving);

// Night by the profile's hours of the county's civil time (UTC+8 all year).
[[nodiscard]] Light light_at(const AmbulanceProfile& profile, std::int64_t now_us);

// `base` with every open arc at `speed_factor` times its speed; within Metric::kLeastShare. `base`
// itself for 1.
[[nodiscard]] std::shared_ptr<const Metric> driven(std::shared_ptr<const Metric> base,
                                                   double speed_factor);

} // namespace ems::map
