#include "telemetry/ingest/ingest.h"

#include <fmt/format.h>

#include "telemetry/ingest/limits.h"
#include "tests/telemetry/ingest/ingest_fixture.h"

namespace ems::ingest {
namespace {

// As PostgreSQL shows bytes.
std::string hex(const std::string& bytes) {
    std::string out = "\\x";
    for (const char c : bytes) {
        out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    }
    return out;
}

TEST_F(IngestDatabase, StoresEachRecordOnceHoweverOftenItComes) {
    Running engine{conninfo()};
    for (int round = 0; round < 3; ++round) {
        std::vector<wire::Envelope> all;
        for (std::uint64_t seq = 1; seq <= 50; ++seq) {
            engine.push(test::live("amb-1", test::position(seq)));
            engine.push(test::live("amb-1", test::vitals(seq)));
            all.push_back(test::position(seq));
        }
        engine.push(test::backlog("amb-1", all));
    }
    ASSERT_TRUE(eventually(
        [&] {
            return engine.acked("amb-1", wire::STREAM_G, 50) &&
                   engine.acked("amb-1", wire::STREAM_V, 50);
        },
        20s));
    EXPECT_EQ(value("select count(*) from telemetry.position"), "50");
    EXPECT_EQ(value("select count(*) from telemetry.vitals where spo2_pct is null and hr_bpm = 80"),
              "50");
    EXPECT_EQ(value("select upto || ' ' || stored from telemetry.ingest_mark where stream = 2"),
              "50 50");
    EXPECT_EQ(
        value("select round(st_x(place::geometry)::numeric, 4) from telemetry.position limit 1"),
        "110.9900");
    EXPECT_TRUE(eventually(
        [&] {
            return value("select coalesce(sum(stored_g), 0) from telemetry.vehicle_link") == "50";
        },
        5s));
    EXPECT_EQ(value("select received_g from telemetry.vehicle_link"), "50");
}

TEST_F(IngestDatabase, AcknowledgesNothingThatAnotherSessionCannotRead) {
    std::atomic<int> checked{0};
    std::atomic<int> missing{0};
    Running engine{conninfo(), [&](const wire::Ack& ack) {
                       for (const wire::StreamAck& stream : ack.streams()) {
                           const std::string stored =
                               value("select count(*) from telemetry.position where seq <= " +
                                     std::to_string(stream.upto()));
                           missing += stored == std::to_string(stream.upto()) ? 0 : 1;
                           ++checked;
                       }
                   }};
    for (std::uint64_t seq = 1; seq <= 400; ++seq) {
        engine.push(test::live("amb-1", test::position(seq)));
        if (seq % 100 == 0) {
            ASSERT_TRUE(
                eventually([&] { return engine.acked("amb-1", wire::STREAM_G, seq); }, 20s));
        }
    }
    EXPECT_GE(checked, 4);
    EXPECT_EQ(missing, 0);
}

TEST_F(IngestDatabase, EventsEnterTheInboxInTheirOrderAndUnchanged) {
    Running engine{conninfo()};
    std::vector<wire::Envelope> late{test::event(3), test::event(1), test::event(2)};
    engine.push(test::backlog("amb-1", late));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_A, 3); }, 20s));
    EXPECT_EQ(postgres_->column("select seq from telemetry.inbox order by id"),
              (std::vector<std::string>{"1", "2", "3"}));
    EXPECT_EQ(value("select body from telemetry.inbox where seq = 2"), hex(test::event(2).body()));
}

TEST_F(IngestDatabase, AnEventWaitsForTheOneBeforeIt) {
    Running engine{conninfo()};
    engine.push(test::live("amb-1", test::event(2)));
    wire::Envelope other = test::event(8);
    other.set_seq(1);
    engine.push(test::live("amb-2", other)); // the same writer: a batch has gone by
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-2", wire::STREAM_A, 1); }, 20s));
    EXPECT_EQ(value("select count(*) from telemetry.inbox where vid = 'amb-1'"), "0");
    engine.push(test::live("amb-1", test::event(1)));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_A, 2); }, 20s));
    EXPECT_EQ(postgres_->column("select seq from telemetry.inbox where vid = 'amb-1' order by id"),
              (std::vector<std::string>{"1", "2"}));
    // One that never comes does not stop the crew for ever.
    engine.push(test::live("amb-1", test::event(4)));
    EXPECT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_A, 4); }, 20s));
}

