#include "console/widgets/timeline_view.h"

#include "console/theme/time_text.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/notes_view.h"
#include "console/widgets/spoken_rows.h"
#include "console/widgets/words.h"

#include <algorithm>

#include <QFocusEvent>
#include <QKeyEvent>
#include <QPainter>

namespace ems::console {
namespace {

constexpr std::int64_t kMinuteUs = 60'000'000;
constexpr std::int64_t kHalfUs = 42 * kMinuteUs;
// Marks of the axis; the first that leaves room for its label is taken.
constexpr std::array<std::int64_t, 7> kStepsUs{5'000'000,     10'000'000,    30'000'000,    kMinuteUs,
                                               2 * kMinuteUs, 5 * kMinuteUs, 10 * kMinuteUs};
constexpr int kStageHeight = 58;
constexpr int kStageMin = 74;   // as wide as a time is, and the longest of their names
constexpr int kMoreWidth = 26;  // at both ends of a row that does not show all
constexpr int kNarrow = 720;    // there the notes have no room beside the lanes
constexpr int kNotesUnderHeight = 72;
constexpr double kLaneHeight = 24;
constexpr double kLaneName = 128;
constexpr double kAxisHeight = 20;
constexpr int kNotesMin = 220;
constexpr int kNotesMax = 420;

struct Segment {
    Stage from;
    Stage to;
    ems::wire::UnitState state;
};
// what fills a lane between two stamps
constexpr std::array<Segment, 7> kSegments{{
    {Stage::unit_assigned, Stage::crew_ack, ems::wire::UNIT_ASSIGNED},
    {Stage::crew_ack, Stage::wheels, ems::wire::UNIT_ACKNOWLEDGED},
    {Stage::wheels, Stage::at_scene, ems::wire::UNIT_EN_ROUTE},
    {Stage::at_scene, Stage::at_patient, ems::wire::UNIT_AT_SCENE},
    {Stage::at_patient, Stage::left_scene, ems::wire::UNIT_AT_PATIENT},
    {Stage::left_scene, Stage::at_hospital, ems::wire::UNIT_TRANSPORTING},
    {Stage::at_hospital, Stage::handover, ems::wire::UNIT_AT_HOSPITAL},
}};

} // namespace

TimelineView::TimelineView(Desk& desk, QWidget* parent) : QWidget(parent), desk_(desk), notes_(new NotesView(desk, this)) {
    setObjectName(QStringLiteral("timelineView"));
    setAccessibleName(tr("Incident timeline"));
    setMinimumSize(6 * kStageMin + 16, kStageHeight + 4);
    setFocusPolicy(Qt::StrongFocus);
    const auto repaint = qOverload<>(&QWidget::update);
    connect(&desk_, &Desk::stateChanged, this, repaint);
    connect(&desk_, &Desk::selectionChanged, this, repaint);
    connect(&desk_, &Desk::ticked, this, repaint);
    connect(&desk_.theme(), &Theme::changed, this, repaint);
    connect(notes_, &NotesView::shownChanged, this, repaint);
}

void TimelineView::setRoom(Room room) {
    room_ = room;
    setMinimumHeight(room == Room::one_row ? kStageHeight + 4 : stagesHeight() + 4);
    setMaximumHeight(room == Room::one_row ? kStageHeight + 4 : QWIDGETSIZE_MAX);
    update();
}

void TimelineView::resizeEvent(QResizeEvent* event) {
    const int top = stagesHeight() + 4;
    if (minimumHeight() < top) { // two rows of stages are never cut
        setMinimumHeight(top);
    }
    const int wide = std::clamp(width() * 36 / 100, kNotesMin, kNotesMax);
    if (isNarrow()) {
        notes_->setGeometry(0, std::max(top, height() - kNotesUnderHeight), width(), std::min(kNotesUnderHeight, height() - top));
    } else {
        notes_->setGeometry(width() - wide, top, wide, height() - top);
    }
    QWidget::resizeEvent(event);
}

void TimelineView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    notes_->follow();
}

QRect TimelineView::lanesBox() const {
    const int top = stagesHeight() + 4;
    const int beside = notes_->isHidden() || isNarrow() ? 0 : notes_->width() + metrics::kGap;
    const int under = notes_->isHidden() || !isNarrow() ? 0 : notes_->height() + metrics::kGap;
    return {0, top, width() - beside, height() - top - under};
}

