#include "vehicle/terminal/form_page.h"

#include "console/theme/finding_words.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "telemetry/base/assert.h"
#include "telemetry/wire/findings.h"
#include "vehicle/terminal/text_size.h"

#include <array>

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

constexpr int kColumns = 3;
constexpr std::size_t kChoicesMax = 12;
constexpr int kGap = 10;
constexpr int kTitleWide = 780;
constexpr int kTitleHigh = 60;

// Row by row; the first are those that NEWS2 wants and no monitor says.
constexpr std::array<int, 14> kFields{
    Findings::kConsciousnessFieldNumber, Findings::kOxygenDlMinFieldNumber,
    Findings::kTempCdegFieldNumber,      Findings::kGcsEyesFieldNumber,
    Findings::kGcsVerbalFieldNumber,     Findings::kGcsMotorFieldNumber,
    Findings::kPainFieldNumber,          Findings::kGlucoseDmmolFieldNumber,
    Findings::kComplaintsFieldNumber,    Findings::kOnsetMinBeforeFieldNumber,
    Findings::kWeightKgFieldNumber,      Findings::kNotesFieldNumber,
    Findings::kAgeMonthsFieldNumber,     Findings::kSexFieldNumber};
constexpr std::size_t kWantedByNews2 = 3;

// What a relative says of a stroke or a chest pain; any other time is typed.
constexpr std::array<std::uint32_t, 5> kOnsetMinutes{0, 15, 30, 60, 120};
constexpr std::int64_t kMinuteUs = 60'000'000;
constexpr std::int64_t kLocalMinutes = 8 * 60; // screens show +08:00
constexpr std::int64_t kDayMinutes = 24 * 60;

// Flows that regulators are marked with.
constexpr std::array<std::uint32_t, 9> kFlowsDlMin{0, 10, 20, 30, 40, 50, 80, 100, 150};

Findings with(const auto& set) {
    Findings said;
    set(said);
    return said;
}

// What each button of a field says when it is tapped; empty for a field that is no choice.
std::vector<Findings> choices_of(int number) {
    std::vector<Findings> out;
    const auto add = [&out](const auto& set) { out.push_back(with(set)); };
    switch (number) {
    case Findings::kConsciousnessFieldNumber:
        for (const auto state : {Findings::ALERT, Findings::CONFUSED, Findings::VOICE,
                                 Findings::PAIN, Findings::UNRESPONSIVE}) {
            add([state](Findings& f) { f.set_consciousness(state); });
        }
        break;
    case Findings::kOxygenDlMinFieldNumber:
        for (const std::uint32_t flow : kFlowsDlMin) {
            add([flow](Findings& f) { f.set_oxygen_dl_min(flow); });
        }
        break;
    case Findings::kGcsEyesFieldNumber:
        for (std::uint32_t points = 4; points <= 4; --points) { // 0: not testable
            add([points](Findings& f) { f.set_gcs_eyes(points); });
        }
        break;
    case Findings::kGcsVerbalFieldNumber:
        for (std::uint32_t points = 5; points <= 5; --points) {
            add([points](Findings& f) { f.set_gcs_verbal(points); });
        }
        break;
    case Findings::kGcsMotorFieldNumber:
        for (std::uint32_t points = 6; points <= 6; --points) {
            add([points](Findings& f) { f.set_gcs_motor(points); });
        }
        break;
    case Findings::kPainFieldNumber:
        for (std::uint32_t points = 0; points <= 10; ++points) {
            add([points](Findings& f) { f.set_pain(points); });
        }
        break;
    case Findings::kSexFieldNumber:
        add([](Findings& f) { f.set_sex("m"); });
        add([](Findings& f) { f.set_sex("f"); });
        break;
    case Findings::kOnsetMinBeforeFieldNumber:
        for (const std::uint32_t minutes : kOnsetMinutes) {
            add([minutes](Findings& f) { f.set_onset_min_before(minutes); });
        }
        break;
    default:
        break;
    }
    return out;
}

// The latest time at which a clock showed these digits, 1420 for twenty past two.
std::uint32_t minutes_since(std::int32_t digits, std::int64_t now_us) {
    const std::int64_t now = (now_us / kMinuteUs + kLocalMinutes) % kDayMinutes;
    const std::int64_t then = digits / 100 * 60 + digits % 100;
    return static_cast<std::uint32_t>((now - then + kDayMinutes) % kDayMinutes);
}

