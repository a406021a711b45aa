#include "telemetry/retention/partitions.h"

#include <array>
#include <utility>
#include <vector>

#include "telemetry/base/log.h"

namespace ems::retention {

namespace asio = boost::asio;
using pg::Params;

namespace {

constexpr std::int64_t kDayUs = 86'400LL * 1'000'000;
// Of one table and of drops in one round; the rest goes in the next.
constexpr std::size_t kDaysPerRound = 31;

std::string day_text(std::int64_t us) {
    return utc_iso(us).substr(0, 10);
}

asio::awaitable<Result<void>> detach_days(pg::Connection& db, std::string table, std::string before,
                                          Retired& out) {
    const Params which = Params::of(table, before);
    auto rows = co_await db.query(
        "select to_char(d, 'YYYY-MM-DD') from archive.days_before($1, $2::date) d "
        "limit 31",
        which);
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    for (std::size_t i = 0; i < rows->size(); ++i) {
        auto day = rows->get<std::string>(i, 0);
        if (!day) {
            co_return Failure{std::move(day).error()};
        }
        const Params one = Params::of(table, *day, before);
        auto done = co_await db.execute("select archive.detach_day($1, $2::date, $3::date)", one);
        if (!done) {
            co_return Failure{std::move(done).error()};
        }
        auto what = done->get<std::string>(0, 0);
        if (!what) {
            co_return Failure{std::move(what).error()};
        }
        if (*what == "detached") {
            ++out.detached;
            EMS_LOG(info, "retention", "detached table={} day={}", table, *day);
        } else if (*what == "busy") {
            ++out.busy;
        } else if (*what != "absent") {
            ++out.needed;
            if (out.first_need.empty()) {
                out.first_need = table + " " + *day + " " + *what;
            }
        }
    }
    co_return Result<void>{};
}

} // namespace

asio::awaitable<Result<Retired>> retire_partitions(pg::Connection& db, RetentionDays days,
                                                   ServerTime now, std::chrono::seconds grace) {
    Retired out;
    const std::array<std::pair<const char*, std::int64_t>, 3> tables{
        {{"position", days.position}, {"vitals", days.vitals}, {"wave", days.wave}}};
    for (const auto& [table, keep] : tables) {
        if (keep > 0) {
            std::string name{table};
            std::string before = day_text(now.us - keep * kDayUs);
            auto done = co_await detach_days(db, std::move(name), std::move(before), out);
            if (!done) {
                co_return Failure{std::move(done).error()};
            }
        }
    }
    const ServerTime before{now.us - std::chrono::microseconds{grace}.count()};
    for (std::size_t i = 0; i < 3 * kDaysPerRound; ++i) {
        const Params params = Params::of(before);
        auto dropped = co_await db.execute("select archive.drop_detached($1)", params);
        if (!dropped) {
            co_return Failure{std::move(dropped).error()};
        }
        auto name = dropped->get<std::string>(0, 0);
        if (!name) {
            co_return Failure{std::move(name).error()};
        }
        if (name->empty()) {
            break;
        }
        ++out.dropped;
        EMS_LOG(info, "retention", "dropped partition={}", *name);
    }
    co_return out;
}

asio::awaitable<Result<std::string>> tables_without_day(pg::Connection& db) {
    auto rows = co_await db.query("select archive.tables_without_day()");
    if (!rows) {
        co_return Failure{std::move(rows).error()};
    }
    co_return rows->get<std::string>(0, 0);
}

} // namespace ems::retention
