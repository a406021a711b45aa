// The end of a program at the centre: its session is not left behind for whoever finds its token.
#pragma once

#include <chrono>
#include <cstdint>

#include "console/widgets/desk.h"

namespace ems::console {

// A server that does not answer holds nobody at a desk.
inline constexpr std::chrono::milliseconds kLeaveMost{2'000};

enum class Leave : std::uint8_t { answered, given_up };
// Logs off and runs the event loop until Desk::left() or for `most`. answered: also while there was no link to say it on.
Leave leave_centre(Desk& desk, std::chrono::milliseconds most = kLeaveMost);

} // namespace ems::console
