// What the measurements of the intercom share.
#pragma once

#include <memory>

#include "telemetry/video/voice_endpoint.h"

namespace ems::bench {

inline constexpr double kVoiceRate = 48'000;

// Ends the program when it cannot be made.
std::unique_ptr<video::VoiceEndpoint> endpoint(video::VoiceOptions options);

// How much of a synthetic room's echo the console's canceller takes, by second and band, and by how
// much more somebody at the desk is quieter while the crew speaks than alone. `untold_ms`: what the
// sound card holds longer than its driver says; the room's own 8 ms come on top. Lines "NAME VALUE"
// on standard output.
inline constexpr int kUntoldMs = 10;
void measure_echo(int untold_ms);

} // namespace ems::bench
