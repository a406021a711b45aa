// The statements of a replay; apart from replay.cpp so that tests can look at their plans.
#pragma once

#include <string>

#include "telemetry/wire/ems.pb.h"

namespace ems::replay {

// Whether the vehicle's clock was seen to be wrong about the range (archive.drawn_shift): then what
// it stamped is shown where it was made, and not where it stands.
enum class Clocks { right, shifted };

// Records in order, each once, of the daily partitions and the case archive together: time shown,
// spool, seq, received_at, the microseconds by which it was moved, and what the stream has.
// $1 vehicle, $2 and $3 the range, $4 and $5 spool and seq that were given last at $2, $6 count;
// shifted: $7 by how many microseconds.
std::string records_sql(wire::Stream stream, Clocks clocks);
// The record before $2 or from $2 on, within an hour ($1 vehicle): t, spool, seq, body of a wave.
// Shifted: $3 by how many microseconds.
std::string before_sql(wire::Stream stream, Clocks clocks);
std::string after_sql(wire::Stream stream, Clocks clocks);
// $1 vehicle, $2 and $3 times of receipt, $4 the most to count, $5 the shift in microseconds or 0.
std::string untimed_sql(wire::Stream stream);

} // namespace ems::replay
