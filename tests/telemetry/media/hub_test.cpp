#include "telemetry/media/hub.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>
#include <vector>

#include "telemetry/video/packet_ring.h"
#include "telemetry/video/retransmit.h"
#include "telemetry/video/rtcp.h"

namespace ems::media {
namespace {

using std::chrono::milliseconds;
using video::Endpoint;
using video::MediaKey;
using video::SrtpStream;

const CameraKey kCabin{"amb-zx01", "cabin"};
const Endpoint kVehicle{1, 1};
const Endpoint kOther{2, 2};
const Endpoint kDesk{3, 3};

class HubTest : public testing::Test {
  protected:
    HubTest()
        : hub_(
              HubLimits{}, [this](const Hub::MediaPacket&) { ++recorded_; },
              [this](const CameraKey&) { ++pauses_; },
              [this](const CameraKey& camera) {
                  EXPECT_EQ(camera, kCabin);
                  return recording_;
              }),
          out_(256) {
        now_ += milliseconds{10'000};
    }

    CameraSession open_session(std::uint32_t ssrc,
                               std::int64_t expires_us = CameraSession::kNever) {
        CameraSession session{"s", ssrc, MediaKey::random(), MediaKey::random(), expires_us};
        EXPECT_TRUE(hub_.open_session(kCabin, session));
        return session;
    }
    ViewerRight open_viewer() {
        ViewerRight right;
        right.camera = kCabin;
        right.grant = video::ViewerGrant::make();
        right.generation = 1;
        right.expires_us = 1'000'000;
        EXPECT_TRUE(hub_.open_viewer(right));
        return right;
    }
    static std::vector<std::uint8_t> media(SrtpStream& stream, std::uint16_t seq, bool key = true) {
        std::vector<std::uint8_t> packet(100 + video::kSrtpOverhead, 0);
        packet[0] = 0x80;
        packet[1] = 0xE0;
        packet[12] = key ? 0x65 : 0x41;
        video::set_seq(packet, seq);
        video::set_ssrc(packet, stream.ssrc());
        packet.resize(stream.protect_rtp(packet, 100).value());
        return packet;
    }
    static std::vector<std::uint8_t> control(SrtpStream& stream, std::vector<std::uint8_t> plain) {
        const std::size_t size = plain.size();
        plain.resize(size + video::kSrtpOverhead);
        plain.resize(stream.protect_rtcp(plain, size).value());
        return plain;
    }
    void give(std::vector<std::uint8_t> packet, const Endpoint& from) {
        hub_.receive(packet, from, now_, out_);
    }
    std::size_t sent_to(const Endpoint& to) {
        std::size_t count = 0;
        for (const Outgoing& packet : out_.packets()) {
            count += packet.to == to ? 1U : 0U;
        }
        out_.clear();
        return count;
    }

    int recorded_{0};
    int pauses_{0};
    video::RecordingState recording_{video::RecordingState::recording};
    Hub hub_;
    Outbox out_;
    Ticks now_{};
};

TEST_F(HubTest, ForgedAndReplayedPacketsNeverMoveTheAddress) {
    const CameraSession session = open_session(0x100);
    SrtpStream vehicle{session.srtp_key, 0x100};
    const auto first = media(vehicle, 1);
    give(first, kVehicle);
    ASSERT_EQ(hub_.address(kCabin), kVehicle);
    std::mt19937 random{7};
    std::uniform_int_distribution<std::size_t> where{0, first.size() - 1};
    for (int i = 0; i < 10'000; ++i) {
        auto forged = media(vehicle, static_cast<std::uint16_t>(i + 2));
        const std::size_t at = where(random);
        forged[at] = static_cast<std::uint8_t>(forged[at] ^ (1U << (i % 8)));
        give(forged, kOther);
        ASSERT_EQ(hub_.address(kCabin), kVehicle) << i;
    }
    give(first, kOther); // replayed
    EXPECT_EQ(hub_.address(kCabin), kVehicle);
    EXPECT_EQ(hub_.counters().refused, 10'001U);
    EXPECT_EQ(hub_.counters(kCabin)->packets, 1U);
}

TEST_F(HubTest, AProbeIsAnsweredWhereItCameFromAndMovesNoAddress) {
    const CameraSession session = open_session(0x100);
    SrtpStream vehicle{session.srtp_key, 0x100};
    SrtpStream feedback{session.srtcp_key, 0x101};
    video::Feedback probe;
    probe.sender_ssrc = 0x100;
    probe.reference = 77;
    give(control(vehicle, video::make_feedback(probe)), kVehicle);
    ASSERT_EQ(out_.packets().size(), 1U) << "a session that sent no media yet is heard as well";
    Outgoing& answer = out_.packets()[0];
    EXPECT_EQ(answer.to, kVehicle);
    const auto size = feedback.unprotect_rtcp(std::span{answer.bytes}.first(answer.size));
    ASSERT_TRUE(size);
    const auto content = video::parse_rtcp(std::span{answer.bytes}.first(*size));
    ASSERT_TRUE(content && content->echo);
    EXPECT_EQ(content->echo->ssrc, 0x100U);
    EXPECT_EQ(content->echo->reference, 77U);
    out_.clear();

    give(media(vehicle, 1), kVehicle);
    out_.clear();
    const auto other = control(vehicle, video::make_feedback(probe));
    give(other, kOther);
    EXPECT_EQ(sent_to(kOther), 1U);
    EXPECT_EQ(hub_.address(kCabin), kVehicle);
    give(other, kOther);
    EXPECT_EQ(sent_to(kOther), 0U) << "repeated by another";
}

TEST_F(HubTest, AProbeBehindAPauseEndsTheRecordingAndOneBesidePicturesDoesNot) {
    const CameraSession session = open_session(0x100);
    SrtpStream vehicle{session.srtp_key, 0x100};
    video::Feedback probe;
    probe.sender_ssrc = 0x100;
    probe.reference = 77;
    give(media(vehicle, 1), kVehicle);
    now_ += milliseconds{1500};
    give(control(vehicle, video::make_feedback(probe)), kVehicle);
    EXPECT_EQ(pauses_, 0);
    now_ += milliseconds{1};
    give(control(vehicle, video::make_feedback(probe)), kVehicle);
    EXPECT_EQ(pauses_, 1);
}

TEST_F(HubTest, ACameraThatRestsIsToldWhetherSomebodyWatches) {
    const CameraSession session = open_session(0x100);
    SrtpStream vehicle{session.srtp_key, 0x100};
    SrtpStream feedback{session.srtcp_key, 0x101};
    const auto wakes = [&](video::RecordingState recording) {
        video::Feedback word;
        word.sender_ssrc = 0x100;
        word.reference = 77;
        word.recording = recording;
        give(control(vehicle, video::make_feedback(word)), kVehicle);
        EXPECT_EQ(out_.packets().size(), 1U);
        Outgoing& answer = out_.packets()[0];
        const auto size = feedback.unprotect_rtcp(std::span{answer.bytes}.first(answer.size));
        const auto content = video::parse_rtcp(std::span{answer.bytes}.first(size.value()));
        EXPECT_TRUE(content->echo);
        out_.clear();
        return content->key_frame_wanted;
    };
    EXPECT_FALSE(wakes(video::RecordingState::off)) << "the recorder does not wake it";
    EXPECT_EQ(pauses_, 1) << "what it recorded is over";
    EXPECT_EQ(hub_.counters(kCabin)->rests_at, now_);
    const Ticks anew = hub_.counters(kCabin)->rest_anew_at;
    EXPECT_EQ(anew, now_);
    now_ += milliseconds{10'000};
    EXPECT_FALSE(wakes(video::RecordingState::off));
    EXPECT_EQ(hub_.counters(kCabin)->rest_anew_at, anew) << "words may be lost";
    EXPECT_EQ(hub_.counters(kCabin)->rests_at, now_);
    const ViewerRight right = open_viewer();
    EXPECT_FALSE(wakes(video::RecordingState::off)) << "a right alone does not look";
    SrtpStream reports{right.grant.srtcp_key, right.grant.viewer_ssrc};
    give(control(reports, video::make_receiver_report(right.grant.viewer_ssrc, {})), kDesk);
    out_.clear();
    const int pauses = pauses_;
    EXPECT_TRUE(wakes(video::RecordingState::off));
    EXPECT_EQ(pauses_, pauses) << "stills of a poor link come each 3 s";
    EXPECT_FALSE(wakes(video::RecordingState::unknown)) << "one that asks in an outage sends anyway";
    now_ += milliseconds{5001};
    hub_.tick(now_, out_);
    out_.clear();
    EXPECT_FALSE(wakes(video::RecordingState::off)) << "he is silent";
    give(media(vehicle, 1), kVehicle);
    out_.clear();
    now_ += milliseconds{2000};
    EXPECT_FALSE(wakes(video::RecordingState::off));
    EXPECT_EQ(hub_.counters(kCabin)->rest_anew_at, anew) << "a picture is as good as a word";
    now_ += milliseconds{10'001};
    EXPECT_FALSE(wakes(video::RecordingState::off));
    EXPECT_EQ(hub_.counters(kCabin)->rest_anew_at, now_) << "it was out of reach";
}

TEST_F(HubTest, ANewerGenuinePacketMovesTheAddressAndAnOlderDoesNot) {
    const CameraSession session = open_session(0x100);
    SrtpStream vehicle{session.srtp_key, 0x100};
    const auto one = media(vehicle, 1);
    const auto two = media(vehicle, 2);
    const auto three = media(vehicle, 3);
    give(one, kVehicle);
    give(three, kOther);
    EXPECT_EQ(hub_.address(kCabin), kOther);
    give(two, kVehicle); // a late one from the old network
    EXPECT_EQ(hub_.address(kCabin), kOther);
}

TEST_F(HubTest, AViewerGetsNothingBeforeHisReportAndAKeyFrame) {
    const CameraSession session = open_session(0x100);
    SrtpStream vehicle{session.srtp_key, 0x100};
    const ViewerRight right = open_viewer();
    give(media(vehicle, 1), kVehicle);
    EXPECT_EQ(hub_.counters().relayed, 0U);
    SrtpStream reports{right.grant.srtcp_key, right.grant.viewer_ssrc};
    now_ += milliseconds{1000};
    out_.clear();
    give(control(reports, video::make_receiver_report(right.grant.viewer_ssrc, {})), kDesk);
    EXPECT_EQ(sent_to(kVehicle), 1U); // the request for a key frame
    give(media(vehicle, 2, false), kVehicle);
    EXPECT_EQ(sent_to(kDesk), 0U);
    give(media(vehicle, 3), kVehicle);
    ASSERT_EQ(out_.packets().size(), 1U);
    Outgoing& copy = out_.packets().front();
    SrtpStream desk{right.grant.srtp_key, right.grant.ssrc | 1U};
    EXPECT_TRUE(desk.unprotect_rtp(std::span{copy.bytes}.first(copy.size)));
    EXPECT_EQ(sent_to(kDesk), 1U);
}

TEST_F(HubTest, KeyFrameRequestReachesOnlyTheHolderOfTheKey) {
    const CameraSession session = open_session(0x100);
    SrtpStream vehicle{session.srtp_key, 0x100};
    SrtpStream feedback{session.srtcp_key, 0x101};
    give(media(vehicle, 1, false), kVehicle);
    ASSERT_EQ(out_.packets().size(), 1U);
    Outgoing& packet = out_.packets().front();
    const auto bytes = std::span{packet.bytes}.first(packet.size);
    const auto size = feedback.unprotect_rtcp(bytes);
    ASSERT_TRUE(size);
    EXPECT_TRUE(video::parse_rtcp(bytes.first(*size))->key_frame_wanted);
}

TEST_F(HubTest, RevokedExpiredAndSilentViewersGetNothing) {
    const CameraSession session = open_session(0x100);
    SrtpStream vehicle{session.srtp_key, 0x100};
    std::uint16_t seq = 1;
    const auto watch = [&](const ViewerRight& right) {
        SrtpStream reports{right.grant.srtcp_key, right.grant.viewer_ssrc};
        give(control(reports, video::make_receiver_report(right.grant.viewer_ssrc, {})), kDesk);
        out_.clear();
        give(media(vehicle, seq++), kVehicle);
        return sent_to(kDesk);
    };
    const ViewerRight revoked = open_viewer();
    EXPECT_EQ(watch(revoked), 1U);
    hub_.close_viewer(revoked.grant.grant_id);
    give(media(vehicle, seq++), kVehicle);
    EXPECT_EQ(sent_to(kDesk), 0U);

    EXPECT_EQ(watch(open_viewer()), 1U);
    hub_.expire(ServerTime{1'000'000});
    give(media(vehicle, seq++), kVehicle);
    EXPECT_EQ(sent_to(kDesk), 0U);
    EXPECT_EQ(hub_.viewers(), 0U);

    EXPECT_EQ(watch(open_viewer()), 1U);
    now_ += milliseconds{5001};
    hub_.tick(now_, out_);
    out_.clear();
    give(media(vehicle, seq++), kVehicle);
    EXPECT_EQ(sent_to(kDesk), 0U);
}

TEST_F(HubTest, AViewerIsToldWithEachAnswerWhetherHisCameraIsRecorded) {
    const ViewerRight right = open_viewer();
    SrtpStream reports{right.grant.srtcp_key, right.grant.viewer_ssrc};
    SrtpStream desk{right.grant.srtp_key, right.grant.ssrc | 1U};
    const auto told = [&] {
        video::Feedback report;
        report.sender_ssrc = right.grant.viewer_ssrc;
        report.reference = 77;
        give(control(reports, video::make_feedback(report)), kDesk);
        auto state = video::RecordingState::unknown;
        for (Outgoing& packet : out_.packets()) {
            const auto size = desk.unprotect_rtcp(std::span{packet.bytes}.first(packet.size));
            const auto content = size ? video::parse_rtcp(std::span{packet.bytes}.first(*size))
                                      : std::nullopt;
            state = content ? content->recording : state;
        }
        out_.clear();
        return state;
    };
    EXPECT_EQ(told(), video::RecordingState::recording);
    recording_ = video::RecordingState::disk_full;
    EXPECT_EQ(told(), video::RecordingState::disk_full);
}

TEST_F(HubTest, FormerSessionIsGoodUntilTheNextIsHeard) {
    const CameraSession first = open_session(0x100);
    SrtpStream before{first.srtp_key, 0x100};
    give(media(before, 1), kVehicle);
    const CameraSession second = open_session(0x200);
    SrtpStream after{second.srtp_key, 0x200};
    give(media(before, 2), kVehicle);
    EXPECT_EQ(hub_.counters(kCabin)->packets, 2U);
    give(media(after, 900), kVehicle);
    give(media(before, 3), kVehicle);
    EXPECT_EQ(hub_.counters(kCabin)->packets, 3U);
    EXPECT_EQ(hub_.counters(kCabin)->packets_lost, 0U);
    EXPECT_EQ(recorded_, 3);
}

class HubRetransmissionTest : public HubTest {
  protected:
    // A viewer who was sent the numbers 0 to 599.
    HubRetransmissionTest() : session_(open_session(0x100)), right_(open_viewer()) {
        report({});
        for (std::uint16_t seq = 0; seq < 600; ++seq) {
            give(media(vehicle_, seq, seq == 0), kVehicle);
            out_.clear();
        }
    }
    void report(const std::vector<std::uint16_t>& missing) {
        video::Feedback feedback;
        feedback.sender_ssrc = right_.grant.viewer_ssrc;
        feedback.missing = missing;
        give(control(reports_, video::make_feedback(feedback)), kDesk);
    }
    static std::vector<std::uint16_t> numbers(std::uint16_t from, std::uint16_t count) {
        std::vector<std::uint16_t> out(count);
        std::iota(out.begin(), out.end(), from);
        return out;
    }
    CameraSession session_;
    ViewerRight right_;
    SrtpStream vehicle_{session_.srtp_key, 0x100};
    SrtpStream reports_{right_.grant.srtcp_key, right_.grant.viewer_ssrc};
};

TEST_F(HubRetransmissionTest, OneViewerIsSentNoMoreAtOnceHoweverMuchHeAsksFor) {
    std::size_t sent = 0;
    for (int hundreds = 0; hundreds < 5; ++hundreds) {
        report(numbers(static_cast<std::uint16_t>(hundreds * 100), 100));
        sent += sent_to(kDesk);
    }
    EXPECT_EQ(sent, video::RetransmitBudget::kBurst);
    EXPECT_EQ(hub_.counters().retransmissions_held, 500U - sent);
    now_ += milliseconds{500};
    report(numbers(500, 100));
    EXPECT_EQ(sent_to(kDesk), 100U) << "a while later he is answered again";
}

TEST_F(HubRetransmissionTest, WhatIsAskedForAgainLeavesRoomForTheLivePacketsOfItsBatch) {
    report(numbers(0, 256));
    for (std::uint16_t seq = 600; seq < 700; ++seq) {
        give(media(vehicle_, seq, false), kVehicle);
    }
    EXPECT_EQ(hub_.counters().dropped, 0U);
    EXPECT_EQ(hub_.counters().relayed, 700U);
}

TEST_F(HubTest, HoldsToItsLimits) {
    Hub small{HubLimits{1, 1, 8, milliseconds{5000}}, {}};
    ViewerRight right;
    right.camera = kCabin;
    right.grant = video::ViewerGrant::make();
    EXPECT_TRUE(small.open_viewer(right));
    right.grant = video::ViewerGrant::make();
    const auto second = small.open_viewer(right);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::full);
    EXPECT_FALSE(small.has_place(right.camera));
    right.camera.vid = "amb-xz01";
    EXPECT_FALSE(small.open_viewer(right));
    EXPECT_FALSE(small.has_place(right.camera));
}

TEST_F(HubTest, ItsMemoryCountsTheTableOfACameraThatKeepsNoPacketYet) {
    open_session(0x100);
    EXPECT_GE(hub_.memory_bytes(), video::PacketRing::kPacketsMax * sizeof(void*));
}

TEST_F(HubTest, ItsMemoryCountsEachViewer) {
    EXPECT_EQ(hub_.memory_bytes(), 0U);
    open_viewer();
    const std::size_t one = hub_.viewer_bytes();
    EXPECT_GT(one, 0U);
    EXPECT_EQ(hub_.memory_bytes(), one);
    open_viewer();
    EXPECT_EQ(hub_.memory_bytes(), 2 * one);
}

constexpr std::int64_t kGraceUs = std::chrono::microseconds{CameraSession::kGrace}.count();

TEST_F(HubTest, ASessionIsBelievedUntilItsEndWithItsGraceAndNotAfter) {
    const CameraSession session = open_session(0x100, 1'000'000);
    SrtpStream vehicle{session.srtp_key, 0x100};
    hub_.expire(ServerTime{1'000'000 + kGraceUs - 1});
    give(media(vehicle, 1), kVehicle);
    EXPECT_EQ(hub_.counters().refused, 0U);
    hub_.expire(ServerTime{1'000'000 + kGraceUs});
    give(media(vehicle, 2), kVehicle);
    EXPECT_EQ(hub_.counters().refused, 1U);
    EXPECT_EQ(pauses_, 1) << "its recording is closed";
}

TEST_F(HubTest, AVehicleThatTakesNoNewSessionLosesTheFormerAtItsEnd) {
    const CameraSession former = open_session(0x100, 1'000'000);
    SrtpStream vehicle{former.srtp_key, 0x100};
    give(media(vehicle, 1), kVehicle);
    open_session(0x200, 2'000'000);
    give(media(vehicle, 2), kVehicle);
    EXPECT_EQ(hub_.counters().refused, 0U);
    hub_.expire(ServerTime{1'000'000 + kGraceUs});
    give(media(vehicle, 3), kVehicle);
    EXPECT_EQ(hub_.counters().refused, 1U);
    EXPECT_TRUE(hub_.counters(kCabin)) << "the new session may still begin";
    EXPECT_EQ(pauses_, 0);
}

TEST_F(HubTest, ACameraOfNoVehicleAnyMoreIsHeardNoMoreAndOneFedHereIs) {
    const CameraSession session = open_session(0x100);
    SrtpStream vehicle{session.srtp_key, 0x100};
    give(media(vehicle, 1), kVehicle);
    const CameraKey fed{"amb-zx02", "cabin"};
    ASSERT_TRUE(hub_.open_feed(fed));
    hub_.close_sessions_unless([](const CameraKey& camera) { return camera == kCabin; });
    EXPECT_TRUE(hub_.counters(kCabin));
    hub_.close_sessions_unless([](const CameraKey&) { return false; });
    give(media(vehicle, 2), kVehicle);
    EXPECT_EQ(hub_.counters().refused, 1U);
    EXPECT_FALSE(hub_.counters(kCabin));
    EXPECT_TRUE(hub_.counters(fed));
    EXPECT_EQ(pauses_, 1);
}

TEST_F(HubTest, AVehicleThatRenamesItsCamerasTakesNobodysPlace) {
    const HubLimits limits{.cameras_max = 2};
    Hub small{limits, {}};
    for (std::uint32_t i = 1; i <= 10; ++i) {
        const CameraKey renamed{"amb-zx01", "camera" + std::to_string(i)};
        small.close_sessions_unless([&](const CameraKey& camera) { return camera == renamed; });
        const CameraSession session{"s", i << 8U, MediaKey::random(), MediaKey::random()};
        ASSERT_TRUE(small.open_session(renamed, session)) << i;
    }
}

TEST_F(HubTest, ASilentFeedIsForgottenAndAFedOneIsNot) {
    hub_.tick(now_, out_);
    ASSERT_TRUE(hub_.open_feed(kCabin));
    now_ += Hub::kFeedSilence;
    hub_.tick(now_, out_);
    hub_.expire(ServerTime{0});
    std::vector<std::uint8_t> packet(100, 0);
    packet[0] = 0x80;
    packet[1] = 0xE0;
    packet[12] = 0x65;
    hub_.feed(kCabin, packet, 0, now_, out_);
    now_ += Hub::kFeedSilence;
    hub_.tick(now_, out_);
    hub_.expire(ServerTime{0});
    EXPECT_TRUE(hub_.counters(kCabin));
    now_ += milliseconds{1};
    hub_.tick(now_, out_);
    hub_.expire(ServerTime{0});
    EXPECT_FALSE(hub_.counters(kCabin));
}

TEST_F(HubTest, TheViewerThatIsSilentLongestMakesRoomAndNobodyElse) {
    for (const HubLimits& limits : {HubLimits{4, 2, 8, milliseconds{5000}}, HubLimits{4, 8, 2, milliseconds{5000}}}) {
        Hub small{limits, {}};
        const auto open = [&] {
            ViewerRight right;
            right.camera = kCabin;
            right.grant = video::ViewerGrant::make();
            EXPECT_TRUE(small.open_viewer(right));
            return right;
        };
        const auto report = [&](const ViewerRight& right) {
            SrtpStream reports{right.grant.srtcp_key, right.grant.viewer_ssrc};
            auto packet = control(reports, video::make_receiver_report(right.grant.viewer_ssrc, {}));
            small.receive(packet, kDesk, now_, out_);
        };
        small.tick(now_, out_);
        const ViewerRight gone = open();
        report(gone);
        now_ += milliseconds{3000};
        small.tick(now_, out_);
        const ViewerRight unheard = open();
        EXPECT_FALSE(small.has_place(kCabin)) << "both may still be there";
        now_ += milliseconds{2001};
        small.tick(now_, out_);
        const ViewerRight present = open();
        EXPECT_FALSE(small.has_viewer(gone.grant.grant_id));
        EXPECT_TRUE(small.has_viewer(unheard.grant.grant_id));
        report(present);
        now_ += milliseconds{3000};
        small.tick(now_, out_);
        open();
        EXPECT_FALSE(small.has_viewer(unheard.grant.grant_id)) << "it never came";
        EXPECT_TRUE(small.has_viewer(present.grant.grant_id));
    }
}

} // namespace
} // namespace ems::media
