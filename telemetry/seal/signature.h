// Ed25519 signatures of commands: the centre signs with command.key, every vehicle verifies with command.pub, so a
// broker can delay an order but not forge one. From any thread.
#pragma once

#include <string>
#include <string_view>

#include "telemetry/base/result.h"

namespace ems::seal {

constexpr std::size_t kSignatureSize = 64;

class SigningKey {
  public:
    // 128 hex digits, mode 0600. Errors: io, corrupt.
    static Result<SigningKey> load(const std::string& path);
    // Makes a fresh pair: secret to `secret_path` (0600), public half to `public_path`. Errors: io.
    static Result<void> make_files(const std::string& secret_path, const std::string& public_path);
    // 64 bytes.
    [[nodiscard]] std::string sign(std::string_view message) const;

  private:
    explicit SigningKey(std::string secret) : secret_(std::move(secret)) {}
    std::string secret_;
};

class VerifyKey {
  public:
    // 64 hex digits. Errors: io, corrupt.
    static Result<VerifyKey> load(const std::string& path);
    [[nodiscard]] bool verify(std::string_view message, std::string_view signature) const;

  private:
    explicit VerifyKey(std::string key) : key_(std::move(key)) {}
    std::string key_;
};

} // namespace ems::seal
