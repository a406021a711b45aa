#include "telemetry/retention/partitions.h"

#include <libpq-fe.h>

#include "tests/telemetry/retention/archive_fixture.h"

namespace ems::retention {
namespace {

using namespace std::chrono_literals;

class PartitionsTest : public test::ArchiveTest {
  protected:
    Retired retire(RetentionDays days, ServerTime now, std::chrono::seconds grace) {
        const auto out = run<Retired>([&] { return retire_partitions(*db_, days, now, grace); });
        EXPECT_TRUE(out) << out.error().message();
        return out.value_or(Retired{});
    }
    static bool exists(const std::string& table) {
        return postgres_->value("select to_regclass('telemetry." + table + "') is not null") == "t";
    }
    static bool attached(const std::string& table) {
        return count("pg_inherits where inhrelid = to_regclass('telemetry." + table + "')") == "1";
    }
    // A moment at which the days before 10 March are older than 15 days.
    static constexpr ServerTime kLater{test::kDay0Us + 15 * test::kDayUs + 1};
    // Years later: every day here is old, and what was detached a moment ago was detached before.
    static ServerTime much_later() { return SystemClock{}.server_now(); }
};

TEST_F(PartitionsTest, OldDaysGoAfterTheGraceAndYoungOnesStay) {
    add_positions("2025-03-09 10:00", 1, 5);
    add_positions("2025-03-10 10:00", 6, 10);
    const Retired first = retire({.position = 15, .vitals = 0, .wave = 0}, kLater, 24h);
    EXPECT_EQ(first.detached, 2);
    EXPECT_EQ(first.dropped, 0);
    EXPECT_FALSE(attached("position_20250309"));
    EXPECT_TRUE(exists("position_20250309")) << "the grace is not over";
    EXPECT_TRUE(attached("position_20250310"));
    EXPECT_TRUE(attached("vitals_20250308")) << "0 days are for ever";
    EXPECT_EQ(count("telemetry.position"), "5");

    const Retired second = retire({.position = 15, .vitals = 0, .wave = 0}, much_later(), 0s);
    EXPECT_EQ(second.detached, 4);
    EXPECT_EQ(second.dropped, 2) << "what was detached just now waits for another round";
    EXPECT_FALSE(exists("position_20250309"));
}

TEST_F(PartitionsTest, DefaultAndUntimedRowsNeverGo) {
    postgres_->execute(
        "insert into telemetry.position select 'amb-1', t, 7, 1, 0, 0, t = '1970-01-01', now(), "
        "st_point(110.9, 35.1)::geography, 0, 0, 0, 0, 0, 3, true "
        "from unnest(array['1970-01-01', '2001-05-05']::timestamptz[]) t");
    retire({.position = 15, .vitals = 15, .wave = 15}, much_later(), 0s);
    EXPECT_EQ(count("telemetry.position"), "2");
    EXPECT_TRUE(attached("position_default"));
    EXPECT_TRUE(attached("position_untimed"));
}

TEST_F(PartitionsTest, ADayThatACaseNeedsStaysUntilTheCaseIsArchived) {
    add_case(1, "2025-03-09 23:58", "2025-03-10 00:40");
    add_waves("2025-03-09 23:58", 1, 60);
    const RetentionDays days{.position = 0, .vitals = 0, .wave = 15};
    const Retired held = retire(days, kLater, 0s);
    EXPECT_EQ(held.detached, 1) << "8 March is nobody's";
    EXPECT_EQ(held.needed, 1);
    EXPECT_EQ(held.first_need, "wave 2025-03-09 task 1");
    EXPECT_TRUE(attached("wave_20250309"));

    postgres_->execute("insert into archive.case_copy select assignment_id, incident_id, unit_id, "
                       "vid, from_t, to_t, "
                       "closed_at, 'complete', to_t from archive.case_part");
    EXPECT_EQ(retire(days, kLater, 0s).needed, 1) << "copied, but it still waits for records";
    postgres_->execute("update archive.case_copy set state = 'verified', settled_at = now()");
    const Retired let_go = retire(days, much_later(), 0s);
    EXPECT_EQ(let_go.needed, 0);
    retire(days, much_later(), 0s);
    EXPECT_FALSE(exists("wave_20250309"));
}

TEST_F(PartitionsTest, ACaseThatIsStillOpenHoldsItsDays) {
    add_case(1, "2025-03-08 12:00", "");
    EXPECT_EQ(retire({.position = 15, .vitals = 0, .wave = 0}, kLater, 0s).needed, 2);
}

TEST_F(PartitionsTest, AKillBetweenDetachingAndDroppingIsFinishedByTheNextRound) {
    const auto detached = run<pg::Rows>([&] {
        return db_->execute("select archive.detach_day('position', '2025-03-08', '2025-03-10')");
    });
    ASSERT_TRUE(detached) << detached.error().message();
    postgres_->crash();
    postgres_->start();
    open();
    EXPECT_TRUE(exists("position_20250308"));
    const Retired rest = retire({.position = 15, .vitals = 0, .wave = 0}, much_later(), 0s);
    EXPECT_GE(rest.dropped, 1);
    EXPECT_FALSE(exists("position_20250308"));
}

TEST_F(PartitionsTest, ADayThatWasAttachedAgainIsNotDropped) {
    retire({.position = 15, .vitals = 0, .wave = 0}, kLater, 24h);
    postgres_->execute(
        "alter table telemetry.position attach partition telemetry.position_20250309 "
        "for values from ('2025-03-09 00:00+00') to ('2025-03-10 00:00+00')");
    retire({.position = 0, .vitals = 0, .wave = 0}, much_later(), 0s);
    EXPECT_FALSE(exists("position_20250308"));
    EXPECT_TRUE(attached("position_20250309"));
}

TEST_F(PartitionsTest, ATableInUseIsPassedOverAndTakenLater) {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> reader{
        PQconnectdb(postgres_->conninfo("ems_report").c_str()), &PQfinish};
    const auto say = [&reader](const char* sql) { PQclear(PQexec(reader.get(), sql)); };
    say("begin");
    say("select count(*) from telemetry.position");
    const Retired busy = retire({.position = 15, .vitals = 0, .wave = 0}, kLater, 0s);
    EXPECT_EQ(busy.detached, 0);
    EXPECT_EQ(busy.busy, 2);
    say("rollback");
    EXPECT_EQ(retire({.position = 15, .vitals = 0, .wave = 0}, kLater, 0s).detached, 2);
}

TEST_F(PartitionsTest, TheDatabaseLetsNothingYoungerThanAWeekGo) {
    const auto refused = run<pg::Rows>([&] {
        return db_->execute(
            "select archive.detach_day('position', current_date, current_date + 1)");
    });
    ASSERT_FALSE(refused);
    EXPECT_EQ(pg::sqlstate(refused.error()), "DF006");
}

TEST_F(PartitionsTest, TheServiceItselfMayNeitherDropNorDetachNorDelete) {
    for (const char* sql :
         {"drop table telemetry.position_20250308", "delete from telemetry.position",
          "alter table telemetry.position detach partition telemetry.position_20250308",
          "delete from archive.case_wave", "update archive.case_wave set seq = 1",
          "select complaint from dispatch.incident", "select * from dispatch.patient_identity"}) {
        const auto refused = run<pg::Rows>([&] { return db_->execute(sql); });
        ASSERT_FALSE(refused) << sql;
        EXPECT_EQ(pg::sqlstate(refused.error()), "42501") << sql;
    }
}

TEST_F(PartitionsTest, RowsWithoutADayAreToldByTable) {
    const auto look = [this] {
        return run<std::string>([&] { return tables_without_day(*db_); }).value();
    };
    EXPECT_EQ(look(), "");
    add_positions("2031-01-01 00:00", 1, 1);
    add_waves("2031-01-01 00:00", 1, 1);
    EXPECT_EQ(look(), "position, wave");
}

} // namespace
} // namespace ems::retention
