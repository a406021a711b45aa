#include "vehicle/terminal/task_page.h"

#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "map/geo/point.h"
#include "vehicle/terminal/terminal_words.h"

#include <QPainter>
#include <QTextOption>

namespace ems::terminal {

using console::paint_text;
using console::text_width;
using console::Theme;
using console::Token;
using console::Weight;

namespace {

constexpr int kBanner = 72;
constexpr int kMargin = 28;
constexpr int kMapWide = 324;
constexpr int kCell = 80;
constexpr int kGap = 4;

QString text_of(const std::string& text) {
    return QString::fromStdString(text);
}

// Wrapped text; gives the y below it. No more than `lines`.
double paint_wrapped(QPainter& p, QRectF box, const QString& text, int px, Weight weight,
                     const QColor& ink, int lines) {
    p.setFont(Theme::font(px, weight));
    p.setPen(ink);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    const double line = p.fontMetrics().lineSpacing();
    box.setHeight(line * lines);
    const QRectF used = p.boundingRect(box, text, option);
    p.save();
    p.setClipRect(box);
    p.drawText(box, text, option);
    p.restore();
    return box.top() + std::min(box.height(), used.height());
}

} // namespace

TaskPage::TaskPage(const Theme& theme, const VehicleSocket& vehicle, const WayWorker& way,
                   const Clock& clock, QWidget* parent)
    : QWidget(parent), theme_(theme), vehicle_(vehicle), way_(way), clock_(clock),
      map_(new WayMap{theme, vehicle, way, WayMap::Rim::plain, this}) {
    map_->setShows(WayMap::Shows::whole_way);
    connect(&way_, &WayWorker::changed, this, &TaskPage::refresh);
    connect(&way_, &WayWorker::mapOpened, this, &TaskPage::refresh);
    connect(&vehicle_, &VehicleSocket::changed, this, &TaskPage::refresh);
    connect(&theme_, &Theme::changed, this, qOverload<>(&QWidget::update));
    refresh();
}

void TaskPage::refresh() {
    const bool has_way = way_.mapState() == WayWorker::MapState::open &&
                         way_target(vehicle_.pressedStatus()).has_value();
    map_->setVisible(has_way);
    update();
}

void TaskPage::resizeEvent(QResizeEvent* /*event*/) {
    map_->setGeometry(width() - kMapWide, kBanner + kGap, kMapWide, height() - kBanner - kGap);
}

void TaskPage::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.setRenderHint(QPainter::Antialiasing);
    p.fillRect(rect(), theme_.color(Token::bg_panel));
    const vehicle::Status status = vehicle_.pressedStatus();
    if (status.has_posting() && !order_waits(status)) {
        paintPosting(p, status);
    } else if (status.has_order() && !status.order_command_id().empty()) {
        paintOrder(p, status);
    } else {
        paintStandBy(p, status);
    }
    if (vehicle_.isSilent()) {
        console::paint_stale_frame(p, theme_, rect());
    }
}

