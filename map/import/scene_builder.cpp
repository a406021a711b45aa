#include "map/import/scene_builder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <unordered_map>

#include "map/geo/polyline.h"
#include "map/geo/projection.h"
#include "map/graph/road_label.h"
#include "map/import/road_chains.h"

namespace ems::map {
namespace {

struct BandRule {
    double metres_per_pixel_max;
    double tolerance_m;
    RoadClass least; // classes after it are left out
    double named_m;  // shorter courses have no room for a name at the finest scale
    RoadClass least_named;
};
// An area is left out of a band when it is smaller than the square of this many tolerances.
constexpr double kSpeckTolerances = 6;
constexpr double kAnyScale = std::numeric_limits<double>::infinity();
constexpr std::array<BandRule, 5> kBands{{
    {4, 1.5, RoadClass::ferry, 100, RoadClass::ferry},
    {16, 6, RoadClass::street, 250, RoadClass::street},
    {50, 20, RoadClass::village, 1'000, RoadClass::township},
    {160, 60, RoadClass::township, 3'000, RoadClass::county},
    {kAnyScale, 250, RoadClass::provincial, 10'000, RoadClass::national},
}};
constexpr std::size_t kRoadNameBytesMax = 96; // longer ones are remarks

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

SceneBand build_band(const std::vector<RoadChain>& chains, const SceneGround& ground,
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

SceneRoad road_called(std::string_view text) {
    const RoadLabel label = road_label(text);
    return {std::string{label.number()}, std::string{label.name}};
}

struct NamedChain {
    std::uint32_t road;
    double length_m;
    RoadChain chain;
};

// By class, then the longest first.
std::vector<NamedChain> named_chains(const RoadGraph& graph, std::vector<SceneRoad>& roads) {
    std::vector<NamedChain> out;
    std::unordered_map<std::string_view, std::uint32_t> number_of;
    for (RoadChain& chain : chain_roads(graph, ChainBy::class_and_name)) {
        const std::string_view text = graph.name(chain.arc);
        if (text.empty() || text.size() > kRoadNameBytesMax) {
            continue;
        }
        const auto [at, is_new] =
            number_of.try_emplace(text, static_cast<std::uint32_t>(roads.size()));
        if (is_new) {
            roads.push_back(road_called(text));
        }
        const double whole_m = length_m(chain.points);
        out.push_back({at->second, whole_m, std::move(chain)});
    }
    std::stable_sort(out.begin(), out.end(), [](const NamedChain& a, const NamedChain& b) {
        return a.chain.road_class != b.chain.road_class ? a.chain.road_class < b.chain.road_class
                                                        : a.length_m > b.length_m;
    });
    return out;
}

void add_names(const std::vector<NamedChain>& chains, const BandRule& rule, SceneBand& band) {
    for (const NamedChain& named : chains) {
        if (named.chain.road_class > rule.least_named || named.length_m < rule.named_m) {
            continue;
        }
        SceneRoadName name;
        name.road = named.road;
        name.road_class = named.chain.road_class;
        name.point_first = static_cast<std::uint32_t>(band.name_points.size());
        for (const Wgs84 p : simplify(named.chain.points, rule.tolerance_m)) {
            band.name_points.push_back(to_e7(p));
            name.box.add(band.name_points.back());
        }
        name.point_count = static_cast<std::uint32_t>(band.name_points.size()) - name.point_first;
        band.names.push_back(name);
    }
}

} // namespace

Scene build_scene(const RoadGraph& graph, const std::vector<Place>& places,
                  const SceneGround& ground, std::string note) {
    Scene scene;
    scene.note = std::move(note);
    scene.bounds = graph.bounds();
    const std::vector<RoadChain> chains = chain_roads(graph, ChainBy::road_class);
    const std::vector<NamedChain> named = named_chains(graph, scene.roads);
    for (const BandRule& rule : kBands) {
        scene.bands.push_back(build_band(chains, ground, rule));
        add_names(named, rule, scene.bands.back());
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