bool TimelineView::isNarrow() const {
    return width() < kNarrow;
}

int TimelineView::stagesPerRow() const {
    constexpr auto kAll = static_cast<int>(kStageCount);
    if (width() - 16 >= kAll * kStageMin) {
        return kAll;
    }
    return room_ == Room::one_row ? std::max(1, (width() - 16 - 2 * kMoreWidth) / kStageMin) : (kAll + 1) / 2;
}

// The stage that is chosen, else the next one, with what came before it.
int TimelineView::firstStage() const {
    constexpr auto kAll = static_cast<int>(kStageCount);
    const auto* incident = desk_.state().incident(desk_.state().selected_incident());
    const int count = stagesPerRow();
    if (room_ == Room::ample || count >= kAll || incident == nullptr) {
        return 0;
    }
    const auto all = cells(*incident);
    const auto next = std::find_if(all.begin(), all.end(), [](const StageCell& cell) { return cell.state == StageState::next; });
    const int wanted = hasFocus() && chosen_ >= 0 ? chosen_ : static_cast<int>(next - all.begin());
    return std::clamp(wanted - count / 2, 0, kAll - count);
}

int TimelineView::stagesHeight() const {
    return room_ == Room::ample && stagesPerRow() < static_cast<int>(kStageCount) ? 2 * kStageHeight - 4 : kStageHeight;
}

QRectF TimelineView::stageBox(std::size_t stage) const {
    const int per_row = stagesPerRow();
    const int at = static_cast<int>(stage) - firstStage();
    if (room_ == Room::one_row && per_row < static_cast<int>(kStageCount)) {
        const double each = (width() - 16.0 - 2 * kMoreWidth) / per_row;
        return at < 0 || at >= per_row ? QRectF{} : QRectF{8.0 + kMoreWidth + each * at, 6, each, 52};
    }
    const double wide = (width() - 16.0) / per_row;
    const int row = at / per_row;
    return {8 + wide * (at % per_row), 6.0 + row * (kStageHeight - 4), wide, 52};
}

void TimelineView::paintStage(QPainter& p, const QRectF& box, Stage stage, const StageCell& cell) const {
    const Theme& theme = desk_.theme();
    const bool stale = desk_.isStale();
    const bool next = cell.state == StageState::next;
    const bool done = cell.state == StageState::done;
    if (next) {
        p.setPen(QPen{theme.color(stale ? Token::st_text : Token::text_1), 2});
        p.setBrush(stale ? QBrush{Qt::NoBrush} : QBrush{theme.color(Token::bg_sel)});
        p.drawRect(box.adjusted(1, -1, -1, -1));
    } else {
        p.fillRect(QRectF{box.left(), box.top(), 2, box.height() - 4}, theme.color(Token::line_strong));
    }
    const QRectF inner = box.adjusted(5, 0, 0, 0);
    const QColor caption = theme.color(stale ? Token::st_text : Token::text_2);
    const QColor grey = theme.color(stale ? Token::st_text : next ? Token::text_2 : Token::text_3);
    const QColor ink = theme.color(stale ? Token::st_text : done || next ? Token::text_1 : Token::text_3);
    QString middle = QStringLiteral("—");
    QString under;
    if (done) {
        middle = qs(clock_text(cell.at_us));
        under = cell.after_us > 0 ? QStringLiteral("＋") + qs(age_text(cell.after_us)) : QString{};
    } else if (cell.state == StageState::not_applicable) {
        under = tr("does not apply");
    } else if (next && cell.target_us != 0 && !stale) {
        const std::int64_t left = cell.target_us - desk_.shownUs();
        middle = left >= 0 ? tr("left %1").arg(qs(elapsed_text(left))) : tr("over %1").arg(qs(elapsed_text(-left)));
        under = QStringLiteral("≤ ") + qs(clock_text(cell.target_us));
    } else if (cell.predicted_us != 0) {
        middle = qs(clock_text(cell.predicted_us));
        under = tr("predicted");
    } else if (cell.target_us != 0) {
        under = QStringLiteral("≤ ") + qs(clock_text(cell.target_us));
    }
    paint_text(p, {inner.left(), inner.top(), inner.width(), 16}, Qt::AlignVCenter, Words::stage(stage),
               metrics::kCaptionPx, Weight::normal, caption);
    paint_text(p, {inner.left(), inner.top() + 16, inner.width(), 18}, Qt::AlignVCenter, middle, metrics::kBodyPx,
               done || next ? Weight::bold : Weight::normal, ink);
    paint_text(p, {inner.left(), inner.top() + 34, inner.width(), 16}, Qt::AlignVCenter, under, metrics::kCaptionPx,
               Weight::normal, grey);
}

