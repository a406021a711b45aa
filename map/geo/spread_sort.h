// Sorts many values whose keys are spread over a range, in place and in a time that grows with
// their number alone: they are first brought into cells of equal width that a cache holds, then
// each cell is sorted. Keys that are not spread cost what std::sort does.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace ems::map {

// `key_of` gives an unsigned 64-bit key; `less` agrees with it: a smaller key is less.
template <class T, class KeyOf, class Less>
void spread_sort(std::span<T> values, const KeyOf& key_of, const Less& less) {
    constexpr std::size_t kPerCell = 2'048;
    constexpr std::size_t kCellsMax = 1U << 14U;
    if (values.size() <= 4 * kPerCell) {
        std::sort(values.begin(), values.end(), less);
        return;
    }
    std::uint64_t low = key_of(values.front());
    std::uint64_t high = low;
    for (const T& value : values) {
        low = std::min(low, std::uint64_t{key_of(value)});
        high = std::max(high, std::uint64_t{key_of(value)});
    }
    if (low == high) {
        std::sort(values.begin(), values.end(), less);
        return;
    }
    const std::size_t cells = std::min(std::bit_ceil(values.size() / kPerCell), kCellsMax);
    const auto bits = static_cast<int>(std::bit_width(high - low));
    const auto cell_bits = static_cast<int>(std::bit_width(cells)) - 1;
    const int shift = std::max(0, bits - cell_bits);
    const auto cell_of = [&](const T& value) {
        return static_cast<std::size_t>((key_of(value) - low) >> shift);
    };
    std::vector<std::size_t> end(cells, 0);
    for (const T& value : values) {
        ++end[cell_of(value)];
    }
    std::vector<std::size_t> next(cells, 0);
    std::size_t sum = 0;
    for (std::size_t c = 0; c < cells; ++c) {
        next[c] = sum;
        sum += end[c];
        end[c] = sum;
    }
    for (std::size_t c = 0; c < cells; ++c) {
        while (next[c] < end[c]) {
            T& here = values[next[c]];
            const std::size_t home = cell_of(here);
            if (home == c) {
                ++next[c];
            } else {
                std::swap(here, values[next[home]++]);
            }
        }
    }
    std::size_t first = 0;
    for (std::size_t c = 0; c < cells; ++c) {
        // A full cell is parted again: its keys lie in a narrower range.
        spread_sort(values.subspan(first, end[c] - first), key_of, less);
        first = end[c];
    }
}

} // namespace ems::map
