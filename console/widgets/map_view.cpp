#include "console/widgets/map_view.h"

#include "console/model/ageing.h"
#include "console/theme/drill_marks.h"
#include "console/theme/time_text.h"
#include "console/theme/metrics.h"
#include "console/widgets/controls.h"
#include "console/theme/symbols.h"
#include "console/widgets/map_parts.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QResizeEvent>
#include <QWheelEvent>

namespace ems::console {
namespace {

constexpr double kZoomStep = 1.25;
constexpr double kUnitScale = 1.15;
constexpr double kOverviewUnitScale = 0.52;
constexpr int kPanStepPx = 80;
constexpr double kRoadRingPx = 11;       // half of the sign of a closed road
constexpr double kSymbolPx = 28;         // half of an incident with its ring
constexpr double kEdgePx = 70;
constexpr double kFootLeastPx = 58;      // above the scale bar, which would make way for a station
constexpr double kEdgeShareMost = 0.12;  // of a low or narrow map, which keeps room for what it frames
constexpr double kRoundPx = 48;          // about all units, above the scale bar
constexpr double kBorderOfDistrictPx = 24;
constexpr double kFramedPxPerKmMost = 45;
constexpr int kFramingRoundsMost = 4;
constexpr double kFramingWidestShare = 0.5;

} // namespace

MapView::MapView(Desk& desk, QWidget* parent)
    : QWidget(parent), desk_(desk),
      cover_on_(new KeyButton(desk.theme(), tr("15 min coverage"), QStringLiteral("C"), ButtonKind::toggle, this)),
      routes_on_(new KeyButton(desk.theme(), tr("Routes"), QStringLiteral("R"), ButtonKind::toggle, this)),
      trails_on_(new KeyButton(desk.theme(), tr("Trails"), QStringLiteral("T"), ButtonKind::toggle, this)),
      names_on_(new KeyButton(desk.theme(), tr("Villages"), QStringLiteral("V"), ButtonKind::toggle, this)),
      zones_on_(new KeyButton(desk.theme(), tr("Zones"), QStringLiteral("Z"), ButtonKind::toggle, this)), sprites_(kUnitScale),
      overview_sprites_(kOverviewUnitScale) {
    setObjectName(QStringLiteral("mapView"));
    setAccessibleName(tr("Map"));
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(400, 300);
    setAttribute(Qt::WA_OpaquePaintEvent);
    cover_on_->setChecked(true);
    routes_on_->setChecked(true);
    overlay_ = std::make_shared<MapOverlay>();
    names_on_->setChecked(false);
    zones_on_->setChecked(false);
    const auto add = [this](const QString& text, const QString& key, auto act) {
        auto* button = new KeyButton(desk_.theme(), text, key, ButtonKind::toggle, this);
        button->setCheckable(false);
        connect(button, &KeyButton::clicked, this, act);
        right_buttons_.push_back(button);
    };
    add(tr("District"), QStringLiteral("Home"), [this] { showAll(); });
    add(QStringLiteral("＋"), {}, [this] { zoomBy(kZoomStep); });
    add(QStringLiteral("－"), {}, [this] { zoomBy(1 / kZoomStep); });
    const auto repaint = qOverload<>(&QWidget::update);
    connect(cover_on_, &KeyButton::toggled, this, [this] {
        keepReach();
        renewOverlay();
    });
    connect(zones_on_, &KeyButton::toggled, this, &MapView::renewOverlay);
    connect(routes_on_, &KeyButton::toggled, this, repaint);
    connect(trails_on_, &KeyButton::toggled, this, repaint);
    connect(&desk_, &Desk::answered, this, &MapView::takeAnswer);
    connect(&desk_, &Desk::answeredBehind, this, &MapView::takeAnswer);
    connect(names_on_, &KeyButton::toggled, this, repaint);
    connect(&layer_, &MapLayer::rendered, this, repaint);
    connect(&overview_layer_, &MapLayer::rendered, this, repaint);
    connect(&desk_, &Desk::stateChanged, this, [this] {
        noteSelection();
        keepReach();
        keepRoute();
        renewOverlay();
        if (followed_ != 0 && !dragging_) {
            lookAtUnit(followed_);
        }
        update();
    });
    connect(&desk_, &Desk::selectionChanged, this, [this] {
        noteSelection();
        update();
    });
    connect(&desk_, &Desk::ticked, this, repaint);
    connect(&desk_.theme(), &Theme::changed, this, [this] {
        text_cache_.clear();
        renewOverview();
        moved();
    });
}

MapView::~MapView() = default;

void MapView::showForWall() {
    for_wall_ = true;
    setFocusPolicy(Qt::NoFocus);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    for (auto* button : findChildren<KeyButton*>()) {
        button->hide();
    }
    showZones();
    enlarge();
}

void MapView::setScene(const map::Scene* scene) {
    scene_ = scene;
    layer_.setScene(scene);
    overview_layer_.setScene(scene);
    renewOverview();
    home_done_ = false;
    showAll();
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
    camera_.resize(mapWidth(), mapHeight());
    if (scene_ == nullptr) { // units stand at the very edge of it, and above their place
        camera_.fit(box, {kRoundPx, (for_wall_ ? 0 : kBarPx) + kRoundPx, kRoundPx, kRoundPx});
    } else {
        camera_.fit(box, kBorderOfDistrictPx);
    }
    home_done_ = !box.is_empty();
    framed_ = Framed::district;
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
    if (wanted == framed_for_) {
        return;
    }
    framed_for_ = wanted;
    if (framed_ != Framed::by_hand || incident->id() != framed_incident_) {
        showSelected();
    }
    framed_incident_ = incident->id();
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
    const QRectF whole = QRectF{mapRect()}.adjusted(-kSymbolPx, -kSymbolPx, kSymbolPx, kSymbolPx);
    const QRectF clear = QRectF{mapRect()}.adjusted(kSymbolPx, kBarPx + 2 * kSymbolPx, -kSymbolPx, -kSymbolPx);
    const QRectF overview{mapWidth() - kOverviewSize.width() - 12.0 - kSymbolPx,
                          mapHeight() - kOverviewSize.height() - 12.0 - kSymbolPx, 400, 400};
    const QRectF told = consequenceBox(consequences());
    const QRectF beside = told.isEmpty() ? told : told.adjusted(-kSymbolPx, -kSymbolPx, kSymbolPx, 2 * kSymbolPx);
    const auto look = [&](const api::Place& place) {
        const QPointF where = at(place);
        if (whole.contains(where) && (!clear.contains(where) || beside.contains(where) ||
                                      (hasOverview() && overview.contains(where)))) {
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
        moved(); // to another size
        return;
    }
    // the label beside the incident, the buttons and the network's mark above, the scale bar below
    const double side = std::min(kEdgePx, mapWidth() * kEdgeShareMost);
    const double edge = std::min(kEdgePx, mapHeight() * kEdgeShareMost);
    Insets insets{side, kBarPx + edge, side, std::max(edge, kFootLeastPx)};
    const auto fit = [&] {
        camera_.fit(box, insets);
        const double scale = std::min(1.0, kFramedPxPerKmMost / camera_.px_per_km());
        camera_.zoom_at(scale, (insets.left + mapWidth() - insets.right) / 2, (insets.top + mapHeight() - insets.bottom) / 2);
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
        if (round > 0) { // still something under the overview in the corner, or under the text of the consequences
            insets.right = side + (hasOverview() ? kOverviewSize.width() : 0);
            const QRectF told = consequenceBox(consequences());
            if (!told.isEmpty() && told.center().y() > mapHeight() / 2.0) {
                insets.bottom = std::max(insets.bottom, mapHeight() - told.top() + kSymbolPx);
            } else if (!told.isEmpty()) {
                insets.top = std::max(insets.top, told.bottom() + 2 * kSymbolPx); // a unit is drawn above its station
            }
        }
        fit();
    }
    if (camera_.px_per_km() < tight.px_per_km() * kFramingWidestShare) {
        camera_ = tight; // a neighbour is not worth losing the street
    }
    framed_ = Framed::chosen;
    moved();
}

QPointF MapView::at(const api::Place& place) const {
    const ScreenPoint s = camera_.to_screen(geo_point(place.lat_e7(), place.lon_e7()));
    return {s.x, s.y};
}

bool MapView::isShown(QPointF point) const {
    return point.x() > -40 && point.y() > -40 && point.x() < mapWidth() + 40 && point.y() < mapHeight() + 40;
}

void MapView::paintEvent(QPaintEvent* event) {
    QPainter p{this};
    p.scale(enlarged_, enlarged_);
    labels_.clear();
    requests_.clear();
    placed_ = all_placed_.of(desk_.state(), desk_.localUs());
    painted_part_ = enlarged_ == 1 ? event->region() : QRegion{mapRect()};
    taken_.begin(mapWidth(), mapHeight());
    if (!for_wall_) {
        taken_.take({0, 0, static_cast<double>(mapWidth()), kBarPx}); // buttons and the network's mark
    }
    const QRectF scale = scaleBox();
    taken_.take({scale.left(), scale.top(), scale.width(), scale.height()});
    if (const QRectF mark = networkBox(); for_wall_ && !mark.isEmpty()) {
        taken_.take({mark.left(), mark.top(), mark.width(), mark.height()});
    }
    if (hasOverview()) {
        taken_.take({mapWidth() - kOverviewSize.width() - 14.0, mapHeight() - kOverviewSize.height() - 14.0,
                     kOverviewSize.width() + 14.0, kOverviewSize.height() + 14.0});
    }
    for (const OverlayRoad& road : overlay_->roads) { // the ring that says closed or slow
        const ScreenPoint s = camera_.to_screen(road.points.at(road.points.size() / 2));
        taken_.take({s.x - kRoadRingPx, s.y - kRoadRingPx, 2 * kRoadRingPx, 2 * kRoadRingPx});
    }
    paintGround(p);
    if (desk_.isDrill()) {
        paint_drill_watermark(p, desk_.theme(), mapRect());
    }
    paintTrails(p);
    paintRoutes(p);
    paintSigns(p);
    paintMoveUp(p);
    paintConsequences(p);
    paintAccuracy(p);
    paintSites(p);
    const int painted = paintUnits(p);
    paintIncidents(p);
    paintTool(p);
    addZoneLabels();
    place_labels_from_ = requests_.size();
    addPlaceLabels();
    paintLabels(p);
    paintOverview(p);
    paintFurniture(p);
    if (hasFocus()) {
        p.setRenderHint(QPainter::Antialiasing, false);
        p.setPen(QPen{desk_.theme().color(Token::focus), 2});
        p.setBrush(Qt::NoBrush);
        p.drawRect(mapRect().adjusted(1, 1, -1, -1));
    }
    placed_ = {}; // it points into the state
    if (painted > 0) {
        emit unitPainted();
    }
}

void MapView::resizeEvent(QResizeEvent* event) {
    enlarge();
    camera_.resize(mapWidth(), mapHeight());
    int right = mapWidth() - 12;
    for (auto it = right_buttons_.rbegin(); it != right_buttons_.rend(); ++it) {
        const int w = (*it)->sizeHint().width();
        (*it)->setGeometry(right - w, 12, w, 26);
        right -= w + 6;
    }
    int x = 12;
    for (KeyButton* button : {cover_on_, zones_on_, routes_on_, names_on_, trails_on_}) {
        button->setGeometry(x, 12, button->sizeHint().width(), 26);
        x += button->width() + 6;
        button->setVisible(!for_wall_ && x <= right); // a narrow map has no room for all
    }
    if (!home_done_ || framed_ == Framed::district) {
        showAll();
    } else if (framed_ == Framed::chosen) {
        showSelected();
    } else {
        moved(); // about the same middle
    }
    QWidget::resizeEvent(event);
}

void MapView::mousePressEvent(QMouseEvent* event) {
    if (tool_ != MapTool::none && event->button() == Qt::LeftButton) {
        toolClick(camera_.to_geo(event->position().x(), event->position().y()));
        return;
    }
    if (event->button() != Qt::LeftButton) {
        return; // beside a grip it changes nothing
    }
    drag_from_ = event->pos();
    dragging_ = true;
    panned_ = false;
}

void MapView::mouseMoveEvent(QMouseEvent* event) {
    if (dragging_) {
        const QPoint d = event->pos() - drag_from_;
        if (!panned_ && d.manhattanLength() < QApplication::startDragDistance()) {
            return;
        }
        panned_ = true;
        drag_from_ = event->pos();
        camera_.pan_px(d.x(), d.y());
        followed_ = 0; // a hand on the map ends it
        movedByHand();
    }
}

void MapView::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) {
        return;
    }
    dragging_ = false;
    if (tool_ != MapTool::none || std::exchange(panned_, false)) { // a case that served as a grip is not chosen
        return;
    }
    for (const auto& [id, incident] : desk_.state().incidents()) {
        const QPointF d = at(incident.place()) - event->position();
        const bool open = incident.state() == "open" || incident.state() == "assigned";
        if (open && std::hypot(d.x(), d.y()) < 16) {
            desk_.selectIncident(id);
            return;
        }
    }
    if (const auto unit_id = unitAt(event->position())) {
        desk_.selectUnit(*unit_id);
    }
}

void MapView::mouseDoubleClickEvent(QMouseEvent* event) {
    const GeoPoint point = camera_.to_geo(event->position().x(), event->position().y());
    if (tool_ != MapTool::none || event->button() != Qt::LeftButton) {
        return;
    }
    here_ = point;
    here_name_.clear();
    emit placePicked(point.lat, point.lon);
}

void MapView::wheelEvent(QWheelEvent* event) {
    const double factor = std::pow(kZoomStep, event->angleDelta().y() / 120.0);
    camera_.zoom_at(factor, event->position().x(), event->position().y());
    movedByHand();
}

void MapView::keyPressEvent(QKeyEvent* event) {
    if (event->modifiers() == Qt::NoModifier && toolKey(event->key())) {
        return;
    }
    switch (event->key()) {
    case Qt::Key_Home:
        showAll();
        return;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomBy(kZoomStep);
        return;
    case Qt::Key_Minus:
        zoomBy(1 / kZoomStep);
        return;
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
    movedByHand();
}

} // namespace ems::console
