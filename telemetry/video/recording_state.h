// Whether a camera's pictures go into a file, as the media server tells it to those who watch.
#pragma once

#include <cstdint>

namespace ems::video {

// On the wire (rtcp.h): numbers are never given anew.
enum class RecordingState : std::uint8_t {
    unknown = 0, // not told, or no picture of the camera came yet
    recording = 1,
    disk_full = 2,   // tried again and again
    disk_failed = 3, // likewise: missing, read-only, broken
    disk_slow = 4,   // it takes less than the camera sends
    off = 5,         // this server is set to record nothing
};

[[nodiscard]] constexpr bool is_unrecorded(RecordingState state) {
    return state != RecordingState::unknown && state != RecordingState::recording;
}

} // namespace ems::video
