// Whether roads are drawn all over a map, or end in a rectangle of a ground that was drawn for another view.
#pragma once

#include "console/theme/theme.h"

#include <array>
#include <cstdlib>

#include <QImage>

namespace ems::console {

// Cells of a picture of a map, so many across and down, without a pixel in the colour of a road.
inline int cells_without_road(const QImage& map, const Theme& theme, int across, int down) {
    constexpr int kOff = 3; // of a channel: thin lines are blended with the ground
    const std::array roads{theme.color(Token::m_exp).rgb(), theme.color(Token::m_nat).rgb(), theme.color(Token::m_prov).rgb(),
                           theme.color(Token::m_minor).rgb()};
    const auto is_road = [&](QRgb c) {
        for (const QRgb road : roads) {
            if (std::abs(qRed(c) - qRed(road)) <= kOff && std::abs(qGreen(c) - qGreen(road)) <= kOff &&
                std::abs(qBlue(c) - qBlue(road)) <= kOff) {
                return true;
            }
        }
        return false;
    };
    const auto has_road = [&](int left, int top, int right, int bottom) {
        for (int y = top; y < bottom; ++y) {
            for (int x = left; x < right; ++x) {
                if (is_road(map.pixel(x, y))) {
                    return true;
                }
            }
        }
        return false;
    };
    int without = 0;
    for (int row = 0; row < down; ++row) {
        for (int column = 0; column < across; ++column) {
            without += has_road(map.width() * column / across, map.height() * row / down, map.width() * (column + 1) / across,
                                map.height() * (row + 1) / down)
                           ? 0
                           : 1;
        }
    }
    return without;
}

} // namespace ems::console
