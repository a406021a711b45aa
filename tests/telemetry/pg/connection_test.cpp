#include "telemetry/pg/connection.h"

#include <gtest/gtest.h>

#include "telemetry/pg/pool.h"
#include "tests/support/child_process.h"
#include "tests/support/free_port.h"
#include "tests/support/temp_postgres.h"
#include "tests/telemetry/pg/coroutine.h"

namespace ems::pg {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using test::run_on;

class PgConnection : public testing::Test {
  protected:
    static void SetUpTestSuite() { postgres_ = std::make_unique<test::TempPostgres>(); }
    static void TearDownTestSuite() { postgres_.reset(); }

    void SetUp() override {
        postgres_->execute(
            "drop table if exists public.t; create table public.t (id bigint primary key, "
            "name text, body bytea); grant all on public.t to ems_telemetry");
        auto opened = open();
        ASSERT_TRUE(opened.has_value()) << opened.error().message();
    }

    [[nodiscard]] Options options(const std::string& conninfo = "") const {
        return Options{.conninfo =
                           conninfo.empty() ? postgres_->conninfo("ems_telemetry") : conninfo,
                       .application = "test",
                       .connect_limit = 2000ms,
                       .statement_limit = limit_,
                       .prepared_max = 3};
    }
    Result<void> open() {
        return run_on<Result<void>>(context_, [this] { return db().open(); });
    }
    Result<Rows> query(std::string sql, Params params = Params{}) {
        return run_on<Result<Rows>>(context_, [&] { return db().query(sql, params); });
    }
    Connection& db() {
        if (!db_) {
            db_ = std::make_unique<Connection>(context_.get_executor(), options());
        }
        return *db_;
    }

    std::vector<Pool::Lease> borrow(Pool& pool, std::size_t count) {
        std::vector<Pool::Lease> lent;
        const auto take = [&]() -> asio::awaitable<bool> {
            auto lease = co_await pool.acquire();
            if (lease) {
                lent.push_back(std::move(*lease));
            }
            co_return lease.has_value();
        };
        while (lent.size() < count && run_on<bool>(context_, take)) {
        }
        return lent;
    }

    [[nodiscard]] static std::string passfile() {
        const std::string conninfo = postgres_->conninfo("postgres");
        return conninfo.substr(conninfo.find("passfile=") + 9);
    }

