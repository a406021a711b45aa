// The 12-lead ECG on a page of A4 across, 10 s of it, its leads in one of the layouts of ecg_layout.h, at 25 mm/s and 10 mm/mV with a
// calibration pulse of 1 mV and 200 ms, on a grid of 1 and 5 mm; at another scale as much as fits, and a frame says which. Above it
// who, when, the measurements, the advisory and the layout, below it through which filters. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "telemetry/signal/acquired_ecg.h"
#include "telemetry/signal/ecg12/af_suspicion.h"
#include "telemetry/signal/ecg12/ecg12.h"
#include "telemetry/signal/ecg_scale.h"
#include "telemetry/signal/filter.h"
#include "telemetry/signal/page/ecg_layout.h"
#include "telemetry/signal/page/page.h"

namespace ems::signal {

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
    EcgLayout layout{EcgLayout::rows3x4};
};

// Leaves of what is drawn the last seconds that the page has room for at its scale; what was measured stays that of all of it.
// Gives how many seconds fell away.
double fit_to_scale(EcgPageInput& input);
Page ecg_page(const EcgPageInput& input);

} // namespace ems::signal
