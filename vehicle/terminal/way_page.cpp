#include "vehicle/terminal/way_page.h"

#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "vehicle/terminal/terminal_words.h"
#include "vehicle/terminal/text_size.h"
#include "vehicle/terminal/turn_sign.h"

#include <array>

#include <QPainter>
#include <QTextOption>

namespace ems::terminal {

using console::text_width;
using console::Theme;
using console::Token;
using console::Weight;

namespace {

constexpr int kBoard = 176;
constexpr int kTurns = 556; // of the board; the rest is the arrival
constexpr int kSign = 116;
constexpr int kButton = 108;
constexpr int kButtonHigh = 72;
constexpr int kGap = 8;
constexpr double kStep = 1.5;
constexpr double kWalkM = 30; // from the end of the road to the place: worth saying

} // namespace

WayPage::WayPage(const Theme& theme, const VehicleSocket& vehicle, const WayWorker& way,
                 const Clock& clock, QWidget* parent)
    : QWidget(parent), theme_(theme), vehicle_(vehicle), way_(way), clock_(clock),
      map_(new WayMap{theme, vehicle, way, WayMap::Rim::buttons_at_right, this}),
      larger_(new BigButton{theme, Look::plain, 36, this}),
      smaller_(new BigButton{theme, Look::plain, 36, this}),
      up_(new BigButton{theme, Look::plain, 20, this}),
      whole_(new BigButton{theme, Look::plain, 20, this}) {
    setAttribute(Qt::WA_OpaquePaintEvent);
    larger_->setText(QStringLiteral("＋"));
    larger_->setAccessibleName(tr("Larger"));
    smaller_->setText(QStringLiteral("－"));
    smaller_->setAccessibleName(tr("Smaller"));
    connect(larger_, &BigButton::pressedWhole, this, [this] { map_->zoom(kStep); });
    connect(smaller_, &BigButton::pressedWhole, this, [this] { map_->zoom(1 / kStep); });
    connect(up_, &BigButton::pressedWhole, this, [this] {
        map_->setUp(map_->up() == WayMap::Up::north ? WayMap::Up::course : WayMap::Up::north);
        refresh();
    });
    connect(whole_, &BigButton::pressedWhole, this, [this] {
        map_->setShows(map_->shows() == WayMap::Shows::vehicle ? WayMap::Shows::whole_way
                                                               : WayMap::Shows::vehicle);
    });
    connect(map_, &WayMap::showsChanged, this, &WayPage::refresh);
    connect(&vehicle_, &VehicleSocket::changed, this, &WayPage::refresh);
    connect(&way_, &WayWorker::changed, this, &WayPage::refresh);
    connect(&way_, &WayWorker::mapOpened, this, &WayPage::refresh);
    connect(&theme_, &Theme::changed, this, qOverload<>(&QWidget::update));
    refresh();
}

void WayPage::resizeEvent(QResizeEvent* /*event*/) {
    map_->setGeometry(0, kBoard + 4, width(), height() - kBoard - 4);
    int y = kBoard + 4 + kGap;
    for (BigButton* button : {larger_, smaller_, up_, whole_}) {
        button->setGeometry(width() - kButton - kGap, y, kButton, kButtonHigh);
        y += kButtonHigh + kGap;
    }
}

void WayPage::refresh() {
    const bool has_map = way_.mapState() == WayWorker::MapState::open;
    for (QWidget* one : {static_cast<QWidget*>(map_), static_cast<QWidget*>(larger_),
                         static_cast<QWidget*>(smaller_), static_cast<QWidget*>(up_),
                         static_cast<QWidget*>(whole_)}) {
        one->setVisible(has_map);
    }
    up_->setText(map_->up() == WayMap::Up::north ? tr("Course up") : tr("North up"));
    whole_->setText(map_->shows() == WayMap::Shows::vehicle ? tr("All the way") : tr("Vehicle"));
    setAccessibleDescription(said());
    update();
}

QString WayPage::whyNone() const {
    switch (way_.mapState()) {
    case WayWorker::MapState::opening:
        return tr("the map is being opened");
    case WayWorker::MapState::absent:
        return way_.problem().isEmpty() ? tr("this terminal has no map")
                                        : tr("the map cannot be read");
    case WayWorker::MapState::open:
        break;
    }
    const vehicle::Status status = vehicle_.pressedStatus();
    if (!way_target(status)) {
        const bool ordered = status.has_order() && !status.order_command_id().empty();
        return ordered                ? tr("no place to drive to")
               : goes_to_post(status) ? tr("ways are shown for orders; the post is on the task page")
                                      : tr("no order");
    }
    if (!status.has_position()) {
        return tr("no position of the vehicle");
    }
    switch (way_.guidance().state) {
    case WayState::off_map:
        return tr("no road near the vehicle");
    case WayState::no_road_to:
        return tr("no road near the place");
    case WayState::no_way:
        return tr("no road leads there");
    case WayState::none:
        return tr("looking for the way");
    case WayState::under_way:
    case WayState::arrived:
        break;
    }
    return {};
}

QString WayPage::said() const {
    if (vehicle_.everHeard() && vehicle_.isSilent()) {
        return silence();
    }
    const QString why = whyNone();
    if (!why.isEmpty()) {
        return why;
    }
    const Guidance& guidance = way_.guidance();
    return guidance.next ? TerminalWords::turn(guidance.next->maneuver, guidance.next->ahead_dm)
                         : QString{};
}

// What stands on the board was true when the vehicle's computer was heard last, and nothing of it is now.
QString WayPage::silence() const {
    return tr("× stopped %1 s").arg(vehicle_.silentMs() / 1'000);
}

QColor WayPage::ink(Token token) const {
    return theme_.color(vehicle_.isSilent() ? Token::st_text : token);
}

void WayPage::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.setRenderHint(QPainter::Antialiasing);
    p.fillRect(rect(), theme_.color(Token::bg_window));
    p.fillRect(QRect{0, 0, width(), kBoard}, theme_.color(Token::bg_panel));
    const bool has_map = way_.mapState() == WayWorker::MapState::open;
    if (!has_map) {
        p.fillRect(rect(), theme_.color(Token::bg_panel));
    }
    const QString why = whyNone();
    if (!why.isEmpty()) {
        paintStraight(p, why);
    } else {
        paintTurns(p, way_.guidance());
        paintArrival(p, way_.guidance());
    }
    if (vehicle_.isSilent() && !has_map) {
        console::paint_stale_frame(p, theme_, rect());
    }
}

void WayPage::paintTurns(QPainter& p, const Guidance& guidance) const {
    if (!guidance.next) {
        return;
    }
    const QColor strong = ink(Token::text_1);
    const QColor second = ink(Token::text_2);
    const map::Maneuver& turn = guidance.next->maneuver;
    const bool there = guidance.state == WayState::arrived;
    paint_turn(p, {24, 14, kSign, kSign}, turn, strong);
    const double x = 24 + kSign + 28;
    const double wide = kTurns - x;
    const QString ahead = TerminalWords::roadDistance(guidance.next->ahead_dm);
    paint_sized(*this, p, {x, 8, wide, 76}, Qt::AlignVCenter, there ? tr("arrived") : ahead, 60,
                Weight::bold, strong);
    paint_sized(*this, p, {x, 84, wide, 44}, Qt::AlignVCenter, TerminalWords::turn(turn, 0), 30,
                Weight::bold, strong);
    QString small;
    if (guidance.then) {
        const WayTurn& then = *guidance.then;
        small = tr("then %1, %2")
                    .arg(TerminalWords::turn(then.maneuver, 0),
                         TerminalWords::roadDistance(then.ahead_dm - guidance.next->ahead_dm));
    } else if (guidance.from_road_m > kWalkM) {
        small = tr("%1 from the road").arg(TerminalWords::distance(guidance.from_road_m));
    }
    paint_sized(*this, p, {24, 134, kTurns - 24.0, 34}, Qt::AlignVCenter, small, 22, Weight::normal,
                second);
}

void WayPage::paintArrival(QPainter& p, const Guidance& guidance) const {
    const QColor strong = ink(Token::text_1);
    const QColor second = ink(Token::text_2);
    const double x = kTurns + 20;
    const double wide = width() - x - 16;
    p.setPen(QPen{theme_.color(Token::line), 1});
    p.drawLine(QPointF{x - 12, 16}, QPointF{x - 12, kBoard - 16.0});
    if (vehicle_.isSilent()) { // an arrival that slides on with the clock is none
        paint_sized(*this, p, {x, 36, wide, 60}, Qt::AlignVCenter, silence(), 40, Weight::bold,
                    theme_.color(Token::text_1));
        return;
    }
    const std::int64_t left_us = std::int64_t{guidance.left_ms} * 1'000;
    paint_sized(*this, p, {x, 10, wide, 26}, Qt::AlignVCenter,
                guidance.target->kind == WayTarget::Kind::hospital ? tr("Arrival at the hospital")
                                                                   : tr("Arrival at the scene"),
                18, Weight::normal, second);
    paint_sized(*this, p, {x, 36, wide, 60}, Qt::AlignVCenter,
                QString::fromStdString(console::clock_text(clock_.utc_us() + left_us)).left(5), 52,
                Weight::bold, strong);
    paint_sized(*this, p, {x, 98, wide, 34}, Qt::AlignVCenter,
                tr("still %1").arg(QString::fromStdString(console::elapsed_text(left_us))) +
                    QStringLiteral("　") + TerminalWords::roadDistance(guidance.left_dm),
                24, Weight::bold, strong);
    QStringList words;
    if (!guidance.road.empty()) {
        words << QString::fromStdString(guidance.road);
    }
    words << TerminalWords::speed(vehicle_.status().position().speed_cm_s());
    paint_sized(*this, p, {x, 134, wide, 34}, Qt::AlignVCenter, words.join(QStringLiteral("　")), 22,
                Weight::normal, second);
}

void WayPage::paintStraight(QPainter& p, const QString& why) const {
    const QColor strong = ink(Token::text_1);
    const vehicle::Status status = vehicle_.pressedStatus();
    const auto target = way_target(status);
    const bool placed = target && status.has_position();
    double x = 24;
    if (placed) {
        const map::Wgs84 own =
            map::from_e7({status.position().lat_e7(), status.position().lon_e7()});
        const double course = map::course_deg(own, target->at);
        paint_pointer(p, {24, 14, kSign, kSign}, course, strong);
        x += kSign + 28;
        paint_sized(*this, p, {x, 8, width() - x, 76}, Qt::AlignVCenter,
                    TerminalWords::distance(map::distance_m(own, target->at)) +
                        QStringLiteral("　") + TerminalWords::compass(course),
                    60, Weight::bold, strong);
        paint_sized(*this, p, {x, 84, width() - x - 16, 44}, Qt::AlignVCenter,
                    tr("straight line, north up"), 26, Weight::normal, theme_.color(Token::text_2));
    }
    paint_sized(*this, p, {24, placed ? 134.0 : 66.0, width() - 48.0, 40}, Qt::AlignVCenter, why,
                placed ? 24 : 34, Weight::bold, strong);
    if (placed && vehicle_.isSilent()) {
        paint_sized(*this, p, {width() - 360.0, 134, 344, 40}, Qt::AlignVCenter | Qt::AlignRight, silence(),
                    24, Weight::bold, theme_.color(Token::text_1));
    }
    const bool told = way_.mapState() == WayWorker::MapState::absent && !way_.problem().isEmpty();
    if (told) {
        paint_sized(*this, p, {24, kBoard + 10.0, width() - 48.0, 34}, Qt::AlignVCenter, way_.problem(), 20,
                    Weight::normal, theme_.color(Token::text_2));
    }
    if (way_.mapState() == WayWorker::MapState::absent && target) {
        QTextOption option;
        option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
        p.setFont(Theme::font(scaled_px(34, text_scale(*this)), Weight::bold)); // the page is its own
        p.setPen(strong);
        p.drawText(QRectF{24, kBoard + 60.0, width() - 48.0, height() - kBoard - 80.0},
                   QString::fromStdString(target->name), option);
    }
}

} // namespace ems::terminal
