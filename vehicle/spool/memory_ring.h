// Stands in for the disk when it fails: bounded, lost with the process, an identity of its own so
// that no number of the file is ever given twice. Capacity: 10 minutes of positions and vitals, 2
// of waves, 4,096 events.
#pragma once

#include <array>
#include <deque>
#include <vector>

#include "vehicle/spool/record.h"

namespace ems::vehicle {

class MemoryRing {
  public:
    MemoryRing();
    // The record, and before it a gap record when the oldest of its stream had to go.
    std::vector<Record> append(const NewRecord& record);
    void acknowledge(const wire::Ack& ack);
    [[nodiscard]] std::vector<Record> read(wire::Stream stream, std::size_t count_max) const;
    // Null: not kept, or no longer.
    [[nodiscard]] const Record* find(wire::Stream stream, std::uint64_t seq) const;
    // The lowest of all streams, events first: at most `bytes_max`, but one at least.
    [[nodiscard]] std::vector<Record> lowest(std::size_t bytes_max) const;
    // They lie on the disk now, under the same names.
    void forget(const std::vector<Record>& records);
    [[nodiscard]] StreamStatus status(wire::Stream stream) const;
    [[nodiscard]] std::uint64_t identity() const { return identity_; }
    [[nodiscard]] bool empty() const;

  private:
    struct Lane {
        std::uint64_t last_seq{0};
        std::deque<Record> records;
    };
    Record put(const NewRecord& record);

    std::uint64_t identity_;
    std::array<Lane, kStreams> lanes_;
};

} // namespace ems::vehicle
