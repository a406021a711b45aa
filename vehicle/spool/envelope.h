// Envelopes and gap records as the spool writes them.
#pragma once

#include <string_view>

#include "vehicle/spool/record.h"

namespace ems::vehicle {

Record seal_record(const NewRecord& record, std::uint64_t spool, std::uint64_t seq);

// An A record which says that from..to of a stream will never be sent.
NewRecord gap_record(wire::Stream stream, std::uint64_t from, std::uint64_t to,
                     std::string_view reason, std::int64_t t_us);

// Random, never 0.
std::uint64_t random_identity();

} // namespace ems::vehicle
