#include "map/import/road_chains.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>

namespace ems::map {
namespace {

class Chainer {
  public:
    explicit Chainer(const RoadGraph& graph)
        : graph_(graph), used_(graph.arc_count(), 0), degree_(graph.node_count(), 0),
          touching_(graph.node_count()) {}

    std::vector<RoadChain> run(ChainBy kind) {
        std::vector<std::pair<std::uint64_t, ArcId>> pieces; // by kind
        for (ArcId a = 0; a < graph_.arc_count(); ++a) {
            const ArcId twin = graph_.twin(a);
            if (!graph_.is_copy(a) && (twin == kNoArc || a < twin)) {
                const auto road_class = static_cast<std::uint64_t>(graph_.road_class(a));
                pieces.emplace_back(kind == ChainBy::road_class
                                        ? road_class
                                        : road_class << 32 | graph_.arrays().arc_name[a],
                                    a);
            }
        }
        std::sort(pieces.begin(), pieces.end());
        for (std::size_t first = 0; first < pieces.size();) {
            std::size_t last = first;
            while (last < pieces.size() && pieces[last].first == pieces[first].first) {
                ++last;
            }
            join(std::span{pieces}.subspan(first, last - first));
            first = last;
        }
        return std::move(chains_);
    }

  private:
    void join(std::span<const std::pair<std::uint64_t, ArcId>> pieces) {
        for (const auto& [kind, a] : pieces) {
            touch(graph_.tail(a), a);
            touch(graph_.head(a), a);
        }
        for (const bool ends_only : {true, false}) {
            for (const auto& [kind, a] : pieces) {
                const bool starts_here = degree_[graph_.tail(a)] != 2;
                const bool starts_there = degree_[graph_.head(a)] != 2;
                if (used_[a] == 0 && (!ends_only || starts_here || starts_there)) {
                    chains_.push_back(
                        {graph_.road_class(a), a, walk(a, ends_only && !starts_here)});
                }
            }
        }
        for (const auto& [kind, a] : pieces) {
            degree_[graph_.tail(a)] = degree_[graph_.head(a)] = 0;
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
    std::vector<RoadChain> chains_;
};

} // namespace

std::vector<RoadChain> chain_roads(const RoadGraph& graph, ChainBy kind) {
    return Chainer{graph}.run(kind);
}

} // namespace ems::map
