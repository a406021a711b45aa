// How much of the screen a part at the foot of the physician's desk is given: all that it can say, or one row of it, where the
// ECG needs the room.
#pragma once

#include <cstdint>

namespace ems::console {

enum class Room : std::uint8_t { ample, one_row };

} // namespace ems::console
