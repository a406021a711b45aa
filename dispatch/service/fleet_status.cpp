#include "dispatch/service/fleet_status.h"

#include <exception>
#include <map>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "dispatch/store/fleet_rows.h"
#include "telemetry/base/assert.h"

namespace ems::dispatch {
namespace {

std::int64_t to_us(Ticks::duration d) {
    return std::chrono::duration_cast<std::chrono::microseconds>(d).count();
}

} // namespace

FleetStatus::FleetStatus(boost::asio::io_context& io, pg::Pool& pool, std::string region,
                         Fleet* const& fleet, const Clock& clock, Own own)
    : io_(io), pool_(pool), region_(std::move(region)), fleet_(fleet), clock_(clock),
      own_(std::move(own)), read_done_(io) {}

void FleetStatus::stop() {
    stopped_ = true;
    read_done_.cancel();
}

boost::asio::awaitable<api::ServerFrame> FleetStatus::answer() {
    if (!reading_ && !stopped_ && (!tried_at_ || clock_.ticks() - *tried_at_ >= kReadEvery)) {
        reading_ = true;
        read_done_.expires_after(kReadPatience);
        boost::asio::co_spawn(io_, read(),
                              [](const std::exception_ptr& error) { EMS_ASSERT(!error); });
    }
    if (reading_ && !stopped_) {
        // Woken by the end of the reading; the patience is that of who began it, so that nobody
        // waits longer.
        static_cast<void>(
            co_await read_done_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable)));
    }
    api::ServerFrame frame;
    api::FleetStatus& out = *frame.mutable_fleet_status();
    out = stored_;
    out.set_server_us(clock_.utc_us());
    *out.mutable_dispatch() = own_();
    add_live(out);
    co_return frame;
}

boost::asio::awaitable<void> FleetStatus::read() {
    Result<api::FleetStatus> stored = fail(Code::db_down);
    {
        auto lease = co_await pool_.acquire();
        if (lease) {
            stored = co_await read_fleet_rows(**lease, region_);
        } else {
            stored = Failure{lease.error()};
        }
    }
    take(std::move(stored));
}

void FleetStatus::take(Result<api::FleetStatus> stored) {
    if (stored) {
        stored_ = std::move(*stored);
        stored_.set_stored_us(clock_.utc_us());
    } else {
        stored_.set_database_error(stored.error().message());
    }
    tried_at_ = clock_.ticks();
    reading_ = false;
    read_done_.cancel();
}

void FleetStatus::add_live(api::FleetStatus& out) const {
    if (fleet_ == nullptr) {
        return;
    }
    std::map<std::string, api::VehicleStatus*, std::less<>> known;
    for (api::VehicleStatus& vehicle : *out.mutable_vehicles()) {
        known[vehicle.vid()] = &vehicle;
    }
    for (const auto& [unit, track] : fleet_->tracks()) {
        if (track.info.vid.empty()) {
            continue;
        }
        api::VehicleStatus*& vehicle = known[track.info.vid];
        if (vehicle == nullptr) {
            if (out.vehicles_size() >= kFleetVehiclesMax) {
                out.set_vehicles_cut(true);
                continue;
            }
            vehicle = out.add_vehicles();
            vehicle->set_vid(track.info.vid);
        }
        vehicle->set_unit_id(unit.value);
        vehicle->set_unit_name(track.info.name);
        vehicle->set_link(std::string{name(track.link)});
        if (track.heard) {
            vehicle->set_heard_us(clock_.utc_us() - to_us(clock_.ticks() - *track.heard));
        }
        if (track.position) {
            vehicle->set_position_us(track.position->received_us());
        }
    }
}

} // namespace ems::dispatch
