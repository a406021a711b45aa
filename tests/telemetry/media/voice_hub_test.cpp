#include "telemetry/media/voice_hub.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "telemetry/video/rtp.h"

namespace ems::media {
namespace {

using std::chrono::milliseconds;
using video::Endpoint;
using video::FloorRank;
using video::LineWish;
using video::MediaKey;
using video::SrtpStream;
using video::Talk;

const Endpoint kVehicle{1, 1};
const Endpoint kDesk{2, 2};
const Endpoint kStranger{3, 3};

// One party's own side: what it sends, and what it can read of what is sent to it.
struct Peer {
    VoiceParty party;
    Endpoint at;
    SrtpStream reports;
    SrtpStream speech;
    SrtpStream down;
    std::uint16_t seq{0};

    Peer(const VoiceParty& of, const Endpoint& from)
        : party(of), at(from), reports(of.up_key, of.up_ssrc),
          speech(of.up_key, of.up_ssrc | of.generation),
          down(of.down_key, of.down_ssrc | of.generation) {}

    std::vector<std::uint8_t> report(const video::VoiceReport& report) {
        std::vector<std::uint8_t> packet =
            video::make_voice_report(party.up_ssrc, std::nullopt, report);
        const std::size_t size = packet.size();
        packet.resize(size + video::kSrtpOverhead);
        packet.resize(reports.protect_rtcp(packet, size).value());
        return packet;
    }
    std::vector<std::uint8_t> say() {
        std::vector<std::uint8_t> packet(60 + video::kSrtpOverhead, 0);
        packet[0] = 0x80;
        packet[1] = video::kPayloadTypeOpus;
        video::set_seq(packet, ++seq);
        video::set_timestamp(packet, 960U * seq);
        video::set_ssrc(packet, speech.ssrc());
        packet.resize(speech.protect_rtp(packet, 60).value());
        return packet;
    }
};

class VoiceHubTest : public testing::Test {
  protected:
    VoiceHubTest()
        : hub_(VoiceHubLimits{}, [this](const VoiceHub::Speech&) { ++recorded_; }), out_(256) {}

    Peer open(FloorRank rank, const std::string& id, const Endpoint& at, std::uint32_t generation,
              std::int64_t expires_us = 1'000'000) {
        VoiceParty party;
        party.id = id;
        party.vid = "amb-zx01";
        party.rank = rank;
        party.up_ssrc = video::random_ssrc();
        party.down_ssrc = video::random_ssrc();
        party.generation = generation;
        party.up_key = MediaKey::random();
        party.down_key = MediaKey::random();
        party.expires_us = expires_us;
        EXPECT_TRUE(hub_.open(party));
        return {party, at};
    }
    Peer crew(const std::string& id = "crew") { return open(FloorRank::crew, id, kVehicle, 0); }
    Peer physician() { return open(FloorRank::physician, "desk", kDesk, 4); }
    void give(std::vector<std::uint8_t> packet, const Endpoint& from) {
        hub_.receive(packet, from, now_, out_);
    }
    video::VoiceReport wants(const Peer& peer, Talk talk, std::uint16_t press) {
        video::VoiceReport report;
        report.generation = static_cast<std::uint8_t>(peer.party.generation);
        report.talk = talk;
        report.press = press;
        return report;
    }
    void tell(Peer& peer, Talk talk, std::uint16_t press) {
        give(peer.report(wants(peer, talk, press)), peer.at);
    }
    // Packets of speech among what was sent there; everything is taken out.
    std::size_t speech_to(const Peer& peer) {
        std::size_t count = 0;
        for (const Outgoing& packet : out_.packets()) {
            const std::span<const std::uint8_t> bytes{packet.bytes.data(), packet.size};
            count += packet.to == peer.at && !video::looks_like_rtcp(bytes) ? 1U : 0U;
        }
        out_.clear();
        return count;
    }

