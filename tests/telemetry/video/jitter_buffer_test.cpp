#include "telemetry/video/jitter_buffer.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

namespace ems::video {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Pictures of three packets, 25 a second; a key frame where asked for.
class JitterBufferTest : public testing::Test {
  protected:
    static constexpr int kPackets = 3;
    void put(int picture, int packet, int at_ms, bool key = false) {
        std::vector<std::uint8_t> bytes(20, 0);
        bytes[0] = 0x80;
        bytes[1] = packet + 1 == kPackets ? 0xE0 : 0x60;
        bytes[12] = key && packet == 0 ? 0x67 : 0x41;
        write_u16(bytes, 2, static_cast<std::uint16_t>(65'530 + picture * kPackets + packet));
        write_u32(bytes, 4, static_cast<std::uint32_t>(picture) * 3600U);
        bytes[16] = static_cast<std::uint8_t>(picture);
        buffer_.put(*parse_rtp(bytes), bytes, begin_ + milliseconds{at_ms});
    }
    void put_all(int picture, int at_ms, bool key = false) {
        for (int i = 0; i < kPackets; ++i) {
            put(picture, i, at_ms, key);
        }
    }
    // Number of the picture that comes out, -1 when none does.
    int take(int at_ms) {
        const auto packets = buffer_.take(begin_ + milliseconds{at_ms});
        return packets.empty() ? -1 : packets.front().bytes[16];
    }
    const Ticks begin_{seconds{100}};
    JitterBuffer buffer_{milliseconds{150}};
};

TEST_F(JitterBufferTest, TheFirstPictureComesAtOnceTheOthersAfterTheDelay) {
    put_all(0, 0, true);
    EXPECT_EQ(take(0), 0);
    put_all(1, 40);
    EXPECT_EQ(take(189), -1);
    EXPECT_EQ(buffer_.next_due(), begin_ + milliseconds{190});
    EXPECT_EQ(take(190), 1);
}

TEST_F(JitterBufferTest, TheKeyFrameAfterAnOutageComesAtOnceHoweverLittleIsMissing) {
    put_all(0, 0, true);
    EXPECT_EQ(take(0), 0);
    put_all(25, 1000, true); // the others were lost; their time is past
    EXPECT_EQ(take(1000), 25);
    put_all(26, 1040);
    EXPECT_EQ(take(1040), -1);
    EXPECT_EQ(take(1190), 26);
}

TEST_F(JitterBufferTest, AHoleThatMayStillFillIsWaitedFor) {
    put_all(0, 0, true);
    EXPECT_EQ(take(0), 0);
    put_all(15, 600, true);
    EXPECT_EQ(take(600), -1);
}

TEST_F(JitterBufferTest, NothingComesBeforeAKeyFrame) {
    put_all(0, 0);
    EXPECT_TRUE(buffer_.wants_key_frame());
    EXPECT_EQ(take(500), -1);
    put_all(13, 520, true);
    EXPECT_FALSE(buffer_.wants_key_frame());
    EXPECT_EQ(take(520), 13);
}

TEST_F(JitterBufferTest, APacketSentAgainInTimeCostsNothing) {
    put_all(0, 0, true);
    take(0);
    put(1, 0, 40);
    put(1, 2, 40);
    put_all(2, 80);
    EXPECT_EQ(take(180), -1);
    put(1, 1, 185);
    EXPECT_EQ(take(190), 1);
    EXPECT_EQ(take(230), 2);
    EXPECT_EQ(buffer_.counters().gaps, 0U);
}

TEST_F(JitterBufferTest, AfterAGapNothingComesBeforeTheNextKeyFrame) {
    put_all(0, 0, true);
    take(0);
    put(1, 0, 40);
    put(1, 2, 40);
    put_all(2, 80);
    put_all(3, 120, true);
    EXPECT_EQ(take(189), -1);
    EXPECT_EQ(take(190), 3); // is here already, so at once
    EXPECT_EQ(buffer_.counters().gaps, 1U);
    put(1, 1, 200);
    EXPECT_EQ(buffer_.counters().late, 1U);
}

TEST_F(JitterBufferTest, AGapWithoutAKeyFrameAsksForOne) {
    put_all(0, 0, true);
    take(0);
    put(1, 1, 40);
    put(1, 2, 40);
    EXPECT_FALSE(buffer_.wants_key_frame());
    EXPECT_EQ(take(190), -1);
    EXPECT_TRUE(buffer_.wants_key_frame());
}

TEST_F(JitterBufferTest, AKeyFrameWithoutItsParametersIsWaitedForUntilItIsTime) {
    // Its first packet, with the parameters, is missing; the second starts a slice.
    std::vector<std::uint8_t> bytes(20, 0);
    bytes[0] = 0x80;
    bytes[1] = 0x60;
    bytes[12] = 0x65;
    write_u16(bytes, 2, 11);
    buffer_.put(*parse_rtp(bytes), bytes, begin_);
    bytes[1] = 0xE0;
    bytes[12] = 0x41;
    write_u16(bytes, 2, 12);
    buffer_.put(*parse_rtp(bytes), bytes, begin_);
    EXPECT_EQ(buffer_.take(begin_ + milliseconds{149}).size(), 0U);
    bytes[1] = 0x60;
    bytes[12] = 0x67;
    write_u16(bytes, 2, 10);
    buffer_.put(*parse_rtp(bytes), bytes, begin_ + milliseconds{60});
    EXPECT_EQ(buffer_.take(begin_ + milliseconds{60}).size(), 3U);
}

TEST_F(JitterBufferTest, GivesOutThePicturesAPlainSortGives) {
    std::mt19937 random{7};
    std::multimap<int, std::pair<int, int>> arrivals; // by time: picture and packet
    for (int picture = 0; picture < 80; ++picture) {
        for (int packet = 0; packet < kPackets; ++packet) {
            const int late = std::uniform_int_distribution<int>{0, 140}(random);
            arrivals.emplace(picture * 40 + (picture == 0 ? 0 : late), std::pair{picture, packet});
        }
    }
    std::vector<int> out;
    for (int ms = 0; ms < 80 * 40 + 400; ++ms) {
        for (auto [it, last] = arrivals.equal_range(ms); it != last; ++it) {
            put(it->second.first, it->second.second, ms, it->second.first == 0);
        }
        for (int picture = take(ms); picture >= 0; picture = take(ms)) {
            out.push_back(picture);
        }
    }
    std::vector<int> expected(80);
    for (int i = 0; i < 80; ++i) {
        expected[static_cast<std::size_t>(i)] = i;
    }
    EXPECT_EQ(out, expected);
    EXPECT_EQ(buffer_.counters().late, 0U);
}

TEST_F(JitterBufferTest, WhatComesAfterAnOutageStartsAnew) {
    put_all(0, 0, true);
    take(0);
    put_all(300, 12'000, true); // 900 numbers on
    EXPECT_EQ(take(12'000), 300 & 0xFF);
}

TEST_F(JitterBufferTest, HoldsABoundedNumberOfPackets) {
    put_all(0, 0, true);
    for (int picture = 1; picture < 3'000; ++picture) { // never taken
        put_all(picture, picture * 40);
        ASSERT_LE(buffer_.packets(), JitterBuffer::kPacketsMax);
    }
}

TEST(JitterDelay, IsFiveRoundTripsWithinItsLimitsAndMoreUnderHeavyLoss) {
    const Ticks now{seconds{100}};
    EXPECT_EQ((JitterDelay{{}}.update(milliseconds{1}, 0, now)), milliseconds{150});
    EXPECT_EQ((JitterDelay{{}}.update(milliseconds{60}, 0, now)), milliseconds{300});
    EXPECT_EQ((JitterDelay{{}}.update(milliseconds{60}, 0.2, now)), milliseconds{400});
    EXPECT_EQ((JitterDelay{{}}.update(milliseconds{400}, 0, now)), milliseconds{500});
}

TEST(JitterDelay, RisesAtOnceAndFallsSlowly) {
    JitterDelay delay{{}};
    Ticks now{seconds{100}};
    delay.update(milliseconds{90}, 0, now);
    EXPECT_EQ(delay.value(), milliseconds{450});
    now += seconds{1};
    EXPECT_EQ(delay.update(milliseconds{20}, 0, now), milliseconds{440});
    now += seconds{60};
    EXPECT_EQ(delay.update(milliseconds{20}, 0, now), milliseconds{150});
}

} // namespace
} // namespace ems::video
