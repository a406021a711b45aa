// The options --driving and --closures: how one drives, by the factors of the map's profile, and
// where nobody does.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "map/graph/metric.h"
#include "map/match/snap.h"
#include "telemetry/base/result.h"

namespace ems::map::app {

// Times of `graph`, of the map folder `dir`, for someone who drives as `words` say; the profile's
// own without words. A folder that an operator put together may lack its profile: the default one,
// then. config for a profile that is none.
[[nodiscard]] Result<std::shared_ptr<const Metric>>
driving_metric(const RoadGraph& graph, const std::string& dir,
               const std::vector<std::string>& words);
// `metric` with the roads closed, both ways, at each point of FILE.csv(id,lat,lon), as a dispatcher
// closes them (map/live); itself for an empty path. The error names the point where no road lies.
[[nodiscard]] Result<std::shared_ptr<const Metric>>
closed_metric(std::shared_ptr<const Metric> metric, const SnapIndex& index,
              const std::string& path);
// The profile of a map folder, the default one where it has none.
[[nodiscard]] std::string profile_path(const std::string& dir);

} // namespace ems::map::app