TEST_F(IngestDatabase, AnEventThatIsHeldCountsAsUnstored) {
    Running engine{conninfo()};
    engine.push(test::live("amb-1", test::event(2)));
    // Taken from its queue by now: something that came after it is stored.
    engine.push(test::live("amb-2", test::event(1)));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-2", wire::STREAM_A, 1); }, 20s));
    ASSERT_FALSE(engine.acked("amb-1", wire::STREAM_A, 2));
    EXPECT_TRUE(engine.figures().oldest_unstored);
}

TEST_F(IngestDatabase, TheSameEventIdOfTwoVehiclesIsTwoEvents) {
    Running engine{conninfo()};
    for (const char* vehicle : {"amb-1", "amb-2"}) {
        engine.push(test::live(vehicle, test::event(1)));
        ASSERT_TRUE(eventually([&] { return engine.acked(vehicle, wire::STREAM_A, 1); }, 20s));
    }
    EXPECT_EQ(postgres_->column("select vid from telemetry.inbox order by vid"),
              (std::vector<std::string>{"amb-1", "amb-2"}));
}

TEST_F(IngestDatabase, AnEventSentAgainUnderAnotherNumberIsARepeat) {
    Running engine{conninfo()};
    wire::Envelope again = test::event(1);
    again.set_seq(2);
    engine.push(test::live("amb-1", test::event(1)));
    engine.push(test::live("amb-1", again)); // most likely in the same batch
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_A, 2); }, 20s));
    again.set_seq(3);
    engine.push(test::live("amb-1", again));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_A, 3); }, 20s));
    EXPECT_EQ(value("select count(*) from telemetry.inbox"), "1");
    EXPECT_EQ(value("select count(*) from telemetry.bad_message"), "0");
    EXPECT_TRUE(engine.rejected().empty());
}

TEST_F(IngestDatabase, AnEventIdGivenToAnotherEventIsQuarantinedAndCounted) {
    Running engine{conninfo()};
    const auto other = [](std::uint64_t seq, wire::UnitState state) {
        wire::Event body;
        body.set_event_id("event-1");
        body.set_source(wire::SOURCE_CREW_BUTTON);
        body.mutable_state()->set_state(state);
        return test::envelope(wire::STREAM_A, seq, body.SerializeAsString());
    };
    const wire::Envelope beside = other(2, wire::UNIT_AT_SCENE);
    engine.push(test::backlog("amb-1", {test::event(1), beside})); // one batch
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_A, 2); }, 20s));
    const wire::Envelope later = other(3, wire::UNIT_AT_PATIENT);
    engine.push(test::live("amb-1", later));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_A, 3); }, 20s));
    EXPECT_EQ(engine.rejected(), (std::set<std::uint64_t>{2, 3}));
    EXPECT_EQ(postgres_->column("select body from telemetry.inbox"),
              std::vector<std::string>{hex(test::event(1).body())});
    EXPECT_EQ(postgres_->column("select head from telemetry.bad_message order by id"),
              (std::vector<std::string>{hex(beside.SerializeAsString()),
                                        hex(later.SerializeAsString())}));
    EXPECT_EQ(value("select stored || ' ' || rejected from telemetry.ingest_mark"), "1 2");
    EXPECT_TRUE(eventually([&] { return engine.counters().event_clashes == 2; }, 20s));
}

TEST_F(IngestDatabase, WavesComeBackSampleForSample) {
    Running engine{conninfo()};
    for (std::uint64_t seq = 1; seq <= 20; ++seq) {
        engine.push(test::live("amb-1", test::wave(seq)));
    }
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_W, 20); }, 20s));
    const auto bodies =
        postgres_->column("select encode(body, 'hex') from telemetry.wave order by first_sample");
    ASSERT_EQ(bodies.size(), 20U);
    for (std::uint64_t seq = 1; seq <= 20; ++seq) {
        std::string raw;
        for (std::size_t i = 0; i < bodies[seq - 1].size(); i += 2) {
            raw += static_cast<char>(std::stoi(bodies[seq - 1].substr(i, 2), nullptr, 16));
        }
        EXPECT_EQ(raw, test::wave(seq).body());
    }
    EXPECT_EQ(value("select sum(samples) || ' ' || max(rate_mhz) || ' ' || bool_and(simulated) "
                    "from telemetry.wave"),
              "2000 500000 true");
}

