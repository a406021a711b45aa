// Writes one camera's encoded pictures on board while the server does not hear it: what the encoder
// made for the network, in Matroska files of `segment` each, or of kFileBytes where those come first,
// cut at a key frame. The pictures of the last seconds are held in memory, so that a file begins before the outage was noticed.
//
// A thread of its own does all that asks the disk: nobody else waits for it, as who hands pictures
// to the network calls push(), and who answers the server the rest. While the disk stands pictures
// wait up to kWaitingBytesMax here and as much in each file that is open or being closed (five at
// most), then they are left out up to the next key frame, and counted; after an error another file
// is tried 5 s later. What waits is written before the destructor returns, if the disk takes it
// within kEndWithin; a call that stands in the disk is waited for.
//
// push() on the encoder's thread, the rest on the camera's supervisor.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "telemetry/base/clock.h"
#include "telemetry/video/segment_file.h"
#include "vehicle/agent/ring_shelf.h"

namespace ems::vehicle {

class VideoRing {
  public:
    // `shelf` outlives this object.
    VideoRing(RingShelf& shelf, std::string camera, std::chrono::seconds segment)
        : shelf_(shelf), camera_(std::move(camera)), segment_(segment), thread_([this] { run(); }) {
    }
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
    // True once after a key frame is needed to begin at.
    bool take_key_frame_request() { return key_frame_wanted_.exchange(false); }

    // Pictures that no file has: too much waited, or there was none to write to.
    [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

    static constexpr std::chrono::seconds kHeldFor{6};
    static constexpr std::size_t kHeldBytesMax = 3'000'000;
    static constexpr std::size_t kWaitingBytesMax = 4'000'000;
    static constexpr std::chrono::seconds kEndWithin{2};
    // The next key frame comes within 2 s: no file is more than RingShelf sends.
    static constexpr std::uint64_t kFileBytes = RingShelf::kFileBytesMax / 2;

  private:
    struct Unref {
        void operator()(GstSample* sample) const;
    };
    struct Picture {
        std::unique_ptr<GstSample, Unref> sample; // none: the file ends here
        Ticks at{};
        std::size_t bytes{0};
        bool key_frame{false};
    };
    using File = std::shared_ptr<video::SegmentFile>;
    void hold(Picture picture);
    void forget_held();
    void drop_group();
    void add(Picture picture);
    void add_end();

    void run();
    void step();
    [[nodiscard]] Picture* wait_for_picture();
    [[nodiscard]] bool stopping() const;
    [[nodiscard]] bool is_done() const;
    void write(const Picture& picture);
    void close_file();
    File open_file(const Picture& picture);
    void look_after_files(Ticks now);
    void keep_limits(Ticks now);
    void say_left_out();

    RingShelf& shelf_;
    const std::string camera_;
    const std::chrono::seconds segment_;
    std::atomic<bool> key_frame_wanted_{false};
    std::atomic<std::uint64_t> left_out_{0};
    mutable std::mutex mutex_; // guards the seven below, over no call of the file system
    std::condition_variable changed_;
    bool stopping_{false};
    std::deque<Picture> held_;
    std::size_t held_bytes_{0};
    bool writing_{false};
    std::deque<Picture> waiting_; // the first one is with the thread while it is written
    std::size_t waiting_bytes_{0};
    bool leaving_out_{false};

    // Of the thread.
    std::optional<Ticks> retry_at_;
    File file_;
    std::uint64_t file_bytes_{0}; // given to it
    std::vector<File> closing_;
    Ticks polled_at_{};
    Ticks looked_at_{};
    std::uint64_t left_out_said_{0};
    std::thread thread_; // last: starts when everything above is there
};

} // namespace ems::vehicle
