#include "vehicle/terminal/patient_page.h"

#include "console/theme/advisory_words.h"
#include "console/theme/alarm_box.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "telemetry/signal/vitals/vitals_wire.h"
#include "vehicle/terminal/header_bar.h"
#include "vehicle/terminal/terminal_words.h"

#include <algorithm>
#include <array>

#include <QPainter>

namespace ems::terminal {

using console::Theme;
using console::Token;
using console::Weight;
using signal::VitalKind;
using signal::VitalSign;

struct PatientPage::Tile {
    const char* caption;
    VitalKind kind;
    const char* alarms; // codes that begin so are about this number
    Token token;
};

namespace {

constexpr int kHead = 80;
constexpr int kAdvisory = 80; // as high as the button beside it, and a margin
constexpr int kTile = 124;
constexpr int kColumns = 3;
constexpr int kRows = 2;
constexpr int kGap = 4;
constexpr int kTiles = kRows * (kTile + kGap); // with the gap below
constexpr double kTileSlack = 4; // of a line of a tile, above and below
constexpr int kTileCaptionPx = 20;
constexpr int kTileFootPx = 18;
constexpr int kSendWide = 300;
constexpr int kGroupWidth = 118;
constexpr int kGroupGap = 8;
constexpr std::array kGroups{vehicle::ADULT, vehicle::CHILD, vehicle::INFANT};

// Which standing alarm, the most urgent, is about a number.
const vehicle::StandingAlarm* alarm_about(const vehicle::Status& status, std::string_view prefix) {
    for (const vehicle::StandingAlarm& one : status.alarms()) {
        if (one.alarm().code().starts_with(prefix)) {
            return &one;
        }
    }
    return nullptr;
}

} // namespace

PatientPage::PatientPage(const Theme& theme, VehicleSocket& vehicle, const Clock& clock,
                         QWidget* parent)
    : QWidget(parent), theme_(theme), vehicle_(vehicle), send_ecg_(nullptr),
      trace_(new TraceView{theme, vehicle, clock, this}) {
    const std::array texts{tr("Adult"), tr("Child"), tr("Infant")};
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        auto* button = new BigButton{theme, Look::page, 24, this};
        button->setText(texts.at(i));
        button->setAccessibleName(tr("Limits of: %1").arg(texts.at(i)));
        connect(button, &BigButton::pressedWhole, this, [this, i] {
            // Once more: by the age of the order again.
            const bool chosen = vehicle_.status().patient().group() == kGroups.at(i);
            vehicle_.setPatientGroup(chosen ? vehicle::BY_AGE : kGroups.at(i));
        });
        groups_.at(i) = button;
    }
    send_ecg_ = new BigButton{theme, Look::plain, 26, this};
    send_ecg_->setText(tr("Send ECG"));
    send_ecg_->setAccessibleName(tr("Send the ECG to the physician"));
    connect(send_ecg_, &BigButton::pressedWhole, this, [this] { vehicle_.sendEcg(); });
    connect(&vehicle_, &VehicleSocket::changed, this, &PatientPage::refresh);
    connect(&theme_, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void PatientPage::resizeEvent(QResizeEvent* /*event*/) {
    int x = width() - 20;
    for (auto button = groups_.rbegin(); button != groups_.rend(); ++button) {
        x -= kGroupWidth;
        (*button)->setGeometry(x, (kHead - 72) / 2, kGroupWidth, 72);
        x -= kGroupGap;
    }
    const int top = kHead + kGap + kTiles;
    trace_->setGeometry(0, top, width(), std::max(0, height() - kAdvisory - kGap - top));
    send_ecg_->setGeometry(width() - 20 - kSendWide, height() - kAdvisory + (kAdvisory - 72) / 2,
                           kSendWide, 72);
}

// What became of the ECG that was sent; the vehicle's word counts, and then the centre's.
QString PatientPage::ecgFate() const {
    const vehicle::Status& status = vehicle_.status();
    if (vehicle_.ecgWaits()) {
        return tr("kept here, waits for the vehicle computer");
    }
    if (!status.has_ecg_sent()) {
        return {};
    }
    const QString at = QString::fromStdString(console::clock_text(vehicle_.ecgSentUs()));
    switch (status.ecg_sent().fate()) {
    case vehicle::EcgSent::AT_CENTRE:
        return tr("sent %1, the centre has it").arg(at);
    case vehicle::EcgSent::REJECTED:
        return tr("%1: not taken, call the centre").arg(at);
    default:
        return status.link_up() ? tr("%1: on its way").arg(at) : tr("%1: waits for the link").arg(at);
    }
}

void PatientPage::refreshEcg() {
    const bool none = vehicle_.status().ecg_leads() == 0 && !vehicle_.isSilent();
    const QString fate = ecgFate();
    send_ecg_->setRefusal(!none            ? QString{}
                          : fate.isEmpty() ? tr("no ECG runs")
                                           : fate);
    send_ecg_->setNote(fate);
}

void PatientPage::refresh() {
    const vehicle::Status& status = vehicle_.status();
    const vehicle::PatientAboard& patient = status.patient();
    const bool age_known = patient.age_years() != 0 || patient.has_age_months();
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        const bool in_force = status.limits_of() == kGroups.at(i);
        groups_.at(i)->setLook(in_force ? Look::chosen_page : Look::page);
        groups_.at(i)->setNote(!in_force                            ? QString{}
                               : patient.group() != vehicle::BY_AGE ? tr("crew's choice")
                               : age_known                          ? tr("by age")
                                                                    : tr("age unknown"));
    }
    refreshEcg();
    update();
}

void PatientPage::paintTile(QPainter& p, const QRectF& box, const Tile& tile,
                            const signal::VitalBoard& board) const {
    const std::int64_t age_us = vehicle_.silentMs() * 1'000;
    const VitalSign sign = board.read(tile.kind, age_us);
    const vehicle::StandingAlarm* alarm = alarm_about(vehicle_.status(), tile.alarms);
    // Of a vehicle that is silent nobody knows whether it is an alarm still.
    const bool loud = alarm != nullptr && alarm->signal() == vehicle::StandingAlarm::ON &&
                      alarm->alarm().active() && !vehicle_.isSilent();
    p.fillRect(box, theme_.color(loud ? alarm_token(alarm->alarm().priority()) : Token::bg_panel));
    if (alarm != nullptr && !loud) {
        console::paint_alarm_box(p, theme_, box, alarm_token(alarm->alarm().priority()),
                                 console::AlarmFill::outline, console::AlarmSize::terminal);
    }
    const bool current = sign.state == signal::VitalState::current;
    const QColor plain = theme_.color(loud ? Token::al_ink : Token::text_1);
    const QColor small = theme_.color(loud ? Token::al_ink : Token::text_2);
    const QColor value = loud ? plain : theme_.color(current ? tile.token : Token::st_text);
    const QRectF in = box.adjusted(18, 10, -18, -10);
    const QString why = alarm == nullptr ? QString{}
                                         : alarm_mark(alarm->alarm().priority()) + QStringLiteral(" ") +
                                               QString::fromStdString(alarm->alarm().value());
    const QRectF head{in.left(), in.top() - kTileSlack, in.width(), 28 + 2 * kTileSlack};
    paintPair(p, head, {tr(tile.caption), kTileCaptionPx, Weight::bold}, value,
              {why, kTileCaptionPx, Weight::normal}, plain);
    QString text = QString::fromStdString(signal::shown_text(sign));
    if (tile.kind == VitalKind::nibp_sys) {
        const VitalSign low = board.read(VitalKind::nibp_dia, age_us);
        text += QStringLiteral("/") + QString::fromStdString(signal::shown_text(low));
        if (sign.state == signal::VitalState::absent) {
            text = QString::fromStdString(signal::shown_text(sign));
        }
    }
    const int px = tile.kind == VitalKind::nibp_sys ? 54 : 60;
    console::paint_text(p, {in.left(), in.top() + 15, in.width(), in.height() - 34}, Qt::AlignVCenter, text,
               px, Weight::bold, value);
    const QRectF foot{in.left(), in.bottom() - 28 - kTileSlack, in.width(), 28 + 2 * kTileSlack};
    const QString unit =
        QString::fromUtf8(signal::vital_row(tile.kind).unit.data(),
                          static_cast<qsizetype>(signal::vital_row(tile.kind).unit.size()));
    QString right;
    switch (sign.state) {
    case signal::VitalState::current:
        right = QString::fromStdString(console::age_text(sign.age_us));
        break;
    case signal::VitalState::expired:
        right = sign.last
                    ? tr("was %1, %2 ago")
                          .arg(QString::fromStdString(signal::vital_text(tile.kind, *sign.last)),
                               QString::fromStdString(console::age_text(sign.age_us)))
                    : QString{};
        break;
    case signal::VitalState::invalid:
        right = tr("monitor has no value");
        break;
    case signal::VitalState::absent:
        right = tr("not measured");
        break;
    }
    paintPair(p, foot, {unit, kTileFootPx, Weight::normal}, small,
              {right, kTileFootPx,
               sign.freshness == signal::Freshness::fresh ? Weight::normal : Weight::bold},
              small);
}

// One at either end of the line, of one size.
void PatientPage::paintPair(QPainter& p, const QRectF& box, const LineText& left,
                            const QColor& left_ink, const LineText& right,
                            const QColor& right_ink) const {
    constexpr double kBetween = 10;
    const double scale = fitting_scale(*this, {left, right}, box.size(), kBetween);
    const int px = scaled_px(left.px, scale);
    console::paint_text(p, box, Qt::AlignVCenter, left.text, px, left.weight, left_ink);
    const double taken = console::text_width(left.text, px, left.weight) + kBetween;
    console::paint_text(p, box.adjusted(taken, 0, 0, 0), Qt::AlignVCenter | Qt::AlignRight,
                        right.text, scaled_px(right.px, scale), right.weight, right_ink);
}

// What the ECG suggests, with its age; beneath the numbers, since it is none.
void PatientPage::paintAdvisory(QPainter& p, const QRectF& box) const {
    p.fillRect(box, theme_.color(Token::bg_panel));
    const wire::EcgAdvisory& advisory = vehicle_.status().vitals().ecg();
    const auto st = console::st_line(advisory);
    const auto af = console::af_line(advisory);
    QString text = st ? st->text : console::st_unknown_text();
    if (af) {
        text += QStringLiteral("　|　") + af->text;
    }
    const bool suggests = (st && st->suggests) || (af && af->suggests);
    const QRectF in = box.adjusted(20, 0, -20 - kSendWide - 12, 0);
    double right = in.right();
    if (st || af) {
        constexpr double kAge = 110;
        right -= kAge;
        const std::int64_t age_us = std::max(st ? st->age_us : 0, af ? af->age_us : 0) +
                                    vehicle_.silentMs() * 1'000;
        paint_sized(*this, p, {right, in.top(), kAge, in.height()}, Qt::AlignVCenter | Qt::AlignRight,
                    QString::fromStdString(console::age_text(age_us)), 20, Weight::normal,
                    theme_.color(Token::text_2));
    }
    paint_sized(*this, p, {in.left(), in.top(), right - in.left() - 12, in.height()}, Qt::AlignVCenter, text,
                22, suggests ? Weight::bold : Weight::normal,
                theme_.color(suggests ? Token::text_1 : Token::text_2));
}

void PatientPage::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.setRenderHint(QPainter::Antialiasing);
    p.fillRect(rect(), theme_.color(Token::bg_window));
    const vehicle::Status& status = vehicle_.status();
    const QRectF head{0, 0, static_cast<double>(width()), kHead};
    p.fillRect(head, theme_.color(Token::bg_panel));
    double x = 20;
    const double right = width() - 20 - 3.0 * (kGroupWidth + kGroupGap);
    if (status.has_order() && !status.order_command_id().empty()) {
        console::paint_level(p, theme_, {x, kHead / 2.0 - 18, 36, 36}, status.order().level(),
                             console::SymbolLook::normal);
        x += 56;
        const QString who = TerminalWords::patient(status.order());
        const QString what = QString::fromStdString(status.order().complaint());
        // Beside the three buttons there is no room for both in one line.
        const double half = kHead / 2.0;
        paint_sized(*this, p, {x, 4, right - x, half}, Qt::AlignVCenter, who.isEmpty() ? what : who, 28,
                    Weight::bold, theme_.color(Token::text_1));
        paint_sized(*this, p, {x, half, right - x, half - 4}, Qt::AlignVCenter,
                    who.isEmpty() ? QString{} : what, 22, Weight::bold, theme_.color(Token::text_1));
    } else {
        paint_sized(*this, p, {x, 0, right - x, kHead}, Qt::AlignVCenter, tr("no order"), 28,
                    Weight::normal, theme_.color(Token::text_2));
    }

