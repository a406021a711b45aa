// Ways on the map: of candidates, of a running unit, and where units came from.
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

void MapView::paintLine(QPainter& p, const QPolygonF& line, bool chosen) {
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
    paintLine(p, line, chosen);
}

void MapView::paintRoutes(QPainter& p) {
    const auto& state = desk_.state();
    if (!routes_on_->isChecked()) {
        return;
    }
    const auto* r = state.recommendation(state.selected_incident());
    const auto* unit = desk_.selectedUnit();
    if (running_.has_answer && unit == nullptr) {
        if (const auto* other = state.unit(running_.unit_id)) { // asked for by name
            paintRunning(p, *other);
        }
    }
    if (r == nullptr && unit == nullptr) {
        return;
    }
    if (unit != nullptr) {
        if (running_.has_answer && running_.unit_id == unit->id()) {
            paintRunning(p, *unit);
            return;
        }
        const bool under_way = unit->state() >= ems::wire::UNIT_ASSIGNED && unit->state() <= ems::wire::UNIT_EN_ROUTE;
        for (int i = 0; r != nullptr && i < r->candidates_size(); ++i) {
            const auto& candidate = r->candidates(i);
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

// What is left of the way that the server worked out, and when the unit is there.
void MapView::paintRunning(QPainter& p, const api::Unit& unit) {
    const auto* position = desk_.state().position(unit.id());
    const auto& way = running_.answer;
    if (position == nullptr || way.points_size() < 2) {
        return;
    }
    int first = 0;
    double best = 1e18;
    for (int i = 0; i < way.points_size(); ++i) {
        const QPointF d = at(way.points(i)) - at(position->place());
        const double gap = d.x() * d.x() + d.y() * d.y();
        if (gap < best) {
            best = gap;
            first = i;
        }
    }
    QPolygonF line{at(position->place())};
    for (int i = first; i < way.points_size(); ++i) {
        line.append(at(way.points(i)));
    }
    paintLine(p, line, true);
    const std::uint32_t gone = first < way.times_s_size() ? way.times_s(first) : 0;
    const std::int64_t arrival = desk_.state().arrival_us(way.computed_us(), way.seconds());
    const QString text = tr("%1 there %2 · left %3 · computed %4")
                             .arg(qs(unit.name()), qs(clock_text(arrival)),
                                  qs(elapsed_text(std::int64_t{way.seconds() - std::min(gone, way.seconds())} * 1'000'000)),
                                  qs(clock_text(way.computed_us())));
    addLabel(LabelRank::selected, {text, {}, line.last(), 34, true, true, metrics::kDensePx, Token::text_1});
}

// Where the selected, the followed unit came from; with the button pressed, all of them.
void MapView::paintTrails(QPainter& p) {
    const auto& units = desk_.state().units();
    if (trails_on_->isChecked()) {
        for (const auto& [id, unit] : units) {
            paintTrail(p, unit);
        }
        return;
    }
    const auto* selected = desk_.selectedUnit();
    if (const auto followed = units.find(followed_); followed != units.end() && &followed->second != selected) {
        paintTrail(p, followed->second);
    }
    if (selected != nullptr) {
        paintTrail(p, *selected);
    }
}

void MapView::paintTrail(QPainter& p, const api::Unit& unit) {
    const Theme& theme = desk_.theme();
    const auto& trail = desk_.state().trails().of(unit.id());
    QPen pen{theme.color(desk_.isStale() ? Token::st_text : unit_token(unit.state())), 2};
    pen.setDashPattern({1, 2});
    p.setPen(pen);
    p.setBrush(Qt::NoBrush);
    p.setRenderHint(QPainter::Antialiasing);
    QPolygonF line;
    std::int64_t before = 0;
    for (const TrailPoint& point : trail) {
        if (before != 0 && point.received_us - before > Trails::kGapUs) {
            p.drawPolyline(line);
            line.clear();
        }
        before = point.received_us;
        const ScreenPoint s = camera_.to_screen(point.at);
        line.append(QPointF{s.x, s.y});
    }
    p.drawPolyline(line);
}

void MapView::askRoute(std::int64_t unit_id, std::int64_t incident_id, std::int64_t hospital_id) {
    running_ = {unit_id, incident_id, hospital_id, {}, 0, 0, false};
    running_.is_named = true;
    keepRoute();
}

// The way of the selected unit while it drives to a case or a hospital, anew every half minute, and as soon as the
// server says that it has another: it left the one before, or the roads changed.
void MapView::keepRoute() {
    constexpr std::int64_t kAgainUs = 30LL * 1'000'000;
    const auto* unit = desk_.selectedUnit();
    if (unit != nullptr) {
        const bool to_scene = unit->state() == ems::wire::UNIT_EN_ROUTE;
        const bool to_hospital = unit->state() == ems::wire::UNIT_TRANSPORTING && unit->destination_hospital_id() != 0;
        const std::int64_t incident = to_scene ? unit->incident_id() : 0;
        const std::int64_t hospital = to_hospital ? unit->destination_hospital_id() : 0;
        if (incident == 0 && hospital == 0) {
            running_ = {};
            return;
        }
        if (running_.unit_id != unit->id() || running_.incident_id != incident || running_.hospital_id != hospital) {
            running_ = {unit->id(), incident, hospital, {}, 0, 0, false};
        }
    }
    const auto* task = desk_.state().task_of(running_.unit_id);
    const std::int64_t way_us = task == nullptr ? 0 : task->way_since_us();
    const bool due = desk_.localUs() - running_.asked_us >= kAgainUs || way_us != running_.asked_for_us;
    if (running_.unit_id == 0 || !desk_.isLive() || !due) {
        return;
    }
    running_.asked_for_us = way_us;
    api::ClientFrame frame;
    frame.mutable_get_route()->set_from_unit_id(running_.unit_id);
    frame.mutable_get_route()->set_to_incident_id(running_.incident_id);
    frame.mutable_get_route()->set_to_hospital_id(running_.hospital_id);
    running_.asked_us = desk_.localUs();
    running_.asked = running_.is_named ? desk_.question(frame) : desk_.askBehind(std::move(frame));
    running_.is_named = false; // once is enough
}

} // namespace ems::console
