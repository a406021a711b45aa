#include <deque>
#include <fstream>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"
#include "vehicle/agent/crew_desk.h"
#include "vehicle/agent/ecg_replay.h"
#include "vehicle/agent/limits.h"
#include "vehicle/agent/monitor_state.h"
#include "vehicle/agent/position_filter.h"
#include "vehicle/agent/uplink.h"
#include "vehicle/agent/vehicle_clock.h"
#include "vehicle/agent/wave_builder.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;

// ---------------------------------------------------------------------------------------- uplink

struct Sent {
    wire::UpKind kind{};
    std::vector<std::pair<wire::Stream, std::uint64_t>> records;
};

class Wire final : public UplinkWire {
  public:
    bool send(wire::UpKind kind, std::string payload) override {
        if (broken) {
            return false;
        }
        Sent one{kind, {}};
        wire::Backfill backfill;
        if (kind == wire::UpKind::bf) {
            unreceipted.push_back(payload.size());
            EXPECT_LE(payload.size(), kBackfillBytesMax + 256);
            EXPECT_TRUE(backfill.ParseFromString(payload));
        } else {
            EXPECT_TRUE(backfill.add_records()->ParseFromString(payload));
        }
        for (const auto& envelope : backfill.records()) {
            one.records.emplace_back(envelope.stream(), envelope.seq());
        }
        sent.push_back(std::move(one));
        return true;
    }
    std::vector<Sent> sent;
    std::deque<std::size_t> unreceipted; // sizes of u/bf
    bool broken{false};
};

class UplinkTest : public testing::Test {
  protected:
    UplinkTest()
        : spool_(std::move(*Spool::open({(dir_.path() / "s").string(), 1 << 30}, clock_))),
          uplink_(*spool_, wire_, {}) {}

    void make(wire::Stream stream, int count, std::size_t size = 20) {
        for (int i = 0; i < count; ++i) {
            ASSERT_TRUE(spool_->append(
                {.stream = stream, .t_us = clock_.utc_us(), .body = std::string(size, 'x')}));
        }
        uplink_.live(spool_->commit().records, clock_.ticks(), clock_.device_now());
    }
    // The broker's receipts come as from a link of 200 kB/s.
    void tick(std::chrono::milliseconds by = 100ms) {
        const Ticks before = clock_.ticks();
        clock_.advance(by);
        served_ = idle_ ? std::max(served_, before) : served_;
        while (!wire_.unreceipted.empty()) {
            const Ticks at = served_ + std::chrono::microseconds{wire_.unreceipted.front() * 5};
            if (at > clock_.ticks()) {
                break;
            }
            served_ = at;
            uplink_.backfill_received(at);
            wire_.unreceipted.pop_front();
        }
        idle_ = wire_.unreceipted.empty();
        uplink_.tick(clock_.ticks());
    }
    void acknowledge(wire::Stream stream, std::uint64_t upto) {
        wire::Ack ack;
        ack.set_spool(spool_->identity());
        ack.add_streams()->set_stream(stream);
        ack.mutable_streams(0)->set_upto(upto);
        spool_->acknowledge(ack);
        spool_->commit();
        uplink_.acknowledged(ack, clock_.ticks());
    }
    test::TempDir dir_;
    test::FakeClock clock_;
    std::unique_ptr<Spool> spool_;
    Wire wire_;
    Uplink uplink_;
    Ticks served_{};
    bool idle_{true};
};

TEST_F(UplinkTest, AfterAnOutageEventsComeFirstThenTheNewestPositionThenTheRestInOrder) {
    make(wire::STREAM_G, 5);
    make(wire::STREAM_W, 3);
    make(wire::STREAM_A, 2);
    make(wire::STREAM_V, 2);
    EXPECT_TRUE(wire_.sent.empty()) << "nothing is sent while the link is down";
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    tick();
    ASSERT_EQ(wire_.sent.size(), 4U);
    for (const std::size_t i : {0U, 1U}) {
        EXPECT_EQ(wire_.sent[i].kind, wire::UpKind::evt);
        EXPECT_EQ(wire_.sent[i].records[0], (std::pair{wire::STREAM_A, std::uint64_t{i + 1}}));
    }
    EXPECT_EQ(wire_.sent[2].kind, wire::UpKind::gps);
    EXPECT_EQ(wire_.sent[2].records[0].second, 5U);
    EXPECT_EQ(wire_.sent[3].kind, wire::UpKind::bf);
    EXPECT_EQ(wire_.sent[3].records,
              (std::vector<std::pair<wire::Stream, std::uint64_t>>{{wire::STREAM_G, 1},
                                                                   {wire::STREAM_G, 2},
                                                                   {wire::STREAM_G, 3},
                                                                   {wire::STREAM_G, 4},
                                                                   {wire::STREAM_V, 1},
                                                                   {wire::STREAM_V, 2},
                                                                   {wire::STREAM_W, 1},
                                                                   {wire::STREAM_W, 2},
                                                                   {wire::STREAM_W, 3}}));
}

TEST_F(UplinkTest, AnOldFixGoesWithTheBacklogAndNeverAsLive) {
    make(wire::STREAM_G, 1);
    clock_.advance(40min); // in a garage
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    EXPECT_TRUE(wire_.sent.empty());
    tick();
    ASSERT_EQ(wire_.sent.size(), 1U);
    EXPECT_EQ(wire_.sent[0].kind, wire::UpKind::bf);
    make(wire::STREAM_G, 1);
    EXPECT_EQ(wire_.sent.back().kind, wire::UpKind::gps);
}

TEST_F(UplinkTest, AFixOfBeforeTheClockWasSetBackIsNotLive) {
    make(wire::STREAM_G, 1);
    clock_.step_wall(-1h);
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    EXPECT_TRUE(wire_.sent.empty());
}

TEST_F(UplinkTest, LivePositionsGoOutAtOnceHoweverMuchIsUnacknowledged) {
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    for (int second = 1; second <= 300; ++second) {
        make(wire::STREAM_G, 1);
        ASSERT_EQ(wire_.sent.back().kind, wire::UpKind::gps) << "second " << second;
        ASSERT_EQ(wire_.sent.back().records[0].second, static_cast<std::uint64_t>(second));
        tick(1s);
        ASSERT_LE(uplink_.in_flight(wire::STREAM_G), kInFlightMax);
    }
}

