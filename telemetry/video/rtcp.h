// The RTCP packets this product sends and reads (RFC 3550, 3611, 4585), before encryption and after
// decryption: receiver reports as sign of life, the picture loss indication that asks for a key
// frame, the generic NACK that asks for packets again, reference times and their echoes that
// measure the round trip, the link report (link_report.h), the encoding for which a camera is not
// shown (APP "EMSE": 16 bytes of printable ASCII, filled up with zeros), and whether it is recorded
// (APP "EMSR": the state, then three zeros). Pure; from any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/video/link_report.h"
#include "telemetry/video/recording_state.h"

namespace ems::video {

// What a receiver tells about one stream; kept as RFC 3550 section 6.4.1 defines it.
struct ReceptionReport {
    std::uint32_t ssrc{0};         // of the stream reported on
    std::uint8_t fraction_lost{0}; // of the last interval, in 1/256
    std::uint32_t lost{0};         // since the start, at most 24 bits
    std::uint32_t highest_seq{0};  // extended by the count of wraps
    std::uint32_t jitter{0};       // 90 kHz ticks
};

// Time in 1/65536 s, wrapping after 18 hours: the middle of an NTP time stamp (RFC 3550 section 4),
// here of a monotonic clock, which only its owner understands.
using CompactTime = std::uint32_t;
CompactTime compact_time(Ticks at);

// Answer to a reference time (RFC 3611 section 4.5).
struct TimeEcho {
    std::uint32_t ssrc{0};    // whose reference time it was
    CompactTime reference{0}; // as received
    CompactTime delay{0};     // from its reception to this answer
    // The round trip, without the delay at the other side; nullopt when the figures are impossible
    // (negative, or beyond a minute).
    [[nodiscard]] std::optional<std::chrono::microseconds> round_trip(Ticks now) const;
};

// Requests for more packets than this in one compound are not read: more are not kept anyway.
inline constexpr std::size_t kMissingMax = 256;

inline constexpr std::size_t kEncodingNameMax = 16;

struct RtcpContent {
    std::uint32_t sender_ssrc{0}; // of the first packet
    bool key_frame_wanted{false}; // a PLI or FIR was in it
    bool goodbye{false};
    std::optional<ReceptionReport> report;
    std::optional<CompactTime> reference;
    std::optional<TimeEcho> echo;
    std::vector<std::uint16_t> missing; // numbers asked for again, at most kMissingMax
    std::optional<LinkReport> link;
    std::string refused_encoding; // what the camera sends and nobody relays; empty: nothing such
    RecordingState recording{RecordingState::unknown}; // also where it is one of a newer server
};

// What goes into one compound packet; what is absent costs nothing.
struct Feedback {
    std::uint32_t sender_ssrc{0};
    std::uint32_t media_ssrc{0}; // of the stream that PLI and NACK are about
    std::optional<ReceptionReport> report;
    std::optional<CompactTime> reference;
    std::optional<TimeEcho> echo;
    std::span<const std::uint16_t> missing; // rising on the circle; at most kMissingMax (asserted)
    bool key_frame_wanted{false};
    std::optional<LinkReport> link;
    std::string_view refused_encoding; // printable, at most kEncodingNameMax (asserted)
    RecordingState recording{RecordingState::unknown};
};

// Bytes of a compound packet, a receiver report first; room for SRTCP's trailer is the caller's.
std::vector<std::uint8_t> make_feedback(const Feedback& feedback);
std::vector<std::uint8_t> make_receiver_report(std::uint32_t sender_ssrc,
                                               const std::optional<ReceptionReport>& report);
std::vector<std::uint8_t> make_picture_loss(std::uint32_t sender_ssrc, std::uint32_t media_ssrc);

// nullopt when any packet of the compound is malformed.
std::optional<RtcpContent> parse_rtcp(std::span<const std::uint8_t> compound);

} // namespace ems::video
