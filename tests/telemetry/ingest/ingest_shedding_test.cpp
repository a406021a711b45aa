// The engine under more than it can store or one vehicle may send.
#include "telemetry/ingest/limits.h"
#include "tests/telemetry/ingest/ingest_fixture.h"

namespace ems::ingest {
namespace {

std::string heartbeat(std::int64_t t_us) {
    wire::Heartbeat beat;
    beat.set_t_us(t_us);
    return beat.SerializeAsString();
}

TEST_F(IngestDatabase, AVehicleThatFloodsDelaysNoOther) {
    Running engine{conninfo(), {}, RateLimits{}};
    ASSERT_TRUE(eventually(
        [&] {
            engine.push(test::live("amb-1", test::event(1)));
            return engine.acked("amb-1", wire::STREAM_A, 1);
        },
        20s));
    std::uint64_t flood = 0;
    for (std::uint64_t seq = 1; seq <= 40; ++seq) {
        for (int i = 0; i < 1000; ++i) {
            engine.push(test::live("amb-1", test::position(++flood)));
        }
        engine.push(test::live("amb-2", test::position(seq))); // once, and never again
    }
    engine.push(test::live("amb-1", test::event(2)));
    ASSERT_TRUE(eventually(
        [&] {
            return engine.acked("amb-2", wire::STREAM_G, 40) &&
                   engine.acked("amb-1", wire::STREAM_A, 2);
        },
        20s));
    const Shedding shed = engine.counters().shedding;
    EXPECT_GT(shed.limited_trends, 30'000U);
    EXPECT_EQ(shed.floods, 1U);
    // The desk is told by the way of every alarm, and once.
    EXPECT_TRUE(eventually(
        [&] {
            return value("select count(*) from telemetry.vehicle_link where vid = 'amb-1' and "
                         "flooding_since is not null and limited > 0") == "1";
        },
        10s));
    EXPECT_EQ(value("select count(*) from telemetry.inbox where vid = 'amb-1' and event_id like "
                    "'flood-%-begin'"),
              "1");
    EXPECT_EQ(value("select count(*) from telemetry.vehicle_link where vid = 'amb-2' and "
                    "flooding_since is null and limited = 0"),
              "1");
}

TEST_F(IngestDatabase, EventsOfAVehicleThatFloodsPassAlsoInItsBacklog) {
    // One message a second: however slow the machine, none has room again behind the flood.
    Running engine{conninfo(), {}, RateLimits{.messages_per_s = 1}};
    for (std::uint64_t seq = 1; seq <= 2000; ++seq) {
        engine.push(test::live("amb-1", test::position(seq)));
    }
    engine.push(test::backlog("amb-1", {test::position(5000)}));
    engine.push(test::backlog("amb-1", {test::event(1), test::event(2)}));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_A, 2); }, 20s));
    EXPECT_EQ(engine.counters().shedding.limited_backlog, 1U);
    EXPECT_FALSE(engine.acked("amb-1", wire::STREAM_G, 5000));
}

TEST_F(IngestDatabase, WhenWavesCannotBeStoredTheVehiclesThatSendThemAreAskedToWait) {
    Running engine{conninfo()};
    engine.push(test::live("amb-1", test::wave(1)));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_W, 1); }, 20s));
    engine.push(test::live("amb-2", test::position(1)));
    const auto told = [&] {
        wire::Watch watch;
        return watch.ParseFromString(engine.payload("amb-1/watch")) ? watch : wire::Watch{};
    };
    std::uint64_t seq = 1;
    {
        const Blocked blocked{"wave"};
        ASSERT_TRUE(eventually(
            [&] {
                for (int i = 0; i < 500; ++i) {
                    engine.push(test::live("amb-1", test::wave(++seq)));
                }
                return told().wave_hold_ms() > 0;
            },
            20s));
        EXPECT_FALSE(told().wave()) << "it is no watch";
        EXPECT_EQ(engine.published("amb-2/watch"), 0U) << "it sends none";
        const Shedding shed = engine.counters().shedding;
        EXPECT_TRUE(shed.waves_held);
        EXPECT_EQ(shed.wave_holds, 1U);
        EXPECT_FALSE(engine.acked("amb-1", wire::STREAM_W, 2));
        engine.push(test::live("amb-1", test::event(1)));
        EXPECT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_A, 1); }, 20s));
    }
    EXPECT_TRUE(
        eventually([&] { return told().has_wave_hold_ms() && told().wave_hold_ms() == 0; }, 20s));
    EXPECT_FALSE(engine.counters().shedding.waves_held);
}

