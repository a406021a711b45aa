#include "dispatch/app/ctl/top_view.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "dispatch/app/ctl/text_width.h"

namespace ems::ctl {
namespace {

using nlohmann::ordered_json;

// ems-telemetryd writes every second: a row this old is the past.
constexpr std::int64_t kRowOldUs = 5'000'000;
// A vehicle's clock further off than this is marked (reference: offsets above 2 s).
constexpr std::int64_t kClockOffMs = 2000;
constexpr std::array<const char*, 4> kStreamNames{"events", "positions", "vitals", "waves"};

std::array<const api::StreamStatus*, 4> streams_of(const api::VehicleStatus& vehicle) {
    return {&vehicle.events(), &vehicle.positions(), &vehicle.vitals(), &vehicle.waves()};
}

std::optional<std::int64_t> age_of(std::int64_t then_us, std::int64_t now_us) {
    return then_us == 0 ? std::nullopt : std::optional{std::max<std::int64_t>(now_us - then_us, 0)};
}

// "0.4", "12", "3 m", "5 h", "8 d"
std::string age_text(std::optional<std::int64_t> age_us) {
    if (!age_us) {
        return "-";
    }
    const double s = static_cast<double>(*age_us) / 1e6;
    return s < 9.95        ? fmt::format("{:.1f}", s)
           : s < 100       ? fmt::format("{:.0f}", s)
           : s < 5940      ? fmt::format("{:.0f} m", s / 60)
           : s < 99 * 3600 ? fmt::format("{:.0f} h", s / 3600)
                           : fmt::format("{:.0f} d", s / 86400);
}

std::string rate_text(const std::optional<double>& rate) {
    return rate ? fmt::format("{:.1f}", *rate) : "-";
}

std::string ms_text(std::uint64_t us) {
    return fmt::format("{:.1f}", static_cast<double>(us) / 1000);
}

const char* up_text(bool up) {
    return up ? "up" : "AWAY";
}

std::string dispatch_line(const api::DispatchStatus& d, std::int64_t now_us) {
    return fmt::format(
        "dispatchd   {}  {}  broker {}  database {}  consoles {}  orders waiting {}{}  inbox {}  "
        "commit p50 {} p99 {} ms  loop {} ms  dropped {}",
        d.server(), d.leads() ? fmt::format("leads term {}", d.term()) : "LEADS NOT",
        up_text(d.broker_up()),
        d.database_answered_us() == 0
            ? "NEVER REACHED"
            : age_text(age_of(d.database_answered_us(), now_us)) + " s ago",
        d.consoles(), d.orders_waiting(),
        d.orders_waiting() == 0 ? ""
                                : " oldest " + age_text(age_of(d.oldest_order_us(), now_us)) + " s",
        d.oldest_event_us() == 0 ? "empty"
                                 : age_text(age_of(d.oldest_event_us(), now_us)) + " s behind",
        ms_text(d.commit_p50_us()), ms_text(d.commit_p99_us()), d.loop_lag_ms(), d.live_dropped());
}

std::string media_line(const api::MediaStatus& m, std::int64_t now_us) {
    return fmt::format("mediad      {}  told {} s ago", m.server(),
                       age_text(age_of(m.seen_us(), now_us)));
}

ordered_json milliseconds(std::optional<std::int64_t> us) {
    return us ? ordered_json(*us / 1000) : ordered_json(nullptr);
}

ordered_json dispatch_json(const api::DispatchStatus& d, std::int64_t now_us) {
    return {{"server", d.server()},
            {"kind", "dispatchd"},
            {"leads", d.leads()},
            {"term", d.term()},
            {"broker_up", d.broker_up()},
            {"database_answer_age_ms", milliseconds(age_of(d.database_answered_us(), now_us))},
            {"consoles", d.consoles()},
            {"orders_waiting", d.orders_waiting()},
            {"oldest_order_age_ms", milliseconds(age_of(d.oldest_order_us(), now_us))},
            {"oldest_event_age_ms", milliseconds(age_of(d.oldest_event_us(), now_us))},
            {"commit_p50_us", d.commit_p50_us()},
            {"commit_p99_us", d.commit_p99_us()},
            {"loop_lag_ms", d.loop_lag_ms()},
            {"live_dropped", d.live_dropped()}};
}

ordered_json telemetry_json(const api::TelemetryStatus& t, std::int64_t now_us) {
    return {{"server", t.server()},
            {"kind", "telemetryd"},
            {"row_age_ms", milliseconds(age_of(t.updated_us(), now_us))},
            {"broker_up", t.broker_up()},
            {"vehicles_up", t.vehicles_up()},
            {"vehicles_known", t.vehicles_known()},
            {"rings_pct",
             {{"presence", t.ring_presence_pct()},
              {"events", t.ring_events_pct()},
              {"trends", t.ring_trends_pct()},
              {"waves", t.ring_waves_pct()},
              {"backlog", t.ring_backlog_pct()}}},
            {"waiting_records", t.waiting_records()},
            {"oldest_unstored_ms", t.oldest_unstored_ms()},
            {"commit_p50_us", t.commit_p50_us()},
            {"commit_p99_us", t.commit_p99_us()},
            {"loop_lag_ms", t.loop_lag_ms()},
            {"messages", t.messages()},
            {"records", t.records()},
            {"stored", t.stored()},
            {"repeated", t.repeated()},
            {"rejected", t.rejected()},
            {"refused", t.refused()},
            {"deferred", t.deferred()},
            {"batch_failures", t.batch_failures()}};
}

struct Column {
    const char* title;
    std::size_t columns;
    bool left;
};
constexpr std::array kColumns{
    Column{"VEHICLE", 12, true}, Column{"UNIT", 10, true},  Column{"LINK", 7, true},
    Column{"HEARD", 5, false},   Column{"POS", 5, false},   Column{"VIT", 5, false},
    Column{"WAVE", 5, false},    Column{"A/s", 5, false},   Column{"G/s", 5, false},
    Column{"V/s", 5, false},     Column{"W/s", 5, false},   Column{"UNSTORED", 8, false},
    Column{"GAPS", 6, false},    Column{"DROPS", 6, false}, Column{"CLOCK", 7, false}};

std::string table_line(const std::array<std::string, kColumns.size()>& cells,
                       const std::string& note) {
    std::string out;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        out += kColumns[i].left ? left(cells[i], kColumns[i].columns)
                                : right(cells[i], kColumns[i].columns);
        out += ' ';
    }
    out += ' ' + note;
    return out.substr(0, out.find_last_not_of(' ') + 1);
}

std::string titles() {
    std::array<std::string, kColumns.size()> cells;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        cells[i] = kColumns[i].title;
    }
    return table_line(cells, "NOTE");
}

} // namespace

