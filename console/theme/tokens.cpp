#include "console/theme/tokens.h"

#include <array>
#include <cmath>
#include <utility>

#include "telemetry/base/assert.h"

namespace ems::console {
namespace {

struct Row {
    std::string_view name;
    std::uint32_t night;
    std::uint32_t day;
};

constexpr std::array<Row, kTokenCount> kRows{{
#define EMS_TOKEN(identifier, name, night, day) Row{name, night, day},
#include "console/theme/tokens.inc"
#undef EMS_TOKEN
}};

const Row& row_of(Token token) {
    const auto index = static_cast<std::size_t>(token);
    EMS_ASSERT(index < kTokenCount);
    return kRows.at(index);
}

double channel(std::uint32_t eight_bits) {
    const double v = static_cast<double>(eight_bits) / 255.0;
    return v <= 0.03928 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}

double luminance(std::uint32_t rgb) {
    return 0.2126 * channel((rgb >> 16U) & 0xFFU) + 0.7152 * channel((rgb >> 8U) & 0xFFU) +
           0.0722 * channel(rgb & 0xFFU);
}

} // namespace

std::uint32_t token_rgb(ThemeMode mode, Token token) {
    const Row& row = row_of(token);
    return mode == ThemeMode::night ? row.night : row.day;
}

std::string_view token_name(Token token) {
    return row_of(token).name;
}

double contrast_ratio(std::uint32_t rgb_a, std::uint32_t rgb_b) {
    double a = luminance(rgb_a);
    double b = luminance(rgb_b);
    if (a < b) {
        std::swap(a, b);
    }
    return (a + 0.05) / (b + 0.05);
}

} // namespace ems::console
