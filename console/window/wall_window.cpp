#include "console/window/wall_window.h"

#include "console/model/day_figures.h"
#include "console/model/rows.h"
#include "console/theme/alarm_box.h"
#include "console/theme/map_note.h"
#include "console/theme/time_text.h"
#include "console/widgets/bars.h"
#include "console/widgets/map_view.h"
#include "console/widgets/panel.h"
#include "console/widgets/part_marks.h"
#include "console/widgets/parts_view.h"
#include "console/widgets/order_words.h"
#include "console/theme/symbols.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <array>

#include <QEvent>
#include <QPainter>

namespace ems::console {
namespace {

constexpr int kCaption = 18;
constexpr int kRow = 20;
constexpr int kCount = 64;
constexpr int kKpi = 44;
constexpr int kOldest = 128;
constexpr int kClock = 40;
constexpr double kHead = 64;
constexpr double kFoot = 36;
constexpr double kTitle = 40;
constexpr double kAllCovered = 0.995; // rounds to 100 %
constexpr double kShareWidth = 74;
constexpr double kMinutesWidth = 78;

// Whole minutes, up: who is there in 15:10 is not there in 15.
QString minutes_text(const SlowestHelp& slowest) {
    const QString minutes = QString::number((slowest.s + 59) / 60) + QStringLiteral("′");
    switch (slowest.known) {
    case HelpKnown::within:
        return QStringLiteral("≤ ") + minutes;
    case HelpKnown::exactly:
        return minutes;
    case HelpKnown::at_least:
        return QStringLiteral("≥ ") + minutes;
    case HelpKnown::nobody:
        return QStringLiteral("> 30′"); // the centre looks no further
    case HelpKnown::untold:
        break;
    }
    return QStringLiteral("—");
}

} // namespace

WallWindow::WallWindow(Desk& desk, const map::Scene* scene)
    : desk_(desk), map_(new MapView(desk)), map_body_(new PanelBody(desk, map_, FedBy::server, this)), parts_(new PartsView(desk, this)) {
    setObjectName(QStringLiteral("wallWindow"));
    setWindowTitle(tr("Wall"));
    setAccessibleName(windowTitle());
    map_->setScene(scene);
    map_->showForWall();
    parts_->hide();
    parts_->setHasMap(scene != nullptr);
    const auto repaint = qOverload<>(&QWidget::update);
    connect(&desk_, &Desk::stateChanged, this, repaint);
    connect(&desk_, &Desk::stateChanged, this, &WallWindow::placeMap);
    connect(&desk_, &Desk::ticked, this, repaint);
    connect(&desk_.theme(), &Theme::changed, this, repaint);
    resize(1920, 1080);
}

double WallWindow::unit() const {
    return std::min(contentsRect().width() / 1920.0, contentsRect().height() / 1080.0);
}

void WallWindow::placeMap() {
    const double u = unit();
    const QRect inner = contentsRect(); // of a drill there is a frame around it
    const double top = kHead + 4 + (desk_.isStale() ? kTitle : 0);
    map_body_->setGeometry(QRectF{static_cast<double>(inner.left()), inner.top() + top * u, 780 * u,
                             inner.height() - (top + kFoot + 4) * u}
                          .toRect());
}

bool WallWindow::event(QEvent* event) {
    if (event->type() == QEvent::ContentsRectChange) {
        placeMap();
    }
    return QWidget::event(event);
}

void WallWindow::resizeEvent(QResizeEvent* event) {
    placeMap();
    QWidget::resizeEvent(event);
}

void WallWindow::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.fillRect(rect(), desk_.theme().color(Token::bg_window));
    p.translate(contentsRect().topLeft());
    p.scale(unit(), unit());
    paintHead(p);
    if (desk_.isStale()) {
        paintStopped(p, {0, kHead + 4, 780, kTitle}, tr("Map"));
    }
    const double bottom = contentsRect().height() / unit() - kFoot - 4;
    paintOldest(p, {784, 68, 700, 248});
    paintCounts(p, {784, 320, 700, 268});
    paintDay(p, {784, 592, 700, bottom - 592});
    paintCoverage(p, {1488, 68, contentsRect().width() / unit() - 1488, bottom - 68});
    paintFoot(p, {0, bottom + 4, contentsRect().width() / unit(), kFoot});
}

