// What goes when the file is at its quota, and in which order: waves outside a case, then the waves
// of a case are thinned to lead II, then those; vitals and positions only when no wave is left;
// events never. The oldest of each first.
#pragma once

#include <cstdint>
#include <vector>

#include "vehicle/spool/disk_store.h"
#include "vehicle/spool/envelope.h"

namespace ems::vehicle {

struct Quota {
    std::uint64_t bytes{0};
    // Of it, out of reach for waves: events, positions and vitals fit whatever the waves do.
    [[nodiscard]] std::uint64_t reserve() const;
};

struct Drops {
    std::vector<Run> runs;
    // Stored in the same transaction: a gap record for each run, and what stays of thinned waves.
    std::vector<NewRecord> records;
};

// So that `waves` and `others` more bytes fit. At most 64 runs and 64 thinned waves at a time: a
// quota that shrank is reached over several groups. Errors: corrupt, spool.
Result<Drops> drops_for(DiskStore& disk, const Quota& quota, std::uint64_t waves,
                        std::uint64_t others, const Stamp& stamp);

} // namespace ems::vehicle
