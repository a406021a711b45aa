// SRTP and SRTCP with AES-128-GCM (RFC 7714), one direction of one stream. GCM fails open when a
// (key, SSRC, index) ever protects two different plaintexts, hence: a fresh key per session and
// direction, an SSRC given at construction and checked by the caller's use, no key reused after a
// restart, and libsrtp's allow_repeat_tx is never set, so protecting a sequence number twice is an
// error and not a leak.
//
// An object is used by one thread at a time. Packets are protected in place; the buffer needs
// kSrtpOverhead bytes of room.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "telemetry/base/result.h"

namespace ems::video {

inline constexpr std::size_t kMediaKeySize = 28; // 16 bytes of key, 12 of salt
inline constexpr std::size_t kSrtpOverhead = 32; // GCM tag 16, SRTCP index 4, rounded up

// A key that does not print.
class MediaKey {
  public:
    MediaKey() = default;
    // From secure randomness.
    static MediaKey random();
    // Errors: invalid_argument (not kMediaKeySize bytes).
    static Result<MediaKey> from_bytes(std::string_view bytes);
    [[nodiscard]] std::string reveal() const { return {bytes_.begin(), bytes_.end()}; }

  private:
    std::array<char, kMediaKeySize> bytes_{};
};

class SrtpStream {
  public:
    // Its first use makes it a sender or a receiver; the other use is refused from then on.
    SrtpStream(const MediaKey& key, std::uint32_t ssrc);
    ~SrtpStream();
    SrtpStream(SrtpStream&&) noexcept;
    SrtpStream& operator=(SrtpStream&&) noexcept;

    [[nodiscard]] std::uint32_t ssrc() const { return ssrc_; }

    // `buffer` holds a packet of `size` bytes and kSrtpOverhead bytes of room behind it; returns
    // the new size. Errors: srtp (foreign SSRC, sequence number used before, malformed).
    Result<std::size_t> protect_rtp(std::span<std::uint8_t> buffer, std::size_t size);
    Result<std::size_t> protect_rtcp(std::span<std::uint8_t> buffer, std::size_t size);
    // Errors: srtp (forged, repeated, too old, foreign SSRC). The buffer's content is then
    // undefined.
    Result<std::size_t> unprotect_rtp(std::span<std::uint8_t> packet);
    Result<std::size_t> unprotect_rtcp(std::span<std::uint8_t> packet);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
    std::uint32_t ssrc_;
};

// A random SSRC, never 0, with a low byte of 0: the base of a family of 256 (see grants.h).
std::uint32_t random_ssrc();

} // namespace ems::video
