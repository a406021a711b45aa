// A camera with numbered pictures, the relay on its socket and a console's receiver, with a fault
// proxy on either hop; pictures are judged by their pixels. For ems-bench-media.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "telemetry/media/hub.h"
#include "telemetry/media/udp_relay.h"
#include "telemetry/video/media_sender.h"
#include "telemetry/video/pipeline.h"
#include "telemetry/video/receiver.h"
#include "tests/support/fault_proxy.h"

namespace ems::bench {

// When each picture was handed to the encoder, and what became of it at the other end.
class PictureLedger {
  public:
    struct Result {
        std::uint64_t made{0};
        std::uint64_t lost{0};     // never shown intact
        std::uint64_t repeated{0}; // shown more than once
        std::uint64_t corrupted{0};
        double latency_p50_ms{0};
        double latency_p99_ms{0};
        [[nodiscard]] double bad_percent() const {
            return made == 0 ? 100.0
                             : 100.0 * static_cast<double>(lost) / static_cast<double>(made);
        }
    };
    // Draws the next number into the picture and remembers the time.
    void draw(std::uint8_t* luma, int width, int height, int stride);
    // BGRx as shown.
    void see(const video::Picture& picture);
    // Of pictures made in the given time; those made after `until` are not judged.
    [[nodiscard]] Result judge(Ticks from, Ticks until) const;
    [[nodiscard]] std::size_t shown() const;
    [[nodiscard]] Ticks last_shown_at() const;
    // Latencies in ms by time of making, for a slope.
    [[nodiscard]] std::vector<std::pair<Ticks, double>> latencies() const;

  private:
    struct Fate {
        Ticks made_at{};
        Ticks shown_at{};
        unsigned shown{0};
    };
    mutable std::mutex mutex_;
    std::vector<Fate> fates_; // by number
    std::uint64_t corrupted_{0};
    std::size_t shown_{0};
    Ticks last_shown_at_{};
};

// 640x480 at 25 pictures a second, drawn by the ledger (which outlives it), as H.264 into `rest`.
// Ends the program when an element is missing.
std::unique_ptr<video::Pipeline> make_camera(PictureLedger& ledger, std::uint32_t bitrate_kbit,
                                             const std::string& rest);

struct LoopOptions {
    std::uint64_t seed{1};
    test::Faults uplink;   // both directions
    test::Faults downlink; // both directions
    video::JitterLimits jitter;
    std::uint32_t bitrate_kbit{1500};
};

class MediaLoop {
  public:
    explicit MediaLoop(const LoopOptions& options);
    ~MediaLoop();
    MediaLoop(const MediaLoop&) = delete;
    MediaLoop& operator=(const MediaLoop&) = delete;

    void open_receiver();
    // Its right ends, too.
    void close_receiver();
    // Waits until a picture was shown; false after the limit.
    [[nodiscard]] bool wait_shown(std::size_t count, std::chrono::milliseconds limit) const;
    PictureLedger& ledger() { return ledger_; }
    test::FaultProxy& uplink() { return *uplink_; }
    test::FaultProxy& downlink() { return *downlink_; }
    [[nodiscard]] video::ReceiverStats receiver() const { return receiver_->stats(); }
    [[nodiscard]] std::uint64_t retransmitted() const { return retransmitted_; }

  private:
    void arm();
    void start_camera(const LoopOptions& options);
    void listen();

    PictureLedger ledger_;
    boost::asio::io_context io_;
    media::Hub hub_;
    media::UdpRelay relay_;
    boost::asio::steady_timer timer_;
    std::thread relay_thread_;
    std::unique_ptr<test::FaultProxy> uplink_;
    std::unique_ptr<test::FaultProxy> downlink_;
    video::JitterLimits jitter_;
    std::unique_ptr<video::VideoReceiver> receiver_;
    std::string grant_id_;

    video::UdpPort port_;
    video::Endpoint server_;
    std::mutex sender_mutex_;
    std::unique_ptr<video::MediaSender> sender_;
    std::atomic<std::uint64_t> retransmitted_{0};
    std::unique_ptr<video::Pipeline> camera_;
    std::atomic<bool> stopping_{false};
    std::thread camera_thread_;
};

} // namespace ems::bench
