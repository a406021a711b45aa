#include "vehicle/terminal/task_page.h"

#include "console/theme/phone_text.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "map/geo/point.h"
#include "telemetry/wire/caller_phone.h"
#include "vehicle/contract/caller.h"
#include "vehicle/terminal/terminal_words.h"
#include "vehicle/terminal/text_size.h"

#include <algorithm>

#include <QImage>
#include <QPainter>
#include <QTextOption>

namespace ems::terminal {

using console::paint_text;
using console::text_width;
using console::Theme;
using console::Token;
using console::Weight;

// Lines one below the other, from y on.
struct TaskPage::Column {
    // Wrapped text, no more than `lines`, which moves y below it.
    void wrapped(double indent, const QString& text, int px, Weight weight, const QColor& ink,
                 int lines) {
        p.setFont(Theme::font(px, weight));
        p.setPen(ink);
        QTextOption option;
        option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
        const double line_high = p.fontMetrics().lineSpacing();
        const QRectF box{left + indent, y, wide - indent, line_high * lines};
        const QRectF used = p.boundingRect(box, text, option);
        p.save();
        p.setClipRect(box);
        p.drawText(box, text, option);
        p.restore();
        whole = whole && used.height() <= box.height();
        y += std::min(box.height(), used.height());
    }
    void line(const QRectF& box, int flags, const QString& text, int px, Weight weight,
              const QColor& ink) {
        whole = whole && text_width(text, px, weight) <= box.width();
        paint_text(p, box, flags, text, px, weight, ink);
    }
    void rule(const QColor& ink) {
        p.setPen(QPen{ink, 1});
        p.drawLine(QPointF{left, y}, QPointF{left + wide, y});
        y += 10;
    }

