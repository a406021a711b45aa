// A camera that rests, over a real line: no pictures, nothing on board, awake at once.
#include <atomic>
#include <cstdio>
#include <filesystem>

#include <gtest/gtest.h>

#include "telemetry/video/receiver.h"
#include "tests/support/child_process.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/temp_dir.h"
#include "tests/telemetry/media/ring_folder.h"
#include "tests/telemetry/media/running_relay.h"
#include "vehicle/agent/camera.h"
#include "vehicle/agent/ring_shelf.h"

namespace ems::media {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::eventually;
using vehicle::CameraDuty;

class RestTest : public testing::Test {
  protected:
    RestTest() {
        vehicle::RingLimits limits;
        limits.dir = ring().string();
        limits.free_bytes_min = 0;
        shelf_ = std::move(*vehicle::RingShelf::open(limits));
        line_ = std::move(*test::FaultProxy::start(
            {.transport = test::Transport::udp, .target_port = relay_.port()}));
        vehicle::CameraOptions options;
        options.label = test::kCabin.vid;
        options.ring = shelf_.get();
        options.ring_segment = seconds{4};
        camera_ = std::move(*vehicle::make_camera(options));
        EXPECT_TRUE(camera_->start(relay_.new_session(line_->port())));
        EXPECT_TRUE(more_pictures(15, seconds{20}));
        EXPECT_TRUE(eventually([this] { return test::writes_nothing(ring()); }, seconds{20}));
        kept_ = shelf_->files().size();
    }
    bool more_pictures(std::uint64_t count, milliseconds limit) {
        const std::uint64_t before = relay_.counters().frames;
        return eventually([&] { return relay_.counters().frames >= before + count; }, limit);
    }
    // Its newest word came so long behind the last picture.
    void rests(seconds so_long = seconds{3}) {
        camera_->duty(CameraDuty::rests);
        ASSERT_TRUE(eventually(
            [&] {
                const CameraCounters counters = relay_.counters();
                return counters.rests_at > counters.last_packet_at + so_long;
            },
            seconds{40}));
    }
    std::uint64_t bytes_up() { return line_->status().up.bytes_in; }
    [[nodiscard]] std::filesystem::path ring() const { return dir_.path() / "ring"; }
    // Since the camera's start.
    [[nodiscard]] bool keeps_nothing() const {
        return shelf_->files().size() == kept_ && test::writes_nothing(ring());
    }

    const test::TempDir dir_;
    std::unique_ptr<vehicle::RingShelf> shelf_;
    std::size_t kept_{0}; // files, before a camera that was slow to start was heard
    test::RunningRelay relay_;
    std::unique_ptr<test::FaultProxy> line_;
    std::unique_ptr<vehicle::Camera> camera_;
};

TEST_F(RestTest, ItSendsAWordInTwoSecondsAndKeepsNothing) {
    rests(seconds{11}); // for 10 s the server goes on to measure the way
    const std::uint64_t bytes = bytes_up();
    const Ticks last = relay_.counters().rests_at;
    ASSERT_TRUE(eventually([&] { return relay_.counters().rests_at > last + seconds{7}; },
                           seconds{20}));
    EXPECT_LE(bytes_up() - bytes, 5U * 100U);
    EXPECT_TRUE(keeps_nothing());
    EXPECT_EQ(camera_->health(), "ok") << "its source is open";
}

TEST_F(RestTest, OutOfReachItKeepsNothingBeforeTheCaseAndAllFromItOn) {
    rests();
    line_->black_hole();
    const std::uint64_t words = line_->status().up.packets_in;
    ASSERT_TRUE(eventually([&] { return line_->status().up.packets_in >= words + 3; }, seconds{20}));
    EXPECT_TRUE(keeps_nothing());
    const std::int64_t began_us = SystemClock{}.utc_us();
    camera_->duty(CameraDuty::works);
    ASSERT_TRUE(eventually([&] { return shelf_->files().size() > kept_; }, seconds{30}));
    EXPECT_GE(shelf_->files()[kept_].first_us, began_us - 300'000);
    EXPECT_LE(shelf_->files()[kept_].first_us, began_us + 1'000'000) << "the first picture of the case";
}

TEST_F(RestTest, TheFirstPictureOfACaseIsTheNextOneOfTheSource) {
    const auto ticks = std::chrono::duration_cast<std::chrono::microseconds>(SystemClock{}.ticks().time_since_epoch());
    camera_->tell_clock(vehicle::CameraClock{SystemClock{}.utc_us() - ticks.count(), video::CaptureClock::disciplined});
    rests();
    std::atomic<std::int64_t> captured_us{0};
    std::atomic<std::int64_t> shown_us{0};
    const auto receiver = video::VideoReceiver::open(relay_.new_ticket(), [&](const video::Picture& picture) {
        if (shown_us == 0) {
            captured_us = picture.mark ? picture.mark->captured_us : INT64_MAX;
            shown_us = SystemClock{}.utc_us();
        }
    });
    ASSERT_TRUE(receiver) << receiver.error().message();
    const std::int64_t began_us = SystemClock{}.utc_us();
    camera_->duty(CameraDuty::works);
    ASSERT_TRUE(eventually([&] { return shown_us != 0; }, seconds{10}));
    std::printf("first picture shown %.0f ms after the case began\n",
                static_cast<double>(shown_us - began_us) / 1000);
    EXPECT_LE(captured_us.load(), began_us + 1'000'000) << "whatever the encoder and the decoder take";
}

TEST_F(RestTest, WhoWatchesWakesIt) {
    rests();
    std::atomic<int> shown{0};
    const auto receiver =
        video::VideoReceiver::open(relay_.new_ticket(), [&](const video::Picture&) { ++shown; });
    ASSERT_TRUE(receiver) << receiver.error().message();
    EXPECT_TRUE(eventually([&] { return shown >= 15; }, seconds{10}));
    EXPECT_TRUE(keeps_nothing());
}

} // namespace
} // namespace ems::media
