// The relay of ems-mediad with one camera, on a thread of its own.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include "telemetry/media/disk_thread.h"
#include "telemetry/media/hub.h"
#include "telemetry/media/recorder.h"
#include "telemetry/media/udp_relay.h"
#include "telemetry/video/receiver.h"
#include "telemetry/wire/ems.pb.h"
#include "tests/support/free_port.h"
#include "tests/support/run_on.h"

namespace ems::test {

inline const media::CameraKey kCabin{"amb-zx01", "cabin"};

class RunningRelay {
  public:
    RunningRelay()
        : hub_(
              media::HubLimits{},
              [this](const media::Hub::MediaPacket& packet) { record(packet); }, {},
              [this](const media::CameraKey&) {
                  return recorder_ ? recorder_->state() : video::RecordingState::unknown;
              }) {
        EXPECT_TRUE(relay_.bind("127.0.0.1", port_));
        relay_.start();
        arm();
        thread_ = std::thread{[this] { io_.run(); }};
    }
    ~RunningRelay() {
        io_.stop();
        thread_.join();
    }
    template <class Work> void on_thread(Work work) { test::run_on(io_, std::move(work)); }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    // `port`: of what stands between.
    wire::MediaSession new_session(std::uint16_t port = 0) {
        media::CameraSession session{"", video::random_ssrc(), video::MediaKey::random(),
                                     video::MediaKey::random()};
        session.session_id = std::to_string(session.ssrc);
        on_thread([&] { EXPECT_TRUE(hub_.open_session(kCabin, session)); });
        wire::MediaSession message;
        message.set_session_id(session.session_id);
        message.set_camera("cabin");
        message.set_host("127.0.0.1");
        message.set_port(port != 0 ? port : port_);
        message.set_ssrc(session.ssrc);
        message.set_payload_type(96);
        message.set_srtp_key(session.srtp_key.reveal());
        message.set_srtcp_key(session.srtcp_key.reveal());
        message.set_bitrate_kbit(600);
        return message;
    }
    video::VideoTicket new_ticket(std::string* grant_id = nullptr) {
        media::ViewerRight right;
        right.camera = kCabin;
        right.grant = video::ViewerGrant::make();
        right.generation = 1;
        right.expires_us = INT64_MAX;
        on_thread([&] { EXPECT_TRUE(hub_.open_viewer(right)); });
        if (grant_id != nullptr) {
            *grant_id = right.grant.grant_id;
        }
        return {"127.0.0.1",
                port_,
                right.grant.ssrc,
                right.grant.viewer_ssrc,
                96,
                right.grant.srtp_key.reveal(),
                right.grant.srtcp_key.reveal(),
                0};
    }
    void start_recorder(const std::string& root, std::int64_t segment_s = 2) {
        media::RecorderOptions options{root, kCabin.vid, kCabin.camera, segment_s};
        options.on_disk = [this](std::function<void()> work) { return disk_.post(std::move(work)); };
        on_thread([&] { recorder_ = media::make_recorder(std::move(options)); });
    }
    std::vector<media::Segment> segments() {
        const std::lock_guard lock{mutex_};
        return segments_;
    }
    // Each as often as the recorder told it, in its order.
    std::vector<media::Segment> told() {
        const std::lock_guard lock{mutex_};
        return told_;
    }
    struct Recording {
        std::uint64_t pictures_lost{0};
        std::uint64_t failures{0};
        bool failing{false};
    };
    Recording recording() {
        Recording out;
        on_thread([&] {
            out = {recorder_->pictures_lost(), recorder_->failures(), recorder_->failing()};
        });
        return out;
    }
    media::CameraCounters counters() {
        media::CameraCounters counters;
        on_thread([&] { counters = hub_.counters(kCabin).value_or(media::CameraCounters{}); });
        return counters;
    }
    video::Endpoint address() {
        video::Endpoint address;
        on_thread([&] { address = hub_.address(kCabin); });
        return address;
    }
    media::Hub& hub() { return hub_; }
    media::DiskThread& disk() { return disk_; }
    void cut(const std::string& path) {
        on_thread([&] { recorder_->cut(path); });
    }
    // Its recorder closes the file.
    void end_recording() {
        on_thread([&] { recorder_->end(); });
    }

  private:
    void record(const media::Hub::MediaPacket& packet) {
        if (recorder_) {
            recorder_->push(packet.bytes, packet.lost, packet.last_of_picture);
        }
    }
    void arm() {
        timer_.expires_after(std::chrono::milliseconds{100});
        timer_.async_wait([this](const boost::system::error_code& error) {
            if (error) {
                return;
            }
            relay_.tick();
            if (recorder_) {
                const std::lock_guard lock{mutex_};
                for (const media::Segment& segment : recorder_->poll()) {
                    std::erase_if(segments_, [&](const media::Segment& old) {
                        return old.path == segment.path;
                    });
                    segments_.push_back(segment);
                    told_.push_back(segment);
                }
            }
            arm();
        });
    }

    const std::uint16_t port_{test::free_port()};
    boost::asio::io_context io_;
    media::DiskThread disk_;
    std::unique_ptr<media::Recorder> recorder_;
    media::Hub hub_;
    media::UdpRelay relay_{io_.get_executor(), hub_};
    boost::asio::steady_timer timer_{io_};
    std::mutex mutex_;
    std::vector<media::Segment> segments_;
    std::vector<media::Segment> told_;
    std::thread thread_;
};

} // namespace ems::test
