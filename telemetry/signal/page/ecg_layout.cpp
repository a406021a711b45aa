#include "telemetry/signal/page/ecg_layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace ems::signal {
namespace {

constexpr double kRhythmMm = 250;      // as long as a trace can be
constexpr double kBaseShare = 4.0 / 7; // a little below the middle: QRS complexes stand up more often than down
constexpr std::size_t kLayouts = 4;

// Column by column, as they are read.
constexpr std::array<ShownLead, kShownLeads> kLeads{ShownLead::I,  ShownLead::II, ShownLead::III, ShownLead::aVR,
                                                    ShownLead::aVL, ShownLead::aVF, ShownLead::V1,  ShownLead::V2,
                                                    ShownLead::V3, ShownLead::V4, ShownLead::V5,  ShownLead::V6};

struct Shape {
    std::size_t rows;
    std::size_t columns;
    std::size_t rhythm_rows;
    bool consecutive;
    double rim_mm; // above the first and below the last row: room for a calibration pulse that is as high as the row
};
constexpr std::array<Shape, kLayouts> kShapes{{{3, 4, 1, true, 0}, {3, 4, 1, false, 0}, {6, 2, 1, true, 0}, {12, 1, 0, false, 4}}};

EcgPageTrace in_row(std::size_t row, double row_mm, double rim_mm) {
    EcgPageTrace out;
    out.row_mm = row_mm;
    out.top_mm = kEcgPageGridTopMm + rim_mm + row_mm * static_cast<double>(row);
    out.base_mm = std::round(out.top_mm + row_mm * kBaseShare); // on a line of the grid
    out.left_mm = kEcgPageTraceLeftMm;
    return out;
}

std::vector<EcgPageTrace> traces_of(EcgScale scale, const Shape& shape) {
    std::vector<EcgPageTrace> out;
    const double column_s = ecg_page_seconds(scale) / static_cast<double>(shape.columns);
    const double row_mm = (kEcgPageTracesHeightMm - 2 * shape.rim_mm) / static_cast<double>(shape.rows + shape.rhythm_rows);
    for (std::size_t row = 0; row < shape.rows; ++row) {
        for (std::size_t column = 0; column < shape.columns; ++column) {
            EcgPageTrace trace = in_row(row, row_mm, shape.rim_mm);
            const double before_s = static_cast<double>(column) * column_s;
            trace.lead = kLeads.at(column * shape.rows + row);
            trace.from_s = shape.consecutive ? before_s : 0;
            trace.to_s = trace.from_s + column_s;
            trace.left_mm += before_s * scale.mm_per_s;
            out.push_back(trace);
        }
    }
    for (std::size_t i = 0; i < shape.rhythm_rows; ++i) {
        EcgPageTrace rhythm = in_row(shape.rows + i, row_mm, shape.rim_mm);
        rhythm.lead = ShownLead::II;
        rhythm.to_s = ecg_page_seconds(scale);
        out.push_back(rhythm);
    }
    return out;
}

std::array<std::vector<EcgPageTrace>, kLayouts> all_at(double mm_per_s) {
    std::array<std::vector<EcgPageTrace>, kLayouts> out;
    for (std::size_t i = 0; i < kLayouts; ++i) {
        out.at(i) = traces_of({.mm_per_s = mm_per_s}, kShapes.at(i));
    }
    return out;
}

} // namespace

EcgLayout next_layout(EcgLayout layout) {
    return static_cast<EcgLayout>((static_cast<std::size_t>(layout) + 1) % kLayouts);
}

std::string layout_text(EcgLayout layout, TextLanguage language) {
    const bool zh = language == TextLanguage::chinese;
    switch (layout) {
    case EcgLayout::rows3x4:
        return zh ? "3×4+1，各列时间连续" : "3x4+1, columns consecutive in time";
    case EcgLayout::rows3x4_simultaneous:
        return zh ? "3×4+1，各列同步" : "3x4+1, columns simultaneous";
    case EcgLayout::rows6x2:
        return zh ? "6×2+1，两列时间连续" : "6x2+1, columns consecutive in time";
    case EcgLayout::rows12x1:
        break;
    }
    return zh ? "12×1，全部导联同步" : "12x1, all leads simultaneous";
}

double ecg_page_seconds(EcgScale scale) {
    return std::min(kPageSeconds, kRhythmMm / scale.mm_per_s);
}

const std::vector<EcgPageTrace>& ecg_page_traces(EcgScale scale, EcgLayout layout) {
    static const auto kStandard = all_at(25);
    static const auto kFast = all_at(50);
    static const auto kSlow = all_at(12.5);
    const auto& at_speed = scale.mm_per_s == 50 ? kFast : scale.mm_per_s == 12.5 ? kSlow : kStandard;
    return at_speed.at(static_cast<std::size_t>(layout));
}

} // namespace ems::signal
