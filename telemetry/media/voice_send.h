// Speech out of the relay's socket, marked for expedited forwarding (RFC 3246, DSCP 46) so that
// routers and the kernel's queues let it pass video.
#pragma once

#include <cstddef>

#include "telemetry/media/hub.h"

namespace ems::media {

// Sends and clears the outbox; packets of size 0 went another way. Returns how many packets the
// socket did not take: they are gone.
std::size_t send_voice(int socket, Outbox& outbox);

} // namespace ems::media
