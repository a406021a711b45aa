// Text of JT/T 808: GBK on the wire, UTF-8 inside. Converted by iconv(3). From any thread.
#pragma once

#include <string>
#include <string_view>

#include "telemetry/base/result.h"

namespace ems::wire {

// Nothing is replaced or left out: what has no place in the other code is an error.
//
// Errors: malformed (not GBK, or a control character).
Result<std::string> gbk_to_utf8(std::string_view gbk);
// Errors: invalid_argument (not UTF-8, a control character, or a character that GBK lacks).
Result<std::string> utf8_to_gbk(std::string_view utf8);

// The same text with every character that GBK lacks as a geta mark (U+3013), as Chinese print marks a missing type, and
// control characters as blanks: for text that must be shown though not all of it can be.
std::string as_gbk_can(std::string_view utf8);

} // namespace ems::wire
