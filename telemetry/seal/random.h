// Randomness for secrets and identities, and the one-way hashes of session tokens. From any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ems::seal {

std::string random_bytes(std::size_t size);

// Random UUID (RFC 9562 version 4), e.g. "7f0c5f6e-52a4-4c0e-9d7c-1f2a3b4c5d6e".
std::string uuid_text();

// A session token: 32 random bytes. The server stores only token_hash of it (SHA-256, 32 bytes).
std::string random_token();
std::string token_hash(std::string_view token);

// SHA-256 as 64 hex digits.
std::string sha256_hex(std::string_view data);

} // namespace ems::seal