struct TopView::Row {
    const api::VehicleStatus* vehicle{nullptr};
    std::string link;
    std::optional<std::int64_t> heard_age_us;
    std::optional<std::int64_t> position_age_us;
    std::optional<std::int64_t> vitals_age_us;
    std::optional<std::int64_t> wave_age_us;
    std::optional<std::int64_t> row_age_us; // of what the database says of it
    Rates rates;
    std::array<std::uint64_t, 4> unstored{};
    std::uint64_t behind{0}; // all of them, but for what the vehicle gave up
    std::uint64_t drops{0};

    [[nodiscard]] double rate() const {
        double out = 0;
        for (const auto& one : rates) {
            out += one.value_or(0);
        }
        return out;
    }
    [[nodiscard]] std::string note() const {
        std::string out;
        if (vehicle->flooding_since_us() != 0) {
            out += "FLOODS ";
        }
        if (!row_age_us) {
            out += "not in the archive ";
        } else if (*row_age_us > kRowOldUs) {
            out += "row " + age_text(row_age_us) + " s old ";
        }
        return out + vehicle->device_health();
    }
};

void TopView::remember_rates(const api::FleetStatus& next) {
    if (!status_) {
        return;
    }
    std::map<std::string, const api::VehicleStatus*> before;
    for (const api::VehicleStatus& vehicle : status_->vehicles()) {
        before[vehicle.vid()] = &vehicle;
    }
    for (const api::VehicleStatus& vehicle : next.vehicles()) {
        const auto old = before.find(vehicle.vid());
        if (old == before.end() || old->second->updated_us() == 0 ||
            vehicle.updated_us() <= old->second->updated_us()) {
            continue; // nothing newer was written: the rates known stand, and the age of the row
                      // tells
        }
        const double seconds =
            static_cast<double>(vehicle.updated_us() - old->second->updated_us()) / 1e6;
        Rates& rates = rates_[vehicle.vid()];
        const auto now = streams_of(vehicle);
        const auto then = streams_of(*old->second);
        for (std::size_t i = 0; i < rates.size(); ++i) {
            const bool went_on = now[i]->received() >= then[i]->received();
            rates[i] =
                went_on
                    ? std::optional{static_cast<double>(now[i]->received() - then[i]->received()) /
                                    seconds}
                    : std::nullopt;
        }
    }
    for (const api::TelemetryStatus& server : next.telemetry()) {
        for (const api::TelemetryStatus& old : status_->telemetry()) {
            if (old.server() == server.server() && old.started_us() == server.started_us() &&
                server.updated_us() > old.updated_us()) {
                stored_rates_[server.server()] =
                    static_cast<double>(server.stored() - old.stored()) * 1e6 /
                    static_cast<double>(server.updated_us() - old.updated_us());
            }
        }
    }
}

