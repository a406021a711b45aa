// The statements of a replay; apart from replay.cpp so that tests can look at their plans.
#pragma once

#include <string>

#include "telemetry/wire/ems.pb.h"

namespace ems::replay {

// Records in order, each once, of the daily partitions and the case archive together.
// $1 vehicle, $2 and $3 the range, $4 and $5 spool and seq that were given last at $2, $6 count.
std::string records_sql(wire::Stream stream);
// The record before $2 or from $2 on, within an hour ($1 vehicle): t, spool, seq, body of a wave.
std::string before_sql(wire::Stream stream);
std::string after_sql(wire::Stream stream);
// $1 vehicle, $2 and $3 times of receipt, $4 the most to count.
std::string untimed_sql(wire::Stream stream);

} // namespace ems::replay
