#include "vehicle/agent/video_ring.h"

#include <array>
#include <filesystem>
#include <future>

#include <gst/gst.h>
#include <gtest/gtest.h>

#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"
#include "tests/vehicle/agent/standing_disk.h"

namespace ems::vehicle {
namespace {

using std::chrono::seconds;
using test::eventually;
using test::StandingDisk;

constexpr int kGroup = 10; // pictures

class VideoRingTest : public testing::Test {
  protected:
    VideoRingTest() {
        gst_init(nullptr, nullptr);
        caps_ = gst_caps_from_string(
            "video/x-h264, stream-format=(string)avc, alignment=(string)au, width=(int)640, "
            "height=(int)360, framerate=(fraction)10/1, "
            "codec_data=(buffer)0142c01effe1000c6742c01ed900a02ff961000001000468ce3c80");
    }
    ~VideoRingTest() override { gst_caps_unref(caps_); }

    // One slice, behind its length of 32 bits.
    static void fill(GstBuffer* buffer, std::size_t bytes) {
        gst_buffer_memset(buffer, 0, 0x41, bytes);
        const std::array<std::uint8_t, 4> length{0, static_cast<std::uint8_t>((bytes - 4) >> 16U),
                                                 static_cast<std::uint8_t>((bytes - 4) >> 8U),
                                                 static_cast<std::uint8_t>(bytes - 4)};
        gst_buffer_fill(buffer, 0, length.data(), length.size());
    }
    // The next ones of an encoder that makes one each 100 ms, the first of a group a key frame.
    void push(int pictures, std::size_t bytes) {
        for (int i = 0; i < pictures; ++i, ++pushed_) {
            GstBuffer* buffer = gst_buffer_new_allocate(nullptr, bytes, nullptr);
            fill(buffer, bytes);
            GST_BUFFER_PTS(buffer) = static_cast<GstClockTime>(pushed_) * 100 * GST_MSECOND;
            if (pushed_ % kGroup != 0) {
                GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
            }
            GstSample* sample = gst_sample_new(buffer, caps_, nullptr, nullptr);
            ring_.push(sample);
            gst_sample_unref(sample);
            gst_buffer_unref(buffer);
        }
    }
    std::unique_ptr<RingShelf> open_shelf() {
        RingLimits limits;
        limits.dir = folder().string();
        limits.free_bytes_min = 0;
        return std::move(*RingShelf::open(limits));
    }
    bool kept(std::uint64_t frames) {
        return eventually(
            [&] {
                std::uint64_t sum = 0;
                for (const RingFile& file : shelf_->files()) {
                    sum += file.frames;
                }
                return sum == frames;
            },
            seconds{10});
    }
    [[nodiscard]] std::filesystem::path folder() const { return dir_.path() / "ring"; }
    [[nodiscard]] std::uint64_t bytes_on_disk() const {
        std::uint64_t sum = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator{folder()}) {
            std::error_code gone;
            const auto size = entry.is_regular_file(gone) ? entry.file_size(gone) : 0;
            sum += gone ? 0 : size;
        }
        return sum;
    }
    static Ticks now() { return SystemClock{}.ticks(); }

    const test::TempDir dir_;
    const std::unique_ptr<RingShelf> shelf_{open_shelf()};
    GstCaps* caps_{nullptr};
    int pushed_{0};
    VideoRing ring_{*shelf_, "cabin", seconds{4}};
};

TEST_F(VideoRingTest, WhoHandsPicturesOverDoesNotWaitForTheDisk) {
    StandingDisk disk{folder()};
    push(kGroup, 1000);
    const auto beginning = std::async(std::launch::async, [&] { ring_.begin(now()); });
    ASSERT_TRUE(eventually([&] { return disk.waits(); }, seconds{10}));
    const auto pushing = std::async(std::launch::async, [&] {
        push(kGroup, 1000);
        ring_.end();
    });
    EXPECT_EQ(beginning.wait_for(seconds{10}), std::future_status::ready);
    EXPECT_EQ(pushing.wait_for(seconds{10}), std::future_status::ready);
    disk.go_on();
    EXPECT_TRUE(kept(2 * kGroup));
}

TEST_F(VideoRingTest, WhatFindsTooMuchWaitingIsLeftOutUpToTheNextKeyFrameAndCounted) {
    constexpr std::size_t kBytes = 100'000;
    constexpr int kRoom = VideoRing::kWaitingBytesMax / kBytes;
    StandingDisk disk{folder()};
    ring_.begin(now());
    push(kRoom + 5, kBytes);
    EXPECT_EQ(ring_.left_out(), 5U);
    disk.go_on();
    ASSERT_TRUE(kept(kRoom));
    EXPECT_TRUE(ring_.take_key_frame_request()) << "there was nothing to begin at";
    push(5, kBytes);
    EXPECT_EQ(ring_.left_out(), 10U) << "worth nothing without those before";
    EXPECT_TRUE(ring_.take_key_frame_request());
    push(kGroup, kBytes);
    ring_.end();
    EXPECT_EQ(ring_.left_out(), 10U);
    EXPECT_TRUE(kept(kRoom + kGroup));
    EXPECT_EQ(shelf_->files().size(), 2U) << "a file tells no hole";
}

TEST_F(VideoRingTest, MoreFilesThanTheDiskIsGivenAtOnceAreWrittenOneAfterAnother) {
    StandingDisk disk{folder()};
    ring_.begin(now());
    push(40 * kGroup, 1000); // ten files of 4 s
    ring_.end();
    disk.go_on();
    EXPECT_TRUE(kept(40 * kGroup));
    EXPECT_EQ(shelf_->files().size(), 10U);
}

TEST_F(VideoRingTest, AFileEndsBeforeItIsMoreThanMayBeSent) {
    constexpr std::size_t kBytes = 300'000;
    ring_.begin(now());
    std::uint64_t pushed = 0;
    for (int group = 0; group < 4; ++group) { // 4 s, 12 MB
        push(kGroup, kBytes);
        pushed += kGroup * kBytes;
        ASSERT_TRUE(eventually([&] { return bytes_on_disk() + 2 * kBytes >= pushed; }, seconds{10}));
    }
    ring_.end();
    ASSERT_TRUE(kept(4 * kGroup));
    const auto files = shelf_->files();
    ASSERT_EQ(files.size(), 2U);
    EXPECT_EQ(files.front().frames, 3U * kGroup) << "up to the first key frame beyond half of what may be sent";
}

} // namespace
} // namespace ems::vehicle
