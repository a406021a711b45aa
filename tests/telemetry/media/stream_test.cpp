// Where UDP does not pass, the pictures go by TLS, and back to UDP when it passes again.
#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "telemetry/video/receiver.h"
#include "tests/telemetry/media/film_numbers.h"
#include "tests/telemetry/media/mediad_vehicle.h"
#include "tests/telemetry/media/ring_folder.h"
#include "tests/telemetry/media/tls_stranger.h"

namespace ems::media {
namespace {

using std::chrono::seconds;
using test::eventually;

constexpr int kPicturesPerSecond = 15; // of the vehicle's camera

class StreamTest : public test::MediadFixture {
  protected:
    static bool wait(test::MediadVehicle& vehicle, const std::function<bool()>& condition) {
        return eventually(
            [&] {
                vehicle.beat();
                return condition();
            },
            seconds{60});
    }
    static std::int64_t recorded() {
        return number("select coalesce(sum(frames), 0) from media.recording where source = 'live'");
    }
};

TEST_F(StreamTest, APictureComesThoughUdpIsBlockedFromTheStart) {
    start_mediad();
    test::MediadVehicle vehicle{*broker_, dir_.path(), udp_port_, "ring",
                                test::MediaWay::udp_or_tls};
    vehicle.line().black_hole();
    ASSERT_TRUE(wait(vehicle, [] { return recorded() > 60; }));
    EXPECT_EQ(vehicle.line().status().up.packets_out, 0U);
}

TEST_F(StreamTest, ADeskBehindABlockedLineSeesThePictureByTlsUntilItsRightEnds) {
    start_mediad();
    test::MediadVehicle vehicle{*broker_, dir_.path(), udp_port_, "ring", test::MediaWay::udp};
    ASSERT_TRUE(wait(vehicle, [] { return recorded() > 5; }));
    const auto blocked = std::move(
        *test::FaultProxy::start({.transport = test::Transport::udp, .target_port = udp_port_}));
    blocked->black_hole();
    video::VideoTicket ticket = grant();
    ticket.port = blocked->port();
    std::atomic<int> pictures{0};
    const auto receiver =
        video::VideoReceiver::open(ticket, [&](const video::Picture&) { ++pictures; });
    ASSERT_TRUE(receiver);
    EXPECT_TRUE(wait(vehicle, [&] { return pictures > 40; }));
    EXPECT_TRUE((*receiver)->stats().by_stream);
    postgres_->execute("update media.viewer_grant set revoked_at = clock_timestamp()");
    const int seen = pictures;
    EXPECT_TRUE(wait(vehicle, [&] { return !(*receiver)->stats().by_stream; }))
        << "a connection whose packets prove no key any more is closed";
    EXPECT_LE(pictures - seen, kPicturesPerSecond);
}

// Wanted: no place for who has neither certificate nor key, and no service.
TEST_F(StreamTest, StrangersAreClosedAndKeepNobodyOut) {
    constexpr std::size_t kPerAddress = 32; // TlsListenerConfig::strangers_per_address_max
    start_mediad();
    {
        test::TlsStrangers crowd{tls_port_, broker_->ca()};
        ASSERT_TRUE(eventually([&] { return crowd.knock(); }, seconds{20}));
        for (std::size_t i = 1; i < kPerAddress + 3; ++i) {
            ASSERT_TRUE(crowd.knock());
        }
        EXPECT_EQ(crowd.wait_ended(3, seconds{20}),
                  (std::vector<std::size_t>{kPerAddress, kPerAddress + 1, kPerAddress + 2}));
    }
    test::TlsStrangers strangers{tls_port_, broker_->ca()};
    ASSERT_TRUE(eventually([&] { return strangers.enter("ems-rtp"); }, seconds{20}))
        << "without a certificate";
    ASSERT_TRUE(strangers.enter("ems-rtp"));
    const std::string framed = std::string{"\x02\x00", 2} + std::string(512, '\x80');
    for (int i = 0; i < 160; ++i) { // 80 KiB, of which 64 are borne
        strangers.say(1, framed);
    }
    EXPECT_EQ(strangers.wait_ended(1, seconds{20}), (std::vector<std::size_t>{1}))
        << "who says much and proves nothing is closed before him who says nothing";
    EXPECT_EQ(strangers.wait_ended(2, seconds{20}), (std::vector<std::size_t>{1, 0}));
    if (strangers.enter("http/1.1")) { // TLS 1.3 tells the client only when it reads
        EXPECT_EQ(strangers.wait_ended(3, seconds{20}).size(), 3U);
    }
    EXPECT_EQ(strangers.served(), 0U);
}

TEST_F(StreamTest, ABlockedLineLosesItsFirstSecondsAndNoneOfTheRestIsAHole) {
    start_mediad();
    test::MediadVehicle vehicle{*broker_, dir_.path(), udp_port_, "ring",
                                test::MediaWay::udp_or_tls};
    ASSERT_TRUE(wait(vehicle, [] { return recorded() > 30; }));
    vehicle.line().black_hole();
    const std::int64_t before = recorded();
    ASSERT_TRUE(wait(vehicle, [&] { return recorded() > before + 90; })) << "by TLS";
    const std::uint64_t out = vehicle.line().status().up.packets_out;
    vehicle.line().heal();
    ASSERT_TRUE(wait(vehicle, [&] { return vehicle.line().status().up.packets_out > out + 300; }))
        << "by UDP again";
    const std::int64_t again = recorded();
    ASSERT_TRUE(wait(vehicle, [&] { return recorded() > again + 30; }));
    vehicle.backfill().permit(vehicle::BackfillPermit::go, {});
    ASSERT_TRUE(wait(vehicle, [&] { return test::holds_nothing(dir_.path() / "ring"); }));
    mediad_->signal(SIGTERM);
    ASSERT_EQ(mediad_->wait_exit(seconds{10}), 0);
    std::set<std::uint32_t> all;
    std::size_t small = 0;
    for (const std::string& path : postgres_->column("select path from media.recording")) {
        const test::FilmNumbers film = test::film_numbers(recordings() / path);
        all.insert(film.numbers.begin(), film.numbers.end());
        small += film.unreadable;
    }
    ASSERT_FALSE(all.empty());
    EXPECT_GE(all.size() + small + 4, *all.rbegin() - *all.begin() + 1U)
        << "what was lost before the stream came is back-filled";
}

} // namespace
} // namespace ems::media
