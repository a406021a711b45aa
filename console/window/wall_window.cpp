#include "console/window/wall_window.h"

#include "console/model/day_figures.h"
#include "console/model/rows.h"
#include "console/theme/time_text.h"
#include "console/widgets/controls.h"
#include "console/widgets/map_view.h"
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

} // namespace

WallWindow::WallWindow(Desk& desk, const map::Scene* scene) : desk_(desk), map_(new MapView(desk, this)) {
    setObjectName(QStringLiteral("wallWindow"));
    setWindowTitle(tr("Wall"));
    setAccessibleName(windowTitle());
    map_->setScene(scene);
    map_->setFocusPolicy(Qt::NoFocus);
    map_->setAttribute(Qt::WA_TransparentForMouseEvents);
    map_->showZones();
    for (auto* button : map_->findChildren<KeyButton*>()) { // nobody touches the wall
        button->hide();
    }
    const auto repaint = qOverload<>(&QWidget::update);
    connect(&desk_, &Desk::stateChanged, this, repaint);
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
    map_->setGeometry(QRectF{static_cast<double>(inner.left()), inner.top() + (kHead + 4) * u, 780 * u,
                             inner.height() - (kHead + 4 + kFoot + 4) * u}
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
    const double bottom = contentsRect().height() / unit() - kFoot - 4;
    paintOldest(p, {784, 68, 700, 248});
    paintCounts(p, {784, 320, 700, 268});
    paintDay(p, {784, 592, 700, bottom - 592});
    paintCoverage(p, {1488, 68, contentsRect().width() / unit() - 1488, bottom - 68});
    const QRectF foot{0, bottom + 4, contentsRect().width() / unit(), kFoot};
    p.fillRect(foot, desk_.theme().color(desk_.isStale() ? Token::st_bg : Token::bg_raise));
    const QString state = desk_.isLive() ? tr("Data of %1").arg(qs(clock_text(desk_.shownUs())))
                                         : tr("× Dispatch server disconnected, screen stopped at %1").arg(qs(clock_text(desk_.shownUs())));
    paint_text(p, foot.adjusted(20, 0, -20, 0), Qt::AlignVCenter, state + QStringLiteral("　") + qs(desk_.state().login().network_note()),
               kCaption, Weight::bold, desk_.theme().color(desk_.isStale() ? Token::st_ink : Token::text_2));
}

void WallWindow::paintHead(QPainter& p) {
    const Theme& theme = desk_.theme();
    const QRectF box{0, 0, contentsRect().width() / unit(), kHead};
    p.fillRect(box, theme.color(Token::bg_raise));
    const std::int64_t now = desk_.shownUs();
    paint_text(p, box.adjusted(24, 0, 0, 0), Qt::AlignVCenter, tr("EMS 120 centre"), 28, Weight::bold, theme.color(Token::text_1));
    paint_text(p, box.adjusted(360, 0, 0, 0), Qt::AlignVCenter,
               qs(date_text(now)) + QStringLiteral(" ") + Words::weekdayName(weekday(now)), kRow, Weight::normal,
               theme.color(Token::text_2));
    paint_text(p, box.adjusted(0, 0, -24, 0), Qt::AlignVCenter | Qt::AlignRight, qs(clock_text(now)), kClock, Weight::bold,
               theme.color(Token::text_1), Elide::none);
    const auto urgent = desk_.state().alarms().most_urgent(1, now);
    if (!urgent.empty()) {
        const AlarmEntry& alarm = *urgent.front();
        const QString text = qs(alarm.subject) + QStringLiteral(" ") + Words::alarm(alarm.code);
        const double w = text_width(text, kRow, Weight::bold) + 32.0;
        const QRectF chip{box.right() - 220 - w, 14, w, 36};
        p.fillRect(chip, theme.color(alarm.grade == Grade::high     ? Token::al_high
                                     : alarm.grade == Grade::medium ? Token::al_med
                                                                    : Token::al_low));
        paint_text(p, chip, Qt::AlignCenter, text, kRow, Weight::bold, theme.color(Token::al_ink), Elide::none);
    }
}

void WallWindow::paintOldest(QPainter& p, const QRectF& box) {
    const Theme& theme = desk_.theme();
    p.fillRect(box, theme.color(Token::bg_panel));
    const auto rows = queue_rows(desk_.state(), desk_.shownUs());
    const QueueRow* oldest = nullptr;
    int waiting = 0;
    for (const QueueRow& row : rows) {
        if (row.group == QueueGroup::waiting) {
            ++waiting;
            oldest = oldest == nullptr || row.elapsed_us > oldest->elapsed_us ? &row : oldest;
        }
    }
    paint_text(p, {box.left() + 20, box.top() + 14, 400, 24}, Qt::AlignVCenter, tr("Waits longest"), kCaption, Weight::normal,
               theme.color(Token::text_3));
    if (oldest == nullptr) {
        paint_text(p, box, Qt::AlignCenter, tr("Nobody waits"), 48, Weight::bold, theme.color(Token::text_2));
        return;
    }
    const QRectF timer{box.left() + 20, box.top() + 44, 310, 136};
    p.fillRect(timer, theme.color(oldest->broke_target ? Token::al_med : Token::bg_raise));
    const QString elapsed = qs(elapsed_text(oldest->elapsed_us));
    paint_text(p, timer, Qt::AlignCenter, elapsed, elapsed.size() > 5 ? 72 : kOldest - 20, Weight::bold,
               theme.color(oldest->broke_target ? Token::al_ink : Token::text_1), Elide::none);
    const api::Incident& i = *oldest->incident;
    const double x = timer.right() + 24;
    const double room = box.right() - x - 12;
    paint_text(p, {x, timer.top() - 4, room, 44}, Qt::AlignVCenter,
               qs(i.number()) + QStringLiteral("　") + Words::levelName(i.level()) + QStringLiteral("　") +
                   Words::stageTimer(oldest->timer.waits_for),
               30, Weight::bold, theme.color(Token::text_1));
    const auto fitted = [&](double y, const QString& text, Weight weight, Token ink) { // a long one smaller before it is cut
        const int px = text_width(text, 24, weight) <= room ? 24 : kRow;
        paint_text(p, {x, timer.top() + y, room, 34}, Qt::AlignVCenter, text, px, weight, theme.color(ink));
    };
    fitted(50, qs(i.complaint()), Weight::bold, Token::text_1);
    fitted(94, qs(i.address()), Weight::normal, Token::text_2);
    paint_text(p, {box.left() + 20, box.bottom() - 50, box.width() - 40, 30}, Qt::AlignVCenter,
               tr("%1 cases wait for a unit").arg(waiting), kRow, Weight::normal, theme.color(Token::text_2));
}

void WallWindow::paintCounts(QPainter& p, const QRectF& box) {
    const Theme& theme = desk_.theme();
    p.fillRect(box, theme.color(Token::bg_panel));
    using namespace ems::wire;
    struct Group {
        UnitState shown;
        std::vector<UnitState> states;
        QString name;
    };
    const std::array<Group, 6> groups{{{UNIT_AVAILABLE, {UNIT_AVAILABLE}, Words::state(UNIT_AVAILABLE)},
                                       {UNIT_EN_ROUTE, {UNIT_ASSIGNED, UNIT_ACKNOWLEDGED, UNIT_EN_ROUTE}, tr("sent out")},
                                       {UNIT_AT_PATIENT, {UNIT_AT_SCENE, UNIT_AT_PATIENT}, tr("at scene")},
                                       {UNIT_TRANSPORTING, {UNIT_TRANSPORTING, UNIT_AT_HOSPITAL, UNIT_HANDOVER}, tr("with patient")},
                                       {UNIT_RETURNING, {UNIT_CLEARING, UNIT_RETURNING}, Words::state(UNIT_RETURNING)},
                                       {UNIT_OUT_OF_SERVICE, {UNIT_OUT_OF_SERVICE}, Words::state(UNIT_OUT_OF_SERVICE)}}};
    const auto& units = desk_.state().units();
    const auto lost = std::count_if(units.begin(), units.end(), [](const auto& u) {
        return u.second.link() == "lost" || u.second.link() == "offline";
    });
    paint_text(p, {box.left() + 20, box.top() + 12, box.width(), 24}, Qt::AlignVCenter,
               tr("%1 units, %2 out of contact").arg(units.size()).arg(lost), kCaption, Weight::normal, theme.color(Token::text_3));
    const double each = (box.width() - 20) / static_cast<double>(groups.size());
    double x = box.left() + 20;
    for (const Group& group : groups) {
        const auto count = std::count_if(units.begin(), units.end(), [&](const auto& u) {
            return std::find(group.states.begin(), group.states.end(), u.second.state()) != group.states.end();
        });
        paint_text(p, {x, box.top() + 40, each, 76}, Qt::AlignVCenter, QString::number(count), kCount, Weight::bold,
                   theme.color(Token::text_1), Elide::none);
        paint_unit(p, theme, {x + 12, box.top() + 136}, group.shown, 0, SymbolLook::normal, 1.0);
        paint_text(p, {x + 30, box.top() + 122, each - 32, 28}, Qt::AlignVCenter, group.name, kRow, Weight::normal,
                   theme.color(Token::text_1));
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
                   theme.color(Token::text_1), Elide::none);
        paint_text(p, {x, box.top() + 218, 160, 28}, Qt::AlignVCenter, name, kRow, Weight::normal, theme.color(Token::text_2));
        x += 165;
    }
}

