#include "console/widgets/map_view.h"

#include "console/model/ageing.h"
#include "console/theme/time_text.h"
#include "console/theme/metrics.h"
#include "console/widgets/controls.h"
#include "console/theme/symbols.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QResizeEvent>
#include <QWheelEvent>

namespace ems::console {
namespace {

constexpr int kBorderPx = 160;      // drawn around the view so that a pan shows ground at once
constexpr int kTextCacheMax = 2'000;
constexpr double kZoomStep = 1.25;
constexpr int kPanStepPx = 80;
constexpr QSize kOverviewSize{150, 196};
constexpr double kStandingCmS = 83; // 3 km/h
constexpr double kSymbolPx = 28;         // half of an incident with its ring
constexpr double kCoveredPx = 20;        // a unit nearer than this to an incident would lie under it
constexpr double kBesidePx = 26;
constexpr double kBesideSelectedPx = 40; // outside the ring
constexpr double kBarPx = 76;            // buttons and the network's mark
constexpr double kEdgePx = 70;
constexpr double kFramedPxPerKmMost = 45;
constexpr int kFramingRoundsMost = 4;
constexpr double kFramingWidestShare = 0.5;

// The scene's own bounds, else what its labels and areas span.
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

} // namespace

MapView::MapView(Desk& desk, QWidget* parent)
    : QWidget(parent), desk_(desk),
      routes_on_(new KeyButton(desk.theme(), tr("Routes"), {}, ButtonKind::toggle, this)),
      names_on_(new KeyButton(desk.theme(), tr("Villages"), {}, ButtonKind::toggle, this)) {
    setObjectName(QStringLiteral("mapView"));
    setAccessibleName(tr("Map"));
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(400, 300);
    routes_on_->setChecked(true);
    names_on_->setChecked(false);
    const auto add = [this](const QString& text, const QString& key, auto act) {
        auto* button = new KeyButton(desk_.theme(), text, key, ButtonKind::toggle, this);
        button->setCheckable(false);
        connect(button, &KeyButton::clicked, this, act);
        right_buttons_.push_back(button);
    };
    add(tr("District"), QStringLiteral("Home"), [this] { showAll(); });
    add(QStringLiteral("＋"), {}, [this] {
        camera_.zoom_at(kZoomStep, width() / 2.0, height() / 2.0);
        moved();
    });
    add(QStringLiteral("－"), {}, [this] {
        camera_.zoom_at(1 / kZoomStep, width() / 2.0, height() / 2.0);
        moved();
    });
    const auto repaint = qOverload<>(&QWidget::update);
    connect(routes_on_, &KeyButton::toggled, this, repaint);
    connect(names_on_, &KeyButton::toggled, this, repaint);
    connect(&layer_, &MapLayer::rendered, this, repaint);
    connect(&desk_, &Desk::stateChanged, this, [this] {
        noteSelection();
        update();
    });
    connect(&desk_, &Desk::selectionChanged, this, [this] {
        noteSelection();
        update();
    });
    connect(&desk_, &Desk::ticked, this, repaint);
    connect(&desk_.theme(), &Theme::changed, this, [this] {
        text_cache_.clear();
        overview_ = {};
        moved();
    });
}

MapView::~MapView() = default;

void MapView::setScene(const map::Scene* scene) {
    scene_ = scene;
    layer_.setScene(scene);
    home_done_ = false;
    showAll();
}

void MapView::moved() {
    layer_.request(camera_.grown(kBorderPx), desk_.theme().mode());
    update();
}

void MapView::showAll() {
    GeoBox box;
    if (scene_ != nullptr) {
        box = box_of(*scene_);
    }
    for (const auto& [id, unit] : desk_.state().units()) {
        const auto* position = desk_.state().position(id);
        if (scene_ == nullptr && position != nullptr) {
            box.add(geo_point(position->place().lat_e7(), position->place().lon_e7()));
        }
    }
    camera_.resize(width(), height());
    camera_.fit(box, 24);
    home_done_ = !box.is_empty();
    moved();
}

void MapView::noteSelection() {
    if (!home_done_ && desk_.state().has_data()) {
        showAll();
    }
    const auto* incident = desk_.state().incident(desk_.state().selected_incident());
    if (incident == nullptr) {
        return;
    }
    const auto* unit = desk_.selectedUnit();
    const auto* recommendation = desk_.state().recommendation(incident->id());
    const bool loaded = unit != nullptr && unit->state() >= ems::wire::UNIT_TRANSPORTING;
    const QString wanted = QStringLiteral("%1/%2/%3/%4")
                               .arg(incident->id())
                               .arg(unit == nullptr ? 0 : unit->id())
                               .arg(loaded ? 1 : 0)
                               .arg(recommendation == nullptr ? 0 : recommendation->id());
    if (wanted != framed_for_) {
        framed_for_ = wanted;
        showSelected();
    }
}

GeoBox MapView::selectedBox() const {
    const auto& state = desk_.state();
    const auto* incident = state.incident(state.selected_incident());
    const auto add = [](GeoBox& box, const api::Place& place) { box.add(geo_point(place.lat_e7(), place.lon_e7())); };
    GeoBox box;
    if (incident == nullptr) {
        return box;
    }
    add(box, incident->place());
    const auto* unit = desk_.selectedUnit();
    if (unit != nullptr) {
        if (const auto* position = state.position(unit->id())) {
            add(box, position->place());
        }
        const auto hospital = state.hospitals().find(unit->destination_hospital_id());
        if (unit->state() >= ems::wire::UNIT_TRANSPORTING && hospital != state.hospitals().end()) {
            add(box, hospital->second.place());
        }
    }
    if (const auto* recommendation = state.recommendation(incident->id())) {
        for (const auto& candidate : recommendation->candidates()) {
            const bool drawn = unit == nullptr ? candidate.rank() >= 1 && candidate.rank() <= 2
                                               : candidate.unit_id() == unit->id();
            for (const auto& point : candidate.route()) {
                if (drawn) {
                    add(box, point);
                }
            }
        }
    }
    return box;
}

// A unit (drawn above its place while it stands) or an open incident whose symbol would lie under the buttons or be cut by an edge.
std::vector<GeoPoint> MapView::cutSymbols() const {
    std::vector<GeoPoint> cut;
    const QRectF whole = QRectF{rect()}.adjusted(-kSymbolPx, -kSymbolPx, kSymbolPx, kSymbolPx);
    const QRectF clear = QRectF{rect()}.adjusted(kSymbolPx, kBarPx + 2 * kSymbolPx, -kSymbolPx, -kSymbolPx);
    const QRectF overview{width() - kOverviewSize.width() - 12.0 - kSymbolPx,
                          height() - kOverviewSize.height() - 12.0 - kSymbolPx, 400, 400};
    const auto look = [&](const api::Place& place) {
        const QPointF where = at(place);
        if (whole.contains(where) && (!clear.contains(where) || (scene_ != nullptr && overview.contains(where)))) {
            cut.push_back(geo_point(place.lat_e7(), place.lon_e7()));
        }
    };
    for (const auto& [id, unit] : desk_.state().units()) {
        if (const auto* position = desk_.state().position(id)) {
            look(position->place());
        }
    }
    for (const auto& [id, incident] : desk_.state().incidents()) {
        if (incident.state() == "open" || incident.state() == "assigned") {
            look(incident.place());
        }
    }
    return cut;
}

void MapView::showSelected() {
    GeoBox box = selectedBox();
    if (box.is_empty()) {
        return;
    }
    // the label beside the incident, the buttons and the network's mark above, the scale bar below
    Insets insets{kEdgePx, kBarPx + kEdgePx, kEdgePx, kEdgePx};
    const auto fit = [&] {
        camera_.fit(box, insets);
        const double scale = std::min(1.0, kFramedPxPerKmMost / camera_.px_per_km());
        camera_.zoom_at(scale, (insets.left + width() - insets.right) / 2, (insets.top + height() - insets.bottom) / 2);
    };
    fit();
    const MapCamera tight = camera_;
    for (int round = 0; round < kFramingRoundsMost; ++round) {
        const auto cut = cutSymbols();
        if (cut.empty()) {
            break;
        }
        for (const GeoPoint& point : cut) {
            box.add(point);
        }
        if (round > 0) { // still something under the overview in the corner
            insets.right = kEdgePx + kOverviewSize.width();
        }
        fit();
    }
    if (camera_.px_per_km() < tight.px_per_km() * kFramingWidestShare) {
        camera_ = tight; // a neighbour is not worth losing the street
    }
    moved();
}

QPointF MapView::at(const api::Place& place) const {
    const ScreenPoint s = camera_.to_screen(geo_point(place.lat_e7(), place.lon_e7()));
    return {s.x, s.y};
}

bool MapView::isShown(QPointF point) const {
    return point.x() > -40 && point.y() > -40 && point.x() < width() + 40 && point.y() < height() + 40;
}

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

void MapView::paintGround(QPainter& p) {
    p.fillRect(rect(), desk_.theme().color(Token::m_land));
    const MapImage& ground = layer_.newest();
    if (ground.image.isNull() || ground.mode != desk_.theme().mode()) {
        return;
    }
    const GeoPoint corner = ground.camera.to_geo(0, 0);
    const GeoPoint far = ground.camera.to_geo(ground.camera.width(), ground.camera.height());
    const ScreenPoint a = camera_.to_screen(corner);
    const ScreenPoint b = camera_.to_screen(far);
    const bool same = std::abs((b.x - a.x) - ground.camera.width()) < 0.5;
    if (same) {
        p.drawImage(QPoint{static_cast<int>(std::lround(a.x)), static_cast<int>(std::lround(a.y))}, ground.image);
    } else {
        p.drawImage(QRectF{a.x, a.y, b.x - a.x, b.y - a.y}, ground.nameless);
    }
}

void MapView::paintRoute(QPainter& p, const api::Candidate& candidate, const api::Unit* unit, bool chosen) {
    if (candidate.route_size() < 2) {
        return;
    }
    int first = 0;
    QPolygonF line;
    if (unit != nullptr) { // what is left of the way
        const auto* position = desk_.state().position(unit->id());
        double best = 1e18;
        for (int i = 0; position != nullptr && i < candidate.route_size(); ++i) {
            const QPointF d = at(candidate.route(i)) - at(position->place());
            const double gap = d.x() * d.x() + d.y() * d.y();
            if (gap < best) {
                best = gap;
                first = i;
            }
        }
        if (position != nullptr) {
            line.append(at(position->place()));
        }
    }
    for (int i = first; i < candidate.route_size(); ++i) {
        line.append(at(candidate.route(i)));
    }
    const Theme& theme = desk_.theme();
    p.setRenderHint(QPainter::Antialiasing);
    p.setBrush(Qt::NoBrush);
    QPen halo{theme.color(Token::m_halo), chosen ? 8.0 : 5.0};
    halo.setJoinStyle(Qt::RoundJoin);
    halo.setCapStyle(Qt::RoundCap);
    p.setPen(halo);
    p.drawPolyline(line);
    QPen pen{theme.color(desk_.isStale() ? Token::st_text : Token::m_route), chosen ? 4.0 : 2.2};
    pen.setJoinStyle(Qt::RoundJoin);
    if (!chosen) {
        pen.setDashPattern({3, 2.6});
    }
    p.setPen(pen);
    p.drawPolyline(line);
}

void MapView::paintRoutes(QPainter& p) {
    const auto& state = desk_.state();
    const auto* r = state.recommendation(state.selected_incident());
    if (r == nullptr || !routes_on_->isChecked()) {
        return;
    }
    const auto* unit = desk_.selectedUnit();
    if (unit != nullptr) {
        const bool under_way = unit->state() >= ems::wire::UNIT_ASSIGNED && unit->state() <= ems::wire::UNIT_EN_ROUTE;
        for (const auto& candidate : r->candidates()) {
            if (under_way && candidate.unit_id() == unit->id()) {
                paintRoute(p, candidate, unit, true);
            }
        }
        return;
    }
    const std::uint32_t rank = state.selected_rank();
    for (const auto& candidate : r->candidates()) {
        if (candidate.rank() != rank && candidate.rank() >= 1 && candidate.rank() <= 2) {
            paintRoute(p, candidate, nullptr, false);
        }
    }
    if (const auto* chosen = state.selected_candidate()) {
        paintRoute(p, *chosen, nullptr, true);
    }
}

void MapView::paintSites(QPainter& p) {
    const Theme& theme = desk_.theme();
    for (const auto& [id, station] : desk_.state().stations()) {
        const QPointF where = at(station.place());
        if (isShown(where)) {
            paint_station(p, theme, where, 1.1);
            taken_.push_back({where.x() - 10, where.y() - 11, 20, 20});
            addLabel(LabelRank::site, {qs(station.name()), {}, where, 13, false, false, metrics::kDensePx, Token::text_2});
        }
    }
    for (const auto& [id, hospital] : desk_.state().hospitals()) {
        const QPointF where = at(hospital.place());
        if (isShown(where)) {
            paint_hospital(p, theme, where, 1.1);
            taken_.push_back({where.x() - 11, where.y() - 11, 22, 22});
            addLabel(LabelRank::site, {qs(hospital.name()), {}, where, 14, false, true, metrics::kDensePx, Token::text_1});
        }
    }
}

// A unit that has reached its incident stands beside the diamond: a symbol is never covered.
QPointF MapView::besideIncident(QPointF where) const {
    const std::int64_t selected = desk_.state().selected_incident();
    for (const auto& [id, incident] : desk_.state().incidents()) {
        if (incident.state() != "open" && incident.state() != "assigned") {
            continue;
        }
        const QPointF diamond = at(incident.place());
        if (std::hypot(where.x() - diamond.x(), where.y() - diamond.y()) < kCoveredPx) {
            return diamond - QPointF{id == selected ? kBesideSelectedPx : kBesidePx, 0};
        }
    }
    return where;
}

int MapView::paintUnits(QPainter& p) {
    const Theme& theme = desk_.theme();
    int painted = 0;
    const auto* selected = desk_.selectedUnit();
    std::map<std::pair<int, int>, int> pile; // units that stand on one spot are set side by side
    for (const auto& [id, unit] : desk_.state().units()) {
        const auto* position = desk_.state().position(id);
        if (position == nullptr) {
            continue;
        }
        QPointF where = at(position->place());
        if (!isShown(where)) {
            continue;
        }
        // at a station or a hospital: above its sign
        const bool at_site = unit.state() == ems::wire::UNIT_AVAILABLE || unit.state() == ems::wire::UNIT_AT_HOSPITAL ||
                             unit.state() == ems::wire::UNIT_HANDOVER;
        int& slot = pile[{static_cast<int>(where.x()) / 14, static_cast<int>(where.y()) / 14}];
        slot = at_site ? std::max(slot, 1) : slot;
        where.ry() -= 22.0 * slot++;
        if (unit.state() == ems::wire::UNIT_AT_SCENE || unit.state() == ems::wire::UNIT_AT_PATIENT) {
            where = besideIncident(where);
        }
        const std::int64_t age = desk_.state().position_age_ms(id, desk_.localUs()).value_or(0);
        const Freshness fresh = freshness(age, kPositionAge);
        const bool lost = desk_.isStale() || fresh == Freshness::old || fresh == Freshness::lost;
        paint_unit(p, theme, where, unit.state(), position->course_cdeg() / 100.0,
                   lost ? SymbolLook::lost : SymbolLook::normal, 1.15);
        taken_.push_back({where.x() - 11, where.y() - 11, 22, 22});
        QString text = qs(unit.name()) + QStringLiteral(" ") +
                       (desk_.isStale() ? QStringLiteral("×") : Words::state(unit.state()));
        if (lost && !desk_.isStale()) {
            text += QStringLiteral(" × ") + qs(age_text(age * 1'000));
        }
        if (const QString by = Words::positionBy(*position); !by.isEmpty()) {
            text += QStringLiteral(" ") + by;
        }
        const bool moving = position->speed_cm_s() > kStandingCmS;
        const bool chosen = selected != nullptr && selected->id() == id;
        addLabel(chosen   ? LabelRank::selected
                 : moving ? LabelRank::moving_unit
                          : LabelRank::standing_unit,
                 {text, {}, where, 13, true, chosen, metrics::kDensePx, Token::text_1});
        ++painted;
    }
    return painted;
}

QString MapView::selectedDetail() const {
    const auto& state = desk_.state();
    const auto* incident = state.incident(state.selected_incident());
    const auto* unit = desk_.selectedUnit();
    const auto* assignment = state.assignment_of(incident->id());
    if (unit != nullptr) {
        if (unit->state() <= ems::wire::UNIT_EN_ROUTE && assignment != nullptr && assignment->predicted_scene_us() != 0) {
            return tr("%1 arrives %2 · computed %3")
                .arg(qs(unit->name()), qs(clock_text(assignment->predicted_scene_us())),
                     qs(clock_text(assignment->predicted_at_us())));
        }
        return qs(unit->name()) + QStringLiteral(" ") + Words::state(unit->state());
    }
    const auto* candidate = state.selected_candidate();
    const auto* r = state.recommendation(incident->id());
    const auto* proposed = candidate == nullptr ? nullptr : state.unit(candidate->unit_id());
    if (proposed == nullptr) {
        return qs(incident->address());
    }
    return tr("%1 in %2 · computed %3")
        .arg(qs(proposed->name()), qs(elapsed_text(std::int64_t{candidate->total_s()} * 1'000'000)),
             qs(clock_text(r->computed_us())));
}

void MapView::paintIncidents(QPainter& p) {
    const Theme& theme = desk_.theme();
    const std::int64_t selected = desk_.state().selected_incident();
    for (const auto& [id, incident] : desk_.state().incidents()) {
        const bool open = incident.state() == "open" || incident.state() == "assigned";
        const QPointF where = at(incident.place());
        if ((!open && id != selected) || !isShown(where)) {
            continue;
        }
        paint_incident(p, theme, where, incident.level(), id == selected ? 1.15 : 0.9);
        taken_.push_back({where.x() - 15, where.y() - 15, 30, 30});
        Label label{qs(incident.number()) + QStringLiteral(" ") + qs(incident.complaint()), {}, where, 17, true, true,
                    metrics::kDensePx, Token::text_1};
        if (id == selected) {
            QPen ring{theme.color(Token::text_1), 1.5};
            ring.setDashPattern({1.4, 2.7});
            p.setRenderHint(QPainter::Antialiasing);
            p.setPen(ring);
            p.setBrush(Qt::NoBrush);
            p.drawEllipse(where, 26, 26);
            label.detail = selectedDetail();
            label.reach = 32;
            label.px = metrics::kBodyPx;
        }
        addLabel(id == selected ? LabelRank::selected : LabelRank::incident, std::move(label));
    }
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

void MapView::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    labels_.clear();
    requests_.clear();
    taken_.clear();
    taken_.push_back({0, 0, static_cast<double>(width()), kBarPx}); // buttons and the network's mark
    taken_.push_back({12, height() - 44.0, 290, 44});           // scale bar and datum
    if (scene_ != nullptr) {
        taken_.push_back({width() - kOverviewSize.width() - 14.0, height() - kOverviewSize.height() - 14.0,
                          kOverviewSize.width() + 14.0, kOverviewSize.height() + 14.0});
    }
    paintGround(p);
    paintRoutes(p);
    paintSites(p);
    const int painted = paintUnits(p);
    paintIncidents(p);
    addPlaceLabels();
    paintLabels(p);
    paintOverview(p);
    paintFurniture(p);
    if (hasFocus()) {
        p.setRenderHint(QPainter::Antialiasing, false);
        p.setPen(QPen{desk_.theme().color(Token::focus), 2});
        p.setBrush(Qt::NoBrush);
        p.drawRect(rect().adjusted(1, 1, -1, -1));
    }
    if (painted > 0) {
        emit unitPainted();
    }
}

void MapView::resizeEvent(QResizeEvent* event) {
    camera_.resize(width(), height());
    int x = 12;
    for (KeyButton* button : {routes_on_, names_on_}) {
        button->setGeometry(x, 12, button->sizeHint().width(), 26);
        x += button->width() + 6;
    }
    int right = width() - 12;
    for (auto it = right_buttons_.rbegin(); it != right_buttons_.rend(); ++it) {
        const int w = (*it)->sizeHint().width();
        (*it)->setGeometry(right - w, 12, w, 26);
        right -= w + 6;
    }
    if (!home_done_ || framed_for_.isEmpty()) {
        showAll();
    } else {
        showSelected();
    }
    QWidget::resizeEvent(event);
}

void MapView::mousePressEvent(QMouseEvent* event) {
    drag_from_ = event->pos();
    dragging_ = event->button() == Qt::LeftButton;
}

void MapView::mouseMoveEvent(QMouseEvent* event) {
    if (dragging_) {
        const QPoint d = event->pos() - drag_from_;
        drag_from_ = event->pos();
        camera_.pan_px(d.x(), d.y());
        moved();
    }
}

void MapView::mouseReleaseEvent(QMouseEvent* event) {
    dragging_ = false;
    for (const auto& [id, incident] : desk_.state().incidents()) {
        const QPointF d = at(incident.place()) - event->position();
        const bool open = incident.state() == "open" || incident.state() == "assigned";
        if (open && std::hypot(d.x(), d.y()) < 16) {
            desk_.selectIncident(id);
            return;
        }
    }
}

void MapView::mouseDoubleClickEvent(QMouseEvent* event) {
    const GeoPoint point = camera_.to_geo(event->position().x(), event->position().y());
    emit placePicked(point.lat, point.lon);
}

void MapView::wheelEvent(QWheelEvent* event) {
    const double factor = std::pow(kZoomStep, event->angleDelta().y() / 120.0);
    camera_.zoom_at(factor, event->position().x(), event->position().y());
    moved();
}

void MapView::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Home:
        showAll();
        return;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        camera_.zoom_at(kZoomStep, width() / 2.0, height() / 2.0);
        break;
    case Qt::Key_Minus:
        camera_.zoom_at(1 / kZoomStep, width() / 2.0, height() / 2.0);
        break;
    case Qt::Key_Left:
        camera_.pan_px(kPanStepPx, 0);
        break;
    case Qt::Key_Right:
        camera_.pan_px(-kPanStepPx, 0);
        break;
    case Qt::Key_Up:
        camera_.pan_px(0, kPanStepPx);
        break;
    case Qt::Key_Down:
        camera_.pan_px(0, -kPanStepPx);
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    moved();
}

} // namespace ems::console
