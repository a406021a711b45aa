// Where UDP does not pass, the pictures go by TLS, and back to UDP when it passes again.
#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "telemetry/video/receiver.h"
#include "tests/telemetry/media/film_numbers.h"
#include "tests/telemetry/media/mediad_vehicle.h"

namespace ems::media {
namespace {

using std::chrono::seconds;
using test::eventually;

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

TEST_F(StreamTest, AViewerBehindABlockedLineSeesThePictureByTls) {
    start_mediad();
    test::MediadVehicle vehicle{*broker_, dir_.path(), udp_port_, "ring", test::MediaWay::udp};
    ASSERT_TRUE(wait(vehicle, [] { return recorded() > 5; }));
    const auto blocked = std::move(
        *test::FaultProxy::start({.transport = test::Transport::udp, .target_port = udp_port_}));
    blocked->black_hole();
    video::VideoTicket ticket = grant();
    ticket.port = blocked->port();
    ticket.stream = {"127.0.0.1",
                     tls_port_,
                     "srv-media-a",
                     broker_->ca(),
                     broker_->certificate(test::kStranger),
                     broker_->key(test::kStranger)};
    std::atomic<int> pictures{0};
    const auto receiver =
        video::VideoReceiver::open(ticket, [&](const video::Picture&) { ++pictures; });
    ASSERT_TRUE(receiver);
    EXPECT_TRUE(wait(vehicle, [&] { return pictures > 40; }));
    EXPECT_TRUE((*receiver)->stats().by_stream);
    postgres_->execute("update media.viewer_grant set revoked_at = clock_timestamp()");
    EXPECT_TRUE(wait(vehicle, [&] {
        return SystemClock{}.ticks() - (*receiver)->stats().last_packet_at > seconds{2};
    })) << "a right that ended ends here as well";
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
    ASSERT_TRUE(wait(vehicle, [&] { return vehicle.shelf().files().empty(); }));
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
