// Roads and move-up in the real PostgreSQL: what the database itself refuses, and what it tells of
// the past.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "dispatch/store/move_ups.h"
#include "dispatch/store/road_conditions.h"
#include "tests/support/child_process.h"
#include "tests/support/patient_pg.h"
#include "tests/support/run_coroutine.h"
#include "tests/support/temp_postgres.h"

namespace ems::dispatch {
namespace {

namespace asio = boost::asio;

class RoadsStoreTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        postgres_ = std::make_unique<test::TempPostgres>();
        postgres_->execute(
            "insert into registry.region (code, name) values ('140802', 'Yanhu'), ('140803', "
            "'Other');"
            "insert into registry.station (region, name, place) values ('140802', 'S1', "
            "st_point(110.9, 35.1)::geography), "
            " ('140802', 'S2', st_point(111, 35.1)::geography);"
            "insert into registry.hospital (region, name, place) values ('140802', 'H', "
            "st_point(110.9, 35.1)::geography);"
            "insert into registry.unit (name, station_id) values ('U1', 1), ('U2', 1)");
    }
    static void TearDownTestSuite() { postgres_.reset(); }

    RoadsStoreTest()
        : db_(io_.get_executor(), test::patient(postgres_->conninfo("ems_dispatch"))),
          owner_(io_.get_executor(), test::patient(postgres_->conninfo("ems_owner"))) {
        EXPECT_TRUE(run(db_.open()));
        EXPECT_TRUE(run(owner_.open()));
        term_ = run(become_leader(db_, "test")).value().value();
    }
    ~RoadsStoreTest() override {
        postgres_->execute("truncate dispatch.road_condition, dispatch.move_up, "
                           "dispatch.unit_history, dispatch.idempotency");
    }
    template <class T> T run(asio::awaitable<T> work) {
        return test::run_coroutine(io_, std::move(work));
    }
    static WriteSet request(const std::string& key) {
        return {"li", {StoreKey{"li", key, "hash", "answer"}, AddAudit{"close_road", {}, "id=1"}}};
    }
    Result<RoadConditionRow> add(const std::string& key, std::uint64_t term,
                                 const std::string& region = "140802") {
        RoadConditionRow row;
        row.id = run(take_road_condition_id(db_)).value();
        row.points = {{351'000'000, 1'109'000'000}, {351'100'000, 1'109'100'000}};
        row.ways = RoadWays::along;
        row.classes = {"county", "village"};
        row.road = "X818";
        row.from_us = 1'800'000'000'000'000;
        row.reason = "塌方";
        return run(add_road_condition(db_, term, request(key), region, row));
    }
    // Of the owner's statement, past every function.
    Code refusal(const std::string& sql) {
        const auto done = run(owner_.execute(sql));
        return done ? Code::internal : translate(done.error()).code;
    }
    static std::string count(const std::string& from) {
        return postgres_->value("select count(*) from " + from);
    }

    static std::unique_ptr<test::TempPostgres> postgres_;
    asio::io_context io_;
    pg::Connection db_;
    pg::Connection owner_;
    std::uint64_t term_{0};
};
std::unique_ptr<test::TempPostgres> RoadsStoreTest::postgres_;

