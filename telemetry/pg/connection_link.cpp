// The session of a Connection: opening and closing it, waiting for it, what it says by the way.
#include <algorithm>
#include <utility>

#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "telemetry/base/log.h"
#include "telemetry/pg/connection_impl.h"
#include "telemetry/pg/server_error.h"

namespace ems::pg {
namespace {

constexpr std::size_t kNotificationsMax = 256;

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

} // namespace ems::pg
