#include "telemetry/seal/signature.h"

#include <sodium.h>

#include "telemetry/seal/key_file.h"
#include "telemetry/seal/sodium.h"

namespace ems::seal {

static_assert(kSignatureSize == crypto_sign_BYTES);

Result<SigningKey> SigningKey::load(const std::string& path) {
    start_sodium();
    Result<std::string> secret = read_private_hex(path, crypto_sign_SECRETKEYBYTES);
    if (!secret) {
        return Failure{std::move(secret).error()};
    }
    return SigningKey{std::move(*secret)};
}

Result<void> SigningKey::make_files(const std::string& secret_path, const std::string& public_path) {
    start_sodium();
    std::string secret(crypto_sign_SECRETKEYBYTES, '\0');
    std::string open(crypto_sign_PUBLICKEYBYTES, '\0');
    crypto_sign_keypair(bytes_of(open), bytes_of(secret));
    // The public half first: a secret without its public half would look complete and verify nowhere.
    EMS_TRY(write_private_file(public_path, to_hex(open) + "\n"));
    return write_private_file(secret_path, to_hex(secret) + "\n");
}

std::string SigningKey::sign(std::string_view message) const {
    std::string signature(crypto_sign_BYTES, '\0');
    crypto_sign_detached(bytes_of(signature), nullptr, bytes_of(message), message.size(),
                         bytes_of(std::string_view{secret_}));
    return signature;
}

Result<VerifyKey> VerifyKey::load(const std::string& path) {
    start_sodium();
    Result<std::string> key = read_public_hex(path, crypto_sign_PUBLICKEYBYTES);
    if (!key) {
        return Failure{std::move(key).error()};
    }
    return VerifyKey{std::move(*key)};
}

bool VerifyKey::verify(std::string_view message, std::string_view signature) const {
    return signature.size() == crypto_sign_BYTES &&
           crypto_sign_verify_detached(bytes_of(signature), bytes_of(message), message.size(),
                                       bytes_of(std::string_view{key_})) == 0;
}

} // namespace ems::seal
