#include "telemetry/video/srtp_ciphers.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#include <openssl/evp.h>
#include <srtp2/cipher.h>
#include <srtp2/srtp.h>

namespace ems::video {
namespace {

constexpr int kTagSizeMax = 16;

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

constexpr std::size_t kBlockSize = 16;

// One direction's key; used by one thread at a time, as its stream is.
struct State {
    srtp_cipher_t cipher{};
    Context context{EVP_CIPHER_CTX_new()};
    int tag_size{0};                             // of GCM
    std::array<std::uint8_t, kBlockSize> salt{}; // of counter mode
};

State& state_of(void* state) {
    return *static_cast<State*>(state);
}

srtp_err_status_t status_of(int openssl_result, srtp_err_status_t otherwise) {
    return openssl_result == 1 ? srtp_err_status_ok : otherwise;
}

srtp_err_status_t allocate(srtp_cipher_pointer_t* cipher, const srtp_cipher_type_t& type,
                           int key_size, int tag_size) {
    std::unique_ptr<State> state{new (std::nothrow) State};
    if (!state || !state->context) {
        return srtp_err_status_alloc_fail;
    }
    state->tag_size = tag_size;
    state->cipher = {&type, state.get(), key_size, static_cast<int>(type.id)};
    *cipher = &state.release()->cipher;
    return srtp_err_status_ok;
}

srtp_err_status_t release(srtp_cipher_pointer_t cipher) {
    delete static_cast<State*>(cipher->state); // the cipher lies within it
    return srtp_err_status_ok;
}

namespace gcm {

srtp_err_status_t allocate_gcm(srtp_cipher_pointer_t* cipher, int key_size, int tag_size);

srtp_err_status_t set_key(void* state, const std::uint8_t* key) {
    return status_of(EVP_CipherInit_ex2(state_of(state).context.get(), EVP_aes_128_gcm(), key,
                                        nullptr, 1, nullptr),
                     srtp_err_status_init_fail);
}

// The 12 bytes of RFC 7714 section 8.1, GCM's own size.
srtp_err_status_t set_iv(void* state, std::uint8_t* iv, srtp_cipher_direction_t direction) {
    const int encrypts = direction == srtp_direction_encrypt ? 1 : 0;
    return status_of(
        EVP_CipherInit_ex2(state_of(state).context.get(), nullptr, nullptr, iv, encrypts, nullptr),
        srtp_err_status_init_fail);
}

srtp_err_status_t add_associated(void* state, const std::uint8_t* data, std::uint32_t size) {
    int done = 0;
    return status_of(EVP_CipherUpdate(state_of(state).context.get(), nullptr, &done, data,
                                      static_cast<int>(size)),
                     srtp_err_status_algo_fail);
}

// In place; nothing but associated data leaves `size` at 0.
int run(EVP_CIPHER_CTX* context, std::uint8_t* buffer, unsigned size) {
    int done = 0;
    if (size > 0 && EVP_CipherUpdate(context, buffer, &done, buffer, static_cast<int>(size)) != 1) {
        return 0;
    }
    std::array<std::uint8_t, kTagSizeMax> none{}; // GCM has no last block
    return EVP_CipherFinal_ex(context, none.data(), &done);
}

srtp_err_status_t encrypt(void* state, std::uint8_t* buffer, unsigned* size) {
    return status_of(run(state_of(state).context.get(), buffer, *size),
                     srtp_err_status_cipher_fail);
}

srtp_err_status_t take_tag(void* state, std::uint8_t* tag, std::uint32_t* size) {
    State& own = state_of(state);
    *size = static_cast<std::uint32_t>(own.tag_size);
    return status_of(
        EVP_CIPHER_CTX_ctrl(own.context.get(), EVP_CTRL_AEAD_GET_TAG, own.tag_size, tag),
        srtp_err_status_algo_fail);
}

// The tag stands behind the text. Until it was found right nothing of the text may be used, which
// libsrtp sees to by the status.
srtp_err_status_t decrypt(void* state, std::uint8_t* buffer, unsigned* size) {
    State& own = state_of(state);
    const auto tag_size = static_cast<unsigned>(own.tag_size);
    if (*size < tag_size) {
        return srtp_err_status_bad_param;
    }
    const unsigned text_size = *size - tag_size;
    if (EVP_CIPHER_CTX_ctrl(own.context.get(), EVP_CTRL_AEAD_SET_TAG, own.tag_size,
                            buffer + text_size) != 1 ||
        run(own.context.get(), buffer, text_size) != 1) {
        return srtp_err_status_auth_fail;
    }
    *size = text_size;
    return srtp_err_status_ok;
}

// Test case 4 of McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)", with the key's 12
// bytes of salt behind it, which a cipher does not use.
constexpr std::array<std::uint8_t, SRTP_AES_GCM_128_KEY_LEN_WSALT> kTestKey{
    0xfe, 0xff, 0xe9, 0x92, 0x86, 0x65, 0x73, 0x1c, 0x6d, 0x6a, 0x8f, 0x94, 0x67, 0x30,
    0x83, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};
std::array<std::uint8_t, 12> test_iv{0xca, 0xfe, 0xba, 0xbe, 0xfa, 0xce, 0xdb,
                                     0xad, 0xde, 0xca, 0xf8, 0x88}; // libsrtp wants it writable
constexpr std::array<std::uint8_t, 20> kTestAssociated{0xfe, 0xed, 0xfa, 0xce, 0xde, 0xad, 0xbe,
                                                       0xef, 0xfe, 0xed, 0xfa, 0xce, 0xde, 0xad,
                                                       0xbe, 0xef, 0xab, 0xad, 0xda, 0xd2};
constexpr std::array<std::uint8_t, 60> kTestText{
    0xd9, 0x31, 0x32, 0x25, 0xf8, 0x84, 0x06, 0xe5, 0xa5, 0x59, 0x09, 0xc5, 0xaf, 0xf5, 0x26,
    0x9a, 0x86, 0xa7, 0xa9, 0x53, 0x15, 0x34, 0xf7, 0xda, 0x2e, 0x4c, 0x30, 0x3d, 0x8a, 0x31,
    0x8a, 0x72, 0x1c, 0x3c, 0x0c, 0x95, 0x95, 0x68, 0x09, 0x53, 0x2f, 0xcf, 0x0e, 0x24, 0x49,
    0xa6, 0xb5, 0x25, 0xb1, 0x6a, 0xed, 0xf5, 0xaa, 0x0d, 0xe6, 0x57, 0xba, 0x63, 0x7b, 0x39};
constexpr std::array<std::uint8_t, 76> kTestSealed{
    0x42, 0x83, 0x1e, 0xc2, 0x21, 0x77, 0x74, 0x24, 0x4b, 0x72, 0x21, 0xb7, 0x84, 0xd0, 0xd4, 0x9c,
    0xe3, 0xaa, 0x21, 0x2f, 0x2c, 0x02, 0xa4, 0xe0, 0x35, 0xc1, 0x7e, 0x23, 0x29, 0xac, 0xa1, 0x2e,
    0x21, 0xd5, 0x14, 0xb2, 0x54, 0x66, 0x93, 0x1c, 0x7d, 0x8f, 0x6a, 0x5a, 0xac, 0x84, 0xaa, 0x05,
    0x1b, 0xa3, 0x0b, 0x39, 0x6a, 0x0a, 0xac, 0x97, 0x3d, 0x58, 0xe0, 0x91, 0x5b, 0xc9, 0x4f, 0xbc,
    0x32, 0x21, 0xa5, 0xdb, 0x94, 0xfa, 0xe9, 0x5a, 0xe7, 0x12, 0x1a, 0x47};

const srtp_cipher_test_case_t kTestCase{SRTP_AES_GCM_128_KEY_LEN_WSALT,
                                        kTestKey.data(),
                                        test_iv.data(),
                                        kTestText.size(),
                                        kTestText.data(),
                                        kTestSealed.size(),
                                        kTestSealed.data(),
                                        kTestAssociated.size(),
                                        kTestAssociated.data(),
                                        kTagSizeMax,
                                        nullptr};

const srtp_cipher_type_t kType{allocate_gcm,   release,         set_key,
                               add_associated, encrypt,         decrypt,
                               set_iv,         take_tag,        "AES-128-GCM of OpenSSL",
                               &kTestCase,     SRTP_AES_GCM_128};

srtp_err_status_t allocate_gcm(srtp_cipher_pointer_t* cipher, int key_size, int tag_size) {
    if (key_size != SRTP_AES_GCM_128_KEY_LEN_WSALT || tag_size <= 0 || tag_size > kTagSizeMax) {
        return srtp_err_status_bad_param;
    }
    return allocate(cipher, kType, key_size, tag_size);
}

} // namespace gcm

// RFC 3711 section 4.1.1.
namespace counter {

constexpr std::size_t kKeySize = 16;
constexpr std::size_t kSaltSize = 14;
static_assert(kKeySize + kSaltSize == SRTP_AES_ICM_128_KEY_LEN_WSALT);

srtp_err_status_t allocate_counter(srtp_cipher_pointer_t* cipher, int key_size, int tag_size);

srtp_err_status_t set_key(void* state, const std::uint8_t* key) {
    State& own = state_of(state);
    std::copy_n(key + kKeySize, kSaltSize, own.salt.begin());
    return status_of(
        EVP_CipherInit_ex2(own.context.get(), EVP_aes_128_ctr(), key, nullptr, 1, nullptr),
        srtp_err_status_init_fail);
}

srtp_err_status_t set_iv(void* state, std::uint8_t* iv, srtp_cipher_direction_t /*direction*/) {
    State& own = state_of(state);
    std::array<std::uint8_t, kBlockSize> first{};
    for (std::size_t i = 0; i < first.size(); ++i) {
        first[i] = static_cast<std::uint8_t>(own.salt[i] ^ iv[i]);
    }
    return status_of(
        EVP_CipherInit_ex2(own.context.get(), nullptr, nullptr, first.data(), 1, nullptr),
        srtp_err_status_init_fail);
}

srtp_err_status_t run(void* state, std::uint8_t* buffer, unsigned* size) {
    int done = 0;
    return status_of(EVP_CipherUpdate(state_of(state).context.get(), buffer, &done, buffer,
                                      static_cast<int>(*size)),
                     srtp_err_status_cipher_fail);
}

// RFC 3711, appendix B.2.
constexpr std::array<std::uint8_t, SRTP_AES_ICM_128_KEY_LEN_WSALT> kTestKey{
    0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f,
    0x3c, 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd};
std::array<std::uint8_t, kBlockSize> test_iv{}; // libsrtp wants it writable
constexpr std::array<std::uint8_t, 32> kTestText{};
constexpr std::array<std::uint8_t, 32> kTestSealed{
    0xe0, 0x3e, 0xad, 0x09, 0x35, 0xc9, 0x5e, 0x80, 0xe1, 0x66, 0xb1, 0x6d, 0xd9, 0x2b, 0x4e, 0xb4,
    0xd2, 0x35, 0x13, 0x16, 0x2b, 0x02, 0xd0, 0xf7, 0x2a, 0x43, 0xa2, 0xfe, 0x4a, 0x5f, 0x97, 0xab};

const srtp_cipher_test_case_t kTestCase{SRTP_AES_ICM_128_KEY_LEN_WSALT,
                                        kTestKey.data(),
                                        test_iv.data(),
                                        kTestText.size(),
                                        kTestText.data(),
                                        kTestSealed.size(),
                                        kTestSealed.data(),
                                        0,
                                        nullptr,
                                        0,
                                        nullptr};

const srtp_cipher_type_t kType{allocate_counter,
                               release,
                               set_key,
                               nullptr,
                               run,
                               run,
                               set_iv,
                               nullptr,
                               "AES-128 counter mode of OpenSSL",
                               &kTestCase,
                               SRTP_AES_ICM_128};

srtp_err_status_t allocate_counter(srtp_cipher_pointer_t* cipher, int key_size, int /*tag_size*/) {
    if (key_size != SRTP_AES_ICM_128_KEY_LEN_WSALT) {
        return srtp_err_status_bad_param;
    }
    return allocate(cipher, kType, key_size, 0);
}

} // namespace counter
} // namespace

bool use_openssl_ciphers() {
    return srtp_replace_cipher_type(&gcm::kType, SRTP_AES_GCM_128) == srtp_err_status_ok &&
           srtp_replace_cipher_type(&counter::kType, SRTP_AES_ICM_128) == srtp_err_status_ok;
}

} // namespace ems::video
