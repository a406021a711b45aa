#include "vehicle/device/numbers.h"

#include <charconv>

namespace ems::vehicle {

std::optional<double> decimal(std::string_view text, double least, double most) {
    if (text.empty() || text.size() > 16 ||
        text.find_first_not_of("0123456789.-") != std::string_view::npos) {
        return std::nullopt;
    }
    double value = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc{} || end != text.data() + text.size() || !(value >= least) ||
        !(value <= most)) {
        return std::nullopt;
    }
    return value;
}

std::optional<int> digits(std::string_view text, int least, int most) {
    int value = 0;
    if (text.find_first_not_of("0123456789") != std::string_view::npos) {
        return std::nullopt;
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
        return std::nullopt;
    }
    return value;
}

} // namespace ems::vehicle
