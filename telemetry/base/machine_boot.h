// Names the present boot of the machine: Ticks of two boots do not compare, and a file that its
// disk had reported as written may be older after one.
#pragma once

#include <string>

namespace ems {

// "" where the kernel does not say; at most 64 characters.
std::string machine_boot();

} // namespace ems
