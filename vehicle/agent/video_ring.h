// Writes one camera's encoded pictures on board while the server does not hear it: what the encoder
// made for the network, in Matroska files of `segment` each, cut at a key frame. The pictures of
// the last seconds are held in memory, so that a file begins before the outage was noticed.
//
// push() on the encoder's thread, the rest on the camera's supervisor. Never waits for the disk:
// what it does not take is dropped up to the next key frame, and after an error another file is
// tried 5 s later.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/video/segment_file.h"
#include "vehicle/agent/ring_shelf.h"

namespace ems::vehicle {

class VideoRing {
  public:
    // `shelf` outlives this object.
    VideoRing(RingShelf& shelf, std::string camera, std::chrono::seconds segment)
        : shelf_(shelf), camera_(std::move(camera)), segment_(segment) {}
    ~VideoRing();
    VideoRing(const VideoRing&) = delete;
    VideoRing& operator=(const VideoRing&) = delete;

    // A picture in its AVC form.
    void push(GstSample* sample);
    // Pictures go to the disk from now on, first those held since the key frame before `since`, or
    // what is held of them. Again: no event.
    void begin(Ticks since);
    // Ends the file.
    void end();
    // The encoder begins anew: what follows has another clock.
    void encoder_changed();
    // Every 200 ms or so.
    void poll(Ticks now);
    // True once after a key frame is needed to begin at.
    bool take_key_frame_request() { return key_frame_wanted_.exchange(false); }

    static constexpr std::chrono::seconds kHeldFor{6};
    static constexpr std::size_t kHeldBytesMax = 3'000'000;

  private:
    struct Held {
        GstSample* sample;
        Ticks at;
        std::size_t bytes;
        bool key_frame;
    };
    using File = std::shared_ptr<video::SegmentFile>;
    void hold(GstSample* sample, Ticks now);
    void forget_held();
    void drop_group();
    void write(GstSample* sample, Ticks at);
    void close_file();
    File open_file(GstSample* sample, Ticks at);

    RingShelf& shelf_;
    const std::string camera_;
    const std::chrono::seconds segment_;
    std::atomic<bool> key_frame_wanted_{false};
    std::mutex mutex_; // guards all below
    std::deque<Held> held_;
    std::size_t held_bytes_{0};
    bool writing_{false};
    std::optional<Ticks> retry_at_;
    File file_;
    std::vector<File> closing_;
    Ticks looked_at_{};
};

} // namespace ems::vehicle