std::array<StageCell, kStageCount> TimelineView::cells(const api::Incident& incident) const {
    const auto& state = desk_.state();
    const auto* assignment = state.assignment_of(incident.id());
    Arrivals expected;
    if (assignment != nullptr) {
        expected = {assignment->predicted_scene_us(), assignment->predicted_hospital_us()};
    }
    const auto* candidate = state.selected_candidate();
    const auto* shown = state.recommendation(incident.id());
    if (assignment == nullptr && candidate != nullptr) {
        expected.scene_us = state.arrival_us(shown->computed_us(), candidate->total_s());
    }
    return stage_cells(incident, expected, desk_.shownUs());
}

void TimelineView::paintStages(QPainter& p) const {
    const auto* incident = desk_.state().incident(desk_.state().selected_incident());
    if (incident == nullptr) {
        paint_text(p, {12, 0, width() - 12.0, static_cast<double>(kStageHeight)}, Qt::AlignVCenter, tr("No incident selected"),
                   metrics::kDensePx, Weight::normal, desk_.theme().color(Token::text_3));
        return;
    }
    const auto all = cells(*incident);
    for (std::size_t i = 0; i < kStageCount; ++i) {
        const QRectF box = stageBox(i);
        if (box.isEmpty()) {
            continue;
        }
        paintStage(p, box, static_cast<Stage>(i), all.at(i));
        if (hasFocus() && static_cast<int>(i) == chosen_) {
            p.setPen(QPen{desk_.theme().color(Token::focus), 2});
            p.setBrush(Qt::NoBrush);
            p.drawRect(QRectF{box.left(), box.top() - 2, box.width() - 2, 54});
        }
    }
}

// How many stages stand before and behind those shown.
void TimelineView::paintMore(QPainter& p) const {
    constexpr auto kAll = static_cast<int>(kStageCount);
    const int before = firstStage();
    const int behind = kAll - before - stagesPerRow();
    const QColor ink = desk_.theme().color(desk_.isStale() ? Token::st_text : Token::text_2);
    if (before > 0) {
        paint_text(p, {4, 6, static_cast<double>(kMoreWidth), 52}, Qt::AlignCenter, QStringLiteral("‹%1").arg(before), metrics::kBodyPx,
                   Weight::normal, ink, Elide::none);
    }
    if (behind > 0) {
        paint_text(p, {width() - 4.0 - kMoreWidth, 6, static_cast<double>(kMoreWidth), 52}, Qt::AlignCenter,
                   QStringLiteral("%1›").arg(behind), metrics::kBodyPx, Weight::normal, ink, Elide::none);
    }
}

int TimelineView::spokenCount() {
    return desk_.state().incident(desk_.state().selected_incident()) == nullptr ? 0 : static_cast<int>(kStageCount);
}

SpokenPart TimelineView::spokenPart(int index) {
    const auto* incident = desk_.state().incident(desk_.state().selected_incident());
    const auto stage = static_cast<std::size_t>(index);
    if (incident == nullptr || stage >= kStageCount) {
        return {};
    }
    return {SpokenRows::stage(desk_, static_cast<Stage>(stage), cells(*incident).at(stage)), stageBox(stage).toRect()};
}

void TimelineView::pressSpoken(int index) {
    chosen_ = std::clamp(index, 0, static_cast<int>(kStageCount) - 1);
    tell_spoken_focus(*this, chosen_);
    update();
}

void TimelineView::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    tell_spoken_focus(*this, chosen_);
    update();
}

