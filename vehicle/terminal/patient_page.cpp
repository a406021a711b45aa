#include "vehicle/terminal/patient_page.h"

#include "console/theme/advisory_words.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "telemetry/signal/vitals/vitals_wire.h"
#include "vehicle/terminal/patient_aboard.h"
#include "vehicle/terminal/terminal_words.h"
#include "vehicle/terminal/text_size.h"
#include "vehicle/terminal/vital_tile.h"

#include <algorithm>
#include <array>

#include <QPainter>
#include <QStringList>

namespace ems::terminal {

using console::Theme;
using console::Token;
using console::Weight;

namespace {

constexpr int kHead = 80;
constexpr int kAdvisory = 80; // as high as the button beside it, and a margin
constexpr int kTile = 124;
constexpr std::size_t kColumns = 3;
constexpr int kRows = 2;
constexpr int kGap = 4;
constexpr int kTiles = kRows * (kTile + kGap); // with the gap below
constexpr int kSendWide = 300;
constexpr int kGroupWidth = 118;
constexpr int kGroupGap = 8;
constexpr std::array kGroups{vehicle::ADULT, vehicle::CHILD, vehicle::INFANT};

signal::VitalBoard board_of(const vehicle::Status& status) {
    signal::VitalBoard board;
    if (status.has_vitals()) {
        signal::take_wire(board, status.vitals(), 0, 0); // ages run from the vehicle's word on
    }
    return board;
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
    if (const QString said = spokenText(); said != accessibleDescription()) {
        setAccessibleDescription(said);
    }
    update();
}

News2Tile PatientPage::score(const signal::VitalBoard& board) const {
    return {*this, theme_,
            news2_aboard(vehicle_.pressedStatus(), board, vehicle_.silentMs() * 1'000, vehicle_.utcUs()),
            vehicle_.isSilent() ? News2Tile::Word::of_then : News2Tile::Word::now};
}

QString PatientPage::spokenText() const {
    const signal::VitalBoard board = board_of(vehicle_.status());
    const VitalTile tile{*this, theme_, vehicle_, board};
    QStringList lines;
    for (const VitalTile::Number& number : VitalTile::large()) {
        lines << tile.spoken(number);
    }
    for (const VitalTile::Number& number : VitalTile::low()) {
        lines << tile.spoken(number);
    }
    lines << score(board).spoken();
    return lines.join(QStringLiteral("; "));
}

void PatientPage::paintNumbers(QPainter& p) const {
    const signal::VitalBoard board = board_of(vehicle_.status());
    const VitalTile tile{*this, theme_, vehicle_, board};
    const double wide = (width() - (kColumns - 1.0) * kGap) / kColumns;
    const auto place = [wide](std::size_t i) {
        return QRectF{static_cast<double>(i % kColumns) * (wide + kGap),
                      kHead + kGap + static_cast<double>(i / kColumns) * (kTile + kGap), wide,
                      static_cast<double>(kTile)};
    };
    for (std::size_t i = 0; i < VitalTile::large().size(); ++i) {
        tile.paint(p, place(i), VitalTile::large().at(i));
    }
    // Two share a place, half as high each: what a crew steers by has room.
    const QRectF shared = place(VitalTile::large().size());
    const double half = (kTile - kGap) / 2.0;
    for (std::size_t i = 0; i < VitalTile::low().size(); ++i) {
        const QRectF box{shared.left(), shared.top() + static_cast<double>(i) * (half + kGap), wide, half};
        tile.paintLow(p, box, VitalTile::low().at(i));
    }
    score(board).paint(p, place(VitalTile::large().size() + 1));
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

    paintNumbers(p);
    paintAdvisory(p, {0, static_cast<double>(height() - kAdvisory), static_cast<double>(width()), kAdvisory});
    if (vehicle_.isSilent()) {
        console::paint_stale_frame(p, theme_, rect());
    }
}

} // namespace ems::terminal
