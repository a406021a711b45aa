#include "console/model/declutter.h"

#include <algorithm>
#include <numeric>

namespace ems::console {

std::vector<std::optional<std::size_t>> declutter(std::span<const LabelRequest> requests,
                                                  std::span<const LabelBox> taken) {
    std::vector<std::size_t> order(requests.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return requests[a].rank < requests[b].rank;
    });
    std::vector<LabelBox> used(taken.begin(), taken.end());
    std::vector<std::optional<std::size_t>> out(requests.size());
    for (const std::size_t i : order) {
        const auto& places = requests[i].places;
        for (std::size_t p = 0; p < places.size(); ++p) {
            const bool free = std::none_of(used.begin(), used.end(),
                                           [&](const LabelBox& box) { return box.overlaps(places[p]); });
            if (free) {
                used.push_back(places[p]);
                out[i] = p;
                break;
            }
        }
    }
    return out;
}

} // namespace ems::console
