// The time of a picture is its own, however far its viewer is behind.
#include <map>
#include <memory>
#include <mutex>

#include <gtest/gtest.h>

#include "telemetry/video/barcode.h"
#include "telemetry/video/receiver.h"
#include "tests/support/child_process.h"
#include "tests/telemetry/media/running_relay.h"
#include "vehicle/agent/camera.h"

namespace ems::media {
namespace {

using std::chrono::seconds;
using test::eventually;

// When the pictures that somebody saw were taken, by their numbers.
class Times {
  public:
    void saw(const video::Picture& picture) {
        const auto size = static_cast<std::size_t>(picture.stride) * static_cast<std::size_t>(picture.height);
        const auto number =
            video::read_barcode({{picture.pixels, size}, picture.width, picture.height, picture.stride, 4});
        const std::lock_guard lock{mutex_};
        if (number && picture.mark) {
            captured_us_[*number] = picture.mark->captured_us;
        }
    }
    [[nodiscard]] std::map<std::uint32_t, std::int64_t> all() const {
        const std::lock_guard lock{mutex_};
        return captured_us_;
    }

  private:
    mutable std::mutex mutex_;
    std::map<std::uint32_t, std::int64_t> captured_us_;
};

std::unique_ptr<vehicle::Camera> marking_camera() {
    vehicle::CameraOptions options;
    options.mark = vehicle::FrameMark::barcode;
    auto camera = vehicle::make_camera(options);
    EXPECT_TRUE(camera) << camera.error().message();
    const auto ticks =
        std::chrono::duration_cast<std::chrono::microseconds>(SystemClock{}.ticks().time_since_epoch());
    (*camera)->tell_clock(
        vehicle::CameraClock{SystemClock{}.utc_us() - ticks.count(), video::CaptureClock::disciplined});
    return std::move(*camera);
}

TEST(PictureTime, IsItsOwnWhileOthersWaitBehindIt) {
    test::RunningRelay relay;
    const auto camera = marking_camera();
    Times slow;
    Times quick;
    const auto behind = video::VideoReceiver::open(relay.new_ticket(), [&](const video::Picture& picture) {
        slow.saw(picture);
        const std::uint64_t came = relay.counters().frames;
        EXPECT_TRUE(eventually([&] { return relay.counters().frames >= came + 3; }, seconds{10}));
    });
    const auto beside =
        video::VideoReceiver::open(relay.new_ticket(), [&](const video::Picture& picture) { quick.saw(picture); });
    ASSERT_TRUE(behind && beside);
    ASSERT_TRUE(camera->start(relay.new_session()));
    ASSERT_TRUE(eventually([&] { return slow.all().size() >= 8; }, seconds{30}));
    const auto seen = slow.all();
    ASSERT_TRUE(eventually([&] { return quick.all().contains(seen.rbegin()->first); }, seconds{10}));
    const auto known = quick.all();
    std::size_t both = 0;
    for (const auto& [number, captured_us] : seen) {
        if (known.contains(number)) {
            ++both;
            EXPECT_EQ(captured_us, known.at(number)) << "picture " << number;
        }
    }
    EXPECT_GE(both, 4U);
}

} // namespace
} // namespace ems::media