QString hhmm(std::int64_t us) {
    return QString::fromStdString(console::clock_text(us)).left(5);
}

std::span<const std::string_view> codes_of(int number) {
    return number == Findings::kComplaintsFieldNumber ? FindingWords::complaints()
           : number == Findings::kNotesFieldNumber    ? FindingWords::notes()
                                                      : std::span<const std::string_view>{};
}

const Findings::Codes& known_codes(const Findings& known, int number) {
    return number == Findings::kComplaintsFieldNumber ? known.complaints() : known.notes();
}

// Of a list its first, and how many more there are.
QString brief(const Findings& known, int number, std::int64_t entered_us) {
    const int more = codes_of(number).empty() ? 0 : known_codes(known, number).code_size() - 1;
    return more > 0 ? QStringLiteral("%1 +%2")
                          .arg(FindingWords::code(known_codes(known, number).code(0)))
                          .arg(more)
                    : FindingWords::entered(known, number, entered_us);
}

} // namespace

FormPage::FormPage(const Theme& theme, VehicleSocket& vehicle, QWidget* parent)
    : QWidget(parent), theme_(theme), vehicle_(vehicle), pages_(new QStackedWidget{this}) {
    auto* column = new QVBoxLayout{this};
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(pages_);
    fields_page_ = makeFields();
    choices_page_ = makeChoices();
    pad_ = new NumberPad{theme, pages_};
    connect(pad_, &NumberPad::taken, this, &FormPage::takeNumber);
    connect(pad_, &NumberPad::withdrawn, this, &FormPage::withdraw);
    connect(pad_, &NumberPad::left, this, &FormPage::showFields);
    for (QWidget* page : {fields_page_, choices_page_, static_cast<QWidget*>(pad_)}) {
        pages_->addWidget(page);
    }
    connect(&vehicle_, &VehicleSocket::changed, this, &FormPage::followPatient);
    connect(&vehicle_, &VehicleSocket::changed, this, &FormPage::refresh);
    connect(&theme_, &Theme::changed, this, qOverload<>(&QWidget::update));
    refresh();
}

QWidget* FormPage::makeFields() {
    auto* page = new QWidget{pages_};
    auto* grid = new QGridLayout{page};
    grid->setContentsMargins(20, 16, 20, 16);
    grid->setSpacing(kGap);
    for (std::size_t i = 0; i < kFields.size(); ++i) {
        const int number = kFields.at(i);
        auto* button = new BigButton{theme_, Look::plain, 26, page};
        button->setText(FindingWords::caption(number));
        button->setMinimumHeight(88);
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
        connect(button, &BigButton::pressedWhole, this, [this, number] { openField(number); });
        fields_.emplace_back(number, button);
        grid->addWidget(button, static_cast<int>(i) / kColumns, static_cast<int>(i) % kColumns);
    }
    return page;
}

QWidget* FormPage::makeChoices() {
    auto* page = new QWidget{pages_};
    auto* column = new QVBoxLayout{page};
    column->setContentsMargins(20, 16, 20, 16);
    column->setSpacing(kGap);
    title_ = new QLabel{page};
    column->addWidget(title_);
    auto* grid = new QGridLayout;
    grid->setSpacing(kGap);
    for (std::size_t i = 0; i < kChoicesMax; ++i) {
        auto* button = new BigButton{theme_, Look::plain, 28, page};
        button->setMinimumHeight(84);
        share_width(*button);
        button->takeQuickTaps();
        connect(button, &BigButton::pressedWhole, this, [this, i] { choose(i); });
        choices_.push_back(button);
        grid->addWidget(button, static_cast<int>(i) / kColumns, static_cast<int>(i) % kColumns);
    }
    column->addLayout(grid);
    column->addStretch(1);
    auto* foot = new QHBoxLayout;
    foot->setSpacing(kGap);
    auto* back = new BigButton{theme_, Look::plain, 28, page};
    back->setText(tr("Back"));
    connect(back, &BigButton::pressedWhole, this, &FormPage::showFields);
    withdraw_ = new BigButton{theme_, Look::plain, 28, page};
    withdraw_->setText(tr("Withdraw"));
    connect(withdraw_, &BigButton::pressedWhole, this, &FormPage::withdraw);
    done_ = new BigButton{theme_, Look::main, 30, page};
    done_->setText(tr("Enter"));
    connect(done_, &BigButton::pressedWhole, this, [this] {
        Findings said;
        auto* codes = open_ == Findings::kComplaintsFieldNumber ? said.mutable_complaints()
                                                                : said.mutable_notes();
        for (const std::string& code : marked_) {
            codes->add_code(code);
        }
        say(said);
    });
    for (BigButton* button : {back, withdraw_, done_}) {
        share_width(*button);
    }
    foot->addWidget(back, 1);
    foot->addWidget(withdraw_, 1);
    foot->addWidget(done_, 2);
    column->addLayout(foot);
    return page;
}

