// The caller's number as DispatchOrder carries it: a + or none, then 3 to 20 digits. Both ends hold to it. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ems::wire {

inline constexpr std::size_t kCallerDigitsMin = 3;
inline constexpr std::size_t kCallerDigitsMax = 20;

[[nodiscard]] bool is_caller_phone(std::string_view text);
// Of a number as a dispatcher wrote it, without the blanks, hyphens and brackets; empty: nothing that can be dialled.
[[nodiscard]] std::string dialled(std::string_view written);

} // namespace ems::wire
