#include "console/model/ecg_calipers.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "telemetry/base/assert.h"

namespace ems::console {
namespace {

using signal::EcgPageTrace;

constexpr double kStartS = 0.2;
constexpr double kLineMm = 0.25;
constexpr double kActiveLineMm = 0.5;
constexpr double kRimMm = 2; // between the marks and the rim of their row
constexpr double kAboveLeastMm = 8; // of the base line, however low the row is
constexpr double kBelowLeastMm = 5;
constexpr double kTextMm = 3.4;
constexpr double kTickMm = 1.5;
constexpr double kReadingBelowMm = kTextMm - 0.8; // its base line below the marks
constexpr double kReadingLowestMm = signal::kEcgPageGridTopMm + signal::kEcgPageGridHeightMm - 3.5;

std::optional<double> value_at(const std::vector<float>& mv, std::size_t sample) {
    if (sample >= mv.size() || std::isnan(mv[sample])) {
        return std::nullopt;
    }
    return static_cast<double>(mv[sample]);
}

} // namespace

EcgCalipers::EcgCalipers(double rate_hz, std::size_t samples, signal::EcgScale scale, signal::EcgLayout layout)
    : rate_hz_(rate_hz), samples_(samples), scale_(scale), layout_(layout) {
    EMS_ASSERT(rate_hz > 0);
    EMS_ASSERT(samples > 0);
    const auto& traces = signal::ecg_page_traces(scale_, layout_);
    const auto last = std::find_if(traces.rbegin(), traces.rend(), [](const EcgPageTrace& t) { return t.lead == signal::ShownLead::II; });
    EMS_ASSERT(last != traces.rend());
    trace_ = static_cast<std::size_t>(traces.rend() - last) - 1;
    const Range r = range(trace_);
    const auto at = [&](double s) { return std::clamp(static_cast<std::size_t>(s * rate_hz_), r.first, r.last); };
    a_ = at(kStartS);
    b_ = at(1 + kStartS);
}

const EcgPageTrace& EcgCalipers::on() const {
    return signal::ecg_page_traces(scale_, layout_).at(trace_);
}

EcgCalipers::Range EcgCalipers::range(std::size_t trace) const {
    const EcgPageTrace& t = signal::ecg_page_traces(scale_, layout_).at(trace);
    const auto first = static_cast<std::size_t>(std::ceil(t.from_s * rate_hz_ - 1e-9));
    const auto last = static_cast<std::size_t>(std::floor(t.to_s * rate_hz_ + 1e-9));
    return {std::min(first, samples_ - 1), std::min(last, samples_ - 1)};
}

void EcgCalipers::move(std::int64_t samples) {
    const Range r = range(trace_);
    const std::int64_t to = static_cast<std::int64_t>(active_sample()) + samples;
    active_sample() = static_cast<std::size_t>(
        std::clamp(to, static_cast<std::int64_t>(r.first), static_cast<std::int64_t>(r.last)));
}

void EcgCalipers::move_to_beat(int direction, std::span<const std::int64_t> r_samples) {
    const Range r = range(trace_);
    const auto now = static_cast<std::int64_t>(active_sample());
    std::optional<std::int64_t> best;
    for (const std::int64_t peak : r_samples) {
        const bool inside = peak >= static_cast<std::int64_t>(r.first) && peak <= static_cast<std::int64_t>(r.last);
        const bool ahead = direction > 0 ? peak > now : peak < now;
        if (inside && ahead && (!best || std::abs(peak - now) < std::abs(*best - now))) {
            best = peak;
        }
    }
    if (best) {
        active_sample() = static_cast<std::size_t>(*best);
    }
}

void EcgCalipers::choose_trace(std::size_t trace) {
    const Range before = range(trace_);
    const Range now = range(trace);
    for (std::size_t* mark : {&a_, &b_}) {
        *mark = std::min(now.first + (*mark - before.first), now.last);
    }
    trace_ = trace;
}

bool EcgCalipers::point_at(signal::PagePoint at) {
    const auto& traces = signal::ecg_page_traces(scale_, layout_);
    for (std::size_t i = 0; i < traces.size(); ++i) {
        const EcgPageTrace& t = traces[i];
        const double s = t.from_s + (at.x_mm - t.left_mm) / scale_.mm_per_s;
        if (s < t.from_s || s >= t.to_s || at.y_mm < t.top_mm || at.y_mm >= t.top_mm + t.row_mm) {
            continue;
        }
        if (i != trace_) {
            choose_trace(i);
        }
        const Range r = range(i);
        active_sample() = std::clamp(static_cast<std::size_t>(std::llround(s * rate_hz_)), r.first, r.last);
        return true;
    }
    return false;
}

CaliperReading read_calipers(const signal::AcquiredEcg& drawn, const EcgCalipers& calipers) {
    const std::vector<float> mv = drawn.shown(calipers.on().lead);
    const std::size_t a = calipers.sample(CaliperMark::a);
    const std::size_t b = calipers.sample(CaliperMark::b);
    CaliperReading reading;
    reading.apart_s = (static_cast<double>(b) - static_cast<double>(a)) / drawn.rate_hz;
    if (a != b) {
        reading.rate_bpm = 60.0 / std::abs(reading.apart_s);
    }
    reading.a_mv = value_at(mv, a);
    reading.b_mv = value_at(mv, b);
    if (reading.a_mv && reading.b_mv) {
        reading.apart_mv = *reading.b_mv - *reading.a_mv;
    }
    return reading;
}

std::string caliper_text(const CaliperReading& reading) {
    std::string text = fmt::format("Δt {:.0f} ms", std::abs(reading.apart_s) * 1'000);
    text += reading.rate_bpm ? fmt::format("   {:.0f}/min", *reading.rate_bpm) : std::string{"   --/min"};
    // no "-0.00"
    text += reading.apart_mv ? fmt::format("   ΔU {:+.2f} mV", std::round(*reading.apart_mv * 100) / 100 + 0.0)
                             : std::string{"   ΔU -- mV"};
    return text;
}

void draw_calipers(signal::Page& page, const signal::AcquiredEcg& drawn, const EcgCalipers& calipers) {
    const signal::EcgScale scale = calipers.scale();
    const EcgPageTrace& t = calipers.on();
    const CaliperReading reading = read_calipers(drawn, calipers);
    const auto x_of = [&](CaliperMark mark) {
        const double s = static_cast<double>(calipers.sample(mark)) / drawn.rate_hz;
        return t.left_mm + (s - t.from_s) * scale.mm_per_s;
    };
    const auto y_of = [&](double mv) { return t.base_mm - mv * scale.mm_per_mv; };
    const auto line = [&](double width_mm, signal::PagePoint from, signal::PagePoint to) {
        page.shapes.emplace_back(signal::PagePolyline{signal::Ink::caliper, width_mm, {from, to}});
    };
    const double base_below_mm = t.base_mm - t.top_mm;
    const double top = t.base_mm - std::max(kAboveLeastMm, base_below_mm - kRimMm);
    // the reading stands below it and still within the grid: on its rim it cannot be read
    const double bottom = std::min(t.base_mm + std::max(kBelowLeastMm, t.row_mm - base_below_mm - kRimMm), kReadingLowestMm - kReadingBelowMm);
    const double a = x_of(CaliperMark::a);
    const double b = x_of(CaliperMark::b);
    for (const CaliperMark mark : {CaliperMark::a, CaliperMark::b}) {
        const double x = x_of(mark);
        line(mark == calipers.active() ? kActiveLineMm : kLineMm, {x, top}, {x, bottom});
        page.shapes.emplace_back(signal::PageText{{x, top - 0.6}, kTextMm - 0.6, mark == CaliperMark::a ? "A" : "B",
                                                  signal::Ink::caliper, signal::TextAlign::middle,
                                                  signal::TextWeight::bold});
        const auto& mv = mark == CaliperMark::a ? reading.a_mv : reading.b_mv;
        if (mv) { // where the mark reads the voltage, led over to the other
            line(kLineMm, {std::min(a, b) - kTickMm, y_of(*mv)}, {std::max(a, b) + kTickMm, y_of(*mv)});
        }
    }
    line(kLineMm, {a, bottom - 1}, {b, bottom - 1});
    const double room = std::max(0.0, (t.to_s - t.from_s) * scale.mm_per_s / 2 - 26); // each way from the middle of the trace
    const double centre = t.left_mm + (t.to_s - t.from_s) * scale.mm_per_s / 2;
    const double middle = std::clamp((a + b) / 2, centre - room, centre + room);
    page.shapes.emplace_back(signal::PageText{{middle, bottom + kReadingBelowMm}, kTextMm, caliper_text(reading),
                                              signal::Ink::caliper, signal::TextAlign::middle, signal::TextWeight::bold});
}

} // namespace ems::console
