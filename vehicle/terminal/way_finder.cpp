#include "vehicle/terminal/way_finder.h"

#include "telemetry/wire/accuracy.h"

#include <algorithm>
#include <utility>

namespace ems::terminal {
namespace {

constexpr double kMovingMps = 3; // below, a course is noise
constexpr double kRadiusM = 2'000;
constexpr std::uint32_t kRingDm = 600; // inside a roundabout its exit still has to be known

std::uint32_t ends_dm(const map::Maneuver& m) {
    return m.distance_dm + (m.kind == map::ManeuverKind::roundabout ? kRingDm : 0);
}

bool is_placed(std::int32_t lat_e7, std::int32_t lon_e7) {
    return lat_e7 != 0 || lon_e7 != 0;
}

std::optional<WayTarget> scene_of(const vehicle::Status& status) {
    const wire::DispatchOrder& order = status.order();
    if (!is_placed(order.lat_e7(), order.lon_e7())) {
        return std::nullopt;
    }
    return WayTarget{WayTarget::Kind::scene, map::from_e7({order.lat_e7(), order.lon_e7()}),
                     order.address()};
}

std::optional<WayTarget> hospital_of(const vehicle::Status& status) {
    const wire::DestinationOrder& hospital =
        status.has_destination() ? status.destination() : status.order().destination();
    if (!is_placed(hospital.lat_e7(), hospital.lon_e7())) {
        return std::nullopt;
    }
    return WayTarget{WayTarget::Kind::hospital,
                     map::from_e7({hospital.lat_e7(), hospital.lon_e7()}), hospital.name()};
}

} // namespace

std::optional<WayTarget> way_target(const vehicle::Status& status) {
    if (!status.has_order() || status.order_command_id().empty()) {
        return std::nullopt;
    }
    switch (status.state()) {
    case wire::UNIT_ASSIGNED:
    case wire::UNIT_ACKNOWLEDGED:
    case wire::UNIT_EN_ROUTE:
    case wire::UNIT_AT_SCENE:
        return scene_of(status);
    case wire::UNIT_AT_PATIENT:
    case wire::UNIT_TRANSPORTING:
        return hospital_of(status);
    default:
        return std::nullopt;
    }
}

std::optional<WayFix> way_fix(const vehicle::Status& status, std::int64_t t_ms) {
    if (!status.has_position()) {
        return std::nullopt;
    }
    const wire::Position& p = status.position();
    return WayFix{map::from_e7({p.lat_e7(), p.lon_e7()}), p.course_cdeg() / 100.0,
                  p.speed_cm_s() / 100.0,
                  static_cast<double>(wire::horizontal_accuracy_m(p.hdop_centi())), t_ms};
}

WayFinder::WayFinder(map::RoadGraph graph)
    : graph_(std::make_unique<const map::RoadGraph>(std::move(graph))), snaps_(*graph_),
      router_(map::make_dijkstra_router(*graph_)) {}

const Guidance& WayFinder::update(const std::optional<WayFix>& fix,
                                  const std::optional<WayTarget>& target) {
    if (!target) {
        beginAnew(WayState::none, std::nullopt);
        return said_;
    }
    const bool is_new = said_.target != target;
    if (is_new) {
        beginAnew(WayState::none, target);
    }
    if (!fix || !map::is_valid(fix->at) || (!is_new && fix->t_ms <= fix_ms_)) {
        return said_; // what is known stays; its age is for the screen to show
    }
    fix_ms_ = fix->t_ms;
    if (route_) {
        follow(*fix);
    } else if (is_new || fix->t_ms - tried_ms_ >= kRetryMs) {
        find(*fix, *target);
    }
    return said_;
}

void WayFinder::follow(const WayFix& fix) {
    const map::Progress now = progress_->update(fix.at, fix.accuracy_m, fix.t_ms);
    const bool drives_back = now.left_dm > least_left_dm_ + kBackDm && fix.speed_m_s > kMovingMps;
    if (now.state == map::OnRoute::left || drives_back) {
        find(fix, WayTarget{*said_.target});
        return;
    }
    least_left_dm_ = std::min(least_left_dm_, now.left_dm);
    said_.state = now.state == map::OnRoute::arrived ? WayState::arrived : WayState::under_way;
    said_.left_ms = now.left_ms;
    said_.left_dm = now.left_dm;
    sayTurns();
}

void WayFinder::beginAnew(WayState state, std::optional<WayTarget> target) {
    const std::uint64_t ways = said_.way;
    route_.reset();
    said_ = {};
    said_.state = state;
    said_.target = std::move(target);
    said_.way = ways;
}

void WayFinder::fail(WayState state, const WayFix& fix) {
    tried_ms_ = fix.t_ms;
    beginAnew(state, std::optional{said_.target});
}

void WayFinder::find(const WayFix& fix, const WayTarget& target) {
    map::SnapOptions from{.radius_m = kRadiusM};
    if (fix.speed_m_s > kMovingMps) {
        from.course_deg = fix.course_deg;
    }
    const Result<map::Snap> start = snaps_.snap(fix.at, from);
    if (!start) {
        fail(WayState::off_map, fix);
        return;
    }
    const Result<map::Snap> end = snaps_.snap(
        target.at, {.radius_m = kRadiusM, .of = map::SnapOf::place, .words = target.name});
    if (!end) {
        fail(WayState::no_road_to, fix);
        return;
    }
    Result<map::Route> route = router_->route(start->at, end->at);
    if (!route) {
        if (const auto out = snaps_.way_out(fix.at, *start)) {
            route = router_->route(out->at, end->at);
        }
    }
    if (!route) {
        fail(WayState::no_way, fix);
        return;
    }
    maneuvers_ = map::maneuvers(*graph_, *route);
    progress_.emplace(*route);
    const map::Progress now = progress_->update(fix.at, fix.accuracy_m, fix.t_ms);
    least_left_dm_ = now.left_dm;
    beginAnew(now.state == map::OnRoute::arrived ? WayState::arrived : WayState::under_way, target);
    route_ = std::move(*route);
    ++said_.way;
    said_.points = std::make_shared<const std::vector<map::Wgs84>>(route_->points);
    said_.found_ms = fix.t_ms;
    said_.left_ms = now.left_ms;
    said_.left_dm = now.left_dm;
    said_.from_road_m = end->distance_m;
    sayTurns();
}

void WayFinder::sayTurns() {
    said_.next.reset();
    said_.then.reset();
    said_.road.clear();
    // Lengths of the turns are the graph's, what is left is measured on the drawn way: they may
    // differ by a few metres in many kilometres, so both count from the end.
    const std::uint32_t whole_dm = maneuvers_.back().distance_dm;
    const std::uint32_t gone_dm = whole_dm - std::min(whole_dm, said_.left_dm);
    for (const map::Maneuver& m : maneuvers_) {
        if (m.kind == map::ManeuverKind::depart || ends_dm(m) < gone_dm) {
            said_.road = m.road;
            continue;
        }
        const WayTurn turn{m, m.distance_dm - std::min(m.distance_dm, gone_dm)};
        if (!said_.next) {
            said_.next = turn;
        } else {
            said_.then = turn;
            break;
        }
    }
}

} // namespace ems::terminal
