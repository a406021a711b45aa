#include "vehicle/terminal/orders_page.h"

#include "console/theme/finding_words.h"
#include "console/theme/symbols.h"
#include "telemetry/wire/findings.h"
#include "vehicle/terminal/terminal_words.h"
#include "vehicle/terminal/text_size.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

namespace ems::terminal {

using console::FindingWords;
using console::Theme;
using console::Token;
using console::Weight;
using Findings = wire::PatientFindings;

namespace {

constexpr int kSide = 24;
constexpr int kMargin = 8;
constexpr int kGap = 8;
constexpr int kTitleHigh = 46;
constexpr int kComesHigh = 34;
constexpr int kStepHigh = 70; // two lines
constexpr int kNumberWide = 36;
constexpr int kPatientHigh = 42;
constexpr int kNotedHigh = 88; // three lines: every note there is
constexpr int kButtonHigh = 78; // within the frame of a drill, too

// As high as its place whatever it says: no button moves with it.
QLabel* make_label(QWidget* parent, int high) {
    auto* label = new QLabel{parent};
    label->setTextFormat(Qt::PlainText); // what others typed is no markup
    label->setWordWrap(true);
    label->setAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    label->setMinimumWidth(1);
    label->setFixedHeight(high);
    return label;
}

} // namespace

OrdersPage::OrdersPage(const Theme& theme, VehicleSocket& vehicle, QWidget* parent)
    : QWidget(parent), theme_(theme), vehicle_(vehicle), title_(make_label(this, kTitleHigh)),
      comes_(make_label(this, kComesHigh)), patient_(make_label(this, kPatientHigh)),
      noted_(make_label(this, kNotedHigh)), call_(new BigButton{theme, Look::plain, 28, this}),
      note_(new BigButton{theme, Look::plain, 28, this}) {
    setAccessibleName(tr("Orders and check list"));
    title_->setText(tr("Orders and check list"));
    comes_->setText(tr("The physician's orders, to be read back, and the check list will stand here."));
    auto* column = new QVBoxLayout{this};
    column->setContentsMargins(kSide, kMargin, kSide, kMargin);
    column->setSpacing(kGap);
    column->addWidget(title_);
    column->addWidget(comes_);
    for (std::size_t i = 0; i < kSteps; ++i) {
        numbers_.at(i) = make_label(this, kStepHigh);
        numbers_.at(i)->setText(QString::number(i + 1));
        numbers_.at(i)->setFixedWidth(kNumberWide);
        steps_.at(i) = make_label(this, kStepHigh);
        auto* row = new QHBoxLayout;
        row->setSpacing(kGap);
        row->addWidget(numbers_.at(i));
        row->addWidget(steps_.at(i), 1);
        column->addLayout(row);
    }
    steps_.at(1)->setText(
        tr("Repeat it aloud: drug, dose, unit, route, patient. Act once the physician has said that it is right."));
    steps_.at(2)->setText(
        tr("Note what was done (button below). What no note says, as dose and time, goes on the paper record."));
    noted_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    column->addWidget(patient_);
    column->addWidget(noted_);
    column->addStretch(1);
    call_->setText(tr("Call physician"));
    connect(call_, &BigButton::pressedWhole, this, [this] {
        if (!physician_called(vehicle_.pressedStatus())) {
            vehicle_.callPhysician();
        }
    });
    note_->setText(tr("Enter a note"));
    connect(note_, &BigButton::pressedWhole, this, &OrdersPage::noteWanted);
    auto* keys = new QHBoxLayout;
    keys->setSpacing(kGap);
    for (BigButton* button : {call_, note_}) {
        share_width(*button);
        button->setFixedHeight(kButtonHigh);
        keys->addWidget(button, 1);
    }
    column->addLayout(keys);
    connect(&theme_, &Theme::changed, this, qOverload<>(&QWidget::update));
}

// Of a crew that can talk, and of one whose physician has to ring back.
QString OrdersPage::howToSpeak(const vehicle::Status& status) {
    const vehicle::VoiceLine& line = status.voice();
    return line.connected() && !line.no_microphone()
               ? tr("Call the physician, and hold the talk key at the right to speak.")
               : tr("Call the physician, who rings back: take the order on the telephone.");
}

// What a dose depends on; what the crew found stands above what the caller said.
QString OrdersPage::patient(const vehicle::Status& status) {
    const wire::PatientChart& chart = status.chart();
    const Findings& found = chart.findings();
    wire::DispatchOrder known = status.order();
    if (wire::found_us(chart, Findings::kSexFieldNumber) != 0) {
        known.set_sex(found.sex());
    }
    if (wire::found_us(chart, Findings::kAgeMonthsFieldNumber) != 0) {
        constexpr std::uint32_t kMonths = 12;
        known.set_age_months(found.age_months());
        known.set_age_years(found.age_months() / kMonths);
    }
    const QString who = TerminalWords::patient(known);
    const std::int64_t weighed_us = wire::found_us(chart, Findings::kWeightKgFieldNumber);
    const QString weight =
        FindingWords::caption(Findings::kWeightKgFieldNumber) + QStringLiteral(" ") +
        (weighed_us == 0 ? tr("not entered")
                         : FindingWords::withTime(found, Findings::kWeightKgFieldNumber, weighed_us));
    return tr("Tell the physician: %1").arg(who.isEmpty() ? weight : who + QStringLiteral("　") + weight);
}

QString OrdersPage::noted(const vehicle::Status& status) {
    const wire::PatientChart& chart = status.chart();
    const std::int64_t at_us = wire::found_us(chart, Findings::kNotesFieldNumber);
    return at_us == 0 ? tr("Nothing is noted yet of allergies, drugs given, access.")
                      : tr("Noted: %1").arg(FindingWords::withTime(chart.findings(), Findings::kNotesFieldNumber, at_us));
}

void OrdersPage::refresh(const vehicle::Status& status, const QString& call_note) {
    steps_.at(0)->setText(howToSpeak(status));
    patient_->setText(patient(status));
    noted_->setText(noted(status));
    call_->setRefusal(!vehicle_.everHeard()      ? tr("waiting for the vehicle computer")
                      : physician_called(status) ? call_note
                                                 : QString{});
    if (const QString spoken = lines().join(QStringLiteral(" ")); spoken != accessibleDescription()) {
        setAccessibleDescription(spoken);
    }
    sizeTexts();
    update();
}

void OrdersPage::sizeTexts() {
    const int wide = width() - 2 * kSide;
    size_label(*title_, 30, Weight::bold, {wide, kTitleHigh});
    size_label(*comes_, 20, Weight::normal, {wide, kComesHigh});
    for (std::size_t i = 0; i < kSteps; ++i) {
        size_label(*numbers_.at(i), 30, Weight::bold, {kNumberWide, kStepHigh});
        size_label(*steps_.at(i), 24, Weight::normal, {wide - kNumberWide - kGap, kStepHigh});
    }
    size_label(*patient_, 24, Weight::bold, {wide, kPatientHigh});
    size_label(*noted_, 20, Weight::normal, {wide, kNotedHigh});
}

void OrdersPage::resizeEvent(QResizeEvent* /*event*/) {
    sizeTexts();
}

QStringList OrdersPage::lines() const {
    QStringList out{comes_->text()};
    for (const QLabel* step : steps_) {
        out << step->text();
    }
    return out << patient_->text() << noted_->text();
}

void OrdersPage::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.fillRect(rect(), theme_.color(Token::bg_panel));
    p.setPen(QPen{theme_.color(Token::line), 1});
    for (const int y : {comes_->geometry().bottom() + kGap / 2, patient_->y() - kGap / 2}) {
        p.drawLine(kSide, y, width() - kSide, y);
    }
    if (vehicle_.isSilent()) {
        console::paint_stale_frame(p, theme_, rect());
    }
}

} // namespace ems::terminal
