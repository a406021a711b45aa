// The desk's camera: nothing the GUI calls waits for GStreamer, and no picture of the vehicle watched before comes through.
#include "console/app/camera_source.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/child_process.h"

namespace ems::console {
namespace {

bool soon(const std::function<bool()>& condition) {
    return test::eventually(condition, std::chrono::seconds{20});
}

class Gate {
  public:
    void open() {
        {
            const std::lock_guard lock{mutex_};
            open_ = true;
        }
        changed_.notify_all();
    }
    void pass() {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return open_; });
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_{false};
};

// Receivers that live until the source drops them; the test speaks for their cameras.
class Cameras {
  public:
    using OnPicture = video::VideoReceiver::OnPicture;

    CameraSource::Maker maker() {
        return {[this]() -> Result<void> {
                    prepare_gate.pass();
                    return {};
                },
                [this](const video::VideoTicket& ticket,
                       OnPicture on_picture) -> Result<std::unique_ptr<video::VideoReceiver>> {
                    ++opening;
                    open_gate.pass();
                    if (ticket.port == kBroken) {
                        return fail(Code::media, "broken");
                    }
                    const std::lock_guard lock{mutex_};
                    streams_[ticket.port] = ticket.stream;
                    callbacks_[ticket.port] = std::move(on_picture);
                    return std::make_unique<Receiver>();
                }};
    }
    bool is_open(std::uint16_t port) {
        const std::lock_guard lock{mutex_};
        return callbacks_.contains(port);
    }
    video::StreamTarget stream(std::uint16_t port) {
        const std::lock_guard lock{mutex_};
        return streams_.at(port);
    }
    void show(std::uint16_t port, std::uint64_t number) {
        const std::lock_guard lock{mutex_};
        video::Picture picture;
        picture.width = 2;
        picture.height = 1;
        picture.stride = 8;
        picture.pixels = pixels_.data();
        picture.number = number;
        picture.received_us = kReceivedUs;
        callbacks_.at(port)(picture);
    }

    static constexpr std::uint16_t kBroken = 9;
    static constexpr std::int64_t kReceivedUs = 1'773'830'536'000'000;
    Gate prepare_gate;
    Gate open_gate;
    std::atomic<int> opening{0};

  private:
    struct Receiver final : video::VideoReceiver {
        [[nodiscard]] video::ReceiverStats stats() const override {
            video::ReceiverStats stats;
            stats.packets = 7;
            stats.by_stream = true;
            return stats;
        }
    };
    std::mutex mutex_;
    std::map<std::uint16_t, OnPicture> callbacks_;
    std::map<std::uint16_t, video::StreamTarget> streams_;
    std::vector<std::uint8_t> pixels_ = std::vector<std::uint8_t>(8);
};

api::VideoGrant grant(std::uint16_t port) {
    api::VideoGrant grant;
    grant.set_port(port);
    return grant;
}

TEST(CameraSource, NothingTheDeskCallsWaitsForTheReceiver) {
    Cameras cameras;
    CameraSource source{{}, cameras.maker()};
    // GStreamer is still starting: would open() wait for it, this test would never end
    source.open(grant(1));
    EXPECT_FALSE(source.take());
    EXPECT_EQ(source.figures().packets, 0U);
    cameras.prepare_gate.open();
    ASSERT_TRUE(soon([&] { return cameras.opening == 1; }));
    // and now a receiver is being made
    source.close();
    source.open(grant(2));
    EXPECT_FALSE(source.take());
    EXPECT_TRUE(source.figures().problem.isEmpty());
    cameras.open_gate.open();
    ASSERT_TRUE(soon([&] { return cameras.is_open(2); }));
    cameras.show(2, 1);
    const auto picture = source.take();
    ASSERT_TRUE(picture);
    EXPECT_EQ(picture->received_us, Cameras::kReceivedUs);
    EXPECT_FALSE(source.take());
    EXPECT_TRUE(soon([&] { return source.figures().packets == 7; }));
}

TEST(CameraSource, GivesNoPictureOfTheVehicleWatchedBefore) {
    Cameras cameras;
    cameras.prepare_gate.open();
    cameras.open_gate.open();
    CameraSource source{{}, cameras.maker()};
    source.open(grant(1));
    ASSERT_TRUE(soon([&] { return cameras.is_open(1); }));
    cameras.show(1, 1);
    source.open(grant(2));
    EXPECT_FALSE(source.take()); // the one that had not been taken
    cameras.show(1, 2);          // a receiver on its way out
    EXPECT_FALSE(source.take());
    ASSERT_TRUE(soon([&] { return cameras.is_open(2); }));
    cameras.show(2, 1);
    EXPECT_TRUE(source.take());
}

TEST(CameraSource, SaysWhyThereIsNoPicture) {
    Cameras cameras;
    cameras.prepare_gate.open();
    cameras.open_gate.open();
    CameraSource source{{}, cameras.maker()};
    source.open(grant(Cameras::kBroken));
    EXPECT_TRUE(soon([&] { return !source.figures().problem.isEmpty(); }));
    source.open(grant(1));
    EXPECT_TRUE(soon([&] { return cameras.is_open(1); }));
    EXPECT_TRUE(source.figures().problem.isEmpty());
}

TEST(CameraSource, TheWayByTlsIsTheOneTheGrantNamesUnderTheDesksAuthority) {
    Cameras cameras;
    cameras.prepare_gate.open();
    cameras.open_gate.open();
    CameraSource source{{"ca.crt", "desk.crt", "desk.key"}, cameras.maker()};
    api::VideoGrant named = grant(1);
    named.set_host("10.0.0.7");
    named.set_tls_port(5'443);
    named.set_tls_name("srv-media-a");
    source.open(named);
    ASSERT_TRUE(soon([&] { return cameras.is_open(1); }));
    EXPECT_EQ(cameras.stream(1), (video::StreamTarget{"10.0.0.7", 5'443, "srv-media-a", "ca.crt", "desk.crt",
                                                      "desk.key"}));
    EXPECT_TRUE(soon([&] { return source.figures().by_tls; }));
    source.open(grant(2)); // of a server without one
    ASSERT_TRUE(soon([&] { return cameras.is_open(2); }));
    EXPECT_EQ(cameras.stream(2).port, 0);
}

} // namespace
} // namespace ems::console
