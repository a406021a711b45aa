// The moment a picture was taken travels in its last packet, and nothing that came from elsewhere is taken for one.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "telemetry/video/capture_mark.h"
#include "telemetry/video/retransmit.h"
#include "telemetry/video/rtp.h"

namespace ems::video {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::int64_t kTakenUs = 1'795'700'000'123'456;

Bytes plain(std::size_t payload = 40) {
    Bytes packet(kRtpHeaderSize + payload);
    std::iota(packet.begin() + kRtpHeaderSize, packet.end(), std::uint8_t{1});
    packet[0] = 0x80;
    packet[1] = 0x80 | kPayloadTypeH264;
    set_seq(packet, 7);
    return packet;
}

Bytes marked(const CaptureMark& mark, Bytes packet = plain()) {
    const std::size_t size = packet.size();
    packet.resize(size + kCaptureMarkSize);
    EXPECT_EQ(add_capture_mark(packet, size, mark), packet.size());
    return packet;
}

TEST(CaptureMark, ComesBackToTheMicrosecond) {
    for (const std::int64_t us : {std::int64_t{0}, std::int64_t{999'999}, kTakenUs, kTakenUs + 1,
                                  std::int64_t{2'085'978'495'999'999},    // the last of NTP's era 0
                                  std::int64_t{2'085'978'496'000'000}}) { // February 2036
        const CaptureMark mark{us, SentForm::still, CaptureClock::disciplined};
        if (us > 1'000'000) {
            EXPECT_EQ(read_capture_mark(marked(mark)), mark) << us;
        }
    }
    EXPECT_EQ(read_capture_mark(marked({kTakenUs})), CaptureMark{kTakenUs});
}

TEST(CaptureMark, LeavesThePictureAsItWas) {
    const Bytes before = plain();
    const Bytes after = marked({kTakenUs});
    const auto view = parse_rtp(after);
    ASSERT_TRUE(view);
    EXPECT_TRUE(std::equal(view->payload.begin(), view->payload.end(), before.begin() + kRtpHeaderSize,
                           before.end()));
    EXPECT_TRUE(view->marker);
    EXPECT_EQ(view->seq, 7);
}

TEST(CaptureMark, ARetransmissionBearsIt) {
    const Bytes original = marked({kTakenUs, SentForm::still});
    Bytes again(original.size() + kRtxOverhead);
    const auto size = make_retransmission(original, 5, 1, again);
    ASSERT_TRUE(size);
    const auto restored = restore_original(std::span{again}.first(*size), 0, kPayloadTypeH264);
    ASSERT_TRUE(restored);
    EXPECT_EQ(read_capture_mark(*restored), (CaptureMark{kTakenUs, SentForm::still}));
    EXPECT_EQ(Bytes(restored->begin(), restored->end()), original);
}

TEST(CaptureMark, APacketThatHasAnExtensionOrNoRoomStaysAsItIs) {
    Bytes twice = marked({kTakenUs});
    const std::size_t size = twice.size();
    twice.resize(size + kCaptureMarkSize);
    const Bytes before = twice;
    EXPECT_FALSE(add_capture_mark(twice, size, {kTakenUs + 5}));
    EXPECT_EQ(twice, before);
    Bytes full = plain(kPacketSizeMax - kRtpHeaderSize);
    full.resize(kPacketSizeMax + kCaptureMarkSize);
    EXPECT_FALSE(add_capture_mark(full, kPacketSizeMax, {kTakenUs}));
}

TEST(CaptureMark, WhatIsNoneIsNotTakenForOne) {
    EXPECT_FALSE(read_capture_mark(plain()));
    Bytes other = marked({kTakenUs});
    other[kRtpHeaderSize] = 0x10; // two-byte headers
    EXPECT_FALSE(read_capture_mark(other));
    Bytes of_another_sort = marked({kTakenUs});
    of_another_sort[kRtpHeaderSize + 4] = 0x37; // element 3
    EXPECT_FALSE(read_capture_mark(of_another_sort));
    Bytes too_short = marked({kTakenUs});
    too_short[kRtpHeaderSize + 4] = 0x1F; // longer than what is there
    EXPECT_FALSE(read_capture_mark(too_short));
    std::mt19937 random{3};
    std::uniform_int_distribution<int> byte{0, 255};
    for (int n = 0; n < 20'000; ++n) { // reads nothing beyond any packet
        Bytes noise(static_cast<std::size_t>(byte(random)));
        std::generate(noise.begin(), noise.end(), [&] { return static_cast<std::uint8_t>(byte(random)); });
        if (!noise.empty()) {
            noise[0] = static_cast<std::uint8_t>(0x90 | (noise[0] & 0x0F));
        }
        static_cast<void>(read_capture_mark(noise));
    }
}

TEST(CaptureMark, ClocksThatCannotBeOfOneMomentTellNoTimeOnTheWay) {
    using std::chrono::microseconds;
    const CaptureMark mark{kTakenUs};
    EXPECT_EQ(time_on_the_way(mark, kTakenUs + 200'000), microseconds{200'000});
    EXPECT_EQ(time_on_the_way(mark, kTakenUs - 900'000), microseconds{-900'000});
    EXPECT_FALSE(time_on_the_way(mark, kTakenUs - 1'100'000));
    EXPECT_EQ(time_on_the_way(mark, kTakenUs + 59'000'000), microseconds{59'000'000});
    EXPECT_FALSE(time_on_the_way(mark, kTakenUs + 61'000'000));
}

TEST(CaptureTrust, AClockIsJudgedByTheQuickestPictureOfTheLastMinute) {
    CaptureTrust trust;
    EXPECT_FALSE(trust.believed());
    std::int64_t now = kTakenUs;
    const auto saw = [&](std::int64_t ago_us) {
        trust.saw({now - ago_us}, now);
        now += 1'000'000;
        return trust.believed();
    };
    EXPECT_TRUE(saw(200'000));
    for (int n = 0; n < 25; ++n) {
        EXPECT_TRUE(saw(9'000'000)) << "a clogged link";
    }
    for (int n = 0; n < 70; ++n) {
        saw(9'000'000);
    }
    EXPECT_FALSE(trust.believed()) << "a clock that is slow";
    EXPECT_TRUE(saw(100'000)) << "set right";
    CaptureTrust ahead;
    ahead.saw({kTakenUs + 2'100'000}, kTakenUs);
    EXPECT_FALSE(ahead.believed());
}

} // namespace
} // namespace ems::video
