// What the crew's own screen draws of the running ECG: one lead, and the pleth where it comes, in
// batches of 0.2 s whatever the centre is sent. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "vehicle/agent/wave_builder.h"

namespace ems::vehicle {

enum class Drawn : std::uint8_t { no, yes };

class TraceTap {
  public:
    // A new session of the module: of its leads II, or the first there is.
    void begin(const WaveBuilder::Session& session);
    // Nothing while nobody draws; what waited then is forgotten.
    std::vector<wire::WaveBatch> add(const WaveBuilder::Chunk& chunk, DeviceTime t, Drawn drawn);

  private:
    std::uint32_t lead_bit_{0}; // 0: no lead
    std::size_t lead_place_{0}; // within the session's
    WaveBuilder waves_;
    bool holds_{false};
};

} // namespace ems::vehicle
