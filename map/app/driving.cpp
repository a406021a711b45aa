#include "map/app/driving.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "map/app/inputs.h"
#include "map/graph/driving.h"
#include "map/import/map_folder.h"
#include "map/live/road_conditions.h"

namespace ems::map::app {

std::string profile_path(const std::string& dir) {
    const std::string path = MapPaths{dir}.profile;
    std::error_code error;
    return std::filesystem::exists(path, error) ? path : std::string{};
}

Result<std::shared_ptr<const Metric>> driving_metric(const RoadGraph& graph, const std::string& dir,
                                                     const std::vector<std::string>& words) {
    auto base = std::make_shared<const Metric>(graph);
    if (words.empty()) {
        return base;
    }
    const auto profile = load_profile(profile_path(dir));
    if (!profile) {
        return Failure{profile.error()};
    }
    const auto says = [&words](const char* word) {
        return std::find(words.begin(), words.end(), word) != words.end();
    };
    const Driving driving{says("snow")   ? Weather::snow
                          : says("rain") ? Weather::rain
                                         : Weather::dry,
                          says("night") ? Light::night : Light::day,
                          says("without_siren") ? Haste::without_siren : Haste::siren};
    return driven(std::move(base), speed_factor(*profile, driving));
}

Result<std::shared_ptr<const Metric>> closed_metric(std::shared_ptr<const Metric> metric,
                                                    const SnapIndex& index,
                                                    const std::string& path) {
    if (path.empty()) {
        return metric;
    }
    const auto points = read_points_csv(path);
    if (!points) {
        return Failure{points.error()};
    }
    RoadConditions conditions{metric->graph(), index};
    std::vector<ArcWeight> weights;
    for (const NamedPoint& point : *points) {
        RoadCondition closure;
        closure.points = {point.at};
        if (const auto put = conditions.put(closure); !put) {
            return fail(put.error().code,
                        fmt::format("{}: {}: {}", path, point.name, put.error().detail));
        }
        for (const ArcId arc : conditions.arcs_of(closure.id)) {
            weights.push_back({arc, ArcWeight::Kind::closed, 0});
        }
    }
    return with_weights(*metric, weights);
}

} // namespace ems::map::app
