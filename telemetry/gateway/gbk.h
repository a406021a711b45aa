// Text of JT/T 808: GBK on the wire, UTF-8 inside. Converted by iconv(3); nothing is replaced or
// left out: what has no place in the other code is an error. From any thread.
#pragma once

#include <string>
#include <string_view>

#include "telemetry/base/result.h"

namespace ems::gateway {

// Errors: malformed (not GBK, or a control character).
Result<std::string> gbk_to_utf8(std::string_view gbk);
// Errors: invalid_argument (not UTF-8, a control character, or a character that GBK lacks).
Result<std::string> utf8_to_gbk(std::string_view utf8);

// A fixed field filled up with NUL or blanks, on either side.
std::string_view trim_padding(std::string_view field);

} // namespace ems::gateway
