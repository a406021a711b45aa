#include "telemetry/pg/connection.h"

#include <algorithm>
#include <utility>

#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "telemetry/base/assert.h"
#include "telemetry/pg/connection_impl.h"
#include "telemetry/pg/server_error.h"

namespace ems::pg {
namespace {

using ResultPtr = std::unique_ptr<PGresult, decltype(&PQclear)>;

constexpr std::size_t kCopyChunkBytes = 64 * 1024;

// Marks a connection as in use, and closes it when the coroutine ends half way through a statement.
template <class Impl> class Use {
  public:
    explicit Use(Impl& impl) : impl_(impl) {
        EMS_ASSERT(!impl_.busy); // two coroutines use one connection
        impl_.busy = true;
    }
    ~Use() {
        impl_.busy = false;
        if (!complete_) {
            impl_.close();
        }
    }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    void complete() { complete_ = true; }

  private:
    Impl& impl_;
    bool complete_{false};
};

} // namespace

asio::awaitable<Result<void>> Connection::Impl::flush(Self self, Deadline deadline) {
    for (;;) {
        const int state = PQflush(self->pg.get());
        if (state == 0) {
            co_return Result<void>{};
        }
        if (state < 0) {
            co_return self->lost("sending");
        }
        const Ready ready = co_await wait(self, Want::read_or_write, deadline);
        if (ready != Ready::yes) {
            co_return self->not_ready(ready, "sending");
        }
        if (PQconsumeInput(self->pg.get()) == 0) {
            co_return self->lost("sending");
        }
    }
}

asio::awaitable<Result<void>> Connection::Impl::until_result(Self self, Deadline deadline) {
    while (PQisBusy(self->pg.get()) != 0) {
        const Ready ready = co_await wait(self, Want::read, deadline);
        if (ready != Ready::yes) {
            co_return self->not_ready(ready, "waiting for the answer");
        }
        if (PQconsumeInput(self->pg.get()) == 0) {
            co_return self->lost("waiting for the answer");
        }
    }
    co_return Result<void>{};
}

// Everything the server says about what was sent; the last set of rows, or the first error. Stops
// at the start of a COPY.
asio::awaitable<Result<Rows>> Connection::Impl::answer(Self self, Deadline deadline) {
    if (auto flushed = co_await flush(self, deadline); !flushed) {
        co_return Failure{std::move(flushed).error()};
    }
    Rows last;
    std::optional<Error> error;
    for (;;) {
        if (auto arrived = co_await until_result(self, deadline); !arrived) {
            co_return Failure{std::move(arrived).error()};
        }
        ResultPtr result{PQgetResult(self->pg.get()), &PQclear};
        if (!result) {
            break;
        }
        const ExecStatusType status = PQresultStatus(result.get());
        if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK ||
            status == PGRES_EMPTY_QUERY || status == PGRES_COPY_IN) {
            last = Rows{result.release()};
            if (status == PGRES_COPY_IN) {
                co_return last;
            }
        } else if (!error) {
            error = to_error(result.get());
        }
    }
    self->take_notifications();
    if (PQstatus(self->pg.get()) == CONNECTION_BAD) {
        std::string detail = error ? error->detail : trimmed(PQerrorMessage(self->pg.get()));
        self->close();
        co_return fail(Code::db_down, std::move(detail));
    }
    if (error) {
        if (error->code == Code::db_down) {
            self->close();
        }
        co_return Failure{std::move(*error)};
    }
    co_return last;
}

asio::awaitable<Result<Rows>> Connection::Impl::simple(Self self, std::string sql) {
    if (!self->pg) {
        co_return fail(Code::db_down, "not connected");
    }
    Use use{*self};
    self->replication_cancelled = false;
    if (PQsendQuery(self->pg.get(), sql.c_str()) == 0) {
        co_return self->lost("sending");
    }
    auto rows = co_await answer(self, self->statement_deadline());
    use.complete();
    co_return rows;
}

