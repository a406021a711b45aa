// Whether somebody at the centre looks at what this vehicle sends live (d/watch).
#pragma once

namespace ems::vehicle {

enum class Watched { no, yes };

} // namespace ems::vehicle
