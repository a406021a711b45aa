// What every clinical score gives: its points item by item, what each item was read from and how
// old that was, and what is missing. A missing item is never taken for normal: the sum is then a
// lower bound, told as ">= n, incomplete (missing: ...)". Decision support for qualified staff.
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ems::signal {

// A number in the unit its field is named by, and when it was taken. A NaN is missing.
struct Measured {
    double value{0};
    std::int64_t device_us{0}; // 0: not known, entered by hand
    std::int64_t age_us{0};
};
using Input = std::optional<Measured>;

struct ScoreItem {
    std::string_view name;       // "RR"
    std::optional<int> points{}; // nothing: missing
    std::string taken{};         // as it was banded, "24"
    std::int64_t device_us{0};
    std::int64_t age_us{0};
};

struct Score {
    std::string_view id; // table and version: "NEWS2 scale 1 (RCP 2017)"
    std::vector<ScoreItem> items{};

    [[nodiscard]] int points() const; // of the items there are
    [[nodiscard]] bool complete() const;
    [[nodiscard]] std::vector<std::string_view> missing() const;
    [[nodiscard]] std::optional<int> points_of(std::string_view name) const;
};

// "7", or ">= 4, incomplete (missing: RR, temperature)".
std::string score_text(const Score& score);

// Half up, as the general rule of scores has it; a tenth of a degree for temperatures.
[[nodiscard]] int whole(double value);
[[nodiscard]] int tenths(double value);

// The points of a value: those of the last row whose `from` it reaches. Rows ascend; the first
// one's `from` is kFromBelow.
inline constexpr int kFromBelow = -1'000'000;
struct Band {
    int from;
    int points;
};
[[nodiscard]] int banded(std::span<const Band> bands, int value);

// An item of a number rounded to a whole, or to tenths.
ScoreItem whole_item(std::string_view name, const Input& input, std::span<const Band> bands);
ScoreItem tenths_item(std::string_view name, const Input& input, std::span<const Band> bands);

// Present and a number.
[[nodiscard]] bool is_given(const Input& input);

enum class Oxygen : std::uint8_t { air, supplemental }; // any flow, CPAP and bag with oxygen too
enum class Finding : std::uint8_t { normal, abnormal };

} // namespace ems::signal
