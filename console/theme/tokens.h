// The token table: every colour on a screen is one of these, and nothing else may name a colour (a test scans for it).
// Saturated colour means an alarm or a unit's state; a quiet shift is grey. Qt-free, so tests and reports can use it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ems::console {

enum class Token : std::uint8_t {
#define EMS_TOKEN(identifier, name, night, day) identifier,
#include "console/theme/tokens.inc"
#undef EMS_TOKEN
    count
};
inline constexpr std::size_t kTokenCount = static_cast<std::size_t>(Token::count);

enum class ThemeMode : std::uint8_t { night, day };

// 0xRRGGBB
[[nodiscard]] std::uint32_t token_rgb(ThemeMode mode, Token token);
[[nodiscard]] std::string_view token_name(Token token);

// Contrast of two colours, 1 to 21: relative luminance of WCAG 2, (L1 + 0.05) / (L2 + 0.05).
[[nodiscard]] double contrast_ratio(std::uint32_t rgb_a, std::uint32_t rgb_b);

} // namespace ems::console
