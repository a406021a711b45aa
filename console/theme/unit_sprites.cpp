#include "console/theme/unit_sprites.h"

#include <algorithm>
#include <cmath>

#include <QPaintDevice>

namespace ems::console {
namespace {

constexpr double kBoxPx = 26; // the longest symbol turned, with its edge

std::size_t heading_step(double heading_deg, std::size_t steps) {
    const auto count = static_cast<double>(steps);
    const double step = std::fmod(std::round(heading_deg * count / 360.0), count);
    return static_cast<std::size_t>(step < 0 ? step + count : step);
}

bool has_heading(ems::wire::UnitState state) {
    return state == ems::wire::UNIT_EN_ROUTE || state == ems::wire::UNIT_TRANSPORTING ||
           state == ems::wire::UNIT_CLEARING || state == ems::wire::UNIT_RETURNING;
}

} // namespace

// What was made for another theme or another screen goes.
void UnitSprites::follow(const QPainter& p, const Theme& theme) {
    const qreal ratio = p.device()->devicePixelRatio() * p.worldTransform().m11(); // drawn larger where the painter enlarges
    if (mode_ != theme.mode() || device_pixel_ratio_ != ratio) {
        pictures_.fill({});
        cut_.fill({});
        mode_ = theme.mode();
        device_pixel_ratio_ = ratio;
    }
}

std::size_t UnitSprites::indexOf(const UnitSymbol& symbol) {
    const auto known = std::clamp<std::size_t>(static_cast<std::size_t>(std::max<int>(symbol.state, 0)), 0, kStates - 1);
    const std::size_t step = symbol.look == SymbolLook::normal && has_heading(symbol.state) ? heading_step(symbol.heading_deg, kHeadings) : 0;
    return (known * kHeadings + step) * kLooks + static_cast<std::size_t>(symbol.look);
}

QPointF UnitSprites::cornerOf(const UnitSymbol& symbol) const {
    const double half = std::ceil(kBoxPx * scale_ / 2);
    return {symbol.centre.x() - half, symbol.centre.y() - half};
}

const QPixmap& UnitSprites::picture(const Theme& theme, const UnitSymbol& symbol) {
    const std::size_t index = indexOf(symbol);
    QPixmap& picture = pictures_.at(index);
    if (picture.isNull()) {
        const int side = 2 * static_cast<int>(std::ceil(kBoxPx * scale_ / 2));
        picture = QPixmap{QSize{side, side} * device_pixel_ratio_};
        picture.setDevicePixelRatio(device_pixel_ratio_);
        picture.fill(Qt::transparent);
        QPainter painter{&picture};
        const std::size_t step = index / kLooks % kHeadings;
        paint_unit(painter, theme, {side / 2.0, side / 2.0}, symbol.state,
                   static_cast<double>(step) * 360.0 / static_cast<double>(kHeadings), symbol.look, scale_);
    }
    return picture;
}

void UnitSprites::draw(QPainter& p, const Theme& theme, const UnitSymbol& symbol) {
    follow(p, theme);
    p.drawPixmap(cornerOf(symbol), picture(theme, symbol));
}

void UnitSprites::draw(QPainter& p, const Theme& theme, std::span<const UnitSymbol> symbols, const QRegion& clip) {
    follow(p, theme);
    SpritePlate plate{p, clip};
    if (!plate.isUsable()) {
        for (const UnitSymbol& symbol : symbols) {
            p.drawPixmap(cornerOf(symbol), picture(theme, symbol));
        }
        return;
    }
    laid_.clear();
    laid_.reserve(symbols.size());
    for (const UnitSymbol& symbol : symbols) {
        CutSprite& cut = cut_.at(indexOf(symbol));
        if (cut.isNull()) {
            cut = CutSprite{picture(theme, symbol).toImage()};
        }
        laid_.push_back({&cut, plate.corner(cornerOf(symbol))});
    }
    plate.lay(laid_);
}

} // namespace ems::console