TEST_F(IngestDatabase, PoisonIsQuarantinedAndDoesNotBlockItsStream) {
    Running engine{conninfo()};
    engine.push(test::live("amb-1", test::position(1)));
    engine.push(test::live("amb-1", test::envelope(wire::STREAM_G, 2, "\xff\xff\xff nonsense")));
    engine.push(test::live("amb-1", test::position(3)));
    engine.push(test::message("amb-1", wire::UpKind::gps, "\xff not even an envelope"));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_G, 3); }, 20s));
    EXPECT_EQ(engine.rejected(), (std::set<std::uint64_t>{2}));
    EXPECT_EQ(value("select count(*) from telemetry.position"), "2");
    EXPECT_TRUE(
        eventually([&] { return value("select count(*) from telemetry.bad_message") == "2"; }, 5s));
}

TEST_F(IngestDatabase, ARecordTheDatabaseRefusesDoesNotHoldUpItsNeighbours) {
    Running engine{conninfo()};
    engine.push(test::live("amb-1", test::event(1)));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_A, 1); }, 20s));
    // The registry is read every 30 s; until then the engine believes in amb-2 and the inbox's
    // foreign key does not.
    postgres_->execute("delete from registry.vehicle where vid = 'amb-2'");
    wire::Envelope foreign = test::event(8); // an id of its own, the first of its spool
    foreign.set_seq(1);
    engine.push(test::live("amb-2", foreign));
    engine.push(test::live("amb-1", test::event(2)));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_A, 2); }, 20s));
    ASSERT_TRUE(eventually([&] { return engine.rejected().contains(1); }, 20s));
    EXPECT_EQ(value("select count(*) from telemetry.inbox"), "2");
    EXPECT_EQ(value("select topic || ' ' || head from telemetry.bad_message"),
              "ems/v1/140802/amb-2/u/evt " + hex(foreign.SerializeAsString()));
}

TEST_F(IngestDatabase, AFaultOfTheDatabaseNeverCostsARecord) {
    Running engine{conninfo()};
    std::uint64_t seq = 0;
    for (const char* state : {"53100", "53200", "42501", "42P01", "58030", "XX001", "54000"}) {
        postgres_->execute(fmt::format(
            "create sequence public.tries; "
            "create function public.fault() returns trigger language plpgsql security definer as "
            "$$ begin perform nextval('public.tries'); "
            "raise exception 'no' using errcode = '{}'; end $$; "
            "create trigger fault before insert on telemetry.inbox "
            "for each row execute function public.fault()",
            state));
        engine.push(test::live("amb-1", test::event(++seq)));
        EXPECT_TRUE(eventually(
            [&] { return std::stoi(value("select last_value from public.tries")) >= 3; }, 20s))
            << state;
        EXPECT_FALSE(engine.acked("amb-1", wire::STREAM_A, seq)) << state;
        postgres_->execute("drop trigger fault on telemetry.inbox; drop function public.fault(); "
                           "drop sequence public.tries");
        ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_A, seq); }, 20s))
            << state;
        EXPECT_EQ(value("select count(*) from telemetry.inbox"), std::to_string(seq)) << state;
    }
    EXPECT_TRUE(engine.rejected().empty());
}

