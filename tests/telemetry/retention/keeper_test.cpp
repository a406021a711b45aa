#include "telemetry/retention/keeper.h"

#include <libpq-fe.h>

#include "tests/support/child_process.h"
#include "tests/support/fake_clock.h"
#include "tests/telemetry/retention/archive_fixture.h"

namespace ems::retention {
namespace {

using namespace std::chrono_literals;

class KeeperTest : public test::ArchiveTest {
  protected:
    KeeperConfig config() const {
        KeeperConfig out;
        out.db.conninfo = postgres_->conninfo("ems_telemetry");
        out.every = 1s;
        return out;
    }
    // Lets the keeper work until `condition`, at most 10 s.
    bool until(const std::function<bool()>& condition) {
        return test::eventually(
            [&] {
                context_.restart();
                context_.run_for(20ms);
                return condition();
            },
            10s);
    }
    static bool copied() { return count("archive.case_copy where copied_to = to_t") == "1"; }
    const SystemClock clock_;
};

TEST_F(KeeperTest, CopiesAClosedCaseAndCountsADayThatItNeeds) {
    add_case(1, "2025-03-10 10:00", "2025-03-10 10:20");
    add_positions("2025-03-10 10:00", 1, 10);
    KeeperConfig chosen = config();
    chosen.days.position = 15;
    Keeper keeper{context_.get_executor(), chosen, clock_};
    keeper.start();
    EXPECT_TRUE(until([&] { return keeper.counters().rounds > 0; }));
    keeper.stop();
    EXPECT_EQ(keeper.counters().cases_found, 1U);
    EXPECT_EQ(count("archive.case_position"), "10");
    EXPECT_EQ(keeper.counters().failures, 0U);
    EXPECT_GT(keeper.counters().partitions_detached, 0U);
}

TEST_F(KeeperTest, AfterADayItNamesTheTaskThatKeepsOldDaysFromGoing) {
    add_case(7, "2025-03-10 10:00", ""); // nobody has ended it
    test::FakeClock clock;
    KeeperConfig chosen = config();
    chosen.days.position = 15;
    Keeper keeper{context_.get_executor(), chosen, clock};
    keeper.start();
    EXPECT_TRUE(until([&] { return keeper.counters().needed_since.has_value(); }));
    clock.advance(24h);
    EXPECT_EQ(held_up(keeper.counters(), clock.ticks()), std::nullopt);
    clock.advance(1h);
    EXPECT_EQ(held_up(keeper.counters(), clock.ticks()).value_or(""),
              "4 old days cannot go for 25 h, first position 2025-03-10 task 7");
    postgres_->execute("delete from dispatch.unit_state; delete from dispatch.assignment; "
                       "delete from dispatch.incident");
    clock.advance(2h); // the next look
    EXPECT_TRUE(until([&] { return !keeper.counters().needed_since.has_value(); }));
    keeper.stop();
}

TEST_F(KeeperTest, OfSeveralServersOnlyTheHolderOfTheLockKeepsHouse) {
    add_case(1, "2025-03-10 10:00", "2025-03-10 10:20");
    std::unique_ptr<PGconn, decltype(&PQfinish)> other{
        PQconnectdb(postgres_->conninfo("ems_telemetry").c_str()), &PQfinish};
    PQclear(PQexec(other.get(), "select pg_advisory_lock(120, 41)"));
    Keeper keeper{context_.get_executor(), config(), clock_};
    keeper.start();
    EXPECT_TRUE(until([&] { return keeper.counters().rounds > 0; }));
    EXPECT_FALSE(copied());
    other.reset(); // it has died: its lock goes with its session
    EXPECT_TRUE(until([] { return copied(); }));
    keeper.stop();
}

TEST_F(KeeperTest, ADatabaseThatWentAwayIsUsedAgain) {
    Keeper keeper{context_.get_executor(), config(), clock_};
    keeper.start();
    EXPECT_TRUE(until([&] { return keeper.counters().rounds > 0; }));
    postgres_->crash();
    EXPECT_TRUE(until([&] { return keeper.counters().failures > 0; }));
    postgres_->start();
    add_case(1, "2025-03-10 10:00", "2025-03-10 10:20");
    EXPECT_TRUE(until([] { return copied(); }));
    keeper.stop();
}

TEST_F(KeeperTest, SaysWhileRowsHaveNoDayOfTheirOwn) {
    add_positions("2031-01-01 00:00", 1, 1);
    Keeper keeper{context_.get_executor(), config(), clock_};
    keeper.start();
    EXPECT_TRUE(until([&] { return keeper.counters().tables_without_day == 1; }));
    keeper.stop();
}

TEST_F(KeeperTest, CountsACopyThatDiffersForAsLongAsItDoes) {
    // Its patience is long over, so that each look compares.
    add_case(1, "2025-03-10 10:00", "2025-03-10 10:20");
    add_positions("2025-03-10 10:00", 1, 10);
    const auto find = [this] { return find_closed_cases(*db_); };
    ASSERT_TRUE(run<std::int64_t>(find));
    postgres_->execute("insert into archive.case_position select p.*, 1 from telemetry.position p; "
                       "update archive.case_copy set copied_to = to_t, positions = 10; "
                       "update archive.case_position set speed_cm_s = 1 where seq = 5");
    Keeper keeper{context_.get_executor(), config(), clock_};
    keeper.start();
    EXPECT_TRUE(until([&] { return keeper.counters().cases_differing == 1; }));
    postgres_->execute("update archive.case_position set speed_cm_s = 1200 where seq = 5; "
                       "update archive.case_copy set looked_at = null");
    EXPECT_TRUE(until([&] { return keeper.counters().cases_given_up == 1; }));
    EXPECT_EQ(keeper.counters().cases_differing, 0U);
    keeper.stop();
}

} // namespace
} // namespace ems::retention
