// The last N values of something, for their median. No allocation.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

namespace ems::signal {

template <std::size_t N> class Recent {
  public:
    void add(float value) {
        values_[next_] = value;
        next_ = (next_ + 1) % N;
        count_ = std::min(count_ + 1, N);
    }
    void clear() { count_ = next_ = 0; }
    [[nodiscard]] std::size_t count() const { return count_; }
    // Upper median and least; at least one value.
    [[nodiscard]] float median() const {
        std::array<float, N> sorted = values_;
        const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(count_ / 2);
        std::nth_element(sorted.begin(), middle,
                         sorted.begin() + static_cast<std::ptrdiff_t>(count_));
        return *middle;
    }
    [[nodiscard]] float least() const {
        return *std::min_element(values_.begin(),
                                 values_.begin() + static_cast<std::ptrdiff_t>(count_));
    }

  private:
    std::array<float, N> values_{};
    std::size_t count_{0};
    std::size_t next_{0};
};

} // namespace ems::signal
