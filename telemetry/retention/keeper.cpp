#include "telemetry/retention/keeper.h"

#include <exception>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"

namespace ems::retention {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::hours kPartitionsEvery{1};
// One slice, one comparison, or one DETACH with its wait.
constexpr std::chrono::seconds kStatementLimit{30};
// More are a fault of the whole archive; the number says no more then.
constexpr std::size_t kDifferingMax = 1000;

} // namespace

struct Keeper::Body : std::enable_shared_from_this<Keeper::Body> {
    using Self = std::shared_ptr<Body>;

    Body(asio::any_io_executor own_executor, KeeperConfig own_config, const Clock& own_clock)
        : executor(std::move(own_executor)), config(std::move(own_config)), clock(own_clock),
          timer(executor) {
        config.db.statement_limit = kStatementLimit;
    }

    static asio::awaitable<void> run(Self self);
    static asio::awaitable<Result<void>> round(Self self, pg::Connection& db);
    static asio::awaitable<Result<bool>> our_turn(Self self, pg::Connection& db);
    static asio::awaitable<Result<void>> keep_cases(Self self, pg::Connection& db);
    static asio::awaitable<Result<void>> let_days_go(Self self, pg::Connection& db);
    static asio::awaitable<Result<void>> look_at_default(Self self, pg::Connection& db);

    asio::any_io_executor executor;
    KeeperConfig config;
    const Clock& clock;
    asio::steady_timer timer;
    KeeperCounters counters;
    std::optional<Ticks> partitions_at;
    std::string without_day;
    std::set<AssignmentId> differing;
    bool locked{false};
    bool stopping{false};
};

// The lock is the session's: a new session asks again.
asio::awaitable<Result<bool>> Keeper::Body::our_turn(Self self, pg::Connection& db) {
    if (!db.is_open()) {
        self->locked = false;
        auto opened = co_await db.open();
        if (!opened) {
            co_return Failure{std::move(opened).error()};
        }
    }
    if (!self->locked) {
        auto rows = co_await db.query("select pg_try_advisory_lock(120, 41)");
        if (!rows) {
            co_return Failure{std::move(rows).error()};
        }
        auto taken = rows->get<bool>(0, 0);
        if (!taken) {
            co_return taken;
        }
        self->locked = *taken;
    }
    co_return self->locked;
}

