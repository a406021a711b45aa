// Opus packets into an Ogg file (RFC 3533, RFC 7845) as bytes, without decoding them. What was lost
// becomes a packet without a frame, which a decoder conceals: the file's time runs as the talk did.
// Pure. One thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ems::media {

inline constexpr std::uint32_t kOpusFrameSamples = 960;      // 20 ms at 48 kHz
inline constexpr std::uint32_t kOggPacketsPerPage = 50;      // a second; what a crash can cost
inline constexpr std::size_t kOpusPacketMax = 1'275;         // RFC 6716 section 3.2

class OggOpusWriter {
  public:
    // `serial` tells the file's stream from others; `title` goes into its comments.
    OggOpusWriter(std::uint32_t serial, const std::string& title);

    // 20 ms of speech. Empty packets and those beyond kOpusPacketMax are written as lost.
    void add(std::span<const std::uint8_t> packet);
    // 20 ms of which nothing came.
    void add_lost();
    // Ends the page that is being filled.
    void flush();
    // No packet may follow.
    void end();
    // Bytes that are to be appended to the file since the last call.
    [[nodiscard]] std::string take();

  private:
    void page(std::uint8_t flags, std::uint64_t granule);

    const std::uint32_t serial_;
    std::uint32_t pages_{0};
    std::uint64_t samples_{0};
    std::uint8_t toc_; // of the newest packet, without its count of frames
    std::vector<std::uint8_t> lacing_;
    std::string body_;
    std::uint32_t packets_{0}; // in the page
    std::string out_;
};

} // namespace ems::media