void WallWindow::paintFoot(QPainter& p, const QRectF& foot) {
    const Theme& theme = desk_.theme();
    const bool stale = desk_.isStale();
    p.fillRect(foot, theme.color(stale ? Token::st_bg : Token::bg_raise));
    const QColor bold = theme.color(stale ? Token::st_ink : Token::text_1);
    const QRectF in = foot.adjusted(20, 0, -20, 0);
    const QString note = map_note(desk_.state().login().network_note());
    double right = in.right();
    if (!note.isEmpty()) {
        const double wide = text_width(note, kCaption, Weight::bold) + 2;
        paint_text(p, {right - wide, in.top(), wide, in.height()}, Qt::AlignVCenter, note, kCaption, Weight::bold, bold, Elide::none);
        right -= wide + 24;
    }
    if (stale) {
        const std::int64_t for_us = desk_.localUs() - desk_.state().lost_since_us();
        paint_text(p, in, Qt::AlignVCenter,
                   tr("× Dispatch server disconnected for %1, screen stopped at %2")
                       .arg(qs(elapsed_text(for_us)), qs(clock_text(desk_.shownUs()))),
                   kCaption, Weight::bold, bold);
    } else if (desk_.isLive()) {
        paint_part_marks(p, {in.left(), in.top(), right - in.left(), in.height()}, part_marks(desk_, parts_->parts()),
                         {kCaption, theme.color(Token::text_1), theme.color(Token::text_2)});
    } else {
        paint_text(p, in, Qt::AlignVCenter, tr("Connecting to the dispatch server"), kCaption, Weight::bold, bold);
    }
}

QColor WallWindow::ink(Token token) const {
    return desk_.theme().color(desk_.isStale() ? Token::st_text : token);
}

// Its ground and caption; when the server is lost the caption is inverse and says since when, and the panel is framed.
void WallWindow::paintPanel(QPainter& p, const QRectF& box, const QString& caption) {
    const Theme& theme = desk_.theme();
    p.fillRect(box, theme.color(Token::bg_panel));
    if (!desk_.isStale()) {
        paint_text(p, {box.left() + 20, box.top() + 8, box.width() - 40, kTitle - 12}, Qt::AlignVCenter, caption, kCaption,
                   Weight::normal, theme.color(Token::text_3));
        return;
    }
    paintStopped(p, {box.left(), box.top(), box.width(), kTitle}, caption);
    paint_stale_frame(p, theme, box.toRect().adjusted(2, static_cast<int>(kTitle), -2, -2));
}

void WallWindow::paintStopped(QPainter& p, const QRectF& title, const QString& caption) {
    const Theme& theme = desk_.theme();
    p.fillRect(title, theme.color(Token::st_bg));
    paint_text(p, title.adjusted(20, 0, -20, 0), Qt::AlignVCenter,
               QStringLiteral("× ") + caption + QStringLiteral("　") + tr("stopped at %1").arg(qs(clock_text(desk_.shownUs()))),
               kCaption, Weight::bold, theme.color(Token::st_ink));
}

void WallWindow::paintHead(QPainter& p) {
    const Theme& theme = desk_.theme();
    const QRectF box{0, 0, contentsRect().width() / unit(), kHead};
    const bool stale = desk_.isStale();
    p.fillRect(box, theme.color(stale ? Token::st_bg : Token::bg_raise));
    const QColor first = theme.color(stale ? Token::st_ink : Token::text_1);
    const QColor second = theme.color(stale ? Token::st_ink : Token::text_2);
    // The hand of a clock never stands: without the server it is this machine's, and says so.
    const std::int64_t now = desk_.isLive() ? desk_.shownUs() : desk_.localUs();
    const QString centre = tr("EMS 120 centre");
    paint_text(p, box.adjusted(24, 0, 0, 0), Qt::AlignVCenter, centre, 28, Weight::bold, first);
    paint_text(p, box.adjusted(24 + text_width(centre, 28, Weight::bold) + 40, 0, 0, 0), Qt::AlignVCenter,
               qs(date_text(now)) + QStringLiteral(" ") + Words::weekdayName(weekday(now)) +
                   (desk_.isLive() ? QString{} : QStringLiteral("　") + tr("this machine's clock · not checked")),
               kRow, Weight::normal, second);
    paint_text(p, box.adjusted(0, 0, -24, 0), Qt::AlignVCenter | Qt::AlignRight, qs(clock_text(now)), kClock, Weight::bold,
               first, Elide::none);
    if (stale) { // nobody knows which alarms stand now
        return;
    }
    const auto urgent = desk_.state().alarms().most_urgent(1, now);
    if (!urgent.empty()) {
        const AlarmEntry& alarm = *urgent.front();
        const QString text = alarm_stars(alarm.grade) + QStringLiteral(" ") + AlarmBar::subjectText(alarm);
        const double w = text_width(text, kRow, Weight::bold) + 32.0;
        const QRectF chip{box.right() - 220 - w, 14, w, 36};
        const AlarmFill fill = AlarmBar::fillOf(alarm);
        paint_alarm_box(p, theme, chip, alarm.grade, fill);
        paint_text(p, chip, Qt::AlignCenter, text, kRow, Weight::bold, theme.color(alarm_ink(fill)), Elide::none);
    }
}

