#include "console/widgets/queue_view.h"

#include "console/model/address_words.h"
#include "console/theme/time_text.h"
#include "console/theme/alarm_box.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/editing_shown.h"
#include "console/widgets/spoken_rows.h"
#include "console/widgets/words.h"

#include <algorithm>

#include <QPainter>

namespace ems::console {
namespace {

constexpr int kHeadWaiting = -1;
constexpr int kHeadRunning = -2;
constexpr int kTimerWidth = 96;
constexpr int kPencil = 13;

} // namespace

QueueView::QueueView(Desk& desk, QWidget* parent) : RowList(desk, parent) {
    setObjectName(QStringLiteral("queueView"));
    setAccessibleName(tr("Call queue"));
    setMinimumSize(320, 160);
    connect(this, &RowList::chosen, &desk_, &Desk::selectIncident);
}

void QueueView::rebuild() {
    setCurrent(desk_.state().selected_incident());
    if (order_.update(desk_.state(), desk_.shownUs()) == QueueOrder::Rows::stand) {
        return;
    }
    rows_.clear();
    index_.clear();
    int group = 0;
    const auto entries = order_.entries();
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const bool waiting = entries[i].group == QueueGroup::waiting;
        const int head = waiting ? kHeadWaiting : kHeadRunning;
        if (head != group) {
            rows_.push_back({metrics::kGroupHeadHeight, 0});
            index_.push_back(head);
            group = head;
        }
        rows_.push_back({waiting ? metrics::kQueueWaitingHeight : metrics::kQueueRunningHeight, entries[i].id});
        index_.push_back(static_cast<int>(i));
    }
}

void QueueView::paintHead(QPainter& p, const QRect& box, QueueGroup group) const {
    const Theme& theme = desk_.theme();
    const QColor ink = theme.color(desk_.isStale() ? Token::st_text : Token::text_3);
    const QRectF line = QRectF{box}.adjusted(metrics::kMargin, 0, -metrics::kMargin, 0);
    const bool waiting = group == QueueGroup::waiting;
    paint_text(p, line, Qt::AlignVCenter, (waiting ? tr("Waiting %1") : tr("Dispatched %1")).arg(order_.count(group)),
               metrics::kCaptionPx, Weight::normal, ink);
    paint_text(p, line, Qt::AlignVCenter | Qt::AlignRight,
               waiting ? tr("longest wait %1").arg(qs(elapsed_text(order_.longest_us(group)))) : tr("by level, duration"),
               metrics::kCaptionPx, Weight::normal, ink);
    p.fillRect(QRect{box.left(), box.bottom(), box.width(), 1}, theme.color(Token::line));
}

void QueueView::paintTimer(QPainter& p, const QRect& box, const QueueRow& row, bool is_current) const {
    const Theme& theme = desk_.theme();
    const bool stale = desk_.isStale();
    const QRectF right{static_cast<double>(box.right() - kTimerWidth - metrics::kMargin), static_cast<double>(box.top()),
                       kTimerWidth, static_cast<double>(box.height())};
    const double top = right.center().y() - 21;
    if (row.group == QueueGroup::waiting && transfer_due_us(*row.incident) > desk_.shownUs()) { // nobody waits yet
        paint_text(p, {right.left(), top, right.width(), 23}, Qt::AlignRight | Qt::AlignVCenter,
                   qs(clock_text(row.incident->planned_us())).left(5), metrics::kTimerPx, Weight::bold,
                   theme.color(stale ? Token::st_text : Token::text_1), Elide::none);
        paint_text(p, {right.left() - 40, top + 22, right.width() + 40, 16}, Qt::AlignRight | Qt::AlignVCenter, tr("planned"),
                   metrics::kCaptionPx, Weight::normal, theme.color(stale ? Token::st_text : Token::text_2));
        return;
    }
    const QString time = qs(elapsed_text(row.elapsed_us));
    if (row.alarm && !stale) { // filled until somebody has seen it
        const int w = text_width(time, metrics::kNamePx, Weight::bold) + 16;
        const QRectF chip{right.right() - w, top, static_cast<double>(w), 23};
        const AlarmFill fill = row.alarm->is_seen ? AlarmFill::outline : AlarmFill::filled;
        paint_alarm_box(p, theme, chip, row.alarm->grade, fill);
        paint_text(p, chip, Qt::AlignCenter, time, metrics::kNamePx, Weight::bold,
                   theme.color(alarm_ink(fill)), Elide::none);
    } else {
        paint_text(p, {right.left(), top, right.width(), 23}, Qt::AlignRight | Qt::AlignVCenter, time,
                   metrics::kTimerPx, Weight::bold, theme.color(stale ? Token::st_text : Token::text_1), Elide::none);
    }
    QString caption = Words::stageTimer(row.timer.waits_for);
    if (row.timer.target_us != 0) {
        caption += QStringLiteral(" ≤ ") + qs(elapsed_text(row.timer.target_us));
    }
    paint_text(p, {right.left() - 40, top + 22, right.width() + 40, 16}, Qt::AlignRight | Qt::AlignVCenter, caption,
               metrics::kCaptionPx, Weight::normal,
               theme.color(stale ? Token::st_text : is_current ? Token::text_2 : Token::text_3));
    if (row.timer.target_us != 0) {
        const double share =
            std::min(1.0, static_cast<double>(row.elapsed_us) / static_cast<double>(row.timer.target_us));
        const QRectF bar{right.right() - 84, static_cast<double>(box.bottom()) - 2, 84, 3};
        p.fillRect(bar, theme.color(Token::line));
        p.fillRect(QRectF{bar.left(), bar.top(), bar.width() * share, 3},
                   theme.color(stale ? Token::st_text : Token::text_2));
    }
}

