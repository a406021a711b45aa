#include "map/graph/road_graph.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "map/geo/file_bytes.h"
#include "map/graph/graph_file.h"

namespace ems::map {

struct RoadGraph::Storage {
    std::optional<MappedFile> file;
    std::vector<std::uint64_t> words;

    [[nodiscard]] std::span<const std::byte> image() const {
        return file ? file->bytes() : std::as_bytes(std::span{words});
    }
};

RoadGraph::RoadGraph() : storage_(std::make_unique<Storage>()) {}
RoadGraph::RoadGraph(RoadGraph&&) noexcept = default;
RoadGraph& RoadGraph::operator=(RoadGraph&&) noexcept = default;
RoadGraph::~RoadGraph() = default;

Result<RoadGraph> RoadGraph::open(const std::string& path) {
    auto file = MappedFile::open(path);
    if (!file) {
        return Failure{std::move(file).error()};
    }
    RoadGraph graph;
    graph.storage_->file = std::move(*file);
    auto arrays = graph_file::view(graph.storage_->image(), path);
    if (!arrays) {
        return Failure{std::move(arrays).error()};
    }
    graph.a_ = *arrays;
    return graph;
}

Result<RoadGraph> RoadGraph::from_arrays(const GraphArrays& arrays) {
    RoadGraph graph;
    graph.storage_->words = graph_file::pack(arrays);
    auto viewed = graph_file::view(graph.storage_->image(), "road graph in memory");
    if (!viewed) {
        return Failure{std::move(viewed).error()};
    }
    graph.a_ = *viewed;
    return graph;
}

Result<void> RoadGraph::save(const std::string& path) const {
    return write_file(path, storage_->image());
}

std::string_view RoadGraph::name(ArcId a) const {
    const std::uint32_t i = a_.arc_name[a];
    const auto bytes =
        a_.name_bytes.subspan(a_.name_first[i], a_.name_first[i + 1] - a_.name_first[i]);
    return {bytes.data(), bytes.size()};
}

std::span<const PointE7> RoadGraph::stored_shape(ArcId a) const {
    const std::uint32_t i = a_.arc_shape[a];
    return a_.shape_point.subspan(a_.shape_first[i], a_.shape_first[i + 1] - a_.shape_first[i]);
}

std::vector<Wgs84> RoadGraph::shape(ArcId a) const {
    const auto stored = stored_shape(a);
    std::vector<Wgs84> points(stored.size());
    std::transform(stored.begin(), stored.end(), points.begin(), from_e7);
    if ((flags(a) & kArcAgainstShape) != 0) {
        std::reverse(points.begin(), points.end());
    }
    return points;
}

bool RoadGraph::is_main(ArcId a) const {
    if ((flags(a) & kArcMain) != 0 || a_.copy_arc.empty()) {
        return (flags(a) & kArcMain) != 0;
    }
    const auto others = copies(original(a));
    return std::any_of(others.begin(), others.end(),
                       [this](ArcId c) { return (flags(c) & kArcMain) != 0; });
}

ArcId RoadGraph::original(ArcId a) const {
    if (!is_copy(a)) {
        return a;
    }
    const auto at = std::lower_bound(a_.copy_arc.begin(), a_.copy_arc.end(), a);
    return a_.copy_of[static_cast<std::size_t>(at - a_.copy_arc.begin())];
}

std::span<const ArcId> RoadGraph::copies(ArcId original) const {
    const auto [low, high] = std::equal_range(a_.copy_of.begin(), a_.copy_of.end(), original);
    return a_.copy_arc.subspan(static_cast<std::size_t>(low - a_.copy_of.begin()),
                               static_cast<std::size_t>(high - low));
}

MiniRoundabout RoadGraph::mini_roundabout(NodeId n) const {
    const auto at = std::lower_bound(a_.round_node.begin(), a_.round_node.end(), n);
    if (at == a_.round_node.end() || *at != n) {
        return MiniRoundabout::none;
    }
    return static_cast<MiniRoundabout>(
        a_.round_turn[static_cast<std::size_t>(at - a_.round_node.begin())]);
}

bool RoadGraph::may_follow(ArcId from, ArcId to) const {
    const auto any_into = [this](ArcId driven, ArcId next) {
        const auto into = copies(next);
        return turn_ms(driven, next) != kForbiddenMs ||
               std::any_of(into.begin(), into.end(),
                           [&](ArcId c) { return turn_ms(driven, c) != kForbiddenMs; });
    };
    const auto ways = copies(from);
    return any_into(from, to) ||
           std::any_of(ways.begin(), ways.end(), [&](ArcId c) { return any_into(c, to); });
}

BoxE7 RoadGraph::bounds() const {
    BoxE7 box;
    for (const PointE7 p : a_.shape_point) {
        box.add(p);
    }
    return box;
}

std::uint64_t RoadGraph::checksum() const {
    std::uint64_t sum = 0;
    std::memcpy(&sum, storage_->image().data() + 24, sizeof sum);
    return sum;
}

bool RoadGraph::is_banned(ArcId from, ArcId to) const {
    const auto [low, high] = std::equal_range(a_.ban_from.begin(), a_.ban_from.end(), from);
    return std::any_of(low, high, [&](const std::uint32_t& entry) {
        return a_.ban_to[static_cast<std::size_t>(&entry - a_.ban_from.data())] == to;
    });
}

} // namespace ems::map
