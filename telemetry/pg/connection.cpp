#include "telemetry/pg/connection.h"

#include <algorithm>
#include <deque>
#include <list>
#include <optional>
#include <unordered_map>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <libpq-fe.h>

#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"
#include "telemetry/pg/conninfo.h"

namespace ems::pg {

namespace asio = boost::asio;

namespace {

using Deadline = std::chrono::steady_clock::time_point;
using ResultPtr = std::unique_ptr<PGresult, decltype(&PQclear)>;

constexpr std::size_t kNotificationsMax = 256;
constexpr std::size_t kCopyChunkBytes = 64 * 1024;
// The server stops a statement at its limit and says so, which keeps the session; our own deadline
// follows this much later.
constexpr std::chrono::milliseconds kServerGrace{100};

enum class Want { read, read_or_write };
enum class Ready { yes, timed_out, cancelled };

std::string trimmed(const char* message) {
    std::string text = message == nullptr ? "" : message;
    std::replace(text.begin(), text.end(), '\n', ' ');
    while (!text.empty() && text.back() == ' ') {
        text.pop_back();
    }
    return text;
}

std::string field(const PGresult* result, int code) {
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? "" : text;
}

Code code_of(std::string_view state) {
    const std::string_view group = state.substr(0, 2);
    if (state == "57014") {
        return Code::timeout;
    }
    // 57P0x: shutdown, crash, starting up; 25006: the primary has become a replica; 53300: too many
    // connections.
    if (state.empty() || group == "08" || state.starts_with("57P") || state == "25006" ||
        state == "53300" || state == "25P03") {
        return Code::db_down;
    }
    if (state == "23505" || state == "23P01" || group == "40") {
        return Code::db_conflict;
    }
    return Code::db_query;
}

// Only the primary message and the constraint: DETAIL carries row values, which may be a patient's.
Error to_error(const PGresult* result) {
    const std::string state = field(result, PG_DIAG_SQLSTATE);
    std::string text = field(result, PG_DIAG_MESSAGE_PRIMARY);
    const std::string constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
    if (!constraint.empty()) {
        text += " (" + constraint + ")";
    }
    // A check without a name is that of a partition: the row was on its way into one while its day
    // was made. The same again finds the new one.
    const bool has_moved = state == "23514" && constraint.empty();
    return Error{has_moved ? Code::db_conflict : code_of(state), state.empty() ? text : "[" + state + "] " + text};
}

} // namespace

std::string_view sqlstate(const Error& error) {
    const std::string_view text = error.detail;
    return text.size() > 7 && text[0] == '[' && text[6] == ']' ? text.substr(1, 5)
                                                               : std::string_view{};
}

bool refuses_values(const Error& error) {
    const std::string_view state = sqlstate(error);
    const bool has_moved = state == "23514" && error.code == Code::db_conflict;
    return !has_moved && (state.starts_with("22") || state.starts_with("23"));
}

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

namespace {

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

void Connection::Impl::close() {
    if (socket) {
        socket->release(); // libpq owns the descriptor and closes it
        socket.reset();
    }
    timer.cancel();
    pg.reset();
    notifications.clear();
    prepared_by_sql.clear();
    prepared.clear();
    stale.clear();
    replication_cancelled = false;
}

void Connection::Impl::on_notice(void* self, const PGresult* notice) {
    auto& impl = *static_cast<Impl*>(self);
    // The text is translated by the server's locale; the function that raised it is not.
    if (field(notice, PG_DIAG_SOURCE_FUNCTION) == "SyncRepWaitForLSN") {
        impl.replication_cancelled = true;
    }
    if (field(notice, PG_DIAG_SEVERITY_NONLOCALIZED) == "WARNING") {
        EMS_LOG(warn, "pg", "server warning host={} sqlstate={} text=\"{}\"", impl.host,
                field(notice, PG_DIAG_SQLSTATE), field(notice, PG_DIAG_MESSAGE_PRIMARY));
    }
}

void Connection::Impl::take_notifications() {
    while (PGnotify* raw = pg ? PQnotifies(pg.get()) : nullptr) {
        if (notifications.size() >= kNotificationsMax) {
            notifications.pop_front();
        }
        notifications.push_back({raw->relname, raw->extra});
        PQfreemem(raw);
    }
}

Failure Connection::Impl::lost(std::string_view doing) {
    std::string detail = fmt::format("{}: connection lost while {}", host, doing);
    if (pg) {
        detail += ": " + trimmed(PQerrorMessage(pg.get()));
    }
    close();
    return fail(Code::db_down, std::move(detail));
}

Failure Connection::Impl::not_ready(Ready ready, std::string_view doing) {
    close();
    if (ready == Ready::timed_out) {
        return fail(Code::timeout, fmt::format("{}: no answer within {} ms while {}", host,
                                               options.statement_limit.count(), doing));
    }
    return fail(Code::cancelled, fmt::format("{}: closed while {}", host, doing));
}

asio::awaitable<Ready> Connection::Impl::wait(Self self, Want want, Deadline deadline) {
    using asio::experimental::make_parallel_group;
    using asio::experimental::wait_for_one;
    using Descriptor = asio::posix::stream_descriptor;
    if (!self->socket) {
        co_return Ready::cancelled;
    }
    self->timer.expires_at(deadline);
    boost::system::error_code timer_error;
    std::size_t first = 0;
    if (want == Want::read) {
        const auto [order, readable, timer] =
            co_await make_parallel_group(
                self->socket->async_wait(Descriptor::wait_read, asio::deferred),
                self->timer.async_wait(asio::deferred))
                .async_wait(wait_for_one(), asio::use_awaitable);
        timer_error = timer;
        first = order[0] == 1 ? 2 : 0;
    } else {
        const auto [order, readable, writable, timer] =
            co_await make_parallel_group(
                self->socket->async_wait(Descriptor::wait_read, asio::deferred),
                self->socket->async_wait(Descriptor::wait_write, asio::deferred),
                self->timer.async_wait(asio::deferred))
                .async_wait(wait_for_one(), asio::use_awaitable);
        timer_error = timer;
        first = order[0];
    }
    if (!self->pg || !self->socket) {
        co_return Ready::cancelled;
    }
    if (first != 2) {
        co_return Ready::yes;
    }
    co_return timer_error ? Ready::cancelled : Ready::timed_out;
}

asio::awaitable<Result<void>> Connection::Impl::connect(Self self, Host target) {
    self->host = target.name;
    std::vector<const char*> keys;
    std::vector<const char*> values;
    for (const auto& [key, value] : target.settings) {
        keys.push_back(key.c_str());
        values.push_back(value.c_str());
    }
    keys.push_back(nullptr);
    values.push_back(nullptr);
    const Deadline deadline = std::chrono::steady_clock::now() + self->options.connect_limit;
    self->pg.reset(PQconnectStartParams(keys.data(), values.data(), 0));
    if (!self->pg) {
        co_return fail(Code::db_down, target.name + ": out of memory");
    }
    PQsetNoticeReceiver(self->pg.get(), &Impl::on_notice, self.get());
    PQsetErrorVerbosity(self->pg.get(), PQERRORS_TERSE); // DETAIL and CONTEXT may carry row values
    PostgresPollingStatusType status =
        PQstatus(self->pg.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
    while (status == PGRES_POLLING_READING || status == PGRES_POLLING_WRITING) {
        // libpq may open another socket under the same number between two steps: register anew for
        // each wait.
        self->socket.emplace(self->executor, PQsocket(self->pg.get()));
        Ready ready = Ready::yes;
        if (status == PGRES_POLLING_READING) {
            ready = co_await wait(self, Want::read, deadline);
        } else {
            ready = co_await wait(self, Want::read_or_write, deadline);
        }
        if (ready != Ready::yes) {
            self->close();
            co_return fail(ready == Ready::cancelled ? Code::cancelled : Code::db_down,
                           fmt::format("{}: no connection within {} ms", target.name,
                                       self->options.connect_limit.count()));
        }
        self->socket->release();
        self->socket.reset();
        status = PQconnectPoll(self->pg.get());
    }
    if (status != PGRES_POLLING_OK) {
        const std::string reason = trimmed(PQerrorMessage(self->pg.get()));
        self->close();
        co_return fail(Code::db_down, fmt::format("{}: {}", target.name, reason));
    }
    PQsetnonblocking(self->pg.get(), 1);
    self->socket.emplace(self->executor, PQsocket(self->pg.get()));
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Connection::Impl::open(Self self) {
    self->close();
    auto hosts = split_hosts(self->options.conninfo, self->options.application);
    if (!hosts) {
        co_return Failure{hosts.error()};
    }
    const std::string session = fmt::format(
        "-c timezone=UTC -c datestyle=ISO,YMD -c bytea_output=hex -c statement_timeout={}",
        self->options.statement_limit.count());
    std::string reasons;
    for (Host& target : *hosts) {
        const auto given =
            std::find_if(target.settings.begin(), target.settings.end(),
                         [](const auto& setting) { return setting.first == "options"; });
        if (given == target.settings.end()) {
            target.settings.emplace_back("options", session);
        } else {
            given->second = session + " " + given->second;
        }
        auto connected = co_await connect(self, target);
        if (connected || connected.error().code == Code::cancelled) {
            co_return connected;
        }
        reasons += (reasons.empty() ? "" : "; ") + connected.error().detail;
    }
    co_return fail(Code::db_down, std::move(reasons));
}

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
