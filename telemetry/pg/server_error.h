// What the server says of a statement that it does not do, as an Error; for telemetry/pg.
#pragma once

#include <string>

#include <libpq-fe.h>

#include "telemetry/base/error.h"

namespace ems::pg {

// In one line; of null nothing.
std::string trimmed(const char* message);
// Of a result's PG_DIAG_ field; empty when it has none.
std::string field(const PGresult* result, int code);
// Only the primary message and the constraint: DETAIL carries row values, which may be a patient's.
Error to_error(const PGresult* result);

} // namespace ems::pg
