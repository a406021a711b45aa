// Columns that a text takes on a terminal: Chinese characters take two. By Unicode's East Asian
// Width (W and F) and general category (combining marks take none), independent of the locale.
// Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ems::ctl {

std::size_t width_of(std::string_view utf8);
// The longest beginning that takes at most `columns`; what is no character or would move the cursor
// becomes '?'.
std::string cut(std::string_view utf8, std::size_t columns);
// Cut and filled with blanks to exactly `columns`.
std::string left(std::string_view utf8, std::size_t columns);
std::string right(std::string_view utf8, std::size_t columns);

} // namespace ems::ctl
