// The promises of the database, each broken on purpose: whatever a program does, these hold.
#include "dispatch/store/store.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "dispatch/core/decide.h"
#include "tests/support/child_process.h"
#include "tests/support/patient_pg.h"
#include "tests/support/run_coroutine.h"
#include "tests/support/temp_postgres.h"

namespace ems::dispatch {
namespace {

namespace asio = boost::asio;

class StoreTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        postgres_ = std::make_unique<test::TempPostgres>();
        postgres_->execute(
            "insert into registry.region (code, name) values ('140802', 'Yanhu');"
            "insert into registry.station (region, name, place) values ('140802', 'S1', st_point(110.9, 35.1)::geography);"
            "insert into registry.vehicle (vid, region) select 'amb-' || n, '140802' from generate_series(1, 60) n;"
            "insert into registry.unit (name, station_id, vid) select 'U' || n, 1, 'amb-' || n from generate_series(1, 60) n");
    }
    static void TearDownTestSuite() { postgres_.reset(); }

    StoreTest()
        // Limits that no load of the machine reaches: what is asked here is who wins, not when.
        : pool_(io_.get_executor(), test::patient_pool(postgres_->conninfo("ems_dispatch"), 10)),
          store_(pool_), lead_(io_.get_executor(), test::patient(postgres_->conninfo("ems_dispatch"))) {
        EXPECT_TRUE(run(lead_.open()));
        const auto term = run(become_leader(lead_, "test"));
        EXPECT_TRUE(term && *term);
        term_ = **term;
        world_ = run(store_.load(term_)).value();
    }

