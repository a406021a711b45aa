// Stations, hospitals, units and incidents on the map.
#include "console/widgets/map_view.h"

#include "console/theme/time_text.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/map_parts.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <cmath>

#include <QPainter>

namespace ems::console {
namespace {

constexpr int kUnitLabelsMax = 400;        // on one screen; more than have room
constexpr double kStandingCmS = 83;        // 3 km/h
constexpr int kPilePx = 14;                // units in a square of it are set side by side
constexpr double kPileStepPx = 22;
constexpr int kPilesBeyond = 3;            // squares outside an edge, where units are still drawn
constexpr double kCoveredPx = 20;          // a unit nearer than this to an incident would lie under it
constexpr double kBesidePx = 26;
constexpr double kBesideSelectedPx = 40;   // outside the ring
constexpr int kAccuracyRingsMax = 400;
constexpr double kAccuracyPx = 1.2;        // its line; what is old has a dashed one of 2
constexpr double kClickPx = 14;            // from the middle of a symbol that is meant

} // namespace

// Where a unit may as well be: about its place, which its symbol may stand beside, and only where it would not lie under that.
void MapView::paintAccuracy(QPainter& p) {
    p.save();
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(QPen{desk_.theme().color(Token::text_2), kAccuracyPx});
    p.setBrush(Qt::NoBrush);
    int drawn = 0;
    for (const PlacedUnit& placed : placed_) {
        const double radius = placed.position->accuracy_m() / 1'000.0 * camera_.px_per_km();
        if (placed.position->accuracy_m() <= Words::kAccuracyToldM || radius <= kUnitReachPx || drawn == kAccuracyRingsMax) {
            continue;
        }
        const QPointF where = at(placed.position->place());
        if (isShown(where)) {
            p.drawEllipse(where, radius, radius);
            ++drawn;
        }
    }
    p.restore();
}

void MapView::paintSites(QPainter& p) {
    const Theme& theme = desk_.theme();
    for (const auto& [id, station] : desk_.state().stations()) {
        const QPointF where = at(station.place());
        if (isShown(where)) {
            paint_station(p, theme, where, 1.1);
            taken_.take({where.x() - 10, where.y() - 11, 20, 20});
            addLabel(LabelRank::site, {qs(station.name()), {}, where, 13, false, false, metrics::kDensePx, Token::text_2});
        }
    }
    for (const auto& [id, hospital] : desk_.state().hospitals()) {
        const QPointF where = at(hospital.place());
        if (isShown(where)) {
            paint_hospital(p, theme, where, 1.1);
            taken_.take({where.x() - 11, where.y() - 11, 22, 22});
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

// Units that stand on one spot are set side by side, those at a station or a hospital above its sign.
QPointF MapView::besidePile(QPointF where, const PlacedUnit& placed) {
    const ems::wire::UnitState state = placed.unit->state();
    const bool is_ordered = state == ems::wire::UNIT_ASSIGNED || state == ems::wire::UNIT_ACKNOWLEDGED; // and not off yet
    const bool at_site = state == ems::wire::UNIT_AVAILABLE || state == ems::wire::UNIT_AT_HOSPITAL ||
                         state == ems::wire::UNIT_HANDOVER || (is_ordered && placed.position->speed_cm_s() <= kStandingCmS);
    const int columns = mapWidth() / kPilePx + 1 + 2 * kPilesBeyond;
    const int column = static_cast<int>(where.x()) / kPilePx + kPilesBeyond;
    const int row = static_cast<int>(where.y()) / kPilePx + kPilesBeyond;
    int& slot = piles_.at(static_cast<std::size_t>(row * columns + column));
    slot = at_site ? std::max(slot, 1) : slot;
    where.ry() -= kPileStepPx * slot++;
    return where;
}

// Where each symbol stands, in the order they are drawn: the chosen unit last, so that no other covers it.
void MapView::placeSymbols() {
    const auto* selected = desk_.selectedUnit();
    const ScreenMapper to_screen = camera_.mapper();
    piles_.assign(static_cast<std::size_t>(mapWidth() / kPilePx + 1 + 2 * kPilesBeyond) *
                      static_cast<std::size_t>(mapHeight() / kPilePx + 1 + 2 * kPilesBeyond), 0);
    painted_.clear();
    std::size_t chosen = placed_.size();
    for (const PlacedUnit& placed : placed_) {
        const api::Unit& unit = *placed.unit;
        const api::Place& place = placed.position->place();
        const ScreenPoint at = to_screen(geo_point(place.lat_e7(), place.lon_e7()));
        QPointF where{at.x, at.y};
        if (!isShown(where)) {
            continue;
        }
        where = besidePile(where, placed);
        if (unit.state() == ems::wire::UNIT_AT_SCENE || unit.state() == ems::wire::UNIT_AT_PATIENT) {
            where = besideIncident(where);
        }
        const bool moving = placed.position->speed_cm_s() > kStandingCmS;
        chosen = &unit == selected ? painted_.size() : chosen;
        painted_.push_back({&placed, where,
                            &unit == selected ? LabelRank::selected
                            : moving          ? LabelRank::moving_unit
                                              : LabelRank::standing_unit,
                            desk_.lookOf(unit, placed.age_ms), unit.id()});
    }
    if (chosen < painted_.size()) {
        std::rotate(painted_.begin() + static_cast<std::ptrdiff_t>(chosen), painted_.begin() + static_cast<std::ptrdiff_t>(chosen) + 1,
                    painted_.end());
    }
}

// Whose symbol, as it stands in the last frame, is meant by a click.
std::optional<std::int64_t> MapView::unitAt(QPointF where) const {
    std::optional<std::int64_t> nearest;
    double nearest_px = kClickPx;
    for (const PaintedUnit& one : painted_) {
        const double px = std::hypot(one.where.x() - where.x(), one.where.y() - where.y());
        if (px < nearest_px) {
            nearest_px = px;
            nearest = one.unit_id;
        }
    }
    return nearest;
}

int MapView::paintUnits(QPainter& p) {
    placeSymbols();
    symbols_.clear();
    for (const PaintedUnit& one : painted_) {
        symbols_.push_back({one.where, one.placed->unit->state(), one.placed->position->course_cdeg() / 100.0, one.look});
        taken_.take({one.where.x() - 11, one.where.y() - 11, 22, 22});
    }
    sprites_.draw(p, desk_.theme(), symbols_, painted_part_);
    addUnitLabels();
    return static_cast<int>(painted_.size());
}

// Texts once every symbol has its place, the most important first.
void MapView::addUnitLabels() {
    int labelled = 0;
    for (const LabelRank rank : {LabelRank::selected, LabelRank::moving_unit, LabelRank::standing_unit}) {
        for (const PaintedUnit& one : painted_) {
            if (one.rank == rank && labelled < kUnitLabelsMax && (rank == LabelRank::selected || hasRoomForLabel(one.where))) {
                addUnitLabel(one);
                ++labelled;
            }
        }
    }
}

void MapView::addUnitLabel(const PaintedUnit& painted) {
    const api::Unit& unit = *painted.placed->unit;
    // Of a vehicle that is heard without a server only the position is of now: its state is not said.
    const bool direct = desk_.isStale() && !desk_.isStale(unit);
    QString text = qs(unit.name());
    if (!direct) {
        text += QStringLiteral(" ") + (desk_.isStale() ? QStringLiteral("×") : Words::state(unit.state()));
    }
    if (direct || (painted.look != SymbolLook::normal && !desk_.isStale())) {
        text += (painted.look == SymbolLook::lost ? QStringLiteral(" × ") : QStringLiteral(" ")) + qs(age_text(painted.placed->age_ms * 1'000));
    }
    for (const QString& told : {Words::positionBy(*painted.placed->position), Words::accuracy(*painted.placed->position)}) {
        text += told.isEmpty() ? QString{} : QStringLiteral(" ") + told;
    }
    addLabel(painted.rank, {text, {}, painted.where, kUnitReachPx, true, painted.rank == LabelRank::selected,
                            metrics::kDensePx, Token::text_1});
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
        taken_.take({where.x() - 15, where.y() - 15, 30, 30});
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

} // namespace ems::console
