// Secrets in files: hex text, readable by their owner only. A file that group or others may read is refused, so a key
// that leaked through a careless copy is noticed at start-up and not never.
#pragma once

#include <cstddef>
#include <string>

#include "telemetry/base/result.h"

namespace ems::seal {

// Replaces `path` atomically with `content`, mode 0600, synced to disk. Errors: io.
Result<void> write_private_file(const std::string& path, const std::string& content);

// Reads `size` bytes written as hex (blanks at the end allowed). Errors: io (missing, readable by others), corrupt.
Result<std::string> read_private_hex(const std::string& path, std::size_t size);
// The same without the check of the mode: public keys.
Result<std::string> read_public_hex(const std::string& path, std::size_t size);

std::string to_hex(const std::string& bytes);
// Exactly `size` bytes as hex, either case. Errors: corrupt.
Result<std::string> from_hex(const std::string& text, std::size_t size);

} // namespace ems::seal