void WallWindow::paintOldest(QPainter& p, const QRectF& box) {
    const Theme& theme = desk_.theme();
    paintPanel(p, box, tr("Waits longest"));
    const auto rows = queue_rows(desk_.state(), desk_.shownUs());
    const QueueRow* oldest = nullptr;
    int waiting = 0;
    for (const QueueRow& row : rows) {
        if (row.group == QueueGroup::waiting) {
            ++waiting;
            oldest = oldest == nullptr || row.elapsed_us > oldest->elapsed_us ? &row : oldest;
        }
    }
    if (oldest == nullptr) {
        paint_text(p, box, Qt::AlignCenter, tr("Nobody waits"), 48, Weight::bold, ink(Token::text_2));
        return;
    }
    const QRectF timer{box.left() + 20, box.top() + 44, 310, 136};
    const bool alarmed = oldest->alarm && !desk_.isStale(); // a timer that stands alarms nobody
    const AlarmFill fill = alarmed && !oldest->alarm->is_seen ? AlarmFill::filled : AlarmFill::outline;
    if (alarmed) {
        paint_alarm_box(p, theme, timer, oldest->alarm->grade, fill);
    } else {
        p.fillRect(timer, theme.color(Token::bg_raise));
    }
    const QString elapsed = qs(elapsed_text(oldest->elapsed_us));
    paint_text(p, timer, Qt::AlignCenter, elapsed, elapsed.size() > 5 ? 72 : kOldest - 20, Weight::bold,
               alarmed ? theme.color(alarm_ink(fill)) : ink(Token::text_1), Elide::none);
    const api::Incident& i = *oldest->incident;
    const double x = timer.right() + 24;
    const double room = box.right() - x - 12;
    const QString head = qs(i.number()) + QStringLiteral("　") + Words::levelName(i.level()) + QStringLiteral("　") +
                         Words::stageTimer(oldest->timer.waits_for);
    paint_text(p, {x, timer.top() - 4, room, 44}, Qt::AlignVCenter, head, text_width(head, 30, Weight::bold) <= room ? 30 : text_width(head, 24, Weight::bold) <= room ? 24 : kRow,
               Weight::bold, ink(Token::text_1));
    const auto fitted = [&](double y, const QString& text, Weight weight, Token token) { // a long one smaller before it is cut
        const int px = text_width(text, 24, weight) <= room ? 24 : kRow;
        paint_text(p, {x, timer.top() + y, room, 34}, Qt::AlignVCenter, text, px, weight, ink(token));
    };
    fitted(50, qs(i.complaint()), Weight::bold, Token::text_1);
    fitted(94, qs(i.address()), Weight::normal, Token::text_2);
    paint_text(p, {box.left() + 20, box.bottom() - 50, box.width() - 40, 30}, Qt::AlignVCenter,
               waiting == 1 ? tr("1 case waits for a unit") : tr("%1 cases wait for a unit").arg(waiting), kRow, Weight::normal, ink(Token::text_2));
}

