// The state file of ems-sim: one checked image of the whole world, replaced by rename, so that a
// kill at any instant leaves the old image or the new one.
#pragma once

#include <string>

#include "telemetry/base/result.h"
#include "vehicle/sim/sim_state.pb.h"

namespace ems::sim {

inline constexpr std::uint32_t kStateVersion = 1;

// Code::io when the disk refuses.
Result<void> save_state(const std::string& path, const state::World& world);
// Code::not_found when there is none; Code::corrupt when it is damaged or of another version.
Result<state::World> load_state(const std::string& path);

} // namespace ems::sim
