// A console's end of one camera: keeps the grant alive with a report each second, decrypts, asks
// for packets that are missing, decodes and hands over the newest picture (media_receiver.h). No
// Qt. Nothing queues: a picture not yet taken is replaced by the next.
//
//     VideoTicket ticket = ...;                                  // from the server's VideoGrant
//     auto receiver = VideoReceiver::open(ticket, [&](const Picture& picture) { ... });   // on the
//     receiver's thread receiver->stats().last_picture_at                           // draw
//     "frozen" when it is older than a second
//
// The callback runs on a thread of the receiver, one call at a time; the pixels are valid only
// inside it, and it must return within a frame's time. It is never called after the destructor
// returned. The decoder starts over by itself after an error; the keys' state outlives that. One
// receiver per grant, for the grant's whole life: for another, or after `ended`, ask for a new
// grant (grants.h says why).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "telemetry/base/clock.h"
#include "telemetry/base/result.h"
#include "telemetry/video/capture_mark.h"
#include "telemetry/video/jitter_buffer.h"
#include "telemetry/video/link_report.h"
#include "telemetry/video/recording_state.h"
#include "telemetry/video/stream_line.h"

namespace ems::video {

// The fields of the console contract's VideoGrant, by the same names.
struct VideoTicket {
    std::string host; // IPv4 address of ems-mediad
    std::uint16_t port{0};
    std::uint32_t ssrc{0};
    std::uint32_t viewer_ssrc{0};
    std::uint32_t payload_type{96};
    std::string srtp_key;       // 28 bytes
    std::string srtcp_key;      // 28 bytes
    std::int64_t expires_us{0}; // server clock; 0: never
    // Where packets come by TLS when UDP is silent; port 0: nowhere. Once by TLS, the receiver
    // stays there: what blocks UDP in an office is its firewall.
    StreamTarget stream{};
};

struct Picture {
    int width{0};
    int height{0};
    int stride{0}; // bytes from row to row
    const std::uint8_t* pixels{
        nullptr}; // BGRx, 4 bytes a pixel (QImage::Format_RGB32 on little-endian)
    std::int64_t received_us{
        0}; // UTC of this machine when its last packet arrived, to within the decoder's delay
    std::uint64_t number{0}; // 1, 2, 3 ... of the pictures decoded
    // As the camera says; nothing: it says nothing (capture_mark.h).
    std::optional<CaptureMark> mark;
};

struct ReceiverStats {
    std::uint64_t pictures{0}; // handed over
    std::uint64_t packets{0};  // authenticated
    std::uint64_t packets_lost{0};
    std::uint64_t packets_refused{0}; // forged, repeated, foreign
    std::uint64_t bytes{0};
    std::uint64_t packets_recovered{0}; // came by retransmission
    std::uint64_t packets_asked{0};     // requests for a packet, the first and each again
    std::uint64_t restarts{0};          // of the decoder
    std::chrono::milliseconds delay{0}; // of the jitter buffer now
    std::optional<std::chrono::microseconds> round_trip; // to the server
    double loss{0};                   // on the way from the server, before retransmission
    std::optional<LinkReport> uplink; // the vehicle's, as the server sees it
    Ticks last_packet_at{};           // zero: none yet
    Ticks heard_at{};                 // anything of the server; it answers reports though no camera sends
    Ticks last_picture_at{};
    std::string refused_encoding; // what the camera sends in place of H.264; empty: nothing such
    RecordingState recording{RecordingState::unknown};
    bool by_stream{false};        // TLS in place of UDP
    bool ended{false};            // the grant's time is over; only a new grant helps
};

class VideoReceiver {
  public:
    using OnPicture = std::function<void(const Picture&)>;

    // `jitter` bounds how long packets wait for those sent again. Errors: invalid_argument
    // (address, key sizes), io (socket), media (a GStreamer element is missing).
    static Result<std::unique_ptr<VideoReceiver>>
    open(const VideoTicket& ticket, OnPicture on_picture, JitterLimits jitter = {});

    // Starts GStreamer and loads the plugins a receiver needs, which can take seconds the first
    // time; open() does it too when nobody did before. Errors: media.
    static Result<void> prepare();

    virtual ~VideoReceiver() = default;
    // From any thread.
    [[nodiscard]] virtual ReceiverStats stats() const = 0;

  protected:
    VideoReceiver() = default;
};

} // namespace ems::video