TEST_F(IngestDatabase, TheNewestPositionIsShownAlsoWhenNoneCanBeStored) {
    Running engine{conninfo()};
    const auto latest = [] {
        return value("select coalesce(max(extract(epoch from position_t) * 1000)::bigint, 0) from "
                     "telemetry.vehicle_latest");
    };
    const std::int64_t first_ms = test::kThen / 1000;
    engine.push(test::live("amb-1", test::position(1)));
    ASSERT_TRUE(eventually([&] { return latest() == std::to_string(first_ms + 1); }, 20s));
    const Blocked blocked{"position"};
    std::uint64_t seq = 1;
    ASSERT_TRUE(eventually(
        [&] {
            for (int i = 0; i < 1000; ++i) {
                engine.push(test::live("amb-1", test::position(++seq)));
            }
            return engine.counters().shedding.deferred_trends > 0;
        },
        20s));
    const std::uint64_t full = seq;
    EXPECT_TRUE(eventually(
        [&] {
            engine.push(test::live("amb-1", test::position(++seq)));
            return latest() > std::to_string(first_ms + static_cast<std::int64_t>(full));
        },
        20s));
    EXPECT_FALSE(engine.acked("amb-1", wire::STREAM_G, 2));
}

TEST_F(IngestDatabase, AFleetThatComesBackAtOnceWaitsAndSendsNothingTwice) {
    constexpr std::uint64_t kEach = 50;
    constexpr std::uint64_t kCount = (kPendingTrends / kEach + 120) * kEach;
    Running engine{conninfo()};
    engine.push(test::live("amb-1", test::position(1)));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_G, 1); }, 20s));
    {
        const Blocked blocked{"position"};
        std::vector<wire::Envelope> message;
        for (std::uint64_t seq = 2; seq < kCount + 2; ++seq) {
            message.push_back(test::position(seq));
            if (message.size() == kEach) {
                engine.push(test::backlog("amb-1", message));
                message.clear();
            }
        }
        ASSERT_TRUE(eventually(
            [&] { return engine.counters().records + kBackfillRecordsMax > kPendingTrends; }, 20s));
        EXPECT_LT(engine.counters().records, kCount) << "what waits is bounded";
    }
    EXPECT_TRUE(
        eventually([&] { return engine.acked("amb-1", wire::STREAM_G, kCount + 1); }, 20s));
    EXPECT_EQ(engine.counters().shedding.deferred_trends, 0U);
    EXPECT_EQ(engine.counters().shedding.ring_backlog, 0U);
}

TEST_F(IngestDatabase, AFloodOfEventsOfOneVehicleTakesNoRoomOfAnothersAlarm) {
    constexpr std::uint64_t kEach = 50;
    constexpr std::uint64_t kFlood = 2 * kPendingEvents / kEach * kEach;
    Running engine{conninfo()};
    engine.push(test::live("amb-1", test::position(1)));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_G, 1); }, 20s));
    const auto send = [&engine](std::uint64_t from) {
        std::vector<wire::Envelope> message;
        for (std::uint64_t seq = from; seq < from + kEach; ++seq) {
            message.push_back(test::event(seq));
        }
        engine.push(test::backlog("amb-1", message));
    };
    {
        const Blocked blocked{"inbox"};
        for (std::uint64_t seq = 1; seq < kFlood; seq += kEach) {
            send(seq);
        }
        for (std::uint64_t seq = kFlood + 1; seq <= kFlood + 2 * kRingEvents; ++seq) {
            engine.push(test::live("amb-1", test::event(seq)));
        }
        engine.push(test::live("amb-2", test::event(1))); // once, and never again
        ASSERT_TRUE(
            eventually([&] { return engine.counters().shedding.deferred_events > 0; }, 20s));
        EXPECT_LE(engine.counters().records, kEventsPerVehicle + kBackfillRecordsMax);
    }
    EXPECT_TRUE(eventually([&] { return engine.acked("amb-2", wire::STREAM_A, 1); }, 20s));
    // Of the vehicle that floods nothing is lost either: it sends again what is not acknowledged.
    constexpr std::uint64_t kAgain = (kEventsPerVehicle / kEach + 4) * kEach;
    std::uint64_t next = 1;
    EXPECT_TRUE(eventually(
        [&] {
            while (next < kAgain && engine.acked("amb-1", wire::STREAM_A, next + kEach - 1)) {
                next += kEach;
            }
            if (next < kAgain) {
                send(next);
            }
            return next >= kAgain;
        },
        60s));
    EXPECT_EQ(value("select count(distinct seq) from telemetry.inbox where vid = 'amb-1' and seq <= " +
                    std::to_string(kAgain)),
              std::to_string(kAgain));
}

