// Pictures of a camera for the video tile: the receiver of telemetry/video behind VideoSource. Starting GStreamer, making
// and ending a receiver take from milliseconds to seconds; all of it happens on this source's own thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "console/widgets/video_tile.h"
#include "telemetry/video/receiver.h"
#include "telemetry/video/stream_line.h"

namespace ems::console {

class CameraSource final : public VideoSource {
  public:
    // How a receiver is made; tests put slow ones in. Called on the source's thread.
    struct Maker {
        std::function<Result<void>()> prepare;
        std::function<Result<std::unique_ptr<video::VideoReceiver>>(const video::VideoTicket&,
                                                                    video::VideoReceiver::OnPicture)>
            open;
    };
    // `files`: of the desk's connection to the centre, for pictures that come by TLS where UDP is blocked; without an
    // authority (ca) none do.
    explicit CameraSource(video::StreamFiles files);
    CameraSource(video::StreamFiles files, Maker maker);
    ~CameraSource() override; // waits for the thread
    CameraSource(const CameraSource&) = delete;
    CameraSource& operator=(const CameraSource&) = delete;

    void open(const api::VideoGrant& grant) override;
    void close() override;
    std::optional<VideoPicture> take() override;
    [[nodiscard]] VideoFigures figures() const override;

  private:
    void run();
    void replace(std::unique_lock<std::mutex>& lock, const std::optional<video::VideoTicket>& ticket,
                 std::uint64_t order);
    void order(std::optional<video::VideoTicket> ticket);
    void show(const video::Picture& picture, std::uint64_t order);

    const video::StreamFiles files_;
    const Maker maker_;
    mutable std::mutex mutex_; // everything below but the thread
    std::condition_variable ordered_;
    bool stopping_{false};
    std::uint64_t order_{0}; // rises with each open and close; only the newest matters
    std::optional<video::VideoTicket> ticket_;
    std::optional<VideoPicture> newest_;
    QString problem_;
    std::unique_ptr<video::VideoReceiver> receiver_;
    std::uint64_t receiver_order_{0}; // by which it was made
    std::thread thread_;
};

} // namespace ems::console
