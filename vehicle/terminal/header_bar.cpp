#include "vehicle/terminal/header_bar.h"

#include "console/theme/alarm_box.h"
#include "console/theme/alarm_words.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "vehicle/terminal/terminal_words.h"
#include "vehicle/terminal/text_size.h"

#include <utility>

#include <QMouseEvent>
#include <QPainter>

namespace ems::terminal {

using console::paint_text;
using console::text_width;
using console::Token;
using console::Weight;

namespace {
constexpr int kHeader = 56;
constexpr int kStrip = 60;
constexpr std::uint64_t kWorthSaying = 20; // records; fewer are on their way
} // namespace

Token alarm_token(wire::Alarm::Priority priority) {
    switch (priority) {
    case wire::Alarm::HIGH:
        return Token::al_high;
    case wire::Alarm::MEDIUM:
        return Token::al_med;
    default:
        return Token::al_low;
    }
}

QString alarm_mark(wire::Alarm::Priority priority) {
    switch (priority) {
    case wire::Alarm::HIGH:
        return QStringLiteral("***");
    case wire::Alarm::MEDIUM:
        return QStringLiteral("**");
    default:
        return QStringLiteral("*");
    }
}

HeaderBar::HeaderBar(const console::Theme& theme, const VehicleSocket& vehicle, const Clock& clock,
                     QString unit, QWidget* parent)
    : QWidget(parent), theme_(theme), vehicle_(vehicle), clock_(clock), unit_(std::move(unit)) {
    setFixedHeight(kHeader);
    connect(&vehicle_, &VehicleSocket::changed, this, qOverload<>(&QWidget::update));
    connect(&theme_, &console::Theme::changed, this, qOverload<>(&QWidget::update));
}

QString HeaderBar::links() const {
    if (vehicle_.isSilent()) {
        QStringList words{vehicle_.everHeard()
                              ? tr("vehicle computer silent %1 s").arg(vehicle_.silentMs() / 1'000)
                              : tr("waiting for the vehicle computer")};
        words << waiting();
        words.removeAll(QString{});
        return words.join(QStringLiteral("　"));
    }
    const vehicle::Status& status = vehicle_.status();
    QStringList words{status.link_up() ? tr("centre connected") : tr("no link to the centre")};
    std::uint64_t unacked = 0;
    for (const wire::StreamCount& stream : status.streams()) {
        unacked += stream.unacked();
    }
    if (!status.link_up() || unacked > kWorthSaying) {
        words << tr("%1 records kept to be sent").arg(unacked);
    }
    words << (status.has_position() ? tr("position good") : tr("no position"));
    if (status.in_memory()) {
        words << tr("disk fails: do not cut the power");
    }
    words << waiting();
    words.removeAll(QString{});
    return words.join(QStringLiteral("　"));
}

// For the vehicle's computer; those that are not stored here either end with the terminal.
QString HeaderBar::waiting() const {
    return vehicle_.waiting() == 0     ? QString{}
           : vehicle_.keepsPresses() ? tr("%1 presses wait").arg(vehicle_.waiting())
                                     : tr("%1 presses wait, not stored here").arg(vehicle_.waiting());
}

void HeaderBar::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.setRenderHint(QPainter::Antialiasing);
    const bool warns = vehicle_.isSilent() || !vehicle_.status().link_up();
    p.fillRect(rect(), theme_.color(warns ? Token::st_bg : Token::bg_raise));
    const QColor ink = theme_.color(warns ? Token::st_ink : Token::text_1);
    const QColor second = theme_.color(warns ? Token::st_ink : Token::text_2);
    const QString name = unit_.isEmpty() ? QString::fromStdString(vehicle_.status().vid()) : unit_;
    const wire::UnitState state = vehicle_.pressedStatus().state();
    const QString word = TerminalWords::state(state);
    const QString said = links();
    const QString clock = QString::fromStdString(console::clock_text(clock_.utc_us()));
    constexpr double kGaps = 20 + 26 + 32 + 26 + 4 + 40 + 4;
    const double scale = fitting_scale(*this,
                                       {{name, 24, Weight::bold},
                                        {word, 22, Weight::bold},
                                        {said, 20, Weight::normal},
                                        {clock, 30, Weight::bold}},
                                       rect().size(), kGaps);
    const int name_px = scaled_px(24, scale);
    const int word_px = scaled_px(22, scale);
    const int clock_px = scaled_px(30, scale);
    double x = 20;
    paint_text(p, {x, 0, 400, kHeader}, Qt::AlignVCenter, name, name_px, Weight::bold, ink);
    x += text_width(name, name_px, Weight::bold) + 26;
    console::paint_unit(p, theme_, {x + 8, kHeader / 2.0}, state, 60, console::SymbolLook::normal,
                        1.2);
    x += 32;
    paint_text(p, {x, 0, 500, kHeader}, Qt::AlignVCenter, word, word_px, Weight::bold, ink);
    x += text_width(word, word_px, Weight::bold) + 26;
    const double clock_width = text_width(clock, clock_px, Weight::bold) + 4;
    paint_text(p, {x, 0, width() - x - clock_width - 40, kHeader}, Qt::AlignVCenter, said,
               scaled_px(20, scale), Weight::normal, second);
    paint_text(p, {width() - clock_width - 20, 0, clock_width, kHeader}, Qt::AlignVCenter, clock,
               clock_px, Weight::bold, ink);
}

AlarmStrip::AlarmStrip(const console::Theme& theme, const VehicleSocket& vehicle, QWidget* parent)
    : QWidget(parent), theme_(theme), vehicle_(vehicle) {
    setFixedHeight(kStrip);
    connect(&vehicle_, &VehicleSocket::changed, this, qOverload<>(&QWidget::update));
    connect(&theme_, &console::Theme::changed, this, qOverload<>(&QWidget::update));
}

void AlarmStrip::mouseReleaseEvent(QMouseEvent* event) {
    if (rect().contains(event->position().toPoint())) {
        emit touched();
    }
}

void AlarmStrip::paintNone(QPainter& p) const {
    p.fillRect(rect(), theme_.color(Token::bg_panel));
    paint_sized(*this, p, rect().adjusted(20, 0, -20, 0), Qt::AlignVCenter,
                vehicle_.isSilent() ? tr("alarms not known: the vehicle computer is silent")
                                    : tr("no alarm on board"),
                22, Weight::normal, theme_.color(Token::text_2));
}

void AlarmStrip::paintEvent(QPaintEvent* /*event*/) {
    const vehicle::Status& status = vehicle_.status();
    QPainter p{this};
    if (status.alarms_size() == 0) {
        paintNone(p);
        return;
    }
    const vehicle::StandingAlarm& first = status.alarms(0);
    // What a silent vehicle said last is no alarm of now: it keeps its words, and loses its fill.
    const bool loud = first.signal() == vehicle::StandingAlarm::ON && !vehicle_.isSilent();
    const Token token = alarm_token(first.alarm().priority());
    if (loud) {
        p.fillRect(rect(), theme_.color(token));
        p.setPen(QPen{theme_.color(Token::al_edge), 1});
        p.drawRect(rect().adjusted(0, 0, -1, -1));
    } else {
        console::paint_alarm_box(p, theme_, rect(), token,
                                 console::AlarmFill::outline, console::AlarmSize::terminal);
    }
    const QColor ink = theme_.color(loud ? Token::al_ink : Token::text_1);
    QString text = alarm_mark(first.alarm().priority()) + QStringLiteral(" ") +
                   console::alarm_text(first.alarm().code());
    if (!first.alarm().value().empty()) {
        text += QStringLiteral("　") + TerminalWords::alarmValue(first.alarm());
    }
    if (first.latched()) {
        text += QStringLiteral("　") + tr("over, to be acknowledged");
    }
    QString right =
        QString::fromStdString(console::elapsed_text(std::int64_t{first.since_s()} * 1'000'000));
    if (first.signal() != vehicle::StandingAlarm::ON) {
        right = TerminalWords::signal(first.signal()) + QStringLiteral("　") + right;
    }
    if (vehicle_.isSilent()) { // what stood when the vehicle was last heard
        right = tr("as of %1 ago")
                    .arg(QString::fromStdString(console::age_text(vehicle_.silentMs() * 1'000))) +
                QStringLiteral("　") + right;
    }
    if (status.alarms_size() > 1) {
        right += QStringLiteral("　+") + QString::number(status.alarms_size() - 1);
    }
    const double scale =
        fitting_scale(*this, {{text, 28, Weight::bold}, {right, 22, Weight::normal}},
                      rect().size(), 20 + 40 + 8 + 20 + 4);
    const int right_px = scaled_px(22, scale);
    const double right_width = text_width(right, right_px) + 8;
    paint_text(p, {20, 0, width() - right_width - 60, kStrip}, Qt::AlignVCenter, text,
               scaled_px(28, scale), Weight::bold, ink);
    paint_text(p, {width() - right_width - 20, 0, right_width, kStrip}, Qt::AlignVCenter, right,
               right_px, Weight::normal, ink);
}

} // namespace ems::terminal
