// What the uplink needs of a store of records: those the centre has not acknowledged. The spool is
// one; the simulation of tests/soak has another that costs no disk.
#pragma once

#include <optional>
#include <vector>

#include "vehicle/spool/record.h"

namespace ems::vehicle {

class UnackedRecords {
  public:
    virtual ~UnackedRecords() = default;
    // The lowest unacknowledged committed records of a stream.
    virtual std::vector<Record> unacked(wire::Stream stream, std::size_t count_max) = 0;
    // The committed record of that name, while it is unacknowledged and kept.
    virtual std::optional<Record> find(wire::Stream stream, std::uint64_t spool,
                                       std::uint64_t seq) = 0;
    virtual std::optional<Record> newest(wire::Stream stream) = 0;
    // Committed and unacknowledged.
    [[nodiscard]] virtual std::uint64_t unacked_count(wire::Stream stream) const = 0;
};

} // namespace ems::vehicle
