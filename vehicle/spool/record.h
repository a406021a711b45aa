// What the spool keeps: one envelope of one stream.
#pragma once

#include <cstdint>
#include <string>

#include "telemetry/wire/ems.pb.h"

namespace ems::vehicle {

enum class Keep : std::uint8_t {
    ordinary = 0,
    of_case = 1, // made while an order was open: dropped last
    thinned = 2, // lead II alone, of waves of a case
};

// Handed to the spool; it adds the identity.
struct NewRecord {
    wire::Stream stream{wire::STREAM_UNSPECIFIED};
    std::int64_t t_us{0}; // capture, device clock
    wire::ClockQuality clk{wire::CLOCK_NEVER_SET};
    Keep keep{Keep::ordinary};
    std::string
        body{}; // serialized Event, Position, Vitals or WaveBatch; at most kRecordBodySizeMax
};

// Stored. (spool, stream, seq) never names two different contents.
struct Record {
    std::uint64_t spool{0};
    wire::Stream stream{wire::STREAM_UNSPECIFIED};
    std::uint64_t seq{0};
    std::string envelope{}; // serialized wire::Envelope
};

// A command of the centre, durable before anything is done about it.
struct StoredCommand {
    std::string id{};
    std::uint64_t unit_seq{0};
    wire::CommandAck::Result result{wire::CommandAck::RESULT_UNSPECIFIED};
    std::string ack{};  // serialized wire::Event, the last acknowledgement: sent again as it is
    std::string body{}; // serialized wire::CommandBody
};

constexpr std::size_t kRecordBodySizeMax = 60'000;
constexpr std::size_t kStreams = 4;

// 0..3 for A, G, V, W.
constexpr std::size_t stream_index(wire::Stream stream) {
    return static_cast<std::size_t>(stream) - 1;
}
constexpr wire::Stream stream_at(std::size_t index) {
    return static_cast<wire::Stream>(index + 1);
}

struct StreamStatus {
    std::uint64_t last_seq{0};
    std::uint64_t first_unacked{0}; // 0: none
    std::uint64_t unacked{0};
    bool operator==(const StreamStatus&) const = default;
};

} // namespace ems::vehicle
