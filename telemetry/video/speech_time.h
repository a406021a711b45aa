// When speech was spoken, whatever its way did to it. Its packets bear the capture marks that
// pictures bear (capture_mark.h), by the same clock: the first ones of each stretch, of which one
// gets through, and one in five after them, since a mark is a quarter of a packet's payload. What
// lies between is reckoned by the time stamps. Pure; each object is of one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "telemetry/video/capture_mark.h"

namespace ems::video {

// Of who speaks: which packets bear a mark.
class SpeechMarks {
  public:
    static constexpr std::uint32_t kAtFirst = 5;
    static constexpr std::uint32_t kEvery = 5; // 100 ms
    // Of each packet in turn, by its time stamp (48 kHz).
    bool is_due(std::uint32_t timestamp);

  private:
    std::optional<std::uint32_t> newest_;
    std::uint32_t count_{0}; // in this stretch
};

// Of who records: the moment of each packet, by the speaker's clock if it can be believed.
class SpeechTime {
  public:
    // UTC of the begin of what the plain packet bears; `arrived_us` when nothing tells, or when it
    // is not to be believed.
    std::int64_t spoken_us(std::span<const std::uint8_t> packet, std::uint32_t timestamp,
                           std::int64_t arrived_us);

  private:
    struct Marked {
        std::uint32_t timestamp{0};
        std::int64_t captured_us{0};
    };
    CaptureTrust trust_;
    std::optional<Marked> newest_;
};

} // namespace ems::video
