// What both halves of DiskStore know of its rows: their sums and what they weigh.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "vehicle/spool/record.h"

namespace ems::vehicle {

// What a row of an envelope of that size takes of the file. SQLite keeps of a row without a rowid
// at most a quarter of a page in the tree and puts the rest on pages of its own (fileformat2,
// "B-tree Pages"): a row of 1,250 bytes takes 4,700. With the index entry and the unused ends of
// pages, as measured.
std::uint64_t row_bytes(std::size_t envelope_bytes);

std::int64_t crc_of(std::string_view bytes);
std::int64_t crc_of(const StoredCommand& command);

} // namespace ems::vehicle