void WallWindow::paintCounts(QPainter& p, const QRectF& box) {
    const Theme& theme = desk_.theme();
    using namespace ems::wire;
    struct Group {
        UnitState shown;
        std::vector<UnitState> states;
        QString name;
    };
    const std::array<Group, 6> groups{{{UNIT_AVAILABLE, {UNIT_AVAILABLE}, Words::state(UNIT_AVAILABLE)},
                                       {UNIT_EN_ROUTE, {UNIT_ASSIGNED, UNIT_ACKNOWLEDGED, UNIT_EN_ROUTE}, tr("sent out")},
                                       {UNIT_AT_PATIENT, {UNIT_AT_SCENE, UNIT_AT_PATIENT}, tr("at scene")},
                                       {UNIT_TRANSPORTING, {UNIT_TRANSPORTING, UNIT_AT_HOSPITAL, UNIT_HANDOVER}, tr("carrying")},
                                       {UNIT_RETURNING, {UNIT_CLEARING, UNIT_RETURNING}, Words::state(UNIT_RETURNING)},
                                       {UNIT_OUT_OF_SERVICE, {UNIT_OUT_OF_SERVICE}, Words::state(UNIT_OUT_OF_SERVICE)}}};
    const auto& units = desk_.state().units();
    // By the rule by which the map and the board cross a unit out.
    const auto lost = std::count_if(units.begin(), units.end(), [&](const auto& u) {
        const auto age_ms = desk_.state().position_age_ms(u.first, desk_.localUs());
        return age_ms && desk_.lookOf(u.second, *age_ms) == SymbolLook::lost;
    });
    paintPanel(p, box, tr("%1 units, %2 out of contact").arg(units.size()).arg(lost));
    const double each = (box.width() - 20) / static_cast<double>(groups.size());
    double x = box.left() + 20;
    for (const Group& group : groups) {
        const auto count = std::count_if(units.begin(), units.end(), [&](const auto& u) {
            return std::find(group.states.begin(), group.states.end(), u.second.state()) != group.states.end();
        });
        paint_text(p, {x, box.top() + 40, each, 76}, Qt::AlignVCenter, QString::number(count), kCount, Weight::bold,
                   ink(Token::text_1), Elide::none);
        paint_unit(p, theme, {x + 12, box.top() + 136}, group.shown, 0, desk_.isStale() ? SymbolLook::lost : SymbolLook::normal, 1.0);
        paint_text(p, {x + 30, box.top() + 122, each - 32, 28}, Qt::AlignVCenter, group.name, kRow, Weight::normal,
                   ink(Token::text_1));
        x += each;
    }
    int waiting = 0;
    int running = 0;
    for (const QueueRow& row : queue_rows(desk_.state(), desk_.shownUs())) {
        (row.group == QueueGroup::waiting ? waiting : running) += 1;
    }
    const DayFigures day = day_figures(desk_.state(), desk_.shownUs());
    const std::array<std::pair<int, QString>, 4> cases{{{waiting, tr("waiting")}, {running, tr("running")},
                                                        {day.calls, tr("calls in 24 h")}, {day.sent, tr("sent in 24 h")}}};
    x = box.left() + 20;
    for (const auto& [count, name] : cases) {
        paint_text(p, {x, box.top() + 168, 160, 48}, Qt::AlignVCenter, QString::number(count), 40, Weight::bold,
                   ink(Token::text_1), Elide::none);
        paint_text(p, {x, box.top() + 218, 160, 28}, Qt::AlignVCenter, name, kRow, Weight::normal, ink(Token::text_2));
        x += 165;
    }
}

void WallWindow::paintDay(QPainter& p, const QRectF& box) {
    paintPanel(p, box, tr("Figures of the last 24 h"));
    const DayFigures day = day_figures(desk_.state(), desk_.shownUs());
    const auto span = [](const std::optional<double>& s) {
        return s ? qs(elapsed_text(static_cast<std::int64_t>(*s * 1e6))) : QStringLiteral("—");
    };
    const auto share = [](const std::optional<double>& s) {
        return s ? QStringLiteral("%1 %").arg(100 * *s, 0, 'f', 1) : QStringLiteral("—");
    };
    const auto p90 = [&](const std::optional<double>& s) { return s ? tr("P90 %1").arg(span(s)) : QString{}; };
    const QString target = QStringLiteral("≥ %1 %").arg(100 * kShareTarget, 0, 'f', 0);
    struct Figure {
        QString name;
        QString value;
        QString beside; // its target, or another quantile
    };
    const std::array<Figure, 6> figures{{{tr("answered within 10 s"), share(day.answered_in_10_s), target},
                                         {tr("opened → ordered, median"), span(day.to_dispatch_s), p90(day.to_dispatch_p90_s)},
                                         {tr("departed within 3 min"), share(day.wheels_in_3_min), target},
                                         {tr("answered → at scene, median"), span(day.response_s), p90(day.response_p90_s)},
                                         {tr("at scene within 15 min"), share(day.within_15_min), {}},
                                         {tr("calls given a unit"), share(day.given_a_unit), target}}};
    const double top = box.top() + kTitle + 4;
    const double each = (box.bottom() - top - 8) / 3;
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const double x = box.left() + 20 + (i % 2 == 0 ? 0 : box.width() / 2);
        const double y = top + each * static_cast<double>(i / 2);
        const double wide = box.width() / 2 - 30;
        if (i % 2 == 0 && i != 0) {
            p.fillRect(QRectF{box.left(), y, box.width(), 1}, desk_.theme().color(Token::line));
        }
        paint_text(p, {x, y + 14, wide, 26}, Qt::AlignVCenter, figures[i].name, kRow, Weight::normal, ink(Token::text_2));
        const double value = text_width(figures[i].value, kKpi, Weight::bold) + 2;
        paint_text(p, {x, y + 46, value, 60}, Qt::AlignVCenter, figures[i].value, kKpi, Weight::bold, ink(Token::text_1), Elide::none);
        paint_text(p, {x + value + 18, y + 56, wide - value - 18, 44}, Qt::AlignVCenter, figures[i].beside, kRow, Weight::normal,
                   ink(Token::text_3));
    }
}

