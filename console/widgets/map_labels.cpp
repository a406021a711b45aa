// Names on the map: which are drawn, where, and how.
#include "console/widgets/map_view.h"

#include "console/model/ageing.h"
#include "console/theme/time_text.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/map_parts.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QPainter>

namespace ems::console {
namespace {

constexpr int kTextCacheMax = 2'000;
constexpr int kFurtherSteps = 4;
constexpr std::size_t kFurtherLabelsMax = 100; // among more the chosen case alone
constexpr double kShortestLabelPx = 56; // two characters and a state
constexpr double kLeaderPx = 1.4;
constexpr double kEdgePx = 6;           // between a label and the edge of the map, where stale content has its frame

std::array<LabelBox, 5> places_about(QPointF anchor, double reach, double w, double h) {
    const double x = anchor.x();
    const double y = anchor.y();
    return {LabelBox{x + reach, y - h / 2, w, h}, LabelBox{x - reach - w, y - h / 2, w, h},
            LabelBox{x - w / 2, y - reach - h, w, h}, LabelBox{x - w / 2, y + reach, w, h},
            LabelBox{x + reach * 0.7, y + reach * 0.7, w, h}};
}

// Further off, for what must not go without a name: above and below, at both sides and in the middle.
void add_further(std::vector<LabelBox>& places, QPointF anchor, double reach, double w, double h) {
    for (int step = 0; step < kFurtherSteps; ++step) {
        for (const double y : {anchor.y() + reach * 0.7 + step * h, anchor.y() - reach * 0.7 - (step + 1) * h}) {
            for (const double x : {anchor.x() + reach * 0.7, anchor.x() - reach * 0.7 - w, anchor.x() - w / 2}) {
                places.push_back({x, y, w, h});
            }
        }
    }
}

} // namespace

Weight MapView::weightOf(const Label& label) {
    return label.bold ? Weight::bold : Weight::normal;
}

bool MapView::isWhole(const LabelBox& box) const {
    return box.x >= kEdgePx && box.y >= kEdgePx && box.x + box.width <= mapWidth() - kEdgePx &&
           box.y + box.height <= mapHeight() - kEdgePx;
}

void MapView::addLabel(LabelRank rank, Label label) {
    double w = textWidth(label.text, label.px, weightOf(label)) + (!label.detail.isEmpty() ? 18 : label.boxed ? 12 : 4);
    double h = label.px + 6.0;
    if (!label.detail.isEmpty()) {
        w = std::max(w, textWidth(label.detail, metrics::kDensePx, Weight::normal) + 18.0);
        h = 44;
    }
    const auto nearest = places_about(label.anchor, label.reach, w, h);
    std::vector<LabelBox> places{nearest.begin(), nearest.end()};
    if (rank == LabelRank::selected || (rank == LabelRank::incident && labels_.size() < kFurtherLabelsMax)) {
        add_further(places, label.anchor, label.reach, w, h);
    }
    // One that an edge would cut comes last, and is moved away from it unless what it names is not on the map itself.
    const auto cut = std::stable_partition(places.begin(), places.end(), [this](const LabelBox& box) { return isWhole(box); });
    if (rank == LabelRank::selected || QRectF{mapRect()}.contains(label.anchor)) {
        std::for_each(cut, places.end(), [this](LabelBox& box) {
            box.x = std::clamp(box.x, kEdgePx, std::max(kEdgePx, mapWidth() - kEdgePx - box.width));
            box.y = std::clamp(box.y, kEdgePx, std::max(kEdgePx, mapHeight() - kEdgePx - box.height));
        });
    }
    labels_.push_back(std::move(label));
    requests_.push_back({rank, std::move(places)});
}

// Whether the shortest label would stand anywhere beside a symbol. Among thousands there is none, and no text is made.
bool MapView::hasRoomForLabel(QPointF where) const {
    const auto places = places_about(where, kUnitReachPx, kShortestLabelPx, metrics::kDensePx + 6.0);
    return std::any_of(places.begin(), places.end(), [this](const LabelBox& box) { return taken_.is_free(box); });
}

double MapView::textWidth(const QString& text, int px, Weight weight) {
    const QString key = text + QChar{static_cast<char16_t>(px)} + QChar{weight == Weight::bold ? u'b' : u'n'};
    if (width_cache_.size() > kTextCacheMax) {
        width_cache_.clear();
    }
    auto it = width_cache_.find(key);
    if (it == width_cache_.end()) {
        it = width_cache_.insert(key, text_width(text, px, weight));
    }
    return *it;
}

// A picture of `size` by this key; painted by `paint` when there is none yet.
template <class Paint>
const QPixmap& MapView::cachedText(const QString& key, QSize size, Paint&& paint) {
    const double ratio = devicePixelRatioF() * enlarged_;
    if (text_cache_.size() > kTextCacheMax || cached_ratio_ != ratio) {
        text_cache_.clear();
        cached_ratio_ = ratio;
    }
    auto it = text_cache_.find(key);
    if (it == text_cache_.end()) {
        QPixmap pixmap{size * cached_ratio_};
        pixmap.setDevicePixelRatio(cached_ratio_);
        pixmap.fill(Qt::transparent);
        QPainter p{&pixmap};
        paint(p);
        p.end();
        it = text_cache_.insert(key, pixmap);
    }
    return *it;
}

const QPixmap& MapView::haloText(const Label& label) {
    const QString key = label.text + QChar{static_cast<char16_t>(label.px)} + QChar{label.bold ? u'b' : u'n'} +
                        QChar{static_cast<char16_t>(label.token)};
    const QSize size{static_cast<int>(textWidth(label.text, label.px, weightOf(label))) + 6, label.px + 8};
    return cachedText(key, size, [&](QPainter& p) {
        paint_halo_text(p, {3.0, label.px + 1.0}, label.text, Theme::font(label.px, weightOf(label)),
                        desk_.theme().color(label.token), desk_.theme().color(Token::m_halo));
    });
}

const QPixmap& MapView::boxedText(const Label& label, QSize size) {
    const Token ink = desk_.isStale() ? Token::st_text : Token::text_1;
    const QString key = label.text + QChar{static_cast<char16_t>(label.px)} + QChar{label.bold ? u'B' : u'N'} +
                        QChar{static_cast<char16_t>(ink)};
    return cachedText(key, size, [&](QPainter& p) {
        const Theme& theme = desk_.theme();
        const QRectF box{QPointF{0, 0}, QSizeF{size}};
        p.setRenderHint(QPainter::Antialiasing);
        p.setPen(theme.color(Token::line_strong));
        p.setBrush(theme.color(Token::bg_panel));
        p.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), metrics::kRadius, metrics::kRadius);
        paint_text(p, box, Qt::AlignCenter, label.text, label.px, weightOf(label), theme.color(ink), Elide::none);
    });
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
    const bool stale = desk_.isStale();
    if (!label.boxed) {
        p.drawPixmap(QPointF{r.left() - 1, r.top() - 1}, haloText(label));
        return;
    }
    if (label.detail.isEmpty()) {
        const QSize size{static_cast<int>(std::lround(r.width())), static_cast<int>(std::lround(r.height()))};
        p.drawPixmap(r.topLeft(), boxedText(label, size));
        return;
    }
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(theme.color(Token::text_1));
    p.setBrush(theme.color(Token::bg_panel));
    p.drawRoundedRect(r.adjusted(0.5, 0.5, -0.5, -0.5), metrics::kRadius, metrics::kRadius);
    const QColor ink = theme.color(stale ? Token::st_text : Token::text_1);
    paint_text(p, {r.left() + 9, r.top() + 3, r.width() - 12, 20}, Qt::AlignVCenter, label.text, label.px,
               weightOf(label), ink, Elide::none);
    paint_text(p, {r.left() + 9, r.top() + 22, r.width() - 12, 20}, Qt::AlignVCenter, label.detail, metrics::kDensePx,
               Weight::normal, theme.color(stale ? Token::st_text : Token::text_2), Elide::none);
}

