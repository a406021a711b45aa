// What a road network says of itself, e.g. that its roads are no real ones.
#pragma once

#include <string>

#include <QString>

namespace ems::console {

// Of a note in both languages ("示意路网 / schematic network") the half in the screen's; any other whole.
QString map_note(const std::string& note);

} // namespace ems::console
