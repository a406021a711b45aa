// How far help comes: the live shading of who is not reached within 15 minutes, areas asked for, closed roads, what the
// chosen unit would uncover, where a unit should wait.
#include "console/widgets/map_view.h"

#include "console/model/zone_shapes.h"
#include "console/theme/time_text.h"
#include "console/theme/metrics.h"
#include "console/widgets/controls.h"
#include "console/widgets/map_parts.h"
#include "console/widgets/order_words.h"
#include "console/theme/symbols.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QFontMetricsF>
#include <QLineF>
#include <QPainter>

namespace ems::console {
namespace {

constexpr std::uint32_t kCoverMinutes = 15;
constexpr double kReachPx = 14; // of a symbol about its middle
constexpr double kAbovePx = 22; // of a unit over the sign it stands at
constexpr int kCorners = 4;
constexpr int kWidths = 3;
constexpr int kSlots = 6; // between the upper and the lower corner of a side
constexpr int kPlaces = kCorners * kWidths + 2 * kSlots * kWidths;
constexpr double kNarrowestPx = 240;
constexpr int kRoutePointsMax = 64; // of a way that are looked at
constexpr double kWayHalfPx = 5;    // of its width, with the halo
constexpr std::ptrdiff_t kSymbolWeight = 1'000; // a symbol hidden is worse than any way crossed
constexpr double kToldRowPx = 20;
constexpr double kToldSidePx = 20; // both sides of its text
constexpr double kSlackPx = 2;     // a width in whole pixels may be less than what a line takes
constexpr double kToldEdgePx = 8;  // above and below
constexpr int kToldWrap = Qt::TextWordWrap; // between Chinese characters too, and within no figure
constexpr std::size_t kUnitsWithRoomMax = 400; // among more no corner is free
constexpr std::int64_t kCoverEveryUs = 5'000'000; // while units move the coverage changes all the time
constexpr std::int64_t kCoverAnswerUs = 30'000'000; // then it is asked for anew
constexpr std::int64_t kCoverOldUs = 60'000'000;

std::vector<OverlayPolygon> polygons_of(const api::Isochrones& answer) {
    std::vector<OverlayPolygon> out;
    for (const auto& area : answer.areas()) {
        for (const auto& polygon : area.polygons()) {
            out.push_back(overlay_polygon(polygon));
        }
    }
    return out;
}

// Of a line that is broken where the box is narrower than it.
double told_height(const QString& line, double box_px) {
    const double room = box_px - kToldSidePx;
    if (text_width(line, metrics::kDensePx) + kSlackPx <= room) {
        return kToldRowPx;
    }
    const QFontMetricsF font_metrics{Theme::font(metrics::kDensePx)};
    return std::max(kToldRowPx, font_metrics.boundingRect(QRectF{0, 0, room, 1'000}, kToldWrap, line).height() + 2);
}

bool crosses(const QLineF& line, const QRectF& box) {
    if (box.contains(line.p1()) || box.contains(line.p2())) {
        return true;
    }
    if (!QRectF{line.p1(), line.p2()}.normalized().adjusted(-1, -1, 1, 1).intersects(box)) {
        return false;
    }
    const std::array corners{box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()};
    for (std::size_t i = 0; i < corners.size(); ++i) {
        if (line.intersects(QLineF{corners[i], corners[(i + 1) % corners.size()]}) == QLineF::BoundedIntersection) {
            return true;
        }
    }
    return false;
}

} // namespace

// The shading follows the coverage that the server works out; it is asked for only while it is looked at.
void MapView::keepReach() {
    const api::Coverage* coverage = desk_.state().centre().coverage();
    const std::int64_t now = desk_.localUs();
    if (!desk_.isLive() || now - cover_tried_us_ > kCoverAnswerUs) { // no answer comes any more
        cover_for_us_ = cover_asked_ != 0 ? 0 : cover_for_us_;
        cover_asked_ = 0;
    }
    // It holds as long as the coverage that it belongs to; of another one, or of a lost server, only for a while.
    const bool holds = coverage != nullptr && desk_.isLive() && cover_for_us_ == coverage->computed_us() && cover_asked_ == 0;
    if (cover_ && !holds && now - cover_got_us_ > kCoverOldUs) {
        cover_.reset();
        renewOverlay();
    }
    if (!cover_on_->isChecked() || coverage == nullptr || cover_asked_ != 0 || !desk_.isLive() ||
        coverage->computed_us() == cover_for_us_ || now - cover_tried_us_ < kCoverEveryUs) {
        return;
    }
    api::ClientFrame frame;
    frame.mutable_get_isochrones()->set_from("fleet");
    frame.mutable_get_isochrones()->add_minutes(kCoverMinutes);
    cover_tried_us_ = now;
    cover_asked_ = desk_.askBehind(std::move(frame));
    cover_for_us_ = cover_asked_ != 0 ? coverage->computed_us() : cover_for_us_;
}

bool MapView::showReach(const api::ClientFrame& question) {
    reach_asked_ = desk_.question(question);
    return reach_asked_ != 0;
}

void MapView::takeAnswer(const api::ServerFrame& frame) {
    if (frame.reply_to() == 0) {
        return;
    }
    if (frame.reply_to() == cover_asked_) {
        cover_asked_ = 0;
        if (frame.has_isochrones()) {
            cover_ = frame.isochrones();
            cover_got_us_ = desk_.localUs();
            renewOverlay();
        } else {
            cover_for_us_ = 0; // again, after a while
        }
    } else if (frame.has_isochrones() && frame.reply_to() == reach_asked_) {
        reach_asked_ = 0;
        reach_ = frame.isochrones();
        renewOverlay();
    } else if (frame.has_route() && frame.reply_to() == running_.asked) {
        running_.asked = 0;
        running_.answer = frame.route();
        running_.has_answer = true;
        update();
    }
}

// Zones come with snapshots alone: what tells one drawing from another.
std::string MapView::zonesForm() const {
    std::string form;
    for (const auto& zone : desk_.state().centre().zones()) {
        form += std::to_string(zone.station_id()) + ":" + std::to_string(zone.ByteSizeLong()) + ",";
    }
    return form;
}

void MapView::addZoneLabels() {
    if (!zones_on_->isChecked()) {
        return;
    }
    static constexpr std::array<Token, kZoneHues> kHues{Token::m_zone_1, Token::m_zone_2, Token::m_zone_3};
    for (const OverlayZone& zone : overlay_->zones) {
        const auto station = desk_.state().stations().find(zone.station_id);
        const ScreenPoint s = camera_.to_screen(zone.name_at);
        const QPointF where{s.x, s.y};
        if (station == desk_.state().stations().end() || !isShown(where)) {
            continue;
        }
        addLabel(LabelRank::site, {tr("%1 zone").arg(qs(station->second.name())), {}, where, 4, false, true,
                                            metrics::kBodyPx, kHues.at(static_cast<std::size_t>(zone.hue))});
    }
}

void MapView::showZones() {
    zones_on_->setChecked(true);
}

// Made anew only when what it shows has changed: the worker draws it with the next ground.
void MapView::renewOverlay() {
    const auto& roads = desk_.state().centre().roads();
    const std::int64_t now = desk_.shownUs();
    std::string form = std::to_string(cover_ ? cover_->computed_us() : 0) + "/" +
                       std::to_string(reach_ ? reach_->computed_us() : 0) + (cover_on_->isChecked() ? "c" : "-") + (zones_on_->isChecked() ? "z" : "-") + zonesForm();
    for (const auto& [id, road] : roads) {
        form += CentreState::holds(road, now) ? "/" + std::to_string(id) + "." + std::to_string(road.version()) : std::string{};
    }
    if (form == overlay_form_) {
        return;
    }
    overlay_form_ = std::move(form);
    auto made = std::make_shared<MapOverlay>();
    if (cover_on_->isChecked() && cover_) {
        made->shade = Shade::uncovered;
        made->covered = polygons_of(*cover_);
    }
    if (reach_) {
        made->reach = polygons_of(*reach_);
    }
    if (zones_on_->isChecked()) {
        made->zones = zone_shapes(desk_.state().centre().zones());
    }
    for (const auto& [id, road] : roads) {
        if (road.points_size() != 0 && CentreState::holds(road, now)) {
            OverlayRoad one;
            for (const auto& p : road.points()) {
                one.points.push_back(geo_point(p.lat_e7(), p.lon_e7()));
            }
            one.is_area = road.place() == "area";
            one.is_slow = road.kind() == "slow" || road.kind() == "speed";
            made->roads.push_back(std::move(one));
        }
    }
    overlay_ = std::move(made);
    moved();
}

// Who is covered now, what the chosen unit takes away, and what is advised against it.
QStringList MapView::consequences() const {
    const auto& state = desk_.state();
    QStringList lines;
    if (for_wall_) { // it has a panel of its own for them
        return lines;
    }
    if (const auto* coverage = state.centre().coverage(); coverage != nullptr && cover_on_->isChecked()) {
        if (!coverage->degraded().empty()) {
            lines << tr("15 min coverage not known: %1").arg(coverage->degraded() == "no_places" ? tr("no list of villages") : tr("no road map"));
        } else if (coverage->whole().population() > 0) {
            lines << tr("15 min coverage %1 % of people · %2 villages not reached")
                         .arg(100 * coverage->whole().population_covered() / coverage->whole().population(), 0, 'f', 1)
                         .arg(coverage->gap_count());
        }
        lines << (cover_ ? tr("shaded as worked out at %1").arg(qs(clock_text(cover_->computed_us())))
                         : tr("what is not reached is not known now"));
    }
    if (zones_on_->isChecked() && state.centre().zones().empty() && state.has_data()) {
        lines << tr("Nobody has drawn zones of the stations");
    }
    const auto* incident = state.incident(state.selected_incident());
    const auto* candidate = state.selected_candidate();
    const auto* unit = candidate == nullptr ? nullptr : state.unit(candidate->unit_id());
    if (incident != nullptr && unit != nullptr && candidate->has_loss() && state.units_short(*incident) != 0) {
        lines << tr("%1 sent: %2").arg(qs(unit->name()), OrderWords::loss(state, candidate->loss()));
    }
    if (const auto* advice = state.centre().move_up()) {
        const auto* mover = state.unit(advice->unit_id());
        const auto to = state.stations().find(advice->station_id());
        if (mover != nullptr && to != state.stations().end()) {
            lines << tr("Advised: %1 → %2 in %3, reached in time %4 → %5 % · CN accept, BC decline")
                         .arg(qs(mover->name()), qs(to->second.name()),
                              qs(elapsed_text(std::int64_t{advice->drive_s()} * 1'000'000)))
                         .arg(100 * advice->expected_before(), 0, 'f', 1)
                         .arg(100 * advice->expected_after(), 0, 'f', 1);
        }
    }
    lines.replaceInStrings(QStringLiteral(" %"), QStringLiteral("\u00a0%")); // no line ends between a figure and its unit
    return lines;
}

// Place `told_at_` of those it may have; empty where there is nothing to say.
QRectF MapView::consequenceBox(const QStringList& lines) const {
    return lines.isEmpty() ? QRectF{} : toldPlace(lines, told_at_);
}

// The corners first, each as wide as the longest line and then narrower; then lower and lower down both sides, narrowest first.
// At the right clear of the overview, at the left of the scale bar.
QRectF MapView::toldPlace(const QStringList& lines, int place) const {
    const bool is_corner = place < kCorners * kWidths;
    const int step = is_corner ? place / kCorners : kWidths - 1 - (place - kCorners * kWidths) / (2 * kSlots);
    const int slot = is_corner ? 0 : (place - kCorners * kWidths) % (2 * kSlots);
    const bool is_right = is_corner ? place % kCorners >= 2 : slot % 2 == 1;
    int widest = 0;
    for (const QString& line : lines) {
        widest = std::max(widest, text_width(line, metrics::kDensePx));
    }
    const double share = 1 - 0.25 * step;
    const double wide = std::min<double>(std::max(kNarrowestPx, (widest + kSlackPx + kToldSidePx) * share), mapWidth() - 24.0);
    double high = kToldEdgePx;
    for (const QString& line : lines) {
        high += told_height(line, wide);
    }
    const double foot = is_right && hasOverview() ? kOverviewSize.height() + 24.0 : 50.0;
    const double left = is_right ? mapWidth() - 12 - wide : 12.0;
    const bool is_under_mark = !networkNote().isEmpty() && left < networkBox().right() + 6;
    const double highest = is_under_mark ? 78.0 : 46.0;
    const double lowest = std::max(highest, mapHeight() - foot - high);
    const double down = is_corner ? place % 2 : (slot / 2 + 1.0) / (kSlots + 1);
    return {left, highest + std::round((lowest - highest) * down), wide, high};
}

// The places on the screen of what the box should not lie on. A unit at a station or a hospital, or beside another, is drawn above it.
std::vector<QPointF> MapView::symbolPoints() const {
    std::vector<QPointF> out;
    const auto& state = desk_.state();
    for (const PlacedUnit& unit : placed_) {
        out.push_back(at(unit.position->place()));
        out.push_back(out.back() - QPointF{0, kAbovePx});
    }
    for (const auto& [id, station] : state.stations()) {
        out.push_back(at(station.place()));
    }
    for (const auto& [id, hospital] : state.hospitals()) {
        out.push_back(at(hospital.place()));
    }
    for (const auto& [id, incident] : state.incidents()) {
        if (incident.state() != "closed" && incident.state() != "cancelled") {
            out.push_back(at(incident.place()));
        }
    }
    return out;
}

// The ways of the list and the advised move, which the box should not lie on either: lines, since a straight way has no point for miles.
std::vector<QLineF> MapView::wayLines() const {
    std::vector<QLineF> out;
    const auto& state = desk_.state();
    if (const auto* list = state.recommendation(state.selected_incident())) {
        for (const auto& candidate : list->candidates()) {
            const int step = 1 + candidate.route_size() / kRoutePointsMax;
            for (int i = 0; i + 1 < candidate.route_size(); i += step) {
                out.emplace_back(at(candidate.route(i)), at(candidate.route(std::min(i + step, candidate.route_size() - 1))));
            }
        }
    }
    const auto* advice = state.centre().move_up();
    const auto* from = advice == nullptr ? nullptr : state.position(advice->unit_id());
    const auto to = advice == nullptr ? state.stations().end() : state.stations().find(advice->station_id());
    if (from != nullptr && to != state.stations().end()) {
        out.emplace_back(at(from->place()), at(to->second.place()));
    }
    return out;
}

// Where it lies on no symbol and no way, and stays there as long as it does; where it must, on the fewest, and under them.
void MapView::placeConsequences(const QStringList& lines) {
    const std::vector<QPointF> symbols = symbolPoints();
    const std::vector<QLineF> ways = wayLines();
    const auto under = [&](int place) {
        const QRectF box = toldPlace(lines, place);
        const QRectF grown = box.adjusted(-kReachPx, -kReachPx, kReachPx, kReachPx);
        const QRectF clear = box.adjusted(-kWayHalfPx, -kWayHalfPx, kWayHalfPx, kWayHalfPx);
        return kSymbolWeight * std::count_if(symbols.begin(), symbols.end(), [&](QPointF where) { return grown.contains(where); }) +
               std::count_if(ways.begin(), ways.end(), [&](const QLineF& line) { return crosses(line, clear); });
    };
    std::ptrdiff_t fewest = under(told_at_);
    for (int place = 0, last = told_at_; place < kPlaces && fewest != 0; ++place) {
        const std::ptrdiff_t count = place == last ? fewest : under(place);
        told_at_ = count < fewest ? place : told_at_;
        fewest = std::min(fewest, count);
    }
}

void MapView::paintConsequences(QPainter& p) {
    const QStringList lines = consequences();
    if (lines.isEmpty()) {
        return;
    }
    if (placed_.size() <= kUnitsWithRoomMax) {
        placeConsequences(lines);
    }
    const QRectF box = consequenceBox(lines);
    taken_.take({box.left(), box.top(), box.width(), box.height()});
    const Theme& theme = desk_.theme();
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(theme.color(Token::line_strong));
    p.setBrush(theme.color(Token::bg_panel));
    p.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), metrics::kRadius, metrics::kRadius);
    p.setPen(theme.color(desk_.isStale() ? Token::st_text : Token::text_1));
    p.setFont(Theme::font(metrics::kDensePx));
    double y = box.top() + kToldEdgePx / 2;
    for (const QString& line : lines) {
        const double high = told_height(line, box.width());
        p.drawText(QRectF{box.left() + kToldSidePx / 2, y, box.width() - kToldSidePx, high}, Qt::AlignVCenter | kToldWrap, line);
        y += high;
    }
}

// A dashed arrow from the unit to where it should wait.
void MapView::paintMoveUp(QPainter& p) {
    const auto& state = desk_.state();
    const auto* advice = state.centre().move_up();
    const auto* from = advice == nullptr ? nullptr : state.position(advice->unit_id());
    const auto to = advice == nullptr ? state.stations().end() : state.stations().find(advice->station_id());
    if (from == nullptr || to == state.stations().end()) {
        return;
    }
    const QPointF a = at(from->place());
    const QPointF b = at(to->second.place());
    const QLineF line{a, b};
    if (line.length() < 20) {
        return;
    }
    const Theme& theme = desk_.theme();
    p.setRenderHint(QPainter::Antialiasing);
    QPen pen{theme.color(Token::text_2), 1.6};
    pen.setDashPattern({2, 3});
    p.setPen(pen);
    p.drawLine(line);
    const QPointF along = (b - a) / line.length();
    const QPointF across{-along.y(), along.x()};
    p.setPen(QPen{theme.color(Token::text_2), 1.6});
    const QPointF tip = b - along * 14;
    p.drawLine(tip, tip - along * 9 + across * 5);
    p.drawLine(tip, tip - along * 9 - across * 5);
}

} // namespace ems::console
