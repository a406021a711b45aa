// What the archive holds, as rows for the oracle: positions, vitals, waves, the inbox, and whole
// events in quarantine.
#pragma once

#include <string>
#include <vector>

#include "telemetry/base/result.h"
#include "tests/soak/history.h"
#include "tests/support/temp_postgres.h"

namespace ems::soak {

// Every row, doubles included. Errors: malformed when a row is not as the schema says.
Result<std::vector<HistoryRow>> read_archive(const test::TempPostgres& database);

// `line`: "vid|stream|id|content".
Result<HistoryRow> archived_row(const std::string& line);

} // namespace ems::soak