    template <class T> T run(asio::awaitable<T> work) {
        return test::run_coroutine(io_, std::move(work));
    }
    Result<void> apply(WriteSet writes) {
        auto rows = run(store_.apply(term_, std::move(writes)));
        if (!rows) {
            return Failure{rows.error()};
        }
        merge(world_, *rows);
        return {};
    }
    WriteSet call(const CallIds& ids) {
        CallRequest request;
        request.now_us = 1'800'000'000'000'000;
        request.actor = "li";
        request.open.call = ids.call;
        request.open.region = "140802";
        request.open.day = "2026-03-18";
        request.open.ring_us = request.now_us - 9'000'000;
        request.open.answered_us = request.now_us - 4'000'000;
        request.open.incident.id = ids.incident;
        request.open.incident.number = ids.number;
        request.open.incident.level = 1;
        request.open.incident.complaint = "胸痛";
        request.open.incident.place = {351'000'000, 1'109'000'000};
        return decide_call(request).value();
    }
    IncidentId new_incident() {
        const CallIds ids = run(store_.take_call_ids("140802", "2026-03-18")).value();
        EXPECT_TRUE(apply(call(ids)));
        return ids.incident;
    }
    Result<WriteSet> assignment(IncidentId incident, UnitId unit) {
        AssignRequest request;
        request.incident = incident;
        request.unit = unit;
        request.assignment = {run(store_.take_id(IdKind::assignment)).value()};
        request.now_us = 1'800'000'000'000'000;
        request.actor = "li";
        return decide_assign(world_, request);
    }
    static UnitId next_unit() {
        static std::int64_t used = 0;
        return {++used};
    }

    static std::unique_ptr<test::TempPostgres> postgres_;
    asio::io_context io_;
    pg::Pool pool_;
    Store store_;
    pg::Connection lead_;
    std::uint64_t term_{0};
    World world_;
};
std::unique_ptr<test::TempPostgres> StoreTest::postgres_;

TEST_F(StoreTest, EightRacersForOneUnitHaveExactlyOneWinner) {
    for (int round = 0; round < 5; ++round) {
        const UnitId unit = next_unit();
        std::vector<WriteSet> racers;
        for (int i = 0; i < 8; ++i) {
            racers.push_back(assignment(new_incident(), unit).value());
        }
        int won = 0;
        int lost = 0;
        for (WriteSet& writes : racers) {
            asio::co_spawn(io_, store_.apply(term_, std::move(writes)), [&](std::exception_ptr, Result<Rows> rows) {
                rows ? ++won : ++lost;
                if (!rows) {
                    EXPECT_TRUE(rows.error().code == Code::unit_already_assigned ||
                                rows.error().code == Code::db_conflict)
                        << rows.error().message();
                }
            });
        }
        io_.restart();
        io_.run();
        EXPECT_EQ(won, 1);
        EXPECT_EQ(lost, 7);
        EXPECT_EQ(postgres_->value("select count(*) from dispatch.assignment where ended_at is null and unit_id = " +
                                   std::to_string(unit.value)),
                  "1");
    }
}

TEST_F(StoreTest, TheDatabaseRefusesASecondLiveAssignmentByItself) {
    const UnitId unit = next_unit();
    ASSERT_TRUE(apply(assignment(new_incident(), unit).value()));
    NewAssignment second;
    second.row.id = {run(store_.take_id(IdKind::assignment)).value()};
    second.row.incident = new_incident();
    second.row.unit = unit;
    const auto refused = apply({"li", {second}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::unit_already_assigned);
}

TEST_F(StoreTest, TheDatabaseRefusesAnIllegalTransitionByItself) {
    const UnitId unit = next_unit();
    UnitRow row = world_.units.at(unit);
    row.state = UnitState::returning;
    const auto refused = apply({"li", {SetUnit{row, StampSource::dispatcher}}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::illegal_transition);
    row.state = UnitState::out_of_service;
    EXPECT_TRUE(apply({"li", {SetUnit{row, StampSource::dispatcher}}}));
}

TEST_F(StoreTest, ItsTransitionsAreTheTablesOfTheCore) {
    std::vector<std::string> core;
    for (const UnitTransition& t : unit_transitions()) {
        const char* cause[] = {"order", "report", "release", "both", "divert"};
        core.push_back("unit " + std::to_string(static_cast<int>(t.from)) + " " +
                       std::to_string(static_cast<int>(t.to)) + " " + cause[static_cast<std::size_t>(t.cause)]);
    }
    for (const AssignmentTransition& t : assignment_transitions()) {
        core.push_back("assignment " + std::string{name(t.from)} + " " + std::string{name(t.to)} + " ");
    }
    for (const IncidentTransition& t : incident_transitions()) {
        core.push_back("incident " + std::string{name(t.from)} + " " + std::string{name(t.to)} + " ");
    }
    for (const PostingTransition& t : posting_transitions()) {
        core.push_back("posting " + std::string{name(t.from)} + " " + std::string{name(t.to)} + " ");
    }
    std::sort(core.begin(), core.end());
    std::vector<std::string> database = postgres_->column(
        "select machine || ' ' || from_state || ' ' || to_state || ' ' || cause from dispatch.legal");
    std::sort(database.begin(), database.end());
    EXPECT_EQ(core, database);
}

TEST_F(StoreTest, ALeaderWhoseTermHasPassedWritesNothing) {
    const UnitId unit = next_unit();
    const WriteSet writes = assignment(new_incident(), unit).value();
    pg::Connection other{io_.get_executor(), test::patient(postgres_->conninfo("ems_dispatch"))};
    ASSERT_TRUE(run(other.open()));
    EXPECT_FALSE(run(become_leader(other, "other")).value()) << "the lock is held";
    lead_.close();
    std::optional<std::uint64_t> term;
    ASSERT_TRUE(test::eventually(
        [&] {
            term = run(become_leader(other, "other")).value();
            return term.has_value();
        },
        std::chrono::seconds{5}));
    EXPECT_GT(*term, term_);
    const auto refused = apply(writes);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::term_stale);
    term_ = *term;
    EXPECT_TRUE(apply(writes));
}

TEST_F(StoreTest, ARepeatedKeyChangesNothingAndTheFirstAnswerIsKept) {
    const CallIds ids = run(store_.take_call_ids("140802", "2026-03-18")).value();
    WriteSet writes = call(ids);
    writes.operations.emplace_back(StoreKey{"li", "key-1", "hash", "answer"});
    ASSERT_TRUE(apply(writes));
    WriteSet again = call(run(store_.take_call_ids("140802", "2026-03-18")).value());
    again.operations.emplace_back(StoreKey{"li", "key-1", "hash", "another answer"});
    const std::string before = postgres_->value("select count(*) from dispatch.incident");
    const auto refused = apply(again);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::repeated);
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.incident"), before);
    const auto answer = run(store_.answer("li", "key-1"));
    ASSERT_TRUE(answer && *answer);
    EXPECT_EQ((*answer)->response, "answer");
    EXPECT_EQ((*answer)->request_hash, "hash");
}

TEST_F(StoreTest, AnEventIsConsumedOnceAndInOrder) {
    postgres_->execute("insert into telemetry.inbox (vid, spool, seq, t_us, clk, event_id, body) "
                       "select 'amb-1', 1, n, n, 3, 'e' || n, 'x' from generate_series(1, 3) n");
    const auto events = run(store_.inbox(10)).value();
    ASSERT_EQ(events.size(), 3U);
    EXPECT_LT(events[0].id, events[1].id);
    EXPECT_TRUE(apply({"amb-1", {ConsumeEvent{events[0].id, "applied"}}}));
    EXPECT_EQ(apply({"amb-1", {ConsumeEvent{events[0].id, "applied"}}}).error().code, Code::repeated);
    EXPECT_EQ(run(store_.inbox(10)).value().size(), 2U);
}

TEST_F(StoreTest, WhatAVehicleHasSeenIsLearnedOnceInTenMinutesAndNotWithoutBound) {
    const UnitId unit = next_unit();
    const std::string vid = "amb-" + std::to_string(unit.value);
    const auto order = [&](const std::string& id) {
        CommandRow row;
        row.id = id + vid;
        row.unit = unit;
        row.vid = vid;
        row.kind = "text";
        row.body = "body";
        row.issued_us = 1'800'000'000'000'000;
        row.expires_us = row.issued_us + 1;
        return apply({"li", {QueueCommand{row}}});
    };
    const auto seq = [&](const std::string& id) { return world_.commands.at(id + vid).unit_seq; };
    const auto learn = [&](std::uint64_t term, std::uint64_t number) {
        return apply({vid, {LearnNumbers{vid, term, number}}});
    };
    const auto refused = [&](const Result<void>& answer) {
        return !answer && refusal_of(answer.error()) == Refusal::values;
    };
    const auto an_age_later = [&] {
        postgres_->execute("update dispatch.learned_numbers set at = at - interval '11 minutes' where vid = '" + vid + "'");
    };
    ASSERT_TRUE(order("held-"));
    ASSERT_TRUE(apply({vid, {SetCommand{"held-" + vid, {}, "stored", 1, ""}}}));
    ASSERT_TRUE(order("b-"));
    ASSERT_TRUE(order("a-"));
    ASSERT_TRUE(learn(0, 500));
    EXPECT_EQ(seq("b-"), 501U);
    EXPECT_EQ(seq("a-"), 502U) << "in their order";
    EXPECT_EQ(seq("held-"), 1U) << "what the vehicle holds keeps its own";
    ASSERT_TRUE(order("next-"));
    EXPECT_EQ(seq("next-"), 503U);
    EXPECT_TRUE(refused(learn(0, 600))) << "one that is broken would say so for ever";
    an_age_later();
    EXPECT_TRUE(refused(learn(0, 1'000'504)));
    EXPECT_TRUE(refused(learn(term_ + 1'000'001, 0)));
    ASSERT_TRUE(learn(0, 30)) << "numbers only rise";
    EXPECT_EQ(seq("b-"), 504U);
    an_age_later();
    ASSERT_TRUE(learn(term_ + 40, 0));
    EXPECT_EQ(seq("b-"), 504U) << "it told no number";
    EXPECT_EQ(apply({"li", {AddAudit{"act", {}, ""}}}).error().code, Code::term_stale) << "this leader has passed";
    EXPECT_EQ(run(become_leader(lead_, "test")).value(), term_ + 41);
    EXPECT_EQ(run(store_.load(term_ + 41)).value().commands.at("b-" + vid).unit_seq, 504U);
}

TEST_F(StoreTest, AfterARestartEverythingIsReadBack) {
    const UnitId unit = next_unit();
    const IncidentId incident = new_incident();
    ASSERT_TRUE(apply(assignment(incident, unit).value()));
    const World loaded = run(store_.load(term_)).value();
    EXPECT_EQ(loaded.units.at(unit).state, UnitState::assigned);
    EXPECT_EQ(loaded.units.at(unit).incident, incident);
    EXPECT_EQ(loaded.incidents.at(incident).state, IncidentState::assigned);
    EXPECT_EQ(loaded.incidents.at(incident).stamps.size(), 4U);
    EXPECT_EQ(loaded.incidents.at(incident).complaint, "胸痛");
    EXPECT_EQ(loaded.live_assignments(incident), 1U);
}

TEST_F(StoreTest, ALongArchiveDoesNotHoldUpARestart) {
    for (int i = 0; i < 60; ++i) {
        new_incident();
    }
    const World before = run(store_.load(term_)).value();
    // Six months of a county: closed cases with their stamps, their order and a change of destination.
    postgres_->execute(
        "insert into dispatch.incident (id, region, number, day, level, complaint, address, lat_e7, lon_e7, state, "
        " created_at, ended_at) select 1000000 + n, '140802', n::text, '2020-01-01', 2, '', '', 351000000, 1109000000, "
        " 'closed', now() - interval '2 days', now() - interval '2 days' from generate_series(1, 10000) n;"
        "insert into dispatch.assignment (id, incident_id, unit_id, state, created_by, ended_at, term) "
        " select 1000000 + n, 1000000 + n, 1 + n % 60, 'done', 'li', now() - interval '2 days', " +
        std::to_string(term_) +
        " from generate_series(1, 10000) n;"
        "insert into dispatch.stamp (incident_id, assignment_id, event, at, source, actor) "
        " select 1000000 + n, 1000000 + n, e, now() - interval '2 days', 'crew_button', 'amb' from generate_series(1, 10000) n, "
        " unnest(array['unit_assigned', 'crew_ack', 'wheels', 'at_scene', 'at_patient', 'left_scene', 'at_hospital', "
        " 'handover', 'left_hospital', 'available', 'at_station']) e;"
        "insert into dispatch.outbox (id, unit_id, vid, assignment_id, kind, body, unit_seq, issued_at, expires_at, state) "
        " select k || n, 1 + n % 60, 'amb-' || 1 + n % 60, 1000000 + n, k, 'x', n, now() - interval '2 days', "
        " now() - interval '2 days', 'stored' from generate_series(1, 10000) n, unnest(array['dispatch', 'destination']) k;");
    // Before the statistics know: the plan must not need them.
    pg::Pool hurried{io_.get_executor(),
                     {.connection = {.conninfo = postgres_->conninfo("ems_dispatch"),
                                     .statement_limit = std::chrono::milliseconds{1000}}}};
    Store store{hurried};
    const auto loaded = run(store.load(term_));
    ASSERT_TRUE(loaded) << loaded.error().message();
    EXPECT_EQ(loaded->incidents.size(), before.incidents.size());
    EXPECT_EQ(loaded->commands.size(), before.commands.size());
}

TEST_F(StoreTest, TheRegistrySaysHowACrewIsCalledByVoice) {
    const std::string unit = postgres_->value("select min(id) from registry.unit");
    postgres_->execute("update registry.unit set phone = '0359-2010101', radio_call = '201' where id = " + unit);
    const auto registry = run(store_.registry("140802"));
    postgres_->execute("update registry.unit set phone = null, radio_call = null where id = " + unit);
    ASSERT_TRUE(registry) << registry.error().message();
    ASSERT_GE(registry->units.size(), 2U);
    EXPECT_EQ(registry->units.at(0).phone, "0359-2010101");
    EXPECT_EQ(registry->units.at(0).radio_call, "201");
    EXPECT_EQ(registry->units.at(1).phone, "") << "not known";
}

TEST_F(StoreTest, ACapabilityOfALaterVersionCostsItsUnitThatAlone) {
    const std::string unit = postgres_->value("select min(id) from registry.unit");
    postgres_->execute("update registry.unit set capabilities = 'teleporter,ventilator,flies' where id = " + unit);
    const auto registry = run(store_.registry("140802"));
    postgres_->execute("update registry.unit set capabilities = '' where id = " + unit);
    ASSERT_TRUE(registry) << registry.error().message();
    const auto known = std::find_if(registry->units.begin(), registry->units.end(),
                                    [&](const UnitInfo& info) { return std::to_string(info.id.value) == unit; });
    ASSERT_NE(known, registry->units.end());
    EXPECT_EQ(known->capabilities, bit(Capability::ventilator));
}

TEST_F(StoreTest, GrantsEndWithTheSessionOfTheirDeskThoughTheSamePersonIsAtAnother) {
    const auto session = [](const std::string& desk) {
        return "insert into dispatch.session (token_hash, user_id, seat, cert_cn, expires_at) select sha256('" + desk +
               "'), id, 'desk', '" + desk + "', now() + interval '1 hour' from dispatch.app_user where name = 'wei';";
    };
    int count = 0;
    const auto grants = [&](const std::string& desk) {
        const std::string number = std::to_string(++count);
        const std::string ssrcs = std::to_string(count * 256) + ", " + std::to_string(count * 65'536);
        return "select media.create_viewer_grant('v-" + number + "', 'amb-1', 'cabin', 'wei', " + ssrcs +
               ", '', '', 60, '" + desk + "', 0); select media.create_voice_grant('s-" + number +
               "', 'amb-1', 'wei', 'physician', " + ssrcs + ", '', '', 60, '" + desk + "', 0);";
    };
    postgres_->execute("insert into media.server (name, host, port, seen_at) values ('srv-media-a', '127.0.0.1', 5000, "
                       "clock_timestamp() + interval '1 hour');"
                       "insert into dispatch.app_user (name, display_name, role, password_hash) values ('wei', 'wei', 'physician', '$argon2id$x');" +
                       session("desk-a") + session("desk-b") + grants("desk-a") + grants("desk-b") + grants(""));
    const auto live = [](const std::string& table) {
        return postgres_->column("select desk from media." + table + " where revoked_at is null order by desk");
    };
    const std::vector<std::string> all{"", "desk-a", "desk-b"};
    ASSERT_TRUE(run(store_.end_orphaned_grants()));
    EXPECT_EQ(live("viewer_grant"), all);
    EXPECT_EQ(live("voice_grant"), all);
    postgres_->execute("update dispatch.session set revoked_at = clock_timestamp() where cert_cn = 'desk-a'");
    ASSERT_TRUE(run(store_.end_orphaned_grants()));
    const std::vector<std::string> left{"", "desk-b"}; // one that is of no known desk is the person's
    EXPECT_EQ(live("viewer_grant"), left);
    EXPECT_EQ(live("voice_grant"), left);
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.audit where actor = 'wei' and detail like '%why=no session'"), "2");
}

TEST_F(StoreTest, TheTenThousandthCallOfADayGetsANumber) {
    postgres_->execute("insert into dispatch.day_counter (region, day, used) values ('140802', '2026-03-19', 9999)");
    const CallIds ids = run(store_.take_call_ids("140802", "2026-03-19")).value();
    EXPECT_EQ(ids.number, "10000");
    EXPECT_TRUE(apply(call(ids)));
}

TEST_F(StoreTest, TheServiceRoleCannotRewriteHistory) {
    for (const char* sql : {"update dispatch.stamp set at = now()", "delete from dispatch.stamp",
                            "update dispatch.audit set actor = 'x'", "delete from dispatch.audit",
                            "insert into dispatch.audit select * from dispatch.audit limit 1",
                            "delete from dispatch.unit_history", "delete from dispatch.assignment",
                            "delete from dispatch.incident", "truncate dispatch.audit",
                            "update dispatch.leader set term = 1", "delete from dispatch.idempotency",
                            "update dispatch.audit_head set n = 0", "delete from dispatch.legal",
                            "update telemetry.inbox set body = ''",
                            // Nor write past the door that checks the term and forces the audit.
                            "insert into dispatch.outbox select * from dispatch.outbox limit 1",
                            "update dispatch.unit_state set state = 12", "update dispatch.incident set level = 4",
                            "update dispatch.assignment set end_reason = 'x'",
                            "update telemetry.inbox set consumed_at = now()",
                            "insert into dispatch.day_counter values ('140802', now()::date, 1)",
                            "insert into dispatch.learned_numbers (vid, term, unit_seq) values ('amb-1', 1, 1)",
                            "select dispatch.op_numbers('{}')",
                            "select dispatch.op_unit('{}', 'x')", "select dispatch.op_command('{}')"}) {
        const auto refused = run(lead_.query(sql));
        ASSERT_FALSE(refused) << sql;
        EXPECT_EQ(pg::sqlstate(refused.error()), "42501") << sql;
    }
}

TEST_F(StoreTest, TheAuditChainVerifiesAndAnEditIsFound) {
    new_incident();
    new_incident();
    EXPECT_EQ(postgres_->value("select dispatch.audit_verify()"), "");
    const std::string row = postgres_->value("select max(n) - 1 from dispatch.audit");
    postgres_->execute("update dispatch.audit set detail = detail || '!' where n = " + row);
    EXPECT_EQ(postgres_->value("select dispatch.audit_verify()"), row);
    postgres_->execute("update dispatch.audit set detail = left(detail, -1) where n = " + row);
    EXPECT_EQ(postgres_->value("select dispatch.audit_verify()"), "");
}

} // namespace
} // namespace ems::dispatch
