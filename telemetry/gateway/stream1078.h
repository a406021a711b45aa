// The media stream of JT/T 1078-2016: what a terminal sends over a TCP connection of its own after
// 0x9101 (message.h) asked for a channel. Big-endian:
//
//   offset (SIM of 6)
//      0   30 31 63 64
//      4   u8   V=2 P=0 X=0 CC=1: 81
//      5   u8   marker in bit 7, payload type below
//      6   u16  sequence number, wraps
//      8   SIM, BCD: 6 bytes; 10 where the terminal's 808 is of 2019
//     14   u8   logical channel (JT/T 1076 table 2)
//     15   u8   data type above, fragment in the low four bits
//     16   u64  ms, of the terminal's own clock; not for transparent data
//     24   u16  ms since the last I frame, u16 ms since the last frame; video only
//     28   u16  size of the body, then the body
//
// Nothing in a header says which of the two sizes its SIM has: the first packet is read both ways,
// and the one behind which another packet begins is right, for the whole connection; where both
// are, one with six leading zeros has ten bytes. The body is at most 950 bytes by the standard;
// terminals that send more are known, kStreamBodyMax are taken.
//
// Pure; any bytes are survived, memory is bounded by kStreamUnreadMax and by one frame. Source:
// JT/T 1078-2016 table 19; the layout stands in domain.md 3.6 of the project's references.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/gateway/frame.h"

namespace ems::gateway {

inline constexpr std::size_t kStreamBodyMax = 2048;
inline constexpr std::size_t kStreamHeaderMax = 34;
// Two packets: what is held until the size of the SIM is known.
inline constexpr std::size_t kStreamUnreadMax = 2 * (kStreamHeaderMax + kStreamBodyMax);
// An I frame of 4K at the bit rates of terminals has a third of it.
inline constexpr std::size_t kMediaFrameMax = std::size_t{1} << 20;

enum class SimSize : std::uint8_t { six = 6, ten = 10 };
enum class StreamData : std::uint8_t { i_frame, p_frame, b_frame, audio, transparent };
enum class Fragment : std::uint8_t { whole, first, last, middle };

// JT/T 1078-2016 table 12, what this product knows of it.
namespace payload {
inline constexpr std::uint8_t kG711A = 6;
inline constexpr std::uint8_t kG711U = 7;
inline constexpr std::uint8_t kG726 = 8;
inline constexpr std::uint8_t kH264 = 98;
inline constexpr std::uint8_t kH265 = 99;
} // namespace payload

struct StreamPacket {
    std::uint8_t payload_type{payload::kH264};
    bool marker{false};
    std::uint16_t seq{0};
    Phone sim;
    std::uint8_t channel{0};
    StreamData data{StreamData::i_frame};
    Fragment fragment{Fragment::whole};
    std::uint64_t time_ms{0};          // 0 of transparent data
    std::uint16_t since_i_frame_ms{0}; // video only
    std::uint16_t since_frame_ms{0};   // video only
    std::string body;
    bool operator==(const StreamPacket&) const = default;
};

// A terminal's packet, for simulation and tests; the SIM's size is the phone's. The body is at most
// kStreamBodyMax (asserted).
std::string encode(const StreamPacket& packet);

// Cuts a connection's bytes into packets. Reads may be split and merged anywhere. Where no packet
// begins, bytes are skipped up to the next beginning and counted; a packet that stood in them is
// lost, which its neighbours' numbers tell.
class StreamParser {
  public:
    // The packets that these bytes complete.
    std::vector<StreamPacket> feed(std::string_view bytes);

    struct Counters {
        std::uint64_t packets{0};
        std::uint64_t noise_bytes{0}; // skipped
    };
    [[nodiscard]] const Counters& counters() const { return counters_; }
    [[nodiscard]] std::optional<SimSize> sim_size() const { return sim_size_; }

  private:
    enum class Step { packet, noise, wait };
    Step step(std::string_view bytes, StreamPacket& packet, std::size_t& taken);
    Step settle_sim(std::string_view bytes);

    std::optional<SimSize> sim_size_;
    std::string unread_;
    Counters counters_;
};

// One picture, or one piece of sound, of a channel.
struct MediaFrame {
    StreamData data{StreamData::i_frame};
    std::uint8_t payload_type{payload::kH264};
    std::uint64_t time_ms{0};
    std::uint32_t lost{0}; // packets missing since the frame before, at least
    std::string bytes;
};

// Puts the fragments of one channel together. A missing number, a fragment out of place or a frame
// beyond kMediaFrameMax costs the frame, and then every frame up to the next I frame: what refers
// to it would be shown damaged. Sound goes on. Some terminals number sound and pictures together,
// others each by itself: a packet follows when it follows either the last one or the last of its
// kind.
class FrameAssembler {
  public:
    // The frame that this packet completes. Transparent data, and sound in fragments, make none.
    std::optional<MediaFrame> add(StreamPacket packet);

    struct Counters {
        std::uint64_t packets_lost{0};
        std::uint64_t frames{0};
        std::uint64_t frames_dropped{0}; // damaged, or waiting for an I frame
    };
    [[nodiscard]] const Counters& counters() const { return counters_; }

  private:
    [[nodiscard]] std::uint32_t skipped_before(const StreamPacket& packet);
    void drop_open();
    std::optional<MediaFrame> finish(MediaFrame frame);

    std::optional<std::uint16_t> last_seq_;
    std::array<std::optional<std::uint16_t>, 2> last_seq_of_kind_; // pictures, sound
    std::optional<MediaFrame> open_;                               // pictures
    bool waiting_{true};                                           // for an I frame
    std::uint32_t lost_{0};                                        // not yet told
    Counters counters_;
};

} // namespace ems::gateway
