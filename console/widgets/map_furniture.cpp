// What lies over the map: scale bar, overview, marks of the network.
#include "console/widgets/map_view.h"

#include "console/theme/map_note.h"
#include "console/theme/time_text.h"
#include "console/theme/metrics.h"
#include "console/widgets/map_parts.h"
#include "console/theme/symbols.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include <QPainter>

namespace ems::console {
namespace {

constexpr int kSpotPx = 6;
constexpr double kScaleLeftPx = 12;
constexpr double kScaleHighPx = 44;
constexpr double kScaleStepPx = 22; // up, past a sign
constexpr int kScalePlaces = 8;
constexpr double kSiteReachPx = 12; // from the middle of its sign
constexpr double kMarkTopPx = 46; // below the buttons
constexpr double kMarkTopOfWallPx = 12;
constexpr double kMarkHighPx = 26;
constexpr double kMarkStepPx = 32;
constexpr int kOverviewLeastPx = 600; // a narrower map has no room for one

} // namespace

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

QRectF MapView::scaleBox() const {
    const QRectF foot{kScaleLeftPx, mapHeight() - kScaleHighPx, for_wall_ ? 420.0 : 290.0, kScaleHighPx};
    const auto is_free = [&](const QRectF& box, const auto& sites) {
        const QRectF grown = box.adjusted(-kSiteReachPx, -kSiteReachPx, kSiteReachPx, kSiteReachPx);
        return std::none_of(sites.begin(), sites.end(), [&](const auto& site) { return grown.contains(at(site.second.place())); });
    };
    QRectF box = foot;
    for (int up = 0; up < kScalePlaces; ++up, box.translate(0, -kScaleStepPx)) {
        const bool is_under_text = up > 0 && told().intersects(box);
        if (!is_under_text && is_free(box, desk_.state().stations()) && is_free(box, desk_.state().hospitals())) {
            return box;
        }
    }
    return foot;
}

QString MapView::networkNote() const {
    if (!desk_.state().login().network_note().empty()) {
        return map_note(desk_.state().login().network_note());
    }
    return scene_ == nullptr ? QString{} : map_note(scene_->note);
}

// Of no width where there is no such note.
QRectF MapView::networkBox() const {
    const QString mark = networkNote();
    const double wide = mark.isEmpty() ? 0 : text_width(mark, metrics::kDensePx, Weight::bold) + 18;
    return {12, for_wall_ ? kMarkTopOfWallPx : kMarkTopPx, wide, kMarkHighPx};
}

bool MapView::hasOverview() const {
    return scene_ != nullptr && mapWidth() >= kOverviewLeastPx;
}

void MapView::paintFurniture(QPainter& p) {
    const Theme& theme = desk_.theme();
    const ScaleBar bar = scale_bar(camera_.px_per_km(), 130);
    const double x = 20;
    const double y = scaleBox().bottom() - 18.0;
    p.setRenderHint(QPainter::Antialiasing, false);
    p.setPen(QPen{theme.color(Token::text_2), 1.4});
    p.drawPolyline(QPolygonF{{QPointF{x, y - 5}, QPointF{x, y}, QPointF{x + bar.px, y}, QPointF{x + bar.px, y - 5}}});
    const QString length = bar.metres < 1'000 ? tr("%1 m").arg(bar.metres) : tr("%1 km").arg(bar.metres / 1'000);
    const auto small = [](const QString& text) {
        return Label{text, {}, {}, 0, false, false, metrics::kCaptionPx, Token::text_2};
    };
    const auto& text = haloText(small(length));
    p.drawPixmap(QPointF{x + bar.px / 2 - text.deviceIndependentSize().width() / 2, y - 23}, text);
    const QString note = !for_wall_ ? tr("North up · WGS-84")
                         : cover_   ? tr("hatched: nobody gets there within 15 min")
                                    : tr("not known where nobody gets within 15 min");
    const QString network = networkNote();
    const QPixmap& said = haloText(small(note));
    const bool beside = x + 145 + said.deviceIndependentSize().width() < mapWidth(); // a narrow map has it above the bar
    p.drawPixmap(beside ? QPointF{x + 145, y - 15} : QPointF{x, y - 44}, said);
    if (const QString direct = Words::direct(desk_.state().direct()); !direct.isEmpty()) {
        const double whole = text_width(direct, metrics::kBodyPx, Weight::bold) + 24;
        const double w = std::min(whole, mapWidth() - 24.0);
        const double top = networkBox().top() + (network.isEmpty() ? 0 : kMarkStepPx);
        const QRectF box{12, top, w, w < whole ? 52.0 : 30.0}; // a narrow map breaks it
        p.fillRect(box, theme.color(Token::st_bg));
        p.setFont(Theme::font(metrics::kBodyPx, Weight::bold));
        p.setPen(theme.color(Token::st_ink));
        p.drawText(box.adjusted(8, 0, -8, 0), Qt::AlignCenter | Qt::TextWordWrap, direct);
    }
    if (!network.isEmpty()) {
        const QRectF box = networkBox();
        p.setRenderHint(QPainter::Antialiasing);
        QPen edge{theme.color(Token::text_1), 1};
        edge.setDashPattern({4, 3});
        p.setPen(edge);
        p.setBrush(theme.color(Token::bg_panel));
        p.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
        paint_text(p, box, Qt::AlignCenter, network, metrics::kDensePx, Weight::bold, theme.color(Token::text_1), Elide::none);
    }
}

