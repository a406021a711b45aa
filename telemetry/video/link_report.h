// What ems-mediad tells a vehicle about its uplink, every kLinkReportInterval and for each camera
// session that was heard: the input of the vehicle's bit rate controller. Rides in an encrypted
// RTCP compound (rtcp.h: RtcpContent::link) from SSRC session.ssrc + 1; the server sends its newest
// one on to viewers, too, who choose their jitter buffer and show the way by it.
//
// Use at the vehicle: MediaSender::hear() gives the report. `number` rises by one; a report whose
// number is not newer than the last is to be ignored. No report for a second while pictures are
// sent says as much as a bad one: the way back or the server is gone.
//
// On the wire an APP packet (RFC 3550 section 6.7), subtype 1, name "EMSL", all in network order:
//
//     offset  size
//        0     1   0x81: version 2, subtype 1
//        1     1   204
//        2     2   length in words less one: 10, or more (fields are only added behind)
//        4     4   SSRC of the sender of the report
//        8     4   "EMSL"
//       12     4   media_ssrc
//       16     2   number
//       18     2   interval, ms
//       20     2   expected
//       22     2   lost, at most expected
//       24     2   recovered
//       26     2   given_up
//       28     4   rate, kbit/s
//       32     4   RTT, us; 0xFFFFFFFF unknown
//       36     4   queueing delay, us
//       40     4   its gradient, us per s, two's complement
//
// Values and arithmetic only; time is handed in. One thread at a time.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/video/rtp.h"
#include "telemetry/video/transit.h"

namespace ems::video {

inline constexpr std::chrono::milliseconds kLinkReportInterval{200};
inline constexpr std::size_t kLinkReportSize = 44;

struct LinkReport {
    std::uint32_t media_ssrc{0};           // of the camera session reported on
    std::uint16_t number{0};               // wraps
    std::chrono::milliseconds interval{0}; // that the five figures below cover, 0 to 65535
    std::uint16_t expected{0};             // packets, by their numbers
    std::uint16_t lost{0};      // of them not come by the first sending: loss before retransmission
    std::uint16_t recovered{0}; // came by retransmission
    std::uint16_t given_up{0};  // never came in time
    std::uint32_t rate_kbit{0}; // authenticated bytes of all kinds, without UDP and IP headers
    std::optional<std::chrono::microseconds> rtt; // vehicle and server, smoothed; none: not known
    // How much longer a picture's first packet was on its way than the fastest of the last 5 to 10
    // s, mean over the interval: the queue that this vehicle's link has built up.
    std::chrono::microseconds queue_delay{0};
    // How that grows (> 0) or drains, slope by least squares over the last second.
    std::int32_t queue_gradient_us_per_s{0};

    // 0 to 1; 0 when nothing was expected.
    [[nodiscard]] double loss() const {
        return expected == 0 ? 0.0 : static_cast<double>(lost) / expected;
    }
    bool operator==(const LinkReport&) const = default;
};

// The APP packet alone, kLinkReportSize bytes.
std::array<std::uint8_t, kLinkReportSize> make_link_report(std::uint32_t sender_ssrc,
                                                           const LinkReport& report);
// nullopt for any other packet, or one whose figures contradict each other.
std::optional<LinkReport> parse_link_report(std::span<const std::uint8_t> app_packet);

// Measures one camera session at the server.
class LinkMeter {
  public:
    explicit LinkMeter(std::uint32_t media_ssrc) : media_ssrc_(media_ssrc) {}

    // A packet that came by its first sending, once; `bytes` as received.
    void received(const RtpView& packet, std::size_t bytes, Ticks now);
    // A packet that came by retransmission; `first`: and had not been there.
    enum class Copy { first, repeated };
    void retransmitted(std::size_t bytes, Copy copy);
    void given_up(std::size_t packets) { given_up_ += packets; }

    // Of the time since the last call.
    LinkReport report(std::optional<std::chrono::microseconds> rtt, Ticks now);

  private:
    struct Sample {
        Ticks at{};
        std::int64_t transit_us{0}; // from an origin of no meaning
    };
    void sample(std::uint32_t timestamp, Ticks now);
    [[nodiscard]] std::int32_t gradient(Ticks now) const;

    static constexpr std::chrono::seconds kGradientWindow{1};
    static constexpr std::size_t kSamplesMax = 64; // above a second of pictures

    const std::uint32_t media_ssrc_;
    std::uint16_t number_{0};
    std::optional<Ticks> reported_at_;
    std::optional<std::uint32_t> highest_; // extended by wraps
    std::uint32_t highest_reported_{0};
    std::uint64_t received_{0};
    std::uint64_t recovered_{0};
    std::uint64_t given_up_{0};
    std::uint64_t bytes_{0};

    Transit transit_;
    std::optional<std::uint32_t> timestamp_; // newest
    std::array<Sample, kSamplesMax> samples_{};
    std::size_t sampled_{0};         // ever
    std::size_t reported_sample_{0}; // of them before the last report
    std::int64_t queue_delay_us_{0};
};

} // namespace ems::video