TEST_F(IngestDatabase, AnAlarmPassesAFloodOfTrendsThatCannotBeStored) {
    Running engine{conninfo()};
    engine.push(test::live("amb-1", test::position(1)));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_G, 1); }, 20s));
    {
        const Blocked blocked{"position"};
        std::uint64_t seq = 1;
        // Full when nothing more is taken, although the engine had its turn between the handfuls.
        for (int refused = 0; refused < 10 && seq < 100'000;) {
            const IngestCounters before = engine.counters();
            for (int i = 0; i < 100; ++i) {
                engine.push(test::live("amb-1", test::position(++seq)));
            }
            const IngestCounters after = engine.counters();
            const std::uint64_t more = after.shedding.deferred_trends -
                                       before.shedding.deferred_trends +
                                       after.shedding.ring_trends - before.shedding.ring_trends;
            refused = more > 0 && after.records == before.records ? refused + 1 : 0;
        }
        ASSERT_LT(seq, 100'000U) << "the trends are bounded";
        // The backlog of a vehicle that was away: positions for which there is no room, and events
        // as vehicles of the first version mixed them in.
        std::vector<wire::Envelope> backlog;
        for (std::uint64_t old = 200'001; old <= 200'050; ++old) {
            backlog.push_back(test::position(old));
        }
        backlog.push_back(test::event(1));
        engine.push(test::backlog("amb-2", backlog));
        engine.push(test::live("amb-1", test::event(1)));
        EXPECT_TRUE(eventually(
            [&] {
                return engine.acked("amb-1", wire::STREAM_A, 1) &&
                       engine.acked("amb-2", wire::STREAM_A, 1);
            },
            20s));
        EXPECT_FALSE(engine.acked("amb-2", wire::STREAM_G, 200'001)) << "what was not taken";
        EXPECT_EQ(value("select count(*) from telemetry.position"), "1");
    }
    // What was refused or deferred comes again and is stored then.
    EXPECT_TRUE(eventually(
        [&] {
            engine.push(test::backlog("amb-2", {test::position(200'001)}));
            return engine.acked("amb-2", wire::STREAM_G, 200'001);
        },
        20s));
}

TEST_F(IngestDatabase, AVehicleOutsideTheRegistryIsNotStoredNorAcknowledged) {
    Running engine{conninfo()};
    engine.push(test::live("stranger", test::position(1)));
    engine.push(test::live("amb-1", test::position(1)));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_G, 1); }, 20s));
    EXPECT_EQ(value("select count(*) from telemetry.position where vid = 'stranger'"), "0");
    EXPECT_EQ(engine.published("stranger/ack"), 0U);
}

TEST_F(IngestDatabase, ANewProcessKnowsWhatTheOldOneCommitted) {
    {
        Running engine{conninfo()};
        for (std::uint64_t seq = 1; seq <= 30; ++seq) {
            if (seq != 10) {
                engine.push(test::live("amb-1", test::position(seq)));
            }
        }
        ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_G, 30); }, 20s));
        EXPECT_FALSE(engine.acked("amb-1", wire::STREAM_G, 10));
    }
    Running engine{conninfo()};
    // A clock that cannot be right now gives a repeat another key: only the mark knows it.
    wire::Envelope repeat = test::position(30);
    repeat.set_clk(wire::CLOCK_NEVER_SET);
    engine.push(test::live("amb-1", repeat));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_G, 30); }, 20s));
    EXPECT_FALSE(engine.acked("amb-1", wire::STREAM_G, 10));
    engine.push(test::live("amb-1", test::position(10)));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_G, 10); }, 20s));
    EXPECT_EQ(value("select count(*) from telemetry.position"), "30");
    EXPECT_EQ(value("select done::text from telemetry.ingest_mark"), "{[1,31)}");
}

TEST_F(IngestDatabase, TheNewestPositionFollowsAClockThatWasSetBackAlsoInANewProcess) {
    const auto newest = [] {
        return value("select coalesce(max(position_seq), 0) || ' ' || coalesce(max(vitals_seq), 0) "
                     "from telemetry.vehicle_latest where vid = 'amb-1'");
    };
    {
        Running engine{conninfo()};
        engine.push(test::live("amb-1", test::position(50)));
        engine.push(test::live("amb-1", test::vitals(50)));
        ASSERT_TRUE(eventually([&] { return newest() == "50 50"; }, 20s));
    }
    Running engine{conninfo()};
    engine.push(test::backlog("amb-1", {test::position(40)}));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_G, 40); }, 20s));
    const std::int64_t hour_before = test::kThen - 3'600'000'000;
    engine.push(test::live("amb-1", test::position(51, hour_before)));
    engine.push(test::live("amb-1", test::vitals(51, hour_before)));
    EXPECT_TRUE(eventually([&] { return newest() == "51 51"; }, 20s));
}