QString QueueView::whereText(const QString& before, const std::string& address, int width) {
    const QString whole = before + qs(address);
    return text_width(whole, metrics::kDensePx) <= width ? whole : before + qs(std::string{without_township(address)});
}

void QueueView::paintUnitLine(QPainter& p, const QRect& box, const QueueRow& row) const {
    const Theme& theme = desk_.theme();
    const bool stale = desk_.isStale();
    const api::Unit* unit = desk_.state().unit_of(row.incident->id());
    const QColor second = theme.color(stale ? Token::st_text : Token::text_2);
    const int room = box.width() - kTimerWidth - metrics::kMargin - 56 - 34;
    const api::Incident* first = desk_.state().maybe_same(*row.incident);
    const api::NeighbourWord* said = telling_word(*row.incident);
    const QString same = first == nullptr ? QString{} : tr("Same as %1?").arg(qs(first->number())) + QStringLiteral(" · ");
    const QString neighbour = said == nullptr ? QString{} : Words::neighbourBrief(*said) + QStringLiteral(" · ");
    const auto where_in = [&](int width) { return whereText(same + neighbour, row.incident->address(), width); };
    int x = box.left() + 44;
    const double y = box.center().y() + 2;
    if (unit == nullptr) {
        paint_text(p, {static_cast<double>(x), y, static_cast<double>(room), 18}, Qt::AlignVCenter, where_in(room),
                   metrics::kDensePx, Weight::normal, second);
        return;
    }
    const QString tail = QStringLiteral("%1 %2").arg(qs(unit->name()), Words::state(unit->state()));
    const int tail_width = text_width(tail, metrics::kDensePx) + 4;
    const int where_room = std::max(40, room - tail_width - 34);
    const QString where = where_in(where_room);
    const int where_width = std::min(where_room, text_width(where, metrics::kDensePx) + 2);
    paint_text(p, {static_cast<double>(x), y, static_cast<double>(where_width), 18}, Qt::AlignVCenter, where,
               metrics::kDensePx, Weight::normal, second);
    x += where_width;
    paint_text(p, {static_cast<double>(x), y, 14, 18}, Qt::AlignCenter, QStringLiteral("·"), metrics::kDensePx,
               Weight::normal, second);
    x += 14;
    const auto age_ms = desk_.state().position_age_ms(unit->id(), desk_.localUs());
    const auto* position = desk_.state().position(unit->id());
    paint_unit(p, theme, {x + 8.0, y + 9}, unit->state(),
               position == nullptr ? 0 : position->course_cdeg() / 100.0, desk_.lookOf(*unit, age_ms.value_or(0)), 0.75);
    paint_text(p, {x + 20.0, y, static_cast<double>(tail_width), 18}, Qt::AlignVCenter, tail, metrics::kDensePx,
               Weight::normal, second, Elide::none);
}

void QueueView::paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) {
    const int at = index_.at(index);
    if (at < 0) {
        paintHead(p, box, at == kHeadWaiting ? QueueGroup::waiting : QueueGroup::running);
        return;
    }
    const QueueRow row = order_.row(desk_.state(), static_cast<std::size_t>(at));
    const Theme& theme = desk_.theme();
    const bool stale = desk_.isStale();
    if (is_current) {
        paintSelection(p, box);
    }
    p.fillRect(QRect{box.left(), box.bottom(), box.width(), 1}, theme.color(Token::line));
    paint_level(p, theme, QRectF(box.left() + metrics::kMargin, box.center().y() - 11, 24, 24),
                row.incident->level(), stale ? SymbolLook::lost : SymbolLook::normal);
    const QString head = qs(row.incident->number()) + QStringLiteral("　") + qs(row.incident->complaint()) +
                         QStringLiteral("　") + Words::patient(*row.incident);
    // no more is kept free beside it than the timer needs, or the time of a planned one
    const int timer = std::max(text_width(qs(elapsed_text(row.elapsed_us)), metrics::kTimerPx, Weight::bold),
                               text_width(QStringLiteral("00:00"), metrics::kTimerPx, Weight::bold));
    const int beside = std::min(kTimerWidth, timer + 16);
    const bool is_edited = !EditingShown::text(desk_, row.incident->id()).isEmpty();
    const int head_room = box.width() - beside - 60 - (is_edited ? kPencil + 4 : 0);
    paint_text(p, QRectF(box.left() + 44, box.center().y() - 18, head_room, 20), Qt::AlignVCenter,
               head, metrics::kBodyPx, Weight::bold, theme.color(stale ? Token::st_text : Token::text_1));
    if (is_edited) {
        const int head_width = std::min(head_room, text_width(head, metrics::kBodyPx, Weight::bold) + 4);
        EditingShown::paintPencil(p, QRectF(box.left() + 44 + head_width + 2, box.center().y() - 15, kPencil, kPencil),
                                  theme.color(Token::text_1));
    }
    paintUnitLine(p, box, row);
    paintTimer(p, box, row, is_current);
}

QString QueueView::spokenRow(std::size_t index) const {
    const QueueRow row = order_.row(desk_.state(), static_cast<std::size_t>(index_.at(index)));
    const QString editing = EditingShown::text(desk_, row.incident->id());
    return SpokenRows::caseRow(desk_, row) + (editing.isEmpty() ? QString{} : QStringLiteral("; ") + editing);
}

void QueueView::paintRest(QPainter& p, const QRect& box) {
    if (order_.entries().empty()) {
        const QString text = desk_.state().has_data() ? tr("No open incident") : tr("Not connected");
        paint_text(p, QRectF{box}.adjusted(metrics::kMargin, 8, 0, 0), Qt::AlignTop, text, metrics::kDensePx,
                   Weight::normal, desk_.theme().color(Token::text_3));
    }
}

} // namespace ems::console
