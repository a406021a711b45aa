// A real PostgreSQL 15 with PostGIS for one test executable, with every migration applied, a small registry and the
// service roles (a copy of one that is made once per build); removed at the end. Start it once (SetUpTestSuite), reset between tests with fresh rows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace ems::test {

class TempPostgres {
  public:
    TempPostgres();
    ~TempPostgres();
    TempPostgres(const TempPostgres&) = delete;
    TempPostgres& operator=(const TempPostgres&) = delete;

    // libpq connection string for a role: ems_owner, ems_dispatch, ems_telemetry, ems_media, ems_report, postgres.
    [[nodiscard]] std::string conninfo(const std::string& role) const;
    [[nodiscard]] std::uint16_t port() const { return port_; }
    // Runs SQL as ems_owner, or another role of conninfo(); aborts the test on an error.
    void execute(const std::string& sql, const std::string& role = "ems_owner") const;
    // First column of each row, as text ("" for null).
    [[nodiscard]] std::vector<std::string> column(const std::string& sql) const;
    [[nodiscard]] std::string value(const std::string& sql) const;
    // kill -9 of the postmaster and of every process it has made; and start again.
    void crash() const;
    void start() const;

  private:
    TempDir dir_;
    std::uint16_t port_;
};

} // namespace ems::test