asio::awaitable<Result<std::string>> Connection::Impl::prepare(Self self, const std::string& sql,
                                                               Deadline deadline) {
    if (const auto found = self->prepared_by_sql.find(sql); found != self->prepared_by_sql.end()) {
        self->prepared.splice(self->prepared.begin(), self->prepared, found->second);
        co_return found->second->name;
    }
    while (!self->stale.empty() && PQtransactionStatus(self->pg.get()) != PQTRANS_INERROR) {
        const std::string drop = "deallocate " + self->stale.back();
        self->stale.pop_back();
        if (PQsendQuery(self->pg.get(), drop.c_str()) == 0) {
            co_return self->lost("sending");
        }
        if (auto dropped = co_await answer(self, deadline); !dropped) {
            co_return Failure{std::move(dropped).error()};
        }
    }
    std::string name = fmt::format("s{}", ++self->prepared_count);
    if (PQsendPrepare(self->pg.get(), name.c_str(), sql.c_str(), 0, nullptr) == 0) {
        co_return self->lost("sending");
    }
    if (auto done = co_await answer(self, deadline); !done) {
        co_return Failure{std::move(done).error()};
    }
    self->prepared.push_front({sql, name});
    self->prepared_by_sql.emplace(self->prepared.front().sql, self->prepared.begin());
    if (self->prepared.size() > std::max<std::size_t>(self->options.prepared_max, 1)) {
        self->prepared_by_sql.erase(self->prepared.back().sql);
        self->stale.push_back(std::move(self->prepared.back().name));
        self->prepared.pop_back();
    }
    co_return name;
}

asio::awaitable<Result<Rows>> Connection::Impl::query(Self self, std::string sql, Params params) {
    if (!self->pg) {
        co_return fail(Code::db_down, "not connected");
    }
    Use use{*self};
    self->replication_cancelled = false;
    const Deadline deadline = self->statement_deadline();
    auto name = co_await prepare(self, sql, deadline);
    if (!name) {
        use.complete();
        co_return Failure{std::move(name).error()};
    }
    std::vector<const char*> values;
    std::vector<int> lengths;
    std::vector<int> formats;
    for (const Params::Value& value : params.values_) {
        values.push_back(value.content ? value.content->c_str() : nullptr);
        lengths.push_back(value.content ? static_cast<int>(value.content->size()) : 0);
        formats.push_back(value.binary ? 1 : 0);
    }
    if (PQsendQueryPrepared(self->pg.get(), name->c_str(), static_cast<int>(values.size()),
                            values.data(), lengths.data(), formats.data(), 0) == 0) {
        co_return self->lost("sending");
    }
    auto rows = co_await answer(self, deadline);
    if (!rows && (sqlstate(rows.error()) == "0A000" || sqlstate(rows.error()) == "26000")) {
        // The table changed under a prepared statement: prepare it anew next time.
        if (const auto found = self->prepared_by_sql.find(sql);
            found != self->prepared_by_sql.end()) {
            const auto entry = found->second;
            self->prepared_by_sql.erase(found);
            self->prepared.erase(entry);
        }
    }
    use.complete();
    co_return rows;
}

asio::awaitable<Result<Rows>> Connection::Impl::execute(Self self, std::string sql, Params params) {
    const bool was_open = self->pg != nullptr;
    EMS_ASSERT(!was_open || PQtransactionStatus(self->pg.get()) == PQTRANS_IDLE);
    auto rows = co_await query(self, std::move(sql), std::move(params));
    if (!rows && was_open && !self->pg) {
        co_return fail(Code::db_outcome_unknown, rows.error().detail);
    }
    if (rows && self->replication_cancelled) {
        co_return fail(Code::db_not_replicated, self->host);
    }
    co_return rows;
}

