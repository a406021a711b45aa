#include <gtest/gtest.h>

#include "telemetry/ingest/fleet.h"
#include "telemetry/ingest/ingest.h"
#include "telemetry/ingest/limits.h"
#include "telemetry/ingest/pledges.h"
#include "tests/support/fake_clock.h"
#include "tests/telemetry/ingest/messages.h"

#include <boost/asio/io_context.hpp>

namespace ems::ingest {
namespace {

using namespace std::chrono_literals;

RecordKey key(std::uint64_t seq) {
    return {test::vid("amb-1"), 7, Stream::positions, seq};
}

struct Told {
    int committed{0};
    int refused{0};
    DeliveryDone done() {
        return [this](DeliveryOutcome outcome) {
            ++(outcome == DeliveryOutcome::committed ? committed : refused);
        };
    }
};

TEST(Pledges, TellsWhenTheLastRecordIsCommitted) {
    Pledges pledges;
    Told told;
    const auto pledge = Pledges::begin(told.done());
    EXPECT_TRUE(pledges.add(pledge, key(1)));
    EXPECT_TRUE(pledges.add(pledge, key(2)));
    Pledges::seal(pledge);
    pledges.keep({key(2), key(3)});
    EXPECT_EQ(told.committed, 0);
    pledges.keep({key(1)});
    EXPECT_EQ(told.committed, 1);
    pledges.keep({key(1), key(2)});
    EXPECT_EQ(told.committed, 1);
    EXPECT_EQ(pledges.open_count(), 0U);
}

TEST(Pledges, ARecordOnItsWayIsStoredOnceAndTellsBoth) {
    Pledges pledges;
    Told first;
    Told second;
    const auto one = Pledges::begin(first.done());
    const auto two = Pledges::begin(second.done());
    EXPECT_TRUE(pledges.add(one, key(1)));
    EXPECT_FALSE(pledges.add(two, key(1)));
    EXPECT_FALSE(pledges.add(two, key(1))) << "twice in one delivery";
    pledges.keep({key(1)});
    EXPECT_EQ(first.committed, 1);
    EXPECT_EQ(second.committed, 1);
}

TEST(Pledges, ADeliveryOfNothingIsToldAtOnce) {
    Told told;
    Pledges::seal(Pledges::begin(told.done()));
    EXPECT_EQ(told.committed, 1);
}

TEST(Pledges, WhatIsDoneThenMayDeliverAnew) {
    Pledges pledges;
    Told again;
    const auto first = Pledges::begin([&](DeliveryOutcome) {
        const auto next = Pledges::begin(again.done());
        EXPECT_TRUE(pledges.add(next, key(1))) << "the same record, later";
        Pledges::seal(next);
    });
    EXPECT_TRUE(pledges.add(first, key(1)));
    pledges.keep({key(1)});
    EXPECT_EQ(again.committed, 0);
    pledges.keep({key(1)});
    EXPECT_EQ(again.committed, 1);
}

// A server that never reached its database must not say that anything is stored.
TEST(IngestDelivery, IsRefusedWhileTheRegistryIsNotRead) {
    const test::FakeClock clock;
    boost::asio::io_context context;
    Ingest engine{context.get_executor(),
                  {.region = test::region(), .server = "srv-telemetry-a", .db = {}},
                  clock,
                  [](const std::string&, std::string, link::Qos) { return Result<void>{}; }};
    Told told;
    Delivery delivery;
    delivery.vid = test::vid("amb-1");
    delivery.records.push_back(test::position(1));
    engine.deliver(delivery, told.done());
    EXPECT_EQ(told.refused, 1);
    EXPECT_EQ(told.committed, 0);
    EXPECT_EQ(engine.counters().deliveries_refused, 1U);
    EXPECT_EQ(engine.find_terminal("13511221122").error().code, Code::db_down);
}

TEST(FleetByTerminal, LivesByTheTerminalsSlowReports) {
    Fleet fleet;
    const Moment start{Ticks{} + 1h, {test::kThen}};
    VehicleState* vehicle = fleet.heard_by_terminal(test::vid("amb-9"), start);
    ASSERT_NE(vehicle, nullptr);
    fleet.age(start.ticks + kLost + 1s);
    EXPECT_EQ(vehicle->link, Link::up) << "it reports every minute";
    fleet.age(start.ticks + kTerminalLost);
    EXPECT_EQ(vehicle->link, Link::lost);
    fleet.age(start.ticks + kTerminalOffline);
    EXPECT_EQ(vehicle->link, Link::offline);
    fleet.heard_by_terminal(test::vid("amb-9"), {start.ticks + 1h, {test::kThen}});
    EXPECT_EQ(vehicle->link, Link::up);
}

TEST(FleetByTerminal, SaysNothingOfAVehiclesOwnLink) {
    Fleet fleet;
    const Moment start{Ticks{} + 1h, {test::kThen}};
    VehicleState* vehicle = fleet.heard(test::vid("amb-1"), start);
    ASSERT_NE(vehicle, nullptr);
    fleet.age(start.ticks + kLost);
    ASSERT_EQ(vehicle->link, Link::lost);
    fleet.heard_by_terminal(test::vid("amb-1"), {start.ticks + kLost, {test::kThen}});
    EXPECT_EQ(vehicle->link, Link::lost) << "orders do not reach it by its terminal";
    EXPECT_EQ(vehicle->last_heard.ticks, start.ticks);
}

TEST(FleetByTerminal, AVehicleThatSpeaksForItselfIsHeldToItsHeartbeats) {
    Fleet fleet;
    const Moment start{Ticks{} + 1h, {test::kThen}};
    fleet.heard_by_terminal(test::vid("amb-1"), start);
    VehicleState* vehicle = fleet.heard(test::vid("amb-1"), start);
    fleet.age(start.ticks + kLost);
    EXPECT_EQ(vehicle->link, Link::lost);
}

TEST(IngestBeforeTheRegistry, AGapWaitsLikeEveryEventWhileSignsOfLifeAreTaken) {
    const test::FakeClock clock;
    boost::asio::io_context context;
    Ingest engine{context.get_executor(),
                  {.region = test::region(), .server = "srv-telemetry-a", .db = {}},
                  clock,
                  [](const std::string&, std::string, link::Qos) { return Result<void>{}; }};
    engine.push(test::message("amb-1", wire::UpKind::gap, test::event(1).SerializeAsString()));
    wire::Heartbeat beat;
    engine.push(test::message("amb-1", wire::UpKind::hb, beat.SerializeAsString()));
    context.run();
    EXPECT_EQ(engine.counters().messages, 1U);
    EXPECT_EQ(engine.counters().strangers, 0U);
}

} // namespace
} // namespace ems::ingest