TEST_F(IngestDatabase, AClockThatIsOffIsFlaggedAndNoTimeIsRewritten) {
    Running engine{conninfo()};
    const std::int64_t ahead_us = SystemClock{}.utc_us() + 60'000'000;
    engine.push(test::live("amb-1", test::position(1, ahead_us)));
    engine.push(test::message("amb-2", wire::UpKind::hb, heartbeat(SystemClock{}.utc_us())));
    ASSERT_TRUE(eventually(
        [&] {
            return postgres_->column("select vid || ' ' || clock from telemetry.vehicle_link "
                                     "order by vid") ==
                   std::vector<std::string>{"amb-1 skewed", "amb-2 good"};
        },
        20s));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_G, 1); }, 20s));
    EXPECT_EQ(value("select t_device_us || ' ' || (extract(epoch from t) * 1000000)::bigint from "
                    "telemetry.position"),
              std::to_string(ahead_us + 1000) + " " + std::to_string(ahead_us + 1000));
    EXPECT_EQ(value("select clock_offset_ms between -60100 and -50000 from telemetry.vehicle_link "
                    "where vid = 'amb-1'"),
              "t");
}

TEST_F(IngestDatabase, WhatTheLimitRefusesOfAVehicleThatDoesNotFloodIsTold) {
    Running engine{conninfo(), {}, RateLimits{}};
    engine.push(test::live("amb-1", test::position(1)));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_G, 1); }, 20s));
    for (std::uint64_t seq = 1; seq <= 200; ++seq) {
        engine.push(test::live("amb-1", test::wave(seq)));
    }
    ASSERT_GT(engine.counters().shedding.limited_waves, 0U);
    EXPECT_TRUE(eventually(
        [&] {
            return value("select count(*) from telemetry.vehicle_link where vid = 'amb-1' and "
                         "flooding_since is null and limited > 0") == "1";
        },
        10s));
    EXPECT_TRUE(eventually(
        [&] {
            return value("select count(*) from telemetry.server_status "
                         "where server = 'srv-telemetry-a' and refused > 0") == "1";
        },
        10s));
}

TEST_F(IngestDatabase, AVehicleTakenFromTheRegistryFloodsNoMoreAndNobodyIsTold) {
    Running engine{conninfo(), {}, RateLimits{}};
    std::uint64_t seq = 0;
    for (int i = 0; i < 2000; ++i) {
        engine.push(test::live("amb-1", test::position(++seq)));
    }
    ASSERT_TRUE(eventually([&] { return engine.counters().shedding.flooding == 1; }, 20s));
    EXPECT_EQ(engine.counters().deliveries, 0U) << "the event of the flood is no terminal's";
    // To another region: of a vehicle that ever told an event, as this one's flood soon is, the row stays.
    postgres_->execute("insert into registry.region (code, name) values ('140803', 'Next') on conflict do nothing; "
                       "update registry.vehicle set region = '140803' where vid = 'amb-1'");
    ASSERT_TRUE(eventually(
        [&] {
            engine.push(test::live("stranger", test::position(1))); // who has the registry read
            return engine.counters().shedding.flooding == 0;
        },
        20s));
    EXPECT_EQ(engine.counters().deliveries_refused, 0U);
    EXPECT_EQ(value("select count(*) from telemetry.inbox where event_id like 'flood-%-end'"), "0");
}

} // namespace
} // namespace ems::ingest
