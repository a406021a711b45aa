// The few RTCP packets this product sends and reads (RFC 3550, RFC 4585), before encryption and
// after decryption: receiver reports as sign of life of a viewer or camera, and the picture loss
// indication that asks for a key frame. Pure; from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ems::video {

// What a receiver tells about one stream; kept as RFC 3550 section 6.4.1 defines it.
struct ReceptionReport {
    std::uint32_t ssrc{0};         // of the stream reported on
    std::uint8_t fraction_lost{0}; // of the last interval, in 1/256
    std::uint32_t lost{0};         // since the start, at most 24 bits
    std::uint32_t highest_seq{0};  // extended by the count of wraps
    std::uint32_t jitter{0};       // 90 kHz ticks
};

struct RtcpContent {
    std::uint32_t sender_ssrc{0}; // of the first packet
    bool key_frame_wanted{false}; // a PLI or FIR was in it
    bool goodbye{false};
    std::optional<ReceptionReport> report;
};

// Bytes of a compound packet; room for SRTCP's trailer is the caller's.
std::vector<std::uint8_t> make_receiver_report(std::uint32_t sender_ssrc,
                                               const std::optional<ReceptionReport>& report);
// Empty receiver report, then the PLI: a compound packet begins with a report.
std::vector<std::uint8_t> make_picture_loss(std::uint32_t sender_ssrc, std::uint32_t media_ssrc);

// nullopt when any packet of the compound is malformed.
std::optional<RtcpContent> parse_rtcp(std::span<const std::uint8_t> compound);

} // namespace ems::video
