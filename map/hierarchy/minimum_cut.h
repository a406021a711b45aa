// Minimum cuts between two ends of a small undirected graph, by Dinic's algorithm with one unit per
// edge.
#pragma once

#include <cstdint>
#include <vector>

namespace ems::map {

// Undirected graph in compressed rows: each edge stands in both rows, each row is rising.
struct PartGraph {
    std::vector<std::uint32_t> vertex; // names outside
    std::vector<std::uint32_t> first;  // vertex.size() + 1
    std::vector<std::uint32_t> head;

    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(vertex.size()); }
};

enum class End : std::uint8_t { none, source, sink };

// Keeps its arrays between parts. Not thread-safe.
class MinimumCut {
  public:
    void load(const PartGraph& part);
    // False when the cut is wider than `width_max`. `ends` has one entry per vertex.
    [[nodiscard]] bool find(const std::vector<End>& ends, std::uint32_t width_max);

    [[nodiscard]] std::uint32_t width() const { return width_; }
    // 1 for vertices on the source's side of the cut; of the two outermost minimum cuts the more
    // balanced one.
    [[nodiscard]] const std::vector<std::uint8_t>& side() const { return side_; }
    [[nodiscard]] std::uint32_t side_size() const { return side_size_; }

  private:
    bool raise_levels();
    std::uint32_t push_from(std::uint32_t vertex);
    void take_source_side();
    void take_sink_side();

    const PartGraph* part_{nullptr};
    const std::vector<End>* ends_{nullptr};
    std::vector<std::uint32_t> reverse_; // the same edge in the other row
    std::vector<std::int8_t> flow_;      // -1, 0, 1
    std::vector<std::uint32_t> level_;
    std::vector<std::uint32_t> next_; // per vertex, the edge to try next
    std::vector<std::uint32_t> queue_;
    std::vector<std::uint32_t> path_; // edges
    std::vector<std::uint32_t> rim_;  // sources with a neighbour that is none
    std::vector<std::uint8_t> side_;
    std::uint32_t side_size_{0};
    std::uint32_t width_{0};
};

} // namespace ems::map