void WallWindow::paintDay(QPainter& p, const QRectF& box) {
    const Theme& theme = desk_.theme();
    p.fillRect(box, theme.color(Token::bg_panel));
    const DayFigures day = day_figures(desk_.state(), desk_.shownUs());
    paint_text(p, {box.left() + 20, box.top() + 14, box.width(), 24}, Qt::AlignVCenter, tr("Figures of 24 h, of the cases known here"),
               kCaption, Weight::normal, theme.color(Token::text_3));
    const auto span = [](const std::optional<double>& s) {
        return s ? qs(elapsed_text(static_cast<std::int64_t>(*s * 1e6))) : QStringLiteral("—");
    };
    const std::array<std::pair<QString, QString>, 4> rows{
        {{tr("opened → ordered, median"), span(day.to_dispatch_s)},
         {tr("ordered → departed, median"), span(day.to_wheels_s)},
         {tr("answered → at scene, median"), span(day.response_s)},
         {tr("at scene within 15 min"),
          day.within_15_min ? QStringLiteral("%1 %").arg(100 * *day.within_15_min, 0, 'f', 1) : QStringLiteral("—")}}};
    double y = box.top() + 48;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const double x = box.left() + 20 + (i % 2 == 0 ? 0 : box.width() / 2);
        paint_text(p, {x, y + 8, box.width() / 2 - 30, 26}, Qt::AlignVCenter, rows[i].first, kRow, Weight::normal,
                   theme.color(Token::text_2));
        paint_text(p, {x, y + 38, box.width() / 2 - 30, 60}, Qt::AlignVCenter, rows[i].second, kKpi, Weight::bold,
                   theme.color(Token::text_1), Elide::none);
        y += i % 2 == 1 ? 120 : 0;
    }
}

