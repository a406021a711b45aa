#include "telemetry/video/h264_packets.h"

#include <gtest/gtest.h>

#include <random>

namespace ems::video {
namespace {

using namespace std::string_literals;

const std::string kStart4{"\0\0\0\1", 4};
const std::string kStart3{"\0\0\1", 3};
const std::string kSps{"\x67\x42\x00\x1e", 4};
const std::string kPps{"\x68\xce\x3c\x80\x01"};

struct Sent {
    RtpView view;
    std::string payload;
};

class H264PacketsTest : public testing::Test {
  protected:
    std::vector<Sent> push(const std::string& picture, std::uint32_t timestamp = 9000) {
        std::vector<Sent> out;
        packets_.push(picture, timestamp, [&](std::span<std::uint8_t> packet) {
            EXPECT_LE(packet.size(), H264Packets::kPacketSize);
            const auto view = parse_rtp(packet);
            ASSERT_TRUE(view);
            EXPECT_EQ(view->timestamp, timestamp);
            EXPECT_EQ(view->payload_type, kPayloadTypeH264);
            EXPECT_EQ(view->seq, seq_++);
            out.push_back({*view, {view->payload.begin(), view->payload.end()}});
        });
        return out;
    }
    H264Packets packets_;
    std::uint16_t seq_{0};
};

// What a receiver makes of the packets of one picture (RFC 6184 section 5.8).
std::vector<std::string> restored(const std::vector<Sent>& packets) {
    std::vector<std::string> units;
    for (const Sent& sent : packets) {
        const auto head = static_cast<std::uint8_t>(sent.payload[0]);
        if ((head & 0x1f) != 28) {
            units.push_back(sent.payload);
            continue;
        }
        const auto fragment = static_cast<std::uint8_t>(sent.payload[1]);
        if ((fragment & 0x80) != 0) {
            units.push_back(std::string(1, static_cast<char>((head & 0xe0) | (fragment & 0x1f))));
        }
        units.back() += sent.payload.substr(2);
    }
    return units;
}

TEST(NalUnits, AreWhatStandsBetweenStartCodesOfEitherLength) {
    const std::string stream =
        "rubbish" + kStart4 + kSps + kStart3 + kPps + kStart3 + kStart4 + "\x65";
    const auto units = nal_units(stream);
    ASSERT_EQ(units.size(), 3U);
    EXPECT_EQ(units[0], kSps);
    EXPECT_EQ(units[1], kPps);
    EXPECT_EQ(units[2], "\x65");
    EXPECT_TRUE(nal_units("").empty());
    EXPECT_TRUE(nal_units(kStart4).empty());
    EXPECT_TRUE(nal_units("no start code").empty());
}

TEST_F(H264PacketsTest, SmallUnitsStandAloneAndTheLastBearsTheMarker) {
    const auto sent = push(kStart4 + kSps + kStart4 + kPps + kStart4 + "\x65picture");
    ASSERT_EQ(sent.size(), 3U);
    EXPECT_EQ(sent[0].payload, kSps);
    EXPECT_EQ(sent[2].payload, "\x65picture");
    EXPECT_FALSE(sent[0].view.marker || sent[1].view.marker);
    EXPECT_TRUE(sent[2].view.marker);
}

TEST_F(H264PacketsTest, LongUnitsComeBackWholeWhateverTheirSize) {
    std::mt19937 random{7};
    const std::size_t edge = H264Packets::kPacketSize - kRtpHeaderSize;
    for (const std::size_t size : {edge - 1, edge, edge + 1, 2 * (edge - 2), 2 * (edge - 2) + 1,
                                   2 * (edge - 2) + 2, std::size_t{100'000}}) {
        std::string unit(size, '\0');
        for (char& byte : unit) {
            byte = static_cast<char>(1 + random() % 255); // no start code inside
        }
        unit[0] = '\x41';
        const auto sent = push(kStart4 + unit + kStart4 + "\x41tail");
        const auto units = restored(sent);
        ASSERT_EQ(units.size(), 2U) << size;
        EXPECT_EQ(units[0], unit) << size;
        for (std::size_t i = 0; i < sent.size(); ++i) {
            EXPECT_EQ(sent[i].view.marker, i + 1 == sent.size()) << size;
        }
    }
}

TEST_F(H264PacketsTest, AKeyFrameWithoutParameterSetsGetsTheLastOnes) {
    EXPECT_EQ(push(kStart4 + "\x65").size(), 1U) << "none are known yet";
    push(kStart4 + kSps + kStart4 + kPps + kStart4 + "\x65");
    EXPECT_EQ(push(kStart4 + "\x41").size(), 1U);
    const auto sent = push(kStart4 + "\x65");
    ASSERT_EQ(sent.size(), 3U);
    EXPECT_EQ(sent[0].payload, kSps);
    EXPECT_EQ(sent[1].payload, kPps);
    EXPECT_EQ(push(kStart4 + kSps + kStart4 + kPps + kStart4 + "\x65").size(), 3U);
}

TEST_F(H264PacketsTest, BytesWithoutAUnitAreNoPicture) {
    EXPECT_FALSE(packets_.push("rubbish", 0, [](std::span<std::uint8_t>) { FAIL(); }));
}

} // namespace
} // namespace ems::video
