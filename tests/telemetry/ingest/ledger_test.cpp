#include "telemetry/ingest/ledger.h"

#include <gtest/gtest.h>

#include "telemetry/ingest/fleet.h"
#include "telemetry/ingest/limits.h"
#include "tests/telemetry/ingest/messages.h"

namespace ems::ingest {
namespace {

using namespace std::chrono_literals;
using Outcome = Ledger::Outcome;

const SpoolKey kSpool{test::vid("amb-1"), 42};

RecordKey key(std::uint64_t seq, Stream stream = Stream::positions) {
    return {kSpool.vid, kSpool.spool, stream, seq};
}

TEST(Ledger, AcknowledgesNothingBeforeItIsSettled) {
    Ledger ledger;
    EXPECT_EQ(ledger.arrive(key(1)), Seen::first);
    EXPECT_TRUE(ledger.acks_due(Ticks{}).empty());
    ledger.settle(key(1), Outcome::inserted);
    ASSERT_EQ(ledger.acks_due(Ticks{}).size(), 1U);
    const wire::Ack ack = ledger.make_ack(kSpool);
    ASSERT_EQ(ack.streams_size(), 1);
    EXPECT_EQ(ack.streams(0).stream(), wire::STREAM_G);
    EXPECT_EQ(ack.streams(0).upto(), 1U);
}

TEST(Ledger, ARepeatOfACommittedRecordIsAcknowledgedAgain) {
    Ledger ledger;
    ledger.arrive(key(1));
    EXPECT_EQ(ledger.arrive(key(1)), Seen::pending);
    ledger.settle(key(1), Outcome::inserted);
    ledger.ack_sent(kSpool, Ticks{});
    EXPECT_TRUE(ledger.acks_due(Ticks{} + 1h).empty());
    EXPECT_EQ(ledger.arrive(key(1)), Seen::done);
    EXPECT_EQ(ledger.acks_due(Ticks{} + 1h).size(), 1U);
    EXPECT_EQ(ledger.tally(kSpool, Stream::positions).received, 1U);
}

TEST(Ledger, AcknowledgesAtMostTwiceASecond) {
    Ledger ledger;
    ledger.arrive(key(1));
    ledger.settle(key(1), Outcome::inserted);
    ledger.ack_sent(kSpool, Ticks{} + 1s);
    ledger.arrive(key(2));
    ledger.settle(key(2), Outcome::inserted);
    EXPECT_TRUE(ledger.acks_due(Ticks{} + 1s + kAckEvery - 1ms).empty());
    EXPECT_EQ(ledger.acks_due(Ticks{} + 1s + kAckEvery).size(), 1U);
}

TEST(Ledger, RangesBeyondAHoleAreToldAndAGapClosesIt) {
    Ledger ledger;
    for (const std::uint64_t seq : {1U, 2U, 5U, 6U, 9U}) {
        ledger.arrive(key(seq, Stream::waves));
        ledger.settle(key(seq, Stream::waves), Outcome::inserted);
    }
    wire::Ack ack = ledger.make_ack(kSpool);
    EXPECT_EQ(ack.streams(0).upto(), 2U);
    ASSERT_EQ(ack.streams(0).ranges_size(), 2);
    EXPECT_EQ(ack.streams(0).ranges(0).from(), 5U);
    EXPECT_EQ(ack.streams(0).ranges(0).to(), 6U);
    ledger.close(kSpool, GapSpan{Stream::waves, 3, 4, "quota"});
    EXPECT_EQ(ledger.make_ack(kSpool).streams(0).upto(), 6U);
    ledger.close_below(kSpool, Stream::waves, 9);
    EXPECT_EQ(ledger.make_ack(kSpool).streams(0).upto(), 9U);
}

TEST(Ledger, RejectedRecordsAreToldOnceAndDoNotBlockTheirStream) {
    Ledger ledger;
    ledger.arrive(key(1));
    ledger.settle(key(1), Outcome::rejected);
    ASSERT_EQ(ledger.make_ack(kSpool).streams(0).rejected_size(), 1);
    EXPECT_EQ(ledger.make_ack(kSpool).streams(0).upto(), 1U);
    ledger.ack_sent(kSpool, Ticks{});
    EXPECT_EQ(ledger.make_ack(kSpool).streams(0).rejected_size(), 0);
}

TEST(Ledger, RestoredMarksMakeRepeatsKnown) {
    Ledger ledger;
    Mark mark;
    mark.key = key(0);
    mark.done.add(SeqSpan{1, 10});
    mark.stored = 10;
    ledger.restore(mark);
    EXPECT_EQ(ledger.arrive(key(10)), Seen::done);
    EXPECT_EQ(ledger.arrive(key(11)), Seen::first);
    EXPECT_EQ(ledger.mark_after({key(11)}).done.upto(), 11U);
    EXPECT_EQ(ledger.tally(kSpool, Stream::positions).stored, 10U);
}

TEST(Ledger, CountsWhatOfAVehicleIsNotSettled) {
    Ledger ledger;
    const VehicleId one = VehicleId::parse("amb-1").value();
    const VehicleId other = VehicleId::parse("amb-10").value();
    for (const std::uint64_t spool : {5U, 6U}) {
        ledger.arrive({one, spool, Stream::events, 1});
        ledger.arrive({one, spool, Stream::events, 2});
        ledger.arrive({one, spool, Stream::positions, 1});
    }
    ledger.arrive({other, 5, Stream::events, 1});
    ledger.settle({one, 5, Stream::events, 1}, Ledger::Outcome::inserted);
    ledger.forget({one, 6, Stream::events, 2});
    EXPECT_EQ(ledger.pending_count(one, Stream::events), 2U);
    EXPECT_EQ(ledger.pending_count(one, Stream::positions), 2U);
    EXPECT_EQ(ledger.pending_count(other, Stream::events), 1U);
    EXPECT_EQ(ledger.pending_count(VehicleId::parse("amb-2").value(), Stream::events), 0U);
}

TEST(Ledger, AVehicleThatInventsSpoolsStaysBounded) {
    Ledger ledger;
    for (std::uint64_t spool = 1; spool <= 100; ++spool) {
        ledger.arrive({kSpool.vid, spool, Stream::positions, 1});
        ledger.forget({kSpool.vid, spool, Stream::positions, 1});
    }
    EXPECT_LE(ledger.spool_count(), kSpoolsPerVehicle);
    for (std::uint64_t spool = 201; spool <= 200 + kSpoolsPerVehicle; ++spool) {
        EXPECT_EQ(ledger.arrive({kSpool.vid, spool, Stream::positions, 1}), Seen::first);
    }
    EXPECT_EQ(ledger.arrive({kSpool.vid, 999, Stream::positions, 1}), Seen::no_room);
}

Record fix(std::int64_t second, double lat) {
    Record record;
    record.key = {kSpool.vid, 1, Stream::positions, static_cast<std::uint64_t>(second) + 1};
    record.t = DeviceTime{test::kThen + second * 1'000'000};
    record.received = ServerTime{record.t.us + 200'000};
    PositionRow row;
    row.lat_deg = lat;
    row.lon_deg = 111;
    record.row = row;
    return record;
}

TEST(Fleet, BacklogNeverMovesTheShownPositionBackwards) {
    Fleet fleet;
    VehicleState& vehicle = *fleet.heard(kSpool.vid, {});
    Record now = fix(100, 35.0);
    Record old = fix(50, 35.001);
    fleet.on_position(vehicle, now, 1);
    fleet.on_position(vehicle, old, 1);
    EXPECT_EQ(vehicle.position->at.t, now.t);
    EXPECT_EQ(vehicle.position->row.lat_deg, 35.0);
}

TEST(Fleet, AClockThatIsSetBackDoesNotFreezeTheShownPosition) {
    Fleet fleet;
    VehicleState& vehicle = *fleet.heard(kSpool.vid, {});
    Record before = fix(3'600, 35.0);
    fleet.on_position(vehicle, before, 1);
    Record after = fix(3'601, 35.0005); // 56 m on in the second
    after.t = DeviceTime{test::kThen};  // an hour back
    fleet.on_position(vehicle, after, 1);
    EXPECT_EQ(vehicle.position->row.lat_deg, 35.0005);
    Record backlog = fix(3'590, 35.0002); // made before, comes behind
    backlog.lane = Lane::backlog;
    fleet.on_position(vehicle, backlog, 1);
    EXPECT_EQ(vehicle.position->row.lat_deg, 35.0005);
}

TEST(Fleet, ANewSpoolOfAClockThatWasSetBackIsBelievedLiveOnceNothingNewerComes) {
    Fleet fleet;
    VehicleState& vehicle = *fleet.heard(kSpool.vid, {});
    Record before = fix(3'600, 35.0);
    fleet.on_position(vehicle, before, 1);
    for (const int second : {3'605, 3'612}) {
        Record live = fix(second, 35.001);
        live.key.spool = 2;
        live.t = DeviceTime{test::kThen};
        Record backlog = live;
        backlog.lane = Lane::backlog;
        fleet.on_position(vehicle, backlog, 1);
        EXPECT_EQ(vehicle.position->row.lat_deg, 35.0);
        fleet.on_position(vehicle, live, 1);
        EXPECT_EQ(vehicle.position->row.lat_deg, second == 3'605 ? 35.0 : 35.001);
    }
}

TEST(Fleet, VitalsOfAClockThatWasSetBackAreTheLatest) {
    Fleet fleet;
    VehicleState& vehicle = *fleet.heard(kSpool.vid, {});
    Record record;
    record.key = {kSpool.vid, 1, Stream::vitals, 1};
    record.t = DeviceTime{test::kThen + 60'000'000};
    record.row = VitalsRow{};
    fleet.on_vitals(vehicle, record);
    record.key.seq = 2;
    record.t = DeviceTime{test::kThen};
    fleet.on_vitals(vehicle, record);
    EXPECT_EQ(vehicle.vitals->at.seq, 2U);
}

TEST(Fleet, ALeapIsNotShownUntilItIsConfirmed) {
    Fleet fleet;
    VehicleState& vehicle = *fleet.heard(kSpool.vid, {});
    Record start = fix(0, 35.0);
    fleet.on_position(vehicle, start, 1);
    Record leap = fix(1, 35.1); // 11 km in a second
    fleet.on_position(vehicle, leap, 1);
    EXPECT_FALSE(std::get<PositionRow>(leap.row).plausible);
    EXPECT_EQ(vehicle.position->row.lat_deg, 35.0);
    for (int i = 2; i < 20; ++i) {
        Record again = fix(i, 35.1);
        fleet.on_position(vehicle, again, 1);
    }
    EXPECT_EQ(vehicle.position->row.lat_deg, 35.1);
}

TEST(Fleet, SilenceAgesALinkAndALateWillOfAnOldConnectionDoesNot) {
    Fleet fleet;
    fleet.heard(kSpool.vid, {Ticks{}, {}});
    wire::Birth birth;
    birth.set_birth_counter(7);
    fleet.on_birth(*fleet.heard(kSpool.vid, {Ticks{}, {}}), birth);
    wire::LinkState will;
    will.set_birth_counter(6);
    fleet.on_link_state(kSpool.vid, will);
    EXPECT_EQ(fleet.find(kSpool.vid)->link, Link::up);
    will.set_birth_counter(7);
    fleet.on_link_state(kSpool.vid, will);
    EXPECT_EQ(fleet.find(kSpool.vid)->link, Link::lost);
    fleet.heard(kSpool.vid, {Ticks{} + 10s, {}});
    EXPECT_FALSE(fleet.age(Ticks{} + 13s));
    EXPECT_EQ(fleet.find(kSpool.vid)->link, Link::up);
    EXPECT_TRUE(fleet.age(Ticks{} + 14s));
    EXPECT_EQ(fleet.find(kSpool.vid)->link, Link::lost);
    fleet.age(Ticks{} + 70s);
    EXPECT_EQ(fleet.find(kSpool.vid)->link, Link::offline);
}

} // namespace
} // namespace ems::ingest
