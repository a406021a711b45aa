// Two marks on one trace of the ECG page: what lies between them in time, rate and voltage. Marks stand on samples, and every
// value is read off the samples that are drawn, never off pixels. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "telemetry/signal/page/ecg_page.h"

namespace ems::console {

enum class CaliperMark : std::uint8_t { a, b };

struct CaliperReading {
    double apart_s{0};               // b - a, of either sign
    std::optional<double> rate_bpm;  // of one interval between them; nothing for marks that stand together
    std::optional<double> a_mv;      // nothing in a gap
    std::optional<double> b_mv;
    std::optional<double> apart_mv;  // b - a
};

class EcgCalipers {
  public:
    // On the rhythm row, about its first second; of a layout without one on lead II. `samples` of the page.
    EcgCalipers(double rate_hz, std::size_t samples, signal::EcgScale scale = {},
                signal::EcgLayout layout = signal::EcgLayout::rows3x4);
    [[nodiscard]] signal::EcgLayout layout() const { return layout_; }
    [[nodiscard]] const signal::EcgPageTrace& on() const;
    [[nodiscard]] signal::EcgScale scale() const { return scale_; }
    // Another gain on the same page: the marks stay where they are.
    void set_gain(double mm_per_mv) { scale_.mm_per_mv = mm_per_mv; }

    [[nodiscard]] std::size_t trace() const { return trace_; }
    [[nodiscard]] std::size_t sample(CaliperMark mark) const { return mark == CaliperMark::a ? a_ : b_; }
    [[nodiscard]] CaliperMark active() const { return active_; }
    void swap_active() { active_ = active_ == CaliperMark::a ? CaliperMark::b : CaliperMark::a; }
    void activate(CaliperMark mark) { active_ = mark; }
    // By samples; stays within the trace.
    void move(std::int64_t samples);
    // To the next beat of this direction (+1, -1) on the trace; stays when there is none. R peaks as samples of the page.
    void move_to_beat(int direction, std::span<const std::int64_t> r_samples);
    // Another trace; the marks keep their distance from its beginning.
    void choose_trace(std::size_t trace);
    // The trace under a point of the page, and the active mark at the point's time. False outside of every trace.
    bool point_at(signal::PagePoint at);

  private:
    struct Range {
        std::size_t first;
        std::size_t last;
    };
    [[nodiscard]] Range range(std::size_t trace) const;
    std::size_t& active_sample() { return active_ == CaliperMark::a ? a_ : b_; }

    double rate_hz_;
    std::size_t samples_;
    signal::EcgScale scale_;
    signal::EcgLayout layout_;
    std::size_t trace_{0};
    std::size_t a_{0};
    std::size_t b_{0};
    CaliperMark active_{CaliperMark::b};
};

CaliperReading read_calipers(const signal::AcquiredEcg& drawn, const EcgCalipers& calipers);

// "Δt 820 ms   73/min   ΔU +0.35 mV"
std::string caliper_text(const CaliperReading& reading);

// Marks, bracket and reading over the page, to be seen and printed.
void draw_calipers(signal::Page& page, const signal::AcquiredEcg& drawn, const EcgCalipers& calipers);

} // namespace ems::console
