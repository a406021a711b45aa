#include "map/import/scene_builder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "map/geo/polyline.h"
#include "map/geo/projection.h"

namespace ems::map {
namespace {

struct BandRule {
    double metres_per_pixel_max;
    double tolerance_m;
    RoadClass least; // classes after it are left out
};
// An area is left out of a band when it is smaller than the square of this many tolerances.
constexpr double kSpeckTolerances = 6;
constexpr double kAnyScale = std::numeric_limits<double>::infinity();
constexpr std::array<BandRule, 5> kBands{{
    {4, 1.5, RoadClass::ferry},
    {16, 6, RoadClass::street},
    {50, 20, RoadClass::village},
    {160, 60, RoadClass::township},
    {kAnyScale, 250, RoadClass::provincial},
}};

struct LabelRule {
    SceneSymbol symbol;
    std::uint8_t rank;
    double metres_per_pixel_max;
};
LabelRule label_rule(PlaceKind kind) {
    switch (kind) {
    case PlaceKind::city:
        return {SceneSymbol::city, 0, kAnyScale};
    case PlaceKind::hospital:
        return {SceneSymbol::hospital, 1, kAnyScale};
    case PlaceKind::station:
        return {SceneSymbol::station, 1, kAnyScale};
    case PlaceKind::town:
        return {SceneSymbol::town, 2, 160};
    case PlaceKind::suburb:
        return {SceneSymbol::suburb, 4, 25};
    case PlaceKind::village:
        return {SceneSymbol::village, 5, 30};
    case PlaceKind::clinic:
        return {SceneSymbol::clinic, 6, 10};
    case PlaceKind::hamlet:
        return {SceneSymbol::hamlet, 7, 15};
    }
    return {SceneSymbol::hamlet, 7, 15};
}

struct Chain {
    RoadClass road_class;
    std::vector<Wgs84> points;
};

// Joins pieces of one class where exactly two meet, so that simplifying works on whole roads.
class Chainer {
  public:
    explicit Chainer(const RoadGraph& graph)
        : graph_(graph), used_(graph.arc_count(), 0), degree_(graph.node_count()),
          touching_(graph.node_count()) {}

    std::vector<Chain> run() {
        std::vector<Chain> chains;
        for (std::uint8_t c = 0; c < kRoadClassCount; ++c) {
            collect(static_cast<RoadClass>(c));
            for (const bool ends_only : {true, false}) {
                for (const ArcId a : pieces_) {
                    const bool starts_here = degree_[graph_.tail(a)] != 2;
                    const bool starts_there = degree_[graph_.head(a)] != 2;
                    if (used_[a] != 0 || (ends_only && !starts_here && !starts_there)) {
                        continue;
                    }
                    chains.push_back(
                        {static_cast<RoadClass>(c), walk(a, ends_only && !starts_here)});
                }
            }
        }
        return chains;
    }

  private:
    void collect(RoadClass road_class) {
        pieces_.clear();
        std::fill(degree_.begin(), degree_.end(), 0U);
        for (ArcId a = 0; a < graph_.arc_count(); ++a) {
            const ArcId twin = graph_.twin(a);
            if (graph_.road_class(a) == road_class && !graph_.is_copy(a) &&
                (twin == kNoArc || a < twin)) {
                pieces_.push_back(a);
                touch(graph_.tail(a), a);
                touch(graph_.head(a), a);
            }
        }
    }

    void touch(NodeId n, ArcId a) {
        if (degree_[n] < 2) {
            touching_[n][degree_[n]] = a;
        }
        ++degree_[n];
    }

    std::vector<Wgs84> walk(ArcId a, bool from_head) {
        std::vector<Wgs84> points;
        NodeId at = from_head ? graph_.head(a) : graph_.tail(a);
        for (;;) {
            used_[a] = 1;
            std::vector<Wgs84> shape = graph_.shape(a);
            const bool is_forward = graph_.tail(a) == at;
            if (!is_forward) {
                std::reverse(shape.begin(), shape.end());
            }
            points.insert(points.end(), shape.begin() + (points.empty() ? 0 : 1), shape.end());
            at = is_forward ? graph_.head(a) : graph_.tail(a);
            if (degree_[at] != 2) {
                return points;
            }
            const ArcId next = touching_[at][0] == a ? touching_[at][1] : touching_[at][0];
            if (used_[next] != 0) {
                return points;
            }
            a = next;
        }
    }

