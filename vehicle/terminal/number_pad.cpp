#include "vehicle/terminal/number_pad.h"

#include "vehicle/terminal/text_size.h"

#include <array>
#include <cmath>

#include <QGridLayout>
#include <QHBoxLayout>
#include <QVBoxLayout>

namespace ems::terminal {

using console::Theme;
using console::Weight;

namespace {

constexpr std::size_t kUnitsMax = 2;
constexpr qsizetype kTypedMax = 5;
constexpr int kGap = 10;
constexpr int kWhatWide = 380; // half of the page

QString range_text(const NumberRange& range) {
    if (range.form == NumberForm::clock) {
        return QStringLiteral("0000–2359");
    }
    const int digits = range.form == NumberForm::tenths ? 1 : 0;
    return QStringLiteral("%1–%2")
        .arg(range.least / 10.0, 0, 'f', digits)
        .arg(range.most / 10.0, 0, 'f', digits);
}

bool in_range(const NumberRange& range, std::int32_t tenths) {
    if (range.form == NumberForm::tenths) {
        return tenths >= range.least && tenths <= range.most;
    }
    const std::int32_t number = tenths / 10;
    if (tenths % 10 != 0) {
        return false;
    }
    return range.form == NumberForm::clock ? number / 100 < 24 && number % 100 < 60
                                           : tenths >= range.least && tenths <= range.most;
}

// Before it is taken it is read back: "14:20".
QString clock_form(std::int32_t tenths) {
    const std::int32_t number = tenths / 10;
    return QStringLiteral("%1:%2")
        .arg(number / 100, 2, 10, QLatin1Char{'0'})
        .arg(number % 100, 2, 10, QLatin1Char{'0'});
}

} // namespace

NumberPad::NumberPad(const Theme& theme, QWidget* parent)
    : QWidget(parent), theme_(theme), what_(new QLabel{this}), shown_(new QLabel{this}) {
    auto* column = new QVBoxLayout{this};
    column->setContentsMargins(20, 16, 20, 16);
    column->setSpacing(kGap);
    auto* head = new QHBoxLayout;
    shown_->setFont(Theme::font(64, Weight::bold));
    shown_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    head->addWidget(what_, 1);
    head->addWidget(shown_, 1);
    column->addLayout(head);
    auto* grid = new QGridLayout;
    grid->setSpacing(kGap);
    static constexpr std::array<char16_t, 12> kKeys{u'1', u'2', u'3', u'4', u'5', u'6',
                                                    u'7', u'8', u'9', u'.', u'0', u'<'};
    for (std::size_t i = 0; i < kKeys.size(); ++i) {
        const QChar key{kKeys.at(i)};
        auto* button = new BigButton{theme_, Look::plain, 38, this};
        button->setText(key == u'<' ? tr("Back one") : QString{key});
        button->takeQuickTaps();
        connect(button, &BigButton::pressedWhole, this, [this, key] { tap(key); });
        grid->addWidget(button, static_cast<int>(i / 3), static_cast<int>(i % 3));
    }
    column->addLayout(grid, 1);
    auto* foot = new QHBoxLayout;
    foot->setSpacing(kGap);
    auto* back = new BigButton{theme_, Look::plain, 28, this};
    back->setText(tr("Back"));
    connect(back, &BigButton::pressedWhole, this, &NumberPad::left);
    share_width(*back);
    foot->addWidget(back, 1);
    withdraw_ = new BigButton{theme_, Look::plain, 28, this};
    withdraw_->setText(tr("Withdraw"));
    connect(withdraw_, &BigButton::pressedWhole, this, &NumberPad::withdrawn);
    share_width(*withdraw_);
    foot->addWidget(withdraw_, 1);
    for (std::size_t i = 0; i < kUnitsMax; ++i) {
        auto* button = new BigButton{theme_, Look::main, 30, this};
        connect(button, &BigButton::pressedWhole, this, [this, i] { emit taken(i, tenths()); });
        share_width(*button);
        units_.push_back(button);
        foot->addWidget(button, 1);
    }
    column->addLayout(foot);
}

void NumberPad::ask(const QString& what,
                    const std::vector<std::pair<QString, NumberRange>>& units,
                    const QString& stands) {
    what_->setText(what);
    size_label(*what_, 30, Weight::bold, {kWhatWide, shown_->sizeHint().height()});
    withdraw_->setVisible(!stands.isEmpty());
    withdraw_->setNote(stands);
    typed_.clear();
    ranges_.clear();
    for (std::size_t i = 0; i < units_.size(); ++i) {
        units_[i]->setVisible(i < units.size());
        if (i < units.size()) {
            units_[i]->setText(tr("Enter (%1)").arg(units[i].first));
            ranges_.push_back(units[i].second);
        }
    }
    refresh();
}

void NumberPad::tap(QChar key) {
    if (key == u'<') {
        typed_.chop(1);
    } else if (typed_.size() < kTypedMax && !(key == u'.' && typed_.contains(u'.'))) {
        typed_ += key;
    }
    refresh();
}

std::int32_t NumberPad::tenths() const {
    return static_cast<std::int32_t>(std::lround(typed_.toDouble() * 10));
}

void NumberPad::refresh() {
    shown_->setText(typed_.isEmpty() ? QStringLiteral("—") : typed_);
    for (std::size_t i = 0; i < ranges_.size(); ++i) {
        const NumberRange& range = ranges_[i];
        const bool fits = !typed_.isEmpty() && in_range(range, tenths());
        units_[i]->setRefusal(fits ? QString{} : range_text(range));
        units_[i]->setNote(range.form == NumberForm::clock && fits ? clock_form(tenths()) : QString{});
    }
}

} // namespace ems::terminal
