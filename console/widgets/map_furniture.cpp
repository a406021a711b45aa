// What lies over the map: scale bar, overview, marks of the network.
#include "console/widgets/map_view.h"

#include "console/model/ageing.h"
#include "console/theme/time_text.h"
#include "console/theme/metrics.h"
#include "console/widgets/map_parts.h"
#include "console/theme/symbols.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <cmath>

#include <QPainter>

namespace ems::console {

GeoBox box_of(const map::Scene& scene) {
    GeoBox box;
    if (!scene.bounds.is_empty()) {
        box.add(geo_point(scene.bounds.low.lat_e7, scene.bounds.low.lon_e7));
        box.add(geo_point(scene.bounds.high.lat_e7, scene.bounds.high.lon_e7));
        return box;
    }
    for (const auto& label : scene.labels) {
        box.add(geo_point(label.at.lat_e7, label.at.lon_e7));
    }
    return box;
}

void MapView::paintFurniture(QPainter& p) {
    const Theme& theme = desk_.theme();
    const ScaleBar bar = scale_bar(camera_.px_per_km(), 130);
    const double x = 20;
    const double y = height() - 18.0;
    p.setRenderHint(QPainter::Antialiasing, false);
    p.setPen(QPen{theme.color(Token::text_2), 1.4});
    p.drawPolyline(QPolygonF{{QPointF{x, y - 5}, QPointF{x, y}, QPointF{x + bar.px, y}, QPointF{x + bar.px, y - 5}}});
    const QString length = bar.metres < 1'000 ? tr("%1 m").arg(bar.metres) : tr("%1 km").arg(bar.metres / 1'000);
    const auto& text = haloText(length, metrics::kCaptionPx, false, Token::text_2);
    p.drawPixmap(QPointF{x + bar.px / 2 - text.width() / 2.0, y - 23}, text);
    QString note = tr("North up · WGS-84");
    const QString network = desk_.state().login().network_note().empty()
                                ? (scene_ == nullptr ? QString{} : QString::fromStdString(scene_->note))
                                : qs(desk_.state().login().network_note());
    p.drawPixmap(QPointF{x + 145, y - 15}, haloText(note, metrics::kCaptionPx, false, Token::text_2));
    if (!network.isEmpty()) {
        const QString mark = network;
        const int w = text_width(mark, metrics::kDensePx, Weight::bold) + 18;
        const QRectF box{12, 46, static_cast<double>(w), 26};
        p.setRenderHint(QPainter::Antialiasing);
        QPen edge{theme.color(Token::text_1), 1};
        edge.setDashPattern({4, 3});
        p.setPen(edge);
        p.setBrush(theme.color(Token::bg_panel));
        p.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
        paint_text(p, box, Qt::AlignCenter, mark, metrics::kDensePx, Weight::bold, theme.color(Token::text_1), Elide::none);
    }
}

void MapView::paintOverview(QPainter& p) {
    if (scene_ == nullptr || width() < 600) {
        return;
    }
    const Theme& theme = desk_.theme();
    const QRect box{width() - kOverviewSize.width() - 12, height() - kOverviewSize.height() - 12, kOverviewSize.width(),
                    kOverviewSize.height()};
    if (overview_.isNull() || overview_mode_ != theme.mode()) {
        overview_camera_ = MapCamera{{0, 0}, 1, kOverviewSize.width(), kOverviewSize.height()};
        overview_camera_.fit(box_of(*scene_), 6);
        overview_ = draw_ground(*scene_, overview_camera_, theme.mode());
        overview_mode_ = theme.mode();
    }
    p.drawImage(box.topLeft(), overview_);
    p.save();
    p.setClipRect(box);
    p.translate(box.topLeft());
    for (const auto& [id, unit] : desk_.state().units()) {
        if (const auto* position = desk_.state().position(id)) {
            const ScreenPoint s = overview_camera_.to_screen(geo_point(position->place().lat_e7(), position->place().lon_e7()));
            const bool lost = desk_.isStale() || desk_.state().position_age_ms(id, desk_.localUs()).value_or(0) > 15'000;
            paint_unit(p, theme, {s.x, s.y}, unit.state(), position->course_cdeg() / 100.0,
                       lost ? SymbolLook::lost : SymbolLook::normal, 0.52);
        }
    }
    const GeoBox view = camera_.box();
    const ScreenPoint a = overview_camera_.to_screen({view.north, view.west});
    const ScreenPoint b = overview_camera_.to_screen({view.south, view.east});
    p.setPen(QPen{theme.color(Token::text_1), 1.4});
    p.setBrush(Qt::NoBrush);
    p.drawRect(QRectF{a.x, a.y, b.x - a.x, b.y - a.y});
    p.restore();
    p.setPen(theme.color(Token::line_strong));
    p.setBrush(Qt::NoBrush);
    p.drawRect(box.adjusted(0, 0, -1, -1));
}

} // namespace ems::console