void WallWindow::paintCoverage(QPainter& p, const QRectF& box) {
    const Theme& theme = desk_.theme();
    const auto* coverage = desk_.state().centre().coverage();
    paintPanel(p, box, tr("15 min coverage by township"));
    if (!desk_.isStale()) {
        paint_text(p, {box.right() - 172, box.top() + 8, 160, kTitle - 12}, Qt::AlignVCenter | Qt::AlignRight, tr("slowest place"),
                   kCaption, Weight::normal, ink(Token::text_3));
    }
    if (coverage == nullptr || coverage->whole().population() <= 0) {
        paint_text(p, {box.left() + 20, box.top() + 44, box.width(), 50}, Qt::AlignVCenter, QStringLiteral("—"), kKpi, Weight::bold,
                   ink(Token::text_1));
        return;
    }
    const auto townships = township_rows(*coverage);
    const auto whole = std::count_if(townships.begin(), townships.end(), [](const auto& row) { return row.covered >= kAllCovered; });
    const QString count = QStringLiteral("%1 / %2").arg(whole).arg(townships.size());
    const double wide_count = text_width(count, kKpi, Weight::bold) + 2;
    paint_text(p, {box.left() + 20, box.top() + 42, wide_count, 56}, Qt::AlignVCenter, count, kKpi, Weight::bold, ink(Token::text_1),
               Elide::none);
    paint_text(p, {box.left() + 20 + wide_count + 16, box.top() + 50, box.width() - wide_count - 50, 48}, Qt::AlignVCenter,
               tr("%1 % of people").arg(100 * coverage->whole().population_covered() / coverage->whole().population(), 0, 'f', 1),
               kRow, Weight::normal, ink(Token::text_2));
    double y = box.top() + 104;
    for (const TownshipRow& row : townships) {
        if (y + 37 > box.bottom()) {
            break;
        }
        const bool gap = row.covered < kAllCovered;
        if (row.covered < 0.5) {
            p.fillRect(QRectF{box.left(), y, box.width(), 36}, theme.color(Token::bg_sel));
        }
        paint_text(p, {box.left() + 20, y, 150, 36}, Qt::AlignVCenter, (row.covered < 0.5 ? QStringLiteral("× ") : QString{}) + qs(row.share->name()),
                   kRow, gap ? Weight::bold : Weight::normal, ink(Token::text_1));
        const double wide = box.width() - 180 - kShareWidth - kMinutesWidth - 12;
        p.fillRect(QRectF{box.left() + 176, y + 13, wide, 10}, theme.color(Token::bg_field));
        p.fillRect(QRectF{box.left() + 176, y + 13, wide * row.covered, 10}, ink(Token::text_2));
        paint_text(p, {box.right() - kMinutesWidth - 12, y, kMinutesWidth, 36}, Qt::AlignVCenter | Qt::AlignRight,
                   minutes_text(row.slowest), kRow, gap ? Weight::bold : Weight::normal, ink(Token::text_1), Elide::none);
        paint_text(p, {box.right() - kMinutesWidth - 12 - kShareWidth, y, kShareWidth, 36}, Qt::AlignVCenter | Qt::AlignRight,
                   QStringLiteral("%1 %").arg(100 * row.covered, 0, 'f', 0), kRow, Weight::normal, ink(Token::text_1), Elide::none);
        y += 37;
    }
}

} // namespace ems::console
