// Who else has a case open to change. Told by every desk of itself; what a lost server, or one that leads no more, said of it is
// no longer true. A replay knows of none.
#pragma once

#include <cstdint>
#include <vector>

#include "console/model/desk_state.h"

namespace ems::console {

// At other desks than this one, the longest at it first; the same person at another seat too. Until the next event of the feed.
[[nodiscard]] std::vector<const api::Editor*> others_editing(const DeskState& state, std::int64_t incident_id, std::int64_t local_us);

} // namespace ems::console
