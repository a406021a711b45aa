// A TCP and UDP port of 127.0.0.1 that nobody listens on, outside the range the kernel hands to outgoing connections;
// given to no other test program of this build while this one runs.
#pragma once

#include <cstdint>

namespace ems::test {
std::uint16_t free_port();
}