// Which sign a case's label far from it is of. Under every label, and thin: it may cross a symbol.
void MapView::paintLeader(QPainter& p, const Label& label, const LabelBox& box) {
    const auto line = leader_line(box, label.anchor.x(), label.anchor.y(), label.reach);
    if (!label.boxed || !line) {
        return;
    }
    const Theme& theme = desk_.theme();
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(QPen{theme.color(desk_.isStale() ? Token::st_text : Token::text_2), kLeaderPx});
    p.drawLine(QLineF{line->from_x, line->from_y, line->to_x, line->to_y});
}

// The chosen case is named in any case: where none of its places is free, over symbols, at the first one that hides nothing of what is told of
// coverage, and no other name stands there.
void MapView::takeChosenPlace() {
    for (std::size_t i = 0; i < labels_.size(); ++i) {
        LabelRequest& request = requests_[i];
        if (request.rank != LabelRank::selected || labels_[i].detail.isEmpty()) {
            continue;
        }
        if (std::none_of(request.places.begin(), request.places.end(), [this](const LabelBox& box) { return taken_.is_free(box); })) {
            const QRectF said = told();
            const auto clear = std::find_if(request.places.begin(), request.places.end(), [&](const LabelBox& box) {
                return isWhole(box) && !said.intersects({box.x, box.y, box.width, box.height});
            });
            if (clear != request.places.end()) {
                std::iter_swap(request.places.begin(), clear);
            }
            taken_.take(request.places.front());
        }
    }
}

