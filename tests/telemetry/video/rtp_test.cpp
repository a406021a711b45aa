#include "telemetry/video/rtp.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "telemetry/video/rtcp.h"

namespace ems::video {
namespace {

std::vector<std::uint8_t> packet_with(std::initializer_list<std::uint8_t> payload) {
    std::vector<std::uint8_t> packet{0x80, 0xE0, 0x12, 0x34, 0, 0, 0, 9, 0xAA, 0xBB, 0xCC, 0x00};
    for (const std::uint8_t byte : payload) {
        packet.push_back(byte);
    }
    return packet;
}

TEST(Rtp, ReadsTheFixedHeader) {
    const auto packet = packet_with({0x65, 1, 2});
    const auto view = parse_rtp(packet);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->payload_type, 96);
    EXPECT_TRUE(view->marker);
    EXPECT_EQ(view->seq, 0x1234);
    EXPECT_EQ(view->timestamp, 9U);
    EXPECT_EQ(view->ssrc, 0xAABBCC00U);
    EXPECT_EQ(view->payload.size(), 3U);
    EXPECT_EQ(packet_ssrc(packet), 0xAABBCC00U);
}

TEST(Rtp, SkipsContributorsExtensionAndPadding) {
    std::vector<std::uint8_t> packet = packet_with({});
    packet[0] = 0x80 | 0x20 | 0x10 | 1;
    const std::vector<std::uint8_t> rest{1, 2, 3, 4, 0xBE, 0xDE, 0, 1, 9, 9, 9, 9, 0x41, 7, 0, 2};
    for (const std::uint8_t byte : rest) {
        packet.push_back(byte);
    }
    const auto view = parse_rtp(packet);
    ASSERT_TRUE(view);
    ASSERT_EQ(view->payload.size(), 2U);
    EXPECT_EQ(view->payload[0], 0x41);
}

TEST(Rtp, RefusesLengthsThatPointOutside) {
    auto packet = packet_with({1});
    packet[0] = 0x8F; // 15 contributors
    EXPECT_FALSE(parse_rtp(packet));
    packet[0] = 0x90; // extension without room
    EXPECT_FALSE(parse_rtp(packet));
    packet[0] = 0xA0; // padding longer than the payload
    packet.back() = 200;
    EXPECT_FALSE(parse_rtp(packet));
    EXPECT_FALSE(parse_rtp(std::vector<std::uint8_t>(kPacketSizeMax + 1, 0x80)));
}

TEST(Rtp, SurvivesTenThousandMalformedPackets) {
    std::mt19937 random{20260318};
    std::uniform_int_distribution<int> byte{0, 255};
    std::uniform_int_distribution<std::size_t> length{0, 64};
    int accepted = 0;
    for (int round = 0; round < 10'000; ++round) {
        std::vector<std::uint8_t> packet(length(random));
        for (std::uint8_t& value : packet) {
            value = static_cast<std::uint8_t>(byte(random));
        }
        if (!packet.empty() && round % 2 == 0) {
            packet[0] = static_cast<std::uint8_t>(0x80 | (packet[0] & 0x3F));
        }
        if (packet.size() > 1 && round % 4 == 0) {
            packet[1] = static_cast<std::uint8_t>(200 + packet[1] % 8);
        }
        packet.shrink_to_fit();
        if (const auto view = parse_rtp(packet)) {
            ++accepted;
            EXPECT_LE(view->payload.size(), packet.size() - kRtpHeaderSize);
            (void)starts_key_frame(view->payload);
        }
        (void)starts_key_frame(packet);
        (void)parse_rtcp(packet);
        (void)packet_ssrc(packet);
    }
    EXPECT_GT(accepted, 100); // the generator reaches beyond the first check
}

TEST(Rtp, FindsAKeyFrameBehindTheAccessUnitDelimiter) {
    const std::vector<std::uint8_t> aggregate{0x78, 0, 2, 0x09, 0x10, 0, 3, 0x67, 1, 2};
    EXPECT_TRUE(starts_key_frame(aggregate));
    EXPECT_TRUE(starts_key_frame(std::vector<std::uint8_t>{0x65, 1}));
    EXPECT_TRUE(starts_key_frame(std::vector<std::uint8_t>{0x7C, 0x85}));
    EXPECT_FALSE(starts_key_frame(std::vector<std::uint8_t>{0x7C, 0x05})); // not the first fragment
    EXPECT_FALSE(starts_key_frame(std::vector<std::uint8_t>{0x41, 1}));
    EXPECT_FALSE(starts_key_frame(std::vector<std::uint8_t>{0x78, 0, 9, 0x67}));
}

TEST(Rtcp, ReportAndPictureLossAreReadBack) {
    ReceptionReport report;
    report.ssrc = 0x11223300;
    report.fraction_lost = 12;
    report.lost = 345;
    report.highest_seq = 0x0001'FFFF;
    const auto content = parse_rtcp(make_receiver_report(0x55667700, report));
    ASSERT_TRUE(content);
    EXPECT_EQ(content->sender_ssrc, 0x55667700U);
    ASSERT_TRUE(content->report);
    EXPECT_EQ(content->report->lost, 345U);
    EXPECT_EQ(content->report->fraction_lost, 12);
    EXPECT_EQ(content->report->highest_seq, 0x0001'FFFFU);
    EXPECT_FALSE(content->key_frame_wanted);

    const auto loss = parse_rtcp(make_picture_loss(1, 2));
    ASSERT_TRUE(loss);
    EXPECT_TRUE(loss->key_frame_wanted);
}

} // namespace
} // namespace ems::video
