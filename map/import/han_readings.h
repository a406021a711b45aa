// Readings and simplified forms of Han characters from ICU's Han-Latin and Traditional-Simplified
// transliterators. The only place that needs ICU: what it makes is stored with the names of a map.
#pragma once

#include "map/gazetteer/han_table.h"
#include "telemetry/base/result.h"

namespace ems::map {

// The whole block of 20,992 characters in about 0.3 s: the usual reading, that as a surname, then
// those of polyphones.csv. internal when ICU lacks its data.
[[nodiscard]] Result<HanTable> read_han_table();

} // namespace ems::map