// Where each label stands: those of units, cases and stations go over the names of roads, those of places beside them.
std::vector<std::optional<std::size_t>> MapView::placeLabels() {
    const std::span<const LabelRequest> all{requests_};
    auto places = declutter(all.first(place_labels_from_), taken_);
    takeRoadTexts();
    const auto of_places = declutter(all.subspan(place_labels_from_), taken_);
    places.insert(places.end(), of_places.begin(), of_places.end());
    return places;
}

void MapView::paintLabels(QPainter& p) {
    takeChosenPlace();
    const auto places = placeLabels();
    for (std::size_t i = 0; i < labels_.size(); ++i) {
        if (requests_[i].rank >= LabelRank::town) { // the dot of a place, with or without its name
            p.setRenderHint(QPainter::Antialiasing);
            p.setPen(Qt::NoPen);
            p.setBrush(desk_.theme().color(Token::m_label));
            const double radius = requests_[i].rank == LabelRank::town ? 2.6 : 1.6;
            const QPointF at = labels_[i].anchor;
            if (taken_.is_free({at.x() - radius, at.y() - radius, 2 * radius, 2 * radius})) { // not over a symbol or words
                p.drawEllipse(at, radius, radius);
            }
        }
    }
    const auto place_of = [&](std::size_t i) -> const LabelBox* {
        const bool is_chosen = requests_[i].rank == LabelRank::selected && !labels_[i].detail.isEmpty();
        return places[i] || is_chosen ? &requests_[i].places[places[i].value_or(0)] : nullptr;
    };
    for (std::size_t i = 0; i < labels_.size(); ++i) {
        const LabelBox* box = requests_[i].rank <= LabelRank::incident ? place_of(i) : nullptr;
        if (box != nullptr) {
            paintLeader(p, labels_[i], *box);
        }
    }
    chosen_label_ = {};
    other_labels_.clear();
    // the most important last, so that nothing covers it
    for (std::size_t i = labels_.size(); i-- > 0;) {
        const LabelBox* box = place_of(i);
        if (box == nullptr) {
            continue;
        }
        paintLabel(p, labels_[i], *box);
        const QRectF where{box->x, box->y, box->width, box->height};
        if (requests_[i].rank == LabelRank::selected && !labels_[i].detail.isEmpty()) {
            chosen_label_ = where;
        } else {
            other_labels_.push_back(where);
        }
    }
}

} // namespace ems::console