void TimelineView::paintLane(QPainter& p, const QRectF& box, const QueueRow& row, double now_x,
                             double px_per_us) const {
    const Theme& theme = desk_.theme();
    const bool stale = desk_.isStale();
    const QColor ink = theme.color(stale ? Token::st_text : Token::text_1);
    const std::int64_t now = desk_.shownUs();
    const api::Unit* unit = desk_.state().unit_of(row.incident->id());
    const QString number = qs(row.incident->number());
    paint_text(p, {box.left() + 12, box.top(), 44, box.height()}, Qt::AlignVCenter, number, metrics::kDensePx,
               Weight::bold, ink);
    paint_text(p, {box.left() + 52, box.top(), kLaneName - 56, box.height()}, Qt::AlignVCenter,
               unit == nullptr ? tr("to dispatch") : qs(unit->name()), metrics::kDensePx, Weight::normal,
               theme.color(stale ? Token::st_text : Token::text_2));
    const auto x_of = [&](std::int64_t t) {
        return std::clamp(now_x + static_cast<double>(t - now) * px_per_us, box.left() + kLaneName, box.right());
    };
    for (const Segment& segment : kSegments) {
        const std::int64_t from = stage_time(*row.incident, segment.from);
        const std::int64_t to = stage_time(*row.incident, segment.to);
        if (from == 0) {
            continue;
        }
        const double left = x_of(from);
        const double right = x_of(to == 0 ? now : to);
        if (right - left < 1) {
            continue;
        }
        const QColor color = theme.color(unit_token(segment.state));
        p.save();
        p.setOpacity(stale ? 0.0 : 0.28);
        p.fillRect(QRectF{left, box.top() + 5, right - left - 1, 14}, color);
        p.restore();
        p.fillRect(QRectF{left, box.top() + 4, right - left - 1, 3}, color);
        if (right - left > 34) {
            paint_text(p, {left + 5, box.top() + 5, right - left - 6, 16}, Qt::AlignVCenter, Words::state(segment.state),
                       11, Weight::normal, ink);
        }
        if (to == 0) {
            break;
        }
    }
    const auto* a = desk_.state().assignment_of(row.incident->id());
    const auto reached = [&](Stage stage) { return stage_time(*row.incident, stage) != 0; };
    if (a != nullptr && a->predicted_scene_us() > now && !reached(Stage::at_scene)) {
        paintForecast(p, {now_x, box.top(), x_of(a->predicted_scene_us()) - now_x, box.height()}, ems::wire::UNIT_EN_ROUTE);
    } else if (a != nullptr && a->predicted_hospital_us() > now && reached(Stage::left_scene) && !reached(Stage::at_hospital)) {
        paintForecast(p, {now_x, box.top(), x_of(a->predicted_hospital_us()) - now_x, box.height()}, ems::wire::UNIT_TRANSPORTING);
    }
    p.fillRect(QRectF{box.left(), box.bottom() - 1, box.width(), 1}, theme.color(Token::line));
}

// From now to the arrival that is expected.
void TimelineView::paintForecast(QPainter& p, const QRectF& box, ems::wire::UnitState state) const {
    const Theme& theme = desk_.theme();
    QPen dashed{theme.color(unit_token(state)), 1};
    dashed.setDashPattern({3, 3});
    p.setPen(dashed);
    p.setBrush(Qt::NoBrush);
    p.drawRect(QRectF{box.left(), box.top() + 5.5, box.width(), 13});
    if (box.width() > 60) {
        paint_text(p, {box.left() + 5, box.top() + 5, box.width() - 5, 16}, Qt::AlignVCenter,
                   state == ems::wire::UNIT_TRANSPORTING ? tr("predicted transport") : tr("predicted way"), 11, Weight::normal,
                   theme.color(desk_.isStale() ? Token::st_text : Token::text_1));
    }
}

