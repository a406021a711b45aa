#include "telemetry/replay/replay.h"

#include <map>

#include "telemetry/replay/sql.h"
#include "telemetry/retention/case_archive.h"
#include "telemetry/wire/waveform.h"
#include "tests/telemetry/retention/archive_fixture.h"

namespace ems::replay {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kSecond = 1'000'000;

class ReplayTest : public test::ArchiveTest {
  protected:
    void SetUp() override {
        ArchiveTest::SetUp();
        reader_.emplace(context_.get_executor(),
                        pg::Options{.conninfo = postgres_->conninfo("ems_dispatch"),
                                    .application = "replay-test",
                                    .statement_limit = 10s});
        ASSERT_TRUE(run<void>([&] { return reader_->open(); }));
    }
    static DeviceTime clock(int hour, int minute, int second = 0) {
        return {test::kDay0Us + ((hour * 60 + minute) * 60 + second) * kSecond};
    }
    static Query query(wire::Stream stream, DeviceTime from, DeviceTime to,
                       std::uint32_t buckets = 0) {
        return {VehicleId::parse("amb-1").value(), stream, from, to, buckets, std::nullopt};
    }
    Result<Page> page(const Query& asked) {
        return run<Page>([&] { return read_page(*reader_, asked); });
    }
    std::vector<Page> all(Query asked) {
        std::vector<Page> out;
        do {
            auto next = page(asked);
            EXPECT_TRUE(next) << next.error().message();
            if (!next || out.size() > 200) {
                break;
            }
            asked.after = next->next;
            out.push_back(std::move(*next));
        } while (asked.after);
        return out;
    }
    static std::vector<std::uint64_t> position_seqs(const std::vector<Page>& pages) {
        std::vector<std::uint64_t> out;
        for (const Page& page : pages) {
            for (const PositionRecord& record : page.positions) {
                out.push_back(record.head.seq);
            }
        }
        return out;
    }
    static std::vector<std::uint64_t> range(std::uint64_t low, std::uint64_t high) {
        std::vector<std::uint64_t> out;
        for (; low <= high; ++low) {
            out.push_back(low);
        }
        return out;
    }
    void archive_the_case() {
        const auto found = run<std::int64_t>([&] { return retention::find_closed_cases(*db_); });
        ASSERT_TRUE(found);
        const auto due = run<std::optional<retention::CaseCopy>>(
            [&] { return retention::next_case(*db_, test::kNoon); });
        ASSERT_TRUE(due && *due);
        ASSERT_TRUE(run<retention::CaseOutcome>([&] {
            return retention::keep_case(*db_, **due, test::kNoon, retention::kPatienceDefault);
        }));
    }
    // The samples of one lead, a second a batch.
    static std::int32_t value_of(std::uint64_t sample) {
        return static_cast<std::int32_t>((sample * 7919) % 20011) - 10000;
    }
    static std::string wave_sql(DeviceTime t, int seq, std::uint64_t first, std::uint32_t count) {
        wire::WaveBlock block;
        block.recording = 7;
        block.rate_mhz = 500'000;
        block.lead_mask = 0b10;
        block.first_sample = first;
        block.count = count;
        block.gain_nv = 2440;
        for (std::uint64_t i = 0; i < count; ++i) {
            block.samples.push_back(value_of(first + i));
        }
        std::string hex;
        for (const char c : wire::encode_waves(block).value().SerializeAsString()) {
            hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
        }
        return fmt::format("('amb-1', '{}', 7, {}, 0, 3, false, now(), 7, 500000, 2, {}, {}, 2440, "
                           "0, 0, false, '\\x{}')",
                           utc_iso(t.us), seq, first, count, hex);
    }
    static void add_waves_from(DeviceTime t, int seconds, int seq = 1, std::uint64_t first = 0) {
        std::string sql = "insert into telemetry.wave values ";
        for (int n = 0; n < seconds; ++n) {
            sql += (n > 0 ? ", " : "") + wave_sql({t.us + n * kSecond}, seq + n,
                                                  first + static_cast<std::uint64_t>(n) * 500, 500);
        }
        postgres_->execute(sql);
    }

