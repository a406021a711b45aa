// Recorded pictures and speech for a replay: the readers of telemetry/video, each on a thread of its own.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "console/theme/alarm_burst.h"
#include "console/widgets/recorded_tile.h"
#include "telemetry/video/segment_reader.h"

namespace ems::console {

class RecordedVideo final : public RecordedPictures {
  public:
    RecordedVideo();
    ~RecordedVideo() override; // waits for the thread
    RecordedVideo(const RecordedVideo&) = delete;
    RecordedVideo& operator=(const RecordedVideo&) = delete;

    std::uint64_t want(std::shared_ptr<const std::string> file, std::int64_t offset_us) override;
    [[nodiscard]] std::uint64_t fulfilled() const override;
    std::optional<Picture> take() override;

  private:
    void run();

    mutable std::mutex mutex_; // everything below but the thread
    std::condition_variable wanted_;
    bool stopping_{false};
    std::shared_ptr<const std::string> file_;
    std::int64_t offset_us_{0};
    std::uint64_t order_{0};
    std::uint64_t fulfilled_{0};
    std::optional<Picture> newest_;
    std::thread thread_;
};

class RecordedVoice final : public RecordedSpeech {
  public:
    explicit RecordedVoice(SoundOut& out);
    ~RecordedVoice() override;
    RecordedVoice(const RecordedVoice&) = delete;
    RecordedVoice& operator=(const RecordedVoice&) = delete;

    void play(std::shared_ptr<const std::string> file, std::int64_t offset_us) override;
    void stop() override;

  private:
    SoundOut& out_;
    std::shared_ptr<const std::string> decoded_of_;
    std::vector<std::int16_t> samples_;
};

} // namespace ems::console
