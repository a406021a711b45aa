#include "map/import/road_names.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "map/geo/grid_index.h"
#include "map/geo/polyline.h"

namespace ems::map {
namespace {

constexpr double kApartM = 500;   // between pieces of one road
constexpr double kToleranceM = 5; // of a road's course
constexpr double kSameJunctionM = 150;
constexpr std::size_t kRoadsAtNodeMax = 5;
constexpr std::uint32_t kNoRoad = 0xFFFFFFFF;

class RoadNamer {
  public:
    RoadNamer(const RoadGraph& graph, NameTable& table)
        : graph_(graph), table_(table), road_of_(graph.arc_count(), kNoRoad) {}

    void run() {
        collect();
        for (std::size_t first = 0; first < arcs_.size();) {
            std::size_t end = first;
            while (end < arcs_.size() && name_of(end) == name_of(first)) {
                ++end;
            }
            add_name(first, end);
            first = end;
        }
        is_latin_map_ = std::all_of(table_.features.begin(), table_.features.end(),
                                    [](const Feature& f) { return is_latin(f.name); });
        add_junctions();
    }

  private:
    [[nodiscard]] std::uint32_t name_of(std::size_t i) const {
        return graph_.arrays().arc_name[arcs_[i]];
    }

    // Pieces with a name, one of every two twins, by name.
    void collect() {
        for (ArcId a = 0; a < graph_.arc_count(); ++a) {
            const ArcId twin = graph_.twin(a);
            const std::string_view name = graph_.name(a);
            if (!graph_.is_copy(a) && (twin == kNoArc || a < twin) && !name.empty() && name.size() <= kNameBytesMax) {
                arcs_.push_back(a);
            }
        }
        std::stable_sort(arcs_.begin(), arcs_.end(), [this](ArcId a, ArcId b) {
            return graph_.arrays().arc_name[a] < graph_.arrays().arc_name[b];
        });
    }

    [[nodiscard]] BoxE7 box_of(ArcId a) const {
        BoxE7 box;
        for (const PointE7 p : graph_.stored_shape(a)) {
            box.add(p);
        }
        return box;
    }

    std::size_t root(std::size_t i) {
        while (parent_[i] != i) {
            parent_[i] = parent_[parent_[i]];
            i = parent_[i];
        }
        return i;
    }
    void join(std::size_t a, std::size_t b) {
        const std::size_t ra = root(a);
        const std::size_t rb = root(b);
        parent_[std::max(ra, rb)] = std::min(ra, rb);
    }

    // Arcs first..end of one name: joined where they touch or nearly do, then a road of each group.
    void add_name(std::size_t first, std::size_t end) {
        const std::size_t n = end - first;
        parent_.resize(n);
        std::iota(parent_.begin(), parent_.end(), 0U);
        std::vector<BoxE7> boxes;
        for (std::size_t i = 0; i < n; ++i) {
            boxes.push_back(box_of(arcs_[first + i]));
        }
        const GridIndex grid{boxes, kApartM};
        for (std::size_t i = 0; i < n; ++i) {
            BoxE7 about = box_about(from_e7(boxes[i].low), kApartM);
            const BoxE7 high = box_about(from_e7(boxes[i].high), kApartM);
            about.add(high.low);
            about.add(high.high);
            grid.visit(about, [&](std::uint32_t j) {
                if (boxes[j].overlaps(about)) {
                    join(i, j);
                }
            });
        }
        std::map<std::size_t, std::vector<ArcId>> groups;
        for (std::size_t i = 0; i < n; ++i) {
            groups[root(i)].push_back(arcs_[first + i]);
        }
        for (const auto& [_, group] : groups) {
            add_road(group);
        }
    }

    void add_road(const std::vector<ArcId>& group) {
        if (table_.features.size() >= kFeaturesMax) {
            return;
        }
        const auto road = static_cast<std::uint32_t>(table_.features.size());
        BoxE7 box;
        RoadClass best = RoadClass::ferry;
        for (const ArcId a : group) {
            road_of_[a] = road;
            if (graph_.twin(a) != kNoArc) {
                road_of_[graph_.twin(a)] = road;
            }
            best = std::min(best, graph_.road_class(a));
            for (const PointE7 p : graph_.stored_shape(a)) {
                box.add(p);
            }
            add_line(road, graph_.stored_shape(a));
        }
        Feature f;
        f.kind = NameKind::road;
        f.name = std::string{graph_.name(group.front())};
        f.road_class = best;
        f.at = middle(group, box);
        table_.features.push_back(std::move(f));
    }