    int recorded_{0};
    VoiceHub hub_;
    Outbox out_;
    Ticks now_{std::chrono::hours{1}};
};

TEST_F(VoiceHubTest, OnlyTheHoldersSpeechPasses) {
    Peer vehicle = crew();
    Peer desk = physician();
    tell(vehicle, Talk::none, 0);
    tell(desk, Talk::none, 0);
    give(vehicle.say(), kVehicle);
    EXPECT_EQ(speech_to(desk), 0U);
    EXPECT_EQ(hub_.counters().unheard, 1U);
    tell(vehicle, Talk::normal, 1);
    give(vehicle.say(), kVehicle);
    EXPECT_EQ(speech_to(desk), 1U);
    give(desk.say(), kDesk);
    EXPECT_EQ(speech_to(vehicle), 0U);
    EXPECT_EQ(recorded_, 1);
}

TEST_F(VoiceHubTest, ALineThatIsFullHasAPlaceAgainWhenAPartyGoes) {
    for (std::size_t i = 0; i < video::kFloorPartiesMax; ++i) {
        ASSERT_TRUE(hub_.has_place("amb-zx01"));
        open(FloorRank::physician, "desk-" + std::to_string(i), kDesk, 1);
    }
    EXPECT_FALSE(hub_.has_place("amb-zx01"));
    EXPECT_TRUE(hub_.has_place("amb-fc01")) << "a line of its own";
    hub_.close("desk-0");
    EXPECT_TRUE(hub_.has_place("amb-zx01"));
}

TEST_F(VoiceHubTest, ForgedRepeatedAndForeignPacketsChangeNothing) {
    Peer vehicle = crew();
    Peer desk = physician();
    tell(desk, Talk::none, 0);
    tell(vehicle, Talk::normal, 1);
    const auto spoken = vehicle.say();
    give(spoken, kVehicle);
    ASSERT_EQ(speech_to(desk), 1U);
    const std::uint64_t changes = hub_.floor("amb-zx01")->changes();
    std::mt19937_64 random{5};
    for (int n = 0; n < 10'000; ++n) {
        auto forged = n % 2 == 0 ? spoken : vehicle.report(wants(vehicle, Talk::none, 9));
        forged[12 + random() % (forged.size() - 12)] ^= static_cast<std::uint8_t>(1 + random() % 255);
        give(forged, kStranger);
        out_.clear();
    }
    give(spoken, kStranger); // repeated
    EXPECT_EQ(hub_.counters().refused, 10'001U);
    EXPECT_EQ(hub_.floor("amb-zx01")->changes(), changes);
    give(vehicle.say(), kVehicle);
    EXPECT_EQ(speech_to(desk), 1U) << "the addresses are where they were";
}

TEST_F(VoiceHubTest, SpeechRecordedBeforeARestartOfTheServerIsOfNobody) {
    Peer before = physician();
    Peer vehicle = crew();
    tell(vehicle, Talk::none, 0);
    const auto asked = before.report(wants(before, Talk::normal, 1));
    const auto spoken = before.say();
    give(asked, kDesk);
    give(spoken, kDesk);
    ASSERT_EQ(speech_to(vehicle), 1U);
    hub_.close("desk");
    VoiceParty after = before.party;
    ++after.generation; // as the database counts it when the next process takes the grant over
    ASSERT_TRUE(hub_.open(after));
    give(asked, kStranger);
    give(spoken, kStranger);
    EXPECT_EQ(speech_to(vehicle), 0U);
    EXPECT_FALSE(hub_.floor("amb-zx01")->holder().has_value());
    Peer again{after, kDesk};
    // The report's own count goes on: its stream did not change.
    video::VoiceReport report = wants(again, Talk::normal, 2);
    give(before.report(report), kDesk);
    give(again.say(), kDesk);
    EXPECT_EQ(speech_to(vehicle), 1U);
}

TEST_F(VoiceHubTest, ARevokedOrExpiredConsoleIsGoneAtOnce) {
    Peer vehicle = crew();
    Peer desk = physician();
    tell(vehicle, Talk::none, 0);
    tell(desk, Talk::normal, 1);
    give(desk.say(), kDesk);
    ASSERT_EQ(speech_to(vehicle), 1U);
    hub_.expire(ServerTime{1'000'000});
    EXPECT_EQ(hub_.parties(), 0U);
    give(desk.say(), kDesk);
    EXPECT_EQ(speech_to(vehicle), 0U);
    EXPECT_EQ(hub_.lines(), 0U);
}

TEST_F(VoiceHubTest, AConsoleThatRenewsItsGrantWhileItSpeaksIsHeardOnAndOneThatDoesNotIsNot) {
    Peer vehicle = open(FloorRank::crew, "crew", kVehicle, 0, 10'000'000);
    Peer former = open(FloorRank::physician, "former", kDesk, 4, 1'000'000);
    tell(vehicle, Talk::none, 0);
    tell(former, Talk::normal, 1);
    give(former.say(), kDesk);
    ASSERT_EQ(speech_to(vehicle), 1U);
    // The centre ends the former with the statement that makes the next; the key is held all the time.
    Peer next = open(FloorRank::physician, "next", kDesk, 4, 2'000'000);
    hub_.close("former");
    tell(next, Talk::normal, 1);
    for (int i = 0; i < 50; ++i) {
        now_ += milliseconds{20};
        give(next.say(), kDesk);
        EXPECT_EQ(speech_to(vehicle), 1U) << "packet " << i;
    }
    hub_.expire(ServerTime{1'000'000}); // the end of the former
    give(next.say(), kDesk);
    EXPECT_EQ(speech_to(vehicle), 1U);
    hub_.expire(ServerTime{2'000'000}); // nobody renewed this one
    EXPECT_TRUE(hub_.has("crew"));
    give(next.say(), kDesk);
    EXPECT_EQ(speech_to(vehicle), 0U);
}

TEST_F(VoiceHubTest, ANewSessionOfTheVehicleTakesOverWithItsFirstReport) {
    Peer first = crew("one");
    Peer desk = physician();
    tell(desk, Talk::none, 0);
    tell(first, Talk::normal, 7);
    Peer second = crew("two");
    give(first.say(), kVehicle);
    EXPECT_EQ(speech_to(desk), 1U) << "the former stays good until then";
    tell(second, Talk::normal, 1); // a restarted program counts presses anew
    EXPECT_FALSE(hub_.has("one"));
    give(second.say(), kVehicle);
    EXPECT_EQ(speech_to(desk), 1U);
    crew("three");
    crew("four");
    EXPECT_EQ(hub_.parties(), 3U) << "an offer that nobody took up is replaced";
}

TEST_F(VoiceHubTest, APartyThatFallsSilentFreesTheFloor) {
    Peer vehicle = crew();
    Peer desk = physician();
    tell(vehicle, Talk::normal, 1);
    for (int n = 0; n < 6; ++n) {
        now_ += milliseconds{1'000};
        tell(desk, Talk::none, 0);
        hub_.tick(now_, out_);
        out_.clear();
    }
    EXPECT_FALSE(hub_.floor("amb-zx01")->holder().has_value());
    EXPECT_EQ(hub_.floor("amb-zx01")->parties(), 1U);
}

TEST_F(VoiceHubTest, AWishToOpenTheLineCountsOnce) {
    Peer vehicle = crew();
    Peer desk = physician();
    tell(vehicle, Talk::none, 0);
    video::VoiceReport open = wants(desk, Talk::none, 0);
    open.line = LineWish::open;
    open.line_number = 1;
    give(desk.report(open), kDesk);
    EXPECT_EQ(hub_.floor("amb-zx01")->mode(), video::FloorMode::open_line);
    video::VoiceReport close = wants(vehicle, Talk::none, 0);
    close.line = LineWish::closed;
    close.line_number = 1;
    give(vehicle.report(close), kVehicle);
    give(desk.report(open), kDesk);
    EXPECT_EQ(hub_.floor("amb-zx01")->mode(), video::FloorMode::push_to_talk)
        << "a repeated wish is the old one";
}

} // namespace
} // namespace ems::media
