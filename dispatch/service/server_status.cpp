#include "dispatch/service/server_status.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "dispatch/service/road_parts.h"
#include "telemetry/link/link_metrics.h"

namespace ems::dispatch {
namespace {

// Leader and standby ask it about once a second; five in a row were not answered.
constexpr std::chrono::seconds kDatabaseSilent{5};
// Events are consumed within milliseconds of their NOTIFY, and looked for every second without one.
constexpr double kInboxBehindS = 10;

struct Outbox {
    std::size_t waiting{0};    // not yet known to be on their vehicle
    std::int64_t oldest_us{0}; // when the oldest was given; 0: none
};

Outbox outbox_of(const World& world) {
    Outbox out;
    for (const auto& [id, row] : world.commands) {
        if (row.state == "queued" || row.state == "sent") {
            ++out.waiting;
            out.oldest_us =
                out.oldest_us == 0 ? row.issued_us : std::min(out.oldest_us, row.issued_us);
        }
    }
    return out;
}

std::int64_t seconds_since(Ticks then, Ticks now) {
    return std::chrono::duration_cast<std::chrono::seconds>(now - then).count();
}

void write_units(metrics::Exposition& out, const Fleet* fleet) {
    auto units = out.gauge("ems_dispatchd_units", "Units, by the link of their vehicle.");
    for (const Link link : {Link::up, Link::lost, Link::offline, Link::never}) {
        std::uint64_t with = 0;
        if (fleet != nullptr) {
            for (const auto& [id, track] : fleet->tracks()) {
                with += track.link == link ? 1U : 0U;
            }
        }
        units.add(with, {{"link", name(link)}});
    }
}

void write_world(metrics::Exposition& out, const World& world) {
    const auto gauge = [&out](const char* name, const char* help, auto count) {
        out.gauge(std::string{"ems_dispatchd_"} + name, help)
            .add(static_cast<std::uint64_t>(count));
    };
    const auto open =
        std::count_if(world.incidents.begin(), world.incidents.end(), [](const auto& entry) {
            return entry.second.state == IncidentState::open ||
                   entry.second.state == IncidentState::assigned;
        });
    const auto waiting =
        std::count_if(world.incidents.begin(), world.incidents.end(),
                      [](const auto& entry) { return entry.second.state == IncidentState::open; });
    gauge("incidents_open", "Incidents that have not ended.", open);
    gauge("incidents_without_unit", "Those of them that no unit was sent to.", waiting);
}

void write_live(metrics::Exposition& out, const LiveCounters& live,
                std::uint64_t dropped_to_consoles) {
    const auto counter = [&out](const char* name, const char* help, std::uint64_t value) {
        out.counter(std::string{"ems_dispatchd_live_"} + name, help).add(value);
    };
    counter("dropped_total", "Live messages dropped because their queue was full.",
            live.queue_dropped);
    counter("urgent_dropped_total", "Births and alarms among them; alarms come by the inbox too.",
            live.urgent_dropped);
    counter("bad_total", "Live messages that could not be read.", live.bad);
    counter("waves_unwatched_total", "Waves that nobody watched, not decoded.",
            live.waves_unwatched);
    counter("vitals_unwatched_total", "Vital signs that nobody watched, not decoded.",
            live.vitals_unwatched);
    counter("waves_halved_total", "Watched waves left out under load, every other one.",
            live.waves_halved);
    counter("vitals_thinned_total", "Watched vital signs left out under load.",
            live.vitals_thinned);
    counter("positions_coalesced_total", "Positions left out for a newer one of the same unit.",
            live.positions_coalesced);
    counter("dropped_to_consoles_total", "Live messages that a console took too slowly.",
            dropped_to_consoles);
}

void write_roads(metrics::Exposition& out, const RoadParts* roads, double coverage_age_s) {
    const auto gauge = [&out](const char* name, const char* help, double value) {
        out.gauge(std::string{"ems_dispatchd_"} + name, help).add(value);
    };
    gauge("road_graph", "1 with a road graph; 0: ranking by straight lines.",
          roads != nullptr ? 1 : 0);
    if (roads == nullptr) {
        return;
    }
    gauge("road_conditions", "Conditions of roads that hold or will.",
          static_cast<double>(roads->desk.rows().size()));
    out.counter("ems_dispatchd_coverages_total", "Times the coverage was worked out.")
        .add(roads->cover.count());
    if (const CoverNow* now = roads->cover.now()) {
        const map::CoverageShare& whole = now->cover.whole;
        gauge("covered_people_ratio", "People whom a free unit reaches within 15 minutes, of all.",
              whole.population > 0 ? whole.population_covered / whole.population : 0);
        gauge("coverage_age_seconds", "Time since the coverage was worked out.", coverage_age_s);
    }
}

} // namespace

ServerStatus::ServerStatus(boost::asio::io_context& io, status::StatusConfig config,
                           std::string server, std::string version, Subjects subjects)
    : name_(std::move(server)), of_(subjects), started_us_(subjects.clock.utc_us()),
      lag_(io.get_executor()), page_("dispatchd", std::move(version), lag_),
      server_(io.get_executor(), std::move(config),
              {[this] { return metrics(); }, [this] { return health(); }}) {}

void ServerStatus::start() {
    lag_.start();
    server_.start();
}

void ServerStatus::stop() {
    lag_.stop();
    server_.stop();
}

double ServerStatus::age_s(std::int64_t since_us) const {
    return since_us == 0
               ? 0
               : static_cast<double>(std::max<std::int64_t>(of_.clock.utc_us() - since_us, 0)) /
                     1e6;
}

std::string ServerStatus::metrics() {
    metrics::Exposition out = status::ServerPage::begin();
    const auto gauge = [&out](const char* name, const char* help, double value) {
        out.gauge(std::string{"ems_dispatchd_"} + name, help).add(value);
    };
    const auto counter = [&out](const char* name, const char* help, std::uint64_t value) {
        out.counter(std::string{"ems_dispatchd_"} + name, help).add(value);
    };
    const CentreFigures& centre = of_.centre.figures();
    const Outbox outbox = outbox_of(of_.centre.world());
    gauge("leads", "1 while this server leads.", of_.centre.leads() ? 1 : 0);
    gauge("term", "Number of its lead; 0 while it does not lead.",
          static_cast<double>(of_.centre.term()));
    counter("leads_taken_total", "Times it took the lead.", centre.terms);
    auto answered = out.gauge("ems_dispatchd_database_answer_age_seconds",
                              "Time since the database last answered.");
    if (centre.database_answered) {
        answered.add(
            std::chrono::duration<double>(of_.clock.ticks() - *centre.database_answered).count());
    }
    out.histogram("ems_dispatchd_commit_seconds", "A change, from its turn in the queue to COMMIT.")
        .add(centre.commit_seconds);
    gauge("clock_ahead_seconds", "This machine's clock before the database's, by which everything is timed.",
          static_cast<double>(of_.clock.wall_ahead_us()) / 1e6);
    gauge("inbox_oldest_seconds", "Age of the oldest event of a vehicle not yet consumed.",
          age_s(centre.oldest_event_us));
    counter("inbox_consumed_total", "Events consumed.", centre.events_consumed);
    gauge("outbox_waiting", "Orders not yet known to be on their vehicle.",
          static_cast<double>(outbox.waiting));
    gauge("outbox_oldest_seconds", "Age of the oldest of them.", age_s(outbox.oldest_us));
    counter("orders_sent_total", "Orders handed to the broker, repeats counted.",
            of_.relay.sent_count());
    gauge("crew_alarms", "Orders and postings whose crew was not reached or is silent.",
          static_cast<double>(of_.hub.crew_alarm_count()));
    gauge("incidents_short_of_units", "Incidents that lost a unit or wait for one for more than a minute.",
          static_cast<double>(of_.hub.short_incident_count()));
    gauge("console_connections", "Connections of consoles.",
          static_cast<double>(of_.consoles.connections()));
    gauge("console_sessions", "Consoles that are logged in.",
          static_cast<double>(of_.hub.session_count()));
    of_.hub.requests().write(out);
    write_world(out, of_.centre.world());
    write_units(out, of_.fleet);
    write_live(out, of_.live.counters(), of_.hub.live_dropped());
    const CoverNow* cover = of_.road_parts != nullptr ? of_.road_parts->cover.now() : nullptr;
    write_roads(out, of_.road_parts, age_s(cover != nullptr ? cover->computed_us : 0));
    link::write_metrics(out, "ems_dispatchd", of_.mqtt);
    return page_.finish(std::move(out));
}

status::Health ServerStatus::health() const {
    const CentreFigures& centre = of_.centre.figures();
    status::Health out;
    const bool broker = of_.mqtt.connected();
    out.push_back(
        {"broker", broker, broker ? "" : "not connected; orders wait and no position is live"});
    const bool ever = centre.database_answered.has_value();
    const std::int64_t silent_s =
        ever ? seconds_since(*centre.database_answered, of_.clock.ticks()) : 0;
    const bool database = ever && silent_s <= kDatabaseSilent.count();
    out.push_back(
        {"database", database,
         !ever ? "not reached since the start; nothing can be decided"
         : database
             ? fmt::format("answered {} s ago", silent_s)
             : fmt::format("no answer for {} s; nothing can be decided, live positions go on",
                           silent_s)});
    out.push_back({"lead", of_.centre.leads() || database,
                   of_.centre.leads() ? fmt::format("leads term {}", of_.centre.term())
                   : database         ? "stands by"
                                      : "neither leads nor stands by"});
    const double behind_s = age_s(centre.oldest_event_us);
    const bool consumed = !of_.centre.leads() || behind_s <= kInboxBehindS;
    out.push_back({"inbox", consumed,
                   !of_.centre.leads() ? "left to the leader"
                                       : fmt::format("oldest event waits for {:.1f} s", behind_s)});
    out.push_back(lag_.check());
    return out;
}

api::DispatchStatus ServerStatus::own() const {
    const CentreFigures& centre = of_.centre.figures();
    const Outbox outbox = outbox_of(of_.centre.world());
    const LiveCounters live = of_.live.counters();
    const auto us = [](double seconds) { return static_cast<std::uint64_t>(seconds * 1e6); };
    api::DispatchStatus out;
    out.set_server(name_);
    out.set_leads(of_.centre.leads());
    out.set_term(of_.centre.term());
    out.set_broker_up(of_.mqtt.connected());
    if (centre.database_answered) {
        const auto ago = std::chrono::duration_cast<std::chrono::microseconds>(
            of_.clock.ticks() - *centre.database_answered);
        out.set_database_answered_us(of_.clock.utc_us() - ago.count());
    }
    out.set_consoles(static_cast<std::uint32_t>(of_.consoles.connections()));
    out.set_orders_waiting(static_cast<std::uint32_t>(outbox.waiting));
    out.set_oldest_order_us(outbox.oldest_us);
    out.set_oldest_event_us(centre.oldest_event_us);
    out.set_live_dropped(live.queue_dropped + live.urgent_dropped + of_.hub.live_dropped());
    out.set_commit_p50_us(us(centre.commit_seconds.quantile(0.5)));
    out.set_commit_p99_us(us(centre.commit_seconds.quantile(0.99)));
    out.set_loop_lag_ms(static_cast<std::uint64_t>(lag_.recent_max().count()));
    out.set_started_us(started_us_);
    return out;
}

} // namespace ems::dispatch
