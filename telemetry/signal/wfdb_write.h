// Writes WFDB recordings and annotations that the reader (wfdb.h) and the PhysioNet tools read:
// format 16 and MIT annotations. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "telemetry/base/result.h"
#include "telemetry/signal/wfdb.h"

namespace ems::signal {

struct WfdbFiles {
    std::string header;             // text of NAME.hea
    std::vector<std::uint8_t> data; // NAME.dat
};

// All signals interleaved in one file NAME.dat of format 16; first sample and checksum are
// computed, the header's file, offset and sample count are not read; its format says only what a
// missing sample is, which is one here too. Fails with Code::invalid_argument on a name with other
// than letters, digits, '_' and '-', signals of unequal length or none, a text with a line break, a
// gain that is not above 0, or a sample beyond 16 bits.
Result<WfdbFiles> write_wfdb_record(const WfdbRecord& record);

// In ascending time. Fails with Code::invalid_argument on a code outside 1 to 49, a time that runs
// back or over 2^31 samples from the one before, or a text over 1023 bytes.
Result<std::vector<std::uint8_t>>
write_wfdb_annotations(std::span<const WfdbAnnotation> annotations);

} // namespace ems::signal