void TopView::take(api::FleetStatus status, Ticks now) {
    remember_rates(status);
    std::erase_if(rates_, [&status](const auto& entry) {
        return std::none_of(status.vehicles().begin(), status.vehicles().end(),
                            [&entry](const auto& vehicle) { return vehicle.vid() == entry.first; });
    });
    status_ = std::move(status);
    taken_at_ = now;
    trouble_.clear();
}

bool TopView::press(char key) {
    constexpr std::string_view kKeys{"nhprug"};
    const std::size_t at = kKeys.find(key);
    if (at == std::string_view::npos) {
        return false;
    }
    sort_ = static_cast<SortBy>(at);
    return true;
}

std::int64_t TopView::now_us(Ticks now) const {
    return status_->server_us() +
           std::chrono::duration_cast<std::chrono::microseconds>(now - taken_at_).count();
}

TopView::Row TopView::row_of(const api::VehicleStatus& vehicle, std::int64_t now) const {
    Row out;
    out.vehicle = &vehicle;
    // The server that answers hears vehicles itself; the archive's word is for those it does not.
    out.link = !vehicle.link().empty() ? vehicle.link() : vehicle.stored_link();
    out.heard_age_us = age_of(std::max(vehicle.heard_us(), vehicle.last_heard_us()), now);
    out.position_age_us =
        age_of(std::max(vehicle.position_us(), vehicle.positions().live_us()), now);
    out.vitals_age_us = age_of(vehicle.vitals().live_us(), now);
    out.wave_age_us = age_of(vehicle.waves().live_us(), now);
    out.row_age_us = age_of(vehicle.updated_us(), now);
    const auto rates = rates_.find(vehicle.vid());
    if (rates != rates_.end() && out.row_age_us && *out.row_age_us <= kRowOldUs) {
        out.rates = rates->second;
    }
    const auto streams = streams_of(vehicle);
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < streams.size(); ++i) {
        out.unstored[i] = streams[i]->made() - std::min(streams[i]->made(), streams[i]->stored());
        all += out.unstored[i];
    }
    out.behind = all - std::min(all, vehicle.gap_records());
    out.drops = vehicle.rejected() + vehicle.limited();
    return out;
}

std::vector<TopView::Row> TopView::rows(std::int64_t now) const {
    std::vector<Row> out;
    for (const api::VehicleStatus& vehicle : status_->vehicles()) {
        out.push_back(row_of(vehicle, now));
    }
    // The worst first; what was never heard is worse than any age.
    const auto oldest = [](const std::optional<std::int64_t>& age) {
        return age.value_or(INT64_MAX);
    };
    std::stable_sort(out.begin(), out.end(), [&](const Row& a, const Row& b) {
        switch (sort_) {
        case SortBy::name:
            return a.vehicle->vid() < b.vehicle->vid();
        case SortBy::heard:
            return oldest(a.heard_age_us) > oldest(b.heard_age_us);
        case SortBy::position:
            return oldest(a.position_age_us) > oldest(b.position_age_us);
        case SortBy::rate:
            return a.rate() > b.rate();
        case SortBy::unstored:
            return a.behind > b.behind;
        case SortBy::gaps:
            return a.vehicle->gap_records() > b.vehicle->gap_records();
        }
        return false;
    });
    return out;
}

std::string TopView::telemetry_line(const api::TelemetryStatus& t, std::int64_t now) const {
    const auto age = age_of(t.updated_us(), now);
    const auto rate = stored_rates_.find(t.server());
    return fmt::format(
        "telemetryd  {}  {}  broker {}  vehicles {}/{}  rings A {} G+V {} W {} bf {} hb {} %  "
        "waiting {}  oldest {:.1f} s  "
        "commit p50 {} p99 {} ms  stored {}/s  refused {}  deferred {}  rejected {}  loop {} ms",
        t.server(),
        age && *age > kRowOldUs ? "SILENT FOR " + age_text(age) + " s"
                                : "told " + age_text(age) + " s ago",
        up_text(t.broker_up()), t.vehicles_up(), t.vehicles_known(), t.ring_events_pct(),
        t.ring_trends_pct(), t.ring_waves_pct(), t.ring_backlog_pct(), t.ring_presence_pct(),
        t.waiting_records(), static_cast<double>(t.oldest_unstored_ms()) / 1000,
        ms_text(t.commit_p50_us()), ms_text(t.commit_p99_us()),
        rate == stored_rates_.end() ? "-" : fmt::format("{:.0f}", rate->second), t.refused(),
        t.deferred(), t.rejected(), t.loop_lag_ms());
}

