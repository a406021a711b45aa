// Takes mains hum out of a stretch of ECG before it is measured: the one steady sine of 49.5 to
// 50.5 Hz that explains most, its frequency common to all leads, amplitude and phase each lead's
// own. Unlike a notch it does not ring behind a QRS, and a QRS holds next to nothing of one line
// of a 10 s spectrum. Hum that changes within the stretch is taken out only in part. Pure.
#pragma once

#include "telemetry/signal/acquired_ecg.h"

namespace ems::signal {

// The hum's frequency; 0 when no lead has more than 0.003 mV of it that stands out of its
// neighbours in the spectrum, and then nothing was changed. A stretch below 2 s is left alone.
double remove_mains_hum(AcquiredEcg& ecg);

} // namespace ems::signal
