// The newest samples of one lead, addressed by sample index. Blocks may come late, twice or out of
// order; an index that was never written is a gap and stays one: nothing is interpolated over it.
// Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace ems::signal {

class SampleRing {
  public:
    static constexpr std::size_t kCapacityMax = 10'000'000;

    explicit SampleRing(std::size_t capacity);

    // Samples first_sample, first_sample + 1, ... Those older than the ring holds are ignored. A
    // jump of the index by more than the capacity forgets everything before it.
    void write(std::uint64_t first_sample, std::span<const std::int32_t> samples);
    // The same stretch without a value (lead off): it moves end() and is a gap.
    void write_gap(std::uint64_t first_sample, std::size_t count);
    // Another recording begins: its sample index is unrelated.
    void reset();

    // Nothing for a gap, an index not yet written or one that has been overwritten.
    [[nodiscard]] std::optional<std::int32_t> at(std::uint64_t sample) const;
    // One past the newest index; 0 when nothing was written.
    [[nodiscard]] std::uint64_t end() const { return end_; }
    // Oldest index the ring may still hold.
    [[nodiscard]] std::uint64_t begin() const;
    [[nodiscard]] bool empty() const { return !started_; }
    [[nodiscard]] std::size_t capacity() const { return values_.size(); }

  private:
    static constexpr std::int32_t kGap = std::numeric_limits<std::int32_t>::min();
    void extend(std::uint64_t end);

    std::vector<std::int32_t> values_;
    std::uint64_t start_{0};
    std::uint64_t end_{0};
    bool started_{false};
};

} // namespace ems::signal