void TimelineView::paintLanes(QPainter& p, const QRectF& box) const {
    const Theme& theme = desk_.theme();
    const std::int64_t now = desk_.shownUs();
    const double left = box.left() + kLaneName;
    // a simulated world's task takes time_scale times less of the clock that is written under the axis
    const auto half = static_cast<std::int64_t>(static_cast<double>(kHalfUs) / desk_.state().time_scale());
    const double px_per_us = (box.width() - kLaneName - 14) / static_cast<double>(2 * half);
    const double now_x = left + static_cast<double>(half) * px_per_us;
    const double bottom = box.bottom() - kAxisHeight;
    const QColor grey = theme.color(desk_.isStale() ? Token::st_text : Token::text_3);
    const auto fits = std::find_if(kStepsUs.begin(), kStepsUs.end() - 1,
                                   [&](std::int64_t us) { return us * 5 > half; });
    const std::int64_t step = *fits;
    const int label_length = step < kMinuteUs ? 8 : 5; // hh:mm:ss or hh:mm
    for (std::int64_t t = (now - half) / step * step + step; t < now + half; t += step) {
        const double x = now_x + static_cast<double>(t - now) * px_per_us;
        p.fillRect(QRectF{x, box.top(), 1, bottom - box.top()}, theme.color(Token::line));
        const QString label = qs(clock_text(t)).left(label_length);
        if (x + text_width(label, metrics::kCaptionPx) / 2.0 <= box.right()) { // a time that is cut is another time
            paint_text(p, {x - 30, bottom + 2, 60, 16}, Qt::AlignCenter, label, metrics::kCaptionPx, Weight::normal, grey,
                       Elide::none);
        }
    }
    auto rows = queue_rows(desk_.state(), now);
    const std::int64_t selected = desk_.state().selected_incident();
    std::stable_sort(rows.begin(), rows.end(), [&](const QueueRow& a, const QueueRow& b) {
        return (a.incident->id() == selected) > (b.incident->id() == selected);
    });
    double y = box.top();
    for (const auto& row : rows) {
        if (y + kLaneHeight > bottom + 1) {
            break;
        }
        paintLane(p, {box.left(), y, box.width(), kLaneHeight}, row, now_x, px_per_us);
        y += kLaneHeight;
    }
    const QColor line = theme.color(desk_.isStale() ? Token::st_text : Token::text_1);
    p.fillRect(QRectF{now_x - 1, box.top(), 2, bottom - box.top() + 4}, line);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(Qt::NoPen);
    p.setBrush(line);
    p.drawPolygon(QPolygonF{{QPointF{now_x - 5, box.top()}, QPointF{now_x + 5, box.top()}, QPointF{now_x, box.top() + 6}}});
    p.setRenderHint(QPainter::Antialiasing, false);
}

void TimelineView::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.fillRect(rect(), desk_.theme().color(Token::bg_panel));
    paintStages(p);
    if (room_ == Room::one_row && spokenCount() > 0) {
        paintMore(p);
    }
    if (const QRect lanes = lanesBox(); room_ == Room::ample && lanes.height() >= kLaneHeight + kAxisHeight) {
        paintLanes(p, lanes);
    }
}

void TimelineView::keyPressEvent(QKeyEvent* event) {
    const auto* incident = desk_.state().incident(desk_.state().selected_incident());
    const int last = static_cast<int>(kStageCount) - 1;
    if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right) {
        pressSpoken(std::clamp(chosen_ + (event->key() == Qt::Key_Right ? 1 : -1), 0, last));
        return;
    }
    if (event->key() == Qt::Key_B && event->modifiers() == Qt::NoModifier && incident != nullptr) {
        emit commandBegun(QStringLiteral("B %1 ").arg(qs(incident->number())));
        return;
    }
    if (event->key() == Qt::Key_N && event->modifiers() == Qt::NoModifier && incident != nullptr) {
        emit commandBegun(QStringLiteral("LQ %1 ").arg(qs(incident->number())));
        return;
    }
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && incident != nullptr && chosen_ >= 0) {
        const auto stage = static_cast<Stage>(chosen_);
        const auto* unit = desk_.selectedUnit();
        // times of the call belong to the case, later ones to the unit that reported them
        const bool of_call = stage < Stage::unit_assigned || unit == nullptr;
        const std::int64_t at = stage_time(*incident, stage);
        emit commandBegun(QStringLiteral("GS %1 %2 %3 ")
                              .arg(of_call ? qs(incident->number()) : qs(unit->name()), Words::stage(stage),
                                   at == 0 ? QString{} : qs(clock_text(at))));
        return;
    }
    QWidget::keyPressEvent(event);
}

} // namespace ems::console