TEST_F(RoadsStoreTest, AConditionComesBackAsItWasEntered) {
    const auto added = add("k1", term_);
    ASSERT_TRUE(added) << added.error().message();
    const auto all = run(road_conditions(db_, "140802")).value();
    ASSERT_EQ(all.size(), 1U);
    const RoadConditionRow& row = all.front();
    EXPECT_EQ(row.points,
              (std::vector<PlaceE7>{{351'000'000, 1'109'000'000}, {351'100'000, 1'109'100'000}}));
    EXPECT_EQ(row.classes, (std::vector<std::string>{"county", "village"}));
    EXPECT_EQ(row.ways, RoadWays::along);
    EXPECT_EQ(row.reason, "塌方");
    EXPECT_EQ(row.created_by, "li");
    EXPECT_EQ(row.from_us, 1'800'000'000'000'000);
    EXPECT_EQ(row.version, 1U);
    EXPECT_TRUE(run(road_conditions(db_, "140803")).value().empty()) << "of the other county";
}

TEST_F(RoadsStoreTest, APastTermAndARepeatedKeyWriteNothing) {
    EXPECT_EQ(add("k1", term_ - 1).error().code, Code::term_stale);
    ASSERT_TRUE(add("k2", term_));
    const std::string audits = count("dispatch.audit");
    EXPECT_EQ(add("k2", term_).error().code, Code::repeated);
    EXPECT_EQ(count("dispatch.road_condition"), "1");
    EXPECT_EQ(count("dispatch.audit"), audits);
}

TEST_F(RoadsStoreTest, AConditionEndsOnceAndChangesInNothingElse) {
    const std::int64_t id = add("k1", term_).value().id;
    EXPECT_EQ(run(end_road_condition(db_, term_, request("k2"), id, 2, "open")).error().code,
              Code::db_conflict);
    EXPECT_EQ(
        refusal(fmt::format("update dispatch.road_condition set reason = 'x' where id = {}", id)),
        Code::illegal_transition);
    const auto ended = run(end_road_condition(db_, term_, request("k2"), id, 1, "open"));
    ASSERT_TRUE(ended) << ended.error().message();
    EXPECT_EQ(ended->ended_by, "li");
    EXPECT_EQ(ended->version, 2U);
    EXPECT_EQ(run(end_road_condition(db_, term_, request("k3"), id, 2, "again")).error().code,
              Code::db_conflict);
    EXPECT_EQ(
        refusal(fmt::format(
            "update dispatch.road_condition set ended_at = null, ended_by = '' where id = {}", id)),
        Code::illegal_transition);
    EXPECT_TRUE(run(road_conditions(db_, "140802")).value().empty());
}

TEST_F(RoadsStoreTest, WhatIsOverByItsTimeIsNotReadAndMakesRoom) {
    postgres_->execute("insert into dispatch.road_condition (id, region, kind, place, points, "
                       "from_at, until_at, reason, "
                       "created_by, term) select nextval('dispatch.road_condition_id'), '140802', "
                       "'closure', 'stretch', '{1,1}', "
                       "now() - interval '2 days', now() - interval '1 day', 'x', 'li', 1 from "
                       "generate_series(1, 600)");
    EXPECT_TRUE(run(road_conditions(db_, "140802")).value().empty());
    EXPECT_TRUE(add("k1", term_));
}

TEST_F(RoadsStoreTest, FiveHundredHoldAndNoMore) {
    postgres_->execute("insert into dispatch.road_condition (id, region, kind, place, points, "
                       "from_at, reason, created_by, term) "
                       "select nextval('dispatch.road_condition_id'), '140802', 'closure', "
                       "'stretch', '{1,1}', now(), 'x', 'li', 1 "
                       "from generate_series(1, 500)");
    EXPECT_EQ(add("k1", term_).error().code, Code::too_many_requests);
    EXPECT_EQ(count("dispatch.idempotency"), "0") << "all or nothing";
    EXPECT_TRUE(add("k1", term_, "140803"));
}

class MoveUpStoreTest : public RoadsStoreTest {
  protected:
    static MoveUpRow advice(std::int64_t unit) {
        MoveUpRow out;
        out.unit = {unit};
        out.station = {2};
        out.drive_s = 600;
        out.expected_before = 0.5;
        out.expected_after = 0.6;
        out.busy_share = 0.2;
        out.moves_max = 2;
        return out;
    }
};

TEST_F(MoveUpStoreTest, ANewAdviceTakesThePlaceOfTheOpenOne) {
    ASSERT_TRUE(run(advise_move_up(db_, term_, "140802", advice(1))));
    const auto second = run(advise_move_up(db_, term_, "140802", advice(2)));
    ASSERT_TRUE(second && *second);
    const auto known = run(move_ups(db_, "140802")).value();
    ASSERT_EQ(known.size(), 1U);
    EXPECT_EQ(known.front().unit, UnitId{2});
    EXPECT_EQ(known.front().state, "open");
    EXPECT_EQ(count("dispatch.move_up where state = 'superseded'"), "1");
    const auto gone = run(advise_move_up(db_, term_, "140802", std::nullopt));
    ASSERT_TRUE(gone && *gone);
    EXPECT_EQ((*gone)->state, "superseded");
    EXPECT_FALSE(run(advise_move_up(db_, term_, "140802", std::nullopt)).value())
        << "there was none";
    EXPECT_EQ(run(advise_move_up(db_, term_ - 1, "140802", advice(1))).error().code,
              Code::term_stale);
}

TEST_F(MoveUpStoreTest, AnAdviceIsAnsweredOnce) {
    const MoveUpRow open = run(advise_move_up(db_, term_, "140802", advice(1))).value().value();
    const MoveUpReply accept{open.id, open.version, MoveUpAnswerState::accepted, ""};
    const auto accepted = run(answer_move_up(db_, term_, request("k1"), accept));
    ASSERT_TRUE(accepted) << accepted.error().message();
    EXPECT_EQ(accepted->advice.state, "accepted");
    EXPECT_EQ(accepted->advice.answered_by, "li");
    const MoveUpReply decline{open.id, accepted->advice.version, MoveUpAnswerState::declined, "no"};
    EXPECT_EQ(run(answer_move_up(db_, term_, request("k2"), decline)).error().code,
              Code::db_conflict);
    ASSERT_EQ(run(move_ups(db_, "140802")).value().size(), 1U)
        << "it says how often the unit was moved";
}

TEST_F(MoveUpStoreTest, AnAnswerAndWhatComesWithItAreWrittenTogetherOrNotAtAll) {
    const MoveUpRow open = run(advise_move_up(db_, term_, "140802", advice(1))).value().value();
    PostingRow posting;
    posting.id = {41};
    posting.unit = {1};
    posting.kind = PostingKind::relocation;
    posting.station = {1};
    posting.place = {351'000'000, 1'109'000'000};
    posting.name = "S1";
    WriteSet writes = request("k1");
    writes.operations.emplace_back(NewPosting{posting});
    const MoveUpReply stale{open.id, open.version + 1, MoveUpAnswerState::accepted, ""};
    EXPECT_EQ(run(answer_move_up(db_, term_, writes, stale)).error().code, Code::db_conflict);
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.posting"), "0");
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.idempotency where key = 'k1'"), "0");
    const MoveUpReply accept{open.id, open.version, MoveUpAnswerState::accepted, ""};
    const auto accepted = run(answer_move_up(db_, term_, writes, accept));
    ASSERT_TRUE(accepted) << accepted.error().message();
    ASSERT_EQ(accepted->rows.postings.size(), 1U) << "what changed is told";
    EXPECT_EQ(accepted->rows.postings[0].id.value, 41);
    EXPECT_EQ(run(answer_move_up(db_, term_, writes, accept)).error().code, Code::repeated)
        << "the key stops it before the advice does";
    const auto moves = run(relocations(db_, "140802"));
    ASSERT_TRUE(moves) << moves.error().message();
    ASSERT_EQ(moves->size(), 1U);
    EXPECT_EQ(moves->front().unit.value, 1);
    EXPECT_EQ(moves->front().state, PostingState::ordered);
    EXPECT_EQ(moves->front().ended_us, 0);
    EXPECT_TRUE(run(relocations(db_, "140803")).value().empty());
}

TEST_F(MoveUpStoreTest, BusyHoursAreThoseFromOrderToHandover) {
    // U1: free at first, an hour busy, three free. U2 without any change says nothing.
    postgres_->execute("insert into dispatch.unit_history (unit_id, from_state, to_state, source, "
                       "actor, version, at) values "
                       "(1, 1, 2, 's', 'a', 1, now() - interval '4 hours'), (1, 2, 4, 's', 'a', 2, "
                       "now() - interval '3.5 hours'), "
                       "(1, 9, 1, 's', 'a', 3, now() - interval '3 hours')");
    const BusyHistory history = run(busy_history(db_, "140802")).value();
    EXPECT_NEAR(history.busy_h, 1, 0.01);
    EXPECT_NEAR(history.unit_h, 4, 0.01);
    EXPECT_EQ(run(busy_history(db_, "140803")).value().unit_h, 0);
}

TEST_F(MoveUpStoreTest, WhatAUnitDidWhenTheDaysBeganCounts) {
    postgres_->execute("insert into dispatch.unit_history (unit_id, from_state, to_state, source, "
                       "actor, version, at) values "
                       "(1, 1, 2, 's', 'a', 1, now() - interval '40 days'), (1, 9, 1, 's', 'a', 2, "
                       "now() - interval '14 days')");
    const BusyHistory history = run(busy_history(db_, "140802")).value();
    EXPECT_NEAR(history.busy_h, 14 * 24, 0.01);
    EXPECT_NEAR(history.unit_h, 28 * 24, 0.01);
}

TEST_F(MoveUpStoreTest, CallsAreCountedBySquareAndHourOfTheCountysTime) {
    postgres_->execute(
        "insert into dispatch.incident (id, region, number, day, level, complaint, address, "
        "lat_e7, lon_e7, state, created_at, "
        "ended_at) select 1000 + n, '140802', n::text, '2026-01-01', 1, 'x', 'y', 351012345, "
        "1109012345, "
        "case when n = 4 then 'cancelled' else 'closed' end, date_trunc('day', now() at time zone "
        "'UTC') at time zone 'UTC' "
        "- interval '2 days' + interval '22 hours', now() from generate_series(1, 4) n");
    const auto calls = run(call_history(db_, "140802")).value();
    ASSERT_EQ(calls.size(), 1U);
    EXPECT_EQ(calls.front().hour, 6U) << "22:00 UTC";
    EXPECT_EQ(calls.front().calls, 3) << "the cancelled one does not count";
    EXPECT_EQ(calls.front().square, (PlaceE7{351'000'000, 1'109'000'000}));
    postgres_->execute("delete from dispatch.incident");
}

// The query that map/README.md gives to an operator for `ems-map calibrate`.
TEST_F(RoadsStoreTest, TracksForCalibrationAreToldApartByTheStateOfTheUnit) {
    std::ifstream file{test::source_path("map/README.md")};
    const std::string readme{std::istreambuf_iterator<char>{file}, {}};
    const std::size_t begin = readme.find("    select p.vid");
    ASSERT_NE(begin, std::string::npos);
    const std::string query = readme.substr(begin, readme.find("\n\n", begin) - begin);
    postgres_->execute(
        "insert into registry.vehicle (vid, region) values ('amb-c', '140802');"
        "insert into registry.unit (name, station_id, vid) values ('UC', 1, 'amb-c');"
        "insert into dispatch.incident (id, region, number, day, level, complaint, address, "
        "lat_e7, lon_e7) select 7000 + n, '140802', 'c' || n, '2026-01-01', 1, 'x', 'y', 1, 1 "
        "from generate_series(1, 2) n;"
        "update dispatch.incident set kind = 'transfer', planned_at = now(), destination_id = "
        "(select min(id) from registry.hospital) where id = 7002;"
        // Minutes ago: to an emergency, at the scene, with the patient, back; to a transfer.
        "insert into dispatch.unit_history (unit_id, from_state, to_state, incident_id, source, "
        "actor, version, at) select u.id, 1, h.state, h.incident, 'x', 'x', 1, "
        "now() - h.ago * interval '1 minute' from registry.unit u, (values (4, 7001, 60), "
        "(5, 7001, 50), (7, 7001, 40), (11, 7001, 30), (4, 7002, 20)) h(state, incident, ago) "
        "where u.name = 'UC';"
        "insert into telemetry.position select 'amb-c', now() - ago * interval '1 minute', 7, "
        "100 - ago, 100 - ago, 3, false, now(), st_point(110.9, 35.1)::geography, 1200, 0, 0, 0, "
        "9, 3, true from unnest(array[70, 55, 45, 35, 25, 15]) ago");
    EXPECT_EQ(postgres_->value("select string_agg(t_us || ':' || siren, ' ' order by t_us) from (" +
                               query + ") q"),
              "45:1 75:0 85:0");
    postgres_->execute("delete from telemetry.position where vid = 'amb-c'; "
                       "delete from dispatch.unit_history; delete from dispatch.incident");
}

} // namespace
} // namespace ems::dispatch
