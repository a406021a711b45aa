#include "telemetry/app/telemetryd_status.h"

#include <chrono>

#include <fmt/format.h>

#include "telemetry/gateway/gateway_metrics.h"
#include "telemetry/ingest/ingest_figures.h"
#include "telemetry/link/link_metrics.h"
#include "telemetry/retention/keeper_metrics.h"

namespace ems {
namespace {

// The engine writes its rows every second; five in a row failed, or the answer takes that long.
constexpr std::chrono::seconds kDatabaseSilent{5};
// Well beyond a flush (200 ms) and the longest commit seen. A vehicle keeps what is not
// acknowledged.
constexpr std::chrono::seconds kUnstored{30};

status::Check check_database(const ingest::IngestFigures& f) {
    const auto seconds = [](auto time) {
        return std::chrono::duration_cast<std::chrono::seconds>(time).count();
    };
    const std::string held =
        fmt::format("{} links are held, nothing is acknowledged", f.vehicles_up());
    if (!f.database_answered) {
        return {"database", false, "not reached since the start; nothing is acknowledged"};
    }
    const auto silent = f.now.ticks - *f.database_answered;
    if (silent > kDatabaseSilent) {
        return {"database", false, fmt::format("no answer for {} s; {}", seconds(silent), held)};
    }
    return {"database", true, fmt::format("answered {} s ago", seconds(silent))};
}

status::Check check_archive(const ingest::IngestFigures& f) {
    const double age_s = std::chrono::duration<double>(f.unstored_age()).count();
    return {"archive", f.unstored_age() <= kUnstored,
            fmt::format("oldest record not stored is {:.1f} s old", age_s)};
}

// Nothing is lost by either, and nothing of it mends itself: a person must look.
status::Check check_retention(const retention::KeeperCounters& c, Ticks now) {
    std::string detail;
    if (c.tables_without_day > 0) {
        detail = "rows without a partition of their day; ";
    }
    if (c.cases_differing > 0) {
        detail += fmt::format("{} copies of closed cases are not their originals; ", c.cases_differing);
    }
    if (const auto held = retention::held_up(c, now)) {
        detail += *held + "; ";
    }
    const bool well = detail.empty();
    detail += fmt::format("{} rounds, {} of them not finished", c.rounds, c.failures);
    return {"retention", well, detail};
}

} // namespace

TelemetrydStatus::TelemetrydStatus(const boost::asio::any_io_executor& executor,
                                   status::StatusConfig config)
    : lag_(executor), page_("telemetryd", EMS_VERSION, lag_),
      server_(executor, std::move(config),
              {[this] { return metrics(); }, [this] { return health(); }}) {}

void TelemetrydStatus::start(const Subjects& subjects) {
    of_ = subjects;
    lag_.start();
    server_.start();
}

void TelemetrydStatus::stop() {
    lag_.stop();
    server_.stop();
}

std::string TelemetrydStatus::metrics() {
    metrics::Exposition out = status::ServerPage::begin();
    ingest::write_metrics(out, of_.engine->figures());
    link::write_metrics(out, "ems_telemetryd", *of_.session);
    retention::write_metrics(out, of_.keeper->counters());
    if (of_.terminals != nullptr) {
        gateway::write_metrics(out, of_.exchange->counters, of_.terminals->connection_count());
    }
    return page_.finish(std::move(out));
}

status::Health TelemetrydStatus::health() const {
    const ingest::IngestFigures figures = of_.engine->figures();
    return {{"broker", of_.session->connected(),
             of_.session->connected() ? "" : "not connected; no vehicle is heard"},
            check_database(figures),
            check_archive(figures),
            check_retention(of_.keeper->counters(), figures.now.ticks),
            lag_.check()};
}

} // namespace ems