void MapView::renewOverview() {
    if (scene_ != nullptr) {
        overview_camera_ = MapCamera{{0, 0}, 1, kOverviewSize.width(), kOverviewSize.height()};
        overview_camera_.fit(box_of(*scene_), 6);
        overview_layer_.request(overview_camera_, desk_.theme().mode(), std::make_shared<MapOverlay>());
    }
}

void MapView::paintOverview(QPainter& p) {
    if (!hasOverview()) {
        return;
    }
    const Theme& theme = desk_.theme();
    const QRect box{mapWidth() - kOverviewSize.width() - 12, mapHeight() - kOverviewSize.height() - 12, kOverviewSize.width(),
                    kOverviewSize.height()};
    const MapImage& ground = overview_layer_.newest();
    if (ground.nameless.isNull() || ground.mode != theme.mode()) {
        p.fillRect(box, theme.color(Token::m_land));
    } else {
        p.drawImage(box.topLeft(), ground.nameless);
    }
    p.save();
    p.setClipRect(box);
    p.translate(box.topLeft());
    // the same symbol on the same spot is one to the eye: a bit of each state in each look
    constexpr std::size_t kColumns = kOverviewSize.width() / kSpotPx + 1;
    std::array<std::uint64_t, kColumns * (kOverviewSize.height() / kSpotPx + 1)> seen{};
    const ScreenMapper to_screen = overview_camera_.mapper();
    overview_symbols_.clear();
    for (const PlacedUnit& placed : placed_) {
        const api::Place& place = placed.position->place();
        const ScreenPoint s = to_screen(geo_point(place.lat_e7(), place.lon_e7()));
        if (!QRectF{0, 0, kOverviewSize.width() - 1.0, kOverviewSize.height() - 1.0}.contains(s.x, s.y)) {
            continue;
        }
        const SymbolLook look = desk_.lookOf(*placed.unit, placed.age_ms);
        const std::uint64_t bit = std::uint64_t{1} << ((static_cast<unsigned>(placed.unit->state()) & 15U) + 16U * static_cast<unsigned>(look));
        std::uint64_t& spot = seen.at(static_cast<std::size_t>(s.y / kSpotPx) * kColumns + static_cast<std::size_t>(s.x / kSpotPx));
        if ((spot & bit) == 0) {
            spot |= bit;
            overview_symbols_.push_back({{s.x, s.y}, placed.unit->state(), placed.position->course_cdeg() / 100.0, look});
        }
    }
    overview_sprites_.draw(p, theme, overview_symbols_, (painted_part_ & box).translated(-box.topLeft()));
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
