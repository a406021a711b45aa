#include "map/import/osm_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <string>

namespace ems::map {
namespace {

// The number that a text begins with and the rest of it, without blanks before either; nothing when
// it begins with none. A comma is that of a decimal ("3,5 t"), but before three digits of a small
// unit it parts thousands ("3,500 kg").
struct Quantity {
    double value{0};
    std::string_view unit;
};

std::string_view skip_blanks(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    return text;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool parts_thousands(std::string_view behind_comma) {
    constexpr std::array<std::string_view, 3> kSmallUnits{"kg", "lb", "cm"};
    const std::size_t digits =
        std::min(behind_comma.find_first_not_of("0123456789"), behind_comma.size());
    const std::string_view unit = skip_blanks(behind_comma.substr(digits));
    return digits == 3 &&
           std::any_of(kSmallUnits.begin(), kSmallUnits.end(),
                       [unit](std::string_view small) { return unit.starts_with(small); });
}

std::optional<Quantity> parse_quantity(std::string_view text) {
    constexpr std::size_t kDigitsMax = 24;
    text = skip_blanks(text);
    std::string number;
    bool has_point = false;
    std::size_t i = 0;
    for (; i < text.size() && number.size() < kDigitsMax; ++i) {
        const bool digit_follows = i + 1 < text.size() && is_digit(text[i + 1]);
        const bool is_comma = text[i] == ',' && digit_follows;
        if (is_digit(text[i])) {
            number += text[i];
        } else if (!number.empty() && !has_point &&
                   (is_comma || (text[i] == '.' && digit_follows))) {
            const bool is_left_out = is_comma && parts_thousands(text.substr(i + 1));
            number += is_left_out ? "" : ".";
            has_point = !is_left_out;
        } else {
            break;
        }
    }
    Quantity out;
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), out.value);
    if (error != std::errc{} || !(out.value > 0 && out.value < 1e6)) {
        return std::nullopt;
    }
    out.unit = skip_blanks(text.substr(i));
    return out;
}

// Of several values ("3.5;7.5") the least binds.
template <class Parse> auto least_of(std::string_view text, const Parse& parse) {
    decltype(parse(text)) least;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(';'), text.size());
        const auto one = parse(text.substr(0, end));
        if (one && (!least || *one < *least)) {
            least = one;
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return least;
}

bool is_one_of(std::string_view unit, std::initializer_list<std::string_view> words) {
    unit = unit.substr(0, unit.find_last_not_of(' ') + 1);
    return std::find(words.begin(), words.end(), unit) != words.end();
}

// "2.2", "2,2", "2.2 m", "220 cm", "7'6\"", "7 ft 6 in", "90 in"; nothing for "none", "default" and
// units that are none of length.
std::optional<double> parse_one_metres(std::string_view text) {
    constexpr double kFootM = 0.3048;
    constexpr double kInchM = 0.0254;
    const auto q = parse_quantity(text);
    if (!q) {
        return std::nullopt;
    }
    if (is_one_of(q->unit, {"\"", "''", "in", "inch", "inches"})) {
        return q->value * kInchM;
    }
    for (const std::string_view foot : {"'", "feet", "foot", "ft"}) {
        if (q->unit.starts_with(foot)) {
            std::string_view rest = q->unit.substr(foot.size());
            rest.remove_prefix(std::min(rest.find_first_not_of(" -"), rest.size()));
            const auto inches = parse_quantity(rest);
            return q->value * kFootM + (inches ? inches->value * kInchM : 0);
        }
    }
    if (is_one_of(q->unit, {"", "m", "metre", "metres", "meter", "meters"})) {
        return q->value;
    }
    return is_one_of(q->unit, {"cm"}) ? std::optional{q->value / 100} : std::nullopt;
}

// "3.5", "3,5 t", "3500 kg", "7700 lbs", "5 st" (short tons of the United States).
std::optional<double> parse_one_tonnes(std::string_view text) {
    const auto q = parse_quantity(text);
    if (!q) {
        return std::nullopt;
    }
    if (is_one_of(q->unit, {"", "t", "to", "ton", "tons", "tonne", "tonnes"})) {
        return q->value;
    }
    if (is_one_of(q->unit, {"kg", "kgs"})) {
        return q->value / 1'000;
    }
    if (is_one_of(q->unit, {"lb", "lbs", "pounds"})) {
        return q->value * 0.000'453'592'37;
    }
    return is_one_of(q->unit, {"st"}) ? std::optional{q->value * 0.907'184'74} : std::nullopt;
}

// km/h: "60", "60 km/h", "37,5", "40 mph", "5 knots"; nothing for "walk", "none" and the like.
std::optional<double> parse_one_kmh(std::string_view text) {
    const auto q = parse_quantity(text);
    if (!q || q->value >= 300) {
        return std::nullopt;
    }
    if (is_one_of(q->unit, {"", "km/h", "kmh", "kph", "kmph"})) {
        return q->value;
    }
    if (is_one_of(q->unit, {"mph"})) {
        return q->value * 1.609'344;
    }
    return is_one_of(q->unit, {"knots", "knot", "kn"}) ? std::optional{q->value * 1.852}
                                                       : std::nullopt;
}

} // namespace

