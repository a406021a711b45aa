// Where each lead stands on the page of the 12-lead ECG, and of which seconds. Three rows of four leads, six of two or twelve of one; the
// first two have a rhythm row of lead II below. Columns are consecutive in time, each going on where the one before ended, or
// simultaneous, all of the same seconds: the page says which. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "telemetry/signal/ecg12/stemi.h"
#include "telemetry/signal/ecg_leads.h"
#include "telemetry/signal/ecg_scale.h"
#include "telemetry/signal/page/page.h"

namespace ems::signal {

inline constexpr double kPageSeconds = 10;
inline constexpr double kPageColumnSeconds = 2.5;

// The grid lies on whole 5 mm from its corner. Its top and its height with the foot are what a screen that has no room for the head
// must show.
inline constexpr double kEcgPageGridLeftMm = 13.5;
inline constexpr double kEcgPageGridTopMm = 52;
inline constexpr double kEcgPageGridWidthMm = 270;
inline constexpr double kEcgPageTracesHeightMm = 140;
inline constexpr double kEcgPageGridHeightMm = 147;
inline constexpr double kEcgPageTraceLeftMm = kEcgPageGridLeftMm + 15; // the calibration pulse stands before it

enum class EcgLayout : std::uint8_t { rows3x4, rows3x4_simultaneous, rows6x2, rows12x1 };
EcgLayout next_layout(EcgLayout layout); // round and round
// "3x4+1, columns consecutive in time", as the page prints it.
std::string layout_text(EcgLayout layout, TextLanguage language);

// A stretch of a lead as it stands on the page: seconds [from_s, to_s) of it begin at left_mm, and 0 mV lies at base_mm in a row of
// its own space from top_mm.
struct EcgPageTrace {
    ShownLead lead{ShownLead::I};
    double from_s{0};
    double to_s{0};
    double left_mm{0};
    double base_mm{0};
    double top_mm{0};
    double row_mm{0};
};
// Of the layout with three rows of four.
inline constexpr std::size_t kEcgPageTraces = 13;
// Row by row from the left, the rhythm row last. At 50 mm/s a column has half its seconds and the rhythm row 5 s; at 12.5 mm/s they
// have what they always have and take half the width.
const std::vector<EcgPageTrace>& ecg_page_traces(EcgScale scale = {}, EcgLayout layout = EcgLayout::rows3x4);
// Seconds that the page has room for.
double ecg_page_seconds(EcgScale scale);

} // namespace ems::signal
