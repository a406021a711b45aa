// Arithmetic of a sweeping trace: which pixel columns to draw, which to erase, how high each column
// is, and which sample to show at this moment. Pure: the caller owns time and pixels.
//
// Columns are counted on and on (never reset at the right edge), so a wrap and a stall of several
// sweeps cannot be mixed up: absolute column c stands at pixel c % width_px, and covers samples [c
// * samples_per_px, (c + 1) * samples_per_px).
//
//     playout.arrived(batch_end, now_s);                            // at each batch
//     const std::int64_t column = column_of(playout.position(now_s), samples_per_px);   // at each
//     frame const SweepUpdate update = sweep_update(last_column, column, width_px, erase_px);
//     // erase update.erase, then for each pixel of update.draw: trace_extent(ring, ...) of that
//     column
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "telemetry/signal/sample_ring.h"

namespace ems::signal {

struct PixelSpan {
    int from_px{0};
    int count_px{0};
    bool operator==(const PixelSpan&) const = default;
};

// One or two spans, two when the stretch runs over the right edge.
struct PixelSpans {
    std::array<PixelSpan, 2> spans{};
    std::size_t count{0};
    [[nodiscard]] const PixelSpan* begin() const { return spans.data(); }
    [[nodiscard]] const PixelSpan* end() const { return spans.data() + count; }
};

struct SweepUpdate {
    PixelSpans draw;  // columns that changed: last_column (it was partly filled) to new_column
    PixelSpans erase; // the bar in front of new_column
};

// last_column < 0: nothing has been drawn yet. width_px > 0; 0 <= erase_px < width_px. Columns that
// do not move give an update of that one column. A move of more than a whole sweep draws every
// column not erased.
SweepUpdate sweep_update(std::int64_t last_column, std::int64_t new_column, int width_px,
                         int erase_px);

// The absolute column, from the present one backwards, that is shown at pixel `px`; negative: none
// yet.
std::int64_t column_at(int px, std::int64_t new_column, int width_px);

// Column of a (fractional) sample position.
std::int64_t column_of(double sample_position, double samples_per_px);

struct Extent {
    double least{0};
    double most{0};
};

// Least and greatest value of the trace between two sample positions. The trace is the straight
// line between neighbouring samples that both exist, so it never bridges a gap; nothing when no
// part of the stretch has a trace. Works for many samples a pixel and for many pixels a sample.
std::optional<Extent> trace_extent(const SampleRing& ring, double from, double to);

// The jitter buffer: turns arrivals of batches into an even flow of sample positions that runs
// `delay_s` behind the fastest arrival. It never runs back and never beyond what has arrived; when
// the source's clock drifts or the network grows slower, the position is led back by at most 2 % of
// speed, and after a jump by more than 2 s at once.
class Playout {
  public:
    Playout(double rate_hz, double delay_s);

    // Samples up to end_sample (exclusive) are there at `now_s` (monotonic seconds).
    void arrived(std::uint64_t end_sample, double now_s);
    // Position to show at `now_s`; negative before the first arrival.
    [[nodiscard]] double position(double now_s);
    // No sample left to show at the last position(): the trace stands still, and the screen must
    // say so.
    [[nodiscard]] bool starved() const { return starved_; }
    void reset();

  private:
    double rate_hz_;
    double delay_s_;
    double lag_s_{0}; // present distance between now and the position's time
    double lag_target_s_{0};
    double end_{-1};
    double position_{-1};
    double last_now_s_{0};
    bool started_{false};
    bool starved_{false};
};

} // namespace ems::signal
