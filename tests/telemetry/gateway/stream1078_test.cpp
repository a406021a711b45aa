#include "telemetry/gateway/stream1078.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

#include "tests/telemetry/gateway/golden.h"
#include "tests/telemetry/gateway/terminal.h"

namespace ems::gateway {
namespace {

// Written by hand from table 19 of JT/T 1078-2016, byte for byte: the first fragment of an I frame
// of H.264, the last one, a piece of G.711A, transparent data. The second line is of a terminal
// whose SIM has ten bytes.
constexpr std::string_view kFirstHex = "30316364 81 62 0007 013511221122 01 01 0000019D00D0FB40 "
                                       "0028 0028 0005 0000000165";
constexpr std::string_view kLastHex = "30316364 81 e2 0008 013511221122 01 02 0000019D00D0FB40 "
                                      "0028 0028 0002 88AF";
constexpr std::string_view kSoundHex = "30316364 81 86 0009 013511221122 01 30 0000019D00D0FB54 "
                                       "0003 D5D5D5";
constexpr std::string_view kTransparentHex = "30316364 81 db 000a 013511221122 01 40 0001 FF";
constexpr std::string_view kTenHex = "30316364 81 e2 0007 00000000013511221122 02 10 "
                                     "0000019D00D0FB40 0028 0028 0002 0041";

StreamPacket first_packet() {
    StreamPacket packet;
    packet.seq = 7;
    packet.sim = test::phone("013511221122");
    packet.channel = 1;
    packet.fragment = Fragment::first;
    packet.time_ms = 0x19D00D0FB40;
    packet.since_i_frame_ms = packet.since_frame_ms = 40;
    packet.body = std::string{"\0\0\0\1\x65", 5};
    return packet;
}

StreamPacket packet_of(StreamData data, Fragment fragment, std::uint16_t seq, std::string body) {
    StreamPacket packet = first_packet();
    packet.payload_type = data == StreamData::audio ? payload::kG711A : payload::kH264;
    packet.data = data;
    packet.fragment = fragment;
    packet.seq = seq;
    packet.body = std::move(body);
    if (data >= StreamData::audio) {
        packet.since_i_frame_ms = packet.since_frame_ms = 0;
    }
    if (data == StreamData::transparent) {
        packet.time_ms = 0;
    }
    return packet;
}

TEST(Stream1078, ReadsAndWritesThePacketsOfTheStandard) {
    const std::string bytes = test::from_hex(kFirstHex) + test::from_hex(kLastHex) +
                              test::from_hex(kSoundHex) + test::from_hex(kTransparentHex);
    StreamParser parser;
    const std::vector<StreamPacket> packets = parser.feed(bytes);
    ASSERT_EQ(packets.size(), 4U);
    EXPECT_EQ(packets[0], first_packet());
    EXPECT_TRUE(packets[1].marker);
    EXPECT_EQ(packets[1].fragment, Fragment::last);
    EXPECT_EQ(packets[2].data, StreamData::audio);
    EXPECT_EQ(packets[2].payload_type, payload::kG711A);
    EXPECT_EQ(packets[2].body, "\xD5\xD5\xD5");
    EXPECT_EQ(packets[3].data, StreamData::transparent);
    EXPECT_EQ(packets[3].body, "\xFF");
    EXPECT_EQ(parser.sim_size(), SimSize::six);
    std::string again;
    for (const StreamPacket& packet : packets) {
        again += encode(packet);
    }
    EXPECT_EQ(again, bytes);
}

TEST(Stream1078, TellsASimOfTenBytesByWhatFollows) {
    const std::string bytes = test::from_hex(kTenHex);
    StreamParser parser;
    EXPECT_TRUE(parser.feed(bytes).empty()) << "not before the next packet begins";
    const std::vector<StreamPacket> packets = parser.feed(bytes);
    ASSERT_EQ(packets.size(), 2U);
    EXPECT_EQ(parser.sim_size(), SimSize::ten);
    EXPECT_EQ(packets[0].sim.number(), "13511221122");
    EXPECT_EQ(packets[0].channel, 2);
    EXPECT_EQ(packets[0].data, StreamData::p_frame);
    EXPECT_EQ(packets[0].body, std::string("\0\x41", 2));
    EXPECT_EQ(encode(packets[0]), bytes);
}

TEST(Stream1078, SoundOfATerminalWithTenBytesIsNotTakenForAPictureWithSix) {
    StreamPacket sound = packet_of(StreamData::audio, Fragment::whole, 7, "sound");
    sound.sim = test::phone("00000000013511221122");
    StreamParser parser;
    const auto packets = parser.feed(encode(sound) + encode(sound));
    ASSERT_EQ(packets.size(), 2U);
    EXPECT_EQ(packets[0], sound);
}

std::vector<StreamPacket> many(std::mt19937& random, std::string_view sim) {
    std::vector<StreamPacket> out;
    std::uniform_int_distribution<int> byte{0, 255};
    for (std::uint16_t seq = 65'500; out.size() < 60; ++seq) {
        const auto data = static_cast<StreamData>(random() % 5);
        const auto fragment = static_cast<Fragment>(random() % 4);
        std::string body(random() % 951, '\0');
        std::generate(body.begin(), body.end(), [&] { return static_cast<char>(byte(random)); });
        out.push_back(packet_of(data, fragment, seq, std::move(body)));
        out.back().sim = test::phone(sim);
    }
    return out;
}

TEST(Stream1078, ReadsOfAnySizeGiveTheSamePackets) {
    for (std::uint32_t seed = 1; seed <= 40; ++seed) {
        std::mt19937 random{seed};
        const auto packets = many(random, seed % 2 == 0 ? "013511221122" : "00000000013511221122");
        std::string bytes;
        for (const StreamPacket& packet : packets) {
            bytes += encode(packet);
        }
        StreamParser parser;
        std::vector<StreamPacket> read;
        for (std::string_view rest{bytes}; !rest.empty();) {
            const std::size_t size = std::min<std::size_t>(rest.size(), 1 + random() % 1500);
            for (StreamPacket& packet : parser.feed(rest.substr(0, size))) {
                read.push_back(std::move(packet));
            }
            rest.remove_prefix(size);
        }
        ASSERT_EQ(read, packets) << "seed " << seed;
        EXPECT_EQ(parser.counters().noise_bytes, 0U);
    }
}

TEST(Stream1078, AfterDamageTheNextPacketsAreRead) {
    for (std::uint32_t seed = 1; seed <= 40; ++seed) {
        std::mt19937 random{seed};
        const auto packets = many(random, "013511221122");
        std::string bytes;
        for (std::size_t i = 0; i < packets.size(); ++i) {
            const std::string one = encode(packets[i]);
            // of one in ten the head is missing, before others stands rubbish
            bytes += i % 10 == 5 ? one.substr(9) : i % 10 == 8 ? "\x30\x31\x63 rubbish" + one : one;
        }
        StreamParser parser;
        std::size_t found = 0;
        for (const StreamPacket& packet : parser.feed(bytes)) {
            found += std::find(packets.begin(), packets.end(), packet) != packets.end() ? 1U : 0U;
        }
        EXPECT_EQ(found, 54U) << "seed " << seed;
        EXPECT_GT(parser.counters().noise_bytes, 0U);
    }
}

TEST(Stream1078, ABodyLongerThanAnyTerminalsIsNoPacket) {
    std::string bytes = test::from_hex(kFirstHex);
    bytes[28] = '\x08';
    bytes[29] = '\x01';
    StreamParser parser;
    EXPECT_TRUE(parser.feed(bytes + std::string(4096, 'x')).empty());
    EXPECT_EQ(parser.counters().packets, 0U);
    EXPECT_EQ(parser.feed(test::from_hex(kFirstHex) + test::from_hex(kLastHex)).size(), 2U);
}

// ------------------------------------------------------------------------------------------ frames

class Frames1078 : public testing::Test {
  protected:
    std::optional<MediaFrame> add(StreamData data, Fragment fragment, std::string body) {
        return assembler_.add(packet_of(data, fragment, seq_++, std::move(body)));
    }
    std::optional<MediaFrame> whole(StreamData data, std::string body) {
        return add(data, Fragment::whole, std::move(body));
    }
    FrameAssembler assembler_;
    std::uint16_t seq_{65'534};
};

TEST_F(Frames1078, FragmentsBecomeOneFrame) {
    EXPECT_FALSE(add(StreamData::i_frame, Fragment::first, "ab"));
    EXPECT_FALSE(add(StreamData::i_frame, Fragment::middle, "cd"));
    const auto frame = add(StreamData::i_frame, Fragment::last, "ef");
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->bytes, "abcdef");
    EXPECT_EQ(frame->time_ms, 0x19D00D0FB40U);
    EXPECT_EQ(whole(StreamData::p_frame, "gh")->bytes, "gh");
    EXPECT_EQ(assembler_.counters().packets_lost, 0U);
}

TEST_F(Frames1078, NothingIsGivenBeforeTheFirstIFrame) {
    EXPECT_FALSE(whole(StreamData::p_frame, "a"));
    EXPECT_TRUE(whole(StreamData::i_frame, "b"));
    EXPECT_TRUE(whole(StreamData::p_frame, "c"));
    EXPECT_EQ(assembler_.counters().frames_dropped, 1U);
}

TEST_F(Frames1078, AMissingNumberCostsAllUpToTheNextIFrame) {
    EXPECT_TRUE(whole(StreamData::i_frame, "a"));
    EXPECT_FALSE(add(StreamData::p_frame, Fragment::first, "b"));
    seq_ += 2;
    EXPECT_FALSE(add(StreamData::p_frame, Fragment::last, "c"));
    EXPECT_FALSE(whole(StreamData::p_frame, "d")) << "it refers to what is lost";
    const auto next = whole(StreamData::i_frame, "e");
    ASSERT_TRUE(next);
    EXPECT_EQ(next->lost, 2U);
    EXPECT_EQ(assembler_.counters().packets_lost, 2U);
    EXPECT_EQ(whole(StreamData::p_frame, "f")->lost, 0U) << "told once";
}

TEST_F(Frames1078, AFrameThatNeverEndsIsDropped) {
    EXPECT_FALSE(add(StreamData::i_frame, Fragment::first, "a"));
    EXPECT_FALSE(add(StreamData::p_frame, Fragment::whole, "b"));
    EXPECT_TRUE(whole(StreamData::i_frame, "c"));
    EXPECT_FALSE(add(StreamData::i_frame, Fragment::first, std::string(2000, 'x')));
    std::optional<MediaFrame> grown;
    for (std::size_t size = 2000; size <= kMediaFrameMax && !grown; size += 2000) {
        grown = add(StreamData::i_frame, Fragment::middle, std::string(2000, 'x'));
    }
    EXPECT_FALSE(grown);
    EXPECT_FALSE(add(StreamData::i_frame, Fragment::last, "y")) << "beyond what a frame may have";
}

TEST_F(Frames1078, SoundGoesOnWhilePicturesWait) {
    EXPECT_EQ(whole(StreamData::audio, "s")->bytes, "s");
    seq_ += 1;
    EXPECT_EQ(whole(StreamData::audio, "t")->lost, 1U);
    EXPECT_FALSE(whole(StreamData::p_frame, "p"));
}

TEST_F(Frames1078, SoundNumberedByItselfIsNoLoss) {
    std::uint16_t sound = 100;
    EXPECT_TRUE(whole(StreamData::i_frame, "a"));
    for (int i = 0; i < 5; ++i) {
        EXPECT_TRUE(assembler_.add(packet_of(StreamData::audio, Fragment::whole, sound++, "s")));
        EXPECT_TRUE(whole(StreamData::p_frame, "b")) << i;
    }
}

} // namespace
} // namespace ems::gateway
