// What is checked of a configuration before toml++ reads it. Version 3.3 of the library looks letters
// beyond ASCII up in tables that have undefined entries (U+00E9, say, is one) wherever it expects a
// key, a value or white space, and where a backslash joins lines of a string. TOML knows such letters
// in strings and comments only, so they are refused elsewhere. Pure.
#pragma once

#include <string>
#include <string_view>

#include "telemetry/base/result.h"

namespace ems {

// `name` stands in the message: "a.toml:3:7: a letter beyond ASCII outside strings and comments".
// Lines and columns from 1, a column is a character. Errors: config. What passes may still be no TOML.
Result<void> check_toml_text(std::string_view text, const std::string& name);

} // namespace ems
