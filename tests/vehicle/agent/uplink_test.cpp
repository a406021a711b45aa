#include <deque>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"
#include "vehicle/agent/limits.h"
#include "vehicle/agent/uplink.h"
#include "vehicle/spool/spool.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;

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
        uplink_.acknowledged(ack);
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
    uplink_.acknowledged(ack);
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

// The broker's receipts lie unread while the agent waits for its disk.
TEST_F(UplinkTest, ADiskThatHangsForSecondsIsNotTakenForANarrowLink) {
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    uplink_.other_sent(wire::UpKind::hb, 200, clock_.ticks());
    ASSERT_TRUE(spool_->append(
        {.stream = wire::STREAM_W, .t_us = clock_.utc_us(), .body = std::string(900, 'x')}));
    const Ticks heard_until = clock_.ticks();
    clock_.advance(3s);
    uplink_.live(spool_->commit().records, clock_.ticks(), clock_.device_now(), heard_until);
    ASSERT_EQ(wire_.sent.size(), 1U);
    EXPECT_EQ(wire_.sent[0].kind, wire::UpKind::wav);
}

// A database that commits after five seconds, behind a link that does not care.
TEST_F(UplinkTest, ACentreThatCommitsSlowlyIsNotTakenForASlowLink) {
    make(wire::STREAM_W, 3'000, 900);
    uplink_.link_up(clock_.ticks(), clock_.device_now());
    struct Due {
        Ticks at;
        std::uint64_t vitals{0};
        std::uint64_t waves{0};
    };
    std::deque<Due> due;
    double before = 0;
    for (int i = 0; i < 600; ++i) {
        before = i == 200 ? uplink_.budget().link_bytes_per_s() : before;
        if (i % 10 == 0) {
            make(wire::STREAM_V, 1);
            uplink_.other_sent(wire::UpKind::hb, 200, clock_.ticks());
            uplink_.received(wire::UpKind::hb, clock_.ticks() + 60ms);
        }
        std::uint64_t waves = 0;
        for (const Sent& one : wire_.sent) {
            for (const auto& [stream, seq] : one.records) {
                waves = stream == wire::STREAM_W ? std::max(waves, seq) : waves;
            }
        }
        due.push_back({clock_.ticks() + (i < 200 ? 100ms : 5'000ms),
                       spool_->status(wire::STREAM_V).last_seq, waves});
        tick();
        for (; !due.empty() && due.front().at <= clock_.ticks(); due.pop_front()) {
            acknowledge(wire::STREAM_V, due.front().vitals);
            acknowledge(wire::STREAM_W, due.front().waves);
        }
    }
    EXPECT_GE(uplink_.budget().link_bytes_per_s(), 0.7 * before);
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
            uplink_.acknowledged(ack);
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

} // namespace
} // namespace ems::vehicle
