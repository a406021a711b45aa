// What ems-telemetryd and ems-mediad wrote of themselves and of their vehicles, as messages of the
// console protocol.
#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>

#include "dispatch/contract/api.pb.h"
#include "telemetry/base/result.h"
#include "telemetry/pg/connection.h"

namespace ems::dispatch {

inline constexpr int kFleetVehiclesMax = 1000;
inline constexpr int kFleetServersMax = 16;

// The stored half of a FleetStatus: telemetry, media and the vehicles of the region; what the
// server knows itself is left empty. Three short statements. Errors: those of pg::Connection.
boost::asio::awaitable<Result<api::FleetStatus>> read_fleet_rows(pg::Connection& db,
                                                                 std::string region);

} // namespace ems::dispatch
