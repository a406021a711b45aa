// A vehicle's disk that stands holds no live picture, and what was kept meanwhile is written when
// it goes on.
#include <fstream>
#include <memory>

#include <gtest/gtest.h>

#include "tests/support/child_process.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/small_matroska.h"
#include "tests/support/temp_dir.h"
#include "tests/telemetry/media/ring_folder.h"
#include "tests/telemetry/media/running_relay.h"
#include "tests/vehicle/agent/standing_disk.h"
#include "vehicle/agent/camera.h"
#include "vehicle/agent/ring_shelf.h"

namespace ems::vehicle {
namespace {

using std::chrono::seconds;
using test::eventually;
using test::StandingDisk;

constexpr std::int64_t kSecondUs = 1'000'000;

class StandingDiskTest : public testing::Test {
  protected:
    StandingDiskTest() {
        RingLimits limits;
        limits.dir = ring().string();
        limits.free_bytes_min = 0;
        shelf_ = std::move(*RingShelf::open(limits));
        keep_file();
        line_ = std::move(*test::FaultProxy::start(
            {.transport = test::Transport::udp, .target_port = relay_.port()}));
        CameraOptions options;
        options.label = test::kCabin.vid;
        options.ring = shelf_.get();
        options.ring_segment = seconds{4};
        camera_ = std::move(*make_camera(options));
        EXPECT_TRUE(camera_->start(relay_.new_session(line_->port())));
        EXPECT_TRUE(more_pictures(30));
        EXPECT_TRUE(eventually([this] { return test::writes_nothing(ring()); }, seconds{20}));
        kept_ = shelf_->files().size();
    }
    // Of an earlier outage.
    void keep_file() {
        const auto path = shelf_->begin("cabin", SystemClock{}.utc_us() - 3600 * kSecondUs);
        ASSERT_TRUE(path) << path.error().message();
        std::ofstream{ring() / *path, std::ios::binary} << test::SmallMatroska::of(25).bytes();
        shelf_->end(*path);
        ASSERT_EQ(shelf_->files().size(), 1U);
    }
    bool more_pictures(std::uint64_t count) {
        const std::uint64_t before = relay_.counters().frames;
        return eventually([&] { return relay_.counters().frames >= before + count; }, seconds{20});
    }
    [[nodiscard]] std::filesystem::path ring() const { return dir_.path() / "ring"; }

    const test::TempDir dir_;
    std::unique_ptr<RingShelf> shelf_;
    std::size_t kept_{0}; // files, with that of a camera that was slow to start
    test::RunningRelay relay_;
    std::unique_ptr<test::FaultProxy> line_;
    std::unique_ptr<Camera> camera_;
};

TEST_F(StandingDiskTest, LivePicturesGoOn) {
    const StandingDisk disk{ring()};
    ASSERT_TRUE(eventually([&] { return disk.waits(); }, seconds{10}));
    EXPECT_TRUE(more_pictures(60));
    EXPECT_TRUE(disk.waits());
}

TEST_F(StandingDiskTest, AnOutageEndsAndItsPicturesAreKeptWhenTheDiskGoesOn) {
    StandingDisk disk{ring()};
    ASSERT_TRUE(eventually([&] { return disk.waits(); }, seconds{10}));
    const std::int64_t began_us = SystemClock{}.utc_us();
    line_->black_hole();
    ASSERT_TRUE(eventually(
        [&] { return SystemClock{}.ticks() - relay_.counters().last_packet_at > seconds{8}; },
        seconds{20}));
    line_->heal();
    EXPECT_TRUE(more_pictures(60));
    EXPECT_TRUE(disk.waits());
    EXPECT_EQ(shelf_->files().size(), kept_);
    EXPECT_TRUE(test::writes_nothing(ring()));

    disk.go_on();
    ASSERT_TRUE(eventually([&] { return shelf_->files().size() > kept_; }, seconds{20}));
    EXPECT_LE(shelf_->files()[kept_].first_us, began_us) << "as of when the picture was taken";
    EXPECT_TRUE(eventually(
        [&] {
            const std::vector<RingFile> files = shelf_->files();
            std::uint64_t frames = 0;
            for (std::size_t i = kept_; i < files.size(); ++i) {
                frames += files[i].frames;
            }
            return frames >= 90;
        },
        seconds{20}));
}

} // namespace
} // namespace ems::vehicle