void TaskPage::paintBanner(QPainter& p, const vehicle::Status& status) const {
    const wire::DispatchOrder& order = status.order();
    const bool waits = order_waits(status);
    const QColor ink = theme_.color(waits ? Token::inv_fg : Token::text_1);
    const QRectF banner{0, 0, static_cast<double>(width()), kBanner};
    p.fillRect(banner, theme_.color(waits ? Token::inv_bg : Token::bg_raise));
    const QString name =
        (waits ? tr("New order %1") : tr("Order %1")).arg(text_of(order.incident_number()));
    paint_text(p, banner.adjusted(kMargin, 0, -kMargin, 0), Qt::AlignVCenter, name, 34,
               Weight::bold, ink);
    const double level = kMargin + text_width(name, 34, Weight::bold) + 28.0;
    paint_text(p, banner.adjusted(level, 0, -kMargin, 0), Qt::AlignVCenter,
               TerminalWords::levelName(order.level()), 28, Weight::bold, ink);
    if (const auto age_ms = vehicle_.orderAgeMs()) {
        const QString since = QString::fromStdString(console::elapsed_text(*age_ms * 1'000));
        const double wide = text_width(since, 40, Weight::bold) + 2.0;
        paint_text(p, {width() - kMargin - wide, 0, wide, kBanner}, Qt::AlignVCenter, since, 40,
                   Weight::bold, ink);
        paint_text(p, {level, 0, width() - kMargin - wide - 14 - level, kBanner},
                   Qt::AlignVCenter | Qt::AlignRight, tr("since the order"), 20, Weight::normal,
                   ink);
    }
}

void TaskPage::paintOrder(QPainter& p, const vehicle::Status& status) const {
    const wire::DispatchOrder& order = status.order();
    paintBanner(p, status);
    const bool narrow = !map_->isHidden();
    const std::size_t per_row = narrow ? 2 : 3;
    const int page = !narrow ? width() : width() - kMapWide - kGap;
    const double wide = page - 2.0 * kMargin;
    const QColor strong = theme_.color(Token::text_1);
    const QColor second = theme_.color(Token::text_2);

    double y = kBanner + 14;
    console::paint_incident(p, theme_, {kMargin + 30.0, y + 36}, order.level(), 2.0);
    QString what = text_of(order.complaint());
    if (what.isEmpty()) {
        what = tr("complaint not known");
    }
    const QString who = TerminalWords::patient(order);
    // Beside the map the patient has a line of his own: a long complaint must not push him out.
    y = paint_wrapped(p, {kMargin + 78.0, y, wide - 78, 0},
                      who.isEmpty() || narrow ? what : what + QStringLiteral("　") + who,
                      narrow ? 36 : 52, Weight::bold, strong, 2) +
        4;
    if (narrow && !who.isEmpty()) {
        paint_text(p, {kMargin + 78.0, y, wide - 78, 48}, Qt::AlignVCenter, who, 36, Weight::bold,
                   strong);
        y += 50;
    }
    y = paint_wrapped(p, {static_cast<double>(kMargin), y, wide, 0}, text_of(order.address()),
                      narrow ? 30 : 38, Weight::bold, strong, narrow ? 2 : 3) +
        12;

    const QColor hair = theme_.color(Token::line);
    p.setPen(QPen{hair, 1});
    p.drawLine(QPointF{kMargin + 0.0, y}, QPointF{kMargin + wide, y});
    y += 10;
    struct Cell {
        QString caption;
        QString value;
    };
    std::vector<Cell> cells;
    const wire::DestinationOrder& hospital =
        status.has_destination() ? status.destination() : order.destination();
    const auto target = way_target(status);
    const Guidance& guidance = way_.guidance();
    if (target && guidance.points && guidance.target == target) {
        const bool to_hospital = target->kind == WayTarget::Kind::hospital;
        const std::int64_t at_us = clock_.utc_us() + std::int64_t{guidance.left_ms} * 1'000;
        cells.push_back({to_hospital ? tr("Hospital, by road") : tr("Scene, by road"),
                         TerminalWords::roadDistance(guidance.left_dm)});
        if (!vehicle_.isSilent()) { // an arrival that slides on with the clock is none
            cells.push_back(
                {tr("Arrival"), QString::fromStdString(console::clock_text(at_us)).left(5)});
        }
    } else if (target && status.has_position()) { // as the crow flies, and said so
        const bool to_hospital = target->kind == WayTarget::Kind::hospital;
        const map::Wgs84 here =
            map::from_e7({status.position().lat_e7(), status.position().lon_e7()});
        cells.push_back({to_hospital ? tr("Hospital, straight line") : tr("Scene, straight line"),
                         TerminalWords::distance(map::distance_m(here, target->at))});
        cells.push_back(
            {tr("Direction"), TerminalWords::compass(map::course_deg(here, target->at))});
    }
    if (!hospital.name().empty()) {
        cells.push_back({tr("Destination"), text_of(hospital.name())});
    }
    const std::size_t columns = std::max<std::size_t>(1, std::min(cells.size(), per_row));
    const double cell = wide / static_cast<double>(columns);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const bool alone = i + 1 == cells.size() && i % columns == 0; // the row is its own
        const double x = kMargin + cell * static_cast<double>(i % columns);
        const double top = y + static_cast<double>(i / columns) * kCell;
        const double room = (alone ? wide : cell) - 12;
        paint_text(p, {x, top, room, 26}, Qt::AlignVCenter, cells[i].caption, 18, Weight::normal,
                   second);
        paint_text(p, {x, top + 26, room, 48}, Qt::AlignVCenter, cells[i].value, 34, Weight::bold,
                   strong);
    }
    if (!cells.empty()) {
        y += kCell * static_cast<double>((cells.size() + columns - 1) / columns);
        p.setPen(QPen{hair, 1});
        p.drawLine(QPointF{kMargin + 0.0, y}, QPointF{kMargin + wide, y});
        y += 10;
    }
    if (!order.note().empty()) {
        y = paint_wrapped(p, {static_cast<double>(kMargin), y, wide, 0}, text_of(order.note()),
                          narrow ? 22 : 25, Weight::normal, strong, 5) +
            10;
    }
    for (int i = status.notes_size() - 1; i >= 0 && y < height() - 40; --i) {
        y = paint_wrapped(p, {static_cast<double>(kMargin), y, wide, 0},
                          tr("Centre: %1").arg(text_of(status.notes(i).text())), 25, Weight::normal,
                          second, 2) +
            6;
    }
}

// Only who is free is posted, be it on the way home from an order that is still shown.
void TaskPage::paintPosting(QPainter& p, const vehicle::Status& status) const {
    const vehicle::PostedTo& posted = status.posting();
    const bool waits = posting_waits(status);
    const double wide = width() - 2.0 * kMargin;
    const QRectF banner{0, 0, static_cast<double>(width()), kBanner};
    p.fillRect(banner, theme_.color(waits ? Token::inv_bg : Token::bg_raise));
    paint_text(p, banner.adjusted(kMargin, 0, -kMargin, 0), Qt::AlignVCenter,
               TerminalWords::posting(posted.posting().kind()), 34, Weight::bold,
               theme_.color(waits ? Token::inv_fg : Token::text_1));
    paint_text(p, banner.adjusted(kMargin, 0, -kMargin, 0), Qt::AlignVCenter | Qt::AlignRight,
               waits              ? tr("waits for your answer")
               : posted.arrived() ? tr("you are there")
                                  : tr("on the way"),
               28, Weight::bold, theme_.color(waits ? Token::inv_fg : Token::text_1));
    double y = kBanner + 24;
    y = paint_wrapped(p, {static_cast<double>(kMargin), y, wide, 0}, text_of(posted.posting().name()), 52,
                      Weight::bold, theme_.color(Token::text_1), 2) +
        14;
    const wire::MapPoint& place = posted.posting().place();
    if (status.has_position() && !posted.arrived()) {
        const map::Wgs84 here = map::from_e7({status.position().lat_e7(), status.position().lon_e7()});
        const map::Wgs84 there = map::from_e7({place.lat_e7(), place.lon_e7()});
        paint_text(p, {static_cast<double>(kMargin), y, wide, 48}, Qt::AlignVCenter,
                   tr("%1 in a straight line, %2")
                       .arg(TerminalWords::distance(map::distance_m(here, there)),
                            TerminalWords::compass(map::course_deg(here, there))),
                   34, Weight::bold, theme_.color(Token::text_1));
        y += 60;
    }
    for (int i = status.notes_size() - 1; i >= 0 && y < height() - 60; --i) {
        y = paint_wrapped(p, {static_cast<double>(kMargin), y, wide, 0},
                          tr("Centre: %1").arg(text_of(status.notes(i).text())), 25, Weight::normal,
                          theme_.color(Token::text_2), 2) +
            8;
    }
}

void TaskPage::paintStandBy(QPainter& p, const vehicle::Status& status) const {
    double y = height() * 0.24;
    const QString state = vehicle_.everHeard() ? TerminalWords::state(status.state())
                                               : tr("waiting for the vehicle computer");
    paint_text(p, {0, y, static_cast<double>(width()), 80}, Qt::AlignCenter, state, 56,
               Weight::bold, theme_.color(Token::text_1));
    y += 92;
    paint_text(p, {0, y, static_cast<double>(width()), 40}, Qt::AlignCenter,
               !vehicle_.everHeard() ? tr("orders come by radio until it answers")
               : status.link_up()    ? tr("no order; a new one sounds and shows here")
                                     : tr("no link: orders come by radio or telephone"),
               25, Weight::normal, theme_.color(Token::text_2));
    y += 70;
    for (int i = status.notes_size() - 1; i >= 0 && y < height() - 60; --i) {
        y = paint_wrapped(p, {static_cast<double>(kMargin), y, width() - 2.0 * kMargin, 0},
                          tr("Centre: %1").arg(text_of(status.notes(i).text())), 25, Weight::normal,
                          theme_.color(Token::text_2), 2) +
            8;
    }
}

} // namespace ems::terminal
