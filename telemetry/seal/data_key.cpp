#include "telemetry/seal/data_key.h"

#include <sodium.h>

#include "telemetry/base/assert.h"
#include "telemetry/seal/key_file.h"
#include "telemetry/seal/random.h"
#include "telemetry/seal/sodium.h"

namespace ems::seal {
namespace {

constexpr std::size_t kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagSize = crypto_aead_xchacha20poly1305_ietf_ABYTES;

// Subkeys of the master key; the numbers are part of the stored format.
enum class Purpose : std::uint64_t { cipher = 1, index = 2 };

void derive(const std::string& master, Purpose purpose, std::array<unsigned char, 32>& into) {
    const int done = crypto_kdf_derive_from_key(into.data(), into.size(),
                                                static_cast<std::uint64_t>(purpose), "ems-data",
                                                bytes_of(master));
    EMS_ASSERT(done == 0);
}

} // namespace

DataKey::DataKey(const std::string& master) {
    EMS_ASSERT(master.size() == kSize);
    derive(master, Purpose::cipher, cipher_);
    derive(master, Purpose::index, index_);
}

Result<DataKey> DataKey::load(const std::string& path) {
    start_sodium();
    const Result<std::string> master = read_private_hex(path, kSize);
    if (!master) {
        return Failure{master.error()};
    }
    return DataKey{*master};
}

Result<void> DataKey::make_file(const std::string& path) {
    return write_private_file(path, to_hex(random_bytes(kSize)) + "\n");
}

Result<std::string> DataKey::seal(std::string_view plain, std::string_view context) const {
    if (plain.size() > kPlainSizeMax) {
        return fail(Code::invalid_argument, "value too long to seal");
    }
    std::string out = random_bytes(kNonceSize);
    out.resize(kNonceSize + plain.size() + kTagSize);
    unsigned char* const start = bytes_of(out);
    unsigned long long length = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(start + kNonceSize, &length, bytes_of(plain),
                                               plain.size(), bytes_of(context), context.size(),
                                               nullptr, start, cipher_.data());
    EMS_ASSERT(length == plain.size() + kTagSize);
    return out;
}

Result<std::string> DataKey::open(std::string_view sealed, std::string_view context) const {
    if (sealed.size() < kNonceSize + kTagSize ||
        sealed.size() > kNonceSize + kTagSize + kPlainSizeMax) {
        return fail(Code::seal, "sealed value has an impossible length");
    }
    std::string plain(sealed.size() - kNonceSize - kTagSize, '\0');
    const unsigned char* const start = bytes_of(sealed);
    unsigned long long length = 0;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            bytes_of(plain), &length, nullptr, start + kNonceSize, sealed.size() - kNonceSize,
            bytes_of(context), context.size(), start, cipher_.data()) != 0) {
        return fail(Code::seal, "sealed value does not open");
    }
    return plain;
}

std::string DataKey::blind_index(std::string_view value, std::string_view context) const {
    crypto_generichash_state state;
    constexpr std::size_t kHashSize = 32;
    std::string out(kHashSize, '\0');
    crypto_generichash_init(&state, index_.data(), index_.size(), kHashSize);
    // The context's length goes first, so that ("ab", "c") and ("a", "bc") differ.
    const std::string length = std::to_string(context.size()) + ":";
    crypto_generichash_update(&state, bytes_of(length), length.size());
    crypto_generichash_update(&state, bytes_of(context), context.size());
    crypto_generichash_update(&state, bytes_of(value), value.size());
    crypto_generichash_final(&state, bytes_of(out), kHashSize);
    return out;
}

} // namespace ems::seal
