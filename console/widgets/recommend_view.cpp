#include "console/widgets/recommend_view.h"

#include "console/model/rows.h"
#include "console/theme/time_text.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/order_words.h"
#include "console/widgets/outage_words.h"
#include "console/widgets/spoken_rows.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <cmath>

#include <QFontMetricsF>
#include <QKeyEvent>
#include <QPainter>

namespace ems::console {
namespace {

constexpr int kTotalWidth = 104;
constexpr int kNarrow = 560;     // there the reasons have a line of their own
constexpr int kReasonLine = 19;
constexpr int kShortHeight = 54;
constexpr int kLastKnownRow = 33;
constexpr int kCallLine = 22; // under it, of a crew whose number is known
constexpr int kNarrowFallback = 600;
constexpr int kEntryRow = 26;
constexpr double kAdviceTop = 35; // under its head
constexpr int kAdviceLeast = 80;
constexpr double kAdviceMost = 2'000;
constexpr std::size_t kEntriesAbove = 4; // the units stay in sight
constexpr std::uint32_t kSceneOffRoadM = 300; // a village house is nearer; further off, a wrong place is likely
constexpr std::int64_t kSecondUs = 1'000'000;
constexpr double kInVillageM = 200;

QString place_of_unit(const Desk& desk, const api::Unit& unit) {
    const auto& state = desk.state();
    const auto* position = state.position(unit.id());
    const bool standing = unit.state() == ems::wire::UNIT_AVAILABLE;
    const auto station = state.stations().find(unit.station_id());
    if (standing && station != state.stations().end()) {
        return qs(station->second.name());
    }
    if (position != nullptr && position->speed_cm_s() > 83) { // a simulated world's speed by its own clock
        return QStringLiteral("%1 km/h").arg(qRound(position->speed_cm_s() * 0.036 / state.time_scale()));
    }
    return {};
}

// What a neighbour said last; while it was not asked, the verb that writes it down.
QString said_by(const api::Incident* incident, const std::string& name) {
    for (int i = incident == nullptr ? 0 : incident->neighbours_size(); i-- > 0;) {
        if (incident->neighbours(i).name() == name) {
            return OrderWords::neighbourSaid(incident->neighbours(i).said());
        }
    }
    return OrderWords::letters(Verb::neighbour);
}

} // namespace

RecommendView::RecommendView(Desk& desk, QWidget* parent) : RowList(desk, parent) {
    setObjectName(QStringLiteral("recommendView"));
    setAccessibleName(tr("Recommended units"));
    setMinimumSize(480, metrics::kCandidateHeight);
    connect(this, &RowList::chosen, this,
            [this](qint64 rank) { desk_.selectCandidate(static_cast<std::uint32_t>(rank)); });
}

void RecommendView::rebuild() {
    shown_.clear();
    excluded_.clear();
    rows_.clear();
    const auto* r = desk_.state().recommendation(desk_.state().selected_incident());
    if (r == nullptr) {
        return;
    }
    bar_full_s_ = std::max<std::uint32_t>(1'200, r->radius_s());
    for (const auto& c : r->candidates()) {
        if (c.rank() == 0) {
            excluded_.push_back(&c);
        } else if (shown_.size() < kShownMax) {
            shown_.push_back(&c);
            bar_full_s_ = std::max(bar_full_s_, c.total_s());
        }
    }
    std::sort(shown_.begin(), shown_.end(), [](auto* a, auto* b) { return a->rank() < b->rank(); });
    const int row_height = metrics::kCandidateHeight + (width() < kNarrow ? kReasonLine : 0);
    const std::uint32_t chosen = desk_.state().selected_rank();
    const bool has_room = row_height * static_cast<int>(shown_.size()) <= height();
    for (const auto* c : shown_) { // where not all have room, what was not chosen says in two lines what it takes
        rows_.push_back({has_room || c->rank() == chosen ? row_height : kShortHeight, c->rank()});
    }
    setCurrent(chosen);
}

void RecommendView::paintBar(QPainter& p, const QRectF& box, const api::Candidate& c) const {
    const QColor ink = desk_.theme().color(Token::text_1);
    const auto x_of = [&](std::uint32_t s) { return box.width() * s / static_cast<double>(bar_full_s_); };
    const double turnout = std::max(4.0, x_of(c.turnout_s()));
    p.setRenderHint(QPainter::Antialiasing, false);
    p.setPen(QPen{ink, 1.4});
    p.setBrush(Qt::NoBrush);
    p.drawRect(QRectF{box.left() + 0.5, box.top() + 3.5, turnout - 1, 9});
    p.save();
    p.setOpacity(0.82);
    p.fillRect(QRectF{box.left() + turnout + 1, box.top() + 3, std::max(2.0, x_of(c.total_s()) - turnout - 1), 10}, ink);
    p.restore();
    const auto* r = desk_.state().recommendation(desk_.state().selected_incident());
    p.fillRect(QRectF{box.left() + x_of(r == nullptr ? 900 : r->radius_s()), box.top(), 2, 16}, ink);
}

QString RecommendView::reasonsText(const api::Candidate& c) const {
    QStringList parts;
    for (const auto& reason : c.reasons()) {
        parts << Words::reason(reason);
    }
    for (const auto& lack : c.lacks()) {
        parts << tr("lacks %1").arg(Words::need(lack));
    }
    if (c.fix_age_s() > 5) {
        parts << tr("position %1 old").arg(qs(age_text(c.fix_age_s() * kSecondUs)));
    }
    return parts.join(QStringLiteral(" · "));
}

QString RecommendView::straightText(const api::Candidate& c) const {
    QString text = tr("straight line %1, rank %2 in line").arg(Words::distance(c.straight_m())).arg(c.straight_rank());
    if (c.straight_rank() != 0 && c.straight_rank() < c.rank()) {
        text += QStringLiteral(" · ") + tr("nearer in line, slower by road");
    }
    if (c.fix_age_s() > 5) {
        text += QStringLiteral(" · ") + tr("position %1 old").arg(qs(age_text(c.fix_age_s() * kSecondUs)));
    }
    return text;
}

void RecommendView::paintTotal(QPainter& p, const QRect& box, const api::Candidate& c) const {
    const Theme& theme = desk_.theme();
    const auto& state = desk_.state();
    const auto* r = state.recommendation(state.selected_incident());
    const double left = box.right() - kTotalWidth - metrics::kMargin + 1;
    paint_text(p, {left, box.top() + 8.0, kTotalWidth, 28}, Qt::AlignRight | Qt::AlignVCenter,
               qs(elapsed_text(c.total_s() * kSecondUs)), metrics::kTotalPx, Weight::bold,
               theme.color(Token::text_1), Elide::none);
    const std::int64_t arrival = state.arrival_us(r == nullptr ? desk_.shownUs() : r->computed_us(), c.total_s());
    const QColor second = theme.color(Token::text_2);
    paint_text(p, {left, box.top() + 37.0, kTotalWidth, 16}, Qt::AlignRight, tr("arr. %1").arg(qs(clock_text(arrival))),
               metrics::kCaptionPx, Weight::normal, second, Elide::none);
    paint_text(p, {left, box.top() + 53.0, kTotalWidth, 16}, Qt::AlignRight, Words::distance(c.distance_m()),
               metrics::kCaptionPx, Weight::normal, second, Elide::none);
    if (!c.within_radius()) {
        paint_text(p, {left, box.top() + 70.0, kTotalWidth, 16}, Qt::AlignRight, tr("beyond 15 min"),
                   metrics::kCaptionPx, Weight::bold, theme.color(Token::text_1), Elide::none);
    }
}

void RecommendView::paintRank(QPainter& p, const QRect& box, const api::Candidate& c, bool is_current) const {
    const Theme& theme = desk_.theme();
    const QRectF rank_box{box.left() + 14.5, box.top() + 11.5, 22, 22};
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(theme.color(Token::line_strong));
    p.setBrush(is_current ? QBrush{theme.color(Token::inv_bg)} : QBrush{Qt::NoBrush});
    p.drawRoundedRect(rank_box, metrics::kRadius, metrics::kRadius);
    paint_text(p, rank_box, Qt::AlignCenter, QString::number(c.rank()), metrics::kBodyPx, Weight::bold,
               theme.color(is_current ? Token::inv_fg : Token::text_1), Elide::none);
}

void RecommendView::paintUnit(QPainter& p, const QRect& box, const api::Candidate& c, double right) const {
    const Theme& theme = desk_.theme();
    const api::Unit* unit = desk_.state().unit(c.unit_id());
    double x = box.left() + 44;
    if (unit != nullptr) {
        const auto* position = desk_.state().position(unit->id());
        paint_unit(p, theme, {x + 11, box.top() + 22.0}, unit->state(),
                   position == nullptr ? 0 : position->course_cdeg() / 100.0, SymbolLook::normal, 0.95);
        x += 29;
        const QString name = qs(unit->name());
        const int w = text_width(name, metrics::kNamePx, Weight::bold) + 8;
        paint_text(p, {x, box.top() + 9.0, static_cast<double>(w), 26}, Qt::AlignVCenter, name, metrics::kNamePx,
                   Weight::bold, theme.color(Token::text_1), Elide::none);
        x += w;
        const QString state = Words::state(unit->state());
        paint_text(p, {x, box.top() + 9.0, 60, 26}, Qt::AlignVCenter, state, metrics::kBodyPx, Weight::normal,
                   theme.color(Token::text_1), Elide::none);
        x += text_width(state, metrics::kBodyPx) + 10;
        paint_text(p, {x, box.top() + 9.0, right - x, 26}, Qt::AlignVCenter, place_of_unit(desk_, *unit),
                   metrics::kDensePx, Weight::normal, theme.color(Token::text_2));
    }
}

// Who, how long in all, and what that is made of.
void RecommendView::paintShort(QPainter& p, const QRect& box, const api::Candidate& c) {
    const Theme& theme = desk_.theme();
    const auto& state = desk_.state();
    const auto* r = state.recommendation(state.selected_incident());
    const double edge = box.right() - metrics::kMargin + 1;
    const QString total = qs(elapsed_text(c.total_s() * kSecondUs));
    const double total_width = text_width(total, metrics::kTimerPx, Weight::bold) + 4;
    paint_text(p, {edge - total_width, box.top() + 7.0, total_width, 26}, Qt::AlignRight | Qt::AlignVCenter, total,
               metrics::kTimerPx, Weight::bold, theme.color(Token::text_1), Elide::none);
    paintUnit(p, box, c, edge - total_width - 8);
    const std::int64_t arrival = state.arrival_us(r == nullptr ? desk_.shownUs() : r->computed_us(), c.total_s());
    QString there = tr("arr. %1").arg(qs(clock_text(arrival)));
    if (!c.within_radius()) {
        there = tr("beyond 15 min") + QStringLiteral(" · ") + there;
    }
    const double there_width = text_width(there, metrics::kDensePx) + 4;
    const double left = box.left() + 44;
    paint_text(p, {edge - there_width, box.top() + 33.0, there_width, 18}, Qt::AlignRight | Qt::AlignVCenter, there,
               metrics::kDensePx, Weight::normal, theme.color(c.within_radius() ? Token::text_2 : Token::text_1), Elide::none);
    const QString made = tr("turnout %1 s ＋ drive %2 s").arg(c.turnout_s()).arg(c.drive_s());
    const QString far = made + QStringLiteral(" · ") + Words::distance(c.distance_m());
    const double room = edge - there_width - 8 - left;
    paint_text(p, {left, box.top() + 33.0, room, 18}, Qt::AlignVCenter, text_width(far, metrics::kDensePx) <= room ? far : made,
               metrics::kDensePx, Weight::normal, theme.color(Token::text_2));
}

void RecommendView::paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) {
    const api::Candidate& c = *shown_.at(index);
    const Theme& theme = desk_.theme();
    if (is_current) {
        paintSelection(p, box);
    }
    p.fillRect(QRect{box.left(), box.bottom(), box.width(), 1}, theme.color(Token::line));
    paintRank(p, box, c, is_current);
    if (box.height() == kShortHeight) {
        paintShort(p, box, c);
        return;
    }
    const double right = box.right() - kTotalWidth - metrics::kMargin - 8;
    paintUnit(p, box, c, right);
    const double left = box.left() + 44;
    paintBar(p, {left, box.top() + 38.0, right - left, 16}, c);
    const QString made = tr("turnout %1 s ＋ drive %2 s").arg(c.turnout_s()).arg(c.drive_s());
    const int made_width = text_width(made, metrics::kDensePx) + 12;
    paint_text(p, {left, box.top() + 58.0, right - left, 18}, Qt::AlignVCenter, made, metrics::kDensePx,
               Weight::normal, theme.color(Token::text_1));
    const QColor second = theme.color(Token::text_2);
    const bool narrow = box.width() < kNarrow;
    const QRectF beside{left + made_width, box.top() + 58.0, right - left - made_width, 18};
    const QRectF under{left, box.top() + 77.0, right - left, 18};
    paint_text(p, narrow ? under : beside, Qt::AlignVCenter, reasonsText(c), metrics::kDensePx, Weight::normal, second);
    // what it leaves behind says more than the straight line; the line is told where coverage is not known
    const QRectF last = narrow ? QRectF{left, under.top() + kReasonLine, box.right() - left - metrics::kMargin, 18} : under;
    paint_text(p, last, Qt::AlignVCenter,
               c.has_loss() ? OrderWords::lossIn(desk_.state(), c.loss(), metrics::kDensePx, last.width()) : straightText(c), metrics::kDensePx,
               Weight::normal, c.has_loss() && c.loss().villages() != 0 ? theme.color(Token::text_1) : second);
    paintTotal(p, box, c);
}

QString RecommendView::spokenRow(std::size_t index) const {
    const api::Candidate& candidate = *shown_.at(index);
    return SpokenRows::candidate(desk_, candidate, reasonsText(candidate));
}

void RecommendView::paintRest(QPainter& p, const QRect& box) {
    const Theme& theme = desk_.theme();
    const auto& state = desk_.state();
    const auto* r = state.recommendation(state.selected_incident());
    double y = box.top() + 8.0;
    const auto line = [&](const QString& text, Token token) {
        if (y + 20 > box.bottom() + 1) { // half a line says nothing
            return;
        }
        paint_text(p, {box.left() + 14.0, y, box.width() - 28.0, 20}, Qt::AlignVCenter, text, metrics::kDensePx,
                   Weight::normal, theme.color(token));
        y += 20;
    };
    if (r == nullptr) {
        line(state.selected_incident() == 0 ? tr("No incident selected") : tr("No recommendation yet · F5"), Token::text_3);
        return;
    }
    if (!r->degraded().empty()) {
        line(Words::degraded(r->degraded()), Token::text_1);
    }
    const std::uint64_t roads_now = state.centre().roads_state().revision();
    if (roads_now != 0 && r->roads_revision() != 0 && r->roads_revision() != roads_now) {
        line(tr("The roads have changed since this list was made: F5 ranks again"), Token::text_1);
    }
    if (r->scene_road_m() > kSceneOffRoadM) {
        line(tr("The place lies %1 off the nearest road %2: is it right?")
                 .arg(Words::distance(r->scene_road_m()), qs(r->scene_road())),
             Token::text_1);
    }
    if (!r->shortfall().empty()) {
        line(Words::shortfall(r->shortfall()), Token::text_1);
    } else if (shown_.empty()) {
        line(Words::shortfall("no_unit"), Token::text_1);
    }
    for (const auto& shortfall : r->shortfalls()) {
        line(Words::shortfall(shortfall), Token::text_1);
    }
    if (!r->rule().empty()) {
        line(tr("The first stands first because it keeps the county covered"), Token::text_2);
    }
    if (r->closures_unknown()) {
        line(tr("Closed roads were not read yet: usual times"), Token::text_1);
    }
    if (r->instead_of_assignment_id() != 0) {
        line(tr("Instead of a crew that does not answer: HP sends another in one step"), Token::text_1);
    }
    for (const auto& partner : r->partners()) {
        line(tr("Neighbour %1 %2, about %3 by straight line")
                     .arg(qs(partner.name()), qs(partner.phone()), qs(elapsed_text(std::int64_t{partner.estimate_s()} * kSecondUs))) +
                 QStringLiteral(" · ") + said_by(state.incident(r->incident_id()), partner.name()),
             Token::text_2);
    }
    for (const auto* c : excluded_) {
        const api::Unit* unit = state.unit(c->unit_id());
        QString text = QStringLiteral("— ") + (unit == nullptr ? QString{} : qs(unit->name())) + QStringLiteral("　") +
                       Words::excluded(c->excluded());
        if (unit != nullptr) {
            text += QStringLiteral(" · ") + Words::state(unit->state());
        }
        if (c->free_in_s() != 0) {
            text += QStringLiteral(" · ") + tr("free in about %1 (%2 to %3), then there in %4")
                                                 .arg(qs(elapsed_text(std::int64_t{c->free_in_s()} * kSecondUs)),
                                                      qs(elapsed_text(std::int64_t{c->free_early_s()} * kSecondUs)),
                                                      qs(elapsed_text(std::int64_t{c->free_late_s()} * kSecondUs)),
                                                      qs(elapsed_text(std::int64_t{c->total_s()} * kSecondUs)));
        } else if (c->straight_m() != 0) {
            text += QStringLiteral(" · ") +
                    tr("straight line %1, rank %2 in line").arg(Words::distance(c->straight_m())).arg(c->straight_rank());
        }
        line(text, Token::text_3);
    }
}

void RecommendView::paintEvent(QPaintEvent* event) {
    RowList::paintEvent(event);
    const int more = unseen();
    if (more == 0) {
        return;
    }
    QPainter p{this};
    const QString text = QStringLiteral("+%1").arg(more);
    const double wide = text_width(text, metrics::kBodyPx, Weight::bold) + 14.0;
    const QRectF box{width() - wide - metrics::kMargin, height() - 24.0, wide, 22};
    p.fillRect(box, desk_.theme().color(Token::inv_bg));
    paint_text(p, box, Qt::AlignCenter, text, metrics::kBodyPx, Weight::bold, desk_.theme().color(Token::inv_fg), Elide::none);
}

void RecommendView::keyPressEvent(QKeyEvent* event) {
    if (event->key() >= Qt::Key_1 && event->key() <= Qt::Key_4) {
        desk_.selectCandidate(static_cast<std::uint32_t>(event->key() - Qt::Key_0));
        return;
    }
    RowList::keyPressEvent(event);
}

FallbackView::FallbackView(Desk& desk, QWidget* parent) : RowList(desk, parent) {
    setObjectName(QStringLiteral("fallbackView"));
    setAccessibleName(tr("Units as last known"));
    setMinimumSize(480, 120);
}

void FallbackView::setPlaces(const PlaceSearch* places) {
    places_ = places;
    update();
}

QString FallbackView::villageOf(const api::UnitPosition& position) const {
    const auto& at = position.place();
    const auto near = places_ == nullptr ? std::nullopt : places_->nearest(geo_point(at.lat_e7(), at.lon_e7()));
    if (!near) {
        return {};
    }
    return near->distance_m < kInVillageM
               ? qs(near->name)
               : qs(near->name) + QStringLiteral(" ") + Words::compass(near->sector) + QStringLiteral(" ") + Words::distance(near->distance_m);
}

void FallbackView::rebuild() {
    rows_.clear();
    entries_.clear();
    rows_.push_back({adviceHeight(), 0});
    const std::size_t count = record_ == nullptr ? 0 : record_->entries().size();
    addEntries(0, std::min(count, kEntriesAbove));
    unit_head_ = rows_.size();
    rows_.push_back({metrics::kTableHeadHeight, 0});
    for (const auto& row : unit_rows(desk_.state())) {
        rows_.push_back({Words::crewCall(*row.unit).isEmpty() ? kLastKnownRow : kLastKnownRow + kCallLine, row.unit->id()});
    }
    addEntries(kEntriesAbove, count);
}

QString FallbackView::advice() {
    return tr("No recommendation: positions are old. Last known below, verify before sending. Ctrl+R records who was "
              "sent and what was said; the server is compared with it afterwards.");
}

// Of its head and all its lines.
int FallbackView::adviceHeight() const {
    const QFontMetricsF of{Theme::font(metrics::kDensePx)};
    const QRectF room{0, 0, width() - 2.0 * metrics::kMargin, kAdviceMost};
    const double lines = of.boundingRect(room, Qt::AlignTop | Qt::TextWordWrap, advice()).height();
    return std::max(kAdviceLeast, static_cast<int>(std::ceil(kAdviceTop + lines)) + metrics::kGap);
}

// Counted from the newest.
void FallbackView::addEntries(std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
        entries_[rows_.size()] = record_->entries().size() - 1 - i;
        rows_.push_back({kEntryRow, 0});
    }
}