TEST_F(IngestDatabase, OfManyMarksTheNewestAreKnown) {
    postgres_->execute(
        "insert into telemetry.ingest_mark (vid, spool, stream, upto, done, stored, updated_at) "
        "select 'gone-' || n, n, 2, 5, '{[1,6)}', 5, now() - interval '10 years' "
        "from generate_series(1, 50000) n; "
        // A vehicle with more spools than are remembered, the oldest used last year.
        "insert into telemetry.ingest_mark (vid, spool, stream, upto, done, stored, updated_at) "
        "select 'amb-1', n, 2, 30, '{[1,31)}', 30, now() - n * interval '1 month' "
        "from generate_series(1, 12) n");
    Running engine{conninfo()};
    for (const std::uint64_t spool : {1U, 4U}) {
        wire::Envelope known = test::position(30);
        known.set_spool(spool);
        engine.push(test::live("amb-1", known));
    }
    ASSERT_TRUE(eventually([&] { return engine.counters().messages == 2; }, 20s));
    EXPECT_EQ(engine.counters().repeated, 2U);
    EXPECT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_G, 30); }, 20s));
    EXPECT_EQ(value("select count(*) from telemetry.position"), "0");
}

TEST_F(IngestDatabase, AGapRecordClosesTheHole) {
    Running engine{conninfo()};
    for (const std::uint64_t seq : {1U, 2U, 6U}) {
        engine.push(test::live("amb-1", test::wave(seq)));
    }
    wire::Event body;
    body.set_event_id("gap-1");
    body.mutable_gap()->set_stream(wire::STREAM_W);
    body.mutable_gap()->set_from_seq(3);
    body.mutable_gap()->set_to_seq(5);
    body.mutable_gap()->set_reason("quota");
    engine.push(test::live("amb-1", test::envelope(wire::STREAM_A, 1, body.SerializeAsString())));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_W, 4); }, 20s));
    EXPECT_EQ(value("select from_seq || '-' || to_seq || ' ' || reason from telemetry.gap"),
              "3-5 quota");
}

TEST_F(IngestDatabase, TimeThatCannotBeRightIsFlaggedAndKept) {
    Running engine{conninfo()};
    engine.push(test::live("amb-1", test::position(1, 1'000'000)));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_G, 1); }, 20s));
    EXPECT_EQ(value("select t_device_us || ' ' || t_bad || ' ' || extract(epoch from t)::bigint "
                    "from telemetry.position_untimed"),
              "1001000 true 0");
}

TEST_F(IngestDatabase, TodayHasItsPartition) {
    Running engine{conninfo()};
    const std::int64_t now = SystemClock{}.utc_us();
    engine.push(test::live("amb-1", test::position(1, now)));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_G, 1); }, 20s));
    ASSERT_TRUE(eventually(
        [&] {
            return value("select count(*) from telemetry.position p join pg_class c on c.oid = "
                         "p.tableoid "
                         "where c.relname ~ '_[0-9]{8}$'") == "1";
        },
        20s));
    EXPECT_TRUE(eventually(
        [&] {
            return value("select count(*) from telemetry.vehicle_latest where speed_cm_s = 1200") ==
                   "1";
        },
        10s));
}

TEST_F(IngestDatabase, HeartbeatsAreAnsweredAndTheLinkIsKept) {
    Running engine{conninfo()};
    wire::Birth birth;
    birth.set_birth_counter(3);
    birth.set_spool(99);
    birth.set_software("test");
    engine.push(test::message("amb-1", wire::UpKind::birth, birth.SerializeAsString()));
    wire::Heartbeat heartbeat;
    heartbeat.set_birth_counter(3);
    heartbeat.set_spool(99);
    heartbeat.set_t_us(SystemClock{}.utc_us());
    auto& count = *heartbeat.add_streams();
    count.set_stream(wire::STREAM_G);
    count.set_last_seq(1234);
    (*heartbeat.mutable_device_health())["gnss"] = "ok";
    engine.push(test::message("amb-1", wire::UpKind::hb, heartbeat.SerializeAsString()));
    EXPECT_TRUE(eventually([&] { return engine.published("amb-1/hb") >= 2; }, 10s));
    EXPECT_GE(engine.published("amb-1/time"), 1U);
    EXPECT_TRUE(eventually(
        [&] {
            return !postgres_
                        ->column("select 1 from telemetry.vehicle_link where link = 'up' and "
                                 "made_g = 1234 and "
                                 "device_health = 'gnss=ok' and birth_counter = 3 and spool = 99")
                        .empty();
        },
        10s));
}

