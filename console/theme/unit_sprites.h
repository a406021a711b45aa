// Pictures of the unit symbols, each painted once and copied from then on: a map shows thousands of units in a frame, which as
// outlines take three times as long as a frame may. Headings in 16 steps. Bounded. GUI thread only.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "console/theme/sprite_plate.h"
#include "console/theme/symbols.h"

#include <QPixmap>

namespace ems::console {

struct UnitSymbol {
    QPointF centre;
    ems::wire::UnitState state{ems::wire::UNIT_UNSPECIFIED};
    double heading_deg{0};
    SymbolLook look{SymbolLook::normal};
};

class UnitSprites {
  public:
    // As paint_unit() takes it.
    explicit UnitSprites(double scale) : scale_(scale) {}

    void draw(QPainter& p, const Theme& theme, const UnitSymbol& symbol);
    // All of them, later ones over earlier ones; the same pixels. Only `clip` may clip the painter.
    void draw(QPainter& p, const Theme& theme, std::span<const UnitSymbol> symbols, const QRegion& clip);

  private:
    static constexpr std::size_t kHeadings = 16;
    static constexpr std::size_t kStates = 16;
    static constexpr std::size_t kLooks = 3;

    void follow(const QPainter& p, const Theme& theme);
    [[nodiscard]] static std::size_t indexOf(const UnitSymbol& symbol);
    [[nodiscard]] QPointF cornerOf(const UnitSymbol& symbol) const;
    const QPixmap& picture(const Theme& theme, const UnitSymbol& symbol);

    double scale_;
    ThemeMode mode_{ThemeMode::night};
    qreal device_pixel_ratio_{1};
    std::array<QPixmap, kStates * kHeadings * kLooks> pictures_;
    std::array<CutSprite, kStates * kHeadings * kLooks> cut_;
    std::vector<LaidSprite> laid_; // of the call under way
};

} // namespace ems::console