BigButton& FormPage::field(int number) {
    for (const auto& [known, button] : fields_) {
        if (known == number) {
            return *button;
        }
    }
    EMS_ASSERT(false);
    return *fields_.front().second;
}

void FormPage::refresh() {
    const wire::PatientChart chart = vehicle_.pressedStatus().chart();
    for (std::size_t i = 0; i < fields_.size(); ++i) {
        const auto& [number, button] = fields_[i];
        const wire::Withdrawal gone = wire::withdrawal(chart, number);
        const bool stands = wire::found_us(chart, number) != 0;
        button->setLook(!stands && i < kWantedByNews2 ? Look::wanted : Look::plain);
        button->setStruck(gone.found_us == 0
                              ? QString{}
                              : brief(chart.withdrawn(), number, gone.found_us));
        button->setNote(stands               ? entry(*button, number)
                        : gone.found_us != 0 ? tr("withdrawn %1").arg(hhmm(gone.withdrawn_us))
                                             : tr("to be entered"));
    }
}

// As it stands, with its time; empty: nothing does. A list that the button has no room for says its
// first and how many more there are.
QString FormPage::entry(const BigButton& button, int number) const {
    const wire::PatientChart chart = vehicle_.pressedStatus().chart();
    const std::int64_t at_us = wire::found_us(chart, number);
    if (at_us == 0) {
        return {};
    }
    const QString whole = FindingWords::withTime(chart.findings(), number, at_us);
    const bool is_list = !codes_of(number).empty();
    return is_list && !button.noteFits(whole)
               ? brief(chart.findings(), number, at_us) + QStringLiteral(" ") + hhmm(at_us)
               : whole;
}

void FormPage::withdraw() {
    Findings said;
    said.add_withdrawn(static_cast<std::uint32_t>(open_));
    say(said);
}

void FormPage::showFields() {
    open_ = 0;
    refresh();
    pages_->setCurrentWidget(fields_page_);
}

// What was begun beside one patient is not entered for the next: by the vehicle's word, and by a press that can no longer be
// taken back.
void FormPage::followPatient() {
    if (!vehicle_.everHeard()) {
        return;
    }
    const Patient now{vehicle_.status().patient().number(),
                      vehicle_.undoLeftMs() <= 0 && vehicle_.pressedStatus().state() == wire::UNIT_AVAILABLE};
    const bool is_another =
        patient_ && (now.number != patient_->number || (now.is_over && !patient_->is_over));
    patient_ = now;
    if (is_another && open_ != 0) {
        showFields();
    }
}

bool FormPage::isBegun() const {
    return pages_->currentWidget() == pad_
               ? pad_->isBegun()
               : pages_->currentWidget() == choices_page_ && marked_ != entered(open_);
}

// Codes of a list, as they stand; none of another field.
std::set<std::string> FormPage::entered(int number) const {
    if (codes_of(number).empty()) {
        return {};
    }
    const Findings known = vehicle_.pressedStatus().chart().findings();
    const auto& codes = known_codes(known, number).code();
    return {codes.begin(), codes.end()};
}

bool FormPage::openNotes() {
    if (!isBegun()) {
        openField(Findings::kNotesFieldNumber);
    }
    return open_ == Findings::kNotesFieldNumber;
}

