// Numbers of text protocols, strictly: plain ASCII digits, no blanks, no exponent, no "nan".
#pragma once

#include <optional>
#include <string_view>

namespace ems::vehicle {

// At most 16 characters of digits with at most one point, a leading '-' allowed; nothing when it is
// anything else or outside [least, most].
std::optional<double> decimal(std::string_view text, double least, double most);

// Digits only; nothing when it is anything else or outside [least, most].
std::optional<int> digits(std::string_view text, int least, int most);

} // namespace ems::vehicle
