#include "map/app/driving.h"

#include <algorithm>
#include <filesystem>

#include "map/graph/driving.h"
#include "map/import/map_folder.h"

namespace ems::map::app {

std::string profile_path(const std::string& dir) {
    const std::string path = MapPaths{dir}.profile;
    std::error_code error;
    return std::filesystem::exists(path, error) ? path : std::string{};
}

Result<std::shared_ptr<const Metric>> driving_metric(const RoadGraph& graph,
                                                     const std::string& dir,
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

} // namespace ems::map::app