    static std::unique_ptr<test::TempPostgres> postgres_;
    std::chrono::milliseconds limit_{2000};
    asio::io_context context_;
    std::unique_ptr<Connection> db_;
};
std::unique_ptr<test::TempPostgres> PgConnection::postgres_;

TEST_F(PgConnection, BringsEveryTypeBackAsItWasGiven) {
    std::string raw;
    for (int i = 0; i < 256; ++i) {
        raw += static_cast<char>(i);
    }
    const auto rows =
        query("select $1::bigint, $2::text, $3::double precision, $4::boolean, $5::bytea, "
              "$6::timestamptz, $7::text, $8::bigint",
              Params::of(std::int64_t{-7}, "a'b", 0.1, true, Bytes{raw},
                         ServerTime{1'773'830'536'000'123}, std::optional<std::string>{},
                         ~std::uint64_t{0}));
    ASSERT_TRUE(rows.has_value()) << rows.error().message();
    const auto row = rows->read<std::int64_t, std::string, double, bool, Bytes, ServerTime,
                                std::optional<std::string>, std::uint64_t>(0);
    ASSERT_TRUE(row.has_value()) << row.error().message();
    EXPECT_EQ(std::get<0>(*row), -7);
    EXPECT_EQ(std::get<1>(*row), "a'b");
    EXPECT_EQ(std::get<2>(*row), 0.1);
    EXPECT_TRUE(std::get<3>(*row));
    EXPECT_EQ(std::get<4>(*row).value, raw);
    EXPECT_EQ(std::get<5>(*row).us, 1'773'830'536'000'123);
    EXPECT_FALSE(std::get<6>(*row).has_value());
    EXPECT_EQ(std::get<7>(*row), ~std::uint64_t{0});
}

TEST_F(PgConnection, ArraysArriveElementByElement) {
    const std::vector<std::string> names{"a\"b", "c\\d", "e,f"};
    const std::vector<Bytes> bodies{{std::string{"\x00\x01", 2}}, {"z"}};
    const auto rows =
        query("select ($1::text[])[1] || ($1::text[])[2] || ($1::text[])[3], ($2::bytea[])[1], "
              "($3::bigint[])[2]",
              Params::of(names, bodies, std::vector<std::int64_t>{1, -2}));
    ASSERT_TRUE(rows.has_value()) << rows.error().message();
    EXPECT_EQ(rows->get<std::string>(0, 0).value(), "a\"bc\\de,f");
    EXPECT_EQ(rows->get<Bytes>(0, 1).value().value, (std::string{"\x00\x01", 2}));
    EXPECT_EQ(rows->get<std::int64_t>(0, 2).value(), -2);
}

TEST_F(PgConnection, ReadingNullOrAnotherTypeIsAnError) {
    const auto rows = query("select null::bigint, 'x'::text");
    ASSERT_TRUE(rows.has_value());
    EXPECT_EQ(rows->get<std::int64_t>(0, 0).error().code, Code::corrupt);
    EXPECT_EQ(rows->get<std::int64_t>(0, 1).error().code, Code::corrupt);
}

TEST_F(PgConnection, UniqueViolationIsAConflictWithItsStateAndWithoutValues) {
    ASSERT_TRUE(query("insert into t (id, name) values (1, 'secret')").has_value());
    const auto again = query("insert into t (id, name) values (1, 'secret')");
    ASSERT_FALSE(again.has_value());
    EXPECT_EQ(again.error().code, Code::db_conflict);
    EXPECT_EQ(sqlstate(again.error()), "23505");
    EXPECT_EQ(again.error().detail.find("(1)"), std::string::npos);
    EXPECT_TRUE(db().is_open());
}

// What an insert gets that was planned before the partition of its day was there.
TEST_F(PgConnection, ARowWhosePartitionWasJustMadeIsNoFaultOfItsValues) {
    postgres_->execute("create table public.days (day integer check (day < 100)) partition by list (day)");
    postgres_->execute("create table public.days_rest partition of public.days default");
    postgres_->execute("create table public.days_7 partition of public.days for values in (7)");
    postgres_->execute("grant insert on public.days, public.days_rest to public");
    const auto moved = query("insert into days_rest values (7)");
    ASSERT_FALSE(moved.has_value());
    EXPECT_EQ(sqlstate(moved.error()), "23514");
    EXPECT_FALSE(refuses_values(moved.error())) << "the same again would be stored";
    const auto wrong = query("insert into days values (100)");
    ASSERT_FALSE(wrong.has_value());
    EXPECT_EQ(sqlstate(wrong.error()), "23514");
    EXPECT_TRUE(refuses_values(wrong.error()));
    postgres_->execute("drop table public.days");
}

TEST_F(PgConnection, AStatementPastItsDeadlineTimesOutAndTheNextOneWorks) {
    limit_ = 200ms;
    ASSERT_FALSE(db_ == nullptr);
    db_ = std::make_unique<Connection>(context_.get_executor(), options());
    ASSERT_TRUE(open().has_value());
    const auto start = std::chrono::steady_clock::now();
    const auto slow = query("select pg_sleep(30)");
    ASSERT_FALSE(slow.has_value());
    EXPECT_EQ(slow.error().code, Code::timeout);
    EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
    if (!db().is_open()) {
        ASSERT_TRUE(open().has_value());
    }
    EXPECT_TRUE(query("select 1").has_value());
}

TEST_F(PgConnection, MorePreparedStatementsThanTheBoundKeepWorking) {
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 6; ++i) {
            const auto rows =
                query("select $1::bigint + " + std::to_string(i), Params::of(std::int64_t{10}));
            ASSERT_TRUE(rows.has_value()) << rows.error().message();
            EXPECT_EQ(rows->get<std::int64_t>(0, 0).value(), 10 + i);
        }
    }
    EXPECT_LE(query("select count(*) from pg_prepared_statements")->get<std::int64_t>(0, 0).value(),
              5);
}

TEST_F(PgConnection, APreparedStatementSurvivesAChangeOfItsTable) {
    ASSERT_TRUE(query("select * from t").has_value());
    postgres_->execute("alter table public.t add column extra integer");
    EXPECT_FALSE(query("select * from t").has_value());
    EXPECT_TRUE(query("select * from t").has_value());
}

TEST_F(PgConnection, CopyStoresRowsByteForByte) {
    CopyText copy;
    for (int i = 0; i < 5000; ++i) {
        copy.integer(i)
            .text("n\t\\\n" + std::to_string(i))
            .bytes(std::string(100, static_cast<char>(i)))
            .end_row();
    }
    const auto copied = run_on<Result<std::uint64_t>>(
        context_, [&] { return db().copy_in("copy t (id, name, body) from stdin", copy.take()); });
    ASSERT_TRUE(copied.has_value()) << copied.error().message();
    EXPECT_EQ(*copied, 5000U);
    const auto row = query("select name, body from t where id = 4711")->read<std::string, Bytes>(0);
    ASSERT_TRUE(row.has_value());
    EXPECT_EQ(std::get<0>(*row), "n\t\\\n4711");
    EXPECT_EQ(std::get<1>(*row).value, std::string(100, static_cast<char>(4711)));
}

TEST_F(PgConnection, ABadCopyIsRefusedAndLeavesTheConnectionUsable) {
    const auto copied = run_on<Result<std::uint64_t>>(
        context_, [&] { return db().copy_in("copy t (id) from stdin", "1\nx\n"); });
    ASSERT_FALSE(copied.has_value());
    EXPECT_EQ(copied.error().code, Code::db_query);
    EXPECT_TRUE(query("select 1").has_value());
}

asio::awaitable<Result<std::int64_t>> insert_two(Connection& tx, std::int64_t second) {
    auto first = co_await tx.query("insert into t (id) values (1)");
    if (!first) {
        co_return Failure{first.error()};
    }
    auto next =
        co_await tx.query("insert into t (id) values ($1) returning id", Params::of(second));
    if (!next) {
        co_return Failure{next.error()};
    }
    co_return next->get<std::int64_t>(0, 0);
}

TEST_F(PgConnection, ATransactionCommitsAllOrNothing) {
    const auto fails = run_on<Result<std::int64_t>>(context_, [&] {
        return transaction(db(), [](Connection& tx) { return insert_two(tx, 1); });
    });
    ASSERT_FALSE(fails.has_value());
    EXPECT_EQ(fails.error().code, Code::db_conflict);
    EXPECT_FALSE(db().in_transaction());
    EXPECT_EQ(postgres_->value("select count(*) from t"), "0");
    const auto works = run_on<Result<std::int64_t>>(context_, [&] {
        return transaction(db(), [](Connection& tx) { return insert_two(tx, 2); });
    });
    ASSERT_TRUE(works.has_value());
    EXPECT_EQ(*works, 2);
    EXPECT_EQ(postgres_->value("select count(*) from t"), "2");
}

TEST_F(PgConnection, CommittingAFailedTransactionIsAnError) {
    ASSERT_TRUE(run_on<Result<void>>(context_, [&] { return db().begin(); }).has_value());
    ASSERT_FALSE(query("select 1/0").has_value());
    const auto committed = run_on<Result<void>>(context_, [&] { return db().commit(); });
    ASSERT_FALSE(committed.has_value());
    EXPECT_EQ(committed.error().code, Code::db_query);
}

TEST_F(PgConnection, NotificationsArriveAndTheirAbsenceTimesOut) {
    ASSERT_TRUE(
        run_on<Result<void>>(context_, [&] { return db().listen("ems_test"); }).has_value());
    const auto wait = [&] {
        return run_on<Result<Notification>>(context_, [&] { return db().notification(50ms); });
    };
    EXPECT_EQ(wait().error().code, Code::timeout);
    EXPECT_TRUE(db().is_open());
    postgres_->execute("notify ems_test, 'one'; notify ems_test, 'two'");
    const auto next = [&] {
        return run_on<Result<Notification>>(context_, [&] { return db().notification(5s); });
    };
    EXPECT_EQ(next()->payload, "one");
    EXPECT_EQ(next()->payload, "two");
}

TEST_F(PgConnection, ACommitCutOffHasAnUnknownOutcome) {
    // A deferred trigger keeps COMMIT busy while another session cuts the connection.
    postgres_->execute(
        "create or replace function public.slow() returns trigger language plpgsql as "
        "$$ begin perform pg_sleep(20); return null; end $$; "
        "create constraint trigger slow after insert on public.t deferrable initially deferred "
        "for each row execute function public.slow()");
    limit_ = 30'000ms;
    db_ = std::make_unique<Connection>(context_.get_executor(), options());
    ASSERT_TRUE(open().has_value());
    ASSERT_TRUE(run_on<Result<void>>(context_, [&] { return db().begin(); }).has_value());
    ASSERT_TRUE(query("insert into t (id) values (9)").has_value());
    test::ChildProcess killer{
        {"/bin/sh", "-c",
         "for i in $(seq 1000); do PGPASSFILE='" + passfile() + "' psql -X -q -t -h 127.0.0.1 -p " +
             std::to_string(postgres_->port()) +
             " -U postgres -d ems -c \"select pg_terminate_backend(pid) from pg_stat_activity "
             "where application_name = 'test' and query = 'commit' and state = 'active'\" | "
             "grep -q t && exit 0; done; exit 1"}};
    const auto committed = run_on<Result<void>>(context_, [&] { return db().commit(); });
    ASSERT_FALSE(committed.has_value());
    EXPECT_EQ(committed.error().code, Code::db_outcome_unknown) << committed.error().message();
    EXPECT_FALSE(db().is_open());
}

TEST_F(PgConnection, ACancelledWaitForTheStandbyIsNotSuccess) {
    const test::ChildProcess canceller{
        {"/bin/sh", "-c",
         "P=\"psql -X -q -t -h 127.0.0.1 -p " + std::to_string(postgres_->port()) +
             " -U postgres -d ems\"; export PGPASSFILE='" + passfile() +
             "'; $P -c \"alter system set synchronous_standby_names = 'ghost'\" -c 'select "
             "pg_reload_conf()'; "
             "for i in $(seq 1000); do $P -c \"select pg_cancel_backend(pid) from pg_stat_activity "
             "where wait_event = "
             "'SyncRep'\" | grep -q t && break; done; "
             "$P -c \"alter system reset synchronous_standby_names\" -c 'select "
             "pg_reload_conf()'"}};
    limit_ = 20'000ms;
    db_ = std::make_unique<Connection>(context_.get_executor(), options());
    ASSERT_TRUE(open().has_value());
    ASSERT_TRUE(test::eventually(
        [&] {
            return query("show synchronous_standby_names")->get<std::string>(0, 0).value() ==
                   "ghost";
        },
        10s));
    // A session knows the new name a moment before the server's flag that makes it wait is set.
    std::optional<Error> refused;
    int id = 100;
    ASSERT_TRUE(test::eventually(
        [&] {
            const auto rows = run_on<Result<Rows>>(context_, [&] {
                return db().execute("insert into t (id) values (" + std::to_string(id++) + ")");
            });
            refused = rows ? std::nullopt : std::optional{rows.error()};
            return refused.has_value();
        },
        10s));
    EXPECT_EQ(refused->code, Code::db_not_replicated);
    EXPECT_TRUE(db().is_open());
    ASSERT_TRUE(test::eventually(
        [&] {
            return query("show synchronous_standby_names")->get<std::string>(0, 0).value().empty();
        },
        10s));
}

TEST_F(PgConnection, AKilledServerIsDownAndComesBack) {
    postgres_->crash();
    const auto rows = query("select 1");
    ASSERT_FALSE(rows.has_value());
    EXPECT_EQ(rows.error().code, Code::db_down);
    EXPECT_FALSE(db().is_open());
    EXPECT_EQ(query("select 1").error().code, Code::db_down);
    EXPECT_EQ(open().error().code, Code::db_down);
    postgres_->start();
    ASSERT_TRUE(test::eventually([&] { return open().has_value(); }, 20s));
    EXPECT_TRUE(query("select 1").has_value());
}

TEST_F(PgConnection, TheSecondHostIsTriedWhenTheFirstIsDead) {
    const std::string port = std::to_string(postgres_->port());
    std::string conninfo = postgres_->conninfo("ems_telemetry");
    conninfo.replace(conninfo.find("host=127.0.0.1"), 14, "host=127.0.0.1,127.0.0.1");
    conninfo.replace(conninfo.find("port=" + port), 5 + port.size(),
                     "port=" + std::to_string(test::free_port()) + "," + port);
    Connection second{context_.get_executor(), options(conninfo)};
    const auto opened = run_on<Result<void>>(context_, [&] { return second.open(); });
    ASSERT_TRUE(opened.has_value()) << opened.error().message();
    EXPECT_EQ(second.host(), "127.0.0.1:" + port);
}

TEST_F(PgConnection, APoolLendsNoMoreThanItsBoundAndWakesAWaiter) {
    Pool pool{context_.get_executor(), PoolOptions{.connection = options(),
                                                   .connections_max = 1,
                                                   .waiters_max = 1,
                                                   .wait_limit = 5s}};
    std::vector<std::string> order;
    const auto user = [&](std::string name) -> asio::awaitable<void> {
        auto lease = co_await pool.acquire();
        if (!lease) {
            order.push_back(name + " " + std::string{code_name(lease.error().code)});
            co_return;
        }
        static_cast<void>(co_await (*lease)->query("select pg_sleep(0.05)"));
        order.push_back(name);
    };
    for (const char* name : {"a", "b", "c"}) {
        asio::co_spawn(context_, user(name), [](std::exception_ptr error) { ASSERT_FALSE(error); });
    }
    context_.restart();
    context_.run();
    EXPECT_EQ(order, (std::vector<std::string>{"c full", "a", "b"}));
}

TEST_F(PgConnection, TwoConnectionsGivenBackAtOnceServeTwoWaiters) {
    Pool pool{context_.get_executor(),
              PoolOptions{.connection = options(), .connections_max = 2, .wait_limit = 1h}};
    std::vector<Pool::Lease> lent = borrow(pool, 2);
    ASSERT_EQ(lent.size(), 2U);
    std::vector<Pool::Lease> served; // and kept: neither waiter lives on what the other returns
    const auto user = [&]() -> asio::awaitable<void> {
        auto lease = co_await pool.acquire();
        if (lease) {
            served.push_back(std::move(*lease));
        }
    };
    for (int i = 0; i < 2; ++i) {
        asio::co_spawn(context_, user(), [](std::exception_ptr error) { ASSERT_FALSE(error); });
    }
    context_.restart();
    context_.poll();
    ASSERT_TRUE(served.empty());
    lent.clear(); // both before either waiter runs
    context_.run_for(5s);
    EXPECT_EQ(served.size(), 2U);
}

TEST_F(PgConnection, AWaiterKeepsItsTurnBeforeWhoComesLater) {
    Pool pool{context_.get_executor(),
              PoolOptions{.connection = options(), .connections_max = 1, .wait_limit = 1h}};
    std::vector<Pool::Lease> lent = borrow(pool, 1);
    ASSERT_EQ(lent.size(), 1U);
    std::vector<std::string> order;
    const auto user = [&](std::string name) -> asio::awaitable<void> {
        const auto lease = co_await pool.acquire();
        order.push_back(lease ? name : "none");
    };
    const auto spawn = [&](const char* name) {
        asio::co_spawn(context_, user(name), [](std::exception_ptr error) { ASSERT_FALSE(error); });
    };
    spawn("early");
    context_.restart();
    context_.poll();
    spawn("late"); // runs before the waiter that is woken now
    lent.clear();
    context_.run_for(5s);
    EXPECT_EQ(order, (std::vector<std::string>{"early", "late"}));
}

} // namespace
} // namespace ems::pg
