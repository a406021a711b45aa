#include "telemetry/video/retransmit.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "telemetry/video/nack.h"
#include "telemetry/video/packet_ring.h"

namespace ems::video {
namespace {

using std::chrono::milliseconds;
using Bytes = std::vector<std::uint8_t>;

const Ticks kBegin{std::chrono::seconds{100}};

Bytes packet(std::uint16_t seq, std::size_t size = 20) {
    Bytes out(size, 0x41);
    out[0] = 0x80;
    out[1] = 0x60;
    write_u16(out, 2, seq);
    return out;
}

TEST(Retransmission, LaysOutTheBytesOfRfc4588) {
    const Bytes original{0x80, 0xE0, 0x12, 0x34, 0, 0, 0, 9, 0xAA, 0xBB, 0xCC, 0x00, 0x65, 0x01};
    Bytes out(64);
    const auto size = make_retransmission(original, 0xAABBCC02, 0x0007, out);
    ASSERT_TRUE(size);
    out.resize(*size);
    EXPECT_EQ(out, (Bytes{0x80, 0xE1, 0x00, 0x07, 0, 0, 0, 9, 0xAA, 0xBB, 0xCC, 0x02, 0x12, 0x34,
                          0x65, 0x01}));
    const auto back = restore_original(out, 0xAABBCC00, 96);
    ASSERT_TRUE(back);
    EXPECT_EQ(Bytes(back->begin(), back->end()), original);
}

TEST(RetransmitBudget, IsSpentAtOnceAndEarnedByTheSecond) {
    RetransmitBudget budget;
    const auto taken = [&](Ticks now) {
        unsigned count = 0;
        while (budget.take(now)) {
            ++count;
        }
        return count;
    };
    EXPECT_EQ(taken(kBegin), RetransmitBudget::kBurst);
    EXPECT_EQ(taken(kBegin + milliseconds{100}), RetransmitBudget::kPerSecond / 10);
    EXPECT_EQ(taken(kBegin + std::chrono::hours{1}), RetransmitBudget::kBurst);
}

TEST(Retransmission, KeepsContributorsExtensionAndPadding) {
    const Bytes original{0xB1, 0x60, 0,    5,    0, 0, 0, 9, 1, 2, 3,    0, 7, 7,
                         7,    7,    0xBE, 0xDE, 0, 1, 1, 2, 3, 4, 0x41, 9, 0, 2};
    Bytes out(64);
    const auto size = make_retransmission(original, 2, 1, out);
    ASSERT_TRUE(size);
    const auto back = restore_original(std::span{out}.first(*size), 0x01020300, 96);
    ASSERT_TRUE(back);
    EXPECT_EQ(Bytes(back->begin(), back->end()), original);
}

TEST(Retransmission, APacketWithoutRoomForTheNumberIsNotSentAgain) {
    Bytes out(kPacketSizeMax + 8);
    EXPECT_FALSE(make_retransmission(packet(1, kPacketSizeMax - 1), 2, 1, out));
    EXPECT_TRUE(make_retransmission(packet(1, kPacketSizeMax - 2), 2, 1, out));
}

TEST(Retransmission, WhatIsNoRetransmissionIsRefused) {
    Bytes other = packet(1);
    EXPECT_FALSE(restore_original(other, 1, 96)); // payload type 96
    Bytes empty = packet(1, 13);
    empty[1] = kPayloadTypeRtx;
    EXPECT_FALSE(restore_original(empty, 1, 96)); // no room for a number
    std::mt19937 random{20260318};
    std::uniform_int_distribution<int> byte{0, 255};
    for (int round = 0; round < 50'000; ++round) {
        Bytes bytes(static_cast<std::size_t>(round % 40));
        for (std::uint8_t& value : bytes) {
            value = static_cast<std::uint8_t>(byte(random));
        }
        if (bytes.size() > 1) {
            bytes[0] = static_cast<std::uint8_t>(0x80 | (bytes[0] & 0x3F));
            bytes[1] = kPayloadTypeRtx;
        }
        bytes.shrink_to_fit();
        if (const auto back = restore_original(bytes, 1, 96)) {
            ASSERT_EQ(back->size() + kRtxOverhead, bytes.size());
            ASSERT_TRUE(parse_rtp(*back));
        }
    }
}

TEST(RequestLog, AnswersOnceTwiceThriceAndNotForEver) {
    RequestLog log;
    Ticks now = kBegin;
    EXPECT_EQ(log.copies_for(7, now), 1U);
    EXPECT_EQ(log.copies_for(7, now + milliseconds{5}), 0U); // the same request again
    std::vector<unsigned> copies;
    for (int i = 0; i < 14; ++i) {
        now += milliseconds{20};
        copies.push_back(log.copies_for(7, now));
    }
    EXPECT_EQ(copies[0], 2U);
    EXPECT_EQ(copies[1], 3U);
    EXPECT_EQ(copies[2], 3U);
    EXPECT_EQ(copies.back(), 0U);
    EXPECT_EQ(log.copies_for(8, now), 1U);
}

TEST(PacketRing, HoldsWhatAPlainMapOfTwoSecondsHolds) {
    std::mt19937 random{4711};
    PacketRing ring;
    std::map<std::uint16_t, std::pair<Bytes, Ticks>> oracle;
    Ticks now = kBegin;
    auto newest = static_cast<std::uint16_t>(64'000);
    for (int round = 0; round < 30'000; ++round) {
        now += std::chrono::microseconds{std::uniform_int_distribution<int>{0, 3'000}(random)};
        // Mostly the next number, now and then a straggler or a repeated one.
        const int back = std::uniform_int_distribution<int>{0, 9}(random) == 0
                             ? std::uniform_int_distribution<int>{0, 300}(random)
                             : -1;
        const auto seq = static_cast<std::uint16_t>(newest - back);
        newest = back < 0 ? seq : newest;
        const Bytes bytes =
            packet(seq, std::uniform_int_distribution<std::size_t>{12, 1'500}(random));
        const auto known = oracle.find(seq);
        if (known == oracle.end() || now - known->second.second > PacketRing::kAgeMax) {
            oracle[seq] = {bytes, now};
        }
        ring.put(bytes, now);
        for (int i = 0; i < 3; ++i) {
            const auto asked = static_cast<std::uint16_t>(
                newest - std::uniform_int_distribution<int>{0, 3'000}(random));
            const auto found = oracle.find(asked);
            const bool held =
                found != oracle.end() && now - found->second.second <= PacketRing::kAgeMax;
            const auto kept = ring.find(asked, now);
            ASSERT_EQ(!kept.empty(), held) << round;
            if (held) {
                ASSERT_EQ(Bytes(kept.begin(), kept.end()), found->second.first);
            }
        }
    }
}

TEST(PacketRing, APacketOlderThanTwoSecondsIsGoneThoughNothingFollowed) {
    PacketRing ring;
    ring.put(packet(5), kBegin);
    EXPECT_TRUE(ring.holds(5, kBegin + milliseconds{2'000}));
    EXPECT_FALSE(ring.holds(5, kBegin + milliseconds{2'001}));
}

TEST(PacketRing, GivesMemoryBackWhenTheBitRateFalls) {
    PacketRing ring;
    Ticks now = kBegin;
    std::uint16_t seq = 0;
    for (int i = 0; i < 20'000; ++i) { // 5000 packets a second: the count limits
        now += std::chrono::microseconds{200};
        ring.put(packet(seq++, 1'200), now);
    }
    EXPECT_LE(ring.memory_bytes(), (2 * PacketRing::kPacketsMax) * kPacketSizeMax);
    EXPECT_LE(ring.packets(), PacketRing::kPacketsMax);
    for (int i = 0; i < 300; ++i) { // 50 a second
        now += milliseconds{20};
        ring.put(packet(seq++, 1'200), now);
    }
    EXPECT_LE(ring.memory_bytes(), 300U * kPacketSizeMax);
}

class NackTest : public testing::Test {
  protected:
    std::vector<std::uint16_t> due(int ms) {
        const auto numbers = nack_.due(kBegin + milliseconds{ms});
        return {numbers.begin(), numbers.end()};
    }
    void received(std::uint16_t seq, int ms) { nack_.received(seq, kBegin + milliseconds{ms}); }
    using Numbers = std::vector<std::uint16_t>;
    NackGenerator nack_{milliseconds{300}};
};

TEST_F(NackTest, AsksAfterTheReorderWindowTwiceAndAgainAfterARoundTrip) {
    nack_.set_round_trip(milliseconds{60});
    received(65'534, 0);
    received(2, 0);
    EXPECT_EQ(due(9), Numbers{});
    EXPECT_EQ(due(10), (Numbers{65'535, 0, 1}));
    EXPECT_EQ(due(12), Numbers{});
    received(0, 13);
    EXPECT_EQ(due(15), (Numbers{65'535, 1}));
    EXPECT_EQ(due(81), Numbers{});
    EXPECT_EQ(due(82), (Numbers{65'535, 1})); // 10 + 1.2 x 60
}

TEST_F(NackTest, AReorderedPacketIsNotAskedFor) {
    received(1, 0);
    received(3, 0);
    received(2, 9);
    EXPECT_EQ(due(50), Numbers{});
    EXPECT_FALSE(nack_.next_due());
}

TEST_F(NackTest, GivesUpWhenNoAnswerCanComeInTime) {
    nack_.set_round_trip(milliseconds{60});
    received(1, 0);
    received(3, 0);
    int requests = 0;
    int given_up_at = 0;
    for (int ms = 0; ms < 400 && given_up_at == 0; ++ms) {
        requests += static_cast<int>(due(ms).size());
        given_up_at = nack_.take_given_up() > 0 ? ms : 0;
    }
    EXPECT_EQ(requests, 8); // at 10, 82, 154, 226, each twice; an answer to 298 would be late
    EXPECT_EQ(given_up_at, 298);
    EXPECT_EQ(nack_.missing(), 0U);
}

TEST_F(NackTest, AnOutageIsGivenUpAtOnce) {
    received(1, 0);
    received(1'000, 0);
    EXPECT_EQ(nack_.take_given_up(), 998U);
    EXPECT_EQ(due(50), Numbers{});
    received(1'002, 60);
    EXPECT_EQ(due(70), Numbers{1'001});
}

TEST_F(NackTest, AWayLongerThanTheDeadlineIsAskedOnceAllTheSame) {
    nack_.set_round_trip(milliseconds{800});
    received(1, 0);
    received(3, 0);
    EXPECT_EQ(due(10), Numbers{2});
}

TEST_F(NackTest, MissesExactlyWhatAPlainSetMisses) {
    std::mt19937 random{99};
    std::vector<std::uint16_t> arrivals;
    std::map<int, std::uint16_t> order;
    for (int i = 0; i < 20'000; ++i) {
        const bool lost = std::uniform_int_distribution<int>{0, 9}(random) == 0;
        const int late = std::uniform_int_distribution<int>{0, 5}(random);
        if (!lost) {
            order.emplace((i + late) * 16 + i % 16, static_cast<std::uint16_t>(60'000 + i));
        }
    }
    NackGenerator nack{std::chrono::hours{1}};
    std::map<int, bool> missing; // by number without wrap
    int highest = -1;
    for (const auto& [at, seq] : order) {
        const int number = static_cast<std::uint16_t>(seq - 60'000) & 0xFFFF;
        nack.received(seq, kBegin);
        if (highest < 0) {
            highest = number;
        }
        for (int i = highest + 1; i < number; ++i) {
            missing[i] = true;
        }
        highest = std::max(highest, number);
        missing.erase(number);
        if (missing.size() > 400) { // below the limit: an hour is no deadline for so many
            nack.start_over();
            nack.received(seq, kBegin);
            missing.clear();
            highest = number;
        }
        ASSERT_EQ(nack.missing(), missing.size()) << number;
    }
}

} // namespace
} // namespace ems::video