asio::awaitable<Result<void>> Connection::Impl::commit(Self self) {
    const bool was_open = self->pg != nullptr;
    auto rows = co_await simple(self, "commit");
    if (!rows) {
        if (was_open && !self->pg) {
            co_return fail(Code::db_outcome_unknown, rows.error().detail);
        }
        co_return Failure{std::move(rows).error()};
    }
    if (self->replication_cancelled) {
        co_return fail(Code::db_not_replicated, self->host);
    }
    if (rows->command() == "ROLLBACK") {
        co_return fail(Code::db_query, "a statement had failed; the transaction was rolled back");
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Connection::Impl::send_copy(Self self, const std::string& data,
                                                          Deadline deadline) {
    for (std::size_t at = 0; at < data.size();) {
        const std::size_t length = std::min(kCopyChunkBytes, data.size() - at);
        const int state = PQputCopyData(self->pg.get(), data.data() + at, static_cast<int>(length));
        if (state < 0) {
            co_return self->lost("copying");
        }
        if (state > 0) {
            at += length;
        }
        if (auto flushed = co_await flush(self, deadline); !flushed) {
            co_return flushed;
        }
    }
    int state = 0;
    while ((state = PQputCopyEnd(self->pg.get(), nullptr)) == 0) {
        if (auto flushed = co_await flush(self, deadline); !flushed) {
            co_return flushed;
        }
    }
    if (state < 0) {
        co_return self->lost("copying");
    }
    co_return Result<void>{};
}

asio::awaitable<Result<std::uint64_t>> Connection::Impl::copy_in(Self self, std::string sql,
                                                                 std::string data) {
    if (!self->pg) {
        co_return fail(Code::db_down, "not connected");
    }
    Use use{*self};
    const Deadline deadline = self->statement_deadline();
    if (PQsendQuery(self->pg.get(), sql.c_str()) == 0) {
        co_return self->lost("sending");
    }
    auto started = co_await answer(self, deadline);
    if (!started) {
        use.complete();
        co_return Failure{std::move(started).error()};
    }
    if (auto sent = co_await send_copy(self, data, deadline); !sent) {
        co_return Failure{std::move(sent).error()};
    }
    auto done = co_await answer(self, deadline);
    use.complete();
    if (!done) {
        co_return Failure{std::move(done).error()};
    }
    co_return done->affected();
}

asio::awaitable<Result<Notification>>
Connection::Impl::notification(Self self, std::chrono::milliseconds limit) {
    const Deadline deadline = std::chrono::steady_clock::now() + limit;
    if (!self->pg) {
        co_return fail(Code::db_down, "not connected");
    }
    Use use{*self};
    for (;;) {
        self->take_notifications();
        if (!self->notifications.empty()) {
            Notification next = std::move(self->notifications.front());
            self->notifications.pop_front();
            use.complete();
            co_return next;
        }
        const Ready ready = co_await wait(self, Want::read, deadline);
        if (ready == Ready::timed_out) {
            use.complete();
            co_return fail(Code::timeout, "no notification");
        }
        if (ready == Ready::cancelled) {
            co_return self->not_ready(ready, "listening");
        }
        if (PQconsumeInput(self->pg.get()) == 0) {
            co_return self->lost("listening");
        }
    }
}

Connection::Connection(asio::any_io_executor executor, Options options)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(options))) {}

Connection::~Connection() {
    impl_->close();
}

asio::awaitable<Result<void>> Connection::open() {
    return Impl::open(impl_);
}
bool Connection::is_open() const {
    return impl_->pg != nullptr && impl_->socket.has_value();
}
void Connection::close() {
    impl_->close();
}
const std::string& Connection::host() const {
    return impl_->host;
}

bool Connection::in_transaction() const {
    return impl_->pg != nullptr && PQtransactionStatus(impl_->pg.get()) != PQTRANS_IDLE;
}

asio::awaitable<Result<Rows>> Connection::query(std::string sql, Params params) {
    return Impl::query(impl_, std::move(sql), std::move(params));
}
asio::awaitable<Result<Rows>> Connection::execute(std::string sql, Params params) {
    return Impl::execute(impl_, std::move(sql), std::move(params));
}
asio::awaitable<Result<std::uint64_t>> Connection::copy_in(std::string sql, std::string data) {
    return Impl::copy_in(impl_, std::move(sql), std::move(data));
}
asio::awaitable<Result<void>> Connection::commit() {
    return Impl::commit(impl_);
}
asio::awaitable<Result<Notification>> Connection::notification(std::chrono::milliseconds limit) {
    return Impl::notification(impl_, limit);
}

asio::awaitable<Result<void>> Connection::script(std::string sql) {
    auto rows = co_await Impl::simple(impl_, std::move(sql));
    co_return rows.map([](const Rows&) {});
}

asio::awaitable<Result<void>> Connection::begin() {
    return script("begin");
}

asio::awaitable<Result<void>> Connection::rollback() {
    const std::shared_ptr<Impl> impl = impl_;
    auto rolled = co_await Impl::simple(impl, "rollback");
    if (!rolled) {
        impl->close();
        co_return Failure{std::move(rolled).error()};
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Connection::listen(std::string channel) {
    return script("listen \"" + channel + "\"");
}

} // namespace ems::pg
