// Sound of terminals' cameras on its way to the voice recorder: each channel's becomes Opus
// (terminal_sound.h) and files of direction from_cabin with the camera's name as speaker, filed by the
// terminal's own time (counted_time.h). A pause in that time, or another encoding, begins another file.
//
// Another file costs another pipeline, on the thread that relays all packets: a vehicle gets one in
// kTurnLeast at most. A time that steps again within kTurnLeast tells no pause (a terminal that
// counts microseconds or ticks of 90 kHz, not milliseconds): its sound goes on in the same file,
// and is filed by arrival. Of encodings that alternate faster the other one's packets are dropped.
//
// Bounds: one channel of a vehicle, the first that is heard; kSoundsMax vehicles. What is silent
// for kSoundSilence gives its place up. One thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
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
inline constexpr std::chrono::milliseconds kTurnLeast{1000};

struct SoundFigures {
    std::uint64_t turns{0};           // begun
    std::uint64_t steps_ignored{0};   // of time, too soon after another for a pause
    std::uint64_t packets_dropped{0}; // of another encoding, too soon for another turn
};

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
    [[nodiscard]] const SoundFigures& figures() const { return figures_; }

  private:
    enum class Trouble { unknown_encoding, time_steps, encodings_alternate };
    static constexpr std::size_t kTroubles = 3;
    struct Sound {
        std::string camera;
        std::uint8_t payload_type{0};
        std::unique_ptr<TerminalSound> encoder; // null: an encoding that is not known here
        std::uint64_t turn{0};
        Ticks began_at{};                // the turn
        std::optional<Ticks> stepped_at; // the terminal's time, last
        std::uint32_t timestamp{0};
        video::CountedTime time;  // over all turns
        std::uint64_t next_ms{0}; // when the next packet is due by the terminal's clock
        Ticks heard_at{};
        std::array<std::optional<Ticks>, kTroubles> told_at;
    };
    void begin(const CameraKey& camera, Sound& sound, std::uint8_t payload_type, Ticks now);
    // Whether the packet's time tells a pause before it.
    bool paused(const CameraKey& camera, Sound& sound, std::uint64_t time_ms, Ticks now);
    // Whether this may go to the log: once a minute of its kind and vehicle.
    static bool may_tell(Sound& sound, Trouble trouble, Ticks now);
    void hand_on(const std::string& vid, Sound& sound, Ticks now, std::int64_t now_us);

    const Out out_;
    std::map<std::string, Sound> sounds_; // by vehicle
    SoundFigures figures_;
};

} // namespace ems::media
