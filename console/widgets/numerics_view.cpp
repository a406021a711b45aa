#include "console/widgets/numerics_view.h"

#include "console/model/limits.h"
#include "console/theme/alarm_box.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "console/widgets/spoken_rows.h"
#include "console/widgets/words.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>

namespace ems::console {
namespace {

constexpr double kNarrowTile = 110;
constexpr double kBell = 14;

const AlarmEntry* shown_alarm(const Desk& desk, Numeric numeric) {
    const auto* unit = desk.patientUnit();
    return unit == nullptr ? nullptr : alarm_of(desk, numeric, unit->id());
}

const AlarmOff* shown_switch(const Desk& desk, Numeric numeric) {
    const auto* unit = desk.patientUnit();
    return unit == nullptr ? nullptr : alarms_off(desk, numeric, unit->id());
}

} // namespace

NumericsView::NumericsView(Desk& desk, QWidget* parent) : QWidget(parent), desk_(desk) {
    setObjectName(QStringLiteral("numericsView"));
    setAccessibleName(tr("Vital signs"));
    setMinimumSize(760, metrics::kNumericHeight);
    setFocusPolicy(desk_.isPast() ? Qt::NoFocus : Qt::TabFocus); // a click leaves the keys where they were
    const auto repaint = qOverload<>(&QWidget::update);
    connect(&desk_, &Desk::stateChanged, this, repaint);
    connect(&desk_, &Desk::selectionChanged, this, repaint);
    connect(&desk_, &Desk::ticked, this, repaint);
    connect(&desk_.theme(), &Theme::changed, this, repaint);
}

void NumericsView::paintOff(QPainter& p, const QRectF& in, double age_width, const QColor& ink) {
    const QString text = alarms_off_word();
    const double room = in.width() - age_width - 6;
    if (kBell > room) {
        paint_alarm_off(p, {in.right() - kBell, in.top() + 21, kBell, kBell}, ink);
        return;
    }
    paint_alarm_off(p, {in.left(), in.bottom() - 15, kBell, kBell}, ink);
    const double wide = text_width(text, metrics::kCaptionPx, Weight::bold) + 2;
    if (kBell + 3 + wide <= room) {
        paint_text(p, {in.left() + kBell + 3, in.bottom() - 16, wide, 16}, Qt::AlignVCenter, text, metrics::kCaptionPx, Weight::bold, ink,
                   Elide::none);
    }
}

void NumericsView::paintTile(QPainter& p, const QRectF& box, Numeric numeric, const VitalsTrack* track) const {
    const Theme& theme = desk_.theme();
    const NumericLook& look = kNumericLooks.at(static_cast<std::size_t>(numeric));
    const bool stale = desk_.isStale();
    const NumericReading reading = read_numeric(numeric, track, desk_.shownUs());
    const bool gone = stale || reading.freshness == Freshness::lost;
    const AlarmEntry* alarm = stale ? nullptr : shown_alarm(desk_, numeric);
    Token ink = gone ? Token::st_text : look.token;
    Token second = gone ? Token::st_text : Token::text_2;
    const bool reversed = alarm != nullptr && !desk_.isPast();
    p.fillRect(QRectF{box.left(), box.top(), 1, box.height()}, theme.color(Token::line));
    if (alarm != nullptr) {
        if (reversed) { // the whole tile, in the colour of the alarm
            p.fillRect(box, theme.color(alarm_token(alarm->grade)));
            ink = Token::al_ink;
            second = Token::al_ink;
        } else { // one of then is an outline: nobody has to act on it now
            paint_alarm_box(p, theme, box.adjusted(2, 1, -1, -1), alarm->grade, AlarmFill::outline);
        }
    }
    const QRectF in = box.width() < kNarrowTile ? box.adjusted(8, 6, -6, -6) : box.adjusted(12, 6, -10, -6);
    const QString unit_text = alarm == nullptr ? numeric_text(look.unit)
                                               : QStringLiteral("%1 %2").arg(
                                                     alarm_stars(alarm->grade), qs(elapsed_text(desk_.shownUs() - alarm->since_us)));
    const double name_room = in.width() - text_width(unit_text, metrics::kDensePx) - 6;
    const QString name = numeric_text(look.name);
    const bool is_brief = text_width(name, metrics::kDensePx, Weight::bold) > name_room;
    paint_text(p, {in.left(), in.top(), in.width(), 18}, Qt::AlignVCenter, is_brief ? numeric_text(look.brief) : name,
               metrics::kDensePx, Weight::bold, theme.color(ink), Elide::none);
    paint_text(p, {in.left(), in.top(), in.width(), 18}, Qt::AlignVCenter | Qt::AlignRight, unit_text, metrics::kDensePx,
               Weight::normal, theme.color(second), Elide::none);
    const int px = numeric == Numeric::nibp ? metrics::kNibpPx : metrics::kNumericPx;
    const QString value = gone && reading.has_value ? QStringLiteral("×") + reading.value : reading.value;
    const int value_px = text_width(value, px, Weight::bold) > in.width() ? px * 3 / 4 : px;
    paint_text(p, {in.left(), in.top() + 20, in.width(), 52}, Qt::AlignVCenter, value, value_px, Weight::bold,
               theme.color(ink), Elide::none);
    if (!reading.extra.isEmpty()) {
        const double x = in.left() + text_width(value, value_px, Weight::bold) + 6;
        paint_text(p, {x, in.top() + 20, in.right() - x, 52}, Qt::AlignVCenter, reading.extra, metrics::kBodyPx,
                   Weight::normal, theme.color(second), Elide::none);
    }
    const QColor foot = theme.color(reversed ? Token::al_ink : gone ? Token::st_text : Token::text_3);
    // Where there is no number, why comes before what it would be held against.
    const QString limits = limits_text(numeric, shown_group(desk_));
    const int needs = text_width(limits, metrics::kCaptionPx) + text_width(reading.reason, metrics::kCaptionPx) + 6;
    const QString age = reading.has_value ? qs(age_text(reading.age_us)) : reading.reason;
    if (shown_switch(desk_, numeric) != nullptr) { // nothing is held against its limits
        paintOff(p, in, text_width(age, metrics::kCaptionPx, Weight::bold),
                 theme.color(reversed ? Token::al_ink : gone ? Token::st_text : Token::text_1));
    } else if (reading.has_value || needs <= in.width()) {
        paint_text(p, {in.left(), in.bottom() - 16, in.width(), 16}, Qt::AlignVCenter, limits, metrics::kCaptionPx, Weight::normal,
                   foot, Elide::none);
    }
    const bool late = reading.freshness != Freshness::fresh && reading.has_value;
    paint_text(p, {in.left(), in.bottom() - 16, in.width(), 16}, Qt::AlignVCenter | Qt::AlignRight,
               age, metrics::kCaptionPx,
               late ? Weight::bold : Weight::normal,
               late && !reversed && !gone ? theme.color(Token::text_1) : foot, Elide::none);
    if (reading.has_value && (reading.freshness == Freshness::old || reading.freshness == Freshness::lost)) {
        paint_stale_frame(p, theme, box.toRect().adjusted(2, 1, -1, -1));
    }
}

void NumericsView::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.fillRect(rect(), desk_.theme().color(Token::bg_panel));
    const auto* unit = desk_.patientUnit();
    const VitalsTrack* track = unit == nullptr ? nullptr : desk_.state().vitals(unit->id());
    for (std::size_t i = 0; i < kNumericLooks.size(); ++i) {
        paintTile(p, tileBox(i), kNumericLooks.at(i).numeric, track);
    }
    if (hasFocus()) {
        p.setPen(QPen{desk_.theme().color(Token::focus), 2});
        p.setBrush(Qt::NoBrush);
        p.drawRect(tileBox(current_).adjusted(2, 1, -1, -1));
    }
}