    const RoadGraph& graph_;
    std::vector<std::uint8_t> used_;
    std::vector<std::uint32_t> degree_;
    std::vector<std::array<ArcId, 2>> touching_;
    std::vector<ArcId> pieces_;
};

double area_m2(std::span<const Wgs84> ring) {
    const LocalProjection flat{ring.front()};
    double twice = 0;
    Metres2 last = flat.to_metres(ring.back());
    for (const Wgs84 p : ring) {
        const Metres2 m = flat.to_metres(p);
        twice += last.x * m.y - m.x * last.y;
        last = m;
    }
    return std::abs(twice) / 2;
}

// Open and simplified; empty when it would be a speck.
std::vector<PointE7> simpler_ring(const std::vector<PointE7>& ring, const BandRule& rule) {
    std::vector<Wgs84> line(ring.size());
    std::transform(ring.begin(), ring.end(), line.begin(), from_e7);
    const double speck_m = kSpeckTolerances * rule.tolerance_m;
    if (area_m2(line) < speck_m * speck_m) {
        return {};
    }
    line.push_back(line.front());
    line = simplify(line, rule.tolerance_m);
    line.pop_back();
    if (line.size() < 3) {
        return {};
    }
    std::vector<PointE7> out(line.size());
    std::transform(line.begin(), line.end(), out.begin(), to_e7);
    return out;
}

void add_areas(const SceneGround& ground, const BandRule& rule, SceneBand& band) {
    for (const SceneArea& area : ground.areas) {
        SceneOutline outline{{area.kind, area.name, simpler_ring(area.ring, rule)}, {}};
        if (outline.area.ring.empty()) {
            continue;
        }
        for (const std::vector<PointE7>& hole : area.holes) {
            if (auto simpler = simpler_ring(hole, rule); !simpler.empty()) {
                outline.area.holes.push_back(std::move(simpler));
            }
        }
        for (const PointE7 p : outline.area.ring) {
            outline.box.add(p);
        }
        band.areas.push_back(std::move(outline));
    }
}

void add_line(SceneLineKind kind, RoadClass road_class, std::span<const Wgs84> course,
              const BandRule& rule, SceneBand& band) {
    SceneLine line;
    line.kind = kind;
    line.road_class = road_class;
    line.point_first = static_cast<std::uint32_t>(band.points.size());
    for (const Wgs84 p : simplify(course, rule.tolerance_m)) {
        band.points.push_back(to_e7(p));
        line.box.add(band.points.back());
    }
    line.point_count = static_cast<std::uint32_t>(band.points.size()) - line.point_first;
    band.lines.push_back(line);
}

void add_ground_lines(const SceneGround& ground, SceneLineKind kind, const BandRule& rule,
                      SceneBand& band) {
    for (const GroundLine& line : ground.lines) {
        if (line.kind == kind) {
            std::vector<Wgs84> course(line.points.size());
            std::transform(line.points.begin(), line.points.end(), course.begin(), from_e7);
            add_line(kind, RoadClass::street, course, rule, band);
        }
    }
}

SceneBand build_band(const std::vector<Chain>& chains, const SceneGround& ground,
                     const BandRule& rule) {
    SceneBand band;
    band.metres_per_pixel_max = rule.metres_per_pixel_max;
    add_areas(ground, rule, band);
    if (rule.least >= RoadClass::street) { // near enough to tell them from ditches
        add_ground_lines(ground, SceneLineKind::stream, rule, band);
    }
    add_ground_lines(ground, SceneLineKind::river, rule, band);
    for (auto chain = chains.rbegin(); chain != chains.rend(); ++chain) {
        if (chain->road_class > rule.least) {
            continue;
        }
        add_line(SceneLineKind::road, chain->road_class, chain->points, rule, band);
    }
    if (rule.least >= RoadClass::township) {
        add_ground_lines(ground, SceneLineKind::railway, rule, band);
    }
    add_ground_lines(ground, SceneLineKind::boundary, rule, band);
    return band;
}

} // namespace

Scene build_scene(const RoadGraph& graph, const std::vector<Place>& places,
                  const SceneGround& ground, std::string note) {
    Scene scene;
    scene.note = std::move(note);
    scene.bounds = graph.bounds();
    const std::vector<Chain> chains = Chainer{graph}.run();
    for (const BandRule& rule : kBands) {
        scene.bands.push_back(build_band(chains, ground, rule));
    }
    std::vector<const Place*> order;
    for (const Place& p : places) {
        order.push_back(&p);
    }
    std::stable_sort(order.begin(), order.end(), [](const Place* a, const Place* b) {
        const auto rank_a = label_rule(a->kind).rank;
        const auto rank_b = label_rule(b->kind).rank;
        return rank_a != rank_b ? rank_a < rank_b : a->population > b->population;
    });
    for (const Place* p : order) {
        const LabelRule rule = label_rule(p->kind);
        scene.labels.push_back(
            {rule.symbol, rule.rank, rule.metres_per_pixel_max, to_e7(p->at), p->name});
    }
    return scene;
}

} // namespace ems::map
