// A WFDB recording played as if the ECG module measured it: its own rate, its ADC values less the
// baseline, exactly once from begin to end. Leads by their names; a channel named MLII, and a
// single channel of any other name, is lead II; further unknown channels: the first takes the bit
// of "other lead", the rest is left out. A channel PLETH is the pleth. Pure after load(): asked
// with the time since the start, it gives what is due.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "telemetry/base/result.h"
#include "vehicle/agent/wave_builder.h"

namespace ems::vehicle {

class EcgReplay {
  public:
    // `speed` 0.1 to 1000 times real time. Blocking. Errors: as of load_wfdb_record, and
    // unsupported_version for a recording without a channel to show.
    static Result<EcgReplay> load(const std::string& path, double speed);

    [[nodiscard]] WaveBuilder::Session session(std::uint64_t recording) const;
    // Chunks since the last call, each at most 0.2 s long.
    std::vector<WaveBuilder::Chunk> due(std::chrono::microseconds since_start);
    [[nodiscard]] bool ended() const { return next_ >= count_; }

  private:
    double rate_hz_{0};
    double speed_{1};
    std::uint32_t gain_nv_{0};
    std::uint32_t lead_mask_{0};
    std::vector<std::vector<std::int32_t>> leads_; // in mask order, less the baseline
    std::vector<std::vector<bool>> invalid_;
    std::vector<std::int32_t> pleth_;
    std::int32_t pleth_invalid_{0};
    std::uint64_t count_{0};
    std::uint64_t next_{0};
};

} // namespace ems::vehicle