QRectF NumericsView::tileBox(std::size_t index) const {
    int before = 0;
    for (std::size_t i = 0; i < index; ++i) {
        before += kNumericLooks.at(i).width;
    }
    const double px = width() / 1012.0;
    return {before * px, 0, kNumericLooks.at(index).width * px, static_cast<double>(height())};
}

int NumericsView::spokenCount() {
    return static_cast<int>(kNumericLooks.size());
}

SpokenPart NumericsView::spokenPart(int index) {
    const auto at = static_cast<std::size_t>(index);
    if (index < 0 || at >= kNumericLooks.size()) {
        return {};
    }
    const NumericLook& look = kNumericLooks.at(at);
    const auto* unit = desk_.patientUnit();
    const VitalsTrack* track = unit == nullptr ? nullptr : desk_.state().vitals(unit->id());
    QString text = SpokenRows::numeric(numeric_text(look.name), numeric_text(look.unit),
                                       read_numeric(look.numeric, track, desk_.shownUs()), limits_text(look.numeric, shown_group(desk_)));
    if (const AlarmEntry* alarm = desk_.isStale() ? nullptr : shown_alarm(desk_, look.numeric)) {
        text += QStringLiteral("; ") + SpokenRows::alarm(desk_, *alarm);
    }
    if (const AlarmOff* off = shown_switch(desk_, look.numeric)) {
        text += QStringLiteral("; ") + alarms_off_by(*off);
    }
    return {text, tileBox(at).toRect(), QAccessible::StaticText};
}

