// One party's end of the intercom, in the vehicle as on a desk: microphone and loudspeaker, keys and
// packets, the talk key and what the server says of the line. No Qt.
//
//     auto endpoint = VoiceEndpoint::make({.side = Side::console, .devices = ...});
//     (*endpoint)->join(ticket);                 // of the server's grant or session
//     (*endpoint)->press(Talk::normal); ...  (*endpoint)->press(Talk::none);
//     (*endpoint)->status().line.yours           // granted, denied ... and why
//
// Speech leaves from the press on, the request just before it, and the server lets it through when
// it grants: no first syllable waits for an answer. Once denied or revoked nothing is sent until the
// key is pressed again. On an open line the crew and the console that opened it are heard without a
// key, for as long as the server is heard.
//
// Where UDP is blocked the line goes by TLS. The crew's comes back to UDP when that passes again; a
// desk's stays, and its next line begins there: what blocks UDP in an office is its firewall. What
// finds more than half a second of speech waiting in the stream is left out.
//
// The microphone runs only while a line is joined. A microphone or loudspeaker that fails is left out
// and tried again every 10 s; status() says so. All functions from any thread; none waits for the
// network or a device, but the destructor for the endpoint's threads. A ticket is used once: for
// another, and after `ended`, a new one is needed.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"
#include "telemetry/video/capture_mark.h"
#include "telemetry/video/stream_line.h"
#include "telemetry/video/voice_level.h"
#include "telemetry/video/voice_packets.h"
#include "telemetry/video/voice_pipeline.h"

namespace ems::video {

enum class Side { crew, console };

// The fields of the contracts' VoiceGrant and VoiceSession, by the same names.
struct VoiceTicket {
    std::string id;
    std::string host; // IPv4 address of ems-mediad
    std::uint16_t port{0};
    std::uint32_t up_ssrc{0};
    std::uint32_t down_ssrc{0};
    std::string up_key;         // 28 bytes
    std::string down_key;       // 28 bytes
    std::int64_t expires_us{0}; // server clock; 0: never
    // Where packets go by TLS when UDP is silent (path_choice.h); port 0: nowhere.
    StreamTarget stream{};
};

struct VoiceOptions {
    Side side{Side::console};
    VoiceDevices devices{};
    // See VoiceCallbacks; for measurements.
    std::function<void(std::span<const std::int16_t>, Ticks)> captured{};
    std::function<void(std::span<const std::int16_t>, Ticks)> spoken{};
    std::function<void(std::span<const std::int16_t>, Ticks)> played{};
};

struct VoiceStatus {
    bool joined{false};
    bool connected{false}; // the server was heard within 3 s
    // As the server said last. `yours` is idle until it has spoken of the newest press.
    LineState line;
    Talk talk{Talk::none}; // the key
    bool sending{false};   // speech leaves now
    Loudness spoken;
    Loudness heard;
    std::chrono::milliseconds jitter_buffer{0};
    std::chrono::milliseconds round_trip{0};
    std::uint64_t packets{0}; // of speech, authenticated
    std::uint64_t packets_lost{0};
    std::uint64_t packets_refused{0};
    std::uint64_t packets_sent{0};
    bool by_stream{false}; // TLS in place of UDP
    std::optional<std::chrono::milliseconds> echo_delay{}; // voice_pipeline.h
    std::string problem;   // of microphone or loudspeaker; empty: none
    bool microphone_fails{false};
    bool loudspeaker_fails{false};
    bool ended{false}; // the ticket's time is over
};

class VoiceEndpoint {
  public:
    // Errors: invalid_argument (devices), io (socket), media (GStreamer or an element is missing).
    static Result<std::unique_ptr<VoiceEndpoint>> make(VoiceOptions options);
    virtual ~VoiceEndpoint() = default;

    // Takes over without a pause when a line is joined already; the same ticket again is no event.
    // Errors: invalid_argument (address, key sizes, a ticket that was left).
    virtual Result<void> join(const VoiceTicket& ticket) = 0;
    virtual void leave() = 0;
    // The talk key: pressed, pressed in an emergency (crew), or released.
    virtual void press(Talk talk) = 0;
    // Of a console: open or close; of the crew: close.
    virtual void wish(LineWish line) = 0;
    // From now on speech says when it was spoken (speech_time.h); nothing: this machine's clock was
    // never set, and it says nothing. To be told again each second: the clock may step.
    virtual void tell_clock(const std::optional<MarkClock>& clock) = 0;
    [[nodiscard]] virtual VoiceStatus status() const = 0;
    // The microphone's next samples, with source "feed".
    virtual void feed(std::span<const std::int16_t> samples) = 0;

  protected:
    VoiceEndpoint() = default;
};

} // namespace ems::video
