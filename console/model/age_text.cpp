#include "console/model/age_text.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace ems::console {
namespace {

constexpr std::array<std::string_view, 4> kMonthMarks{"m", "M", "月", "个月"};

} // namespace

std::optional<WrittenAge> parse_age(std::string_view text) {
    WrittenAge age;
    if (text.empty()) {
        return age;
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), age.number);
    if (error != std::errc{}) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const bool months = std::find(kMonthMarks.begin(), kMonthMarks.end(), text) != kMonthMarks.end();
    age.unit = months ? AgeUnit::months : AgeUnit::years;
    if ((!months && !text.empty()) || age.number > (months ? kAgeMonthsMax : kAgeYearsMax)) {
        return std::nullopt;
    }
    return age;
}

std::string written_age(const WrittenAge& age) {
    return age.unit == AgeUnit::months ? fmt::format("{}m", age.number)
           : age.number == 0           ? ""
                                       : fmt::format("{}", age.number);
}

} // namespace ems::console
