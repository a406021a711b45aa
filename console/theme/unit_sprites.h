// Pictures of the unit symbols, each painted once and copied from then on: a map shows thousands of units in a frame, which as
// outlines take three times as long as a frame may. Headings in 16 steps. Bounded. GUI thread only.
#pragma once

#include <array>
#include <cstddef>

#include "console/theme/symbols.h"

#include <QPixmap>

namespace ems::console {

class UnitSprites {
  public:
    // As paint_unit() takes it.
    explicit UnitSprites(double scale) : scale_(scale) {}

    void draw(QPainter& p, const Theme& theme, QPointF centre, ems::wire::UnitState state, double heading_deg,
              SymbolLook look);

  private:
    static constexpr std::size_t kHeadings = 16;
    static constexpr std::size_t kStates = 16;
    static constexpr std::size_t kLooks = 3;

    double scale_;
    ThemeMode mode_{ThemeMode::night};
    qreal device_pixel_ratio_{1};
    std::array<QPixmap, kStates * kHeadings * kLooks> pictures_;
};

} // namespace ems::console