void FallbackView::setRecord(const OutageRecord* record) {
    record_ = record;
    update();
}

void FallbackView::paintEntry(QPainter& p, const QRect& box, const OutageEntry& entry) const {
    const Theme& theme = desk_.theme();
    const QRectF in = QRectF{box}.adjusted(metrics::kMargin, 0, -metrics::kMargin, 0);
    const QString at = OutageWords::at(entry.at_us, desk_.localUs());
    paint_text(p, in, Qt::AlignVCenter, at, metrics::kBodyPx, Weight::normal, theme.color(Token::text_2), Elide::none);
    paint_text(p, in.adjusted(text_width(at, metrics::kBodyPx) + 14, 0, 0, 0), Qt::AlignVCenter, OutageWords::entry(entry), metrics::kBodyPx,
               Weight::normal, theme.color(Token::text_1));
    p.fillRect(QRect{box.left(), box.bottom(), box.width(), 1}, theme.color(Token::line));
}

QString FallbackView::spokenRow(std::size_t index) const {
    for (const UnitRow& row : unit_rows(desk_.state())) {
        if (row.unit->id() == rows_.at(index).id) {
            return SpokenRows::unitRow(desk_, row, row.position == nullptr ? QString{} : villageOf(*row.position));
        }
    }
    return {};
}