asio::awaitable<Result<void>> Keeper::Body::keep_cases(Self self, pg::Connection& db) {
    for (std::int64_t found = 1; found > 0 && !self->stopping;) {
        auto fresh = co_await find_closed_cases(db);
        if (!fresh) {
            co_return Failure{std::move(fresh).error()};
        }
        found = *fresh;
        self->counters.cases_found += static_cast<std::uint64_t>(found);
    }
    while (!self->stopping) {
        const ServerTime now = self->clock.server_now();
        auto due = co_await next_case(db, now);
        if (!due) {
            co_return Failure{std::move(due).error()};
        }
        if (!*due) {
            break;
        }
        const AssignmentId assignment = (*due)->assignment;
        auto kept = co_await keep_case(db, std::move(**due), now, kPatienceDefault);
        if (!kept) {
            co_return Failure{std::move(kept).error()};
        }
        self->differing.erase(assignment);
        switch (*kept) {
        case CaseOutcome::waiting:
            break;
        case CaseOutcome::gave_up:
            ++self->counters.cases_given_up;
            EMS_LOG(warn, "retention", "case archived with gaps assignment={}", assignment.value);
            break;
        case CaseOutcome::verified:
            ++self->counters.cases_verified;
            EMS_LOG(info, "retention", "case archived assignment={}", assignment.value);
            break;
        case CaseOutcome::differs:
            if (self->differing.size() < kDifferingMax) {
                self->differing.insert(assignment);
            }
            break;
        }
        self->counters.cases_differing = self->differing.size();
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Keeper::Body::let_days_go(Self self, pg::Connection& db) {
    const Ticks now = self->clock.ticks();
    if (self->partitions_at && now - *self->partitions_at < kPartitionsEvery) {
        co_return Result<void>{};
    }
    auto retired = co_await retire_partitions(db, self->config.days, self->clock.server_now(),
                                              self->config.grace);
    if (!retired) {
        co_return Failure{std::move(retired).error()};
    }
    self->counters.partitions_detached += static_cast<std::uint64_t>(retired->detached);
    self->counters.partitions_dropped += static_cast<std::uint64_t>(retired->dropped);
    self->counters.partitions_busy += static_cast<std::uint64_t>(retired->busy);
    self->counters.partitions_needed = static_cast<std::uint64_t>(retired->needed);
    if (retired->needed == 0) {
        self->counters.needed_since.reset();
    } else if (!self->counters.needed_since) {
        self->counters.needed_since = now;
    }
    self->counters.needed_for = retired->first_need;
    if (retired->needed > 0) {
        EMS_LOG(warn, "retention",
                "days kept for a case not archived yet partitions={} first=\"{}\"", retired->needed,
                retired->first_need);
    }
    if (retired->busy == 0) { // else in the next round
        self->partitions_at = now;
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Keeper::Body::look_at_default(Self self, pg::Connection& db) {
    auto tables = co_await tables_without_day(db);
    if (!tables) {
        co_return Failure{std::move(tables).error()};
    }
    if (*tables != self->without_day) {
        if (!tables->empty()) {
            EMS_LOG(error, "retention", "rows without a partition of their day tables=\"{}\"",
                    *tables);
        } else {
            EMS_LOG(info, "retention", "every row has a partition of its day again");
        }
        self->without_day = std::move(*tables);
    }
    self->counters.tables_without_day = self->without_day.empty() ? 0 : 1;
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Keeper::Body::round(Self self, pg::Connection& db) {
    auto ours = co_await our_turn(self, db);
    if (!ours) {
        co_return Failure{std::move(ours).error()};
    }
    if (!*ours) {
        co_return Result<void>{};
    }
    auto kept = co_await keep_cases(self, db);
    if (!kept) {
        co_return kept;
    }
    auto gone = co_await let_days_go(self, db);
    if (!gone) {
        co_return gone;
    }
    co_return co_await look_at_default(self, db);
}

asio::awaitable<void> Keeper::Body::run(Self self) {
    pg::Connection db{self->executor, self->config.db};
    while (!self->stopping) {
        const auto done = co_await round(self, db);
        ++self->counters.rounds;
        if (!done) {
            ++self->counters.failures;
            EMS_LOG(warn, "retention", "round not finished: {}", done.error().message());
            db.close(); // the fault may lie in the session
        }
        if (self->stopping) {
            break;
        }
        self->timer.expires_after(self->config.every);
        static_cast<void>(co_await self->timer.async_wait(asio::as_tuple(asio::use_awaitable)));
    }
}

std::optional<std::string> held_up(const KeeperCounters& counters, Ticks now) {
    if (!counters.needed_since || now - *counters.needed_since <= kNeededMost) {
        return std::nullopt;
    }
    const auto hours =
        std::chrono::duration_cast<std::chrono::hours>(now - *counters.needed_since);
    return fmt::format("{} old days cannot go for {} h, first {}", counters.partitions_needed,
                       hours.count(), counters.needed_for);
}

Keeper::Keeper(asio::any_io_executor executor, KeeperConfig config, const Clock& clock)
    : body_(std::make_shared<Body>(std::move(executor), std::move(config), clock)) {}

Keeper::~Keeper() {
    stop();
}

void Keeper::start() {
    asio::co_spawn(body_->executor, Body::run(body_), [](const std::exception_ptr& error) {
        // Nothing of ours throws; a library's exception here is a bug that a restart survives.
        EMS_ASSERT(!error);
    });
}

void Keeper::stop() {
    body_->stopping = true;
    body_->timer.cancel();
}

KeeperCounters Keeper::counters() const {
    return body_->counters;
}

} // namespace ems::retention
