// Connections of a test of SQL, with limits that a machine busy with other work does not reach. A service gives a statement
// up after a second, and goes on; a test of what the statement does could only fail.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

#include "telemetry/pg/pool.h"

namespace ems::test {

inline pg::Options patient(std::string conninfo) {
    return {.conninfo = std::move(conninfo),
            .connect_limit = std::chrono::seconds{60},
            .statement_limit = std::chrono::seconds{60}};
}

inline pg::PoolOptions patient_pool(std::string conninfo,
                                    std::size_t connections_max = pg::PoolOptions{}.connections_max) {
    return {.connection = patient(std::move(conninfo)),
            .connections_max = connections_max,
            .wait_limit = std::chrono::seconds{60}};
}

} // namespace ems::test