TEST_F(IngestDatabase, ANewProcessThatWasNotToldYetKeepsWhatTheVehicleSaidOfItsSpool) {
    const auto link = [](const std::string& where) {
        return value("select coalesce(max(to_hex(spool) || ' ' || made_g || ' ' || birth_counter), '') "
                     "from telemetry.vehicle_link where vid = 'amb-1' and " +
                     where);
    };
    {
        Running engine{conninfo()};
        wire::Birth birth;
        birth.set_birth_counter(3);
        birth.set_spool(0xF000000000000001U);
        wire::StreamCount& made = *birth.add_streams();
        made.set_stream(wire::STREAM_G);
        made.set_last_seq(30);
        engine.push(test::message("amb-1", wire::UpKind::birth, birth.SerializeAsString()));
        ASSERT_TRUE(eventually([&] { return !link("made_g = 30").empty(); }, 20s));
    }
    Running engine{conninfo()};
    wire::Heartbeat beat; // of a vehicle that does not say its spool
    beat.set_t_us(SystemClock{}.utc_us());
    beat.set_video_frames_sent(5);
    engine.push(test::message("amb-1", wire::UpKind::hb, beat.SerializeAsString()));
    ASSERT_TRUE(eventually([&] { return !link("video_frames_sent = 5").empty(); }, 20s));
    EXPECT_EQ(link("true"), "f000000000000001 30 3");
    // A record of a spool before the present one is no word on which is the present one.
    wire::Envelope old = test::position(1);
    old.set_spool(2);
    engine.push(test::live("amb-1", old));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_G, 1); }, 20s));
    const auto written = [] {
        return value("select updated_at from telemetry.vehicle_link where vid = 'amb-1'");
    };
    for (int round = 0; round < 2; ++round) {
        const std::string before = written();
        ASSERT_TRUE(eventually([&] { return written() != before; }, 20s));
    }
    EXPECT_EQ(link("true"), "f000000000000001 30 3");
}

TEST_F(IngestDatabase, AHeartbeatClosesNothingInAnotherSpool) {
    Running engine{conninfo()};
    engine.push(test::live("amb-1", test::position(1)));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_G, 1); }, 20s));
    wire::Heartbeat heartbeat;
    auto& count = *heartbeat.add_streams();
    count.set_stream(wire::STREAM_G);
    count.set_first_unacked(500);
    count.set_last_seq(600);
    for (const std::uint64_t spool : {std::uint64_t{0}, std::uint64_t{99}}) {
        heartbeat.set_spool(spool);
        engine.push(test::message("amb-1", wire::UpKind::hb, heartbeat.SerializeAsString()));
    }
    engine.push(test::live("amb-1", test::position(3)));
    ASSERT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_G, 3); }, 20s));
    EXPECT_FALSE(engine.acked("amb-1", wire::STREAM_G, 2));
    heartbeat.set_spool(test::position(1).spool());
    engine.push(test::message("amb-1", wire::UpKind::hb, heartbeat.SerializeAsString()));
    engine.push(test::live("amb-1", test::position(600)));
    EXPECT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_G, 499); }, 20s));
}