    QPainter& p;
    double left{0};
    double wide{0};
    double y{0};
    bool whole{true}; // nothing was cut so far
};

namespace {

constexpr int kBanner = 72;
constexpr int kMargin = 28;
constexpr int kMapWide = 324;
constexpr int kCell = 80;
constexpr int kGap = 4;

QString text_of(const std::string& text) {
    return QString::fromStdString(text);
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
    using Content = bool (TaskPage::*)(QPainter&, const vehicle::Status&, double) const;
    Content content = &TaskPage::paintStandBy;
    if (status.has_posting() && !order_waits(status)) {
        paintPostingBanner(p, status);
        content = &TaskPage::paintPosting;
    } else if (status.has_order() && !status.order_command_id().empty()) {
        paintBanner(p, status);
        content = &TaskPage::paintOrder;
    }
    const double scale = fittingScale([&](QPainter& measured, double tried) {
        return (this->*content)(measured, status, tried);
    });
    (this->*content)(p, status, scale);
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
    const QString level = TerminalWords::levelName(order.level());
    const auto age_ms = vehicle_.orderAgeMs();
    const QString since =
        age_ms ? QString::fromStdString(console::elapsed_text(*age_ms * 1'000)) : QString{};
    const QString caption = age_ms ? tr("since the order") : QString{};
    constexpr double kGaps = 2 * kMargin + 28 + 14 + 20;
    const double scale = fitting_scale(*this,
                                       {{name, 34, Weight::bold},
                                        {level, 28, Weight::bold},
                                        {caption, 20, Weight::normal},
                                        {since, 40, Weight::bold}},
                                       banner.size(), kGaps);
    const int name_px = scaled_px(34, scale);
    const int since_px = scaled_px(40, scale);
    paint_text(p, banner.adjusted(kMargin, 0, -kMargin, 0), Qt::AlignVCenter, name, name_px,
               Weight::bold, ink);
    const double left = kMargin + text_width(name, name_px, Weight::bold) + 28.0;
    paint_text(p, banner.adjusted(left, 0, -kMargin, 0), Qt::AlignVCenter, level,
               scaled_px(28, scale), Weight::bold, ink);
    if (age_ms) {
        const double wide = text_width(since, since_px, Weight::bold) + 2.0;
        paint_text(p, {width() - kMargin - wide, 0, wide, kBanner}, Qt::AlignVCenter, since,
                   since_px, Weight::bold, ink);
        paint_text(p, {left, 0, width() - kMargin - wide - 14 - left, kBanner},
                   Qt::AlignVCenter | Qt::AlignRight, caption, scaled_px(20, scale),
                   Weight::normal, ink);
    }
}

// The largest at which the page shows all that it has to say.
double TaskPage::fittingScale(const std::function<bool(QPainter&, double)>& paint) const {
    constexpr double kStep = 0.05;
    QImage paper{1, 1, QImage::Format_ARGB32_Premultiplied};
    QPainter measured{&paper};
    double scale = text_scale(*this);
    while (scale > 1.0 && !paint(measured, scale)) {
        scale -= kStep;
    }
    return std::max(1.0, scale);
}

// The cells below the address: caption and value, in rows.
std::vector<TaskPage::Cell> TaskPage::cells(const vehicle::Status& status) const {
    const wire::DispatchOrder& order = status.order();
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
    return cells;
}

// False: something was cut.
bool TaskPage::paintOrder(QPainter& p, const vehicle::Status& status, double scale) const {
    const wire::DispatchOrder& order = status.order();
    const bool narrow = !map_->isHidden();
    const int page = !narrow ? width() : width() - kMapWide - kGap;
    const QColor strong = theme_.color(Token::text_1);
    const auto px = [scale](int usual) { return scaled_px(usual, scale); };
    Column at{.p = p, .left = kMargin, .wide = page - 2.0 * kMargin, .y = kBanner + 14.0};

    constexpr double kBesideLevel = 78;
    console::paint_incident(p, theme_, {kMargin + 30.0, at.y + 36}, order.level(), 2.0);
    QString what = text_of(order.complaint());
    if (what.isEmpty()) {
        what = tr("complaint not known");
    }
    const QString who = TerminalWords::patient(order);
    // Beside the map the patient has a line of his own: a long complaint must not push him out.
    at.wrapped(kBesideLevel,
               who.isEmpty() || narrow ? what : what + QStringLiteral("　") + who,
               px(narrow ? 36 : 52), Weight::bold, strong, 2);
    at.y += 4;
    if (narrow && !who.isEmpty()) {
        at.line({at.left + kBesideLevel, at.y, at.wide - kBesideLevel, 48 * scale},
                Qt::AlignVCenter, who, px(36), Weight::bold, strong);
        at.y += 50 * scale;
    }
    at.wrapped(0, text_of(order.address()), px(narrow ? 30 : 38), Weight::bold, strong,
               narrow ? 2 : 3);
    paintCaller(at, status, scale);
    at.y += 12;
    at.rule(theme_.color(Token::line));
    paintCells(at, cells(status), scale);
    if (!order.note().empty()) {
        at.wrapped(0, text_of(order.note()), px(narrow ? 22 : 25), Weight::normal, strong, 5);
        at.y += 10;
    }
    return paintNotes(at, status, scale);
}

// What is no number to dial is not shown at all.
QString TaskPage::caller(const vehicle::Status& status) {
    const std::string& number = status.order().caller_phone();
    const bool shown = vehicle::needs_caller(status.state()) && wire::is_caller_phone(number);
    return shown ? QString::fromStdString(console::phone_text(number)) : QString{};
}

void TaskPage::paintCaller(Column& at, const vehicle::Status& status, double scale) const {
    const QString number = caller(status);
    if (number.isEmpty()) {
        return;
    }
    const QString caption = tr("Caller");
    const double wide = text_width(caption, scaled_px(22, scale)) + 16.0;
    at.y += 6;
    at.line({at.left, at.y, wide, 54 * scale}, Qt::AlignVCenter, caption, scaled_px(22, scale), Weight::normal,
            theme_.color(Token::text_2));
    at.line({at.left + wide, at.y, at.wide - wide, 54 * scale}, Qt::AlignVCenter,
            number, scaled_px(44, scale), Weight::bold, theme_.color(Token::text_1));
    at.y += 54 * scale;
}

void TaskPage::paintCells(Column& at, const std::vector<Cell>& cells, double scale) const {
    if (cells.empty()) {
        return;
    }
    const std::size_t columns = std::min<std::size_t>(cells.size(), map_->isHidden() ? 3 : 2);
    const double cell = at.wide / static_cast<double>(columns);
    const double high = kCell * scale;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const bool alone = i + 1 == cells.size() && i % columns == 0; // the row is its own
        const double x = at.left + cell * static_cast<double>(i % columns);
        const double top = at.y + static_cast<double>(i / columns) * high;
        const double room = (alone ? at.wide : cell) - 12;
        at.line({x, top, room, 26 * scale}, Qt::AlignVCenter, cells[i].caption,
                scaled_px(18, scale), Weight::normal, theme_.color(Token::text_2));
        at.line({x, top + 26 * scale, room, 48 * scale}, Qt::AlignVCenter, cells[i].value,
                scaled_px(34, scale), Weight::bold, theme_.color(Token::text_1));
    }
    at.y += high * static_cast<double>((cells.size() + columns - 1) / columns);
    at.rule(theme_.color(Token::line));
}

// What the centre wrote, the newest first, as far as the page goes.
bool TaskPage::paintNotes(Column& at, const vehicle::Status& status, double scale) const {
    constexpr double kNoteLeast = 40;
    for (int i = status.notes_size() - 1; i >= 0; --i) {
        if (at.y >= height() - kNoteLeast) {
            return false;
        }
        at.wrapped(0, tr("Centre: %1").arg(text_of(status.notes(i).text())),
                   scaled_px(25, scale), Weight::normal, theme_.color(Token::text_2), 2);
        at.y += 6;
    }
    return at.whole && at.y <= height();
}

// Only who is free is posted, be it on the way home from an order that is still shown.
void TaskPage::paintPostingBanner(QPainter& p, const vehicle::Status& status) const {
    const vehicle::PostedTo& posted = status.posting();
    const bool waits = posting_waits(status);
    const QColor ink = theme_.color(waits ? Token::inv_fg : Token::text_1);
    const QRectF banner{0, 0, static_cast<double>(width()), kBanner};
    p.fillRect(banner, theme_.color(waits ? Token::inv_bg : Token::bg_raise));
    const QString kind = TerminalWords::posting(posted.posting().kind());
    const QString state = waits              ? tr("waits for your answer")
                          : posted.arrived() ? tr("you are there")
                                             : tr("on the way");
    const double scale = fitting_scale(*this, {{kind, 34, Weight::bold}, {state, 28, Weight::bold}},
                                       banner.size(), 3.0 * kMargin);
    const QRectF in = banner.adjusted(kMargin, 0, -kMargin, 0);
    paint_text(p, in, Qt::AlignVCenter, kind, scaled_px(34, scale), Weight::bold, ink);
    paint_text(p, in, Qt::AlignVCenter | Qt::AlignRight, state, scaled_px(28, scale), Weight::bold,
               ink);
}

// False: something was cut.
bool TaskPage::paintPosting(QPainter& p, const vehicle::Status& status, double scale) const {
    const vehicle::PostedTo& posted = status.posting();
    Column at{.p = p, .left = kMargin, .wide = width() - 2.0 * kMargin, .y = kBanner + 24.0};
    at.wrapped(0, text_of(posted.posting().name()), scaled_px(52, scale), Weight::bold,
               theme_.color(Token::text_1), 2);
    at.y += 14;
    const wire::MapPoint& place = posted.posting().place();
    if (status.has_position() && !posted.arrived()) {
        const map::Wgs84 here = map::from_e7({status.position().lat_e7(), status.position().lon_e7()});
        const map::Wgs84 there = map::from_e7({place.lat_e7(), place.lon_e7()});
        at.line({at.left, at.y, at.wide, 48 * scale}, Qt::AlignVCenter,
                tr("%1 in a straight line, %2")
                    .arg(TerminalWords::distance(map::distance_m(here, there)),
                         TerminalWords::compass(map::course_deg(here, there))),
                scaled_px(34, scale), Weight::bold, theme_.color(Token::text_1));
        at.y += 60 * scale;
    }
    return paintNotes(at, status, scale);
}

// False: something was cut.
bool TaskPage::paintStandBy(QPainter& p, const vehicle::Status& status, double scale) const {
    Column at{.p = p, .left = kMargin, .wide = width() - 2.0 * kMargin, .y = height() * 0.24};
    const auto centred = [&](const QString& text, int px, double high, Weight weight, Token ink) {
        const QRectF box{0, at.y, static_cast<double>(width()), high};
        at.line(box, Qt::AlignCenter, text, scaled_px(px, scale), weight, theme_.color(ink));
    };
    centred(vehicle_.everHeard() ? TerminalWords::state(status.state())
                                 : tr("waiting for the vehicle computer"),
            56, 80 * scale, Weight::bold, Token::text_1);
    at.y += 92 * scale;
    centred(!vehicle_.everHeard() ? tr("orders come by radio until it answers")
            : status.link_up()    ? tr("no order; a new one sounds and shows here")
                                  : tr("no link: orders come by radio or telephone"),
            25, 40 * scale, Weight::normal, Token::text_2);
    at.y += 70 * scale;
    return paintNotes(at, status, scale);
}

} // namespace ems::terminal
