#include "map/track/track_match.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "map/geo/polyline.h"
#include "map/route/foothold.h"

namespace ems::map {
namespace {

constexpr std::uint32_t kStart = kNoArc - 1; // parent of the first arcs of a search
// Turning round is possible but not likely: worth this much way.
constexpr std::uint32_t kTurnRoundDm = 500;
// A fix may fall a little behind the one before without anybody having driven backwards.
constexpr double kBackwardsM = 25;
// Roads wind: the way between two fixes is looked for up to this.
constexpr double kWayFactor = 3;
constexpr double kWayMoreM = 250;
// Longer than this between two fixes and the way is anybody's guess.
constexpr std::int64_t kBreakUs = 90'000'000;
constexpr double kBreakM = 2'500;

// Of a vehicle that is followed live.
constexpr MatchOptions kLive{8, 60, 15, 6};
constexpr double kStillM = 10;
constexpr double kStandingKmh = 8; // below, the course says nothing
constexpr double kCourseDeg = 25;  // standard deviation of a course against the road's
constexpr double kCourseMost = 6;  // a receiver may be quite wrong about it once
constexpr double kHopeless = -60;  // no later fix makes up for that

// 0..180
double turn_deg(double a, double b) {
    const double d = std::abs(std::fmod(a - b, 360.0));
    return d > 180 ? 360 - d : d;
}

// Of a vehicle that drives along the arc.
double course_on(const RoadGraph& graph, const RoadPosition& at) {
    const std::vector<Wgs84> shape = graph.shape(at.arc);
    double left_m = length_m(shape) * at.fraction;
    std::size_t i = 1;
    for (; i + 1 < shape.size(); ++i) {
        const double step_m = distance_m(shape[i - 1], shape[i]);
        if (left_m <= step_m) {
            break;
        }
        left_m -= step_m;
    }
    return course_deg(shape[i - 1], shape[i]);
}

std::uint32_t limit_dm(Wgs84 from, Wgs84 to) {
    return static_cast<std::uint32_t>((distance_m(from, to) * kWayFactor + kWayMoreM) * 10);
}

} // namespace

TrackMatcher::TrackMatcher(const RoadGraph& graph, const SnapIndex& index)
    : graph_(graph), index_(index), space_(graph.arc_count()), settled_round_(graph.arc_count(), 0),
      settled_dm_(graph.arc_count(), 0) {}

std::vector<TrackMatcher::State> TrackMatcher::states_near(Wgs84 p,
                                                           const MatchOptions& options) const {
    std::vector<State> out;
    for (const Snap& snap : index_.roads_near(p, options.radius_m, options.roads_max)) {
        for (const Foothold& at : footholds(graph_, snap.at)) {
            const double across = snap.distance_m / options.sigma_m;
            out.push_back(
                {{at.arc, at.fraction, Facing::along}, snap.distance_m, -0.5 * across * across, 0});
        }
    }
    return out;
}

// Dijkstra by length from the head of an arc.
void TrackMatcher::reach(const RoadPosition& from, std::uint32_t limit_dm) {
    if (++round_ == 0) {
        std::fill(settled_round_.begin(), settled_round_.end(), 0U);
        round_ = 1;
    }
    space_.start();
    const auto leave = [&](ArcId arc, std::uint32_t dm, std::uint32_t parent) {
        for (const ArcId next : graph_.out_arcs(graph_.head(arc))) {
            const std::uint32_t turn = graph_.turn_ms(arc, next);
            const std::uint32_t more = turn == 0 ? 0 : kTurnRoundDm;
            if (turn != kForbiddenMs && dm + more <= limit_dm) {
                space_.improve(next, dm + more, 0, parent);
            }
        }
    };
    leave(from.arc, graph_.length_dm(from.arc) - part_dm(graph_, from.arc, from.fraction), kStart);
    SearchSpace::Open open;
    while (space_.settle(open) && open.ms <= limit_dm) {
        settled_round_[open.arc] = round_;
        settled_dm_[open.arc] = open.ms;
        leave(open.arc, open.ms + graph_.length_dm(open.arc), open.arc);
    }
}

std::uint32_t TrackMatcher::way_dm(const RoadPosition& from, const RoadPosition& to) const {
    const std::uint32_t part = part_dm(graph_, to.arc, to.fraction);
    if (from.arc == to.arc) {
        const double ahead_m =
            (to.fraction - from.fraction) * static_cast<double>(graph_.length_dm(to.arc)) / 10;
        if (ahead_m >= -kBackwardsM) {
            return ahead_m > 0 ? static_cast<std::uint32_t>(ahead_m * 10) : 0;
        }
    }
    const ArcId arc = settled_arc(to.arc);
    return arc == kNoArc ? kForbiddenMs : settled_dm_[arc] + part;
}

ArcId TrackMatcher::settled_arc(ArcId arc) const {
    ArcId best = settled_round_[arc] == round_ ? arc : kNoArc;
    for (const ArcId copy : graph_.copies(arc)) {
        if (settled_round_[copy] == round_ &&
            (best == kNoArc || settled_dm_[copy] < settled_dm_[best])) {
            best = copy;
        }
    }
    return best;
}

bool TrackMatcher::advance(const Step& last, Step& next, std::span<const TrackPoint> track,
                           const MatchOptions& options) {
    const double line_m = distance_m(track[last.point].at, track[next.point].at);
    const std::uint32_t most_dm = limit_dm(track[last.point].at, track[next.point].at);
    constexpr double kNever = -1e300;
    std::vector<double> best(next.states.size(), kNever);
    for (std::uint32_t from = 0; from < last.states.size(); ++from) {
        reach(last.states[from].at, most_dm);
        for (std::size_t to = 0; to < next.states.size(); ++to) {
            const std::uint32_t dm = way_dm(last.states[from].at, next.states[to].at);
            if (dm == kForbiddenMs) {
                continue;
            }
            const double differs_m = std::abs(static_cast<double>(dm) / 10 - line_m);
            const double score = last.states[from].score - differs_m / options.beta_m;
            if (score > best[to]) {
                best[to] = score;
                next.states[to].before = from;
            }
        }
    }
    std::vector<State> reached;
    for (std::size_t to = 0; to < next.states.size(); ++to) {
        if (best[to] > kNever) {
            next.states[to].score += best[to];
            reached.push_back(next.states[to]);
        }
    }
    if (reached.empty()) {
        return false;
    }
    next.states = std::move(reached);
    return true;
}

void TrackMatcher::append_way(const RoadPosition& from, const RoadPosition& to,
                              std::uint32_t limit_dm, std::vector<ArcId>& arcs) {
    const double ahead_m =
        (to.fraction - from.fraction) * static_cast<double>(graph_.length_dm(to.arc)) / 10;
    if (from.arc == to.arc && ahead_m >= -kBackwardsM) {
        return;
    }
    reach(from, limit_dm);
    std::vector<ArcId> way;
    for (std::uint32_t at = settled_arc(to.arc); at != kStart; at = space_.parent(at)) {
        way.push_back(graph_.original(at));
    }
    arcs.insert(arcs.end(), way.rbegin(), way.rend());
}

MatchedStretch TrackMatcher::finish(std::span<const Step> steps,
                                    std::span<const TrackPoint> track) {
    MatchedStretch out;
    const auto& ends = steps.back().states;
    auto state = static_cast<std::uint32_t>(
        std::max_element(ends.begin(), ends.end(),
                         [](const State& a, const State& b) { return a.score < b.score; }) -
        ends.begin());
    for (std::size_t i = steps.size(); i-- > 0;) {
        const State& s = steps[i].states[state];
        out.fixes.push_back({steps[i].point, s.at, s.off_m});
        state = s.before;
    }
    std::reverse(out.fixes.begin(), out.fixes.end());
    // Way in decimetres from the tail of the first arc to each fix, for the times at junctions.
    out.arcs.push_back(out.fixes.front().at.arc);
    std::vector<double> arc_from_dm{0};
    std::vector<double> fix_dm;
    double done_dm = 0;
    for (std::size_t i = 0; i < out.fixes.size(); ++i) {
        if (i > 0) {
            const std::size_t known = out.arcs.size();
            append_way(out.fixes[i - 1].at, out.fixes[i].at,
                       limit_dm(track[out.fixes[i - 1].point].at, track[out.fixes[i].point].at),
                       out.arcs);
            for (std::size_t a = known; a < out.arcs.size(); ++a) {
                done_dm += graph_.length_dm(out.arcs[a - 1]);
                arc_from_dm.push_back(done_dm);
            }
        }
        const double here =
            done_dm + part_dm(graph_, out.fixes[i].at.arc, out.fixes[i].at.fraction);
        fix_dm.push_back(fix_dm.empty() ? here : std::max(fix_dm.back(), here));
    }
    const auto time_at = [&](double dm) {
        const auto after = std::lower_bound(fix_dm.begin(), fix_dm.end(), dm);
        const auto i = static_cast<std::size_t>(after - fix_dm.begin());
        const std::int64_t next_us = track[out.fixes[i].point].t_us;
        if (i == 0) {
            return next_us;
        }
        const std::int64_t last_us = track[out.fixes[i - 1].point].t_us;
        const double share = (dm - fix_dm[i - 1]) / (fix_dm[i] - fix_dm[i - 1]);
        return last_us + static_cast<std::int64_t>(share * static_cast<double>(next_us - last_us));
    };
    for (std::size_t a = 1; a + 1 < out.arcs.size(); ++a) {
        out.traversals.push_back(
            {out.arcs[a], time_at(arc_from_dm[a]), time_at(arc_from_dm[a + 1])});
    }
    return out;
}

Result<MatchedTrack> TrackMatcher::match(std::span<const TrackPoint> track,
                                         const MatchOptions& options) {
    if (!(options.sigma_m >= 1 && options.sigma_m <= 100) ||
        !(options.radius_m >= 5 && options.radius_m <= 500) ||
        !(options.beta_m >= 0.1 && options.beta_m <= 1'000) || options.roads_max < 1 ||
        options.roads_max > 32) {
        return fail(Code::invalid_argument, "an option of matching is out of range");
    }
    if (track.size() > kTrackPointsMax) {
        return fail(Code::invalid_argument,
                    fmt::format("{} points, at most {}", track.size(), kTrackPointsMax));
    }
    MatchedTrack out;
    std::vector<Step> steps;
    const auto end_stretch = [&] {
        if (steps.size() >= 2) {
            out.stretches.push_back(finish(steps, track));
        }
        steps.clear();
    };
    for (std::uint32_t i = 0; i < track.size(); ++i) {
        const TrackPoint& point = track[i];
        if (!is_valid(point.at) || (i > 0 && point.t_us < track[i - 1].t_us)) {
            return fail(Code::invalid_argument,
                        fmt::format("point {} is no point or earlier than the one before", i + 1));
        }
        if (!steps.empty()) {
            const TrackPoint& last = track[steps.back().point];
            const double way_m = distance_m(last.at, point.at);
            if (point.t_us - last.t_us > kBreakUs || way_m > kBreakM) {
                end_stretch();
            } else if (way_m < 2 * options.sigma_m && i + 1 < track.size()) {
                ++out.fixes_close; // noise is larger than the way: it would invent turns
                continue;
            }
        }
        Step next{i, states_near(point.at, options)};
        if (next.states.empty()) {
            ++out.fixes_off_road;
            continue;
        }
        if (!steps.empty() && !advance(steps.back(), next, track, options)) {
            end_stretch();
            next.states = states_near(point.at, options);
        }
        steps.push_back(std::move(next));
    }
    end_stretch();
    return out;
}

Snap TrackMatcher::place_of(const FollowedVehicle& vehicle, const LiveFix& fix) const {
    const State& best =
        *std::max_element(vehicle.states.begin(), vehicle.states.end(),
                          [](const State& a, const State& b) { return a.score < b.score; });
    Snap out;
    out.at = best.at;
    out.at.facing = fix.speed_kmh >= kStandingKmh ? Facing::along : Facing::either;
    out.foot = point_of(graph_, best.at);
    out.distance_m = distance_m(fix.at, out.foot);
    return out;
}

Result<Snap> TrackMatcher::follow(FollowedVehicle& vehicle, const LiveFix& fix) {
    if (!is_valid(fix.at)) {
        return fail(Code::invalid_argument, "no point");
    }
    const double moved_m = distance_m(vehicle.fix, fix.at);
    const bool is_followed = !vehicle.states.empty() && fix.t_us >= vehicle.t_us &&
                             fix.t_us - vehicle.t_us <= kBreakUs && moved_m <= kBreakM;
    if (is_followed && moved_m < kStillM) {
        vehicle.t_us = fix.t_us;       // seen again: standing is no break, however long
        return place_of(vehicle, fix); // noise is larger than the way: it would invent turns
    }
    Step next{1, states_near(fix.at, kLive)};
    if (fix.speed_kmh >= kStandingKmh && std::isfinite(fix.course_deg)) {
        for (State& state : next.states) {
            const double off_deg = turn_deg(fix.course_deg, course_on(graph_, state.at));
            state.score -= std::min(off_deg * off_deg / (2 * kCourseDeg * kCourseDeg), kCourseMost);
        }
    }
    const FollowedVehicle before =
        std::exchange(vehicle, {std::move(next.states), fix.at, fix.t_us});
    if (is_followed && !vehicle.states.empty()) {
        const std::array track{TrackPoint{before.fix, before.t_us}, TrackPoint{fix.at, fix.t_us}};
        const Step last{0, before.states};
        Step reached{1, vehicle.states};
        if (advance(last, reached, track, kLive)) {
            vehicle.states = std::move(reached.states);
        }
    }
    if (vehicle.states.empty()) {
        SnapOptions far{.radius_m = kAccessMaxM};
        if (fix.speed_kmh >= kStandingKmh && std::isfinite(fix.course_deg)) {
            far.course_deg = fix.course_deg;
        }
        return index_.snap(fix.at, far);
    }
    // Only differences count: the best stays at nothing, however long it is followed.
    const Snap out = place_of(vehicle, fix);
    double most = vehicle.states.front().score;
    for (const State& state : vehicle.states) {
        most = std::max(most, state.score);
    }
    for (State& state : vehicle.states) {
        state.score -= most;
    }
    std::erase_if(vehicle.states, [](const State& state) { return state.score < kHopeless; });
    return out;
}

} // namespace ems::map
