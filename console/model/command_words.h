// What one word of a line may be: the names it fits, best first, and the one it means. For command_line alone.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console/model/command_line.h"

namespace ems::console {

struct Choice {
    enum class Kind : std::uint8_t { plain, incident, unit, place };
    std::string text;
    std::string detail;
    std::int64_t id{0};
    double cost{0};
    std::optional<GeoPoint> place;
    Kind kind{Kind::plain};
};

enum class UnitsFirst : std::uint8_t { any, sendable, on_task };

[[nodiscard]] std::vector<Choice> incident_choices(std::string_view typed, const CommandContext& c);
[[nodiscard]] std::vector<Choice> unit_choices(std::string_view typed, const CommandContext& c, UnitsFirst first);
[[nodiscard]] std::vector<Choice> hospital_choices(std::string_view typed, const CommandContext& c);
[[nodiscard]] std::vector<Choice> station_choices(std::string_view typed, const CommandContext& c);
[[nodiscard]] std::vector<Choice> road_choices(std::string_view typed, const CommandContext& c);
// Those of the centre's list, nearest to the case first, and others that said something of it.
[[nodiscard]] std::vector<Choice> neighbour_choices(std::string_view typed, const CommandContext& c, std::int64_t incident_id);
[[nodiscard]] std::vector<Choice> place_choices(std::string_view typed, const CommandContext& c);
[[nodiscard]] std::vector<Choice> anything_choices(std::string_view typed, const CommandContext& c);

// Which of them is meant; nothing when none is, or when two are as good: an order is never guessed.
enum class Choosing : std::uint8_t { only, best };
[[nodiscard]] std::optional<Choice> the_one(const std::vector<Choice>& choices, Choosing how);

// "18:42" or "18:42:10" of Shanghai time as UTC us, on the day that is meant about `near_us`: of the past the last one, to
// an hour ahead; of the future the next one.
enum class Nearness : std::uint8_t { past, future };
[[nodiscard]] std::optional<std::int64_t> clock_on_day(std::string_view typed, std::int64_t near_us, Nearness nearness);

[[nodiscard]] std::optional<std::uint32_t> whole_number(std::string_view typed);

} // namespace ems::console
