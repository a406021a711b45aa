// Inputs of scores that no monitor measures, from what a crew found: consciousness, oxygen, and the
// temperature where the monitor has none. Pure.
#pragma once

#include <cstdint>

#include "telemetry/signal/scores/mews.h"
#include "telemetry/signal/scores/news2.h"
#include "telemetry/wire/ems.pb.h"

namespace ems::signal {

// Found longer ago, it is no longer how the patient is. Assumed: half of the hour within which a
// patient at medium risk is to be scored anew (Royal College of Physicians, 2017).
inline constexpr std::int64_t kFindingForScoreUs = 1'800'000'000;

// The chart's times and now_us are of one clock.
void add_findings(News2Input& input, const wire::PatientChart& chart, std::int64_t now_us);
// AVPU knows no "newly confused": consciousness stays missing then.
void add_findings(MewsInput& input, const wire::PatientChart& chart, std::int64_t now_us);
// Altered: not alert, or a GCS below 15.
void add_findings(QsofaInput& input, const wire::PatientChart& chart, std::int64_t now_us);

} // namespace ems::signal
