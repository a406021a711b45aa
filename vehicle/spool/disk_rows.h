// What both halves of DiskStore know of its rows: their sums and what they weigh.
#pragma once

#include <cstdint>
#include <string_view>

#include "vehicle/spool/record.h"

namespace ems::vehicle {

// Beside the envelope itself, measured: key, sum, index entry and the unused ends of pages.
inline constexpr std::uint64_t kRowOverheadBytes = 48;

std::int64_t crc_of(std::string_view bytes);
std::int64_t crc_of(const StoredCommand& command);

} // namespace ems::vehicle
