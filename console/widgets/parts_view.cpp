#include "console/widgets/parts_view.h"

#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <array>

#include <QFontMetrics>
#include <QKeyEvent>
#include <QPainter>
#include <QTextOption>

namespace ems::console {
namespace {

constexpr int kWidth = 1'480;
constexpr int kHeadHeight = 40;
constexpr int kColumnHeight = 24;
constexpr int kBadHeight = 90; // at the least
constexpr int kBadPadding = 20;
constexpr int kGoodHeight = 28;
constexpr int kNameWidth = 250;
constexpr int kSinceWidth = 130;
constexpr std::int64_t kAskOpenUs = 3'000'000;
constexpr std::int64_t kAskClosedUs = 30'000'000; // for the mark in the strip
constexpr std::int64_t kAnswerMaxUs = 20'000'000;

bool is_bad(const PartRow& row) {
    return row.state == PartState::degraded || row.state == PartState::lost;
}

void paint_wrapped(QPainter& p, const QRectF& box, const QString& text, const QColor& ink) {
    p.setFont(Theme::font(metrics::kDensePx, Weight::normal));
    p.setPen(ink);
    QTextOption option{Qt::AlignLeft | Qt::AlignTop};
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    p.drawText(box, text, option);
}

} // namespace

PartsView::PartsView(Desk& desk, QWidget* parent) : RowList(desk, parent) {
    setObjectName(QStringLiteral("partsView"));
    setAccessibleName(tr("What works"));
    setAttribute(Qt::WA_OpaquePaintEvent);
    connect(&desk_, &Desk::ticked, this, &PartsView::look);
    connect(&desk_, &Desk::stateChanged, this, [this] {
        if (!desk_.isLive()) { // at once; what changes while it is there has time until the next tick
            look();
        }
    });
    connect(&desk_, &Desk::answered, this, &PartsView::takeAnswer);
}

void PartsView::setHasMap(bool there) {
    seen_.has_map = there;
    look();
}

void PartsView::setHasSound(bool there) {
    seen_.has_sound = there;
    look();
}

void PartsView::look() {
    askFleet();
    parts_.look(desk_.state(), seen_, desk_.localUs());
    emit counted(desk_.state().has_data() ? static_cast<int>(parts_.count()) : 0);
    if (isVisible()) {
        update();
    }
}

// How the servers do is asked of the dispatch server by who may know it.
void PartsView::askFleet() {
    const std::int64_t now = desk_.localUs();
    if (!desk_.isLive()) {
        seen_.fleet.reset();
        asked_ = 0;
        asked_us_ = 0;
        return;
    }
    const bool waits = asked_ != 0 && now - asked_us_ < kAnswerMaxUs;
    const std::int64_t every_us = isVisible() ? kAskOpenUs : kAskClosedUs;
    if (desk_.state().login().role() != "dispatcher" || waits || (asked_us_ != 0 && now - asked_us_ < every_us)) {
        return;
    }
    api::ClientFrame frame;
    frame.mutable_get_fleet_status();
    asked_us_ = now;
    asked_ = desk_.question(frame);
}

void PartsView::takeAnswer(const api::ServerFrame& frame) {
    if (frame.has_fleet_status() && asked_ != 0 && frame.reply_to() == asked_) {
        asked_ = 0;
        seen_.fleet = frame.fleet_status();
        look();
    }
}

void PartsView::rebuild() {
    rows_.clear();
    rows_.push_back({kHeadHeight, 0});
    const auto& all = parts_.rows();
    if (parts_.count() != 0) {
        rows_.push_back({kColumnHeight, 0});
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (is_bad(all.at(i))) {
            rows_.push_back({badHeight(all.at(i)), static_cast<std::int64_t>(i) + 1});
        }
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!is_bad(all.at(i))) {
            rows_.push_back({kGoodHeight, static_cast<std::int64_t>(i) + 1});
        }
    }
}

QSize PartsView::sizeHint() const {
    const int bad = static_cast<int>(parts_.count());
    const int good = static_cast<int>(kParts) - bad;
    int high = kHeadHeight + (bad != 0 ? kColumnHeight : 0) + good * kGoodHeight + metrics::kMargin;
    for (const PartRow& row : parts_.rows()) {
        high += is_bad(row) ? badHeight(row) : 0;
    }
    return {std::min(kWidth, parentWidget() == nullptr ? kWidth : parentWidget()->width()), high};
}

void PartsView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) {
        emit closed();
        return;
    }
    RowList::keyPressEvent(event);
}

