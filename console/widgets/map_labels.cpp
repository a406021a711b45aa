// Names on the map: which are drawn, where, and how.
#include "console/widgets/map_view.h"

#include "console/model/ageing.h"
#include "console/theme/time_text.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <cmath>

#include <QPainter>

namespace ems::console {
namespace {

constexpr int kTextCacheMax = 2'000;

} // namespace

void MapView::addLabel(LabelRank rank, Label label) {
    const Weight weight = label.bold ? Weight::bold : Weight::normal;
    double w = text_width(label.text, label.px, weight) + (label.boxed ? 12 : 4);
    double h = label.px + 6.0;
    if (!label.detail.isEmpty()) {
        w = std::max(w, text_width(label.detail, metrics::kDensePx) + 18.0);
        h = 44;
    }
    const double x = label.anchor.x();
    const double y = label.anchor.y();
    const double r = label.reach;
    LabelRequest request{rank, {}};
    request.places = {{x + r, y - h / 2, w, h}, {x - r - w, y - h / 2, w, h}, {x - w / 2, y - r - h, w, h},
                      {x - w / 2, y + r, w, h}, {x + r * 0.7, y + r * 0.7, w, h}};
    labels_.push_back(std::move(label));
    requests_.push_back(std::move(request));
}

const QPixmap& MapView::haloText(const QString& text, int px, bool bold, Token token) {
    const QString key = QStringLiteral("%1|%2|%3|%4").arg(text).arg(px).arg(bold).arg(static_cast<int>(token));
    if (text_cache_.size() > kTextCacheMax) {
        text_cache_.clear();
    }
    auto it = text_cache_.find(key);
    if (it == text_cache_.end()) {
        const QFont font = Theme::font(px, bold ? Weight::bold : Weight::normal);
        const QFontMetrics fm{font};
        QPixmap pixmap{fm.horizontalAdvance(text) + 6, px + 8};
        pixmap.fill(Qt::transparent);
        QPainter p{&pixmap};
        paint_halo_text(p, {3.0, px + 1.0}, text, font, desk_.theme().color(token), desk_.theme().color(Token::m_halo));
        p.end();
        it = text_cache_.insert(key, pixmap);
    }
    return *it;
}

void MapView::addPlaceLabels() {
    if (scene_ == nullptr) {
        return;
    }
    const double metres_per_px = 1'000.0 / camera_.px_per_km();
    for (const auto& place : scene_->labels) {
        const bool village = place.symbol == map::SceneSymbol::village || place.symbol == map::SceneSymbol::hamlet;
        const bool suburb = place.symbol == map::SceneSymbol::suburb;
        const bool site = place.symbol == map::SceneSymbol::hospital || place.symbol == map::SceneSymbol::station ||
                          place.symbol == map::SceneSymbol::clinic;
        if (site || (village && (!names_on_->isChecked() || metres_per_px > place.metres_per_pixel_max)) ||
            (!village && metres_per_px > std::max(place.metres_per_pixel_max, suburb ? 0.0 : 120.0))) {
            continue;
        }
        const ScreenPoint s = camera_.to_screen(geo_point(place.at.lat_e7, place.at.lon_e7));
        const QPointF where{s.x, s.y};
        if (isShown(where)) {
            addLabel(village ? LabelRank::village : LabelRank::town,
                     {QString::fromStdString(place.text), {}, where, 6, false, false,
                      village ? metrics::kCaptionPx : metrics::kDensePx, Token::m_label});
        }
    }
}

void MapView::paintLabel(QPainter& p, const Label& label, const LabelBox& box) {
    const Theme& theme = desk_.theme();
    const QRectF r{box.x, box.y, box.width, box.height};
    const Weight weight = label.bold ? Weight::bold : Weight::normal;
    const bool stale = desk_.isStale();
    if (!label.boxed) {
        p.drawPixmap(QPointF{r.left() - 1, r.top() - 1}, haloText(label.text, label.px, label.bold, label.token));
        return;
    }
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(theme.color(label.detail.isEmpty() ? Token::line_strong : Token::text_1));
    p.setBrush(theme.color(Token::bg_panel));
    p.drawRoundedRect(r.adjusted(0.5, 0.5, -0.5, -0.5), metrics::kRadius, metrics::kRadius);
    const QColor ink = theme.color(stale ? Token::st_text : Token::text_1);
    if (label.detail.isEmpty()) {
        paint_text(p, r, Qt::AlignCenter, label.text, label.px, weight, ink, Elide::none);
        return;
    }
    paint_text(p, {r.left() + 9, r.top() + 3, r.width() - 12, 20}, Qt::AlignVCenter, label.text, label.px, weight, ink,
               Elide::none);
    paint_text(p, {r.left() + 9, r.top() + 22, r.width() - 12, 20}, Qt::AlignVCenter, label.detail, metrics::kDensePx,
               Weight::normal, theme.color(stale ? Token::st_text : Token::text_2), Elide::none);
}

void MapView::paintLabels(QPainter& p) {
    const auto places = declutter(requests_, taken_);
    for (std::size_t i = 0; i < labels_.size(); ++i) {
        if (requests_[i].rank >= LabelRank::town) { // the dot of a place, with or without its name
            p.setRenderHint(QPainter::Antialiasing);
            p.setPen(Qt::NoPen);
            p.setBrush(desk_.theme().color(Token::m_label));
            const double radius = requests_[i].rank == LabelRank::town ? 2.6 : 1.6;
            p.drawEllipse(labels_[i].anchor, radius, radius);
        }
    }
    // the most important last, so that nothing covers it
    for (std::size_t i = labels_.size(); i-- > 0;) {
        if (places[i]) {
            paintLabel(p, labels_[i], requests_[i].places[*places[i]]);
        }
    }
}

} // namespace ems::console
