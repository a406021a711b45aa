// Sound of terminals' cameras on its way to the voice recorder: each channel's becomes Opus
// (terminal_sound.h) and files of direction from_cabin with the camera's name as speaker, filed by the
// terminal's own time (counted_time.h). A pause in that time, or another encoding, begins another file.
//
// Bounds: one channel of a vehicle, the first that is heard; kSoundsMax vehicles. What is silent
// for kSoundSilence gives its place up. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "telemetry/base/clock.h"
#include "telemetry/media/hub.h"
#include "telemetry/media/terminal_sound.h"
#include "telemetry/media/voice_recorder.h"
#include "telemetry/video/counted_time.h"

namespace ems::media {

inline constexpr std::size_t kSoundsMax = 64;
inline constexpr std::chrono::seconds kSoundSilence{10};
inline constexpr std::chrono::milliseconds kSoundPause{500};

class SoundRecorder {
  public:
    using Out = std::function<void(SpokenPacket)>;
    explicit SoundRecorder(Out out) : out_(std::move(out)) {}

    // One packet's body; `time_ms` of the terminal's clock, `payload_type` of gateway/stream1078.h.
    // It came at `now`, which is `arrived_us`, UTC of this server.
    void take(const CameraKey& camera, std::uint8_t payload_type, std::uint64_t time_ms,
              std::string_view body, Ticks now, std::int64_t arrived_us);
    // About every 50 ms, for those who listen: hands on what was encoded since. `now_us`: UTC of
    // this server.
    void poll(Ticks now, std::int64_t now_us);

  private:
    struct Sound {
        std::string camera;
        std::uint8_t payload_type{0};
        std::unique_ptr<TerminalSound> encoder; // null: an encoding that is not known here
        std::uint64_t turn{0};
        std::uint32_t timestamp{0};
        video::CountedTime time;  // over all turns
        std::uint64_t next_ms{0}; // when the next packet is due by the terminal's clock
        Ticks heard_at{};
    };
    void begin(const CameraKey& camera, Sound& sound, std::uint8_t payload_type);
    void hand_on(const std::string& vid, Sound& sound, std::int64_t now_us);

    const Out out_;
    std::map<std::string, Sound> sounds_; // by vehicle
    std::uint64_t turns_{0};
};

} // namespace ems::media
