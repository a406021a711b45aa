#include <gtest/gtest.h>

#include "dispatch/client/event_queue.h"

namespace ems::client {
namespace {

Event delta(std::uint64_t seq) {
    api::Delta out;
    out.set_seq(seq);
    return StateArrived{out};
}
Event snapshot() { return StateArrived{api::Snapshot{}}; }
Event reply(RequestId id) { return ReplyArrived{id, api::ServerFrame{}}; }

TEST(EventQueueTest, LiveGivesWayToStateAndIsCounted) {
    EventQueue queue{4, {}};
    for (int i = 0; i < 10; ++i) {
        queue.push(LiveArrived{});
    }
    EXPECT_EQ(queue.live_dropped(), 6U);
    queue.push(delta(1));
    EXPECT_EQ(queue.live_dropped(), 10U);
    const EventQueue::Drained out = queue.drain(100);
    ASSERT_EQ(out.events.size(), 1U);
    EXPECT_FALSE(out.resync);
}

TEST(EventQueueTest, LostStateAsksForASnapshotAndHandsOutNoTornDeltas) {
    EventQueue queue{4, {}};
    queue.push(reply(1));
    for (std::uint64_t seq = 1; seq <= 8; ++seq) {
        queue.push(delta(seq));
    }
    EventQueue::Drained out = queue.drain(100);
    ASSERT_EQ(out.events.size(), 1U) << "the reply only";
    EXPECT_TRUE(out.resync);
    queue.push(delta(9));
    EXPECT_TRUE(queue.drain(100).events.empty());
    queue.push(snapshot());
    queue.push(delta(10));
    out = queue.drain(100);
    EXPECT_EQ(out.events.size(), 2U);
    EXPECT_FALSE(out.resync);
}

TEST(EventQueueTest, AReplyThatFindsNoRoomNeverTakesASingleDeltaAway) {
    EventQueue queue{4, {}};
    for (std::uint64_t seq = 1; seq <= 4; ++seq) {
        queue.push(delta(seq));
    }
    queue.push(reply(1));
    const EventQueue::Drained out = queue.drain(100);
    ASSERT_EQ(out.events.size(), 1U) << "the reply only";
    EXPECT_TRUE(out.resync);
    EXPECT_FALSE(queue.drain(100).resync) << "asked once";
}

TEST(EventQueueTest, ADroppedAlarmIsFetchedWithASnapshot) {
    const auto alarm = [] {
        LiveArrived out;
        out.live.add_alarms()->mutable_alarm()->set_code("vf");
        return out;
    };
    EventQueue waiting{2, {}};
    waiting.push(alarm());
    waiting.push(reply(1));
    waiting.push(reply(2));   // takes the alarm's place
    EXPECT_TRUE(waiting.drain(100).resync);
    EventQueue full{2, {}};
    full.push(reply(1));
    full.push(reply(2));
    full.push(alarm());
    EXPECT_TRUE(full.drain(100).resync);
}

TEST(EventQueueTest, WakesOnlyWhenItTurnsNonEmpty) {
    int woken = 0;
    EventQueue queue{4, [&] { ++woken; }};
    queue.push(delta(1));
    queue.push(delta(2));
    EXPECT_EQ(woken, 1);
    queue.drain(100);
    queue.push(delta(3));
    EXPECT_EQ(woken, 2);
}

TEST(EventQueueTest, RepliesNeverPileUpBeyondTheBound) {
    EventQueue queue{4, {}};
    for (RequestId id = 1; id <= 10; ++id) {
        queue.push(reply(id));
    }
    const EventQueue::Drained out = queue.drain(100);
    ASSERT_EQ(out.events.size(), 4U);
    EXPECT_EQ(std::get<ReplyArrived>(out.events.back()).request, 10U);
}

} // namespace
} // namespace ems::client
