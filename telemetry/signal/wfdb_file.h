// Reads a whole WFDB record from a folder: the thin file side of wfdb.h.
#pragma once

#include <string>

#include "telemetry/signal/wfdb.h"

namespace ems::signal {

// `path` is the record without its extension ("/data/s0010_re") or the path of its .hea. Signal
// files are looked for beside the header. A signal file that is absent leaves its signals empty as
// long as one file is there; a bad checksum, a short file or a file over 1 GiB is an error.
// Blocking; call at start-up or from a worker thread.
Result<WfdbRecord> load_wfdb_record(const std::string& path);

// The record's annotations, `extension` without the dot ("atr").
Result<std::vector<WfdbAnnotation>> load_wfdb_annotations(const std::string& path,
                                                          const std::string& extension);

} // namespace ems::signal
