// The alarm of a vehicle whose pictures are looked at here and go into no file: its desk is the one
// that learns of it, from the media server (telemetry/video/recording_state.h). Pure.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>

#include "console/model/desk_state.h"
#include "telemetry/video/recording_state.h"

namespace ems::console {

// Of a camera that stands in a tile.
struct WatchedRecording {
    std::int64_t unit_id{0};
    video::RecordingState state{video::RecordingState::unknown};
};

class RecordingAlarm {
  public:
    // All that are looked at now. One alarm for a vehicle, whichever of its cameras it is; one that
    // nobody looks at any more ends as unwatched. A server that is set to record nothing is none.
    void watch(DeskState& state, std::span<const WatchedRecording> watched, std::int64_t local_us);

  private:
    std::set<std::int64_t> raised_; // units
};

} // namespace ems::console
