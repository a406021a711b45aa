// Values of OpenStreetMap tags as people write them: with and without units, with a point or a
// comma before decimals. What is no such value is nothing, never a guess. Of several ("3.5;7.5")
// the least counts, for it binds.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ems::map {

// Above 0. "2.2", "2,2", "2.2 m", "220 cm", "7'6\"", "7 ft 6 in", "90 in".
[[nodiscard]] std::optional<double> parse_metres(std::string_view text);
// Above 0. "3.5", "3,5 t", "3500 kg", "3,500 kg", "7700 lbs", "5 st" (short tons).
[[nodiscard]] std::optional<double> parse_tonnes(std::string_view text);
// 0 when the text says no speed below 300 km/h. "60", "37,5", "60 km/h", "40 mph", "5 knots".
[[nodiscard]] float parse_kmh(std::string_view text);
// 0 when the text says no time of a day or less. "20" (minutes), "00:20", "01:10:00", "PT1H10M".
[[nodiscard]] float parse_duration_s(std::string_view text);
// Of the tag population: 812, "12,345", "12 345", "~900"; 0 when the text is no such number.
[[nodiscard]] std::uint32_t population_of(std::string_view text);

} // namespace ems::map
