// The option --driving: how one drives, by the factors of the map's profile.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "map/graph/metric.h"
#include "telemetry/base/result.h"

namespace ems::map::app {

// Times of `graph`, of the map folder `dir`, for someone who drives as `words` say; the profile's
// own without words. A folder that an operator put together may lack its profile: the default one,
// then. config for a profile that is none.
[[nodiscard]] Result<std::shared_ptr<const Metric>>
driving_metric(const RoadGraph& graph, const std::string& dir,
               const std::vector<std::string>& words);
// The profile of a map folder, the default one where it has none.
[[nodiscard]] std::string profile_path(const std::string& dir);

} // namespace ems::map::app
