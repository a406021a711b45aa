// The 12-lead ECG on a page of A4 across: three rows of four leads of 2.5 s each, one after the
// other in time, and a rhythm row of 10 s, at 25 mm/s and 10 mm/mV with a calibration pulse of 1 mV
// and 200 ms, on a grid of 1 and 5 mm; at another scale as much as fits, and a frame says which. Above it who, when, through which filters, the measurements,
// and the advisory. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "telemetry/signal/acquired_ecg.h"
#include "telemetry/signal/ecg12/af_suspicion.h"
#include "telemetry/signal/ecg12/ecg12.h"
#include "telemetry/signal/ecg_scale.h"
#include "telemetry/signal/filter.h"
#include "telemetry/signal/page/page.h"

namespace ems::signal {

inline constexpr double kPageSeconds = 10;
inline constexpr double kPageColumnSeconds = 2.5;

struct EcgPageInput {
    // What is drawn: filtered already, at most kPageSeconds of it. A missing value is a gap in the
    // line, a missing lead says so in its place.
    AcquiredEcg ecg{};
    EcgFilter filter;
    Ecg12 analysis{};
    std::optional<AfSuspicion> af{}; // nothing: the stretch is too short to ask
    EcgPatient patient{};
    std::string patient_id{}; // empty: not printed
    std::string
        recorded_at{};     // local time of the first sample, as a person reads it; empty: unknown
    std::string record{};  // name of the recording
    std::string program{}; // name and version, at the foot
    std::string remark{};  // a warning beside the title, e.g. that a simulator drew it; may be empty
    TextLanguage language{TextLanguage::chinese};
    EcgScale scale{};
};

// A stretch of a lead as it stands on the page: seconds [from_s, to_s) of it begin at left_mm, and
// 0 mV lies at base_mm.
struct EcgPageTrace {
    ShownLead lead{ShownLead::I};
    double from_s{0};
    double to_s{0};
    double left_mm{0};
    double base_mm{0};
};
inline constexpr std::size_t kEcgPageTraces = 13;
// Row by row from the left, the rhythm row last. At 50 mm/s a column has 1.25 s and the rhythm row 5 s; at 12.5 mm/s they
// have what they always have and take half the width.
const std::array<EcgPageTrace, kEcgPageTraces>& ecg_page_traces(EcgScale scale = {});
// Leaves of what is drawn the last seconds that the page has room for at its scale; what was measured stays that of all of it.
// Gives how many seconds fell away.
double fit_to_scale(EcgPageInput& input);
// A row of the grid, a lead's own space, and how far below its top 0 mV lies.
inline constexpr double kEcgPageRowMm = 35;
inline constexpr double kEcgPageBaseMm = 20;
// Top and height of the grid with its foot: what a screen that has no room for the head must show.
inline constexpr double kEcgPageGridTopMm = 52;
inline constexpr double kEcgPageGridHeightMm = 147;

Page ecg_page(const EcgPageInput& input);

} // namespace ems::signal
