#include "dispatch/store/road_conditions.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "dispatch/store/rows_json.h"

namespace ems::dispatch {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 6> kKinds{"closure", "flood", "slow",
                                                 "speed",   "rain",  "snow"};
constexpr std::array<std::string_view, 3> kPlaces{"stretch", "area", "everywhere"};

template <class E, std::size_t N>
std::optional<E> find_name(const std::array<std::string_view, N>& names, std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? std::nullopt
                                : std::optional{static_cast<E>(found - names.begin())};
}

template <class T> T must(std::optional<T> value) {
    if (!value) {
        throw json::other_error::create(501, "unknown name", nullptr);
    }
    return *value;
}

std::string encode(const RoadConditionRow& row) {
    json points = json::array();
    for (const PlaceE7& point : row.points) {
        points.push_back(point.lat_e7);
        points.push_back(point.lon_e7);
    }
    const json out{{"id", row.id},
                   {"kind", name(row.kind)},
                   {"place", name(row.place)},
                   {"points", std::move(points)},
                   {"ways", row.ways == RoadWays::along ? "along" : "both"},
                   {"classes", row.classes},
                   {"road", row.road},
                   {"value", row.value},
                   {"from", row.from_us},
                   {"until", row.until_us},
                   {"reason", row.reason}};
    return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

RoadConditionRow decode(const json& in) {
    RoadConditionRow out;
    out.id = in.at("id").get<std::int64_t>();
    out.kind = must(road_kind_of(in.at("kind").get<std::string>()));
    out.place = must(road_place_of(in.at("place").get<std::string>()));
    const json& points = in.at("points");
    for (std::size_t i = 0; i + 1 < points.size(); i += 2) {
        out.points.push_back(
            {points.at(i).get<std::int32_t>(), points.at(i + 1).get<std::int32_t>()});
    }
    out.ways = in.at("ways").get<std::string>() == "along" ? RoadWays::along : RoadWays::both;
    out.classes = in.at("classes").get<std::vector<std::string>>();
    out.road = in.at("road").get<std::string>();
    out.value = in.at("value").get<double>();
    out.from_us = in.at("from").get<std::int64_t>();
    out.until_us = in.at("until").get<std::int64_t>();
    out.reason = in.at("reason").get<std::string>();
    out.created_us = in.at("created").get<std::int64_t>();
    out.created_by = in.at("created_by").get<std::string>();
    out.ended_us = in.at("ended").get<std::int64_t>();
    out.ended_by = in.at("ended_by").get<std::string>();
    out.end_reason = in.at("end_reason").get<std::string>();
    out.version = in.at("version").get<std::uint64_t>();
    return out;
}

Result<std::vector<RoadConditionRow>> rows_of(std::string_view text) {
    try {
        std::vector<RoadConditionRow> out;
        for (const json& row : json::parse(text)) {
            out.push_back(decode(row));
        }
        return out;
    } catch (const json::exception& error) {
        return fail(Code::corrupt, error.what());
    }
}

Result<RoadConditionRow> one_row(const Result<pg::Rows>& answer) {
    if (!answer) {
        return Failure{translate(answer.error())};
    }
    auto rows = rows_of(answer->text(0, 0).value_or(""));
    if (!rows) {
        return Failure{rows.error()};
    }
    if (rows->size() != 1) {
        return fail(Code::corrupt, "one condition of a road was expected");
    }
    return std::move(rows->front());
}

} // namespace

std::string_view name(RoadKind kind) {
    return kKinds[static_cast<std::size_t>(kind)];
}
std::string_view name(RoadPlace place) {
    return kPlaces[static_cast<std::size_t>(place)];
}
std::optional<RoadKind> road_kind_of(std::string_view text) {
    return find_name<RoadKind>(kKinds, text);
}
std::optional<RoadPlace> road_place_of(std::string_view text) {
    return find_name<RoadPlace>(kPlaces, text);
}

Task<std::vector<RoadConditionRow>> road_conditions(pg::Connection& db, std::string region) {
    pg::Params params = pg::Params::of(region);
    auto answer = co_await db.query("select dispatch.road_conditions($1)", std::move(params));
    if (!answer) {
        co_return Failure{translate(answer.error())};
    }
    co_return rows_of(answer->text(0, 0).value_or(""));
}

Task<std::int64_t> take_road_condition_id(pg::Connection& db) {
    auto rows = co_await db.execute("select nextval('dispatch.road_condition_id')", {});
    if (!rows) {
        co_return Failure{translate(rows.error())};
    }
    co_return rows->get<std::int64_t>(0, 0);
}

Task<RoadConditionRow> add_road_condition(pg::Connection& db, std::uint64_t term, WriteSet request,
                                          std::string region, RoadConditionRow row) {
    // GCC 12 destroys an aggregate twice that is made inside a co_await expression: parameters are
    // made before it.
    pg::Params params = pg::Params::of(term, request.actor, to_json(request), region, encode(row));
    auto answer = co_await db.execute(
        "select dispatch.road_condition_add($1, $2, $3::jsonb, $4, $5::jsonb)", std::move(params));
    co_return one_row(answer);
}

Task<RoadConditionRow> end_road_condition(pg::Connection& db, std::uint64_t term, WriteSet request,
                                          std::int64_t id, std::uint64_t version,
                                          std::string reason) {
    pg::Params params = pg::Params::of(term, request.actor, to_json(request), id, version, reason);
    auto answer = co_await db.execute(
        "select dispatch.road_condition_end($1, $2, $3::jsonb, $4, $5, $6)", std::move(params));
    co_return one_row(answer);
}

} // namespace ems::dispatch