    signal::VitalBoard board;
    if (status.has_vitals()) {
        signal::take_wire(board, status.vitals(), 0, 0); // ages run from the vehicle's word on
    }
    static const std::array<Tile, 6> tiles{{
        {QT_TR_NOOP("Heart rate"), VitalKind::hr, "hr_", Token::w_ecg},
        {QT_TR_NOOP("SpO₂"), VitalKind::spo2, "spo2_", Token::w_spo2},
        {QT_TR_NOOP("Respiration"), VitalKind::rr, "rr_", Token::w_resp},
        {QT_TR_NOOP("NIBP"), VitalKind::nibp_sys, "nibp_", Token::text_1},
        {QT_TR_NOOP("EtCO₂"), VitalKind::etco2, "etco2_", Token::w_co2},
        {QT_TR_NOOP("Temperature"), VitalKind::temp, "temp_", Token::w_temp},
    }};
    const double tile_width = (width() - (kColumns - 1.0) * kGap) / kColumns;
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        const auto column = static_cast<double>(i % kColumns);
        const auto row = static_cast<double>(i / kColumns);
        paintTile(p,
                  {column * (tile_width + kGap), kHead + kGap + row * (kTile + kGap), tile_width,
                   static_cast<double>(kTile)},
                  tiles.at(i), board);
    }
    paintAdvisory(p, {0, static_cast<double>(height() - kAdvisory), static_cast<double>(width()), kAdvisory});
    if (vehicle_.isSilent()) {
        console::paint_stale_frame(p, theme_, rect());
    }
}

} // namespace ems::terminal
