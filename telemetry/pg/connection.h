// One PostgreSQL connection for Boost.Asio coroutines: libpq in non-blocking mode under our own
// deadlines.
//
//     pg::Connection db{co_await asio::this_coro::executor, {.conninfo = "host=a,b dbname=ems
//     user=ems_dispatch"}}; if (auto opened = co_await db.open(); !opened) ... // tries each host
//     once, wants a primary auto rows = co_await db.query("select id, name from t where id = $1",
//     pg::Params::of(7)); const auto work = [&](pg::Connection& tx) ->
//     asio::awaitable<Result<std::int64_t>> {
//         auto row = co_await tx.query("insert into t (name) values ($1) returning id",
//         pg::Params::of("x")); if (!row) { co_return Failure{row.error()}; } co_return
//         row->get<std::int64_t>(0, 0);
//     };
//     auto done = co_await pg::transaction(db, work);  // named first: GCC 12 destroys a closure
//     made inside a co_await twice
//
// Errors: db_down (cannot connect, connection lost, server stops, became a replica), timeout
// (deadline passed, or the server cancelled the statement for it), db_conflict (unique or exclusion
// violation, serialization failure, deadlock), db_query (any other refusal), db_outcome_unknown
// (lost between sending a COMMIT, or an execute(), and its answer: repeat with the same key),
// db_not_replicated (committed here, but the wait for the synchronous standby was cancelled),
// cancelled (the coroutine was). sqlstate(error) gives the server's five characters. Messages carry
// the server's primary text only, never row values.
//
// After db_down, timeout on our side, db_outcome_unknown or cancelled the connection is closed:
// open() it again (back-off is the caller's). One user at a time, every call on the executor's
// single thread or strand. Host names other than addresses are resolved by libpq and may block: use
// addresses.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "telemetry/base/result.h"
#include "telemetry/pg/rows.h"

namespace ems::pg {

struct Options {
    std::string conninfo;
    std::string application{"ems"};
    std::chrono::milliseconds connect_limit{1000}; // for each host
    std::chrono::milliseconds statement_limit{
        1000};                    // for each statement; the server is told the same limit
    std::size_t prepared_max{64}; // statements kept prepared; the least recently used goes
};

struct Notification {
    std::string channel;
    std::string payload;
};

// Five characters of SQLSTATE that the server gave for this error, or empty.
std::string_view sqlstate(const Error& error);
// The server refuses what the statement carried: data exception or integrity violation (SQLSTATE
// classes 22 and 23; not where a partition was made meanwhile). Any other failure is a fault of the server, the schema or the link, and says
// nothing about the values.
bool refuses_values(const Error& error);

class Connection {
  public:
    Connection(boost::asio::any_io_executor executor, Options options);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Closes a former session, then tries every host of the connection string once, in order.
    boost::asio::awaitable<Result<void>> open();
    [[nodiscard]] bool is_open() const;
    void close();
    // Host of the present session, "127.0.0.1:5432".
    [[nodiscard]] const std::string& host() const;
    // True between BEGIN and the end of the transaction (also of a failed one).
    [[nodiscard]] bool in_transaction() const;

    // One statement with its parameters, prepared on first use and kept. For reading, and for
    // anything inside a transaction.
    boost::asio::awaitable<Result<Rows>> query(std::string sql, Params params = Params{});
    // One writing statement that is its own transaction: a lost answer is db_outcome_unknown, not
    // db_down.
    boost::asio::awaitable<Result<Rows>> execute(std::string sql, Params params = Params{});
    // Several statements without parameters in one round trip (set-up of a session, migrations).
    boost::asio::awaitable<Result<void>> script(std::string sql);
    // "copy t (a, b) from stdin": sends all of `data` in the format named there; gives the number
    // of rows.
    boost::asio::awaitable<Result<std::uint64_t>> copy_in(std::string sql, std::string data);

    // Better through transaction() below.
    boost::asio::awaitable<Result<void>> begin();
    boost::asio::awaitable<Result<void>> commit();
    boost::asio::awaitable<Result<void>> rollback();

    // `channel` is an SQL identifier of our own, not input.
    boost::asio::awaitable<Result<void>> listen(std::string channel);
    // The next notification, or Code::timeout after `limit` (the connection stays open), or
    // db_down. A notification is a hint: at most 256 wait, older ones go first, and what happened
    // while the connection was away is not told. Look at the table.
    boost::asio::awaitable<Result<Notification>> notification(std::chrono::milliseconds limit);

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_; // shared with the coroutines under way, as any Asio session
};

// Text for "copy ... from stdin" in text format: fields joined by tabs, rows ended by newline, NULL
// as \N, bytea as \\x hex.
class CopyText {
  public:
    CopyText& text(std::string_view value);
    CopyText& integer(std::int64_t value);
    CopyText& real(double value);
    CopyText& bytes(std::string_view value);
    CopyText& null();
    void end_row();
    [[nodiscard]] std::size_t rows() const { return rows_; }
    std::string take() { return std::move(out_); }

  private:
    void separate();
    std::string out_;
    std::size_t rows_{0};
    bool row_open_{false};
};

// BEGIN, work(connection), COMMIT; ROLLBACK when the work fails (its error is returned). Work is a
// function object that returns awaitable<Result<T>>; it lives until the transaction ends. READ
// COMMITTED, as the server's default.
template <class Work>
auto transaction(Connection& connection, Work work) -> std::invoke_result_t<Work&, Connection&> {
    if (auto begun = co_await connection.begin(); !begun) {
        co_return Failure{std::move(begun).error()};
    }
    auto done = co_await work(connection);
    if (!done) {
        // When the rollback fails too, the connection closes itself and the server rolls back.
        static_cast<void>(co_await connection.rollback());
        co_return done;
    }
    if (auto committed = co_await connection.commit(); !committed) {
        co_return Failure{std::move(committed).error()};
    }
    co_return done;
}

} // namespace ems::pg
