#include "telemetry/video/relay.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace ems::video {
namespace {

using std::chrono::milliseconds;

const std::vector<std::uint8_t> kKeyPayload{0x65, 0};
const std::vector<std::uint8_t> kOtherPayload{0x41, 0};

RtpView packet(std::uint16_t seq, const std::vector<std::uint8_t>& payload,
               std::uint32_t timestamp = 0) {
    RtpView view;
    view.seq = seq;
    view.timestamp = timestamp;
    view.payload = payload;
    return view;
}

TEST(Relay, ViewerStartsAtAKeyFrame) {
    Relay relay{4};
    ASSERT_TRUE(relay.add(0x100));
    EXPECT_TRUE(relay.forward(packet(10, kOtherPayload), 1, {}).empty());
    ASSERT_EQ(relay.forward(packet(11, kKeyPayload), 1, {}).size(), 1U);
    EXPECT_EQ(relay.forward(packet(12, kOtherPayload), 1, {}).front().ssrc, 0x100U);
}

// Its key frame would be gone before anybody knows where to send it, and the next may be asked for
// only kKeyFrameInterval later.
TEST(Relay, AsksForAKeyFrameWhenAViewerIsHeardNotBefore) {
    Relay relay{4};
    const Relay::Slot slot = *relay.add(0x100);
    relay.pause(slot);
    EXPECT_FALSE(relay.take_key_frame_request({}));
    relay.resume(slot);
    EXPECT_TRUE(relay.take_key_frame_request({}));
}

TEST(Relay, NumbersStayContiguousAcrossTheWrapAndAPause) {
    Relay relay{4};
    const Relay::Slot slot = *relay.add(0x100);
    std::vector<std::uint16_t> out;
    auto seq = static_cast<std::uint16_t>(65'500);
    for (int i = 0; i < 70'000; ++i, ++seq) {
        if (i == 1000) {
            relay.dropped(slot);
        }
        const bool key = i % 30 == 0;
        for (const auto& copy :
             relay.forward(packet(seq, key ? kKeyPayload : kOtherPayload), 1, {})) {
            out.push_back(copy.seq);
        }
    }
    ASSERT_GT(out.size(), 69'900U);
    ASSERT_LT(out.size(), 70'000U); // the pause lasted to the next key frame
    for (std::size_t i = 1; i < out.size(); ++i) {
        ASSERT_EQ(out[i], static_cast<std::uint16_t>(out[i - 1] + 1)) << i;
    }
}

TEST(Relay, UplinkLossStaysVisibleAndStragglersKeepTheirPlace) {
    Relay relay{1};
    ASSERT_TRUE(relay.add(1));
    const std::uint16_t first = relay.forward(packet(100, kKeyPayload), 1, {}).front().seq;
    const auto after_gap = relay.forward(packet(103, kOtherPayload), 1, {}).front().seq;
    EXPECT_EQ(static_cast<std::uint16_t>(after_gap - first), 3);
    const auto straggler = relay.forward(packet(101, kOtherPayload), 1, {}).front().seq;
    EXPECT_EQ(static_cast<std::uint16_t>(straggler - first), 1);
    EXPECT_TRUE(relay.forward(packet(99, kOtherPayload, 77), 1, {}).empty()); // of the picture before the start
}

// He began at a slice of the key frame, as the parameter sets before it were lost on the way from the vehicle.
TEST(Relay, WhatIsSentAgainOfTheVeryFirstPictureReachesItsViewer) {
    Relay relay{1};
    const Relay::Slot slot = *relay.add(1);
    const std::uint16_t first = relay.forward(packet(100, kKeyPayload, 9000), 1, {}).front().seq;
    const auto again = relay.forward(packet(99, kKeyPayload, 9000), 1, {});
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again.front().seq, static_cast<std::uint16_t>(first - 1)) << "a number that nobody was given";
    const auto source = relay.source_of(slot, static_cast<std::uint16_t>(first - 1));
    ASSERT_TRUE(source) << "and he may ask for it";
    EXPECT_EQ(source->seq, 99);
}

TEST(Relay, WhatIsSentAgainOfALaterFirstPictureTakesNoNumberThatWasGivenAway) {
    Relay relay{1};
    const Relay::Slot slot = *relay.add(1);
    relay.forward(packet(50, kKeyPayload, 0), 1, {});
    relay.dropped(slot);
    ASSERT_EQ(relay.forward(packet(100, kKeyPayload, 9000), 1, {}).size(), 1U);
    EXPECT_TRUE(relay.forward(packet(99, kKeyPayload, 9000), 1, {}).empty());
}

TEST(Relay, NoNumberIsGivenTwiceOverManyPausesAndSessions) {
    Relay relay{1};
    const Relay::Slot slot = *relay.add(1);
    std::set<std::uint16_t> seen;
    std::uint16_t seq = 65'000;
    for (int i = 0; i < 3000; ++i) {
        if (i % 97 == 0) {
            relay.dropped(slot);
        }
        if (i % 500 == 499) {
            seq = static_cast<std::uint16_t>(i * 17);
        }
        const auto session = static_cast<std::uint32_t>(i / 500);
        const auto copies =
            relay.forward(packet(seq++, i % 10 == 0 ? kKeyPayload : kOtherPayload), session, {});
        if (!copies.empty()) {
            EXPECT_TRUE(seen.insert(copies.front().seq).second) << i;
        }
    }
    EXPECT_GT(seen.size(), 2500U);
}

TEST(Relay, TimeGoesOnWhenTheCameraStartsOver) {
    Relay relay{1};
    ASSERT_TRUE(relay.add(1));
    Ticks now{};
    const auto before = relay.forward(packet(5, kKeyPayload, 900'000), 1, now).front().timestamp;
    now += milliseconds{100};
    const auto after = relay.forward(packet(9000, kKeyPayload, 77), 2, now).front().timestamp;
    EXPECT_EQ(after - before, 9000U);
}

TEST(Relay, APausedViewerGetsNothingAndKeepsHisNumbers) {
    Relay relay{1};
    const Relay::Slot slot = *relay.add(1);
    const std::uint16_t last = relay.forward(packet(10, kKeyPayload), 1, {}).front().seq;
    relay.pause(slot);
    EXPECT_TRUE(relay.forward(packet(11, kKeyPayload), 1, {}).empty());
    relay.resume(slot);
    EXPECT_TRUE(relay.forward(packet(400, kOtherPayload), 1, {}).empty());
    const std::uint16_t next = relay.forward(packet(401, kKeyPayload), 1, {}).front().seq;
    EXPECT_EQ(next, static_cast<std::uint16_t>(last + 1));
}

TEST(Relay, RefusesMoreViewersThanItMayHave) {
    Relay relay{2};
    const auto first = relay.add(1);
    ASSERT_TRUE(first && relay.add(2));
    const auto third = relay.add(3);
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().code, Code::full);
    relay.remove(*first);
    EXPECT_TRUE(relay.add(3));
    EXPECT_EQ(relay.viewers(), 2U);
}

TEST(Relay, AsksForAtMostOneKeyFrameInHalfASecond) {
    Relay relay{64};
    Ticks now{};
    now += milliseconds{1000};
    int asked = 0;
    for (int ms = 0; ms < 2000; ms += 10, now += milliseconds{10}) {
        if (ms < 500) {
            ASSERT_TRUE(relay.add(static_cast<std::uint32_t>(ms + 1)));
        }
        asked += relay.take_key_frame_request(now) ? 1 : 0;
    }
    EXPECT_EQ(asked, 4); // viewers still wait, so it repeats at the same pace
    relay.forward(packet(1, kKeyPayload), 1, now);
    now += milliseconds{1000};
    EXPECT_FALSE(relay.take_key_frame_request(now));
    relay.want_key_frame();
    EXPECT_TRUE(relay.take_key_frame_request(now));
}

// A camera whose viewer's line takes no two pictures: key frames come when they are asked for.
struct NarrowLine {
    Relay relay{2};
    Relay::Slot slot{*relay.add(1)};
    std::uint16_t seq{0};
    Ticks now{std::chrono::seconds{100}};

    // How often a key frame is asked for within `time`.
    int asked(milliseconds time) {
        int count = 0;
        for (const Ticks end = now + time; now < end; now += milliseconds{10}) {
            const bool key = relay.take_key_frame_request(now);
            count += key ? 1 : 0;
            if (!relay.forward(packet(++seq, key ? kKeyPayload : kOtherPayload), 1, now).empty() && !key) {
                relay.dropped(slot);
            }
        }
        return count;
    }
};

TEST(Relay, AViewerOfATooNarrowLineAsksForFewerAndFewerKeyFrames) {
    NarrowLine line;
    EXPECT_EQ(line.asked(milliseconds{16'000}), 6) << "at 0, 0.5, 1.5, 3.5, 7.5 and 15.5 s";
    EXPECT_EQ(line.asked(milliseconds{80'000}), 10) << "each 8 s";
}

TEST(Relay, AViewerWhoBacksOffStartsAtAKeyFrameThatAnotherAskedFor) {
    NarrowLine line;
    line.asked(milliseconds{16'000});
    ASSERT_TRUE(line.relay.forward(packet(++line.seq, kOtherPayload), 1, line.now).empty());
    line.relay.want_key_frame(line.slot, line.now);
    EXPECT_FALSE(line.relay.take_key_frame_request(line.now)) << "nor when he says so himself";
    EXPECT_EQ(line.relay.forward(packet(++line.seq, kKeyPayload), 1, line.now).size(), 1U);
}

TEST(Relay, AViewerWhoWasSentToForAWhileAsksAtOnceAgain) {
    NarrowLine line;
    line.asked(milliseconds{16'000});
    line.relay.forward(packet(++line.seq, kKeyPayload), 1, line.now);
    line.now += kSoonDropped;
    line.relay.forward(packet(++line.seq, kOtherPayload), 1, line.now);
    line.relay.dropped(line.slot);
    EXPECT_TRUE(line.relay.take_key_frame_request(line.now));
}

TEST(ReceptionCounter, CountsLossByNumbersAcrossTheWrap) {
    ReceptionCounter counter;
    counter.received(65'534);
    EXPECT_EQ(counter.received(1), 2U); // 65535 and 0 missing
    EXPECT_EQ(counter.lost(), 2U);
    counter.received(0);
    EXPECT_EQ(counter.lost(), 1U);
    counter.start_over();
    counter.received(500);
    EXPECT_EQ(counter.lost(), 1U);
    EXPECT_EQ(counter.packets(), 4U);
}

} // namespace
} // namespace ems::video
