#include "vehicle/terminal/form_page.h"

#include "console/theme/finding_words.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "telemetry/base/assert.h"
#include "telemetry/wire/findings.h"

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

// Row by row; the first are those that NEWS2 wants and no monitor says.
constexpr std::array<int, 12> kFields{
    Findings::kConsciousnessFieldNumber, Findings::kOxygenDlMinFieldNumber,
    Findings::kTempCdegFieldNumber,      Findings::kGcsEyesFieldNumber,
    Findings::kGcsVerbalFieldNumber,     Findings::kGcsMotorFieldNumber,
    Findings::kPainFieldNumber,          Findings::kGlucoseDmmolFieldNumber,
    Findings::kComplaintsFieldNumber,    Findings::kAgeMonthsFieldNumber,
    Findings::kSexFieldNumber,           Findings::kNotesFieldNumber};
constexpr std::size_t kWantedByNews2 = 3;

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
    default:
        break;
    }
    return out;
}

std::span<const std::string_view> codes_of(int number) {
    return number == Findings::kComplaintsFieldNumber ? FindingWords::complaints()
           : number == Findings::kNotesFieldNumber    ? FindingWords::notes()
                                                      : std::span<const std::string_view>{};
}

const Findings::Codes& known_codes(const Findings& known, int number) {
    return number == Findings::kComplaintsFieldNumber ? known.complaints() : known.notes();
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
    connect(pad_, &NumberPad::left, this, &FormPage::showFields);
    for (QWidget* page : {fields_page_, choices_page_, static_cast<QWidget*>(pad_)}) {
        pages_->addWidget(page);
    }
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
        button->setMinimumHeight(110);
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
    title_->setFont(Theme::font(30, Weight::bold));
    column->addWidget(title_);
    auto* grid = new QGridLayout;
    grid->setSpacing(kGap);
    for (std::size_t i = 0; i < kChoicesMax; ++i) {
        auto* button = new BigButton{theme_, Look::plain, 28, page};
        button->setMinimumHeight(84);
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
    foot->addWidget(back, 1);
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
        const std::int64_t at_us = wire::found_us(chart, number);
        button->setLook(at_us == 0 && i < kWantedByNews2 ? Look::wanted : Look::plain);
        button->setNote(
            at_us == 0 ? tr("to be entered")
                       : FindingWords::value(chart.findings(), number) + QStringLiteral(" · ") +
                             QString::fromStdString(console::clock_text(at_us)).left(5));
    }
}

void FormPage::showFields() {
    open_ = 0;
    pages_->setCurrentWidget(fields_page_);
}

void FormPage::openField(int number) {
    open_ = number;
    const std::vector<Findings> single = choices_of(number);
    const auto codes = codes_of(number);
    if (single.empty() && codes.empty()) {
        openNumber(number);
        return;
    }
    EMS_ASSERT(std::max(single.size(), codes.size()) <= choices_.size());
    title_->setText(FindingWords::caption(number));
    const Findings known = vehicle_.pressedStatus().chart().findings();
    marked_.clear();
    if (!codes.empty()) {
        for (const std::string& code : known_codes(known, number).code()) {
            marked_.insert(code);
        }
    }
    for (std::size_t i = 0; i < choices_.size(); ++i) {
        BigButton& button = *choices_[i];
        button.setVisible(i < std::max(single.size(), codes.size()));
        if (i < single.size()) {
            button.setText(FindingWords::value(single[i], number));
            button.setLook(Look::plain);
        } else if (i < codes.size()) {
            button.setText(FindingWords::code(codes[i]));
            button.setLook(marked_.contains(std::string{codes[i]}) ? Look::marked : Look::plain);
        }
    }
    done_->setVisible(!codes.empty());
    pages_->setCurrentWidget(choices_page_);
}

void FormPage::openNumber(int number) {
    switch (number) {
    case Findings::kTempCdegFieldNumber:
        pad_->ask(FindingWords::caption(number), {{QStringLiteral("°C"), {200, 450, true}}});
        break;
    case Findings::kGlucoseDmmolFieldNumber:
        pad_->ask(FindingWords::caption(number), {{QStringLiteral("mmol/L"), {1, 600, true}}});
        break;
    default:
        pad_->ask(FindingWords::caption(number),
                  {{tr("years"), {10, 1'200, false}}, {tr("months"), {10, 230, false}}});
        break;
    }
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
    }
}

void FormPage::takeNumber(std::size_t unit, std::int32_t tenths) {
    Findings said;
    if (open_ == Findings::kTempCdegFieldNumber) {
        said.set_temp_cdeg(tenths * 10);
    } else if (open_ == Findings::kGlucoseDmmolFieldNumber) {
        said.set_glucose_dmmol(static_cast<std::uint32_t>(tenths));
    } else {
        const auto number = static_cast<std::uint32_t>(tenths / 10);
        said.set_age_months(unit == 0 ? number * 12 : number);
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