int NumericsView::spokenCurrent() {
    return hasFocus() ? static_cast<int>(current_) : -1;
}

void NumericsView::pressSpoken(int index) {
    const auto at = static_cast<std::size_t>(index);
    if (index >= 0 && at < kNumericLooks.size()) {
        openMenu(at, mapToGlobal(tileBox(at).center().toPoint()));
    }
}

void NumericsView::choose(std::size_t index) {
    current_ = index;
    tell_spoken_focus(*this, static_cast<int>(index));
    update();
}

void NumericsView::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    tell_spoken_focus(*this, static_cast<int>(current_));
}

void NumericsView::keyPressEvent(QKeyEvent* event) {
    const bool wants_menu = event->key() == Qt::Key_Menu || event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter ||
                            (event->key() == Qt::Key_F10 && event->modifiers() == Qt::ShiftModifier);
    if (wants_menu) {
        openMenu(current_, mapToGlobal(tileBox(current_).center().toPoint()));
    } else if (event->key() == Qt::Key_Left && current_ > 0) {
        choose(current_ - 1);
    } else if (event->key() == Qt::Key_Right && current_ + 1 < kNumericLooks.size()) {
        choose(current_ + 1);
    } else {
        QWidget::keyPressEvent(event);
    }
}

void NumericsView::contextMenuEvent(QContextMenuEvent* event) {
    if (event->reason() != QContextMenuEvent::Mouse) {
        return; // the menu key itself has opened it
    }
    for (std::size_t i = 0; i < kNumericLooks.size(); ++i) {
        if (tileBox(i).contains(event->pos())) {
            choose(i);
            openMenu(i, event->globalPos());
            return;
        }
    }
}

// A dispatcher sees that they are off, and has no menu.
void NumericsView::openMenu(std::size_t index, const QPoint& at) {
    const NumericLook& look = kNumericLooks.at(index);
    const std::string_view parameter = parameter_of(look.numeric);
    const auto* unit = desk_.patientUnit();
    if (desk_.isPast() || parameter.empty() || unit == nullptr || !may_switch_alarms(desk_)) {
        return;
    }
    const std::int64_t unit_id = unit->id();
    const QString name = numeric_text(look.name);
    QMenu menu{this};
    menu.setAccessibleName(tr("Alarms of %1").arg(name));
    const bool is_off = alarms_off(desk_, look.numeric, unit_id) != nullptr;
    QAction* act = menu.addAction(is_off ? tr("%1: alarms on again").arg(name) : tr("%1: alarms off…").arg(name));
    menu.setActiveAction(act);
    if (menu.exec(at) == act) { // closed before a reason is asked
        emit switchWanted(unit_id, QString::fromUtf8(parameter.data(), static_cast<qsizetype>(parameter.size())));
    }
}

} // namespace ems::console
