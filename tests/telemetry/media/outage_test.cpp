// The camera's pictures of an outage are on board: those that the recording of the server lacks are
// in the ring, each by its number.
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "telemetry/video/pipeline.h"
#include "tests/support/child_process.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/temp_dir.h"
#include "tests/telemetry/media/film_numbers.h"
#include "tests/telemetry/media/ring_folder.h"
#include "tests/telemetry/media/running_relay.h"
#include "vehicle/agent/camera.h"
#include "vehicle/agent/ring_shelf.h"

namespace ems::media {
namespace {

using std::chrono::seconds;
using test::eventually;

class OutageTest : public testing::Test {
  protected:
    OutageTest() {
        vehicle::RingLimits limits;
        limits.dir = ring().string();
        limits.free_bytes_min = 0;
        shelf_ = std::move(*vehicle::RingShelf::open(limits));
        line_ = std::move(*test::FaultProxy::start(
            {.transport = test::Transport::udp, .target_port = relay_.port()}));
        relay_.start_recorder((dir_.path() / "video").string());
    }
    std::unique_ptr<vehicle::Camera> make_camera() {
        vehicle::CameraOptions options;
        options.label = test::kCabin.vid;
        options.mark = vehicle::FrameMark::barcode;
        options.ring = shelf_.get();
        options.ring_segment = seconds{4};
        auto camera = vehicle::make_camera(options);
        EXPECT_TRUE(camera) << camera.error().message();
        return std::move(*camera);
    }
    [[nodiscard]] std::filesystem::path ring() const { return dir_.path() / "ring"; }
    // The camera is heard, and of its start nothing more is written.
    bool runs(std::uint64_t frames) {
        const bool heard = eventually(
            [&] { return relay_.counters().frames >= frames && test::writes_nothing(ring()); }, seconds{20});
        of_start_ = shelf_->files().size();
        return heard;
    }
    // Since it ran.
    bool kept(std::uint64_t frames) {
        return eventually(
            [&] {
                const std::vector<vehicle::RingFile> files = shelf_->files();
                std::uint64_t sum = 0;
                for (std::size_t i = of_start_; i < files.size(); ++i) {
                    sum += files[i].frames;
                }
                return sum >= frames;
            },
            seconds{60});
    }
    std::set<std::uint32_t> kept_numbers() {
        std::set<std::uint32_t> out;
        for (const vehicle::RingFile& file : shelf_->files()) {
            const test::FilmNumbers film = test::film_numbers(ring() / file.path);
            EXPECT_EQ(film.numbers.size() + film.unreadable, file.frames) << file.path;
            out.insert(film.numbers.begin(), film.numbers.end());
        }
        return out;
    }
    std::set<std::uint32_t> recorded_numbers() {
        std::set<std::uint32_t> out;
        for (const Segment& segment : relay_.segments()) {
            const test::FilmNumbers film = test::film_numbers(dir_.path() / "video" / segment.path);
            out.insert(film.numbers.begin(), film.numbers.end());
            small_ += film.unreadable;
        }
        return out;
    }

    std::size_t small_{0}; // pictures of half the size: the link is found out anew
    const test::TempDir dir_;
    std::unique_ptr<vehicle::RingShelf> shelf_;
    std::size_t of_start_{0}; // files, before a camera that was slow to start was heard
    test::RunningRelay relay_;
    std::unique_ptr<test::FaultProxy> line_;
};

TEST_F(OutageTest, WhatTheServerDoesNotHearIsKeptOnBoardWithoutAHole) {
    const auto camera = make_camera();
    ASSERT_TRUE(camera->start(relay_.new_session(line_->port())));
    ASSERT_TRUE(runs(30));
    const std::uint64_t heard = relay_.counters().frames;
    ASSERT_TRUE(eventually([&] { return relay_.counters().frames >= heard + 60; }, seconds{20}));
    EXPECT_EQ(shelf_->files().size(), of_start_) << "nothing is written while the server hears it";
    EXPECT_TRUE(test::writes_nothing(ring()));
    line_->black_hole();
    ASSERT_TRUE(kept(100));
    const std::uint64_t sent = camera->frames_sent();
    line_->heal();
    const std::uint64_t before = relay_.counters().frames;
    ASSERT_TRUE(eventually([&] { return relay_.counters().frames > before + 60; }, seconds{30}))
        << "the picture is back; " << camera->frames_sent() - sent << " sent";
    const std::size_t files = shelf_->files().size();
    camera->stop();
    ASSERT_TRUE(eventually(
        [&] {
            const auto segments = relay_.segments();
            return std::all_of(segments.begin(), segments.end(),
                               [](const Segment& segment) { return segment.closed; });
        },
        seconds{20}));
    EXPECT_GT(files, of_start_);
    std::set<std::uint32_t> all = kept_numbers();
    const std::size_t on_board = all.size();
    all.merge(recorded_numbers());
    ASSERT_FALSE(all.empty());
    EXPECT_GE(on_board, 100U);
    EXPECT_LT(*all.begin(), 10U);
    // A busy machine may lose a picture on its way to the file.
    EXPECT_GE(all.size() + small_ + 1, *all.rbegin() - *all.begin() + 1U)
        << "of half the size: " << small_;
    EXPECT_LT(small_, 40U);
}

TEST_F(OutageTest, NothingButProbesIsSentWhileTheServerIsAway) {
    const auto camera = make_camera();
    ASSERT_TRUE(camera->start(relay_.new_session(line_->port())));
    ASSERT_TRUE(runs(30));
    line_->black_hole();
    ASSERT_TRUE(kept(30));
    const Ticks began_at = SystemClock{}.ticks();
    const test::FaultCounters began = line_->status().up;
    ASSERT_TRUE(kept(150));
    const double seconds_kept = std::chrono::duration<double>(SystemClock{}.ticks() - began_at).count();
    const test::FaultCounters now = line_->status().up;
    EXPECT_LE(static_cast<double>(now.bytes_in - began.bytes_in) / seconds_kept, 9'000)
        << "two probes a second, and one key frame in ten";
}

TEST_F(OutageTest, ACameraWithoutASessionKeepsItsPicturesToo) {
    const auto camera = make_camera();
    EXPECT_TRUE(kept(60)) << camera->health();
    EXPECT_EQ(camera->frames_sent(), 0U);
}

} // namespace
} // namespace ems::media