std::vector<std::string> TopView::header(std::int64_t now) const {
    std::vector<std::string> out;
    if (!trouble_.empty()) {
        out.push_back("NO ANSWER: " + trouble_ + "; what stands here is " +
                      age_text(age_of(status_->server_us(), now)) + " s old");
    }
    if (!status_->database_error().empty()) {
        out.push_back("DATABASE AWAY: " + status_->database_error() + "; what it said is " +
                      age_text(age_of(status_->stored_us(), now)) +
                      " s old, links and positions are live");
    }
    out.push_back(dispatch_line(status_->dispatch(), now));
    for (const api::TelemetryStatus& server : status_->telemetry()) {
        out.push_back(telemetry_line(server, now));
    }
    for (const api::MediaStatus& server : status_->media()) {
        out.push_back(media_line(server, now));
    }
    return out;
}

std::vector<std::string> TopView::lines(Ticks now, TopSize size) const {
    if (!status_) {
        return {};
    }
    const std::int64_t at = now_us(now);
    std::vector<std::string> out = header(at);
    out.emplace_back();
    out.push_back(titles());
    for (const Row& row : rows(at)) {
        const api::VehicleStatus& v = *row.vehicle;
        const bool off = v.has_clock_offset_ms() && std::abs(v.clock_offset_ms()) > kClockOffMs;
        out.push_back(table_line(
            {v.vid(), v.unit_name(), row.link, age_text(row.heard_age_us),
             age_text(row.position_age_us), age_text(row.vitals_age_us), age_text(row.wave_age_us),
             rate_text(row.rates[0]), rate_text(row.rates[1]), rate_text(row.rates[2]),
             rate_text(row.rates[3]), std::to_string(row.behind), std::to_string(v.gap_records()),
             std::to_string(row.drops),
             v.has_clock_offset_ms()
                 ? fmt::format("{:+.1f}{}", static_cast<double>(v.clock_offset_ms()) / 1000,
                               off ? "!" : "")
                 : "-"},
            row.note()));
    }
    if (status_->vehicles_cut()) {
        out.emplace_back("... there are more vehicles than are told");
    }
    out.resize(std::min(out.size(), size.lines));
    for (std::string& line : out) {
        line = cut(line, size.columns);
    }
    return out;
}

std::string TopView::json(Ticks now) const {
    const std::int64_t at = now_us(now);
    ordered_json servers = ordered_json::array();
    servers.push_back(dispatch_json(status_->dispatch(), at));
    for (const api::TelemetryStatus& server : status_->telemetry()) {
        servers.push_back(telemetry_json(server, at));
    }
    for (const api::MediaStatus& server : status_->media()) {
        servers.push_back({{"server", server.server()},
                           {"kind", "mediad"},
                           {"row_age_ms", milliseconds(age_of(server.seen_us(), at))}});
    }
    ordered_json vehicles = ordered_json::array();
    for (const Row& row : rows(at)) {
        const api::VehicleStatus& v = *row.vehicle;
        ordered_json rates = ordered_json::object();
        ordered_json unstored = ordered_json::object();
        for (std::size_t i = 0; i < kStreamNames.size(); ++i) {
            rates[kStreamNames[i]] =
                row.rates[i] ? ordered_json(*row.rates[i]) : ordered_json(nullptr);
            unstored[kStreamNames[i]] = row.unstored[i];
        }
        vehicles.push_back(
            {{"vid", v.vid()},
             {"unit", v.unit_name()},
             {"link", row.link},
             {"heard_age_ms", milliseconds(row.heard_age_us)},
             {"position_age_ms", milliseconds(row.position_age_us)},
             {"vitals_age_ms", milliseconds(row.vitals_age_us)},
             {"wave_age_ms", milliseconds(row.wave_age_us)},
             {"row_age_ms", milliseconds(row.row_age_us)},
             {"rates", rates},
             {"unstored", unstored},
             {"gaps", v.gap_records()},
             {"rejected", v.rejected()},
             {"limited", v.limited()},
             {"repeated", v.repeated()},
             {"flooding", v.flooding_since_us() != 0},
             {"clock_offset_ms",
              v.has_clock_offset_ms() ? ordered_json(v.clock_offset_ms()) : ordered_json(nullptr)},
             {"software", v.software()},
             {"device_health", v.device_health()}});
    }
    const ordered_json out{{"server_us", status_->server_us()},
                           {"stored_age_ms", milliseconds(age_of(status_->stored_us(), at))},
                           {"database_error", status_->database_error()},
                           {"servers", servers},
                           {"vehicles", vehicles},
                           {"vehicles_cut", status_->vehicles_cut()}};
    return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

} // namespace ems::ctl
