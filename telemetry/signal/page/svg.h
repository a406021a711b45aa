// A page as an SVG document of its true size (width and height in mm, one user unit a mm). Lengths
// are rounded to a hundredth of a millimetre. Pure.
#pragma once

#include <string>

#include "telemetry/signal/page/page.h"

namespace ems::signal {

std::string to_svg(const Page& page);

} // namespace ems::signal
