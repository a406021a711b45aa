#include "map/live/road_conditions.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "map/geo/polyline.h"
#include "map/geo/projection.h"
#include "map/graph/driving.h"
#include "map/graph/road_label.h"
#include "telemetry/base/assert.h"

namespace ems::map {
namespace {

constexpr std::size_t kStretchPointsMax = 64;
constexpr std::size_t kRingPointsMax = 2'000;
constexpr double kSnapM = 200; // a point is drawn on the road, not near it

// Between two clicks on one road: more than this and the way found is another one.
constexpr double kRoundAbout = 2;
constexpr double kRoundAboutMoreM = 200;
// The other carriageway of a divided road.
constexpr double kCarriagewayM = 40;
constexpr double kCarriagewayStepM = 50;
constexpr double kOppositeDeg = 150;

bool is_weather(const RoadCondition& c) {
    return c.effect == RoadCondition::Effect::rain || c.effect == RoadCondition::Effect::snow;
}

double turn_between(double a_deg, double b_deg) { // 0..180
    const double d = std::abs(std::fmod(a_deg - b_deg, 360.0));
    return d > 180 ? 360 - d : d;
}

// The ring of an area, projected once.
class Ring {
  public:
    explicit Ring(const std::vector<Wgs84>& points) : plane_(points.front()) {
        for (const Wgs84 p : points) {
            points_.push_back(plane_.to_metres(p));
        }
    }

    [[nodiscard]] bool crosses(Wgs84 a, Wgs84 b) const {
        const Metres2 from = plane_.to_metres(a);
        const Metres2 to = plane_.to_metres(b);
        const double left = std::min(from.x, to.x);
        const double right = std::max(from.x, to.x);
        const double low = std::min(from.y, to.y);
        const double high = std::max(from.y, to.y);
        for (std::size_t i = 0, j = points_.size() - 1; i < points_.size(); j = i++) {
            const Metres2 c = points_[j];
            const Metres2 d = points_[i];
            const bool is_apart = std::max(c.x, d.x) < left || std::min(c.x, d.x) > right ||
                                  std::max(c.y, d.y) < low || std::min(c.y, d.y) > high;
            if (!is_apart && segments_cross(from, to, c, d)) {
                return true;
            }
        }
        return false;
    }