std::optional<double> parse_metres(std::string_view text) {
    return least_of(text, parse_one_metres);
}

std::optional<double> parse_tonnes(std::string_view text) {
    return least_of(text, parse_one_tonnes);
}

float parse_kmh(std::string_view text) {
    return static_cast<float>(least_of(text, parse_one_kmh).value_or(0));
}

// "20" (minutes), "00:20", "01:10:00", "PT20M", "PT1H10M"; 0 when the text says no time.
float parse_duration_s(std::string_view text) {
    constexpr double kMostS = 24 * 3600;
    double whole_s = 0;
    if (text.starts_with("PT")) {
        for (text.remove_prefix(2); !text.empty();) {
            const auto q = parse_quantity(text);
            const char unit = q && !q->unit.empty() ? q->unit.front() : ' ';
            if (unit != 'H' && unit != 'M' && unit != 'S') {
                return 0;
            }
            whole_s += q->value * (unit == 'H' ? 3600 : unit == 'M' ? 60 : 1);
            text = q->unit.substr(1);
        }
    } else {
        std::array<double, 3> part{};
        std::size_t parts = 0;
        while (parts < part.size()) {
            std::uint32_t value = 0;
            const auto [end, error] =
                std::from_chars(text.data(), text.data() + text.size(), value);
            if (error != std::errc{} || value > 10'000) {
                return 0;
            }
            part[parts++] = value;
            text.remove_prefix(static_cast<std::size_t>(end - text.data()));
            if (text.empty()) {
                break;
            }
            if (text.front() != ':') {
                return 0;
            }
            text.remove_prefix(1);
        }
        whole_s = parts == 1 ? part[0] * 60 : part[0] * 3600 + part[1] * 60 + part[2];
    }
    return whole_s > 0 && whole_s <= kMostS ? static_cast<float>(whole_s) : 0;
}

std::uint32_t population_of(std::string_view text) {
    constexpr std::uint32_t kPeopleMax = 100'000'000;
    while (!text.empty() && (text.front() == '~' || text.front() == ' ')) {
        text.remove_prefix(1);
    }
    std::uint32_t people = 0;
    std::size_t in_group = 0; // digits since the last separator
    bool is_grouped = false;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            people = people * 10 + static_cast<std::uint32_t>(c - '0');
            ++in_group;
            if (people > kPeopleMax || (is_grouped && in_group > 3)) {
                return 0;
            }
        } else if ((c == ',' || c == ' ' || c == '\'' || c == '.') && in_group > 0 &&
                   in_group <= 3 && (!is_grouped || in_group == 3)) {
            is_grouped = true;
            in_group = 0;
        } else {
            return 0;
        }
    }
    return is_grouped && in_group != 3 ? 0 : people;
}

} // namespace ems::map
