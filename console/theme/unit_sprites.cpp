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

void UnitSprites::draw(QPainter& p, const Theme& theme, QPointF centre, ems::wire::UnitState state, double heading_deg,
                       SymbolLook look) {
    const qreal ratio = p.device()->devicePixelRatio();
    if (mode_ != theme.mode() || device_pixel_ratio_ != ratio) {
        pictures_.fill({});
        mode_ = theme.mode();
        device_pixel_ratio_ = ratio;
    }
    const auto known = std::clamp<std::size_t>(static_cast<std::size_t>(std::max<int>(state, 0)), 0, kStates - 1);
    const std::size_t step =
        look == SymbolLook::normal && has_heading(state) ? heading_step(heading_deg, kHeadings) : 0;
    QPixmap& picture = pictures_.at((known * kHeadings + step) * kLooks + static_cast<std::size_t>(look));
    const int side = 2 * static_cast<int>(std::ceil(kBoxPx * scale_ / 2));
    if (picture.isNull()) {
        picture = QPixmap{QSize{side, side} * ratio};
        picture.setDevicePixelRatio(ratio);
        picture.fill(Qt::transparent);
        QPainter painter{&picture};
        paint_unit(painter, theme, {side / 2.0, side / 2.0}, state,
                   static_cast<double>(step) * 360.0 / static_cast<double>(kHeadings), look, scale_);
    }
    p.drawPixmap(QPointF{centre.x() - side / 2.0, centre.y() - side / 2.0}, picture);
}

} // namespace ems::console
