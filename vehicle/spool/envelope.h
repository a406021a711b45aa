// Envelopes and gap records as the spool writes them.
#pragma once

#include <cstdint>
#include <string_view>

#include "vehicle/spool/record.h"

namespace ems::vehicle {

Record seal_record(const NewRecord& record, std::uint64_t spool, std::uint64_t seq);

// When a record of the spool's own making arose, on the device clock.
struct Stamp {
    std::int64_t t_us{0};
    wire::ClockQuality clk{wire::CLOCK_NEVER_SET};
};

// An A record which says that from..to of a stream will never be sent.
NewRecord gap_record(wire::Stream stream, std::uint64_t from, std::uint64_t to,
                     std::string_view reason, Stamp stamp);
// A stored event that is such a record.
bool is_gap(const Record& record);
// One that says that the store had no room: "quota", "thinned" or "memory_full".
bool is_overflow(const Record& record);

// Random, never 0.
std::uint64_t random_identity();

} // namespace ems::vehicle
