// Cameras that the process feeds itself, as the hub's viewers and its recorder see them.
#include "telemetry/media/hub.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "telemetry/video/h264_packets.h"
#include "telemetry/video/retransmit.h"
#include "telemetry/video/rtcp.h"

namespace ems::media {
namespace {

using std::chrono::milliseconds;
using video::Endpoint;
using video::SrtpStream;

const CameraKey kFront{"amb-zx01", "front"};
const Endpoint kDesk{3, 3};
const std::string kKeyFrame{"\0\0\0\1\x67\x42\0\0\0\1\x65key", 14};
const std::string kPicture{"\0\0\0\1\x41picture", 12};

class HubFeedTest : public testing::Test {
  protected:
    HubFeedTest()
        : hub_(HubLimits{},
               [this](const Hub::MediaPacket& packet) {
                   ++recorded_;
                   lost_ += packet.lost;
               }),
          out_(256) {
        now_ += milliseconds{10'000};
        EXPECT_TRUE(hub_.open_feed(kFront));
    }
    // Everything that leaves, apart from the recorder's.
    std::vector<Outgoing> feed(const std::string& picture, std::uint32_t lost = 0) {
        now_ += milliseconds{66};
        timestamp_ += 5940;
        out_.clear();
        packets_.push(picture, timestamp_, [&](std::span<std::uint8_t> packet) {
            hub_.feed(kFront, packet, std::exchange(lost, 0U), now_, out_);
        });
        return {out_.packets().begin(), out_.packets().end()};
    }
    ViewerRight open_viewer() {
        ViewerRight right;
        right.camera = kFront;
        right.grant = video::ViewerGrant::make();
        right.generation = 1;
        right.expires_us = 1'000'000;
        EXPECT_TRUE(hub_.open_viewer(right));
        SrtpStream reports{right.grant.srtcp_key, right.grant.viewer_ssrc};
        video::Feedback report;
        report.sender_ssrc = right.grant.viewer_ssrc;
        say(reports, report);
        return right;
    }
    void say(SrtpStream& reports, const video::Feedback& report) {
        std::vector<std::uint8_t> plain = video::make_feedback(report);
        const std::size_t size = plain.size();
        plain.resize(size + video::kSrtpOverhead);
        plain.resize(reports.protect_rtcp(plain, size).value());
        hub_.receive(plain, kDesk, now_, out_);
    }

    Ticks now_{};
    int recorded_{0};
    std::uint32_t lost_{0};
    std::uint32_t timestamp_{0};
    video::H264Packets packets_;
    Hub hub_;
    Outbox out_;
};

TEST_F(HubFeedTest, ViewersAndRecorderGetItFromAKeyFrameOn) {
    const ViewerRight right = open_viewer();
    EXPECT_TRUE(feed(kPicture).empty());
    EXPECT_EQ(feed(kKeyFrame).size(), 2U);
    const auto sent = feed(kPicture);
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_TRUE(sent[0].to == kDesk);
    SrtpStream media{right.grant.srtp_key, right.grant.ssrc | right.generation};
    std::vector<std::uint8_t> bytes{sent[0].bytes.begin(),
                                    sent[0].bytes.begin() + static_cast<long>(sent[0].size)};
    const auto size = media.unprotect_rtp(bytes);
    ASSERT_TRUE(size);
    const auto view = video::parse_rtp(std::span{bytes}.first(*size));
    ASSERT_TRUE(view);
    EXPECT_EQ(std::string(view->payload.begin(), view->payload.end()), "\x41picture");
    EXPECT_EQ(recorded_, 3);
    EXPECT_EQ(hub_.counters(kFront)->frames, 3U);
    EXPECT_EQ(hub_.counters(kFront)->packets, 4U);
}

TEST_F(HubFeedTest, AViewerIsToldOfAnEncodingThatIsNotRelayedUntilPicturesCome) {
    const ViewerRight right = open_viewer();
    SrtpStream reports{right.grant.srtcp_key, right.grant.viewer_ssrc};
    SrtpStream answers{right.grant.srtp_key, right.grant.ssrc | right.generation};
    video::Feedback report;
    report.sender_ssrc = right.grant.viewer_ssrc;
    say(reports, report); // its index was used when the viewer was opened
    const auto told = [&] {
        out_.clear();
        report.reference = video::compact_time(now_);
        say(reports, report);
        std::string name{"no answer"};
        for (const Outgoing& sent : out_.packets()) {
            std::vector<std::uint8_t> bytes{sent.bytes.begin(),
                                            sent.bytes.begin() + static_cast<long>(sent.size)};
            const auto size = answers.unprotect_rtcp(bytes);
            const auto content = size ? video::parse_rtcp(std::span{bytes}.first(*size))
                                      : std::optional<video::RtcpContent>{};
            name = content ? content->refused_encoding : name;
        }
        return name;
    };
    EXPECT_EQ(told(), "");
    hub_.refuse_encoding(kFront, "H.265");
    EXPECT_EQ(told(), "H.265");
    feed(kKeyFrame);
    EXPECT_EQ(told(), "");
}

TEST_F(HubFeedTest, NobodyIsAskedForAnything) {
    open_viewer();
    feed(kKeyFrame);
    for (int i = 0; i < 50; ++i) {
        now_ += milliseconds{100};
        out_.clear();
        hub_.tick(now_, out_);
        EXPECT_TRUE(out_.packets().empty()) << "it has no address";
    }
    EXPECT_EQ(hub_.counters(kFront)->key_frames_asked, 0U);
}

TEST_F(HubFeedTest, NoDatagramIsTakenForIt) {
    feed(kKeyFrame);
    const std::uint64_t packets = hub_.counters(kFront)->packets;
    for (std::uint32_t ssrc = 0; ssrc < 512; ++ssrc) {
        std::vector<std::uint8_t> forged(100, 0);
        forged[0] = 0x80;
        forged[1] = 0x60;
        video::set_ssrc(forged, ssrc);
        hub_.receive(forged, kDesk, now_, out_);
    }
    EXPECT_EQ(hub_.counters().refused, 512U);
    EXPECT_EQ(hub_.counters(kFront)->packets, packets);
}

TEST_F(HubFeedTest, WhatNeverCameIsToldToTheRecorder) {
    feed(kKeyFrame);
    feed(kPicture, 3);
    EXPECT_EQ(lost_, 3U);
}

TEST_F(HubFeedTest, AViewersMissingPacketIsSentAgain) {
    const ViewerRight right = open_viewer();
    feed(kKeyFrame);
    const auto sent = feed(kPicture);
    ASSERT_EQ(sent.size(), 1U);
    SrtpStream reports{right.grant.srtcp_key, right.grant.viewer_ssrc};
    video::Feedback first; // its index was used when the viewer was opened
    first.sender_ssrc = right.grant.viewer_ssrc;
    say(reports, first);
    video::Feedback report;
    report.sender_ssrc = right.grant.viewer_ssrc;
    report.media_ssrc = right.grant.ssrc | right.generation;
    const std::array missing{video::read_u16(sent[0].bytes, 2)};
    report.missing = missing;
    out_.clear();
    now_ += milliseconds{20};
    say(reports, report);
    EXPECT_GE(hub_.counters().retransmitted, 1U);
}

TEST_F(HubFeedTest, AStreamThatBeginsAnewGoesOnInTheViewersNumbers) {
    open_viewer();
    const auto before = feed(kKeyFrame);
    ASSERT_EQ(before.size(), 2U);
    EXPECT_TRUE(hub_.open_feed(kFront));
    packets_ = video::H264Packets{};
    timestamp_ = 77;
    EXPECT_TRUE(feed(kPicture).empty()) << "it refers to the other stream's pictures";
    const auto after = feed(kKeyFrame);
    ASSERT_EQ(after.size(), 2U);
    EXPECT_EQ(video::seq_distance(video::read_u16(after[0].bytes, 2),
                                  video::read_u16(before[1].bytes, 2)),
              1);
}

} // namespace
} // namespace ems::media
