#include "vehicle/agent/outage_watch.h"

#include <array>

#include <gtest/gtest.h>

#include "vehicle/agent/packet_gate.h"

namespace ems::vehicle {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Ticks kStart{seconds{1000}};

TEST(OutageWatch, AServerThatReportsIsNotAway) {
    OutageWatch watch{kStart};
    watch.session(kStart);
    for (Ticks now = kStart; now < kStart + seconds{60}; now += milliseconds{200}) {
        watch.heard(now);
        watch.tick(now);
        ASSERT_FALSE(watch.is_away());
        ASSERT_FALSE(watch.keeps());
        ASSERT_FALSE(watch.take_probe(now));
    }
}

TEST(OutageWatch, SilenceIsAnOutageThatBeganWhenTheServerWasHeardLast) {
    OutageWatch watch{kStart};
    watch.session(kStart);
    watch.heard(kStart + seconds{5});
    watch.tick(kStart + seconds{7});
    EXPECT_FALSE(watch.is_away());
    watch.tick(kStart + seconds{7} + milliseconds{200});
    EXPECT_TRUE(watch.is_away());
    EXPECT_TRUE(watch.keeps());
    EXPECT_EQ(watch.heard_at(), kStart + seconds{5});
}

TEST(OutageWatch, ProbesGoOutWhileAwayAtTheirInterval) {
    OutageWatch watch{kStart};
    watch.session(kStart);
    int probes = 0;
    for (Ticks now = kStart; now < kStart + seconds{12}; now += milliseconds{100}) {
        watch.tick(now);
        probes += watch.take_probe(now) ? 1 : 0;
    }
    EXPECT_EQ(probes, 20) << "10 s of 12";
}

TEST(OutageWatch, OneKeyFrameInTenSecondsLeavesWhileAway) {
    OutageWatch watch{kStart};
    watch.session(kStart);
    int key_frames = 0;
    for (Ticks now = kStart; now < kStart + seconds{33}; now += milliseconds{100}) {
        watch.tick(now);
        key_frames += watch.take_key_frame(now) ? 1 : 0;
    }
    EXPECT_EQ(key_frames, 3);
}

TEST(OutageWatch, PicturesAreKeptOnUntilTheServerHasAKeyFrame) {
    OutageWatch watch{kStart};
    watch.session(kStart);
    watch.tick(kStart + seconds{3});
    const Ticks back = kStart + seconds{4};
    watch.heard(back);
    watch.tick(back);
    EXPECT_FALSE(watch.is_away());
    EXPECT_TRUE(watch.keeps());
    watch.heard(back + OutageWatch::kKeepOn);
    watch.tick(back + OutageWatch::kKeepOn);
    EXPECT_FALSE(watch.keeps());
}

TEST(OutageWatch, AVehicleStartedOutOfReachKeepsPicturesWithoutASession) {
    OutageWatch watch{kStart};
    watch.tick(kStart + seconds{10});
    EXPECT_FALSE(watch.keeps()) << "a session may be on its way";
    watch.tick(kStart + seconds{11});
    EXPECT_TRUE(watch.keeps());
    EXPECT_FALSE(watch.take_probe(kStart + seconds{11})) << "there is nobody to ask";
}

TEST(OutageWatch, ACameraThatTheServerStoppedKeepsNothing) {
    OutageWatch watch{kStart};
    watch.session(kStart);
    watch.tick(kStart + seconds{3});
    watch.stopped();
    watch.tick(kStart + seconds{60});
    EXPECT_FALSE(watch.keeps());
    EXPECT_FALSE(watch.is_away());
}

TEST(OutageWatch, AnotherSessionHasItsTimeToBeHeard) {
    OutageWatch watch{kStart};
    watch.session(kStart);
    watch.tick(kStart + seconds{3});
    ASSERT_TRUE(watch.is_away());
    watch.session(kStart + seconds{4});
    watch.tick(kStart + seconds{5});
    EXPECT_FALSE(watch.is_away());
    EXPECT_TRUE(watch.keeps()) << "nothing was heard yet";
    watch.tick(kStart + seconds{7});
    EXPECT_TRUE(watch.is_away());
}

TEST(OutageWatch, ACameraThatRestsIsNotAwayAndAsksNothing) {
    OutageWatch watch{kStart};
    watch.session(kStart);
    watch.tick(kStart + seconds{3});
    ASSERT_TRUE(watch.keeps());
    watch.rest();
    for (Ticks now = kStart + seconds{3}; now < kStart + seconds{60}; now += milliseconds{200}) {
        watch.tick(now);
        ASSERT_FALSE(watch.is_away());
        ASSERT_FALSE(watch.keeps());
        ASSERT_FALSE(watch.take_probe(now));
        ASSERT_FALSE(watch.take_key_frame(now));
    }
}

TEST(OutageWatch, BehindARestTheServerHasItsTimeToBeHeard) {
    OutageWatch watch{kStart};
    watch.session(kStart);
    watch.rest();
    const Ticks wakes = kStart + seconds{3600};
    watch.wake(wakes);
    watch.tick(wakes + OutageWatch::kAwayAfter);
    EXPECT_FALSE(watch.is_away());
    watch.tick(wakes + OutageWatch::kAwayAfter + milliseconds{200});
    EXPECT_TRUE(watch.keeps());
    EXPECT_EQ(watch.heard_at(), wakes) << "since then pictures may be missing";
}

TEST(OutageWatch, ACaseThatBeginsWithoutASessionIsKeptAtOnce) {
    OutageWatch watch{kStart};
    watch.rest();
    watch.tick(kStart + seconds{60});
    EXPECT_FALSE(watch.keeps());
    watch.wake(kStart + seconds{61});
    watch.tick(kStart + seconds{61});
    EXPECT_TRUE(watch.keeps());
}

constexpr std::array<std::uint8_t, 2> kKeyFrame{0x65, 0x88};
constexpr std::array<std::uint8_t, 2> kOther{0x41, 0x9A};

video::RtpView packet(std::uint32_t timestamp, std::span<const std::uint8_t> payload) {
    video::RtpView view;
    view.timestamp = timestamp;
    view.payload = payload;
    return view;
}

TEST(PacketGate, ClosedItLetsNothingThroughAndOpenAgainOnlyFromAKeyFrameOn) {
    PacketGate gate;
    EXPECT_TRUE(gate.lets(packet(1, kOther)));
    gate.close();
    EXPECT_FALSE(gate.lets(packet(2, kOther)));
    EXPECT_FALSE(gate.lets(packet(3, kKeyFrame)));
    gate.open();
    EXPECT_FALSE(gate.lets(packet(4, kOther)));
    EXPECT_TRUE(gate.lets(packet(5, kKeyFrame)));
    EXPECT_TRUE(gate.lets(packet(6, kOther)));
}

TEST(PacketGate, APictureWithoutRoomIsHeldBackWithAllUpToTheNextKeyFrame) {
    PacketGate gate;
    EXPECT_TRUE(gate.lets(packet(1, kKeyFrame)));
    EXPECT_TRUE(gate.lets(packet(1, kOther), Room::none)) << "one that began goes on";
    EXPECT_FALSE(gate.lets(packet(2, kOther), Room::none));
    EXPECT_FALSE(gate.lets(packet(2, kOther)));
    EXPECT_FALSE(gate.lets(packet(3, kOther)));
    EXPECT_FALSE(gate.lets(packet(4, kKeyFrame), Room::none));
    EXPECT_FALSE(gate.lets(packet(4, kKeyFrame))) << "its second packet";
    EXPECT_TRUE(gate.lets(packet(5, kKeyFrame)));
    EXPECT_TRUE(gate.lets(packet(6, kOther)));
}

TEST(PacketGate, OneKeyFrameLeavesWithAllItsPacketsAndNothingBehindIt) {
    PacketGate gate;
    gate.close();
    gate.let_one_key_frame();
    EXPECT_FALSE(gate.lets(packet(1, kOther)));
    EXPECT_TRUE(gate.lets(packet(2, kKeyFrame)));
    EXPECT_TRUE(gate.lets(packet(2, kOther)));
    EXPECT_FALSE(gate.lets(packet(3, kOther)));
    EXPECT_FALSE(gate.lets(packet(4, kKeyFrame)));
}

} // namespace
} // namespace ems::vehicle
