// How a telephone number is written where a person reads it aloud or dials it: "139 1234 3462".
#pragma once

#include <string>
#include <string_view>

namespace ems::console {

// A mobile number of the country in groups; any other as it stands.
std::string phone_text(std::string_view number);

} // namespace ems::console
