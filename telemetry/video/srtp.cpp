#include "telemetry/video/srtp.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <srtp2/srtp.h>

#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"
#include "telemetry/seal/random.h"
#include "telemetry/video/srtp_ciphers.h"
#include "telemetry/video/rtp.h"

namespace ems::video {
namespace {

// Reordered packets within this many are still accepted once.
constexpr unsigned long kReplayWindow = 1024;

void start_library() {
    static std::once_flag once;
    // A second caller in the process (GStreamer's own SRTP elements) makes this fail harmlessly;
    // whether the library works shows when the stream is created.
    std::call_once(once, [] {
        static_cast<void>(srtp_init());
        if (!use_openssl_ciphers()) {
            EMS_LOG(warn, "srtp", "libsrtp keeps its own ciphers: packets cost more than they need");
        }
    });
}

Failure refused(srtp_err_status_t status) {
    return fail(Code::srtp, fmt::format("libsrtp status {}", static_cast<int>(status)));
}

} // namespace

MediaKey MediaKey::random() {
    MediaKey key;
    const std::string bytes = seal::random_bytes(kMediaKeySize);
    std::copy(bytes.begin(), bytes.end(), key.bytes_.begin());
    return key;
}

Result<MediaKey> MediaKey::from_bytes(std::string_view bytes) {
    if (bytes.size() != kMediaKeySize) {
        return fail(Code::invalid_argument,
                    fmt::format("a media key has {} bytes, not {}", kMediaKeySize, bytes.size()));
    }
    MediaKey key;
    std::copy(bytes.begin(), bytes.end(), key.bytes_.begin());
    return key;
}

struct SrtpStream::Impl {
    srtp_t session{nullptr};
    Impl() = default;
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() {
        if (session != nullptr) {
            srtp_dealloc(session);
        }
    }
};

SrtpStream::SrtpStream(const MediaKey& key, std::uint32_t ssrc)
    : impl_(std::make_unique<Impl>()), ssrc_(ssrc) {
    start_library();
    std::string bytes = key.reveal();
    srtp_policy_t policy{};
    srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
    srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    policy.ssrc.type = ssrc_specific;
    policy.ssrc.value = ssrc;
    policy.key = reinterpret_cast<unsigned char*>(bytes.data());
    policy.window_size = kReplayWindow;
    policy.allow_repeat_tx = 0;
    EMS_ASSERT(srtp_create(&impl_->session, &policy) == srtp_err_status_ok);
}

SrtpStream::~SrtpStream() = default;
SrtpStream::SrtpStream(SrtpStream&&) noexcept = default;
SrtpStream& SrtpStream::operator=(SrtpStream&&) noexcept = default;

Result<std::size_t> SrtpStream::protect_rtp(std::span<std::uint8_t> buffer, std::size_t size) {
    EMS_ASSERT(buffer.size() >= size + kSrtpOverhead);
    if (packet_ssrc(buffer.first(size)) != ssrc_) {
        return fail(Code::srtp, "the packet has a foreign SSRC");
    }
    int length = static_cast<int>(size);
    const srtp_err_status_t status = srtp_protect(impl_->session, buffer.data(), &length);
    if (status != srtp_err_status_ok) {
        return refused(status);
    }
    return static_cast<std::size_t>(length);
}

Result<std::size_t> SrtpStream::protect_rtcp(std::span<std::uint8_t> buffer, std::size_t size) {
    EMS_ASSERT(buffer.size() >= size + kSrtpOverhead);
    if (packet_ssrc(buffer.first(size)) != ssrc_) {
        return fail(Code::srtp, "the packet has a foreign SSRC");
    }
    int length = static_cast<int>(size);
    const srtp_err_status_t status = srtp_protect_rtcp(impl_->session, buffer.data(), &length);
    if (status != srtp_err_status_ok) {
        return refused(status);
    }
    return static_cast<std::size_t>(length);
}

Result<std::size_t> SrtpStream::unprotect_rtp(std::span<std::uint8_t> packet) {
    if (packet.size() > kPacketSizeMax + kSrtpOverhead || packet_ssrc(packet) != ssrc_) {
        return fail(Code::srtp, "the packet has a foreign SSRC or size");
    }
    int length = static_cast<int>(packet.size());
    const srtp_err_status_t status = srtp_unprotect(impl_->session, packet.data(), &length);
    if (status != srtp_err_status_ok) {
        return refused(status);
    }
    return static_cast<std::size_t>(length);
}

Result<std::size_t> SrtpStream::unprotect_rtcp(std::span<std::uint8_t> packet) {
    if (packet.size() > kPacketSizeMax + kSrtpOverhead || packet_ssrc(packet) != ssrc_) {
        return fail(Code::srtp, "the packet has a foreign SSRC or size");
    }
    int length = static_cast<int>(packet.size());
    const srtp_err_status_t status = srtp_unprotect_rtcp(impl_->session, packet.data(), &length);
    if (status != srtp_err_status_ok) {
        return refused(status);
    }
    return static_cast<std::size_t>(length);
}

std::uint32_t random_ssrc() {
    std::uint32_t ssrc = 0;
    while (ssrc == 0) {
        const std::string bytes = seal::random_bytes(3);
        for (const char byte : bytes) {
            ssrc = (ssrc << 8) | static_cast<unsigned char>(byte);
        }
        ssrc <<= 8;
    }
    return ssrc;
}

} // namespace ems::video
