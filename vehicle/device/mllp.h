// Framing of HL7 over TCP: 0x0B message 0x1C 0x0D. Pure. Survives reads split and merged anywhere,
// a lost 0x0B (a text that begins with "MSH|" is taken all the same), LF for CR, and an endless
// message (kMllpMessageSizeMax; counted and skipped).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ems::vehicle {

constexpr std::size_t kMllpMessageSizeMax = 1'048'576;

class MllpFramer {
  public:
    // Messages completed by these bytes, without their frame.
    std::vector<std::string> feed(std::string_view bytes);
    [[nodiscard]] std::uint64_t oversize() const { return oversize_; }
    // Texts dropped: neither 0x0B nor "MSH|".
    [[nodiscard]] std::uint64_t unframed() const { return unframed_; }
    [[nodiscard]] std::uint64_t dropped() const { return oversize_ + unframed_; }

  private:
    std::string buffer_;
    bool framed_{false};
    bool skipping_{false};
    std::uint64_t oversize_{0};
    std::uint64_t unframed_{0};
};

std::string mllp_frame(std::string_view message);

} // namespace ems::vehicle