void WallWindow::paintCoverage(QPainter& p, const QRectF& box) {
    const Theme& theme = desk_.theme();
    p.fillRect(box, theme.color(Token::bg_panel));
    const auto* coverage = desk_.state().centre().coverage();
    paint_text(p, {box.left() + 20, box.top() + 14, box.width(), 24}, Qt::AlignVCenter, tr("15 min coverage by township"), kCaption,
               Weight::normal, theme.color(Token::text_3));
    if (coverage == nullptr || coverage->whole().population() <= 0) {
        paint_text(p, {box.left() + 20, box.top() + 44, box.width(), 50}, Qt::AlignVCenter, QStringLiteral("—"), kKpi, Weight::bold,
                   theme.color(Token::text_1));
        return;
    }
    paint_text(p, {box.left() + 20, box.top() + 42, box.width() - 40, 56}, Qt::AlignVCenter,
               QStringLiteral("%1 %").arg(100 * coverage->whole().population_covered() / coverage->whole().population(), 0, 'f', 1),
               kKpi, Weight::bold, theme.color(Token::text_1), Elide::none);
    double y = box.top() + 104;
    for (const TownshipRow& row : township_rows(*coverage)) {
        if (y + 37 > box.bottom()) {
            break;
        }
        const bool gap = row.covered < 0.995;
        if (row.covered < 0.5) {
            p.fillRect(QRectF{box.left(), y, box.width(), 36}, theme.color(Token::bg_sel));
        }
        paint_text(p, {box.left() + 20, y, 150, 36}, Qt::AlignVCenter, (row.covered < 0.5 ? QStringLiteral("× ") : QString{}) + qs(row.share->name()),
                   kRow, gap ? Weight::bold : Weight::normal, theme.color(Token::text_1));
        const double wide = box.width() - 180 - 90;
        p.fillRect(QRectF{box.left() + 176, y + 13, wide, 10}, theme.color(Token::bg_field));
        p.fillRect(QRectF{box.left() + 176, y + 13, wide * row.covered, 10}, theme.color(Token::text_2));
        paint_text(p, {box.right() - 90, y, 74, 36}, Qt::AlignVCenter | Qt::AlignRight,
                   QStringLiteral("%1 %").arg(100 * row.covered, 0, 'f', 0), kRow, Weight::normal, theme.color(Token::text_1), Elide::none);
        y += 37;
    }
}

} // namespace ems::console
