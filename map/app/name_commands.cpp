#include "map/app/commands.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "map/gazetteer/gazetteer.h"
#include "map/import/map_folder.h"

namespace ems::map::app {
namespace {

using Json = nlohmann::ordered_json;

void print(const Json& j) {
    fmt::print("{}\n", j.dump(2, ' ', false, Json::error_handler_t::replace));
}

Result<Wgs84> point_of(const std::string& text, const char* option) {
    const auto p = parse_lat_lon(text);
    if (!p) {
        return fail(p.error().code, fmt::format("{}: {}", option, p.error().detail));
    }
    return *p;
}

const char* match_name(MatchKind kind) {
    switch (kind) {
    case MatchKind::text:
        return "text";
    case MatchKind::initials:
        return "initials";
    case MatchKind::homophone:
        return "homophone";
    case MatchKind::typo:
        return "typo";
    case MatchKind::beginning:
        return "beginning";
    case MatchKind::none:
        break;
    }
    return "none";
}

Json feature_json(const Feature& f) {
    const Wgs84 at = from_e7(f.at);
    Json j{{"name", f.name}, {"kind", name_kind_name(f.kind)}, {"lat", at.lat}, {"lon", at.lon}};
    if (!f.within.empty()) {
        j["within"] = f.within;
        j["within_is_nearest"] = f.within_source == WithinSource::nearest;
    }
    return j;
}

} // namespace

Result<void> run_search(const SearchOptions& options, Format format) {
    const auto gazetteer = Gazetteer::open(MapPaths{options.graph}.names);
    if (!gazetteer) {
        return Failure{gazetteer.error()};
    }
    NameQuery query{options.query, std::nullopt, options.count};
    if (!options.near.empty()) {
        const auto near = point_of(options.near, "--near");
        if (!near) {
            return Failure{near.error()};
        }
        query.near = *near;
    }
    Json j = Json::array();
    for (const FoundName& found : gazetteer->search(query)) {
        const Feature& f = gazetteer->features()[found.feature];
        Json row = feature_json(f);
        row["match"] = match_name(found.kind);
        row["reading"] = found.reading;
        if (found.distance_m) {
            row["metres"] = *found.distance_m;
            row["course_deg"] = *found.course_deg;
        }
        if (format == Format::text) {
            const std::string far =
                found.distance_m && *found.distance_m >= 5 // else it is there
                    ? fmt::format("  {} {}",
                                  compass_name(compass_sector(*found.course_deg), Language::zh),
                                  distance_text(*found.distance_m, Language::zh))
                    : std::string{};
            fmt::print("{}  {}{}  {}  {} [{}]{}\n", f.name,
                       f.within_source == WithinSource::nearest ? "~" : "", f.within,
                       name_kind_name(f.kind), found.reading, match_name(found.kind), far);
        }
        j.push_back(std::move(row));
    }
    if (format == Format::json) {
        print(j);
    } else if (j.empty()) {
        fmt::print("nothing of that name\n");
    }
    return {};
}

Result<void> run_where(const WhereOptions& options, Format format) {
    const auto at = point_of(options.at, "--at");
    if (!at) {
        return Failure{at.error()};
    }
    const auto gazetteer = Gazetteer::open(MapPaths{options.graph}.names);
    if (!gazetteer) {
        return Failure{gazetteer.error()};
    }
    const auto where = gazetteer->where(*at);
    if (!where) {
        return Failure{where.error()};
    }
    const std::string zh = gazetteer->describe(*where, Language::zh);
    if (format == Format::text) {
        fmt::print("{}\n", zh.empty() ? "nothing with a name is near" : zh);
        return {};
    }
    Json j{{"zh", zh}, {"en", gazetteer->describe(*where, Language::en)}};
    if (where->settlement) {
        j["settlement"] = feature_json(gazetteer->features()[*where->settlement]);
        j["settlement"]["metres"] = where->distance_m;
        j["settlement"]["course_deg"] = where->course_deg;
    }
    if (where->road) {
        j["road"] = feature_json(gazetteer->features()[*where->road]);
        j["road"]["metres"] = where->road_distance_m;
    }
    if (where->landmark) {
        j["landmark"] = feature_json(gazetteer->features()[*where->landmark]);
        j["landmark"]["metres"] = where->landmark_distance_m;
    }
    print(j);
    return {};
}

} // namespace ems::map::app
