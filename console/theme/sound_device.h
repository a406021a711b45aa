// The loudspeaker of this machine, by GStreamer as the pictures are. GUI thread; playing happens on GStreamer's.
#pragma once

#include <memory>

#include "console/theme/alarm_burst.h"

namespace ems::console {

class SoundDevice final : public SoundOut {
  public:
    SoundDevice();
    ~SoundDevice() override;
    SoundDevice(const SoundDevice&) = delete;
    SoundDevice& operator=(const SoundDevice&) = delete;

    bool play(std::span<const std::int16_t> samples) override;
    void stop() override;

  private:
    struct Pipeline;
    std::unique_ptr<Pipeline> pipeline_;
};

} // namespace ems::console
