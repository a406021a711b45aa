// Passwords: argon2id, t = 3, 64 MiB, about 0.2 s each. The caller bounds how many run at once (at most two) and never
// runs them on a thread that serves others. The text form carries its own parameters and salt.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "telemetry/base/result.h"

namespace ems::seal {

constexpr std::size_t kPasswordSizeMin = 8;
constexpr std::size_t kPasswordSizeMax = 256;

// Errors: invalid_argument (length), internal (no memory for the hash).
Result<std::string> hash_password(std::string_view password);

// False for a wrong password and for a text that is no hash.
bool verify_password(const std::string& hash, std::string_view password);

// True when the hash was made with weaker parameters than today's: hash again at the next log-in.
bool needs_rehash(const std::string& hash);

// A valid hash of nothing anyone knows: verified for unknown users, so that time does not tell who exists.
const std::string& decoy_hash();

} // namespace ems::seal
