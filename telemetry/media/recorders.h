// The recorders of all cameras: each from its camera's first packet until it has written nothing
// for a while. One thread; time is handed in.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "telemetry/base/clock.h"
#include "telemetry/media/hub.h"
#include "telemetry/media/recorder.h"

namespace ems::media {

struct RecorderFigures {
    std::size_t recording{0}; // have a file or are about to
    std::size_t failing{0};   // of cameras that send
    std::size_t kept{0};      // with those that wait for their camera
    // Since the start, with those that are gone.
    std::uint64_t packets_dropped{0};
    std::uint64_t pictures_lost{0};
    std::uint64_t failures{0};
};

class Recorders {
  public:
    using Make = std::function<std::unique_ptr<Recorder>(const CameraKey&)>;
    using OnSegment = std::function<void(const CameraKey&, const Segment&)>;
    using OnKeyFrameWanted = std::function<void(const CameraKey&)>;

    static constexpr std::size_t kRecordersMax = 512;
    static constexpr std::chrono::seconds kKept{60};

    Recorders(Make make, OnSegment on_segment, OnKeyFrameWanted on_key_frame_wanted);
    Recorders(const Recorders&) = delete;
    Recorders& operator=(const Recorders&) = delete;

    // What finds no place counts as dropped.
    void push(const Hub::MediaPacket& packet, Ticks now);
    // Closes the camera's file; its next packet begins another.
    void end(const CameraKey& camera);
    // The file of this path ends at the camera's next key frame.
    void cut(const CameraKey& camera, const std::string& path);
    void end_all();
    [[nodiscard]] bool all_ended() const;
    // Every 200 ms or so: what was written, and those gone that were silent for kKept.
    void poll(Ticks now);
    [[nodiscard]] RecorderFigures figures() const;
    [[nodiscard]] video::RecordingState state(const CameraKey& camera) const;

  private:
    struct Kept {
        std::unique_ptr<Recorder> recorder;
        Ticks packet_at{};
    };

    const Make make_;
    const OnSegment on_segment_;
    const OnKeyFrameWanted on_key_frame_wanted_;
    std::map<CameraKey, Kept> recorders_;
    RecorderFigures gone_; // counts of those that are
};

} // namespace ems::media
