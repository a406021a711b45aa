#include "map/guide/progress.h"

#include <algorithm>

#include "map/geo/polyline.h"
#include "map/geo/projection.h"

namespace ems::map {
namespace {

// A route may cross or repeat itself: the next stretch is looked at first, the rest only when the
// vehicle is not on that.
constexpr double kAheadM = 1'500;
constexpr double kBackM = 150;
// Where the route runs twice over one road, the next pass is meant rather than a later one, and
// both rather than going back: metres of doubt for each metre.
constexpr double kAheadDoubt = 0.005;
constexpr double kBackDoubt = 0.05;

} // namespace

RouteProgress::RouteProgress(const Route& route)
    : points_(route.points), point_ms_(route.point_ms) {
    double gone_m = 0;
    point_m_.push_back(0);
    for (std::size_t i = 1; i < points_.size(); ++i) {
        gone_m += distance_m(points_[i - 1], points_[i]);
        point_m_.push_back(gone_m);
    }
    last_.left_ms = route.travel_ms;
    last_.left_dm = static_cast<std::uint32_t>(gone_m * 10 + 0.5);
}

RouteProgress::Foot RouteProgress::nearest(Wgs84 fix) const {
    const LocalProjection plane{fix};
    const auto look = [&](std::size_t first, std::size_t last) {
        Foot best{piece_, 0, 1e12};
        double least = 1e12;
        for (std::size_t i = first; i < last; ++i) {
            const auto foot = foot_on_segment({0, 0}, plane.to_metres(points_[i]),
                                              plane.to_metres(points_[i + 1]));
            const double ahead_m =
                point_m_[i] + foot.fraction * (point_m_[i + 1] - point_m_[i]) - at_m_;
            const double doubt =
                foot.distance_m + (ahead_m > 0 ? ahead_m * kAheadDoubt : -ahead_m * kBackDoubt);
            if (doubt < least) {
                least = doubt;
                best = {i, foot.fraction, foot.distance_m};
            }
        }
        return best;
    };
    std::size_t first = piece_;
    while (first > 0 && point_m_[piece_] - point_m_[first] < kBackM) {
        --first;
    }
    std::size_t last = piece_ + 1;
    while (last + 1 < points_.size() && point_m_[last] - point_m_[piece_] < kAheadM) {
        ++last;
    }
    const Foot near = look(first, std::min(last, points_.size() - 1));
    return near.off_m <= kOffRouteM ? near : look(0, points_.size() - 1);
}

Progress RouteProgress::update(Wgs84 fix, double accuracy_m, std::int64_t t_ms) {
    if (!is_valid(fix) || (has_fix_ && t_ms <= fix_ms_)) {
        return last_;
    }
    const Foot foot = nearest(fix);
    const double allowed_m = std::clamp(accuracy_m, kOffRouteM, 2 * kOffRouteM);
    has_fix_ = true;
    fix_ms_ = t_ms;
    last_.off_m = foot.off_m;
    if (foot.off_m > allowed_m) {
        if (off_fixes_ == 0) {
            off_since_ms_ = t_ms;
        }
        off_fixes_ = std::min(off_fixes_ + 1, kOffRouteFixes);
        const bool is_left = off_fixes_ >= kOffRouteFixes && t_ms - off_since_ms_ >= kOffRouteMs;
        last_.state = is_left ? OnRoute::left : OnRoute::unsure;
        return last_;
    }
    off_fixes_ = 0;
    piece_ = foot.piece;
    at_m_ = point_m_[piece_] + foot.fraction * (point_m_[piece_ + 1] - point_m_[piece_]);
    const double at_ms =
        point_ms_[piece_] + foot.fraction * (point_ms_[piece_ + 1] - point_ms_[piece_]);
    last_.gone_ms = static_cast<std::uint32_t>(at_ms + 0.5);
    last_.left_ms = point_ms_.back() - last_.gone_ms;
    last_.left_dm = static_cast<std::uint32_t>((point_m_.back() - at_m_) * 10 + 0.5);
    last_.state = last_.left_dm <= kArrivedM * 10 ? OnRoute::arrived : OnRoute::yes;
    return last_;
}

} // namespace ems::map
