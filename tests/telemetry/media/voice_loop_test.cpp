// Real speech on loopback: two ends of the intercom and the relay on its socket. Opus is encoded and
// decoded; what is heard is read from the samples.
#include <gtest/gtest.h>

#include "telemetry/video/voice_endpoint.h"
#include "tests/support/child_process.h"
#include "tests/support/fault_proxy.h"
#include "tests/telemetry/media/running_line.h"

namespace ems::media {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::eventually;
using test::RunningLine;
using video::FloorMode;
using video::FloorRank;
using video::FloorReason;
using video::FloorVerdict;
using video::LineWish;
using video::Side;
using video::Talk;

constexpr double kHeardDbfs = -45;

std::unique_ptr<video::VoiceEndpoint> endpoint(Side side, const std::string& source) {
    video::VoiceOptions options;
    options.side = side;
    options.devices.source = source;
    auto made = video::VoiceEndpoint::make(std::move(options));
    EXPECT_TRUE(made) << made.error().message();
    return std::move(*made);
}

bool hears(const video::VoiceEndpoint& end) {
    return end.status().heard.rms_dbfs > kHeardDbfs;
}

TEST(VoiceLoop, WhoeverHoldsTheKeyIsHeardAndNobodyElse) {
    RunningLine line;
    const auto crew = endpoint(Side::crew, "test:tone");
    const auto desk = endpoint(Side::console, "test:tone");
    ASSERT_TRUE(crew->join(line.crew()));
    ASSERT_TRUE(desk->join(line.physician()));
    ASSERT_TRUE(eventually(
        [&] { return crew->status().line.consoles == 1 && desk->status().line.crew_present; },
        seconds{10}));
    EXPECT_FALSE(hears(*desk));
    crew->press(Talk::normal);
    ASSERT_TRUE(eventually([&] { return hears(*desk); }, seconds{10}));
    // What the server says of the line may come behind the first words.
    EXPECT_TRUE(eventually(
        [&] {
            return crew->status().line.yours.verdict == FloorVerdict::granted &&
                   desk->status().line.speaker == video::Speaker::crew;
        },
        seconds{10}));
    EXPECT_FALSE(hears(*crew));
    crew->press(Talk::none);
    ASSERT_TRUE(eventually([&] { return !hears(*desk); }, seconds{10}));
    EXPECT_EQ(desk->status().packets_lost, 0U);
    EXPECT_EQ(desk->status().packets_refused, 0U);
}

TEST(VoiceLoop, ThePhysicianTakesTheFloorAndTheCrewIsToldWhy) {
    RunningLine line;
    const auto crew = endpoint(Side::crew, "test:tone");
    const auto desk = endpoint(Side::console, "test:tone");
    ASSERT_TRUE(crew->join(line.crew()));
    ASSERT_TRUE(desk->join(line.physician()));
    crew->press(Talk::normal);
    ASSERT_TRUE(eventually([&] { return hears(*desk); }, seconds{10}));
    desk->press(Talk::normal);
    ASSERT_TRUE(eventually([&] { return hears(*crew); }, seconds{10}));
    EXPECT_TRUE(eventually([&] { return crew->status().line.yours.verdict == FloorVerdict::revoked; }, seconds{10}));
    EXPECT_EQ(crew->status().line.yours.reason, FloorReason::preempted);
    EXPECT_EQ(crew->status().line.name, "Dr Li");
    EXPECT_EQ(crew->status().line.speaker_role, video::SpeakerRole::physician);
    EXPECT_FALSE(crew->status().sending);
    crew->press(Talk::none);
    crew->press(Talk::emergency); // which nobody outranks
    EXPECT_NE(crew->status().line.yours.verdict, FloorVerdict::revoked)
        << "what became of the press before says nothing of this one";
    ASSERT_TRUE(eventually([&] { return hears(*desk) && !hears(*crew); }, seconds{10}));
    EXPECT_EQ(desk->status().line.urgency, video::Urgency::emergency);
}

TEST(VoiceLoop, ACrewWithoutALoudspeakerIsHeard) {
    RunningLine line;
    video::VoiceOptions options;
    options.side = Side::crew;
    options.devices.source = "test:tone";
    options.devices.sink = "alsa:nothing-of-that-name";
    const auto crew = std::move(*video::VoiceEndpoint::make(std::move(options)));
    const auto desk = endpoint(Side::console, "test:tone");
    ASSERT_TRUE(crew->join(line.crew()));
    ASSERT_TRUE(desk->join(line.physician()));
    ASSERT_TRUE(eventually([&] { return crew->status().loudspeaker_fails; }, seconds{10}));
    EXPECT_FALSE(crew->status().microphone_fails);
    crew->press(Talk::normal);
    EXPECT_TRUE(eventually([&] { return hears(*desk); }, seconds{10}));
}

TEST(VoiceLoop, AnOpenLineCarriesBothAtOnceUntilTheCrewClosesIt) {
    RunningLine line;
    const auto crew = endpoint(Side::crew, "test:tone");
    const auto desk = endpoint(Side::console, "test:tone");
    ASSERT_TRUE(crew->join(line.crew()));
    ASSERT_TRUE(desk->join(line.physician()));
    ASSERT_TRUE(eventually([&] { return desk->status().line.crew_present; }, seconds{10}));
    desk->wish(LineWish::open);
    ASSERT_TRUE(eventually([&] { return hears(*crew) && hears(*desk); }, seconds{10}));
    crew->wish(LineWish::closed);
    ASSERT_TRUE(eventually([&] { return !hears(*crew) && !hears(*desk); }, seconds{10}));
    EXPECT_EQ(desk->status().line.mode, FloorMode::push_to_talk);
    EXPECT_FALSE(desk->status().sending);
}

TEST(VoiceLoop, ARevokedConsoleHearsAndSaysNothingMore) {
    RunningLine line;
    const auto crew = endpoint(Side::crew, "test:tone");
    const auto desk = endpoint(Side::console, "test:tone");
    ASSERT_TRUE(crew->join(line.crew()));
    const video::VoiceTicket ticket = line.physician();
    ASSERT_TRUE(desk->join(ticket));
    desk->press(Talk::normal);
    ASSERT_TRUE(eventually([&] { return hears(*crew); }, seconds{10}));
    line.close(ticket.id);
    ASSERT_TRUE(eventually([&] { return !hears(*crew); }, seconds{10}));
    const std::uint64_t forwarded = line.counters().forwarded;
    crew->press(Talk::normal);
    const std::uint64_t sent = crew->status().packets_sent;
    ASSERT_TRUE(eventually([&] { return crew->status().packets_sent > sent + 25; }, seconds{10}));
    EXPECT_EQ(line.counters().forwarded, forwarded);
    EXPECT_TRUE(eventually([&] { return !desk->status().connected; }, seconds{10}));
}

TEST(VoiceLoop, AWrongKeyIsNeverHeard) {
    RunningLine line;
    const auto crew = endpoint(Side::crew, "test:tone");
    const auto desk = endpoint(Side::console, "test:tone");
    ASSERT_TRUE(desk->join(line.physician()));
    video::VoiceTicket forged = line.crew();
    forged.up_key[3] = static_cast<char>(forged.up_key[3] ^ 1);
    ASSERT_TRUE(crew->join(forged));
    crew->press(Talk::emergency);
    ASSERT_TRUE(eventually([&] { return line.counters().refused > 50; }, seconds{10}));
    EXPECT_EQ(line.counters().forwarded, 0U);
    EXPECT_FALSE(desk->status().line.crew_present);
    EXPECT_FALSE(crew->status().connected);
}

TEST(VoiceLoop, SpeechPassesALossyNetworkWithoutAGapThatIsHeard) {
    RunningLine line;
    const auto proxy = test::FaultProxy::start({.transport = test::Transport::udp,
                                                .target_port = line.port(),
                                                .seed = 7});
    ASSERT_TRUE(proxy);
    (*proxy)->set({.delay = milliseconds{30}, .loss = 0.05});
    const auto crew = endpoint(Side::crew, "test:tone");
    const auto desk = endpoint(Side::console, "test:silence");
    ASSERT_TRUE(crew->join(line.ticket(FloorRank::crew, (*proxy)->port(), 0)));
    ASSERT_TRUE(desk->join(line.physician()));
    crew->press(Talk::normal);
    ASSERT_TRUE(eventually([&] { return desk->status().packets > 250; }, seconds{20}));
    EXPECT_GT(desk->status().packets_lost, 0U);
    EXPECT_TRUE(eventually([&] { return hears(*desk); }, seconds{10}));
    crew->press(Talk::none);
    EXPECT_TRUE(eventually(
        [&] { return desk->status().line.speaker == video::Speaker::nobody; }, seconds{10}));
}

} // namespace
} // namespace ems::media
