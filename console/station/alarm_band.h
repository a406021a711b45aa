// The band of what sounds, at the top of a sub-station's board: one or two things large, from three on one line each. In pixels
// of 1920 x 1080.
#pragma once

#include <cstddef>
#include <vector>

#include "console/theme/alarm_burst.h"
#include "console/theme/theme.h"

#include <QPainter>
#include <QRectF>
#include <QString>

namespace ems::console {

inline constexpr std::size_t kBandLarge = 2;

struct BandRow {
    QString title;
    QString text;
};
struct Band {
    Grade grade{Grade::high}; // of the most urgent row
    QString headline;         // above more than kBandLarge rows
    std::vector<BandRow> rows;
};

// 0 for none.
[[nodiscard]] double band_height(std::size_t rows);
// How many rows so high a band has; kBandLarge at least.
[[nodiscard]] std::size_t band_rows_most(double height);
// The place of the button inside the band.
[[nodiscard]] QRectF band_button(const QRectF& box, std::size_t rows);
void paint_band(QPainter& p, const Theme& theme, const QRectF& box, const Band& band);

} // namespace ems::console
