// Message authentication with one 32-byte key: HMAC-SHA-512-256. Who holds no key can neither make
// nor guess a tag. From any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "telemetry/base/result.h"

namespace ems::seal {

class MacKey {
  public:
    static constexpr std::size_t kSize = 32;
    static constexpr std::size_t kTagSize = 32;

    // From a file of 64 hex digits, mode 0600. Errors: io, corrupt.
    static Result<MacKey> load(const std::string& path);
    // Writes a fresh random key, mode 0600. Errors: io.
    static Result<void> make_file(const std::string& path);
    // For a process that needs no key beyond its own life.
    static MacKey make();

    // kTagSize bytes.
    [[nodiscard]] std::string tag(std::string_view message) const;

  private:
    explicit MacKey(std::string key) : key_(std::move(key)) {}
    std::string key_;
};

// Takes the same time wherever two texts of one length differ. False for texts of two lengths.
bool equal_in_constant_time(std::string_view a, std::string_view b);

} // namespace ems::seal
