// Microphone and loudspeaker of one party: GStreamer's half of a VoiceEndpoint. Captures, cancels
// echo, levels, encodes to Opus in RTP; takes RTP, smooths its jitter, decodes, plays. Both ways are
// one pipeline, since echo can only be cancelled on one clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"
#include "telemetry/video/echo_reference.h"
#include "telemetry/video/pipeline.h"
#include "telemetry/video/voice_level.h"

namespace ems::video {

inline constexpr int kVoiceRateHz = 48'000;
inline constexpr int kVoiceBitrate = 24'000; // of Opus, 20 ms frames

enum class EchoCancel { off, on };

struct VoiceDevices {
    // "none", "alsa:DEVICE", "pulse:DEVICE" (nothing behind the colon: the default one), "file:PATH"
    // (WAV, played once), "test:tone", "test:ticks" (one a second), "test:silence", "feed" (feed()).
    std::string source{"none"};
    // "none" (played into nothing, at the right time), "alsa:DEVICE", "pulse:DEVICE", "file:PATH"
    // (WAV).
    std::string sink{"none"};
    EchoCancel echo{EchoCancel::off};
};
// Errors: invalid_argument.
Result<void> check(const VoiceDevices& devices);

// All on GStreamer's threads; the samples are 48 kHz mono and live only within the call.
struct VoiceCallbacks {
    // `captured_at`: when the microphone gave the first of its samples.
    std::function<void(std::span<const std::uint8_t> rtp, Ticks captured_at)> encoded;
    std::function<void(std::span<const std::int16_t>, Ticks)> captured; // as the microphone gave them
    std::function<void(std::span<const std::int16_t>, Ticks)> spoken;   // without echo, not levelled
    std::function<void(std::span<const std::int16_t>, Ticks)> played;   // sink "none" only, when due
};

enum class Gate { closed, open };

class VoicePipeline {
  public:
    // `echo_delay`: found with these devices before. Errors: invalid_argument; media (an element or a
    // device is missing).
    static Result<std::unique_ptr<VoicePipeline>>
    make(const VoiceDevices& devices, VoiceCallbacks callbacks,
         std::optional<std::chrono::milliseconds> echo_delay);
    ~VoicePipeline();
    VoicePipeline(const VoicePipeline&) = delete;
    VoicePipeline& operator=(const VoicePipeline&) = delete;

    // Behind a closed gate nothing is encoded.
    void set_gate(Gate gate);
    void set_jitter(std::chrono::milliseconds latency);
    // A packet of Opus, numbers and time stamps going on. Dropped when the pipeline does not take it.
    void push(std::span<const std::uint8_t> rtp);
    // The microphone's next samples, with source "feed".
    void feed(std::span<const std::int16_t> samples);
    [[nodiscard]] Pipeline::Words poll() { return pipeline_->poll(); }
    // Of the last 20 ms; silence when none came for 200 ms.
    [[nodiscard]] Loudness spoken(Ticks now) const;
    [[nodiscard]] Loudness heard(Ticks now) const;
    // After which time an echo comes back, beyond what the sound card's driver says; nothing: none
    // was found.
    [[nodiscard]] std::optional<std::chrono::milliseconds> echo_delay() const { return echo_.found(); }
    // Its canceller would do better in a pipeline that begins with echo_delay().
    [[nodiscard]] bool is_worth_building_anew() const { return echo_.began_elsewhere(); }

  private:
    VoicePipeline(VoiceCallbacks callbacks, std::optional<std::chrono::milliseconds> echo_delay);
    struct Meter {
        Loudness loudness;
        Ticks at{};
    };
    enum class Tap { captured, spoken, heard };
    struct TapEnd {
        VoicePipeline* owner;
        Tap tap;
    };
    void tap(const char* element, TapEnd& end);
    void samples(Tap tap, std::span<std::int16_t> samples);
    [[nodiscard]] Loudness read(const Meter& meter, Ticks now) const;
    [[nodiscard]] Ticks captured_at(GstSample* sample) const;

    const VoiceCallbacks callbacks_;
    SpeechLeveller leveller_;
    mutable std::mutex mutex_; // guards the meters
    Meter spoken_;
    Meter heard_;
    TapEnd captured_end_{this, Tap::captured};
    TapEnd spoken_end_{this, Tap::spoken};
    TapEnd heard_end_{this, Tap::heard};
    // Null: none. What the pipeline's threads use, since pipeline_ is empty while it ends.
    GstElement* microphone_{nullptr};
    EchoReference echo_;
    std::uint64_t fed_until_{0}; // pipeline's time of the end of what was fed, ns
    std::unique_ptr<Pipeline> pipeline_; // last: its threads end first
};

} // namespace ems::video
