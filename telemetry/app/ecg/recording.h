// A recording as ems-ecg analyses it: the ECG leads in mV and the pleth, when there is one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/signal/ecg/ecg_monitor.h"
#include "telemetry/signal/wfdb.h"

namespace ems::ecg {

struct Recording {
    signal::WfdbHeader header;
    std::vector<std::size_t> leads;     // indices of the header's signals, the leading one first
    std::vector<std::vector<float>> mv; // by lead; NaN: no sample
    std::vector<float> pleth;           // empty: none
    [[nodiscard]] std::size_t samples() const { return mv.front().size(); }
};

// `path` as of load_wfdb_record(); a signal file may stand there packed as NAME.xz. Throws Refusal.
signal::WfdbRecord load_record(const std::string& path);
// The same, as the analysis takes it. `only` is an index of the header's signals, of a voltage.
// Without it all that are named as ECG leads are taken, at most eight, lead II or MLII leading when
// it is there; where none is, the first voltage that is not known to be something else. Throws
// Refusal.
Recording open_recording(const std::string& path, std::optional<std::size_t> only);

// Pushes the whole recording; `after` runs after each sample, and once more after the end.
void run(const Recording& recording, signal::EcgMonitor& monitor,
         const std::function<void()>& after);
signal::EcgMonitor monitor_for(const Recording& recording);

} // namespace ems::ecg
