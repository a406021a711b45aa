#include "telemetry/seal/random.h"

#include <sodium.h>

#include "telemetry/base/assert.h"
#include "telemetry/seal/key_file.h"
#include "telemetry/seal/sodium.h"

namespace ems::seal {

void start_sodium() {
    const int result = sodium_init();
    EMS_ASSERT(result >= 0);
}

std::string random_bytes(std::size_t size) {
    start_sodium();
    std::string out(size, '\0');
    randombytes_buf(out.data(), out.size());
    return out;
}

std::string uuid_text() {
    std::string bytes = random_bytes(16);
    bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0FU) | 0x40U);
    bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3FU) | 0x80U);
    std::string text = to_hex(bytes);
    for (const std::size_t place : {8U, 13U, 18U, 23U}) {
        text.insert(place, 1, '-');
    }
    return text;
}

std::string random_token() { return random_bytes(32); }

std::string token_hash(std::string_view token) {
    std::string out(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256(bytes_of(out), bytes_of(token), token.size());
    return out;
}

std::string sha256_hex(std::string_view data) { return to_hex(token_hash(data)); }

} // namespace ems::seal
