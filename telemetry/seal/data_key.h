// Column encryption of patient identity. One 32-byte key, shared by the servers of a centre, kept beside the database
// and never in it, so a dump or a standby's copy is unreadable.
//
// Sealed form: 24 random bytes of nonce, then XChaCha20-Poly1305 ciphertext with its 16-byte tag. The context
// ("patient.name.4711": table, column, row key) is authenticated with it, so a sealed value moved to another row or
// column does not open. Values are bounded by kPlainSizeMax. All functions may be called from any thread.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "telemetry/base/result.h"

namespace ems::seal {

class DataKey {
  public:
    static constexpr std::size_t kSize = 32;
    static constexpr std::size_t kPlainSizeMax = 4096;

    // From a file of 64 hex digits, mode 0600. Errors: io, corrupt.
    static Result<DataKey> load(const std::string& path);
    // Writes a fresh random key, mode 0600. Errors: io.
    static Result<void> make_file(const std::string& path);

    // Errors: invalid_argument (longer than kPlainSizeMax).
    [[nodiscard]] Result<std::string> seal(std::string_view plain, std::string_view context) const;
    // Errors: seal (damaged, another key, another context).
    [[nodiscard]] Result<std::string> open(std::string_view sealed, std::string_view context) const;
    // Keyed BLAKE2b of 32 bytes, the same for equal values of one context ("patient.phone"): an index to search by that
    // tells nothing without the key.
    [[nodiscard]] std::string blind_index(std::string_view value, std::string_view context) const;

  private:
    using Key = std::array<unsigned char, kSize>;
    explicit DataKey(const std::string& master);
    Key cipher_{};
    Key index_{};
};

} // namespace ems::seal
