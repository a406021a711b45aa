#include "telemetry/video/path_choice.h"

#include <numeric>
#include <string>

#include <gtest/gtest.h>

#include "telemetry/video/framing.h"

namespace ems::video {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Way = PathChoice::Way;

const Ticks kStart{seconds{1000}};

// A choice and a network that lets UDP pass or not; the stream comes up 200 ms after it is wanted.
class Played {
  public:
    explicit Played(bool udp) : udp_passes(udp) { choice.begin(now); }
    void run(seconds length) {
        for (const Ticks end = now + length; now < end; now += milliseconds{200}) {
            choice.wants_stream() && stream_passes ? choice.stream_is_up(now)
                                                   : choice.stream_is_down();
            choice.tick(now);
            if (choice.take_udp_probe(now)) {
                ++probes;
                if (udp_passes) {
                    choice.heard(Way::udp, now);
                }
            }
            if (choice.way() == Way::stream ? stream_passes : udp_passes) {
                choice.heard(choice.way(), now);
            }
        }
    }
    PathChoice choice;
    Ticks now{kStart};
    bool udp_passes;
    bool stream_passes{true};
    int probes{0};
};

TEST(PathChoice, UdpThatPassesIsNeverLeft) {
    Played played{true};
    played.run(seconds{600});
    EXPECT_EQ(played.choice.way(), Way::udp);
    EXPECT_FALSE(played.choice.wants_stream());
    EXPECT_EQ(played.probes, 0);
}

TEST(PathChoice, BlockedUdpIsLeftForTheStreamAfterItsTime) {
    Played played{false};
    played.run(seconds{3});
    EXPECT_FALSE(played.choice.wants_stream());
    played.run(seconds{1});
    EXPECT_EQ(played.choice.way(), Way::stream);
    played.run(seconds{600});
    EXPECT_EQ(played.choice.way(), Way::stream);
    EXPECT_EQ(played.probes, 120) << "each five seconds";
}

TEST(PathChoice, TwoAnswersBringItBackAndTheStreamIsClosedLater) {
    Played played{false};
    played.run(seconds{10});
    ASSERT_EQ(played.choice.way(), Way::stream);
    played.udp_passes = true;
    played.run(seconds{6});
    EXPECT_EQ(played.choice.way(), Way::stream) << "one answer";
    played.run(seconds{6});
    EXPECT_EQ(played.choice.way(), Way::udp);
    EXPECT_TRUE(played.choice.wants_stream());
    played.run(seconds{12});
    EXPECT_FALSE(played.choice.wants_stream());
    EXPECT_EQ(played.choice.way(), Way::udp);
}

TEST(PathChoice, AWayBackThatDoesNotHoldMakesProbesRarer) {
    Played played{false};
    played.run(seconds{10});
    for (int i = 0; i < 3; ++i) {
        played.udp_passes = true;
        while (played.choice.way() == Way::stream) {
            played.run(seconds{1});
        }
        played.udp_passes = false;
        while (played.choice.way() == Way::udp) {
            played.run(seconds{1});
        }
    }
    played.probes = 0;
    played.run(seconds{80});
    EXPECT_EQ(played.probes, 2) << "each forty seconds";
}

TEST(PathChoice, AStreamThatBreaksLeavesItToUdpUntilItIsUpAgain) {
    Played played{false};
    played.run(seconds{10});
    played.stream_passes = false;
    played.run(seconds{1});
    EXPECT_EQ(played.choice.way(), Way::udp);
    played.run(seconds{20});
    EXPECT_TRUE(played.choice.wants_stream());
    played.stream_passes = true;
    played.run(seconds{1});
    EXPECT_EQ(played.choice.way(), Way::stream);
}

TEST(Framing, PacketsComeOutWholeHoweverTheStreamIsCut) {
    std::string stream;
    std::vector<std::vector<std::uint8_t>> sent;
    for (const std::size_t size : {1U, 40U, 1166U, 1516U, 2U}) {
        std::vector<std::uint8_t> packet(std::min<std::size_t>(size, kFramedPacketMax));
        std::iota(packet.begin(), packet.end(), static_cast<std::uint8_t>(size));
        append_frame(stream, packet);
        sent.push_back(std::move(packet));
    }
    for (std::size_t step = 1; step < 40; ++step) {
        FrameReader reader;
        std::vector<std::vector<std::uint8_t>> got;
        for (std::size_t at = 0; at < stream.size(); at += step) {
            const std::string part = stream.substr(at, step);
            ASSERT_TRUE(
                reader.feed({reinterpret_cast<const std::uint8_t*>(part.data()), part.size()},
                            [&](std::span<std::uint8_t> packet) {
                                got.emplace_back(packet.begin(), packet.end());
                            }));
        }
        ASSERT_EQ(got, sent) << step;
    }
}

TEST(Framing, ALengthOfNothingOrTooMuchEndsTheStream) {
    const auto ignore = [](std::span<std::uint8_t>) {};
    FrameReader empty;
    const std::vector<std::uint8_t> zero{0, 0};
    EXPECT_FALSE(empty.feed(zero, ignore));
    FrameReader large;
    const std::vector<std::uint8_t> beyond{0xFF, 0xFF, 1};
    EXPECT_FALSE(large.feed(beyond, ignore));
}

} // namespace
} // namespace ems::video
