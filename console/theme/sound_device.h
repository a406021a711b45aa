// The loudspeaker of this machine, by GStreamer as the pictures are. GUI thread; playing happens on GStreamer's. Without a
// device GStreamer plays into nothing and says that all is well, and one that is pulled out fails only after play() has
// returned: both are told, the second by the next burst.
#pragma once

#include <memory>
#include <string>

#include "console/theme/alarm_burst.h"

namespace ems::console {

class SoundDevice final : public SoundOut {
  public:
    // `sink`: GStreamer's element that plays.
    explicit SoundDevice(std::string sink = "autoaudiosink");
    ~SoundDevice() override;
    SoundDevice(const SoundDevice&) = delete;
    SoundDevice& operator=(const SoundDevice&) = delete;

    bool play(std::span<const std::int16_t> samples) override;
    bool probe() override;
    void stop() override;

  private:
    struct Pipeline;
    [[nodiscard]] bool hasFailed() const;
    std::string sink_;
    std::unique_ptr<Pipeline> pipeline_;
};

} // namespace ems::console
