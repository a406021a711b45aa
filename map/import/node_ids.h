// The numbers of all nodes that are used, sorted; the place in it is the node's number in the
// network. Ways name their nodes in any order, so a search through all of it would wait for memory
// at every step: a table of cells of equal width leads close to the place first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ems::map {

class NodeIds {
  public:
    // In any order and with repetitions; fewer than 2^32.
    explicit NodeIds(std::vector<std::int64_t> ids);

    // Below size(); nothing when the node is not used.
    [[nodiscard]] std::optional<std::uint32_t> find(std::int64_t id) const;
    [[nodiscard]] std::size_t size() const { return ids_.size(); }

  private:
    // Unsigned, since numbers of a hostile file may lie further apart than a signed one can say.
    [[nodiscard]] std::size_t cell(std::int64_t id) const {
        return (static_cast<std::uint64_t>(id) - static_cast<std::uint64_t>(ids_.front())) >>
               shift_;
    }

    std::vector<std::int64_t> ids_;
    std::vector<std::uint32_t> first_; // of each cell
    unsigned shift_{0};
};

} // namespace ems::map
