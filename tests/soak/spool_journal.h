// What a vehicle has ever committed to its spool. The spool forgets what was acknowledged, so the
// harness lays a table beside the spool's own and a trigger that copies every inserted record into
// it: in the same file and the same transaction, so the journal says exactly what was committed,
// and the program under test is the shipped one. Only while no vehicle has the file open.
#pragma once

#include <string>
#include <vector>

#include "telemetry/base/result.h"
#include "tests/soak/history.h"

namespace ems::soak {

// Makes the journal of a spool file that exists, with what it holds now; once is enough.
Result<void> begin_journal(const std::string& spool_path);

struct Journal {
    std::vector<HistoryRow> written;
    std::vector<GivenUp> given_up;
    std::vector<RecordName> held; // what the spool itself still has
};
// Errors: corrupt when a record is no envelope, spool.
Result<Journal> read_journal(const std::string& spool_path, const std::string& vid);

// The canonical text of one serialized ems.wire.Envelope; the archive's side is archive_reader.h.
// Errors: malformed.
Result<HistoryRow> row_of(const std::string& vid, const std::string& envelope);

} // namespace ems::soak
