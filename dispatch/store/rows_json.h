// Write sets to the JSON that dispatch.apply reads, and its rows back. Bytes travel as hex.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dispatch/core/write_set.h"
#include "telemetry/base/result.h"

namespace ems::dispatch {

std::string to_json(const WriteSet& writes);
// Errors: corrupt (not what the migration answers with).
Result<Rows> rows_from_json(std::string_view json);
// Of dispatch.note_rows. Errors: corrupt.
Result<std::vector<NoteRow>> notes_from_json(std::string_view json);

} // namespace ems::dispatch
