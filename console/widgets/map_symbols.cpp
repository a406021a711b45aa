// Stations, hospitals, units and incidents on the map.
#include "console/widgets/map_view.h"

#include "console/theme/time_text.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/map_parts.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <cmath>

#include <QHash>
#include <QPainter>
#include <QPoint>

namespace ems::console {
namespace {

constexpr int kUnitLabelsMax = 400;        // on one screen; more than have room
constexpr double kStandingCmS = 83;        // 3 km/h
constexpr double kCoveredPx = 20;          // a unit nearer than this to an incident would lie under it
constexpr double kBesidePx = 26;
constexpr double kBesideSelectedPx = 40;   // outside the ring

} // namespace

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

int MapView::paintUnits(QPainter& p) {
    const Theme& theme = desk_.theme();
    const auto* selected = desk_.selectedUnit();
    std::vector<PaintedUnit> painted;
    QHash<QPoint, int> pile; // units that stand on one spot are set side by side
    pile.reserve(static_cast<qsizetype>(placed_.size()));
    for (const PlacedUnit& placed : placed_) {
        const api::Unit& unit = *placed.unit;
        QPointF where = at(placed.position->place());
        if (!isShown(where)) {
            continue;
        }
        // at a station or a hospital: above its sign
        const bool at_site = unit.state() == ems::wire::UNIT_AVAILABLE || unit.state() == ems::wire::UNIT_AT_HOSPITAL ||
                             unit.state() == ems::wire::UNIT_HANDOVER;
        int& slot = pile[QPoint{static_cast<int>(where.x()) / 14, static_cast<int>(where.y()) / 14}];
        slot = at_site ? std::max(slot, 1) : slot;
        where.ry() -= 22.0 * slot++;
        if (unit.state() == ems::wire::UNIT_AT_SCENE || unit.state() == ems::wire::UNIT_AT_PATIENT) {
            where = besideIncident(where);
        }
        const SymbolLook look = desk_.lookOf(unit, placed.age_ms);
        sprites_.draw(p, theme, where, unit.state(), placed.position->course_cdeg() / 100.0, look);
        taken_.take({where.x() - 11, where.y() - 11, 22, 22});
        const bool moving = placed.position->speed_cm_s() > kStandingCmS;
        painted.push_back({&placed, where,
                           &unit == selected ? LabelRank::selected
                           : moving          ? LabelRank::moving_unit
                                             : LabelRank::standing_unit,
                           look});
    }
    // Texts once every symbol has its place, the most important first.
    std::stable_sort(painted.begin(), painted.end(),
                     [](const PaintedUnit& a, const PaintedUnit& b) { return a.rank < b.rank; });
    int labelled = 0;
    for (const PaintedUnit& one : painted) {
        if (labelled < kUnitLabelsMax && (one.rank == LabelRank::selected || hasRoomForLabel(one.where))) {
            addUnitLabel(one);
            ++labelled;
        }
    }
    return static_cast<int>(painted.size());
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
    if (const QString by = Words::positionBy(*painted.placed->position); !by.isEmpty()) {
        text += QStringLiteral(" ") + by;
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