void FormPage::openField(int number) {
    open_ = number;
    const std::vector<Findings> single = choices_of(number);
    const auto codes = codes_of(number);
    if (single.empty() && codes.empty()) {
        openNumber(number);
        return;
    }
    const bool typed_too = number == Findings::kOnsetMinBeforeFieldNumber;
    const std::size_t offered = std::max(single.size() + (typed_too ? 1 : 0), codes.size());
    EMS_ASSERT(offered <= choices_.size());
    title_->setText(FindingWords::caption(number));
    size_label(*title_, 30, Weight::bold, {kTitleWide, kTitleHigh});
    marked_ = entered(number);
    for (std::size_t i = 0; i < choices_.size(); ++i) {
        BigButton& button = *choices_[i];
        button.setVisible(i < offered);
        if (i < single.size()) {
            button.setText(FindingWords::value(single[i], number));
            button.setLook(Look::plain);
        } else if (i < codes.size()) {
            button.setText(FindingWords::code(codes[i]));
            button.setLook(marked_.contains(std::string{codes[i]}) ? Look::marked : Look::plain);
        } else if (i < offered) {
            button.setText(tr("Another time"));
            button.setLook(Look::plain);
        }
    }
    const QString stands = entry(*withdraw_, number);
    withdraw_->setVisible(!stands.isEmpty());
    withdraw_->setNote(stands);
    done_->setVisible(!codes.empty());
    pages_->setCurrentWidget(choices_page_);
}

void FormPage::openNumber(int number) {
    using Units = std::vector<std::pair<QString, NumberRange>>;
    Units units;
    switch (number) {
    case Findings::kTempCdegFieldNumber:
        units = {{QStringLiteral("°C"), {200, 450, NumberForm::tenths}}};
        break;
    case Findings::kGlucoseDmmolFieldNumber:
        units = {{QStringLiteral("mmol/L"), {1, 600, NumberForm::tenths}}};
        break;
    case Findings::kWeightKgFieldNumber:
        units = {{QStringLiteral("kg"), {10, 3'500, NumberForm::whole}}};
        break;
    case Findings::kOnsetMinBeforeFieldNumber:
        units = {{tr("time of day"), {0, 0, NumberForm::clock}},
                 {tr("hours ago"), {1, 1'680, NumberForm::tenths}}};
        break;
    default:
        units = {{tr("years"), {10, 1'200, NumberForm::whole}},
                 {tr("months"), {10, 230, NumberForm::whole}}};
        break;
    }
    pad_->ask(FindingWords::caption(number), units, entry(pad_->withdrawButton(), number));
    pages_->setCurrentWidget(pad_);
}

void FormPage::choose(std::size_t index) {
    const auto codes = codes_of(open_);
    if (index < codes.size()) {
        const std::string code{codes[index]};
        if (marked_.erase(code) == 0) {
            marked_.insert(code);
        }
        choices_[index]->setLook(marked_.contains(code) ? Look::marked : Look::plain);
        return;
    }
    const std::vector<Findings> single = choices_of(open_);
    if (index < single.size()) {
        say(single[index]);
    } else {
        openNumber(open_);
    }
}

void FormPage::takeNumber(std::size_t unit, std::int32_t tenths) {
    Findings said;
    const auto number = static_cast<std::uint32_t>(tenths / 10);
    switch (open_) {
    case Findings::kTempCdegFieldNumber:
        said.set_temp_cdeg(tenths * 10);
        break;
    case Findings::kGlucoseDmmolFieldNumber:
        said.set_glucose_dmmol(static_cast<std::uint32_t>(tenths));
        break;
    case Findings::kWeightKgFieldNumber:
        said.set_weight_kg(number);
        break;
    case Findings::kOnsetMinBeforeFieldNumber: {
        constexpr std::uint32_t kMinutesOfATenth = 6;
        said.set_onset_min_before(unit == 0 ? minutes_since(tenths / 10, vehicle_.utcUs())
                                            : static_cast<std::uint32_t>(tenths) * kMinutesOfATenth);
        break;
    }
    default:
        said.set_age_months(unit == 0 ? number * 12 : number);
        break;
    }
    say(said);
}

void FormPage::say(const Findings& said) {
    vehicle_.report(said);
    showFields();
}

void FormPage::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.fillRect(rect(), theme_.color(Token::bg_panel));
    if (vehicle_.isSilent()) {
        console::paint_stale_frame(p, theme_, rect());
    }
}

} // namespace ems::terminal
