// An age as a dispatcher writes it: "58" in years, "8m" or "8月" in months, of whom years are too coarse.
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ems::console {

inline constexpr std::uint32_t kAgeYearsMax = 130;
inline constexpr std::uint32_t kAgeMonthsMax = 99;

enum class AgeUnit : std::uint8_t { years, months };
struct WrittenAge {
    std::uint32_t number{0}; // 0 years: unknown; 0 months: newborn
    AgeUnit unit{AgeUnit::years};
};
// Empty text is an unknown age; nothing: it is none.
std::optional<WrittenAge> parse_age(std::string_view text);
// As it is written; empty: unknown.
std::string written_age(const WrittenAge& age);

} // namespace ems::console