    // The point of the road that is nearest to the middle of its extent.
    [[nodiscard]] PointE7 middle(const std::vector<ArcId>& group, const BoxE7& box) const {
        const Wgs84 low = from_e7(box.low);
        const Wgs84 high = from_e7(box.high);
        const Wgs84 centre{(low.lat + high.lat) / 2, (low.lon + high.lon) / 2};
        PointE7 best = graph_.stored_shape(group.front()).front();
        double least_m = distance_m(centre, from_e7(best));
        for (const ArcId a : group) {
            for (const PointE7 p : graph_.stored_shape(a)) {
                if (const double m = distance_m(centre, from_e7(p)); m < least_m) {
                    least_m = m;
                    best = p;
                }
            }
        }
        return best;
    }

    void add_line(std::uint32_t road, std::span<const PointE7> shape) {
        std::vector<Wgs84> points(shape.size());
        std::transform(shape.begin(), shape.end(), points.begin(), from_e7);
        const auto first = static_cast<std::uint32_t>(table_.points.size());
        for (const Wgs84 p : simplify(points, kToleranceM)) {
            push_point(to_e7(p), first);
        }
        const auto count = static_cast<std::uint32_t>(table_.points.size()) - first;
        table_.lines.push_back({road, first, count});
    }

    // With points between where a straight piece is longer than the table permits.
    void push_point(PointE7 p, std::uint32_t first) {
        while (table_.points.size() > first) {
            const PointE7 q = table_.points.back();
            const std::int64_t dlat = std::int64_t{p.lat_e7} - q.lat_e7;
            const std::int64_t dlon = std::int64_t{p.lon_e7} - q.lon_e7;
            const std::int64_t longest = std::max(std::abs(dlat), std::abs(dlon));
            if (longest <= kSegmentE7Max) {
                break;
            }
            table_.points.push_back(
                {static_cast<std::int32_t>(q.lat_e7 + dlat * kSegmentE7Max / longest),
                 static_cast<std::int32_t>(q.lon_e7 + dlon * kSegmentE7Max / longest)});
        }
        table_.points.push_back(p);
    }

    void add_junctions() {
        std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<PointE7>> met;
        std::vector<std::uint32_t> roads;
        for (NodeId node = 0; node < graph_.node_count(); ++node) {
            roads.clear();
            for (const ArcId a : graph_.out_arcs(node)) {
                roads.push_back(road_of_[a]);
            }
            for (const ArcId a : graph_.in_arcs(node)) {
                roads.push_back(road_of_[a]);
            }
            std::erase(roads, kNoRoad);
            std::sort(roads.begin(), roads.end());
            roads.erase(std::unique(roads.begin(), roads.end()), roads.end());
            roads.resize(std::min(roads.size(), kRoadsAtNodeMax));
            for (std::size_t i = 0; i < roads.size(); ++i) {
                for (std::size_t j = i + 1; j < roads.size(); ++j) {
                    met[{roads[i], roads[j]}].push_back(to_e7(graph_.node_at(node)));
                }
            }
        }
        for (const auto& [pair, points] : met) {
            add_pair(pair.first, pair.second, points);
        }
    }

    void add_pair(std::uint32_t one, std::uint32_t two, const std::vector<PointE7>& points) {
        const Feature* a = &table_.features[one];
        const Feature* b = &table_.features[two];
        if (b->road_class < a->road_class) {
            std::swap(a, b);
        }
        if (a->name == b->name || a->road_class == RoadClass::expressway) {
            return; // one turns off an expressway at exits, which have names of their own
        }
        Feature f;
        f.kind = NameKind::junction;
        f.name = is_latin_map_ ? a->name + " / " + b->name : a->name + "与" + b->name + "路口";
        if (f.name.size() > kNameBytesMax) {
            return;
        }
        std::vector<PointE7> kept; // a wide crossing is several nodes
        for (const PointE7 p : points) {
            const bool is_near = std::any_of(kept.begin(), kept.end(), [p](PointE7 q) {
                return distance_m(from_e7(p), from_e7(q)) < kSameJunctionM;
            });
            if (!is_near && table_.features.size() < kFeaturesMax) {
                kept.push_back(p);
                f.at = p;
                table_.features.push_back(f);
            }
        }
    }

    // Road numbers alone do not tell in which language their junction is called.
    [[nodiscard]] static bool is_latin(const std::string& name) {
        // the bytes that begin U+3000 and later: Chinese, Japanese, Korean
        return std::none_of(name.begin(), name.end(), [](unsigned char c) { return c >= 0xE3; });
    }

    const RoadGraph& graph_;
    NameTable& table_;
    std::vector<std::uint32_t> road_of_; // arcs to features
    std::vector<ArcId> arcs_;
    std::vector<std::size_t> parent_;
    bool is_latin_map_{false};
};

} // namespace

void add_roads(const RoadGraph& graph, NameTable& table) {
    RoadNamer{graph, table}.run();
}

} // namespace ems::map