TEST_F(IngestDatabase, LinksThatFlapAreWrittenTogether) {
    postgres_->execute(
        "create sequence public.rounds; "
        "create function public.count_round() returns trigger language plpgsql security definer "
        "as $$ begin perform nextval('public.rounds'); return null; end $$; "
        "create trigger count_round after insert on telemetry.server_status "
        "for each statement execute function public.count_round()");
    Running engine{conninfo()};
    const auto rounds = [] { return std::stoi(value("select last_value from public.rounds")); };
    auto flap = [&engine, number = std::uint64_t{0}]() mutable {
        wire::Birth birth;
        birth.set_birth_counter(++number);
        engine.push(test::message("amb-1", wire::UpKind::birth, birth.SerializeAsString()));
        wire::LinkState gone;
        gone.set_birth_counter(number);
        engine.push(test::message("amb-1", wire::UpKind::state, gone.SerializeAsString()));
    };
    ASSERT_TRUE(eventually([&] { return flap(), rounds() >= 2; }, 20s));
    const int before = rounds();
    const auto began = std::chrono::steady_clock::now();
    ASSERT_TRUE(eventually(
        [&] {
            for (int i = 0; i < 10; ++i) {
                flap();
            }
            return rounds() >= before + 6;
        },
        20s));
    // A lower bound, which no slow machine breaks: between six rounds lie five naps.
    EXPECT_GE(std::chrono::steady_clock::now() - began, 5 * kLinksTogether);
    postgres_->execute("drop trigger count_round on telemetry.server_status; "
                       "drop function public.count_round(); drop sequence public.rounds");
}

TEST_F(IngestDatabase, AcksWaitForTheLink) {
    Running engine{conninfo()};
    engine.link_up = false;
    engine.push(test::live("amb-1", test::position(1)));
    ASSERT_TRUE(
        eventually([&] { return value("select count(*) from telemetry.position") == "1"; }, 20s));
    EXPECT_FALSE(engine.acked("amb-1", wire::STREAM_G, 1));
    engine.link_up = true;
    EXPECT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_G, 1); }, 10s));
}

TEST_F(IngestDatabase, ACommitCutOffIsRepeatedWithoutADouble) {
    postgres_->execute(
        "create sequence public.slow; "
        "create function public.be_slow() returns trigger language plpgsql security definer as $$ "
        "begin "
        "if nextval('public.slow') = 1 then perform pg_sleep(30); end if; return null; end $$; "
        "create constraint trigger be_slow after insert on telemetry.inbox deferrable initially "
        "deferred "
        "for each row execute function public.be_slow()");
    {
        Running engine{conninfo()};
        engine.push(test::live("amb-1", test::event(1)));
        EXPECT_TRUE(eventually(
            [] {
                return superuser("select pg_terminate_backend(pid) from pg_stat_activity where "
                                 "query = 'commit' and "
                                 "application_name = 'ingest-test' and wait_event = 'PgSleep'") ==
                       1;
            },
            9s));
        EXPECT_TRUE(eventually([&] { return engine.acked("amb-1", wire::STREAM_A, 1); }, 20s));
    }
    EXPECT_EQ(value("select count(*) from telemetry.inbox"), "1");
    postgres_->execute("drop trigger be_slow on telemetry.inbox; drop function public.be_slow(); "
                       "drop sequence public.slow");
}

TEST_F(IngestDatabase, ACrashOfTheServerLosesNothingAndDoublesNothing) {
    Running engine{conninfo()};
    constexpr std::uint64_t kLast = 600;
    const auto send_unacked = [&] {
        for (std::uint64_t seq = 1; seq <= kLast; ++seq) {
            for (const wire::Envelope& record :
                 {test::event(seq), test::position(seq), test::wave(seq)}) {
                if (!engine.acked("amb-1", record.stream(), seq)) {
                    engine.push(test::live("amb-1", record));
                }
            }
            if (seq == kLast / 2 && !engine.acked("amb-1", wire::STREAM_A, kLast)) {
                eventually([&] { return engine.acked("amb-1", wire::STREAM_A, 1); }, 5s);
            }
        }
    };
    send_unacked();
    postgres_->crash();
    send_unacked();
    postgres_->start();
    ASSERT_TRUE(eventually(
        [&] {
            send_unacked();
            const auto all = [&](wire::Stream stream) {
                for (std::uint64_t seq = 1; seq <= kLast; ++seq) {
                    if (!engine.acked("amb-1", stream, seq)) {
                        return false;
                    }
                }
                return true;
            };
            return all(wire::STREAM_A) && all(wire::STREAM_G) && all(wire::STREAM_W);
        },
        40s));
    for (const char* table : {"inbox", "position", "wave"}) {
        EXPECT_EQ(
            value(std::string{"select count(*) || ' ' || count(distinct seq) from telemetry."} +
                  table),
            "600 600")
            << table;
    }
}

} // namespace
} // namespace ems::ingest
