// Unpacks an .xz file, as the recordings of the optional data folder are packed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ems::test {
// Empty when the file cannot be read or is damaged. At most 256 MiB unpacked.
std::vector<std::uint8_t> read_xz(const std::string& path);
} // namespace ems::test
