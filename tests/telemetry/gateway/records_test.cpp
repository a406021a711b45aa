#include "telemetry/gateway/records.h"

#include <gtest/gtest.h>
#include <set>

#include "telemetry/ingest/seq_set.h"
#include "tests/telemetry/gateway/terminal.h"

namespace ems::gateway {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
const Phone kPhone = test::phone("013511221122");
const ServerTime kReceived{test::kDeviceThenUs + 2 * kSecond};

Location location(const test::RawLocation& raw) {
    return decode_location(test::body(raw)).value();
}
Location at(std::int64_t seconds, std::uint32_t alarms) {
    test::RawLocation raw = test::RawLocation{}.at(test::kDeviceThenUs + seconds * kSecond);
    raw.alarms = alarms;
    return location(raw);
}

std::vector<std::pair<std::string, bool>> told(const AlarmWatch::Change& change) {
    std::vector<std::pair<std::string, bool>> out;
    for (const wire::Envelope& record : change.events) {
        wire::Event event;
        EXPECT_TRUE(event.ParseFromString(record.body()));
        EXPECT_EQ(record.stream(), wire::STREAM_A);
        out.emplace_back(event.alarm().code(), event.alarm().active());
    }
    return out;
}
using Told = std::vector<std::pair<std::string, bool>>;

TEST(Jt808Records, APositionKeepsItsNumbersInTheUnitsOfTheWire) {
    test::RawLocation raw;
    raw.items = test::item(0x31, "\x09");
    const auto record = position_record(kPhone, location(raw));
    ASSERT_TRUE(record);
    EXPECT_EQ(record->stream(), wire::STREAM_G);
    EXPECT_EQ(record->t_us(), test::kDeviceThenUs);
    EXPECT_EQ(record->clk(), wire::CLOCK_GNSS);
    EXPECT_EQ(record->ver(), 1U);
    wire::Position position;
    ASSERT_TRUE(position.ParseFromString(record->body()));
    EXPECT_EQ(position.lat_e7(), 350'264'000);
    EXPECT_EQ(position.lon_e7(), 1'110'075'000);
    EXPECT_EQ(position.speed_cm_s(), 1731U); // 62.3 km/h
    EXPECT_EQ(position.course_cdeg(), 9500U);
    EXPECT_EQ(position.altitude_dm(), 3710);
    EXPECT_EQ(position.satellites(), 9U);
    EXPECT_EQ(position.fix_mode(), 3U);
}

TEST(Jt808Records, ThreeSatellitesGiveNoHeight) {
    test::RawLocation raw;
    raw.items = test::item(0x31, "\x03");
    wire::Position position;
    ASSERT_TRUE(position.ParseFromString(position_record(kPhone, location(raw))->body()));
    EXPECT_EQ(position.fix_mode(), 2U);
}

TEST(Jt808Records, NoFixIsNoRecord) {
    test::RawLocation raw;
    raw.status = 0;
    EXPECT_FALSE(position_record(kPhone, location(raw)));
}

// The numbers are in the archive: they must never come out otherwise.
TEST(Jt808Records, KeysAreTheSameForEver) {
    EXPECT_EQ(spool_of(kPhone), 0x97684106418fba78U);
    EXPECT_EQ(spool_of(test::phone("00000000013511221122")), spool_of(kPhone));
    EXPECT_NE(spool_of(test::phone("013511221123")), spool_of(kPhone));
    const auto record = position_record(kPhone, location({}));
    EXPECT_EQ(record->seq(), 888'140'971'398'280'449U);
}

TEST(Jt808Records, ARepeatHasTheSameKeyWhateverItsSerialAndItems) {
    test::RawLocation raw;
    const std::uint64_t seq = position_record(kPhone, location(raw))->seq();
    raw.items = test::item(0x30, "\x05");
    EXPECT_EQ(position_record(kPhone, location(raw))->seq(), seq);
}

TEST(Jt808Records, ReportsOfOneSecondDifferAndLaterOnesAreLarger) {
    std::set<std::uint64_t> seqs;
    for (std::uint32_t i = 0; i < 1000; ++i) {
        test::RawLocation raw;
        raw.lat += i;
        seqs.insert(position_record(kPhone, location(raw))->seq());
    }
    EXPECT_EQ(seqs.size(), 1000U);
    const auto next = test::RawLocation{}.at(test::kDeviceThenUs + kSecond);
    EXPECT_GT(position_record(kPhone, location(next))->seq(), *seqs.rbegin());
}

TEST(Jt808Records, SeqsFitTheIngestFromTheFirstDayToTheLast) {
    test::RawLocation raw;
    for (const char* time : {"000101000000", "000101080001", "991231235959"}) {
        raw.time = test::from_hex(time);
        const std::uint64_t seq = position_record(kPhone, location(raw))->seq();
        EXPECT_GE(seq, 1U) << time;
        EXPECT_LE(seq, ingest::SeqSet::kSeqMax) << time;
    }
}

TEST(Jt808Alarms, ComeOnceAndGoOnce) {
    AlarmWatch watch;
    EXPECT_EQ(told(watch.take(kPhone, at(0, 0), kReceived)), Told{});
    EXPECT_EQ(told(watch.take(kPhone, at(1, alarm::kSos), kReceived)),
              (Told{{"vehicle_sos", true}}));
    EXPECT_EQ(told(watch.take(kPhone, at(2, alarm::kSos), kReceived)), Told{});
    EXPECT_EQ(told(watch.take(kPhone, at(3, alarm::kSos | alarm::kCollision), kReceived)),
              (Told{{"vehicle_collision", true}}));
    EXPECT_EQ(told(watch.take(kPhone, at(4, alarm::kCollision), kReceived)),
              (Told{{"vehicle_sos", false}}));
    EXPECT_EQ(told(watch.take(kPhone, at(5, 1U << 1U), kReceived)),
              (Told{{"vehicle_collision", false}}))
        << "overspeed is no event";
}

TEST(Jt808Alarms, ALateReportRaisesButEndsNothing) {
    AlarmWatch watch;
    EXPECT_EQ(told(watch.take(kPhone, at(100, alarm::kSos), kReceived)),
              (Told{{"vehicle_sos", true}}));
    EXPECT_EQ(told(watch.take(kPhone, at(50, 0), kReceived)), Told{});
    EXPECT_EQ(told(watch.take(kPhone, at(51, alarm::kRollover), kReceived)),
              (Told{{"vehicle_rollover", true}}));
    EXPECT_EQ(told(watch.take(kPhone, at(52, alarm::kRollover), kReceived)), Told{});
    EXPECT_EQ(told(watch.take(kPhone, at(101, alarm::kSos), kReceived)), Told{});
    EXPECT_EQ(told(watch.take(kPhone, at(102, 0), kReceived)), (Told{{"vehicle_sos", false}}));
}

TEST(Jt808Alarms, WhatWasNotStoredIsToldAgain) {
    AlarmWatch watch;
    const auto came = watch.take(kPhone, at(0, alarm::kSos), kReceived);
    watch.undo(came);
    EXPECT_EQ(told(watch.take(kPhone, at(1, alarm::kSos), kReceived)),
              (Told{{"vehicle_sos", true}}));
    const auto went = watch.take(kPhone, at(2, 0), kReceived);
    watch.undo(went);
    EXPECT_EQ(told(watch.take(kPhone, at(3, 0), kReceived)), (Told{{"vehicle_sos", false}}));
    const auto late = watch.take(kPhone, at(0, alarm::kSos), kReceived);
    EXPECT_EQ(told(late), (Told{{"vehicle_sos", true}}));
    watch.undo(late);
    EXPECT_EQ(told(watch.take(kPhone, at(0, alarm::kSos), kReceived)),
              (Told{{"vehicle_sos", true}}));
}

TEST(Jt808Alarms, WithoutATrueClockBearTheServersTime) {
    test::RawLocation no_time;
    no_time.status = 0;
    no_time.alarms = alarm::kSos;
    no_time.time = std::string(6, '\0');
    test::RawLocation boot = no_time;
    boot.time = test::from_hex("000101000005");
    test::RawLocation future = no_time.at(kReceived.us + 301 * kSecond);
    for (const test::RawLocation& raw : {no_time, boot, future}) {
        AlarmWatch watch;
        const auto change = watch.take(kPhone, location(raw), kReceived);
        ASSERT_EQ(change.events.size(), 1U);
        EXPECT_EQ(change.events[0].t_us(), kReceived.us);
        EXPECT_EQ(change.events[0].clk(), wire::CLOCK_NEVER_SET);
    }
    // A future time must not make every true one after it late.
    AlarmWatch watch;
    static_cast<void>(watch.take(kPhone, location(future), kReceived));
    EXPECT_EQ(told(watch.take(kPhone, at(0, 0), kReceived)), (Told{{"vehicle_sos", false}}));
}

TEST(Jt808Alarms, EventsHaveAnIdOfTheirOwnAndARepeatTheSame) {
    const Location both = at(0, alarm::kSos | alarm::kCollision);
    const auto first = AlarmWatch{}.take(kPhone, both, kReceived).events;
    const auto again = AlarmWatch{}.take(kPhone, both, {kReceived.us + kSecond}).events;
    ASSERT_EQ(first.size(), 2U);
    std::set<std::string> ids;
    for (std::size_t i = 0; i < first.size(); ++i) {
        wire::Event event;
        ASSERT_TRUE(event.ParseFromString(first[i].body()));
        EXPECT_LE(event.event_id().size(), 64U);
        ids.insert(event.event_id());
        EXPECT_EQ(first[i].SerializeAsString(), again[i].SerializeAsString());
    }
    EXPECT_EQ(ids.size(), 2U);
    EXPECT_NE(first[0].seq(), first[1].seq());
}

TEST(Jt808Alarms, PriorityTellsPeopleFromEquipment) {
    const auto change = AlarmWatch{}.take(kPhone, at(0, alarm::kSos | alarm::kPowerCut), kReceived);
    ASSERT_EQ(change.events.size(), 2U);
    wire::Event sos;
    wire::Event power;
    ASSERT_TRUE(sos.ParseFromString(change.events[0].body()));
    ASSERT_TRUE(power.ParseFromString(change.events[1].body()));
    EXPECT_EQ(sos.alarm().priority(), wire::Alarm::HIGH);
    EXPECT_FALSE(sos.alarm().technical());
    EXPECT_EQ(sos.source(), wire::SOURCE_DEVICE);
    EXPECT_EQ(power.alarm().code(), "terminal_power_cut");
    EXPECT_TRUE(power.alarm().technical());
}

} // namespace
} // namespace ems::gateway
