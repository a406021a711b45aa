#include "map/import/node_ids.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <span>
#include <utility>

#include "map/geo/large_memory.h"
#include "map/geo/spread_sort.h"

namespace ems::map {

NodeIds::NodeIds(std::vector<std::int64_t> ids) : ids_(std::move(ids)) {
    // As unsigned numbers in the order of the signed ones.
    const auto key_of = [](std::int64_t id) {
        return static_cast<std::uint64_t>(id) ^ (1ULL << 63U);
    };
    spread_sort(std::span{ids_}, key_of, std::less<>{});
    ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
    ids_.shrink_to_fit();
    if (ids_.empty()) {
        return;
    }
    while (cell(ids_.back()) > ids_.size() / 4) {
        ++shift_;
    }
    resize_large(first_, cell(ids_.back()) + 2, 0U);
    for (const std::int64_t id : ids_) {
        ++first_[cell(id) + 1];
    }
    std::partial_sum(first_.begin(), first_.end(), first_.begin());
}

std::optional<std::uint32_t> NodeIds::find(std::int64_t id) const {
    if (ids_.empty() || id < ids_.front() || id > ids_.back()) {
        return std::nullopt;
    }
    const std::size_t c = cell(id);
    const auto end = ids_.begin() + first_[c + 1];
    const auto it = std::lower_bound(ids_.begin() + first_[c], end, id);
    if (it == end || *it != id) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(it - ids_.begin());
}

} // namespace ems::map