  private:
    LocalProjection plane_;
    std::vector<Metres2> points_;
};

} // namespace

Result<void> check(const RoadCondition& c) {
    const auto wrong = [](std::string text) {
        return fail(Code::invalid_argument, std::move(text));
    };
    if (std::any_of(c.points.begin(), c.points.end(), [](Wgs84 p) { return !is_valid(p); })) {
        return wrong("a point is not on earth");
    }
    switch (c.place) {
    case RoadCondition::Place::stretch:
        if (c.points.empty() || c.points.size() > kStretchPointsMax) {
            return wrong(fmt::format("a stretch has 1 to {} points", kStretchPointsMax));
        }
        break;
    case RoadCondition::Place::area:
        if (c.points.size() < 3 || c.points.size() > kRingPointsMax) {
            return wrong(fmt::format("an area has 3 to {} points", kRingPointsMax));
        }
        break;
    case RoadCondition::Place::everywhere:
        if (c.classes.empty() && c.road.empty() && !is_weather(c)) {
            return wrong("name a class of road or a road");
        }
        break;
    }
    if (is_weather(c) &&
        (c.place != RoadCondition::Place::everywhere || !c.classes.empty() || !c.road.empty())) {
        return wrong("rain and snow are everywhere and on every road");
    }
    if (c.effect == RoadCondition::Effect::slower && !(c.value >= 1 && c.value <= 20)) {
        return wrong("slower is 1 to 20 times the usual time");
    }
    if (c.effect == RoadCondition::Effect::speed && !(c.value >= 1 && c.value <= 120)) {
        return wrong("a speed is 1 to 120 km/h");
    }
    if (c.until_us != 0 && c.until_us <= c.from_us) {
        return wrong("it ends before it begins");
    }
    return {};
}

RoadConditions::RoadConditions(const RoadGraph& graph, const SnapIndex& index,
                               const AmbulanceProfile& profile)
    : graph_(graph), index_(index), profile_(profile), usual_(graph),
      metric_(std::make_shared<Metric>(graph)) {}

// Of the usual time, on every road.
double RoadConditions::usual_factor(std::int64_t now_us) const {
    Driving driving{Weather::dry, light_at(profile_, now_us), Haste::siren};
    double speed = speed_factor(profile_, driving);
    for (const RoadCondition& c : conditions_) {
        if (is_weather(c) && c.is_active(now_us)) {
            driving.weather =
                c.effect == RoadCondition::Effect::rain ? Weather::rain : Weather::snow;
            speed = std::min(speed, speed_factor(profile_, driving));
        }
    }
    return 1 / speed;
}

bool RoadConditions::is_meant(const RoadCondition& c, ArcId arc) const {
    const bool is_class = c.classes.empty() || std::find(c.classes.begin(), c.classes.end(),
                                                         graph_.road_class(arc)) != c.classes.end();
    return is_class && (c.road.empty() || is_road_called(graph_.name(arc), c.road));
}

Result<std::vector<ArcId>> RoadConditions::stretch_arcs(const RoadCondition& c) const {
    std::vector<RoadPosition> at;
    for (const Wgs84 p : c.points) {
        const auto snap = index_.snap(p, {.radius_m = kSnapM, .part = SnapPart::any});
        if (!snap) {
            return fail(Code::not_found, fmt::format("no road at {}", format_lat_lon(p)));
        }
        at.push_back(snap->at);
    }
    std::vector<ArcId> arcs;
    if (at.size() == 1) {
        arcs.push_back(at.front().arc);
    }
    // By the usual times: another closure beside this one must not bend it elsewhere.
    const auto router = at.size() > 1 ? make_dijkstra_router(graph_) : nullptr;
    for (std::size_t i = 1; i < at.size(); ++i) {
        auto way = router->route(at[i - 1], at[i]);
        if (c.ways ==
            RoadCondition::Ways::both) { // drawn upstream of a one-way, it is the same road
            auto back = router->route(at[i], at[i - 1]);
            if (back && (!way || back->length_dm < way->length_dm)) {
                way = std::move(back);
            }
        }
        if (!way) {
            return fail(way.error().code, fmt::format("no way leads from point {} to the next", i));
        }
        const double straight_m = distance_m(c.points[i - 1], c.points[i]);
        if (way->length_dm > (straight_m * kRoundAbout + kRoundAboutMoreM) * 10) {
            return fail(Code::invalid_argument,
                        fmt::format("the way from point {} to the next leads round about: set more "
                                    "points along the road",
                                    i));
        }
        arcs.insert(arcs.end(), way->arcs.begin(), way->arcs.end());
    }
    if (c.ways == RoadCondition::Ways::both) {
        for (std::size_t i = arcs.size(); i-- > 0;) {
            if (graph_.twin(arcs[i]) != kNoArc) {
                arcs.push_back(graph_.twin(arcs[i]));
            } else {
                add_other_carriageway(arcs[i], arcs);
            }
        }
    }
    return arcs;
}

// A divided road is two one-way roads side by side, of one name and class, in opposite directions.
void RoadConditions::add_other_carriageway(ArcId arc, std::vector<ArcId>& arcs) const {
    const std::vector<Wgs84> shape = graph_.shape(arc);
    for (std::size_t i = 1; i < shape.size(); ++i) {
        const Wgs84 a = shape[i - 1];
        const Wgs84 b = shape[i];
        const double course = course_deg(a, b);
        const auto steps = static_cast<int>(std::ceil(distance_m(a, b) / kCarriagewayStepM)) + 1;
        for (int k = 0; k < steps; ++k) {
            const double share = (k + 0.5) / steps;
            const Wgs84 p{a.lat + (b.lat - a.lat) * share, a.lon + (b.lon - a.lon) * share};
            for (const Snap& snap : index_.roads_near(p, kCarriagewayM, 8)) {
                const ArcId other = snap.at.arc;
                const auto line = graph_.shape(other);
                if (other != arc && graph_.twin(other) == kNoArc &&
                    graph_.road_class(other) == graph_.road_class(arc) &&
                    graph_.name(other) == graph_.name(arc) &&
                    turn_between(course_deg(line.front(), line.back()), course) >= kOppositeDeg) {
                    arcs.push_back(other);
                }
            }
        }
    }
}

std::vector<ArcId> RoadConditions::area_arcs(const RoadCondition& c) const {
    BoxE7 box;
    for (const Wgs84 p : c.points) {
        box.add(to_e7(p));
    }
    const Ring ring{c.points};
    std::vector<ArcId> arcs;
    for (ArcId a = 0; a < graph_.arc_count(); ++a) {
        const auto shape = graph_.stored_shape(a);
        BoxE7 around;
        for (const PointE7 p : shape) {
            around.add(p);
        }
        if (!around.overlaps(box)) {
            continue;
        }
        bool touches = inside_ring(from_e7(shape.front()), c.points);
        for (std::size_t i = 1; i < shape.size() && !touches; ++i) {
            touches = ring.crosses(from_e7(shape[i - 1]), from_e7(shape[i]));
        }
        if (touches) {
            arcs.push_back(a);
        }
    }
    return arcs;
}

Result<std::vector<ArcId>> RoadConditions::find_arcs(const RoadCondition& c) const {
    std::vector<ArcId> arcs;
    if (c.place == RoadCondition::Place::stretch) {
        auto found = stretch_arcs(c);
        if (!found) {
            return found;
        }
        arcs = std::move(*found);
    } else if (c.place == RoadCondition::Place::area) {
        arcs = area_arcs(c);
    } else {
        arcs.resize(graph_.arc_count());
        for (ArcId a = 0; a < graph_.arc_count(); ++a) {
            arcs[a] = a;
        }
    }
    std::erase_if(arcs, [&](ArcId a) { return graph_.is_copy(a) || !is_meant(c, a); });
    std::sort(arcs.begin(), arcs.end());
    arcs.erase(std::unique(arcs.begin(), arcs.end()), arcs.end());
    if (arcs.empty()) {
        return fail(Code::not_found, "no such road lies there");
    }
    return arcs;
}

Result<std::size_t> RoadConditions::put(RoadCondition condition) {
    if (const auto valid = check(condition); !valid) {
        return Failure{valid.error()};
    }
    auto arcs = find_arcs(condition);
    if (!arcs) {
        return Failure{arcs.error()};
    }
    const std::size_t count = arcs->size();
    const auto known = std::find_if(conditions_.begin(), conditions_.end(),
                                    [&](const RoadCondition& c) { return c.id == condition.id; });
    if (known != conditions_.end()) {
        arcs_[static_cast<std::size_t>(known - conditions_.begin())] = std::move(*arcs);
        *known = std::move(condition);
    } else if (conditions_.size() >= kConditionsMax) {
        return fail(Code::full, fmt::format("more than {} road conditions", kConditionsMax));
    } else {
        conditions_.push_back(std::move(condition));
        arcs_.push_back(std::move(*arcs));
    }
    ++change_;
    return count;
}

bool RoadConditions::remove(std::int64_t id) {
    const auto known = std::find_if(conditions_.begin(), conditions_.end(),
                                    [id](const RoadCondition& c) { return c.id == id; });
    if (known == conditions_.end()) {
        return false;
    }
    arcs_.erase(arcs_.begin() + (known - conditions_.begin()));
    conditions_.erase(known);
    ++change_;
    return true;
}

std::span<const ArcId> RoadConditions::arcs_of(std::int64_t id) const {
    for (std::size_t i = 0; i < conditions_.size(); ++i) {
        if (conditions_[i].id == id) {
            return arcs_[i];
        }
    }
    return {};
}

std::shared_ptr<const Metric> RoadConditions::at(std::int64_t now_us) {
    std::vector<std::int64_t> active;
    for (const RoadCondition& c : conditions_) {
        if (c.is_active(now_us)) {
            active.push_back(c.id);
        }
    }
    const double factor = usual_factor(now_us);
    if (change_ == metric_change_ && active == active_ && factor == active_factor_) {
        return metric_;
    }
    std::vector<ArcWeight> weights;
    if (factor != 1) {
        for (ArcId a = 0; a < graph_.arc_count(); ++a) {
            if (!graph_.is_copy(a)) {
                weights.push_back({a, ArcWeight::Kind::factor, factor});
            }
        }
    }
    for (std::size_t i = 0; i < conditions_.size(); ++i) {
        const RoadCondition& c = conditions_[i];
        if (!c.is_active(now_us)) {
            continue;
        }
        for (const ArcId arc : arcs_[i]) {
            switch (c.effect) {
            case RoadCondition::Effect::closed:
                weights.push_back({arc, ArcWeight::Kind::closed, 0});
                break;
            case RoadCondition::Effect::slower:
                weights.push_back({arc, ArcWeight::Kind::factor, c.value * factor});
                break;
            case RoadCondition::Effect::rain:
            case RoadCondition::Effect::snow:
                break; // in the factor
            case RoadCondition::Effect::speed: {
                // A limit for many roads is above what some of them allow: nothing gets faster.
                const double ms = static_cast<double>(graph_.length_dm(arc)) * 360 / c.value;
                const auto usual_ms = static_cast<double>(graph_.travel_ms(arc)) * factor;
                weights.push_back({arc, ArcWeight::Kind::absolute,
                                   std::min(std::max(ms, usual_ms), double{kArcMsMax})});
                break;
            }
            }
        }
    }
    auto made = with_weights(usual_, weights);
    EMS_ASSERT(made); // every arc is of this graph, every value was checked
    metric_ = std::move(*made);
    active_ = std::move(active);
    active_factor_ = factor;
    metric_change_ = change_;
    return metric_;
}

std::optional<std::int64_t> RoadConditions::next_change_us(std::int64_t now_us) const {
    std::optional<std::int64_t> next;
    for (const RoadCondition& c : conditions_) {
        for (const std::int64_t at : {c.from_us, c.until_us}) {
            if (at > now_us && (!next || at < *next)) {
                next = at;
            }
        }
    }
    if (profile_.night != 1) {
        constexpr std::int64_t kHourUs = 3'600'000'000;
        constexpr std::int64_t kDayUs = 24 * kHourUs;
        for (const double hour : {profile_.night_from_h, profile_.night_to_h}) {
            const auto of_day_us = static_cast<std::int64_t>((hour - 8) * kHourUs); // of UTC
            const std::int64_t ahead_us = ((of_day_us - now_us) % kDayUs + kDayUs) % kDayUs;
            const std::int64_t at = now_us + (ahead_us == 0 ? kDayUs : ahead_us);
            next = next ? std::min(*next, at) : at;
        }
    }
    return next;
}

} // namespace ems::map
