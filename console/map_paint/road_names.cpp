#include "console/map_paint/road_names.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "console/map_paint/line_text.h"
#include "console/theme/metrics.h"
#include "console/theme/theme.h"
#include "console/theme/symbols.h"

#include <QColor>
#include <QFontMetricsF>
#include <QHash>
#include <QPainter>
#include <QPainterPath>

namespace ems::console {
namespace {

constexpr double kNameGapPx = 420;
constexpr double kNumberGapPx = 300;
constexpr double kSamePx = 200;          // a text is not repeated nearer than this: divided roads
constexpr std::size_t kWrittenMax = 600; // on one screen; more than anybody reads
constexpr double kHaloPx = 3;

bool is_han(const QString& text) {
    return std::all_of(text.begin(), text.end(), [](QChar c) {
        return c.script() == QChar::Script_Han || c.script() == QChar::Script_Common;
    });
}

GeoBox geo_box(const map::BoxE7& of) {
    GeoBox box;
    box.add(geo_point(of.low.lat_e7, of.low.lon_e7));
    box.add(geo_point(of.high.lat_e7, of.high.lon_e7));
    return box;
}

class RoadNamePainter {
  public:
    RoadNamePainter(QPainter& p, const map::Scene& scene, const MapCamera& camera, ThemeMode mode)
        : p_(p), scene_(scene), camera_(camera), view_(camera.box()),
          band_(scene.band_for(1'000.0 / camera.px_per_km())),
          ink_(QColor::fromRgb(token_rgb(mode, Token::m_label))),
          halo_(QColor::fromRgb(token_rgb(mode, Token::m_halo))),
          edge_(QColor::fromRgb(token_rgb(mode, Token::m_exp))),
          font_(Theme::font(metrics::kCaptionPx)), metrics_(font_),
          taken_(camera.width(), camera.height()) {}

    RoadTexts run() {
        p_.setRenderHint(QPainter::Antialiasing);
        leave_room_for_places();
        for (const auto kind : {&RoadNamePainter::box_number, &RoadNamePainter::write_name}) {
            for (const map::SceneRoadName& name : band_.names) {
                if (view_.meets(geo_box(name.box))) {
                    (this->*kind)(name);
                }
            }
        }
        return std::move(texts_);
    }

  private:
    // The place's mark, and its name where MapView tries first to put it.
    void leave_room_for_places() {
        const double metres_per_px = 1'000.0 / camera_.px_per_km();
        for (const map::SceneLabel& place : scene_.labels) {
            const ScreenPoint at = camera_.to_screen(geo_point(place.at.lat_e7, place.at.lon_e7));
            if (metres_per_px > place.metres_per_pixel_max || !is_inside(at)) {
                continue;
            }
            const double width = metrics_.horizontalAdvance(QString::fromStdString(place.text));
            taken_.take({at.x - 5, at.y - 9, width + 14, 18});
        }
    }

    [[nodiscard]] bool is_inside(ScreenPoint at) const {
        return at.x > 0 && at.y > 0 && at.x < camera_.width() && at.y < camera_.height();
    }

    [[nodiscard]] ScreenLine line_of(const map::SceneRoadName& name) const {
        std::vector<ScreenPoint> points;
        for (const map::PointE7 p : band_.points_of(name)) {
            points.push_back(camera_.to_screen(geo_point(p.lat_e7, p.lon_e7)));
        }
        return ScreenLine{points};
    }

    // Takes the boxes unless one of them is taken, or the same text stands near.
    bool take(const QString& text, ScreenPoint middle, const std::vector<LabelBox>& boxes) {
        std::vector<ScreenPoint>& same = written_at_[text];
        const bool is_free =
            written_ < kWrittenMax && is_inside(middle) &&
            std::none_of(same.begin(), same.end(),
                         [&](ScreenPoint s) {
                             return std::hypot(s.x - middle.x, s.y - middle.y) < kSamePx;
                         }) &&
            std::all_of(boxes.begin(), boxes.end(),
                        [this](const LabelBox& box) { return taken_.is_free(box); });
        if (is_free) {
            ++written_;
            same.push_back(middle);
            for (const LabelBox& box : boxes) {
                taken_.take(box);
            }
        }
        return is_free;
    }

    void box_number(const map::SceneRoadName& name) {
        const map::SceneRoad& road = scene_.roads[name.road];
        if (road.number.empty()) {
            return;
        }
        const QString text = QString::fromStdString(road.number);
        const ScreenLine line = line_of(name);
        const double width = metrics_.horizontalAdvance(text) + 8;
        const double height = metrics::kCaptionPx + 5;
        for (const double middle : repeats(line.length(), width, kNumberGapPx)) {
            const ScreenPoint at = line.at(middle);
            const QRectF box{std::round(at.x - width / 2) + 0.5,
                             std::round(at.y - height / 2) + 0.5, std::round(width), height};
            if (take(text, at, {{box.x() - 3, box.y() - 3, box.width() + 6, box.height() + 6}})) {
                p_.setPen(QPen{edge_, 1});
                p_.setBrush(halo_);
                p_.drawRoundedRect(box, metrics::kRadius, metrics::kRadius);
                p_.setPen(ink_);
                p_.setFont(font_);
                p_.drawText(box, Qt::AlignCenter, text);
                texts_.signs.push_back(box.adjusted(-0.5, -0.5, 0.5, 0.5));
            }
        }
    }

    void write_name(const map::SceneRoadName& name) {
        const map::SceneRoad& road = scene_.roads[name.road];
        if (road.name.empty()) {
            return;
        }
        const QString text = QString::fromStdString(road.name);
        const Script script = is_han(text) ? Script::han : Script::latin;
        std::vector<double> widths;
        double whole = 0;
        for (const QChar c : text) {
            widths.push_back(metrics_.horizontalAdvance(c) + (script == Script::han ? 1.5 : 0));
            whole += widths.back();
        }
        const ScreenLine line = line_of(name);
        for (const double middle : repeats(line.length(), whole, kNameGapPx)) {
            if (!is_near(line.at(middle), whole)) {
                continue;
            }
            for (const double aside : {0.0, 0.6, -0.6, 1.2, -1.2, 2.0, -2.0, 3.0, -3.0}) {
                if (write_at(line, middle + aside * whole, text, widths, script)) {
                    break;
                }
            }
        }
    }

    [[nodiscard]] bool is_near(ScreenPoint at, double width) const {
        return at.x > -width && at.y > -width && at.x < camera_.width() + width &&
               at.y < camera_.height() + width;
    }

    bool write_at(const ScreenLine& line, double middle, const QString& text,
                  std::span<const double> widths, Script script) {
        const auto places = line.write(middle, widths, metrics::kCaptionPx + 2.0, script);
        if (!places) {
            return false;
        }
        std::vector<LabelBox> boxes;
        for (std::size_t i = 0; i < places->size(); ++i) {
            const CharacterPlace& c = (*places)[i];
            const double side = std::max(widths[i], metrics::kCaptionPx * 0.9) + 2;
            boxes.push_back({c.x - side / 2, c.y - side / 2, side, side});
        }
        if (!take(text, line.at(middle), boxes)) {
            return false;
        }
        QPainterPath path;
        path.setFillRule(Qt::WindingFill);
        const double below = (metrics_.ascent() - metrics_.descent()) / 2;
        for (std::size_t i = 0; i < places->size(); ++i) {
            const CharacterPlace& c = (*places)[i];
            const QString character = text.mid(static_cast<qsizetype>(i), 1);
            QPainterPath one;
            one.addText(-metrics_.horizontalAdvance(character) / 2, below, font_, character);
            QTransform turned;
            turned.translate(c.x, c.y);
            turned.rotate(c.turn_deg);
            path.addPath(turned.map(one));
        }
        QPen halo{halo_, kHaloPx};
        halo.setJoinStyle(Qt::RoundJoin);
        p_.strokePath(path, halo);
        p_.fillPath(path, ink_);
        for (const LabelBox& box : boxes) {
            texts_.names.emplace_back(box.x, box.y, box.width, box.height);
        }
        return true;
    }

    QPainter& p_;
    const map::Scene& scene_;
    const MapCamera& camera_;
    GeoBox view_;
    const map::SceneBand& band_;
    QColor ink_;
    QColor halo_;
    QColor edge_;
    QFont font_;
    QFontMetricsF metrics_;
    TakenBoxes taken_;
    QHash<QString, std::vector<ScreenPoint>> written_at_;
    std::size_t written_{0};
    RoadTexts texts_; // the written ones
};

} // namespace

RoadTexts paint_road_names(QPainter& p, const map::Scene& scene, const MapCamera& camera, ThemeMode mode) {
    return RoadNamePainter{p, scene, camera, mode}.run();
}

} // namespace ems::console