    std::optional<pg::Connection> reader_;
};

TEST_F(ReplayTest, PartitionsAndArchiveAreOneAndEachRecordComesOnce) {
    add_case(1, "2025-03-10 10:00", "2025-03-10 10:20");
    add_case(2, "2025-03-10 10:21", "2025-03-10 10:30");
    add_positions("2025-03-10 09:50", 1, 3000); // to 10:40
    mark(2, 3000);
    archive_the_case();
    archive_the_case();
    const Query asked = query(wire::STREAM_G, clock(9, 52), clock(10, 38));
    const std::vector<Page> before = all(asked);
    EXPECT_EQ(before.size(), 2U);
    EXPECT_EQ(position_seqs(before), range(121, 2880));
    // The day has gone: what the cases need is still there, the rest is a gap.
    postgres_->execute("delete from telemetry.position");
    const std::vector<Page> after = all(asked);
    EXPECT_EQ(position_seqs(after), range(301, 2700)) << "9:55 to 10:35";
    ASSERT_EQ(after.back().positions.back().position.lat_e7(), 351'000'000);
    EXPECT_EQ(after.back().positions.back().position.speed_cm_s(), 1200U);
}

TEST_F(ReplayTest, GapsAreToldWithTheirReason) {
    add_vitals("2025-03-10 10:00", 1, 60);
    add_vitals("2025-03-10 10:03", 61, 120);  // made nothing for two minutes
    add_vitals("2025-03-10 10:10", 400, 460); // 121 to 399 are not here
    mark(3, 120, "[200,461)");
    postgres_->execute(
        "insert into telemetry.gap (vid, spool, stream, from_seq, to_seq, reason) values "
        "('amb-1', 7, 3, 200, 399, 'quota'), ('amb-1', 7, 4, 121, 199, 'other stream')");
    const auto got = page(query(wire::STREAM_V, clock(10, 0), clock(10, 11)));
    ASSERT_TRUE(got) << got.error().message();
    ASSERT_EQ(got->gaps.size(), 3U);
    EXPECT_EQ(got->gaps[0].kind, GapKind::not_recorded);
    EXPECT_EQ(got->gaps[0].from, clock(10, 0, 59));
    EXPECT_EQ(got->gaps[0].to, clock(10, 3));
    EXPECT_EQ(got->gaps[1].kind, GapKind::not_kept);
    EXPECT_EQ(got->gaps[1].reason, "quota");
    EXPECT_EQ(got->gaps[1].records, 200U);
    EXPECT_EQ(got->gaps[2].kind, GapKind::missing);
    EXPECT_EQ(got->gaps[2].records, 79U);
    EXPECT_EQ(got->vitals.front().vitals.spo2_pct(), 97);
    EXPECT_FALSE(got->vitals.front().vitals.has_pr_bpm()) << "not measured is not zero";
}

TEST_F(ReplayTest, RecordsOfABadClockHaveNoPlaceInTimeAndAreCounted) {
    add_positions("2025-03-10 10:00", 1, 5);
    postgres_->execute("insert into telemetry.position select vid, '1970-01-01', spool, seq + 100, "
                       "t_device_us, 0, true, "
                       "received_at, place, speed_cm_s, course_cdeg, altitude_dm, hdop_centi, "
                       "satellites, fix_mode, plausible "
                       "from telemetry.position where seq <= 3");
    const auto got = page(query(wire::STREAM_G, clock(10, 0), clock(10, 1)));
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_EQ(got->positions.size(), 5U);
    EXPECT_EQ(got->untimed, 3U);
}

TEST_F(ReplayTest, RecordsThatAWrongClockPutElsewhereAreCounted) {
    add_positions("2025-03-10 09:00", 1, 5);
    add_positions("2025-03-10 10:00:30", 6, 10);
    postgres_->execute("update telemetry.position set received_at = '2025-03-10 10:00:10+00' "
                       "where seq <= 5; "
                       "insert into telemetry.clock_error values "
                       "('amb-1', '2025-03-10 10:00+00', 3600000, 3600000)");
    for (const wire::Stream stream : {wire::STREAM_G, wire::STREAM_A}) {
        const auto got = page(query(stream, clock(10, 0), clock(10, 1)));
        ASSERT_TRUE(got) << got.error().message();
        EXPECT_EQ(got->untimed, stream == wire::STREAM_G ? 5U : 0U);
    }
}

class WrongClockReplayTest : public ReplayTest {
  protected:
    // Records 1 to `count` of each stream from 10:00 on by the centre's clock, stamped from 9:00
    // on; from the next one on the clock was right.
    static void drive(int count, int right) {
        add_positions("2025-03-10 09:00", 1, count);
        add_vitals("2025-03-10 09:00", 1, count);
        postgres_->execute(
            "update telemetry.position set clk = 1, received_at = t + interval '1 hour'; "
            "update telemetry.vitals set clk = 1, received_at = t + interval '1 hour'");
        const std::string then = fmt::format("2025-03-10 {:02}:{:02}:{:02}", 10 + count / 3600,
                                             count / 60 % 60, count % 60);
        add_positions(then, count + 1, count + right);
        postgres_->execute("update telemetry.position set clk = 1");
        seen_wrong("2025-03-10 10:00", 3'600'000);
        postgres_->execute("update telemetry.clock_error set last_minute = minute + "
                           "interval '1 hour'");
    }
    static void seen_wrong(const std::string& minute, std::int64_t ms) {
        postgres_->execute(fmt::format("insert into telemetry.clock_error (vid, minute, least_ms, "
                                       "most_ms) values ('amb-1', '{}+00', {}, {})",
                                       minute, ms, ms));
    }
};

TEST_F(WrongClockReplayTest, RecordsAreShownWhereTheyWereMadeAndSaySo) {
    drive(30, 20);
    const auto got = page(query(wire::STREAM_G, clock(10, 0), clock(10, 1)));
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_EQ(position_seqs({*got}), range(1, 50));
    EXPECT_EQ(got->positions[0].head.t, clock(10, 0));
    EXPECT_EQ(got->positions[0].head.corrected_us, 3'600 * kSecond);
    EXPECT_EQ(got->positions[30].head.t, clock(10, 0, 30));
    EXPECT_EQ(got->positions[30].head.corrected_us, 0) << "it had been put right";
    EXPECT_EQ(got->corrected, 30U);
    EXPECT_EQ(got->corrected_us, 3'600 * kSecond);
    EXPECT_EQ(got->untimed, 0U) << "what is shown is not counted as without a time";
    const auto vitals = page(query(wire::STREAM_V, clock(10, 0), clock(10, 1)));
    ASSERT_TRUE(vitals);
    EXPECT_EQ(vitals->vitals.size(), 30U);
}

TEST_F(WrongClockReplayTest, NothingIsShownWhereTheWrongClockPutIt) {
    drive(30, 0);
    const auto got = page(query(wire::STREAM_G, clock(9, 0), clock(9, 1)));
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_TRUE(got->positions.empty());
}

TEST_F(WrongClockReplayTest, PagesFollowEachOther) {
    drive(2'500, 500);
    const auto pages = all(query(wire::STREAM_G, clock(10, 0), clock(11, 0)));
    EXPECT_EQ(pages.size(), 2U);
    EXPECT_EQ(position_seqs(pages), range(1, 3'000));
}

TEST_F(WrongClockReplayTest, AClockThatAgreedWithItsReceiverIsLeftAlone) {
    drive(30, 0);
    postgres_->execute("update telemetry.position set clk = 3");
    const auto got = page(query(wire::STREAM_G, clock(10, 0), clock(10, 1)));
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_TRUE(got->positions.empty());
}

TEST_F(WrongClockReplayTest, ErrorsThatDifferMoveNothingAndAreCounted) {
    drive(30, 0);
    seen_wrong("2025-03-10 10:01", 3'660'000);
    const auto got = page(query(wire::STREAM_G, clock(10, 0), clock(10, 1)));
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_TRUE(got->positions.empty());
    EXPECT_EQ(got->untimed, 30U);
}

// Both sides of the inbox's numbers and of a batch's body.
TEST_F(WrongClockReplayTest, EventsAndWavesAreMovedLikeTheRest) {
    add_event("2025-03-10 09:00:05", 1);
    add_event("2025-03-10 10:00:40", 2);
    add_waves_from(clock(9, 0), 30);
    postgres_->execute(
        "update telemetry.inbox set clk = 1, received_at = '2025-03-10 10:00:30+00'; "
        "update telemetry.wave set clk = 1, received_at = t + interval '1 hour'");
    seen_wrong("2025-03-10 10:00", 3'600'000);
    const auto events = page(query(wire::STREAM_A, clock(10, 0), clock(10, 1)));
    ASSERT_TRUE(events) << events.error().message();
    ASSERT_EQ(events->events.size(), 2U);
    EXPECT_EQ(events->events[0].head.t, clock(10, 0, 5));
    EXPECT_EQ(events->events[1].head.t, clock(10, 0, 40));
    EXPECT_EQ(events->corrected, 1U);
    EXPECT_EQ(events->untimed, 0U);
    const auto waves = page(query(wire::STREAM_W, clock(10, 0, 10), clock(10, 0, 20)));
    ASSERT_TRUE(waves) << waves.error().message();
    ASSERT_EQ(waves->batches.size(), 10U);
    EXPECT_EQ(waves->batches[0].head.t, clock(10, 0, 10));
    EXPECT_TRUE(waves->gaps.empty());
}

TEST_F(WrongClockReplayTest, TheCaseArchiveIsMovedAlike) {
    add_case(1, "2025-03-10 10:00", "2025-03-10 10:20");
    drive(600, 0);
    mark(2, 600);
    archive_the_case();
    postgres_->execute("delete from telemetry.position");
    const auto got = page(query(wire::STREAM_G, clock(10, 0), clock(10, 20)));
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_EQ(position_seqs({*got}), range(1, 600));
    EXPECT_EQ(got->positions[0].head.t, clock(10, 0));
}

TEST_F(ReplayTest, EventsComeInTheOrderOfTheirTime) {
    add_event("2025-03-10 10:05", 2);
    add_event("2025-03-10 10:02", 1);
    add_event("2025-03-10 11:00", 3);
    const auto got = page(query(wire::STREAM_A, clock(10, 0), clock(10, 30)));
    ASSERT_TRUE(got) << got.error().message();
    ASSERT_EQ(got->events.size(), 2U);
    EXPECT_EQ(got->events[0].event_id, "e1");
    EXPECT_EQ(got->events[0].head.t, clock(10, 2));
    EXPECT_EQ(got->events[1].body, std::string("\x02"));
}

TEST_F(ReplayTest, AShortStretchOfWavesComesAsItWasSent) {
    add_waves_from(clock(10, 0), 30);
    mark(4, 30);
    const auto got = page(query(wire::STREAM_W, clock(10, 0, 10), clock(10, 0, 20), 2500));
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_TRUE(got->traces.empty());
    ASSERT_EQ(got->batches.size(), 10U);
    EXPECT_TRUE(got->gaps.empty());
    const auto block = wire::decode_waves(got->batches[0].batch);
    ASSERT_TRUE(block);
    EXPECT_EQ(block->first_sample, 5000U);
    EXPECT_EQ(block->samples[3], value_of(5003));
}

TEST_F(ReplayTest, ALongStretchComesAsLeastAndGreatestOverSeveralPages) {
    constexpr int kSeconds = 1500; // about 1.5 MB
    add_waves_from(clock(10, 0), 700);
    add_waves_from(clock(10, 12), kSeconds - 720, 721, 360'000); // 20 s were lost
    mark(4, 700, "[721,1501)");
    const auto pages =
        all(query(wire::STREAM_W, clock(10, 0), {clock(10, 0).us + kSeconds * kSecond}, 300));
    EXPECT_GT(pages.size(), 1U);
    std::map<std::uint32_t, std::pair<std::int32_t, std::int32_t>> got;
    std::vector<Gap> gaps;
    int breaks = 0;
    for (const Page& one : pages) {
        EXPECT_TRUE(one.batches.empty());
        gaps.insert(gaps.end(), one.gaps.begin(), one.gaps.end());
        for (const WaveTrace& trace : one.traces) {
            breaks += trace.joined ? 0 : 1;
            for (std::uint32_t i = 0; i < trace.least.size(); ++i) {
                const auto [at, fresh] =
                    got.try_emplace(trace.first_bucket + i, trace.least[i], trace.most[i]);
                at->second = {std::min(at->second.first, trace.least[i]),
                              std::max(at->second.second, trace.most[i])};
            }
        }
    }
    EXPECT_EQ(breaks, 2);
    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_EQ(gaps[0].kind, GapKind::missing);
    EXPECT_EQ(gaps[0].from, clock(10, 11, 40));
    EXPECT_EQ(gaps[0].to, clock(10, 12));
    std::map<std::uint32_t, std::pair<std::int32_t, std::int32_t>> expected; // a bucket is 5 s
    for (std::uint64_t sample = 0; sample < kSeconds * 500ULL; ++sample) {
        if (sample >= 350'000 && sample < 360'000) {
            continue;
        }
        const auto bucket = static_cast<std::uint32_t>(sample / 2500);
        const std::int32_t value = value_of(sample);
        const auto [at, fresh] = expected.try_emplace(bucket, value, value);
        at->second = {std::min(at->second.first, value), std::max(at->second.second, value)};
    }
    EXPECT_TRUE(got == expected);
}

TEST_F(ReplayTest, ABatchThatReachesIntoTheRangeBelongsToIt) {
    postgres_->execute("insert into telemetry.wave values " +
                       wave_sql(clock(10, 0), 1, 0, 5000)); // 10 s
    mark(4, 1);
    const auto got = page(query(wire::STREAM_W, clock(10, 0, 8), clock(10, 0, 20), 12));
    ASSERT_TRUE(got) << got.error().message();
    ASSERT_EQ(got->traces.size(), 1U);
    EXPECT_EQ(got->traces[0].least.size(), 2U) << "8 to 10 s";
    ASSERT_EQ(got->gaps.size(), 1U);
    EXPECT_EQ(got->gaps[0].from, clock(10, 0, 10));
    EXPECT_EQ(got->gaps[0].kind, GapKind::unknown);
}

TEST_F(ReplayTest, WhatNobodyMayAskIsRefused) {
    EXPECT_EQ(page(query(wire::STREAM_G, clock(10, 0), clock(10, 0))).error().code,
              Code::invalid_argument);
    EXPECT_EQ(page(query(wire::STREAM_G, {1}, clock(10, 0))).error().code, Code::invalid_argument);
    EXPECT_EQ(page(query(wire::STREAM_G, clock(0, 0), {clock(24, 0).us + 1})).error().code,
              Code::invalid_argument);
    EXPECT_EQ(page(query(wire::STREAM_W, clock(0, 0), clock(1, 0), kBucketsMax + 1)).error().code,
              Code::invalid_argument);
    EXPECT_EQ(page(query(wire::STREAM_UNSPECIFIED, clock(0, 0), clock(1, 0))).error().code,
              Code::invalid_argument);
}

TEST_F(ReplayTest, ACursorFromElsewhereGivesSomePageAndNoHarm) {
    add_waves_from(clock(10, 0), 10);
    Query asked = query(wire::STREAM_W, clock(10, 0), clock(10, 1), 10);
    asked.after.emplace();
    asked.after->last.t = {INT64_MIN};
    asked.after->end = {INT64_MIN};
    asked.after->next_sample = ~0ULL;
    asked.after->lead_mask = ~0U;
    EXPECT_TRUE(page(asked));
    asked.after->last.t = {INT64_MAX};
    asked.after->end = {INT64_MAX};
    EXPECT_TRUE(page(asked));
}

TEST_F(ReplayTest, OnlyThePartitionsOfTheRangeAreTouched) {
    const auto plan_of = [&](wire::Stream stream, Clocks clocks) {
        const std::string sql =
            "explain (analyze, costs off, timing off, summary off) " + records_sql(stream, clocks);
        pg::Params params =
            clocks == Clocks::right
                ? pg::Params::of("amb-1", clock(10, 0), clock(11, 0), std::int64_t{INT64_MIN},
                                 std::int64_t{0}, std::int64_t{100})
                : pg::Params::of("amb-1", clock(10, 0), clock(11, 0), std::int64_t{INT64_MIN},
                                 std::int64_t{0}, std::int64_t{100}, 3'600 * kSecond);
        const auto plan = run<pg::Rows>([&] { return reader_->query(sql, params); });
        EXPECT_TRUE(plan) << plan.error().message();
        std::string text;
        for (std::size_t i = 0; plan && i < plan->size(); ++i) {
            text += std::string{plan->text(i, 0).value_or("")} + "\n";
        }
        return text;
    };
    for (const char* planned : {"force_custom_plan", "force_generic_plan"}) {
        ASSERT_TRUE(run<void>(
            [&] { return reader_->script(fmt::format("set plan_cache_mode = {}", planned)); }));
        for (const wire::Stream stream : {wire::STREAM_G, wire::STREAM_V, wire::STREAM_W}) {
            for (const Clocks clocks : {Clocks::right, Clocks::shifted}) {
                const std::string text = plan_of(stream, clocks);
                EXPECT_NE(text.find("_20250310"), std::string::npos) << text;
                for (const char* other : {"_20250309", "_20250311", "_untimed"}) {
                    EXPECT_EQ(text.find(other), std::string::npos) << planned << "\n" << text;
                }
            }
        }
    }
}

TEST_F(ReplayTest, TheReaderMayReadAndNothingElse) {
    for (const char* sql :
         {"delete from archive.case_wave", "insert into archive.case_copy default values",
          "select archive.drop_detached(now())", "update telemetry.ingest_mark set upto = 1"}) {
        const auto refused = run<pg::Rows>([&] { return reader_->execute(sql); });
        ASSERT_FALSE(refused) << sql;
        EXPECT_EQ(pg::sqlstate(refused.error()), "42501") << sql;
    }
}

} // namespace
} // namespace ems::replay
