// What people write in a request: a line that screens, crews' orders and terminals can show, of a bounded length. Pure.
#pragma once

#include <cstddef>
#include <string_view>

#include "telemetry/base/result.h"

namespace ems::dispatch {

inline constexpr std::size_t kTextMax = 500;   // bytes, of most of what people write

// Characters that end a line somewhere, or do worse: C0, DEL, C1, the separators of lines and paragraphs. The text is
// UTF-8: a message with another does not parse.
[[nodiscard]] bool holds_control(std::string_view utf8);
// Nothing but blanks, the wide one of Chinese input methods among them.
[[nodiscard]] bool is_blank(std::string_view utf8);

// Errors: text_too_long, terminal_text_invalid (no terminal shows it).
Result<void> check_text(std::string_view text, std::string_view what);
Result<void> check_text(std::string_view text, std::size_t bytes_max, std::string_view what);
// A telephone number as the registry keeps one, of a partner or a unit: 3 to 32 digits, +, blanks and hyphens.
[[nodiscard]] bool is_phone(std::string_view text);
// One is needed. Errors: reason_needed, those of check_text.
Result<void> check_reason(std::string_view reason);

} // namespace ems::dispatch
