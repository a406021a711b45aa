// Wave batches, in order of time, to least and greatest values per bucket of a time range. Every
// sample that lies in the range falls into exactly one bucket, so no extreme is lost; a trace ends
// where a sample is missing, where the electrode is off, and where the recording or its scale
// changes, so nothing is drawn over a gap. Pure.
//
// A sample's time is that of the trace's first sample and the sample index; when a batch's own time
// is more than kStepUs from that (the clock was set), a new trace begins there, joined to the one
// before.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "telemetry/replay/page.h"
#include "telemetry/wire/waveform.h"

namespace ems::replay {

inline constexpr std::int64_t kStepUs = 100'000;

struct BucketScale {
    DeviceTime from;
    DeviceTime to;
    std::uint32_t buckets{1}; // over [from, to); at least 1
};

// Writes the fields of the cursor that the reducer of what follows this block needs.
void note_samples(const wire::WaveBlock& block, Cursor& cursor);

class WaveReducer {
  public:
    // `before`: the end of the page before, so that the first traces are known as joined.
    WaveReducer(BucketScale scale, const std::optional<Cursor>& before);

    void add(DeviceTime t, const wire::WaveBlock& block);
    // Values held, two for each bucket of each trace.
    [[nodiscard]] std::size_t values() const { return values_; }
    // Ends it; traces in the order of their beginnings.
    [[nodiscard]] std::vector<WaveTrace> take();

  private:
    struct Lead {
        std::optional<std::size_t> open; // trace
        std::uint64_t next_sample{0};
        std::uint64_t recording{0};
        bool known{false}; // the three above tell of a sample that was there
        DeviceTime anchor; // of the open trace's first sample
        std::uint64_t anchor_sample{0};
    };
    struct Samples {
        std::uint32_t lead{0};
        std::uint64_t first_sample{0};
        std::uint32_t rate_mhz{0};
        std::uint32_t gain_nv{0};
        std::span<const std::int32_t> values;
    };
    void add_lead(DeviceTime t, const wire::WaveBlock& block, const Samples& samples);
    void put(Lead& lead, DeviceTime at, std::int32_t value, const WaveTrace& shape);
    [[nodiscard]] std::int64_t bucket_of(DeviceTime t) const;

    BucketScale scale_;
    std::array<Lead, kPlethLead + 1> leads_{};
    std::vector<WaveTrace> traces_;
    std::size_t values_{0};
};

// Time that a run of samples takes, in microseconds.
[[nodiscard]] std::int64_t duration_us(std::uint64_t samples, std::uint32_t rate_mhz);
// End of a block that begins at t: of its leads, or of its pleth without them.
[[nodiscard]] DeviceTime end_of(DeviceTime t, const wire::WaveBlock& block);

} // namespace ems::replay
