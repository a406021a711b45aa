#include "dispatch/service/messages_roads.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "dispatch/core/task_writes.h"
#include "dispatch/service/messages.h"
#include "dispatch/service/road_desk.h"

namespace ems::dispatch {
namespace {

constexpr std::size_t kRoadNameMax = 100;
constexpr int kPointsMax = 2'000;
constexpr int kClassesMax = 16;
constexpr std::int64_t kDayUs = 24LL * 3600 * 1'000'000;
constexpr std::int64_t kAheadMaxUs = 366 * kDayUs;
constexpr std::int64_t kPastMaxUs = 366 * kDayUs;

Error wrong(std::string detail) {
    return {Code::road_condition_invalid, std::move(detail)};
}

Result<void> check_times(const RoadConditionRow& row, std::int64_t now_us) {
    if (row.from_us < now_us - kPastMaxUs || row.from_us > now_us + kAheadMaxUs ||
        row.until_us > now_us + 2 * kAheadMaxUs) {
        return Failure{wrong("times lie within a year")};
    }
    if (row.until_us != 0 && (row.until_us <= row.from_us || row.until_us <= now_us)) {
        return Failure{wrong("it is over already")};
    }
    return {};
}

api::CoverageShare to_message(const map::CoverageShare& share) {
    api::CoverageShare out;
    out.set_name(share.name);
    out.set_villages(share.villages);
    out.set_villages_covered(share.villages_covered);
    out.set_population(share.population);
    out.set_population_covered(share.population_covered);
    out.set_population_assumed(share.population_assumed);
    return out;
}

void put_ring(const std::vector<map::Wgs84>& points, api::Ring& out) {
    for (const map::Wgs84 point : points) {
        *out.add_points() = to_message(to_place(point));
    }
}

void put_polygon(const map::Polygon& polygon, api::Polygon& out) {
    put_ring(polygon.outer, *out.mutable_outer());
    for (const auto& hole : polygon.holes) {
        put_ring(hole, *out.add_holes());
    }
}

} // namespace

Result<RoadConditionRow> road_condition_of(const api::RoadCondition& in, std::int64_t now_us) {
    const auto kind = road_kind_of(in.kind());
    if (!kind) {
        return fail(Code::choice_unknown, "kind: closure, flood, slow, speed, rain or snow");
    }
    const auto place = road_place_of(in.place());
    if (!place) {
        return fail(Code::choice_unknown, "place: stretch, area or everywhere");
    }
    if (in.points_size() > kPointsMax || in.classes_size() > kClassesMax) {
        return Failure{
            wrong(fmt::format("at most {} points and {} classes", kPointsMax, kClassesMax))};
    }
    EMS_TRY(check_reason(in.reason()));
    EMS_TRY(check_text(in.road(), kRoadNameMax, "road"));
    RoadConditionRow out;
    out.kind = *kind;
    out.place = *place;
    if (*place != RoadPlace::everywhere) {
        for (const api::Place& point : in.points()) {
            out.points.push_back({point.lat_e7(), point.lon_e7()});
        }
    } else if (in.points_size() > 0) {
        return Failure{wrong("everywhere has no points")};
    }
    out.ways = in.along() ? RoadWays::along : RoadWays::both;
    for (const std::string& name : in.classes()) {
        if (!map::parse_road_class(name)) {
            return fail(Code::choice_unknown, "\"" + name.substr(0, 32) + "\" is no class of road");
        }
        out.classes.push_back(name);
    }
    out.road = in.road();
    const bool has_value = *kind == RoadKind::slow || *kind == RoadKind::speed;
    out.value = has_value ? in.value() : 0;
    out.from_us = in.from_us() == 0 ? now_us : in.from_us();
    out.until_us = in.until_us();
    out.reason = in.reason();
    EMS_TRY(check_times(out, now_us));
    if (auto fits = map::check(to_map(out)); !fits) {
        return Failure{wrong(fits.error().detail)};
    }
    return out;
}

map::RoadCondition to_map(const RoadConditionRow& row) {
    map::RoadCondition out;
    out.id = row.id;
    switch (row.place) {
    case RoadPlace::stretch:
        out.place = map::RoadCondition::Place::stretch;
        break;
    case RoadPlace::area:
        out.place = map::RoadCondition::Place::area;
        break;
    case RoadPlace::everywhere:
        out.place = map::RoadCondition::Place::everywhere;
        break;
    }
    for (const PlaceE7 point : row.points) {
        out.points.push_back(to_wgs84(point));
    }
    out.ways = row.ways == RoadWays::along ? map::RoadCondition::Ways::along
                                           : map::RoadCondition::Ways::both;
    for (const std::string& name : row.classes) {
        if (const auto road_class = map::parse_road_class(name)) {
            out.classes.push_back(*road_class);
        }
    }
    out.road = row.road;
    switch (row.kind) {
    case RoadKind::closure:
    case RoadKind::flood:
        out.effect = map::RoadCondition::Effect::closed;
        break;
    case RoadKind::slow:
        out.effect = map::RoadCondition::Effect::slower;
        break;
    case RoadKind::speed:
        out.effect = map::RoadCondition::Effect::speed;
        break;
    case RoadKind::rain:
        out.effect = map::RoadCondition::Effect::rain;
        break;
    case RoadKind::snow:
        out.effect = map::RoadCondition::Effect::snow;
        break;
    }
    out.value = row.value;
    out.from_us = row.from_us;
    out.until_us = row.until_us;
    return out;
}

std::string describe(const RoadConditionRow& row) {
    std::string out =
        fmt::format("id={} kind={} place={}", row.id, name(row.kind), name(row.place));
    if (!row.points.empty()) {
        out += fmt::format(" at={:.5f},{:.5f} points={}", row.points.front().lat_e7 / 1e7,
                           row.points.front().lon_e7 / 1e7, row.points.size());
    }
    if (!row.road.empty()) {
        out += " road=" + row.road;
    }
    if (row.value > 0) {
        out += fmt::format(" value={:g}", row.value);
    }
    return out +
           fmt::format(" from_us={} until_us={} reason={}", row.from_us, row.until_us, row.reason);
}

api::RoadCondition to_message(const RoadConditionRow& row) {
    api::RoadCondition out;
    out.set_id(row.id);
    out.set_kind(std::string{name(row.kind)});
    out.set_place(std::string{name(row.place)});
    for (const PlaceE7 point : row.points) {
        *out.add_points() = to_message(point);
    }
    out.set_along(row.ways == RoadWays::along);
    for (const std::string& road_class : row.classes) {
        out.add_classes(road_class);
    }
    out.set_road(row.road);
    out.set_value(row.value);
    out.set_from_us(row.from_us);
    out.set_until_us(row.until_us);
    out.set_reason(row.reason);
    out.set_created_us(row.created_us);
    out.set_created_by(row.created_by);
    out.set_ended_us(row.ended_us);
    out.set_ended_by(row.ended_by);
    out.set_end_reason(row.end_reason);
    out.set_version(row.version);
    out.set_without_effect(row.without_effect);
    return out;
}

api::RoadsState roads_state(const RoadDesk& desk) {
    api::RoadsState out;
    out.set_revision(desk.revision());
    out.set_closures_unknown(!desk.is_loaded());
    return out;
}

api::Coverage to_message(const CoverNow& now) {
    api::Coverage out;
    out.set_computed_us(now.computed_us);
    out.set_within_s(kCoverS);
    *out.mutable_whole() = to_message(now.cover.whole);
    for (const map::CoverageShare& township : now.cover.townships) {
        *out.add_townships() = to_message(township);
    }
    for (const UnitCover& unit : now.cover.units) {
        api::UnitCover& row = *out.add_units();
        row.set_unit_id(unit.unit.value);
        row.set_villages(unit.villages);
        row.set_population(unit.population);
        row.set_alone_villages(unit.alone.villages);
        row.set_alone_population(unit.alone.population);
        for (const std::string& name : unit.alone_names) {
            row.add_alone_names(name);
        }
        row.set_next_unit_id(unit.next.value);
        row.set_next_s(unit.next_s);
    }
    for (const CoverGap& gap : now.cover.gaps) {
        api::CoverageGap& row = *out.add_gaps();
        row.set_name(gap.name);
        row.set_within(gap.within);
        row.set_population(gap.population);
        row.set_first_s(gap.first_s);
        row.set_first_unit_id(gap.first.value);
    }
    out.set_gap_count(now.cover.gap_count);
    return out;
}

namespace {

const UnitCover* cover_of(const CoverNow& now, UnitId unit) {
    const auto found = std::find_if(now.cover.units.begin(), now.cover.units.end(),
                                    [unit](const UnitCover& row) { return row.unit == unit; });
    return found == now.cover.units.end() ? nullptr : &*found;
}

double share_alone(const CoverNow& now, const UnitCover& unit) {
    return now.cover.whole.population > 0 ? unit.alone.population / now.cover.whole.population : 0;
}

} // namespace

void add_loss(const CoverNow& now, UnitId unit, api::Candidate& out) {
    const UnitCover* found = cover_of(now, unit);
    if (found == nullptr) {
        return;
    }
    api::CoverageLoss& loss = *out.mutable_loss();
    loss.set_share(share_alone(now, *found));
    loss.set_villages(found->alone.villages);
    loss.set_population(found->alone.population);
    for (const std::string& name : found->alone_names) {
        loss.add_names(name);
    }
    loss.set_next_unit_id(found->next.value);
    loss.set_next_s(found->next_s);
    loss.set_computed_us(now.computed_us);
}

std::optional<std::uint32_t> loss_ppm(const CoverNow& now, UnitId unit) {
    const UnitCover* found = cover_of(now, unit);
    return found == nullptr ? std::nullopt
                            : std::optional{static_cast<std::uint32_t>(std::lround(
                                  std::clamp(share_alone(now, *found), 0.0, 1.0) * 1e6))};
}

void add_arrival(const ExpectedArrival& arrival, api::Assignment& out) {
    if (arrival.to_hospital) {
        out.set_predicted_hospital_us(arrival.at_us);
    } else {
        out.set_predicted_scene_us(arrival.at_us);
        out.set_predicted_at_us(arrival.computed_us);
    }
    out.set_way_cause(std::string{name(arrival.cause)});
    out.set_way_since_us(arrival.way_us);
}

api::MoveUpAdvice to_message(const MoveUpRow& row) {
    api::MoveUpAdvice out;
    out.set_id(row.id);
    out.set_state(row.state);
    out.set_unit_id(row.unit.value);
    out.set_station_id(row.station.value);
    out.set_drive_s(row.drive_s);
    out.set_expected_before(row.expected_before);
    out.set_expected_after(row.expected_after);
    out.set_busy_share(row.busy_share);
    out.set_moves_today(row.moves_today);
    out.set_moves_max(row.moves_max);
    out.set_created_us(row.created_us);
    out.set_answered_us(row.answered_us);
    out.set_answered_by(row.answered_by);
    out.set_reason(row.reason);
    out.set_version(row.version);
    return out;
}

api::Isochrones to_message(const std::vector<Isochrone>& isochrones, std::int64_t computed_us) {
    api::Isochrones out;
    out.set_computed_us(computed_us);
    for (const Isochrone& isochrone : isochrones) {
        api::Isochrone& area = *out.add_areas();
        area.set_minutes(isochrone.minutes);
        area.set_area_km2(isochrone.area_km2);
        for (const map::Polygon& polygon : isochrone.area) {
            put_polygon(polygon, *area.add_polygons());
        }
    }
    return out;
}

api::Zone to_message(const map::StationArea& outline, std::int64_t station) {
    api::Zone out;
    out.set_station_id(station);
    for (const map::Polygon& polygon : outline.area) {
        put_polygon(polygon, *out.add_polygons());
    }
    return out;
}

} // namespace ems::dispatch
