// What grants for pictures and for the intercom have in common.
#pragma once

#include <cstdint>

namespace ems::dispatch {

// Keys of media are rotated at least this often; a desk that goes on asks again before.
inline constexpr std::int32_t kMediaGrantLifeS = 1800;

} // namespace ems::dispatch
