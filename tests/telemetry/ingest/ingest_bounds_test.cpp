// What a vehicle may close, and what stays of what it sends wrongly.
#include "telemetry/ingest/ingest.h"

#include <fmt/format.h>

#include "tests/telemetry/ingest/ingest_fixture.h"

namespace ems::ingest {
namespace {

wire::Heartbeat heartbeat_of(std::uint64_t made, std::uint64_t first_unacked) {
    wire::Heartbeat beat;
    beat.set_birth_counter(1);
    beat.set_spool(test::position(1).spool());
    auto& count = *beat.add_streams();
    count.set_stream(wire::STREAM_G);
    count.set_last_seq(made);
    count.set_first_unacked(first_unacked);
    return beat;
}

TEST_F(IngestDatabase, AHeartbeatClosesNothingThatWasNeverMade) {
    Running engine{conninfo()};
    engine.push(test::live("amb-1", test::position(1)));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_G, 1); }, 20s));
    engine.push(
        test::message("amb-1", wire::UpKind::hb, heartbeat_of(3, 1'000).SerializeAsString()));
    engine.push(test::live("amb-1", test::position(5)));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_G, 5); }, 20s));
    engine.push(test::live("amb-1", test::position(4)));
    EXPECT_TRUE(eventually(
        [&] { return value("select count(*) from telemetry.position where seq = 4") == "1"; },
        20s))
        << "it is no repeat";
    EXPECT_TRUE(engine.acked("amb-1", wire::STREAM_G, 3));
}

TEST_F(IngestDatabase, AGapClosesNothingThatWasNeverMade) {
    Running engine{conninfo()};
    engine.push(test::message("amb-1", wire::UpKind::hb, heartbeat_of(3, 1).SerializeAsString()));
    wire::Event event;
    event.set_event_id("gap-1");
    event.mutable_gap()->set_stream(wire::STREAM_G);
    event.mutable_gap()->set_from_seq(2);
    event.mutable_gap()->set_to_seq(1'000'000);
    event.mutable_gap()->set_reason("quota");
    engine.push(test::live(
        "amb-1", test::envelope(wire::STREAM_A, 1, event.SerializeAsString(), test::kThen)));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_A, 1); }, 20s));
    engine.push(test::live("amb-1", test::position(4)));
    EXPECT_TRUE(eventually(
        [&] { return value("select count(*) from telemetry.position where seq = 4") == "1"; },
        20s));
}

TEST_F(IngestDatabase, ARejectedEventOutlivesAnyNumberOfUnreadableMessages) {
    Running engine{conninfo()};
    wire::Event event; // an event of nothing, without an id
    engine.push(test::live(
        "amb-1", test::envelope(wire::STREAM_A, 1, event.SerializeAsString(), test::kThen)));
    ASSERT_TRUE(eventually(
        [] { return value("select count(*) from telemetry.bad_message where is_event") == "1"; },
        20s));
    postgres_->execute("select telemetry.quarantine('t', 'r', 1, '\\x00') "
                       "from generate_series(1, 1500)");
    EXPECT_EQ(value("select count(*) from telemetry.bad_message where is_event"), "1");
    EXPECT_EQ(value("select count(*) from telemetry.bad_message where not is_event"), "1000");
}

TEST_F(IngestDatabase, OfAVehiclesRejectedEventsTheNewestAreKept) {
    postgres_->execute("select telemetry.quarantine('other', 'r', 1, '\\x00', true); "
                       "select telemetry.quarantine('mine', i::text, 1, '\\x00', true) "
                       "from generate_series(1, 2100) i");
    EXPECT_EQ(value("select count(*) || ' ' || min(reason::int) from telemetry.bad_message "
                    "where topic = 'mine'"),
              "2000 101");
    EXPECT_EQ(value("select count(*) from telemetry.bad_message where topic = 'other'"), "1")
        << "no vehicle pushes out another's";
}

} // namespace
} // namespace ems::ingest
