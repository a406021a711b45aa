// Unpacks an .xz file, as recordings are packed. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "telemetry/base/result.h"

namespace ems::ecg {

// not_found when it cannot be read; invalid_argument when it is damaged or holds more than
// `bytes_max`.
[[nodiscard]] Result<std::vector<std::uint8_t>> read_xz(const std::string& path,
                                                        std::size_t bytes_max);

} // namespace ems::ecg