void FallbackView::paintRow(QPainter& p, const QRect& box, std::size_t index, bool /*is_current*/) {
    const Theme& theme = desk_.theme();
    const double left = box.left() + metrics::kMargin;
    const double top = box.top();
    if (index == 0) {
        paint_text(p, {left, top + 8, box.width() - 24.0, 26}, Qt::AlignVCenter,
                   tr("Dispatch by telephone or radio, record it afterwards"), metrics::kNamePx, Weight::bold,
                   theme.color(Token::text_1));
        p.setFont(Theme::font(metrics::kDensePx));
        p.setPen(theme.color(Token::text_1));
        p.drawText(QRectF{left, top + kAdviceTop, box.width() - 2.0 * metrics::kMargin, box.height() - kAdviceTop},
                   Qt::AlignTop | Qt::TextWordWrap, advice());
        return;
    }
    if (const auto entry = entries_.find(index); entry != entries_.end()) {
        paintEntry(p, box, record_->entries().at(entry->second));
        return;
    }
    const bool narrow = box.width() < kNarrowFallback; // the village says where, the map has the coordinates
    const std::array<double, 5> columns = narrow ? std::array<double, 5>{left, left + 116, left + 190, left + 384, left + 384}
                                                 : std::array<double, 5>{left, left + 130, left + 214, left + 366, left + 506};
    const auto cell = [&](std::size_t column, const QString& text, int px, Weight weight, Token token) {
        const double end = column + 1 < columns.size() ? columns.at(column + 1) - 6 : box.right() - 12.0;
        const double height = std::min(box.height(), kLastKnownRow);
        paint_text(p, {columns.at(column), top, end - columns.at(column), height}, Qt::AlignVCenter, text, px, weight,
                   theme.color(token));
    };
    p.fillRect(QRect{box.left(), box.bottom(), box.width(), 1}, theme.color(Token::line));
    if (index == unit_head_) {
        cell(0, tr("Unit"), metrics::kCaptionPx, Weight::normal, Token::text_3);
        cell(1, tr("Last state"), metrics::kCaptionPx, Weight::normal, Token::text_3);
        cell(2, tr("Nearest village"), metrics::kCaptionPx, Weight::normal, Token::text_3);
        if (!narrow) {
            cell(3, tr("Last position"), metrics::kCaptionPx, Weight::normal, Token::text_3);
        }
        cell(4, tr("Position at"), metrics::kCaptionPx, Weight::normal, Token::text_3);
        return;
    }
    const auto* unit = desk_.state().unit(rows_.at(index).id);
    if (unit == nullptr) {
        return;
    }
    const auto* position = desk_.state().position(unit->id());
    paint_unit(p, theme, {left + 10, top + 16}, unit->state(), 0, SymbolLook::lost, 0.85);
    paint_text(p, {left + 26, top, 84, kLastKnownRow}, Qt::AlignVCenter, qs(unit->name()), metrics::kBodyPx, Weight::bold,
               theme.color(Token::text_1));
    const double call_at = columns.at(1);
    paint_text(p, {call_at, top + kLastKnownRow - 6, box.right() - 12.0 - call_at, kCallLine}, Qt::AlignVCenter,
               Words::crewCall(*unit), metrics::kBodyPx, Weight::bold, theme.color(Token::text_1));
    cell(1, Words::state(unit->state()), metrics::kBodyPx, Weight::normal, Token::text_1);
    if (position != nullptr) {
        cell(2, villageOf(*position), metrics::kBodyPx, Weight::normal, Token::text_1);
        if (!narrow) {
            cell(3,
                 QStringLiteral("%1 N  %2 E")
                     .arg(position->place().lat_e7() / 1e7, 0, 'f', 4)
                     .arg(position->place().lon_e7() / 1e7, 0, 'f', 4),
                 metrics::kDensePx, Weight::normal, Token::text_1);
        }
        cell(4, qs(clock_text(position->received_us())), metrics::kBodyPx, Weight::normal, Token::text_1);
    } else {
        cell(2, QStringLiteral("—"), metrics::kBodyPx, Weight::normal, Token::text_1);
    }
}

} // namespace ems::console
