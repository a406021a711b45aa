// The receiving end of one viewer's grant without socket and decoder: proves packets, asks for
// missing ones and for key frames, reports, and gives whole pictures out at an even pace.
//
//     MediaReceiver receiver{grant, limits};
//     receiver.hear(datagram, now, send);             // whatever came in
//     receiver.tick(now, send);                       // at next_due(now)
//     for (auto& packet : receiver.take_picture(now)) // decode
//
// One thread at a time; time is handed in. The object lives as long as the grant: its keys count.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/video/jitter_buffer.h"
#include "telemetry/video/link_report.h"
#include "telemetry/video/nack.h"
#include "telemetry/video/relay.h"
#include "telemetry/video/rtcp.h"
#include "telemetry/video/srtp.h"

namespace ems::video {

// By the names of VideoTicket (receiver.h).
struct ReceiverGrant {
    std::uint32_t ssrc{0};
    std::uint32_t viewer_ssrc{0};
    std::uint8_t payload_type{0};
    MediaKey srtp_key;
    MediaKey srtcp_key;
};

class MediaReceiver {
  public:
    using Send = std::function<bool(std::span<const std::uint8_t>)>;
    static constexpr std::chrono::milliseconds kReportInterval{1000};
    // While nothing comes or the round trip is not known: the server forgets a viewer after 5 s,
    // and whoever comes back is to see a picture at once.
    static constexpr std::chrono::milliseconds kKnockInterval{100};
    static constexpr std::chrono::milliseconds kSilence{500};

    struct Figures {
        std::uint64_t packets{0};      // authenticated and of use
        std::uint64_t packets_lost{0}; // never came in time
        std::uint64_t refused{0};      // forged, repeated, foreign
        std::uint64_t bytes{0};
        std::uint64_t asked{0};     // requests for a packet, the first and each again
        std::uint64_t recovered{0}; // came by retransmission
        std::uint64_t key_frames_asked{0};
        Ticks last_packet_at{};                              // zero: none yet
        Ticks heard_at{};                                    // anything authenticated of the server
        std::chrono::milliseconds delay{0};                  // of the jitter buffer now
        std::optional<std::chrono::microseconds> round_trip; // to the server
        double loss{0};                   // on the way from the server, before retransmission
        std::optional<LinkReport> uplink; // the vehicle's, as the server sees it
        std::string refused_encoding;     // rtcp.h
        RecordingState recording{RecordingState::unknown}; // of the newest answer
    };

    MediaReceiver(const ReceiverGrant& grant, JitterLimits limits);

    // Its bytes are changed.
    void hear(std::span<std::uint8_t> datagram, Ticks now, const Send& send);
    // Reports and requests that are due.
    void tick(Ticks now, const Send& send);
    [[nodiscard]] Ticks next_due() const;
    // Packets of the next picture, when it is time.
    std::vector<JitterBuffer::Packet> take_picture(Ticks now);
    // The decoder cannot go on without.
    void want_key_frame() { key_frame_wanted_ = true; }
    // True once after the server started over: numbers and time stamps begin anew.
    bool take_restart();
    [[nodiscard]] bool restarted() const { return restarted_; }
    [[nodiscard]] const Figures& figures() const { return figures_; }

  private:
    // Of one process of the server (grants.h: generation).
    struct Stream {
        Stream(const MediaKey& key, std::uint32_t ssrc);
        SrtpStream media;
        SrtpStream retransmission;
        LinkMeter meter;
    };
    Stream* stream_for(std::uint32_t ssrc);
    void adopt();
    void hear_control(Stream& stream, std::span<std::uint8_t> datagram, Ticks now);
    void hear_media(Stream& stream, std::span<std::uint8_t> datagram, Ticks now);
    void take_packet(const RtpView& view, std::span<const std::uint8_t> packet, Ticks now);
    void choose_delay(Ticks now);
    void ask_packets(Ticks now, const Send& send);
    void report(Ticks now, const Send& send);
    [[nodiscard]] bool asks_key_frame(Ticks now) const;
    void transmit(const Feedback& feedback, const Send& send);

    const ReceiverGrant grant_;
    SrtpStream reports_;
    std::optional<Stream> stream_;
    std::optional<Stream> next_stream_; // of a later generation, until a packet proves it
    ReceptionCounter reception_;
    NackGenerator nack_;
    RoundTrip trip_;
    JitterDelay delay_;
    JitterBuffer buffer_;
    std::uint64_t lost_before_{0};
    std::uint64_t expected_before_{0};
    double uplink_loss_{0}; // smoothed
    bool key_frame_wanted_{false};
    bool restarted_{false};
    std::optional<Ticks> key_frame_asked_;
    Ticks report_at_{};
    Ticks full_report_at_{};
    Figures figures_;
};

} // namespace ems::video