TEST_F(UplinkTest, TheBacklogKeepsItsWindowAndItsBudget) {
    make(wire::STREAM_W, 400, 4'000);
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    const auto sent = [this] {
        std::size_t records = 0;
        for (const Sent& one : wire_.sent) {
            EXPECT_LE(one.records.size(), kBackfillRecordsMax);
            records += one.records.size();
        }
        return records;
    };
    std::size_t half_way = 0;
    for (int i = 0; i < 200; ++i) { // 20 s
        tick();
        acknowledge(wire::STREAM_W, sent());
        half_way = i == 99 ? sent() : half_way;
        EXPECT_LE(uplink_.in_flight(wire::STREAM_W), kInFlightMax);
    }
    const double bytes_per_s = static_cast<double>((sent() - half_way) * 4'000) / 10;
    EXPECT_GE(bytes_per_s, 0.25 * 200'000) << "once the link is measured";
    EXPECT_LE(bytes_per_s, 0.33 * 200'000);
}

TEST_F(UplinkTest, WithoutAcknowledgementsTheBacklogStopsAtItsWindow) {
    make(wire::STREAM_W, 400, 1'000);
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    for (int i = 0; i < 600; ++i) {
        tick();
        EXPECT_LE(uplink_.in_flight(wire::STREAM_W), kInFlightMax);
    }
    EXPECT_EQ(uplink_.in_flight(wire::STREAM_W), kInFlightMax);
}

TEST_F(UplinkTest, WavesOfThePresentCaseComeBeforeThoseOfOthersAndOfNone) {
    const auto waves = [this](Keep keep, int count) {
        for (int i = 0; i < count; ++i) {
            ASSERT_TRUE(spool_->append({.stream = wire::STREAM_W,
                                        .t_us = clock_.utc_us(),
                                        .keep = keep,
                                        .body = std::string(20, 'w')}));
        }
        spool_->commit();
    };
    waves(Keep::ordinary, 2); // 1, 2
    waves(Keep::of_case, 2);  // 3, 4: a case of before
    waves(Keep::ordinary, 1); // 5
    waves(Keep::of_case, 2);  // 6, 7: the present one
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    tick();
    std::vector<std::uint64_t> order;
    for (const auto& [stream, seq] : wire_.sent.at(0).records) {
        order.push_back(seq);
    }
    EXPECT_EQ(order, (std::vector<std::uint64_t>{6, 7, 3, 4, 1, 2, 5}));
}

// Named in the plan as regressions: old data must neither show as new nor delay what is new.
TEST_F(UplinkTest, AVehiclesBacklogNeverMovesItsShownPositionBackwards) {
    std::mt19937_64 random{11};
    std::uint64_t shown = 0; // as a map shows it: the last of u/gps
    std::size_t seen = 0;
    for (int second = 0; second < 2'000; ++second) {
        switch (random() % 40) {
        case 0:
            uplink_.link_down();
            break;
        case 1:
            uplink_.link_up(clock_.ticks(), clock_.device_now());
            break;
        case 2: // in a garage, or the clock is set
            clock_.step_wall(std::chrono::seconds{static_cast<int>(random() % 120) - 60});
            break;
        case 3:
            acknowledge(wire::STREAM_G, random() % (spool_->status(wire::STREAM_G).last_seq + 1));
            break;
        default:
            break;
        }
        make(wire::STREAM_G, 1);
        for (int i = 0; i < 10; ++i) {
            tick();
        }
        for (; seen < wire_.sent.size(); ++seen) {
            if (wire_.sent[seen].kind == wire::UpKind::gps) {
                // The same one again, after a connect, moves nothing.
                ASSERT_GE(wire_.sent[seen].records[0].second, shown) << "second " << second;
                shown = wire_.sent[seen].records[0].second;
            }
        }
    }
    EXPECT_GT(shown, 1'000U);
}

// However large the backlog is: the live position is handed over in the moment it is stored, and
// what the backlog has handed over before it is at most one burst.
TEST_F(UplinkTest, TheLivePositionIsNotDelayedByOldData) {
    make(wire::STREAM_G, 500);
    make(wire::STREAM_V, 500, 50);
    make(wire::STREAM_W, 500, 900);
    clock_.advance(1h);
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    std::uint64_t acked = 0;
    for (int second = 0; second < 60; ++second) {
        for (int i = 0; i < 10; ++i) {
            tick();
            std::size_t waiting = 0;
            for (const std::size_t bytes : wire_.unreceipted) {
                waiting += bytes;
            }
            ASSERT_LE(waiting, 200'000 / 10 * 3 / 2) << "0.1 s of the link and the last message";
        }
        const std::size_t before = wire_.sent.size();
        make(wire::STREAM_G, 1);
        ASSERT_EQ(wire_.sent.size(), before + 1);
        ASSERT_EQ(wire_.sent.back().kind, wire::UpKind::gps);
        acked += 40;
        for (const wire::Stream stream : {wire::STREAM_G, wire::STREAM_V, wire::STREAM_W}) {
            acknowledge(stream, acked);
        }
    }
    EXPECT_GT(uplink_.counters().backfilled, 500U) << "while the backlog drained";
}

TEST_F(UplinkTest, WavesHeldAtTheCentresWishStayInTheSpoolAndNothingElseDoes) {
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    uplink_.hold_waves(clock_.ticks() + 12s);
    make(wire::STREAM_W, 5);
    make(wire::STREAM_G, 1);
    make(wire::STREAM_A, 1);
    tick(11s);
    ASSERT_FALSE(wire_.sent.empty());
    for (const Sent& one : wire_.sent) {
        for (const auto& [stream, seq] : one.records) {
            EXPECT_NE(stream, wire::STREAM_W);
        }
    }
    wire_.sent.clear();
    tick(2s); // it has expired
    ASSERT_FALSE(wire_.sent.empty());
    EXPECT_EQ(wire_.sent.back().records.back(), (std::pair{wire::STREAM_W, std::uint64_t{5}}));
}

TEST_F(UplinkTest, WhoeverWatchesStillSeesTheWavesThatAreHeld) {
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    uplink_.hold_waves(clock_.ticks() + 12s);
    uplink_.watched(clock_.ticks() + 15s);
    make(wire::STREAM_W, 1);
    ASSERT_EQ(wire_.sent.size(), 1U);
    EXPECT_EQ(wire_.sent[0].kind, wire::UpKind::wav);
    tick(4s); // unacknowledged, but the backlog waits
    EXPECT_EQ(wire_.sent.size(), 1U);
}

TEST_F(UplinkTest, ANewLinkIsNotHeld) {
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    uplink_.hold_waves(clock_.ticks() + 12s);
    uplink_.link_down();
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    make(wire::STREAM_W, 1);
    EXPECT_EQ(wire_.sent.size(), 1U);
}

TEST_F(UplinkTest, SendsAgainWithGrowingPatienceUntilAcknowledged) {
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    make(wire::STREAM_A, 1);
    EXPECT_EQ(wire_.sent.size(), 1U);
    std::vector<int> at_seconds;
    for (int second = 1; second <= 60; ++second) {
        const std::size_t before = wire_.sent.size();
        tick(1s);
        if (wire_.sent.size() > before) {
            at_seconds.push_back(second);
        }
    }
    EXPECT_EQ(at_seconds, (std::vector<int>{3, 9, 21, 45}));
    wire::Ack ack;
    ack.set_spool(spool_->identity());
    ack.add_streams()->set_stream(wire::STREAM_A);
    ack.mutable_streams(0)->set_upto(1);
    spool_->acknowledge(ack);
    spool_->commit();
    uplink_.acknowledged(ack, clock_.ticks());
    const std::size_t before = wire_.sent.size();
    tick(60s);
    EXPECT_EQ(wire_.sent.size(), before);
}

TEST_F(UplinkTest, AnAlarmIsSentAgainInTimeThoughTheBudgetIsUsedUp) {
    make(wire::STREAM_W, 100, 1'000);
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    make(wire::STREAM_A, 1);
    clock_.advance(1s);
    uplink_.tick(clock_.ticks()); // no receipt comes for this burst of waves
    ASSERT_FALSE(wire_.unreceipted.empty());
    const std::size_t before = wire_.sent.size();
    clock_.advance(2s);
    uplink_.tick(clock_.ticks());
    ASSERT_EQ(wire_.sent.size(), before + 1) << "3 s after it was sent";
    EXPECT_EQ(wire_.sent.back().records,
              (std::vector<std::pair<wire::Stream, std::uint64_t>>{{wire::STREAM_A, 1}}));
    uplink_.tick(clock_.ticks());
    EXPECT_EQ(wire_.sent.size(), before + 1);
}

TEST_F(UplinkTest, WithoutAcknowledgementsWhatIsSentIsBoundedByTheWindowAndThePatience) {
    make(wire::STREAM_G, 200);
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    make(wire::STREAM_G, 1);
    std::map<std::uint64_t, std::size_t> times;
    for (int i = 0; i < 600; ++i) { // 60 s
        tick();
        ASSERT_LE(uplink_.in_flight(wire::STREAM_G), kInFlightMax);
    }
    for (const Sent& one : wire_.sent) {
        for (const auto& [stream, seq] : one.records) {
            ++times[seq];
        }
    }
    EXPECT_EQ(times.size(), kInFlightMax);
    for (const auto& [seq, count] : times) {
        EXPECT_LE(count, 5U) << "once, and again after 3, 9, 21 and 45 s; seq " << seq;
    }
}

TEST_F(UplinkTest, AnOverdueRecordIsSentAgainHoweverManyWaitBeforeIt) {
    make(wire::STREAM_G, 199);
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    make(wire::STREAM_G, 1); // live, number 200: far behind the lowest that wait
    std::size_t sent = 0;
    for (int i = 0; i < 100; ++i) {
        tick();
    }
    for (const Sent& one : wire_.sent) {
        for (const auto& [stream, seq] : one.records) {
            sent += seq == 200 ? 1 : 0;
        }
    }
    EXPECT_EQ(sent, 3U) << "at 0, 3 and 9 s";
}

TEST_F(UplinkTest, WhatTheQuotaDroppedGivesItsPlaceInTheWindowBack) {
    make(wire::STREAM_G, 1);
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    tick();
    ASSERT_EQ(uplink_.in_flight(wire::STREAM_G), 1U);
    wire::Ack dropped; // as the quota removes it: the uplink is not told
    dropped.set_spool(spool_->identity());
    dropped.add_streams()->set_stream(wire::STREAM_G);
    dropped.mutable_streams(0)->set_upto(1);
    spool_->acknowledge(dropped);
    spool_->commit();
    tick(4s);
    EXPECT_EQ(uplink_.in_flight(wire::STREAM_G), 0U);
    EXPECT_EQ(wire_.sent.size(), 1U);
}

TEST_F(UplinkTest, WhatTheLinkDidNotTakeIsSentLater) {
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    wire_.broken = true;
    make(wire::STREAM_A, 1);
    tick();
    wire_.broken = false;
    tick();
    ASSERT_EQ(wire_.sent.size(), 1U);
    EXPECT_EQ(wire_.sent[0].kind, wire::UpKind::evt);
}

TEST_F(UplinkTest, EventsAreNeverMixedWithOtherStreams) {
    make(wire::STREAM_A, 100);
    make(wire::STREAM_G, 100);
    make(wire::STREAM_W, 100);
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    for (int i = 0; i < 300; ++i) { // 30 s without acknowledgements
        tick();
    }
    std::size_t events = 0;
    for (const Sent& one : wire_.sent) {
        std::set<wire::Stream> streams;
        for (const auto& [stream, seq] : one.records) {
            streams.insert(stream);
        }
        events += streams.contains(wire::STREAM_A) ? one.records.size() : 0;
        EXPECT_TRUE(!streams.contains(wire::STREAM_A) || streams.size() == 1);
    }
    EXPECT_EQ(events, 4 * kInFlightMax) << "at 0, 3, 9 and 21 s";
}

// Whoever shows alarms as they come would take an older one for the present state.
TEST_F(UplinkTest, NoEventOvertakesALaterOneOnItsOwnTopic) {
    make(wire::STREAM_A, 100);
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    make(wire::STREAM_A, 1); // live, while 65 to 100 still wait for the window
    for (int i = 0; i < 300; ++i) {
        tick();
        if (i == 100) { // the first 64 are committed; the window opens for the rest
            wire::Ack ack;
            ack.set_spool(spool_->identity());
            ack.add_streams()->set_stream(wire::STREAM_A);
            ack.mutable_streams(0)->set_upto(kInFlightMax);
            spool_->acknowledge(ack);
            spool_->commit();
            uplink_.acknowledged(ack, clock_.ticks());
        }
    }
    std::uint64_t newest = 0;
    std::set<std::uint64_t> all;
    for (const Sent& one : wire_.sent) {
        for (const auto& [stream, seq] : one.records) {
            all.insert(seq);
            if (one.kind == wire::UpKind::evt) {
                EXPECT_GT(seq, newest);
                newest = seq;
            }
        }
    }
    EXPECT_EQ(newest, 101U);
    EXPECT_EQ(all.size(), 101U) << "what may not overtake goes with the backlog";
}

// ----------------------------------------------------------------------------------------
// positions

GnssReading at(double lat, double lon) {
    return {.fix_mode = 3,
            .lat_e7 = static_cast<std::int32_t>(lat * 1e7),
            .lon_e7 = static_cast<std::int32_t>(lon * 1e7)};
}

TEST(PositionFilter, PublishesTheNewestOfASecondAndNothingTwice) {
    PositionFilter filter{1};
    EXPECT_EQ(filter.add(at(35, 111), Ticks{1s}), PositionFilter::Verdict::good);
    EXPECT_EQ(filter.add(at(35.0001, 111), Ticks{1200ms}), PositionFilter::Verdict::good);
    EXPECT_EQ(filter.take()->lat_e7, 350'001'000);
    EXPECT_FALSE(filter.take());
    EXPECT_EQ(filter.add({}, Ticks{2s}), PositionFilter::Verdict::no_fix);
    EXPECT_FALSE(filter.take());
}

TEST(PositionFilter, HoldsBackAJumpAndBelievesItOnlyWhenItStays) {
    PositionFilter filter{1};
    filter.add(at(35, 111), Ticks{1s});
    (void)filter.take();
    EXPECT_EQ(filter.add(at(35.05, 111), Ticks{2s}), PositionFilter::Verdict::implausible);
    EXPECT_FALSE(filter.take());
    EXPECT_TRUE(filter.suspicious());
    EXPECT_EQ(filter.add(at(35.0003, 111), Ticks{3s}), PositionFilter::Verdict::good);
    EXPECT_FALSE(filter.suspicious());
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(filter.add(at(36, 111), Ticks{4s + i * 200ms}),
                  PositionFilter::Verdict::implausible);
    }
    EXPECT_EQ(filter.add(at(36, 111), Ticks{5s}), PositionFilter::Verdict::good);
}

TEST(PositionFilter, BurstOfBufferedReadingsIsJudgedByTheReceiversTimes) {
    PositionFilter filter{1};
    GnssReading first = at(35, 111);
    first.utc_us = 1'000'000'000;
    GnssReading second = at(35.001, 111); // 111 m further
    second.utc_us = first.utc_us + 5'000'000;
    filter.add(first, Ticks{1s});
    EXPECT_EQ(filter.add(second, Ticks{1s}), PositionFilter::Verdict::good);
    GnssReading leap = at(36, 111);
    leap.utc_us = second.utc_us + 3'600'000'000;
    EXPECT_EQ(filter.add(leap, Ticks{1s}), PositionFilter::Verdict::implausible);
}

TEST(PositionFilter, LimitFollowsTheTimeScale) {
    PositionFilter fast{20};
    fast.add(at(35, 111), Ticks{1s});
    EXPECT_EQ(fast.add(at(35.005, 111), Ticks{2s}), PositionFilter::Verdict::good); // 556 m in 1 s
    PositionFilter real{1};
    real.add(at(35, 111), Ticks{1s});
    EXPECT_EQ(real.add(at(35.005, 111), Ticks{2s}), PositionFilter::Verdict::implausible);
}

// ---------------------------------------------------------------------------------------- monitor

TEST(MonitorState, InvalidIsMarkedAndSilenceIsAbsence) {
    MonitorState monitor;
    EXPECT_FALSE(monitor.vitals(Ticks{1s}));
    monitor.take({.values = {{VitalKind::hr, 80}, {VitalKind::spo2, std::nullopt}}}, {1'000'000},
                 Ticks{1s});
    const auto vitals = monitor.vitals(Ticks{2s});
    ASSERT_TRUE(vitals);
    EXPECT_EQ(vitals->hr_bpm(), 80);
    EXPECT_FALSE(vitals->has_spo2_pct());
    EXPECT_EQ(vitals->invalid_mask(), 1U << 2);
    EXPECT_FALSE(vitals->has_rr_bpm());
    EXPECT_FALSE(monitor.vitals(Ticks{11s})) << "a number that is no longer said is not shown";
}

TEST(MonitorState, AZeroOfASensorThatIsOffIsInvalidWhicheverWasSaidFirst) {
    const MonitorMessage off{
        .technical = std::vector<MonitorAlarm>{{"ecg_lead_off", AlarmLevel::low, "ECG Lead Off"}}};
    const MonitorMessage zero{.values = {{VitalKind::hr, 0}, {VitalKind::pr, 0}}};
    MonitorState monitor;
    monitor.take(zero, {1}, Ticks{1s});
    EXPECT_TRUE(monitor.vitals(Ticks{1s})->has_hr_bpm()) << "an asystole is a number";
    monitor.take(off, {2}, Ticks{2s});
    EXPECT_FALSE(monitor.vitals(Ticks{2s})->has_hr_bpm());
    EXPECT_EQ(monitor.vitals(Ticks{2s})->invalid_mask(), 1U) << "of the ECG alone";
    monitor.take(zero, {3}, Ticks{3s});
    EXPECT_FALSE(monitor.vitals(Ticks{3s})->has_hr_bpm());
    monitor.take({.values = {{VitalKind::hr, 70}}}, {4}, Ticks{4s});
    EXPECT_EQ(monitor.vitals(Ticks{4s})->hr_bpm(), 70) << "by the leads that hold";
}

TEST(MonitorState, ACuffValueThatWasDoubtedForAMomentIsNotMeasuredAnew) {
    MonitorState monitor;
    const auto cuff = [](std::optional<std::int32_t> mmhg) {
        return MonitorMessage{.values = {{VitalKind::nibp_sys, mmhg, "20260318104216"}}};
    };
    monitor.take(cuff(120), {1'000'000}, Ticks{1s});
    monitor.take(cuff(std::nullopt), {2'000'000}, Ticks{2s});
    monitor.take(cuff(120), {2'400'000'000}, Ticks{2400s});
    const auto vitals = monitor.vitals(Ticks{2400s});
    ASSERT_TRUE(vitals);
    EXPECT_EQ(vitals->nibp_sys_mmhg(), 120);
    EXPECT_EQ(vitals->nibp_t_us(), 1'000'000);
}

TEST(MonitorState, CuffKeepsTheTimeItMeasured) {
    MonitorState monitor;
    const MonitorMessage cuff{.values = {{VitalKind::nibp_sys, 120, "20260318104216"}}};
    monitor.take(cuff, {1'000'000}, Ticks{1s});
    monitor.take(cuff, {60'000'000}, Ticks{60s}); // repeated, not measured again
    const auto vitals = monitor.vitals(Ticks{61s});
    ASSERT_TRUE(vitals);
    EXPECT_EQ(vitals->nibp_t_us(), 1'000'000);
}

TEST(MonitorState, AlarmsBeginAndEndOnce) {
    MonitorState monitor;
    const MonitorMessage off{
        .technical = std::vector<MonitorAlarm>{{"ecg_lead_off", AlarmLevel::low, "ECG Lead Off"}}};
    const auto began = monitor.take(off, {1}, Ticks{1s});
    ASSERT_EQ(began.size(), 1U);
    EXPECT_TRUE(began[0].active());
    EXPECT_TRUE(began[0].technical());
    EXPECT_TRUE(monitor.take(off, {2}, Ticks{2s}).empty());
    EXPECT_TRUE(
        monitor.take({.physiological = std::vector<MonitorAlarm>{}}, {3}, Ticks{3s}).empty())
        << "of the other family";
    EXPECT_TRUE(monitor.take({.values = {{VitalKind::hr, 80}}}, {3}, Ticks{3s}).empty())
        << "says nothing of alarms";
    const auto ended = monitor.take({.technical = std::vector<MonitorAlarm>{}}, {4}, Ticks{4s});
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_FALSE(ended[0].active());
    monitor.take(off, {5}, Ticks{5s});
    EXPECT_EQ(monitor.age(Ticks{26s}).size(), 1U);
}

TEST(MonitorState, AnAlarmThatChangesItsPriorityOrTextIsSaidAgain) {
    MonitorState monitor;
    const auto says = [&](AlarmLevel level, const std::string& text) {
        return monitor.take(
            {.physiological = std::vector<MonitorAlarm>{{"monitor_1", level, text}}}, {1},
            Ticks{1s});
    };
    EXPECT_EQ(says(AlarmLevel::low, "PVC").size(), 1U);
    EXPECT_TRUE(says(AlarmLevel::low, "PVC").empty());
    const auto raised = says(AlarmLevel::high, "PVC");
    ASSERT_EQ(raised.size(), 1U);
    EXPECT_TRUE(raised[0].active());
    EXPECT_EQ(raised[0].priority(), wire::Alarm::HIGH);
    const auto renamed = says(AlarmLevel::high, "run of PVC");
    ASSERT_EQ(renamed.size(), 1U);
    EXPECT_EQ(renamed[0].value(), "run of PVC");
}

// ---------------------------------------------------------------------------------------- waves

TEST(WaveBuilder, BatchesBySecondOrFifthAndBreaksAtHolesAndLeadChanges) {
    WaveBuilder waves;
    waves.begin({.recording = 9, .rate_mhz = 500'000, .gain_nv = 2'440, .lead_mask = 2});
    const auto chunk = [](std::uint64_t first, std::uint32_t off = 0) {
        return WaveBuilder::Chunk{.first_sample = first,
                                  .lead_off_mask = off,
                                  .leads = {std::vector<std::int32_t>(50, 7)}};
    };
    EXPECT_TRUE(waves.add(chunk(0), {1'000}, Watched::yes).empty());
    const auto fifth = waves.add(chunk(50), {2'000}, Watched::yes);
    ASSERT_EQ(fifth.size(), 1U);
    EXPECT_EQ(fifth[0].batch.count(), 100U);
    EXPECT_EQ(fifth[0].t_us, 1'000);
    std::size_t batches = 0;
    for (std::uint64_t i = 0; i < 10; ++i) {
        batches += waves.add(chunk(100 + i * 50), {3'000}, Watched::no).size();
    }
    EXPECT_EQ(batches, 1U);
    waves.add(chunk(600), {4'000}, Watched::no);
    const auto hole = waves.add(chunk(700), {5'000}, Watched::no);
    ASSERT_EQ(hole.size(), 1U);
    EXPECT_EQ(hole[0].batch.first_sample() + hole[0].batch.count(), 650U);
    const auto lead_off = waves.add(chunk(750, 2), {6'000}, Watched::no);
    ASSERT_EQ(lead_off.size(), 1U);
    EXPECT_EQ(lead_off[0].batch.lead_off_mask(), 0U);
    EXPECT_EQ(waves.flush().at(0).batch.lead_off_mask(), 2U);
}

// What came out of a builder, put together again: every batch fits a record and decodes.
struct Rejoined {
    std::vector<std::vector<std::int32_t>> leads;
    std::vector<std::int32_t> pleth;
    std::size_t batches{0};

    void take(const std::vector<BuiltBatch>& built) {
        for (const BuiltBatch& one : built) {
            ++batches;
            EXPECT_LE(one.batch.ByteSizeLong(), kRecordBodySizeMax);
            const auto block = wire::decode_waves(one.batch);
            ASSERT_TRUE(block) << block.error().message();
            leads.resize(block->lead_count());
            if (block->count > 0) {
                EXPECT_EQ(block->first_sample, leads.front().size());
            }
            if (!block->pleth.empty()) {
                EXPECT_EQ(block->pleth_first_sample, pleth.size());
            }
            for (std::size_t i = 0; i < leads.size(); ++i) {
                const auto from =
                    block->samples.begin() + static_cast<std::ptrdiff_t>(i * block->count);
                leads[i].insert(leads[i].end(), from, from + block->count);
            }
            pleth.insert(pleth.end(), block->pleth.begin(), block->pleth.end());
        }
    }
};

TEST(WaveBuilder, PlethWithoutEcgIsSentEverySecondToo) {
    WaveBuilder waves;
    waves.begin({.recording = 9,
                 .rate_mhz = 500'000,
                 .gain_nv = 2'440,
                 .lead_mask = 2,
                 .pleth_rate_mhz = 125'000});
    Rejoined got;
    std::vector<std::int32_t> sent;
    for (int i = 0; i < 500; ++i) { // 100 s of 0.2 s each
        WaveBuilder::Chunk chunk{.leads = {{}}, .pleth_first = sent.size()};
        for (int k = 0; k < 25; ++k) {
            chunk.pleth.push_back(i + k);
        }
        sent.insert(sent.end(), chunk.pleth.begin(), chunk.pleth.end());
        got.take(waves.add(chunk, {i}, Watched::no));
    }
    EXPECT_EQ(got.batches, 100U);
    EXPECT_EQ(got.pleth, sent);
    got.take(waves.add({.leads = {{}}, .pleth_first = sent.size(), .pleth = std::vector(25, 1)},
                       {600}, Watched::yes));
    EXPECT_EQ(got.batches, 101U) << "a fifth of a second when somebody watches";
}

TEST(WaveBuilder, BlocksOfAnySizeBecomeBatchesThatFitARecord) {
    WaveBuilder waves;
    waves.begin({.recording = 9,
                 .rate_mhz = 2'000'000,
                 .gain_nv = 1,
                 .lead_mask = 0x1ff,
                 .pleth_rate_mhz = 500'000});
    Rejoined got;
    std::vector<std::vector<std::int32_t>> leads(9);
    std::vector<std::int32_t> pleth;
    std::mt19937 random{11};
    for (int i = 0; i < 200; ++i) {
        WaveBuilder::Chunk chunk{.first_sample = leads[0].size(), .pleth_first = pleth.size()};
        const std::size_t count = random() % 3 == 0 ? 0 : random() % (kEcgBoxCountMax + 1);
        for (auto& lead : leads) {
            auto& part = chunk.leads.emplace_back();
            for (std::size_t k = 0; k < count; ++k) { // the widest differences there are
                part.push_back(k % 2 == 0 ? wire::kWaveValueMax : -wire::kWaveValueMax);
            }
            lead.insert(lead.end(), part.begin(), part.end());
        }
        const std::size_t pulses = random() % 2 == 0 ? 0 : random() % (kEcgBoxCountMax + 1);
        for (std::size_t k = 0; k < pulses; ++k) {
            chunk.pleth.push_back(k % 2 == 0 ? wire::kWaveValueMax : -wire::kWaveValueMax);
        }
        pleth.insert(pleth.end(), chunk.pleth.begin(), chunk.pleth.end());
        got.take(waves.add(chunk, {i}, random() % 2 == 0 ? Watched::yes : Watched::no));
    }
    got.take(waves.flush());
    EXPECT_EQ(got.leads, leads);
    EXPECT_EQ(got.pleth, pleth);
}

// ---------------------------------------------------------------------------------------- replay

TEST(EcgReplay, GivesEverySampleOnceWithTheRecordsOwnRateAndGain) {
    test::TempDir dir;
    std::vector<std::int32_t> expected;
    std::string bytes;
    std::int16_t sum = 0;
    for (int i = 0; i < 1'000; ++i) {
        const auto value = static_cast<std::int16_t>(i * 37 % 2'000 + 24);
        sum = static_cast<std::int16_t>(sum + value);
        expected.push_back(value - 1'024);
        bytes.push_back(static_cast<char>(value & 0xff));
        bytes.push_back(static_cast<char>(value >> 8));
    }
    std::ofstream{dir.path() / "r.dat", std::ios::binary} << bytes;
    std::ofstream{dir.path() / "r.hea"} << "r 1 360 1000\nr.dat 16 200(1024) 11 1024 24 " << sum
                                        << " 0 MLII\n";
    auto replay = EcgReplay::load((dir.path() / "r").string(), 10);
    ASSERT_TRUE(replay) << replay.error().message();
    const auto session = replay->session(77);
    EXPECT_EQ(session.rate_mhz, 360'000U);
    EXPECT_EQ(session.gain_nv, 5'000U);
    EXPECT_EQ(session.lead_mask, 2U) << "MLII is shown as II";
    WaveBuilder waves;
    waves.begin(session);
    std::vector<std::int32_t> got;
    const auto take = [&got](const std::vector<BuiltBatch>& batches) {
        for (const BuiltBatch& one : batches) {
            const auto block = wire::decode_waves(one.batch);
            ASSERT_TRUE(block);
            ASSERT_EQ(block->first_sample, got.size());
            got.insert(got.end(), block->samples.begin(), block->samples.end());
        }
    };
    for (int tick = 1; tick <= 20; ++tick) {
        for (const auto& chunk : replay->due(tick * 17ms)) {
            take(waves.add(chunk, {1}, Watched::no));
        }
    }
    EXPECT_TRUE(replay->ended());
    take(waves.flush());
    EXPECT_EQ(got, expected);
}

// ---------------------------------------------------------------------------------------- crew

class CrewDeskTest : public testing::Test {
  protected:
    CrewDeskTest()
        : spool_(std::move(*Spool::open({(dir_.path() / "s").string(), 1 << 30}, clock_))),
          desk_(*spool_, *VehicleId::parse("amb-zx01"),
                [](std::string_view, std::string_view signature) { return signature == "good"; }) {}

    bool give(wire::CommandBody body, const std::string& signature = "good") {
        if (body.vid().empty()) {
            body.set_vid("amb-zx01");
        }
        wire::Command command;
        command.set_payload(body.SerializeAsString());
        command.set_signature(signature);
        return desk_.take_command(command.SerializeAsString(), now());
    }
    wire::CommandBody order(const std::string& id, std::uint64_t unit_seq,
                            std::int64_t assignment) {
        wire::CommandBody body;
        body.set_id(id);
        body.set_term(3);
        body.set_unit_seq(unit_seq);
        body.mutable_dispatch()->set_assignment_id(assignment);
        return body;
    }
    Moment now() {
        return {.device = {clock_.utc_us()},
                .clk = wire::CLOCK_NTP,
                .server = {clock_.utc_us()},
                .ticks = clock_.ticks()};
    }
    std::vector<wire::CommandAck::Result> new_acks() {
        std::vector<wire::CommandAck::Result> out;
        for (const Record& record : spool_->commit().records) {
            wire::Envelope envelope;
            wire::Event event;
            EXPECT_TRUE(envelope.ParseFromString(record.envelope));
            EXPECT_TRUE(event.ParseFromString(envelope.body()));
            if (event.has_command_ack()) {
                out.push_back(event.command_ack().result());
            }
        }
        return out;
    }
    test::TempDir dir_;
    test::FakeClock clock_;
    std::unique_ptr<Spool> spool_;
    CrewDesk desk_;
};

using Acks = std::vector<wire::CommandAck::Result>;

TEST_F(CrewDeskTest, ARepeatIsAcknowledgedAtMostEveryFiveSeconds) {
    EXPECT_TRUE(give(order("c1", 1, 7)));
    EXPECT_EQ(new_acks(), Acks{wire::CommandAck::STORED});
    EXPECT_FALSE(give(order("c1", 1, 7)));
    clock_.advance(6s);
    EXPECT_TRUE(give(order("c1", 1, 7)));
    EXPECT_EQ(new_acks(), Acks{wire::CommandAck::STORED});
}

TEST_F(CrewDeskTest, ARepeatedAcknowledgementIsTheSameEventByteForByte) {
    const auto bodies = [this] {
        std::vector<std::string> out;
        for (const Record& record : spool_->commit().records) {
            wire::Envelope envelope;
            EXPECT_TRUE(envelope.ParseFromString(record.envelope));
            out.push_back(envelope.body());
        }
        return out;
    };
    wire::CommandBody body = order("c1", 1, 7);
    body.mutable_dispatch()->set_incident_id(5);
    give(body);
    const auto stored = bodies();
    clock_.advance(6s);
    give(body);
    EXPECT_EQ(bodies(), stored);
    AnswerOrder answer;
    answer.set_event_id("e1");
    answer.set_command_id("c1");
    answer.set_reason("flat tyre");
    ASSERT_TRUE(desk_.answer(answer, now()));
    const auto refused = bodies();
    ASSERT_EQ(refused.size(), 1U);
    clock_.advance(6s);
    give(body);
    EXPECT_EQ(bodies(), refused);
    // After a restart, too.
    spool_.reset();
    auto reopened = Spool::open({(dir_.path() / "s").string(), 1 << 30}, clock_);
    ASSERT_TRUE(reopened);
    spool_ = std::move(*reopened);
    CrewDesk next{*spool_, *VehicleId::parse("amb-zx01"),
                  [](std::string_view, std::string_view) { return true; }};
    wire::Command command;
    body.set_vid("amb-zx01");
    command.set_payload(body.SerializeAsString());
    next.take_command(command.SerializeAsString(), now());
    EXPECT_EQ(bodies(), refused);
}

TEST_F(CrewDeskTest, AForgeryIsToldButDoesNotFillTheSpool) {
    for (int i = 0; i < 100; ++i) {
        give(order("f" + std::to_string(i), 1, 7), "bad");
    }
    EXPECT_EQ(new_acks(), Acks{wire::CommandAck::BAD_SIGNATURE});
    EXPECT_FALSE(desk_.status().has_order());
}

TEST_F(CrewDeskTest, AnOrderOfAPassedLeaderIsTakenWhenThePresentLeaderSendsIt) {
    wire::CommandBody newer = order("c0", 1, 0);
    newer.set_term(4);
    newer.mutable_text()->set_text("of the new leader");
    give(newer);
    wire::CommandBody late = order("c1", 2, 7);
    EXPECT_TRUE(give(late));
    EXPECT_EQ(new_acks(), (Acks{wire::CommandAck::STORED, wire::CommandAck::STALE_TERM}));
    EXPECT_FALSE(give(late)) << "a repeat under the old term is told at most every 5 s";
    EXPECT_FALSE(desk_.status().has_order());
    late.set_term(4);
    EXPECT_TRUE(give(late));
    EXPECT_EQ(new_acks(), Acks{wire::CommandAck::STORED});
    EXPECT_EQ(desk_.status().order_command_id(), "c1");
    late.set_term(3);
    clock_.advance(6s);
    EXPECT_TRUE(give(late));
    EXPECT_EQ(new_acks(), Acks{wire::CommandAck::STORED}) << "what is stored stays so";
}

TEST_F(CrewDeskTest, ARefusalGivesTheUnitBackItsState) {
    give(order("c1", 1, 7));
    EXPECT_EQ(desk_.status().state(), wire::UNIT_ASSIGNED);
    AnswerOrder answer;
    answer.set_event_id("e1");
    answer.set_command_id("c1");
    answer.set_reason("flat tyre");
    EXPECT_TRUE(desk_.answer(answer, now()));
    EXPECT_EQ(new_acks(), (Acks{wire::CommandAck::STORED, wire::CommandAck::REFUSED}));
    EXPECT_EQ(desk_.status().state(), wire::UNIT_AVAILABLE);
    EXPECT_FALSE(desk_.status().has_order());
    answer.set_event_id("e2");
    EXPECT_FALSE(desk_.answer(answer, now())) << "no order waits any more";
}

TEST_F(CrewDeskTest, ANewOrderBeforeTheAnswerSupersedesTheFirst) {
    give(order("c1", 1, 7));
    give(order("c2", 2, 8));
    EXPECT_EQ(new_acks(), (Acks{wire::CommandAck::STORED, wire::CommandAck::STORED,
                                wire::CommandAck::SUPERSEDED}));
    EXPECT_EQ(desk_.status().order_command_id(), "c2");
    EXPECT_FALSE(desk_.on_case());
}

TEST_F(CrewDeskTest, ACancellationClosesOnlyItsOwnAssignment) {
    give(order("c1", 1, 7));
    wire::CommandBody other = order("c2", 2, 0);
    other.mutable_cancel()->set_assignment_id(6);
    give(other);
    EXPECT_TRUE(desk_.status().has_order());
    wire::CommandBody cancel = order("c3", 3, 0);
    cancel.mutable_cancel()->set_assignment_id(7);
    give(cancel);
    EXPECT_FALSE(desk_.status().has_order());
    EXPECT_EQ(desk_.status().state(), wire::UNIT_AVAILABLE);
}

TEST_F(CrewDeskTest, OnlyTheCrewsButtonsChangeThePatient) {
    const auto press = [&](const std::string& id, wire::UnitState state) {
        PressState one;
        one.set_event_id(id);
        one.set_state(state);
        EXPECT_TRUE(desk_.press(one, nullptr, now()));
    };
    const auto order_of = [&](const std::string& id, std::uint64_t unit_seq, std::int64_t incident,
                              std::uint32_t years) {
        wire::CommandBody body = order(id, unit_seq, incident);
        body.mutable_dispatch()->set_incident_id(incident);
        body.mutable_dispatch()->set_age_years(years);
        return body;
    };
    give(order_of("c1", 1, 34, 6));
    EXPECT_EQ(desk_.patient().age_years(), 6U) << "of whom they drive to";
    const std::uint64_t first = desk_.patient().number();
    press("p1", wire::UNIT_AT_PATIENT);
    EXPECT_EQ(desk_.patient().number(), first) << "what was found before the button is his";
    const std::string aboard = desk_.patient().SerializeAsString();
    EXPECT_TRUE(desk_.patient().attended());

    give(order_of("c2", 2, 35, 70));
    EXPECT_EQ(desk_.patient().SerializeAsString(), aboard);
    wire::CommandBody cancel = order("c3", 3, 0);
    cancel.mutable_cancel()->set_assignment_id(35);
    give(cancel);
    EXPECT_EQ(desk_.patient().SerializeAsString(), aboard);
    give(order_of("c4", 4, 36, 70));
    press("p2", wire::UNIT_EN_ROUTE);
    EXPECT_EQ(desk_.patient().SerializeAsString(), aboard);
    const CrewDesk restarted{*spool_, *VehicleId::parse("amb-zx01"),
                             [](std::string_view, std::string_view) { return true; }};
    EXPECT_EQ(restarted.patient().SerializeAsString(), aboard);

    press("p3", wire::UNIT_AT_PATIENT);
    EXPECT_EQ(desk_.patient().number(), first + 1);
    EXPECT_EQ(desk_.patient().age_years(), 70U);
    press("p4", wire::UNIT_AVAILABLE);
    EXPECT_EQ(desk_.patient().number(), first + 2);
    EXPECT_FALSE(desk_.patient().attended());
    press("p4", wire::UNIT_AVAILABLE);
    EXPECT_EQ(desk_.patient().number(), first + 2) << "a repeated press counts once";
}

TEST_F(CrewDeskTest, APressWithoutAnIdOrOfAStateWithoutAButtonIsRefused) {
    PressState press;
    press.set_state(wire::UNIT_EN_ROUTE);
    EXPECT_FALSE(desk_.press(press, nullptr, now()));
    press.set_event_id("p1");
    press.set_state(wire::UNIT_ASSIGNED);
    EXPECT_FALSE(desk_.press(press, nullptr, now()));
    press.set_state(static_cast<wire::UnitState>(99));
    EXPECT_FALSE(desk_.press(press, nullptr, now()));
    EXPECT_TRUE(spool_->commit().records.empty());
}

TEST_F(CrewDeskTest, WhatTheSpoolDidNotTakeIsRefusedAndItsRepeatCounts) {
    give(order("c1", 1, 7));
    PressState press;
    press.set_event_id("p1");
    press.set_state(wire::UNIT_EN_ROUTE);
    AnswerOrder answer;
    answer.set_event_id("a1");
    answer.set_command_id("c1");
    answer.set_accept(true);
    spool_->commit();
    while (spool_->append({.stream = wire::STREAM_V, .t_us = 1})) {
    }
    const auto pressed = desk_.press(press, nullptr, now());
    ASSERT_FALSE(pressed);
    EXPECT_EQ(pressed.error().code, Code::full);
    EXPECT_FALSE(desk_.answer(answer, now()));
    EXPECT_EQ(desk_.status().state(), wire::UNIT_ASSIGNED);
    EXPECT_FALSE(desk_.on_case());
    EXPECT_EQ(spool_->find_command("c1")->result, wire::CommandAck::STORED);
    spool_->commit();

    EXPECT_TRUE(desk_.answer(answer, now()));
    EXPECT_TRUE(desk_.press(press, nullptr, now()));
    EXPECT_EQ(spool_->commit().records.size(), 2U);
    EXPECT_EQ(desk_.status().state(), wire::UNIT_EN_ROUTE);
}

// ---------------------------------------------------------------------------------------- clock

TEST(VehicleClock, TakesTimeFromOutsideWhenItsOwnWasNeverSet) {
    test::FakeClock machine{5'000'000}; // 1970: the battery was out
    VehicleClock clock{machine};
    EXPECT_EQ(clock.now().clk, wire::CLOCK_NEVER_SET);
    clock.gnss(1'790'000'000'000'000);
    EXPECT_EQ(clock.now().device.us, 1'790'000'000'000'000);
    EXPECT_EQ(clock.now().clk, wire::CLOCK_GNSS);
    machine.advance(11s);
    EXPECT_EQ(clock.now().clk, wire::CLOCK_FREE_RUNNING);
    clock.server(1'790'000'030'000'000);
    EXPECT_EQ(clock.now().server.us, 1'790'000'030'000'000);
    EXPECT_EQ(clock.now().device.us, 1'790'000'011'000'000) << "a running clock is not stepped";
}

// chrony sets the machine's clock some time after the receiver had given the time.
TEST(VehicleClock, SettingTheMachineAfterTheFirstFixDoesNotMoveTheDevicesTime) {
    test::FakeClock machine{5'000'000};
    VehicleClock clock{machine};
    clock.gnss(1'790'000'000'000'000);
    machine.advance(20s);
    machine.step_wall(1'000h); // from the file of the last shutdown, and still long ago
    EXPECT_EQ(clock.now().device.us, 1'790'000'020'000'000);
    machine.step_wall(std::chrono::microseconds{1'790'000'020'300'000 - machine.utc_us()});
    EXPECT_EQ(clock.now().device.us, 1'790'000'020'300'000) << "the machine is the base again";
    machine.advance(5s);
    EXPECT_EQ(clock.now().device.us, 1'790'000'025'300'000);
    clock.gnss(1'790'000'025'200'000);
    EXPECT_EQ(clock.now().clk, wire::CLOCK_GNSS);
}

TEST(VehicleClock, AStepOfTheMachineDoesNotMoveTheCentresTime) {
    test::FakeClock machine;
    VehicleClock clock{machine};
    EXPECT_EQ(clock.now().server.us, machine.utc_us()) << "the best that is known";
    clock.server(1'790'000'000'000'000);
    machine.advance(2s);
    machine.step_wall(-24h);
    EXPECT_EQ(clock.now().server.us, 1'790'000'002'000'000);
}

TEST(VehicleClock, AMachineStepOfBeforeTheFirstFixIsTaken) {
    test::FakeClock machine{5'000'000};
    VehicleClock clock{machine};
    machine.step_wall(std::chrono::microseconds{1'790'000'000'000'000 - machine.utc_us()});
    EXPECT_EQ(clock.now().device.us, 1'790'000'000'000'000);
    clock.gnss(1'790'000'000'400'000);
    EXPECT_EQ(clock.now().clk, wire::CLOCK_GNSS);
    EXPECT_EQ(clock.now().device.us, 1'790'000'000'000'000) << "what runs is not stepped";
}

} // namespace
} // namespace ems::vehicle
