#include "dispatch/store/fleet_rows.h"

#include <optional>
#include <utility>

namespace ems::dispatch {
namespace {

constexpr const char* kServersSql =
    "select server, dispatch.us(updated_at), dispatch.us(started_at), broker_up, vehicles_up, "
    "vehicles_known, "
    "ring_presence_pct, ring_events_pct, ring_trends_pct, ring_waves_pct, ring_backlog_pct, "
    "waiting_events::bigint + waiting_trends + waiting_waves, oldest_unstored_ms, commit_p50_us, "
    "commit_p99_us, "
    "loop_lag_ms, messages, records, stored, repeated, rejected, refused, deferred, batch_failures "
    "from telemetry.server_status order by updated_at desc limit $1";
constexpr const char* kMediaSql =
    "select name, dispatch.us(seen_at) from media.server order by seen_at desc limit $1";
// Gaps of the present spool alone: they belong to the counts beside them, and their primary key
// finds them.
constexpr const char* kVehiclesSql =
    "select v.vid, dispatch.us(l.updated_at), l.link, dispatch.us(l.last_heard), "
    "l.clock_offset_ms, "
    "l.made_a, l.received_a, l.stored_a, dispatch.us(r.event_at), "
    "l.made_g, l.received_g, l.stored_g, dispatch.us(r.position_at), "
    "l.made_v, l.received_v, l.stored_v, dispatch.us(r.vitals_at), "
    "l.made_w, l.received_w, l.stored_w, dispatch.us(r.wave_at), "
    "l.repeated, l.rejected, g.records, l.limited, dispatch.us(l.flooding_since), l.software, "
    "l.device_health "
    "from registry.vehicle v join telemetry.vehicle_link l using (vid) left join "
    "telemetry.vehicle_receipt r using (vid) "
    "left join lateral (select sum(to_seq - from_seq + 1)::bigint as records from telemetry.gap "
    "  where vid = v.vid and spool = l.spool) g on true "
    "where v.region = $1 order by v.vid limit $2";

// Cells of one row from left to right; the first that cannot be read is the error of all.
class Cells {
  public:
    Cells(const pg::Rows& rows, std::size_t row) : rows_(rows), row_(row) {}

    std::string text() { return next<std::string>(); }
    bool flag() { return next<bool>(); }
    std::int64_t number() { return next<std::int64_t>(); }
    std::uint64_t count() { return next<std::uint64_t>(); }
    std::uint32_t small() { return static_cast<std::uint32_t>(number()); }
    std::optional<std::int64_t> maybe() {
        auto cell = rows_.get<std::optional<std::int64_t>>(row_, column_++);
        return note(cell) ? *cell : std::nullopt;
    }
    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

  private:
    // NULL is the type's nothing.
    template <class T> T next() {
        auto cell = rows_.get<std::optional<T>>(row_, column_++);
        return note(cell) && *cell ? std::move(**cell) : T{};
    }
    template <class T> bool note(const Result<T>& cell) {
        if (!cell && !error_) {
            error_ = cell.error();
        }
        return cell.has_value();
    }

    const pg::Rows& rows_;
    std::size_t row_;
    std::size_t column_{0};
    std::optional<Error> error_;
};

void fill(api::TelemetryStatus& out, Cells& cells) {
    out.set_server(cells.text());
    out.set_updated_us(cells.number());
    out.set_started_us(cells.number());
    out.set_broker_up(cells.flag());
    out.set_vehicles_up(cells.small());
    out.set_vehicles_known(cells.small());
    out.set_ring_presence_pct(cells.small());
    out.set_ring_events_pct(cells.small());
    out.set_ring_trends_pct(cells.small());
    out.set_ring_waves_pct(cells.small());
    out.set_ring_backlog_pct(cells.small());
    out.set_waiting_records(cells.count());
    out.set_oldest_unstored_ms(cells.count());
    out.set_commit_p50_us(cells.count());
    out.set_commit_p99_us(cells.count());
    out.set_loop_lag_ms(cells.count());
    out.set_messages(cells.count());
    out.set_records(cells.count());
    out.set_stored(cells.count());
    out.set_repeated(cells.count());
    out.set_rejected(cells.count());
    out.set_refused(cells.count());
    out.set_deferred(cells.count());
    out.set_batch_failures(cells.count());
}

void fill(api::MediaStatus& out, Cells& cells) {
    out.set_server(cells.text());
    out.set_seen_us(cells.number());
}

void fill(api::StreamStatus& out, Cells& cells) {
    out.set_made(cells.count());
    out.set_received(cells.count());
    out.set_stored(cells.count());
    out.set_live_us(cells.number());
}

void fill(api::VehicleStatus& out, Cells& cells) {
    out.set_vid(cells.text());
    out.set_updated_us(cells.number());
    out.set_stored_link(cells.text());
    out.set_last_heard_us(cells.number());
    if (const auto offset = cells.maybe()) {
        out.set_clock_offset_ms(*offset);
    }
    fill(*out.mutable_events(), cells);
    fill(*out.mutable_positions(), cells);
    fill(*out.mutable_vitals(), cells);
    fill(*out.mutable_waves(), cells);
    out.set_repeated(cells.count());
    out.set_rejected(cells.count());
    out.set_gap_records(cells.count());
    out.set_limited(cells.count());
    out.set_flooding_since_us(cells.number());
    out.set_software(cells.text());
    out.set_device_health(cells.text());
}

template <class Add> Result<void> fill_all(const pg::Rows& rows, std::size_t most, Add add) {
    for (std::size_t i = 0; i < rows.size() && i < most; ++i) {
        Cells cells{rows, i};
        fill(*add(), cells);
        if (cells.error()) {
            return Failure{*cells.error()};
        }
    }
    return {};
}

} // namespace

boost::asio::awaitable<Result<api::FleetStatus>> read_fleet_rows(pg::Connection& db,
                                                                 std::string region) {
    api::FleetStatus out;
    pg::Params most = pg::Params::of(kFleetServersMax);
    pg::Params same = most;
    auto servers = co_await db.query(kServersSql, std::move(most));
    if (!servers) {
        co_return Failure{servers.error()};
    }
    auto media = co_await db.query(kMediaSql, std::move(same));
    if (!media) {
        co_return Failure{media.error()};
    }
    pg::Params of_region = pg::Params::of(region, kFleetVehiclesMax + 1);
    auto vehicles = co_await db.query(kVehiclesSql, std::move(of_region));
    if (!vehicles) {
        co_return Failure{vehicles.error()};
    }
    if (auto done = fill_all(*servers, kFleetServersMax, [&out] { return out.add_telemetry(); });
        !done) {
        co_return Failure{done.error()};
    }
    if (auto done = fill_all(*media, kFleetServersMax, [&out] { return out.add_media(); }); !done) {
        co_return Failure{done.error()};
    }
    if (auto done = fill_all(*vehicles, kFleetVehiclesMax, [&out] { return out.add_vehicles(); });
        !done) {
        co_return Failure{done.error()};
    }
    out.set_vehicles_cut(vehicles->size() > static_cast<std::size_t>(kFleetVehiclesMax));
    co_return out;
}

} // namespace ems::dispatch
