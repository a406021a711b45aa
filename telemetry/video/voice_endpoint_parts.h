// VoiceEndpoint's own parts: what one thread, the microphone's threads and the callers share. Of
// its sources voice_endpoint.cpp has the callers' side and the thread, voice_endpoint_line.cpp what
// goes to the server and comes from it, voice_endpoint_sound.cpp the devices.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "telemetry/video/grants.h"
#include "telemetry/video/relay.h"
#include "telemetry/video/rtcp.h"
#include "telemetry/video/speech_time.h"
#include "telemetry/video/srtp.h"
#include "telemetry/video/udp_port.h"
#include "telemetry/video/voice_endpoint.h"
#include "telemetry/video/voice_path.h"
#include "telemetry/video/voice_stream.h"

namespace ems::video {

using PacketBuffer = std::array<std::uint8_t, kPacketSizeMax + kSrtpOverhead>;

// A ticket in use: keys, numbers and what the server said. They live and die together.
struct VoiceSession {
    VoiceSession(const VoiceTicket& of, Endpoint to, const MediaKey& to_server,
                 const MediaKey& from_server)
        : ticket(of), server(to), up_key(to_server), down_key(from_server),
          reports(to_server, of.up_ssrc), speech(to_server, of.up_ssrc) {}
    VoiceTicket ticket;
    Endpoint server;
    MediaKey up_key;
    MediaKey down_key;
    SrtpStream reports;
    SrtpStream speech; // SSRC | generation
    VoiceSplice numbers;
    SpeechMarks marks;
    std::optional<SrtpStream> down;
    std::optional<SrtpStream> next_down; // of a later generation, until a packet proves it
    std::uint32_t state_index{0};
    std::optional<LineState> state;
    Ticks state_at{};
    Ticks joined_at{};
    ReceptionCounter reception;

    [[nodiscard]] std::uint8_t generation() const {
        return static_cast<std::uint8_t>(speech.ssrc() & kGenerationMask);
    }
};

class GstVoiceEndpoint final : public VoiceEndpoint {
  public:
    GstVoiceEndpoint(VoiceOptions options, UdpPort port)
        : options_(std::move(options)), port_(std::move(port)),
          path_(port_, options_.side == Side::crew ? VoicePath::Returns::to_udp
                                                   : VoicePath::Returns::never),
          thread_([this] { run(); }) {}
    ~GstVoiceEndpoint() override {
        stopping_ = true;
        port_.wake();
        thread_.join();
    }

    Result<void> join(const VoiceTicket& ticket) override;
    void leave() override;
    void press(Talk talk) override;
    void wish(LineWish line) override;
    void tell_clock(const std::optional<MarkClock>& clock) override {
        const std::lock_guard lock{mutex_};
        clock_ = clock;
    }
    [[nodiscard]] VoiceStatus status() const override;
    void feed(std::span<const std::int16_t> samples) override;

  private:
    void run();
    void look_after_devices(Ticks now);
    void build(Ticks now);
    void follow_echo(Ticks now);
    void note_failure(const std::string& reason, Ticks now);
    void send_speech(std::span<const std::uint8_t> rtp, Ticks captured_at);
    // Those below: with the mutex held.
    void report(Ticks now);
    void say_goodbye();
    void send_rtcp(std::vector<std::uint8_t> packet);
    void follow_path(Ticks now);
    [[nodiscard]] bool may_send(Ticks now) const;
    [[nodiscard]] bool is_answered() const;
    [[nodiscard]] bool connected(Ticks now) const;
    void follow_gate(Ticks now);
    void take(std::span<std::uint8_t> packet, PathChoice::Way way, Ticks now);
    SrtpStream* stream_for(std::uint32_t ssrc);
    void adopt(std::uint32_t ssrc);
    void take_state(std::span<const std::uint8_t> plain, std::uint32_t index, Ticks now);
    void take_speech(std::span<std::uint8_t> packet, std::uint32_t ssrc, Ticks now);

    const VoiceOptions options_;
    const UdpPort port_;
    std::atomic<bool> stopping_{false};

    mutable std::mutex mutex_; // everything below but the thread
    std::optional<VoiceSession> session_;
    std::string left_id_; // the ticket used last: never again
    Talk talk_{Talk::none};
    std::uint16_t press_{0};
    LineWish wish_{LineWish::unchanged};
    std::uint16_t wish_number_{0};
    Ticks report_at_{};
    VoiceStatus status_; // its counters and texts
    VoicePath path_;
    std::optional<MarkClock> clock_;

    VoiceSplice incoming_;
    JitterTarget jitter_;
    std::chrono::milliseconds jitter_wanted_{JitterTarget::kLeast};
    std::chrono::milliseconds jitter_set_{JitterTarget::kLeast};

    // Built, ended and replaced on the endpoint's thread only; used with the mutex held.
    std::unique_ptr<VoicePipeline> pipeline_;
    std::uint64_t builds_{0};
    // For which it was built anew, and when; of the endpoint's thread.
    std::optional<std::chrono::milliseconds> echo_delay_;
    std::optional<Ticks> echo_followed_at_;
    bool without_source_{false};
    bool without_sink_{false};
    std::optional<Ticks> rebuild_at_;
    std::optional<Ticks> whole_again_at_;

    std::thread thread_; // last
};

} // namespace ems::video
