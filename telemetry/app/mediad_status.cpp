#include "telemetry/app/mediad_status.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "telemetry/link/link_metrics.h"

namespace ems {
namespace {

// The service speaks to it several times a second.
constexpr std::chrono::seconds kDatabaseSilent{5};

status::Check check_database(const media::ServiceFigures& f) {
    if (!f.database_answered) {
        return {"database", false, "not reached since the start; nobody new is let in"};
    }
    const auto silent =
        std::chrono::duration_cast<std::chrono::seconds>(f.now - *f.database_answered);
    if (silent > kDatabaseSilent) {
        return {"database", false,
                fmt::format("no answer for {} s; {} viewers go on, nobody new is let in",
                            silent.count(), f.viewers)};
    }
    return {"database", true, fmt::format("answered {} s ago", silent.count())};
}

// A full disk, as a rule: what the vehicles keep on board is back-filled only while they hear
// nothing from here.
status::Check check_recorders(const media::RecorderFigures& f) {
    if (f.failing == 0) {
        return {"recorder", true, fmt::format("{} cameras are recorded", f.recording)};
    }
    return {"recorder", false,
            fmt::format("{} cameras are not recorded: the disk is full or cannot be written; {} "
                        "pictures are lost since the start; live video goes on",
                        f.failing, f.pictures_lost)};
}

} // namespace

MediadStatus::MediadStatus(const boost::asio::any_io_executor& executor,
                           status::StatusConfig config, const media::Service& service)
    : service_(service), lag_(executor), page_("mediad", EMS_VERSION, lag_),
      server_(executor, std::move(config),
              {[this] { return metrics(); }, [this] { return health(); }}) {}

void MediadStatus::start() {
    lag_.start();
    server_.start();
}

void MediadStatus::stop() {
    lag_.stop();
    server_.stop();
}

std::string MediadStatus::metrics() {
    metrics::Exposition out = status::ServerPage::begin();
    media::write_metrics(out, service_.figures());
    link::write_metrics(out, "ems_mediad", service_.broker());
    return page_.finish(std::move(out));
}

status::Health MediadStatus::health() const {
    const media::ServiceFigures figures = service_.figures();
    const bool broker = service_.broker().connected();
    return {{"broker", broker, broker ? "" : "not connected; running cameras go on"},
            check_database(figures),
            check_recorders(figures.recorders),
            {"socket", figures.socket_open, figures.socket_open ? "" : "not bound"},
            lag_.check()};
}

} // namespace ems
