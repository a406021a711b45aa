#include "telemetry/seal/mac_key.h"

#include <sodium.h>

#include "telemetry/seal/key_file.h"
#include "telemetry/seal/random.h"
#include "telemetry/seal/sodium.h"

namespace ems::seal {

static_assert(MacKey::kSize == crypto_auth_KEYBYTES);
static_assert(MacKey::kTagSize == crypto_auth_BYTES);

Result<MacKey> MacKey::load(const std::string& path) {
    start_sodium();
    Result<std::string> key = read_private_hex(path, kSize);
    if (!key) {
        return Failure{std::move(key).error()};
    }
    return MacKey{std::move(*key)};
}

Result<void> MacKey::make_file(const std::string& path) {
    return write_private_file(path, to_hex(random_bytes(kSize)) + "\n");
}

MacKey MacKey::make() {
    return MacKey{random_bytes(kSize)};
}

std::string MacKey::tag(std::string_view message) const {
    std::string out(kTagSize, '\0');
    crypto_auth(bytes_of(out), bytes_of(message), message.size(), bytes_of(std::string_view{key_}));
    return out;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace ems::seal
