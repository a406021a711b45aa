// Inside of pg::Connection: the session and the steps of its coroutines. For telemetry/pg.
#pragma once

#include <chrono>
#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <libpq-fe.h>

#include "telemetry/pg/connection.h"
#include "telemetry/pg/conninfo.h"

namespace ems::pg {

namespace asio = boost::asio;

using Deadline = std::chrono::steady_clock::time_point;

// The server stops a statement at its limit and says so, which keeps the session; our own deadline
// follows this much later.
inline constexpr std::chrono::milliseconds kServerGrace{100};

enum class Want { read, read_or_write };
enum class Ready { yes, timed_out, cancelled };

struct Connection::Impl {
    using Self = std::shared_ptr<Impl>;

    Impl(asio::any_io_executor own_executor, Options own_options)
        : executor(std::move(own_executor)), options(std::move(own_options)), timer(executor) {}
    ~Impl() { close(); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void close();
    void take_notifications();
    Failure lost(std::string_view doing);
    Failure not_ready(Ready ready, std::string_view doing);
    static void on_notice(void* self, const PGresult* notice);

    static asio::awaitable<Ready> wait(Self self, Want want, Deadline deadline);
    static asio::awaitable<Result<void>> open(Self self);
    static asio::awaitable<Result<void>> connect(Self self, Host target);
    static asio::awaitable<Result<void>> flush(Self self, Deadline deadline);
    static asio::awaitable<Result<void>> until_result(Self self, Deadline deadline);
    static asio::awaitable<Result<Rows>> answer(Self self, Deadline deadline);
    static asio::awaitable<Result<Rows>> simple(Self self, std::string sql);
    static asio::awaitable<Result<std::string>> prepare(Self self, const std::string& sql,
                                                        Deadline deadline);
    static asio::awaitable<Result<Rows>> query(Self self, std::string sql, Params params);
    static asio::awaitable<Result<Rows>> execute(Self self, std::string sql, Params params);
    static asio::awaitable<Result<std::uint64_t>> copy_in(Self self, std::string sql,
                                                          std::string data);
    static asio::awaitable<Result<void>> send_copy(Self self, const std::string& data,
                                                   Deadline deadline);
    static asio::awaitable<Result<void>> commit(Self self);
    static asio::awaitable<Result<Notification>> notification(Self self,
                                                              std::chrono::milliseconds limit);

    [[nodiscard]] Deadline statement_deadline() const {
        return std::chrono::steady_clock::now() + options.statement_limit + kServerGrace;
    }

    asio::any_io_executor executor;
    Options options;
    asio::steady_timer timer;
    std::unique_ptr<PGconn, decltype(&PQfinish)> pg{nullptr, &PQfinish};
    std::optional<asio::posix::stream_descriptor> socket;
    std::string host;
    std::deque<Notification> notifications;
    bool replication_cancelled{false};
    bool busy{false};

    struct Prepared {
        std::string sql;
        std::string name;
    };
    std::list<Prepared> prepared; // most recently used first
    std::unordered_map<std::string_view, std::list<Prepared>::iterator> prepared_by_sql;
    std::vector<std::string> stale;
    std::uint64_t prepared_count{0};
};

} // namespace ems::pg
