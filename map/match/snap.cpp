#include "map/match/snap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include <fmt/format.h>

#include "map/geo/polyline.h"
#include "map/geo/projection.h"
#include "map/graph/road_label.h"

namespace ems::map {
namespace {

constexpr double kRadiusMaxM = 20'000;
constexpr double kCellM = 250;
constexpr double kOffMainM = 150; // handicap of a road that leads nowhere, for a vehicle
constexpr double kAgainstM =
    40; // handicap of a road that cannot be driven in the vehicle's direction
constexpr double kAcrossMPerDeg = 0.3;

// 0..180
double turn_deg(double a, double b) {
    const double d = std::abs(std::fmod(a - b, 360.0));
    return d > 180 ? 360 - d : d;
}

bool leads_on(const RoadGraph& graph, ArcId arc, SnapOf of) {
    const std::uint8_t wanted = of == SnapOf::vehicle ? kArcReachesMain : kArcFromMain;
    const auto leads = [&](ArcId a) { return a != kNoArc && (graph.flags(a) & wanted) != 0; };
    const auto copies = graph.copies(graph.original(arc));
    return leads(arc) || leads(graph.twin(arc)) || std::any_of(copies.begin(), copies.end(), leads);
}

// Nobody who lives or falls beside it is on it.
bool is_apart(const RoadGraph& graph, ArcId arc) {
    const RoadClass c = graph.road_class(arc);
    return c == RoadClass::expressway || c == RoadClass::ferry || graph.is_tunnel(arc);
}

} // namespace

struct SnapIndex::Best {
    double score_m{std::numeric_limits<double>::infinity()};
    double distance_m{0};
    ArcId arc{kNoArc};
    std::uint32_t point{0};
    double fraction{0}; // within the piece, in stored direction
};

std::uint32_t access_ms(double distance_m) {
    const double metres = std::clamp(distance_m - kAccessFreeM, 0.0, kAccessMaxM);
    return static_cast<std::uint32_t>(std::lround(metres * 3'600 / kAccessKmh));
}

SnapIndex::SnapIndex(const RoadGraph& graph) : graph_(graph) {
    std::vector<BoxE7> boxes;
    for (ArcId a = 0; a < graph.arc_count(); ++a) {
        if (graph.is_copy(a) || (graph.twin(a) != kNoArc && graph.twin(a) < a)) {
            continue; // the original or the twin stands for both
        }
        const auto points = graph.stored_shape(a);
        for (std::uint32_t i = 0; i + 1 < points.size(); ++i) {
            pieces_.push_back({a, i});
            BoxE7 box;
            box.add(points[i]);
            box.add(points[i + 1]);
            boxes.push_back(box);
        }
    }
    grid_ = GridIndex{boxes, kCellM};
}

Result<Snap> SnapIndex::snap(Wgs84 p, const SnapOptions& options) const {
    if (!is_valid(p) || !(options.radius_m >= 1 && options.radius_m <= kRadiusMaxM)) {
        return fail(Code::invalid_argument, "no point, or a radius out of range");
    }
    Best best;
    double radius_m = std::min(200.0, options.radius_m);
    for (;;) {
        look(p, radius_m, options, best);
        // What lies outside the box is farther than radius_m, and no handicap makes it better than
        // that.
        if (best.score_m <= radius_m || radius_m >= options.radius_m) {
            break;
        }
        radius_m = std::min(options.radius_m, radius_m * 3);
    }
    if (best.arc == kNoArc || best.distance_m > options.radius_m) {
        return fail(Code::not_found, fmt::format("no road within {:.0f} m of {}", options.radius_m,
                                                 format_lat_lon(p)));
    }
    return finish(p, best, options);
}

void SnapIndex::look(Wgs84 p, double radius_m, const SnapOptions& options, Best& best) const {
    const LocalProjection flat{p};
    grid_.visit(box_about(p, radius_m), [&](std::uint32_t item) {
        const Piece& piece = pieces_[item];
        const auto points = graph_.stored_shape(piece.arc);
        const Wgs84 a = from_e7(points[piece.point]);
        const Wgs84 b = from_e7(points[piece.point + 1]);
        const Foot foot = foot_on_segment({0, 0}, flat.to_metres(a), flat.to_metres(b));
        if (foot.distance_m > options.radius_m) {
            return;
        }
        double score_m = foot.distance_m;
        if (options.part == SnapPart::main_preferred && !leads_on(graph_, piece.arc, options.of)) {
            score_m += options.of == SnapOf::place ? kAccessMaxM : kOffMainM;
        }
        if (options.of == SnapOf::place && foot.distance_m > kOnRoadM &&
            is_apart(graph_, piece.arc) && !names_road(options.words, graph_.name(piece.arc))) {
            score_m += kApartM;
        }
        if (options.course_deg) {
            double off_deg = turn_deg(*options.course_deg, course_deg(a, b));
            if ((graph_.flags(piece.arc) & kArcAgainstShape) != 0) {
                off_deg = 180 - off_deg;
            }
            if (graph_.twin(piece.arc) != kNoArc) {
                off_deg = std::min(off_deg, 180 - off_deg);
            }
            score_m += off_deg > 90 ? kAgainstM : off_deg * kAcrossMPerDeg;
        }
        // Ties fall to the lower arc, so the answer does not depend on the grid.
        if (score_m < best.score_m || (score_m == best.score_m && piece.arc < best.arc)) {
            best = {score_m, foot.distance_m, piece.arc, piece.point, foot.fraction};
        }
    });
}

std::optional<Snap> SnapIndex::way_out(Wgs84 p, const Snap& own) const {
    if (leads_on(graph_, own.at.arc, SnapOf::vehicle)) {
        return std::nullopt;
    }
    const auto found = snap(p, {.radius_m = kAccessMaxM, .of = SnapOf::place});
    const bool is_one = found && leads_on(graph_, found->at.arc, SnapOf::vehicle) &&
                        !is_apart(graph_, found->at.arc);
    return is_one ? std::optional{*found} : std::nullopt;
}

std::vector<Snap> SnapIndex::roads_near(Wgs84 p, double radius_m, std::size_t count_max) const {
    if (!is_valid(p) || !(radius_m >= 1 && radius_m <= kRadiusMaxM)) {
        return {};
    }
    const LocalProjection flat{p};
    std::vector<Best> all; // one for each road met
    grid_.visit(box_about(p, radius_m), [&](std::uint32_t item) {
        const Piece& piece = pieces_[item];
        const auto points = graph_.stored_shape(piece.arc);
        const Foot foot = foot_on_segment({0, 0}, flat.to_metres(from_e7(points[piece.point])),
                                          flat.to_metres(from_e7(points[piece.point + 1])));
        if (foot.distance_m <= radius_m) {
            all.push_back(
                {foot.distance_m, foot.distance_m, piece.arc, piece.point, foot.fraction});
        }
    });
    std::sort(all.begin(), all.end(), [](const Best& a, const Best& b) {
        return std::tuple{a.arc, a.distance_m, a.point} < std::tuple{b.arc, b.distance_m, b.point};
    });
    all.erase(std::unique(all.begin(), all.end(),
                          [](const Best& a, const Best& b) { return a.arc == b.arc; }),
              all.end());
    std::sort(all.begin(), all.end(), [](const Best& a, const Best& b) {
        return std::pair{a.distance_m, a.arc} < std::pair{b.distance_m, b.arc};
    });
    all.resize(std::min(all.size(), count_max));
    std::vector<Snap> out;
    for (const Best& best : all) {
        out.push_back(finish(p, best, {}));
    }
    return out;
}

Snap SnapIndex::finish(Wgs84 p, const Best& best, const SnapOptions& options) const {
    const auto points = graph_.stored_shape(best.arc);
    double whole_m = 0;
    double gone_m = 0;
    for (std::uint32_t i = 0; i + 1 < points.size(); ++i) {
        const double step_m = distance_m(from_e7(points[i]), from_e7(points[i + 1]));
        if (i < best.point) {
            gone_m += step_m;
        } else if (i == best.point) {
            gone_m += step_m * best.fraction;
        }
        whole_m += step_m;
    }
    Snap snap;
    const double share = whole_m > 0 ? std::clamp(gone_m / whole_m, 0.0, 1.0) : 0.0;
    const bool is_against = (graph_.flags(best.arc) & kArcAgainstShape) != 0;
    snap.at = {best.arc, is_against ? 1.0 - share : share, Facing::either};
    const Wgs84 a = from_e7(points[best.point]);
    const Wgs84 b = from_e7(points[best.point + 1]);
    if (options.course_deg) {
        double along_deg = course_deg(a, b);
        if (is_against) {
            along_deg = std::fmod(along_deg + 180, 360);
        }
        if (turn_deg(*options.course_deg, along_deg) > 90 && graph_.twin(best.arc) != kNoArc) {
            snap.at.arc = graph_.twin(best.arc);
            snap.at.fraction = 1.0 - snap.at.fraction;
        }
        snap.at.facing = Facing::along;
    }
    snap.foot = {a.lat + (b.lat - a.lat) * best.fraction, a.lon + (b.lon - a.lon) * best.fraction};
    snap.distance_m = distance_m(p, snap.foot);
    return snap;
}

} // namespace ems::map
