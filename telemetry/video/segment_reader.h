// Pictures of a recorded Matroska file with H.264 by their time, and speech of a recorded Ogg file: what a replay shows and
// lets hear at a moment. The file's time 0 is its first picture. One thread; decoding runs on GStreamer's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/base/result.h"
#include "telemetry/video/pipeline.h"

typedef struct _GstSample GstSample;

namespace ems::video {

struct RecordedPicture {
    int width{0};
    int height{0};
    int stride{0};
    const std::uint8_t* pixels{nullptr}; // BGRx, valid only within the call that gives it
    std::int64_t at_us{0};               // in the file
    // From the nearer of the pictures before and behind it. Nothing: it is the only one.
    std::optional<std::int64_t> apart_us{};
};

class SegmentReader {
  public:
    // Errors: media (an element is missing). Bytes that are no recording give no picture.
    static Result<std::unique_ptr<SegmentReader>> open(std::shared_ptr<const std::string> file);
    ~SegmentReader();
    SegmentReader(const SegmentReader&) = delete;
    SegmentReader& operator=(const SegmentReader&) = delete;

    // Gives the picture that stands on the screen `offset_us` after the first: the newest that is not later. False when that
    // is the one given last, or there is none. Forward it decodes what lies between; backward from the file's beginning.
    // Waits for the decoder, kWaitMs at most for each picture.
    bool read(std::int64_t offset_us, const std::function<void(const RecordedPicture&)>& show);

    static constexpr std::int64_t kWaitMs = 2'000;

  private:
    explicit SegmentReader(std::shared_ptr<const std::string> file) : file_(std::move(file)) {}
    Result<void> begin();
    void forget();
    GstSample* pull();
    [[nodiscard]] std::optional<std::int64_t> apart_us() const;

    std::shared_ptr<const std::string> file_;
    std::unique_ptr<Pipeline> pipeline_;
    GstSample* shown_{nullptr};
    GstSample* next_{nullptr};
    std::optional<std::int64_t> before_us_; // when the one before shown_ was
    bool ended_{false};
    bool given_{false};
};

// All of an Ogg Opus file as mono samples of `rate_hz`; at most `seconds_max`. Errors: media.
Result<std::vector<std::int16_t>> read_speech(const std::shared_ptr<const std::string>& file, int rate_hz, int seconds_max);

} // namespace ems::video
