// The sending end of one camera session: numbers and encrypts packets, keeps two seconds of them,
// answers the server's requests for packets and its reference times, and hands on what else the
// server says. No socket: packets go out through a function given with each call.
//
//     MediaSender sender{srtp_key, srtcp_key, ssrc, payload_type, first_seq};
//     sender.send(packet, timestamp, now, send);          // each packet of the payloader
//     if (const auto heard = sender.hear(datagram, now, send)) {
//         heard->key_frame_wanted, heard->link, heard->answered  // link_report.h
//     }
//
// One thread at a time; time is handed in. The object dies with its session: keys, numbers and SSRC
// belong together.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "telemetry/base/clock.h"
#include "telemetry/video/capture_mark.h"
#include "telemetry/video/link_report.h"
#include "telemetry/video/packet_ring.h"
#include "telemetry/video/retransmit.h"
#include "telemetry/video/rtcp.h"
#include "telemetry/video/srtp.h"

namespace ems::video {

class MediaSender {
  public:
    // False when the network did not take the packet.
    using Send = std::function<bool(std::span<const std::uint8_t>)>;

    struct Heard {
        bool key_frame_wanted{false};
        std::optional<LinkReport> link; // only one newer than all before
        bool answered{false};           // to a probe
    };

    // `first_seq` in the lower half: the receiver's first packet then tells the wrap count for
    // certain (RFC 3711 section 3.3.1); asserted.
    MediaSender(const MediaKey& media, const MediaKey& feedback, std::uint32_t ssrc,
                std::uint8_t payload_type, std::uint16_t first_seq);

    // A plain packet of the payloader; SSRC, number, payload type and time stamp are replaced. With
    // a mark it bears that (capture_mark.h). False when it is malformed or was not sent; it is kept
    // all the same and may be asked for.
    bool send(std::span<const std::uint8_t> packet, std::uint32_t timestamp, Ticks now,
              const Send& send, const std::optional<CaptureMark>& mark = {});
    // Asks whether the server hears this session at all; it answers at once, also when no packet of
    // media came for long. `off`: the camera rests, so that nothing is to be recorded; the answer
    // then wants a key frame while somebody watches it.
    void probe(Ticks now, const Send& send, RecordingState recording = RecordingState::unknown);
    // A datagram that came from anywhere; its bytes are changed. nullopt when it is not the
    // server's.
    std::optional<Heard> hear(std::span<std::uint8_t> datagram, Ticks now, const Send& send);

    [[nodiscard]] std::uint64_t retransmitted() const { return retransmitted_; }
    [[nodiscard]] std::size_t memory_bytes() const { return ring_.memory_bytes(); }

  private:
    void answer(std::uint16_t seq, Ticks now, const Send& send);
    void echo(std::uint32_t reference, const Send& send);
    void send_control(const Feedback& feedback, const Send& send);

    const std::uint8_t payload_type_;
    SrtpStream media_;
    SrtpStream retransmission_;
    SrtpStream feedback_;
    PacketRing ring_;
    RequestLog requests_;
    std::uint16_t seq_; // of the next packet
    std::uint16_t rtx_seq_{0};
    std::optional<std::uint16_t> newest_link_;
    std::uint64_t retransmitted_{0};
};

} // namespace ems::video
