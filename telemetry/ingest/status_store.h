// The rows telemetry.server_status and telemetry.vehicle_receipt: what people and monitoring see of
// this server while they can reach only the database.
#pragma once

#include <cstdint>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "telemetry/base/result.h"
#include "telemetry/ingest/ingest.h"
#include "telemetry/ingest/ingest_figures.h"
#include "telemetry/pg/connection.h"

namespace ems::ingest {

struct ServerStatus {
    std::string server;
    std::int64_t started_us{0};
    OwnSigns own;
    IngestFigures figures;
};

// Takes an open connection. Errors are those of pg::Connection.
boost::asio::awaitable<Result<void>> store_status(pg::Connection& db, ServerStatus status);

} // namespace ems::ingest
