// Files that SQLite found damaged, kept beside the spool for whoever can read more out of them.
#pragma once

#include <cstddef>
#include <string>

#include "telemetry/base/result.h"

namespace ems::vehicle {

inline constexpr std::size_t kDamagedFilesKept = 2;

// Renames the file and its log to "<path>.damaged-<n>", n rising, and removes all but the newest
// kDamagedFilesKept. A power cut in the middle leaves the damaged file where it was, or the new
// name complete. Errors: io.
Result<void> set_damaged_aside(const std::string& path);

} // namespace ems::vehicle
