#include "vehicle/terminal/vital_tile.h"

#include "console/theme/alarm_box.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "vehicle/terminal/header_bar.h"
#include "vehicle/terminal/patient_aboard.h"
#include "vehicle/terminal/text_size.h"

#include <algorithm>
#include <string_view>

#include <QPainter>
#include <QStringList>

namespace ems::terminal {

using console::paint_text;
using console::text_width;
using console::Token;
using console::Weight;
using signal::VitalKind;
using signal::VitalSign;
using signal::VitalState;

namespace {

constexpr double kMargin = 18; // left and right
constexpr double kSlack = 4;   // of a line of a tile, above and below
constexpr double kLine = 28;
constexpr int kCaptionPx = 20;
constexpr int kFootPx = 18;
constexpr int kLimitPx = 20;
constexpr double kLimitLine = 25;
constexpr double kBetween = 10;
constexpr int kValuePx = 60;
constexpr int kCuffPx = 54;
constexpr int kLeastValuePx = 36;
constexpr int kLowValuePx = 34;

QString text_of(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString unit_of(VitalKind kind) {
    return text_of(signal::vital_row(kind).unit);
}

} // namespace

const std::array<VitalTile::Number, 4>& VitalTile::large() {
    static const std::array<Number, 4> numbers{{
        {QT_TR_NOOP("Heart rate"), VitalKind::hr, Token::w_ecg},
        {QT_TR_NOOP("SpO₂"), VitalKind::spo2, Token::w_spo2},
        {QT_TR_NOOP("Respiration"), VitalKind::rr, Token::w_resp},
        {QT_TR_NOOP("NIBP"), VitalKind::nibp_sys, Token::text_1},
    }};
    return numbers;
}

const std::array<VitalTile::Number, 2>& VitalTile::low() {
    static const std::array<Number, 2> numbers{{
        {QT_TR_NOOP("EtCO₂"), VitalKind::etco2, Token::w_co2},
        {QT_TR_NOOP("Temp."), VitalKind::temp, Token::w_temp},
    }};
    return numbers;
}

QString VitalTile::valueText(const VitalSign& sign) const {
    QString text = QString::fromStdString(signal::shown_text(sign));
    if (sign.kind == VitalKind::nibp_sys && sign.state != VitalState::absent) {
        const VitalSign low = board_.read(VitalKind::nibp_dia, vehicle_.silentMs() * 1'000);
        text += QStringLiteral("/") + QString::fromStdString(signal::shown_text(low));
    }
    return text;
}

VitalTile::Limits VitalTile::limits(VitalKind kind) const {
    const auto group = watched_as(vehicle_.status());
    if (!group) {
        return {};
    }
    const signal::LimitsInForce in_force = signal::limits_in_force(kind, *group);
    const auto text = [kind](std::int32_t value) {
        return QString::fromStdString(signal::vital_text(kind, value));
    };
    Limits out;
    if (in_force.high) {
        out.high = QStringLiteral("≤ ") + text(*in_force.high);
    }
    if (in_force.low) {
        out.low = QStringLiteral("≥ ") + text(*in_force.low);
    }
    out.range = in_force.low && in_force.high ? text(*in_force.low) + QStringLiteral("–") + text(*in_force.high)
                                              : out.low + out.high;
    return out;
}

VitalTile::Face VitalTile::face(const Number& number) const {
    Face out;
    out.sign = board_.read(number.kind, vehicle_.silentMs() * 1'000);
    out.text = valueText(out.sign);
    out.limits = limits(number.kind);
    out.alarm = alarm_about(vehicle_.status(), number.kind);
    // Of a vehicle that is silent nobody knows whether it is an alarm still.
    out.loud = out.alarm != nullptr && out.alarm->signal() == vehicle::StandingAlarm::ON &&
               out.alarm->alarm().active() && !vehicle_.isSilent();
    const bool current = out.sign.state == VitalState::current;
    out.plain = theme_.color(out.loud ? Token::al_ink : Token::text_1);
    out.small = theme_.color(out.loud ? Token::al_ink : Token::text_2);
    out.value = out.loud ? out.plain : theme_.color(current ? number.token : Token::st_text);
    out.limit = out.loud ? out.plain : theme_.color(current ? Token::text_2 : Token::st_text);
    return out;
}

QString VitalTile::foot(const VitalSign& sign, double room) const {
    const QString age = QString::fromStdString(console::age_text(sign.age_us));
    QStringList wordings;
    switch (sign.state) {
    case VitalState::current:
        wordings << age;
        break;
    case VitalState::expired:
        if (sign.last) {
            wordings << tr("was %1, %2 ago").arg(QString::fromStdString(signal::vital_text(sign.kind, *sign.last)), age)
                     << tr("%1 ago").arg(age);
        }
        break;
    case VitalState::invalid:
        wordings << tr("monitor has no value") << tr("no value");
        break;
    case VitalState::absent:
        wordings << tr("not measured");
        break;
    }
    const Weight weight = sign.freshness == signal::Freshness::fresh ? Weight::normal : Weight::bold;
    const auto fits = std::find_if(wordings.begin(), wordings.end(), [&](const QString& one) {
        return text_width(one, kFootPx, weight) <= room;
    });
    return fits != wordings.end() ? *fits : wordings.value(wordings.size() - 1);
}

void VitalTile::paintGround(QPainter& p, const QRectF& box, const Face& face) const {
    p.fillRect(box, theme_.color(face.loud ? alarm_token(face.alarm->alarm().priority()) : Token::bg_panel));
    if (face.alarm != nullptr && !face.loud) {
        console::paint_alarm_box(p, theme_, box, alarm_token(face.alarm->alarm().priority()),
                                 console::AlarmFill::outline, console::AlarmSize::terminal);
    }
}

// The upper one above the lower one, as monitors have them; each in its place, be there one alone.
double VitalTile::paintLimits(QPainter& p, const QRectF& in, const Face& face) const {
    const int wide = std::max(text_width(face.limits.high, kLimitPx), text_width(face.limits.low, kLimitPx));
    if (wide == 0) {
        return 0;
    }
    const QRectF upper{in.right() - wide, in.center().y() - kLimitLine, static_cast<double>(wide), kLimitLine};
    for (const auto& [text, box] : {std::pair{face.limits.high, upper},
                                    std::pair{face.limits.low, upper.translated(0, kLimitLine)}}) {
        paint_text(p, box, Qt::AlignVCenter | Qt::AlignRight, text, kLimitPx, Weight::normal, face.limit,
                   console::Elide::none);
    }
    return wide + kBetween;
}

void VitalTile::paint(QPainter& p, const QRectF& box, const Number& number) const {
    const Face shown = face(number);
    paintGround(p, box, shown);
    const QRectF in = box.adjusted(kMargin, 10, -kMargin, -10);
    const QString why = shown.alarm == nullptr
                            ? QString{}
                            : (alarm_mark(shown.alarm->alarm().priority()) + QStringLiteral(" ") +
                               QString::fromStdString(shown.alarm->alarm().value()))
                                  .trimmed(); // a rhythm has no value
    paint_pair(page_, p, {in.left(), in.top() - kSlack, in.width(), kLine + 2 * kSlack},
               {tr(number.caption), kCaptionPx, Weight::bold}, shown.value, {why, kCaptionPx, Weight::normal},
               shown.plain);
    const double room = in.width() - paintLimits(p, in, shown);
    int px = number.kind == VitalKind::nibp_sys ? kCuffPx : kValuePx;
    while (px > kLeastValuePx && text_width(shown.text, px, Weight::bold) > room) {
        px -= 2;
    }
    paint_text(p, {in.left(), in.top() + 15, room, in.height() - 34}, Qt::AlignVCenter, shown.text, px, Weight::bold,
               shown.value);
    const QString unit = unit_of(number.kind);
    const double foot_room = in.width() - text_width(unit, kFootPx) - kBetween;
    paint_pair(page_, p, {in.left(), in.bottom() - kLine - kSlack, in.width(), kLine + 2 * kSlack},
               {unit, kFootPx, Weight::normal}, shown.small,
               {foot(shown.sign, foot_room), kFootPx,
                shown.sign.freshness == signal::Freshness::fresh ? Weight::normal : Weight::bold},
               shown.small);
}

void VitalTile::paintLow(QPainter& p, const QRectF& box, const Number& number) const {
    const Face shown = face(number);
    paintGround(p, box, shown);
    const QRectF in = box.adjusted(kMargin, 3, -kMargin, -3);
    const double half = in.height() / 2;
    const QRectF upper{in.left(), in.top() - 1, in.width(), half + kSlack};
    const double value_wide = text_width(shown.text, kLowValuePx, Weight::bold);
    paint_text(p, upper, Qt::AlignVCenter | Qt::AlignRight, shown.text, kLowValuePx, Weight::bold, shown.value);
    const QString mark = shown.alarm == nullptr
                             ? QString{}
                             : alarm_mark(shown.alarm->alarm().priority()) + QStringLiteral(" ");
    const QString caption = mark + tr(number.caption);
    paint_text(p, upper, Qt::AlignVCenter, caption, kCaptionPx, Weight::bold, shown.value);
    const double unit_at = text_width(caption, kCaptionPx, Weight::bold) + kBetween;
    paint_text(p, upper.adjusted(unit_at, 0, -value_wide - kBetween, 0), Qt::AlignVCenter, unit_of(number.kind), kFootPx,
               Weight::normal, shown.small);
    const double foot_room = in.width() - text_width(shown.limits.range, kFootPx) - kBetween;
    paint_pair(page_, p, {in.left(), in.bottom() - half, in.width(), half + kSlack / 2},
               {shown.limits.range, kFootPx, Weight::normal}, shown.limit,
               {foot(shown.sign, foot_room), kFootPx,
                shown.sign.freshness == signal::Freshness::fresh ? Weight::normal : Weight::bold},
               shown.small);
}

QString VitalTile::spoken(const Number& number) const {
    const Face shown = face(number);
    QStringList words{tr(number.caption) + QStringLiteral(" ") + shown.text + QStringLiteral(" ") + unit_of(number.kind)};
    words << shown.limits.high << shown.limits.low;
    words.removeAll(QString{});
    return words.join(QStringLiteral(", "));
}

} // namespace ems::terminal
