#include "telemetry/seal/password.h"

#include <array>

#include <sodium.h>

#include "telemetry/base/assert.h"
#include "telemetry/seal/random.h"
#include "telemetry/seal/sodium.h"

namespace ems::seal {
namespace {

constexpr unsigned long long kPasses = 3;
constexpr std::size_t kMemory = std::size_t{64} << 20U;

} // namespace

Result<std::string> hash_password(std::string_view password) {
    if (password.size() < kPasswordSizeMin || password.size() > kPasswordSizeMax) {
        return fail(Code::invalid_argument, "a password has 8 to 256 bytes");
    }
    start_sodium();
    std::array<char, crypto_pwhash_STRBYTES> out{};
    if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), kPasses, kMemory,
                              crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return fail(Code::internal, "no memory to hash a password");
    }
    return std::string{out.data()};
}

bool verify_password(const std::string& hash, std::string_view password) {
    start_sodium();
    if (hash.size() >= crypto_pwhash_STRBYTES || password.size() > kPasswordSizeMax) {
        return false;
    }
    return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool needs_rehash(const std::string& hash) {
    start_sodium();
    return hash.size() >= crypto_pwhash_STRBYTES ||
           crypto_pwhash_str_needs_rehash(hash.c_str(), kPasses, kMemory) != 0;
}

const std::string& decoy_hash() {
    static const std::string hash = [] {
        Result<std::string> made = hash_password(uuid_text());
        EMS_ASSERT(made.has_value());
        return *made;
    }();
    return hash;
}

} // namespace ems::seal
