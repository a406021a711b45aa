// What the row of a recording that still grows tells of its vehicle: that it serves the incident under which the file is filed,
// or another one by now, so that what follows belongs into a file of its own.
#pragma once

#include <cstdint>
#include <tuple>

#include "telemetry/base/result.h"
#include "telemetry/pg/connection.h"

namespace ems::media {

enum class Serves : std::uint8_t { the_same, another };

// Of a statement that returns whether it is another one.
inline Result<Serves> serves(const Result<pg::Rows>& rows) {
    if (!rows) {
        return Failure{rows.error()};
    }
    const auto another = rows->read<bool>(0);
    if (!another) {
        return Failure{another.error()};
    }
    return std::get<0>(*another) ? Serves::another : Serves::the_same;
}

} // namespace ems::media