QString PartsView::stateText(const PartRow& row) const {
    const Part part = row.part;
    if (part == Part::clock && row.state == PartState::degraded) {
        return tr("off by %1").arg(qs(elapsed_text(std::int64_t{row.count} * 1'000)));
    }
    switch (row.state) {
    case PartState::works:
        return part == Part::vehicles || part == Part::positions ? tr("all %1").arg(row.total) : tr("works");
    case PartState::degraded:
        return row.total != 0 ? tr("%1 of %2 lost").arg(row.count).arg(row.total) : tr("degraded");
    case PartState::lost:
        return row.total != 0 ? tr("all %1 lost").arg(row.total) : tr("lost");
    case PartState::unknown:
        break;
    }
    return tr("not known here");
}

QString PartsView::detailText(const PartRow& row) const {
    QStringList names;
    for (const std::string& one : row.names) {
        names << qs(one);
    }
    const QString more = row.count > row.names.size() && !row.names.empty() ? QStringLiteral(" …") : QString{};
    return names.join(QStringLiteral(" ")) + more;
}

// What is lost, what still works, what to do.
QStringList PartsView::sentences(const PartRow& row) const {
    const bool direct = row.part == Part::server && desk_.state().direct() == Direct::heard;
    return {lost(row.part), direct ? worksDirect() : works(row.part), advice(row.part)};
}

// As tall as the longest of its sentences, which a narrow screen breaks more often.
int PartsView::badHeight(const PartRow& row) const {
    const int wide = (std::min(kWidth, parentWidget() == nullptr ? kWidth : parentWidget()->width()) - kNameWidth - kSinceWidth -
                      metrics::kMargin) / 3 - 18;
    const QFontMetrics font{Theme::font(metrics::kDensePx, Weight::normal)};
    int high = kBadHeight;
    for (const QString& text : sentences(row)) {
        const QRect needs = font.boundingRect(QRect{0, 0, wide, 1'000}, Qt::TextWordWrap, text);
        high = std::max(high, needs.height() + kBadPadding);
    }
    return high;
}

void PartsView::paintHead(QPainter& p, const QRect& box) const {
    const Theme& theme = desk_.theme();
    p.fillRect(box, theme.color(Token::bg_raise));
    const QRectF in = QRectF{box}.adjusted(metrics::kMargin, 0, -metrics::kMargin, 0);
    const auto count = parts_.count();
    paint_text(p, in, Qt::AlignVCenter, count == 0 ? tr("Everything works") : tr("%1 parts do not work as they should").arg(count),
               16, Weight::bold, theme.color(Token::text_1));
    paint_text(p, in, Qt::AlignVCenter | Qt::AlignRight, tr("↑ ↓ scroll　Esc close"), metrics::kDensePx, Weight::normal,
               theme.color(Token::text_2), Elide::none);
}

void PartsView::paintBad(QPainter& p, const QRect& box, const PartRow& row) const {
    const Theme& theme = desk_.theme();
    const double top = box.top() + 8.0;
    const double high = box.height() - 12.0;
    // a dashed frame for what is partly there, a cross for what is gone: no alarm colour, the alarm bar has its own
    const QRectF mark{box.left() + 14.0, top + 3, 16, 16};
    p.setRenderHint(QPainter::Antialiasing);
    QPen pen{theme.color(Token::text_1), 2};
    if (row.state == PartState::degraded) {
        pen.setDashPattern({2, 1.5});
    }
    p.setPen(pen);
    p.setBrush(Qt::NoBrush);
    p.drawRect(mark);
    if (row.state == PartState::lost) {
        p.drawLine(mark.topLeft() + QPointF{4, 4}, mark.bottomRight() - QPointF{4, 4});
        p.drawLine(mark.topRight() + QPointF{-4, 4}, mark.bottomLeft() + QPointF{4, -4});
    }
    double x = box.left() + 40.0;
    paint_text(p, {x, top, kNameWidth - 44.0, 22}, Qt::AlignVCenter, name(row.part), metrics::kBodyPx, Weight::bold,
               theme.color(Token::text_1));
    paint_text(p, {x, top + 24, kNameWidth - 44.0, 20}, Qt::AlignVCenter, stateText(row), metrics::kDensePx, Weight::bold,
               theme.color(Token::text_1));
    paint_wrapped(p, {x, top + 46, kNameWidth - 44.0, high - 46}, detailText(row), theme.color(Token::text_2));
    x = box.left() + static_cast<double>(kNameWidth);
    const std::int64_t now = desk_.state().server_us(desk_.localUs());
    const bool known = row.since_us != 0;
    paint_text(p, {x, top, kSinceWidth, 22}, Qt::AlignVCenter, known ? qs(clock_text(row.since_us)) : QStringLiteral("—"),
               metrics::kBodyPx, Weight::bold, theme.color(Token::text_1));
    paint_text(p, {x, top + 24, kSinceWidth, 20}, Qt::AlignVCenter,
               known ? tr("for %1").arg(qs(elapsed_text(std::max<std::int64_t>(0, now - row.since_us)))) : tr("since when is not known"),
               metrics::kDensePx, Weight::normal, theme.color(Token::text_2));
    x += kSinceWidth;
    const double wide = (box.right() - x - metrics::kMargin) / 3;
    for (const QString& text : sentences(row)) {
        paint_wrapped(p, {x, top + 2, wide - 18, high}, text, theme.color(Token::text_1));
        x += wide;
    }
    p.fillRect(QRect{box.left(), box.bottom(), box.width(), 1}, theme.color(Token::line));
}

void PartsView::paintGood(QPainter& p, const QRect& box, const PartRow& row) const {
    const Theme& theme = desk_.theme();
    const QColor ink = theme.color(row.state == PartState::works ? Token::text_2 : Token::st_text);
    if (row.state == PartState::works) {
        p.fillRect(QRect{box.left() + 18, box.center().y() - 3, 8, 8}, ink);
    }
    paint_text(p, QRectF(box.left() + 40, box.top(), kNameWidth - 44, box.height()), Qt::AlignVCenter, name(row.part),
               metrics::kDensePx, Weight::normal, ink);
    paint_text(p, QRectF(box.left() + kNameWidth, box.top(), 400, box.height()), Qt::AlignVCenter, stateText(row),
               metrics::kDensePx, Weight::normal, ink);
}

void PartsView::paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) {
    if (index == 0) {
        paintHead(p, box);
        return;
    }
    const Theme& theme = desk_.theme();
    const std::int64_t id = rows_.at(index).id;
    if (id == 0) {
        double x = box.left() + static_cast<double>(kNameWidth);
        const auto put = [&](const QString& text, double width) {
            paint_text(p, {x, static_cast<double>(box.top()), width, static_cast<double>(box.height())}, Qt::AlignVCenter, text,
                       metrics::kCaptionPx, Weight::normal, theme.color(Token::text_3));
            x += width;
        };
        put(tr("since"), kSinceWidth);
        const double wide = (box.right() - x - metrics::kMargin) / 3;
        put(tr("what is lost"), wide);
        put(tr("what still works"), wide);
        put(tr("what to do"), wide);
        return;
    }
    if (is_current) {
        paintSelection(p, box);
    }
    const PartRow& row = parts_.rows().at(static_cast<std::size_t>(id - 1));
    if (is_bad(row)) {
        paintBad(p, box, row);
    } else {
        paintGood(p, box, row);
    }
}

QString PartsView::spokenRow(std::size_t index) const {
    const PartRow& row = parts_.rows().at(static_cast<std::size_t>(rows_.at(index).id - 1));
    QStringList said{name(row.part), stateText(row)};
    if (is_bad(row)) {
        said << detailText(row) << sentences(row);
    }
    said.removeAll(QString{});
    return said.join(QStringLiteral("; "));
}

void PartsView::paintEvent(QPaintEvent* event) {
    RowList::paintEvent(event);
    QPainter p{this};
    p.setPen(QPen{desk_.theme().color(hasFocus() ? Token::focus : Token::line_strong), 2});
    p.setBrush(Qt::NoBrush);
    p.drawRect(rect().adjusted(1, 1, -1, -1));
}

QString PartsView::name(Part part) {
    switch (part) {
    case Part::server:
        return tr("Dispatch server");
    case Part::orders:
        return tr("Orders and storage");
    case Part::broker:
        return tr("Data from all vehicles");
    case Part::vehicles:
        return tr("Links of vehicles");
    case Part::positions:
        return tr("Positions");
    case Part::roads:
        return tr("Road times");
    case Part::closures:
        return tr("Closed roads");
    case Part::coverage:
        return tr("15 min coverage");
    case Part::archive:
        return tr("Archive of vehicles' data");
    case Part::media:
        return tr("Video and intercom");
    case Part::sound:
        return tr("Alarm sound of this desk");
    case Part::load:
        return tr("Alarm load of this desk");
    case Part::map:
        return tr("Map of this machine");
    case Part::clock:
        return tr("Clock of this machine");
    }
    return {};
}

QString PartsView::lost(Part part) {
    switch (part) {
    case Part::server:
        return tr("Everything live: queue, units, map, vital signs, alarms. No order leaves this desk.");
    case Part::orders:
        return tr("No order and no call is taken or stored: the database is away, or another server is taking over.");
    case Part::broker:
        return tr("Live positions, vital signs, crews' buttons; orders do not reach the terminals in the vehicles.");
    case Part::vehicles:
        return tr("Position, vital signs and buttons of these units; orders to them wait.");
    case Part::positions:
        return tr("Where these units are now: the vehicle is heard, its receiver gives no position.");
    case Part::roads:
        return tr("Times along roads, routes, closures and coverage: the server has no road map.");
    case Part::closures:
        return tr("Which roads are closed was not read yet: lists and routes follow the usual times.");
    case Part::coverage:
        return tr("Who is not reached within 15 minutes, what a unit uncovers, and where one should wait.");
    case Part::archive:
        return tr("What vehicles send is not stored for now; the last minutes are missing in replay and reports.");
    case Part::media:
        return tr("Pictures from the vehicles, speech over the intercom, and their recording.");
    case Part::sound:
        return tr("Alarms are shown and not heard.");
    case Part::load:
        return tr("The time to read each alarm: more than 10 came within 10 minutes.");
    case Part::map:
        return tr("Ground, roads and place names of the map; the search of places.");
    case Part::clock:
        return tr("Nothing on the screen: all times are the server's. Only times this machine notes by itself are off.");
    }
    return {};
}

QString PartsView::worksDirect() {
    return tr("Positions straight from the vehicles, with their ages (their states are the last known ones); call form (kept on "
              "this machine); monitors and alarms on board, orders that crews already have.");
}

QString PartsView::works(Part part) {
    switch (part) {
    case Part::server:
        return tr("Call form (kept on this machine), last known units, monitors and alarms on board, "
                  "orders that crews already have.");
    case Part::orders:
        return tr("Live positions, vital signs, alarms and pictures; the call form keeps what is typed.");
    case Part::broker:
        return tr("Calls, recommendations by the last positions, storage of what is entered; monitors and alarms on board.");
    case Part::vehicles:
        return tr("All other units. On board: monitor, alarms, the order and the route; the vehicle keeps its data and sends "
                  "them later.");
    case Part::positions:
        return tr("Vital signs, orders and buttons of these units; lists count them from where they were last.");
    case Part::roads:
        return tr("Recommendations by straight line x 1.4, marked as such; everything else.");
    case Part::closures:
        return tr("Routes and times of the usual roads; new closures can be entered.");
    case Part::coverage:
        return tr("Recommendations, routes and everything else.");
    case Part::archive:
        return tr("Everything live. Vehicles keep what is not stored and send it again by themselves.");
    case Part::media:
        return tr("Vital signs, ECG, orders; telephone and radio.");
    case Part::sound:
        return tr("The alarm bar, the flashing and every other desk that has a loudspeaker.");
    case Part::load:
        return tr("Every alarm is kept and sounds by its grade; the high ones stand first.");
    case Part::map:
        return tr("Units, cases and routes on an empty ground; recommendations of the server.");
    case Part::clock:
        return tr("Everything.");
    }
    return {};
}

QString PartsView::advice(Part part) {
    switch (part) {
    case Part::server:
        return tr("Take calls on. Send by radio or telephone from the list of last known units, note unit and time. The desk "
                  "connects by itself; then enter what was sent. More than 1 min: call the technician.");
    case Part::orders:
        return tr("Wait 10 s, the second server takes over by itself. Until then send by radio and note unit and time. More "
                  "than 1 min: call the technician.");
    case Part::broker:
        return tr("Tell crews by radio, enter their states for them (unit board, S). Call the technician.");
    case Part::vehicles:
        return tr("Ask the crew by radio or telephone; enter states and place for it. In a dead zone it comes back by itself.");
    case Part::positions:
        return tr("Ask the crew where it is before it is sent. Have the receiver looked at after the shift.");
    case Part::roads:
        return tr("Judge times by what you know of the roads; hills and river make them longer. Call the technician.");
    case Part::closures:
        return tr("Keep closures you know of in mind; if this stays for more than 1 min, call the technician.");
    case Part::coverage:
        return tr("Keep one unit back by judgement before the last one near a township is sent.");
    case Part::archive:
        return tr("Nothing at this desk. Call the technician within the hour: what a vehicle can keep is bounded.");
    case Part::media:
        return tr("Advise the crew by telephone; take the ECG and numbers as they stand.");
    case Part::sound:
        return tr("Keep the alarm bar in view, plug in a loudspeaker, tell the other desk.");
    case Part::load:
        return tr("Take the high ones first, shelve what is known (Shift+F8, G), ask the other desk to share.");
    case Part::map:
        return tr("Use addresses and the recommendation list; have the map installed (ems-map).");
    case Part::clock:
        return tr("Tell the technician; it is no reason to stop.");
    }
    return {};
}

} // namespace ems::console
