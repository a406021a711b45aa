// JT/T 808 frames as text, for people and tests: a frame in hex (blanks allowed, with its 7E flags)
// a line in, a JSON object a line out.
//
//     {"id":"0x0002","message":"heartbeat","version":2013,"phone":"043048325465","serial":183}
//
// `id`, `message`, `version`, `phone` (as in the header) and `serial` stand first, then what the
// body says: snake_case, units at the end of names, times in UTC, absent what was not sent or has
// no meaning (a position without a fix). A line that cannot be read gives `error`, after the
// header's fields when those could be. A frame that is a part has `part`; the body follows with the
// line that completes the message. One object answers each line, so the two can be laid side by
// side.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "telemetry/gateway/reassembly.h"

namespace ems::gateway {

// A frame of escapes alone with a blank after each byte stays below.
inline constexpr std::size_t kLineSizeMax = 8192;

class LineDecoder {
  public:
    // One JSON object, without a line's end. Never fails: what is wrong stands in it.
    std::string decode(std::string_view line);

  private:
    Reassembly reassembly_;
};

// Until the end of `in`; of a line longer than kLineSizeMax only that is said. 0, or 1 when `out`
// does not take any more.
int decode_lines(std::istream& in, std::ostream& out);

} // namespace ems::gateway
