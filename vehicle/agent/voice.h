// The crew's end of the intercom: microphone, loudspeaker and talk key on board.
//
// A session comes on d/media with `voice` set; another takes over without a pause, and the same again
// is no event. After stop, or a restart of the process, the server makes a new one. All functions
// from any thread; none waits for the network.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "telemetry/base/result.h"
#include "telemetry/video/capture_mark.h"
#include "telemetry/video/stream_line.h"
#include "telemetry/wire/ems.pb.h"
#include "vehicle/contract/crew.pb.h"

namespace ems::vehicle {

struct VoiceConfig {
    std::string source{"none"}; // telemetry/video/voice_pipeline.h
    std::string sink{"none"};
    // For the way by TLS where UDP does not pass; without an authority there is none.
    video::StreamFiles certificates{};
    [[nodiscard]] bool is_there() const { return source != "none" || sink != "none"; }
};

class Voice {
  public:
    virtual ~Voice() = default;
    // Errors: invalid_argument (address, SSRC, key sizes, a session that was left).
    virtual Result<void> start(const wire::MediaSession& session) = 0;
    virtual void stop() = 0;
    virtual void press(const TalkKey& key) = 0;
    // As Camera::tell_clock(): speech is recorded by the clock of vitals and pictures.
    virtual void tell_clock(const std::optional<video::MarkClock>& clock) = 0;
    [[nodiscard]] virtual VoiceLine line() const = 0;
    // "off", "ok", or what is wrong, for Heartbeat.device_health.
    [[nodiscard]] virtual std::string health() const = 0;
};

// Errors: invalid_argument (devices), media (GStreamer or an element is missing), io.
Result<std::unique_ptr<Voice>> make_voice(const VoiceConfig& config);

} // namespace ems::vehicle
