#include "vehicle/terminal/alarm_page.h"

#include "console/theme/alarm_box.h"
#include "console/theme/alarm_words.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "vehicle/terminal/header_bar.h"
#include "vehicle/terminal/terminal_words.h"
#include "vehicle/terminal/text_size.h"

#include <algorithm>

#include <QPainter>

namespace ems::terminal {

using console::Theme;
using console::Token;
using console::Weight;

namespace {
constexpr int kRow = 88;
constexpr int kFoot = 108;
constexpr std::size_t kRowsMax = 12;
constexpr int kButtonWidth = 180;
constexpr int kMargin = 20;
} // namespace

AlarmPage::AlarmPage(const Theme& theme, VehicleSocket& vehicle, QWidget* parent)
    : QWidget(parent), theme_(theme), vehicle_(vehicle),
      pause_(new BigButton{theme, Look::plain, 24, this}),
      sound_again_(new BigButton{theme, Look::plain, 24, this}), text_(new BigButton{theme, Look::plain, 24, this}) {
    pause_->setText(tr("Pause all sounds 2 min"));
    sound_again_->setText(tr("All sounds on again"));
    text_->setText(tr("Text size"));
    connect(pause_, &BigButton::pressedWhole, this,
            [this] { vehicle_.answerAlarm({}, vehicle::AnswerAlarm::PAUSE_AUDIO); });
    connect(sound_again_, &BigButton::pressedWhole, this,
            [this] { vehicle_.answerAlarm({}, vehicle::AnswerAlarm::RESTORE); });
    for (std::size_t i = 0; i < kRowsMax; ++i) {
        auto* button = new BigButton{theme, Look::plain, 22, this};
        button->setText(tr("Acknowledge"));
        button->setVisible(false);
        connect(button, &BigButton::pressedWhole, this, [this, i] {
            if (i < codes_.size()) {
                vehicle_.answerAlarm(codes_[i], vehicle::AnswerAlarm::ACKNOWLEDGE);
            }
        });
        acknowledge_.push_back(button);
    }
    connect(&vehicle_, &VehicleSocket::changed, this, &AlarmPage::refresh);
    connect(&theme_, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void AlarmPage::resizeEvent(QResizeEvent* /*event*/) {
    const int third = (width() - 4 * kMargin) / 3;
    int x = kMargin;
    for (BigButton* button : {pause_, sound_again_, text_}) {
        button->setGeometry(x, height() - kFoot + 8, third, kFoot - 16);
        x += third + kMargin;
    }
    refresh();
}

void AlarmPage::showTextSize(const TextChoice& text) {
    text_->setNote(tr("%1 %, press for %2 %").arg(as_percent(text.scale())).arg(as_percent(text.next())));
    text_->setAccessibleName(text_->text() + QStringLiteral(" ") + text_->note());
}

void AlarmPage::refresh() {
    const bool held = std::any_of(acknowledge_.begin(), acknowledge_.end(),
                                  [](const BigButton* button) { return button->isDown(); });
    if (!held) {
        codes_.clear();
        const auto fits = static_cast<std::size_t>(std::max(0, (height() - kFoot) / kRow));
        for (const vehicle::StandingAlarm& one : vehicle_.status().alarms()) {
            if (codes_.size() < std::min(fits, kRowsMax)) {
                codes_.push_back(one.alarm().code());
            }
        }
        for (std::size_t i = 0; i < acknowledge_.size(); ++i) {
            const bool seen = i < codes_.size();
            acknowledge_[i]->setVisible(seen);
            acknowledge_[i]->setGeometry(width() - kButtonWidth - 20,
                                         static_cast<int>(i) * kRow + 6, kButtonWidth, kRow - 12);
            if (seen) {
                acknowledge_[i]->setAccessibleName(acknowledge_[i]->text() + QStringLiteral(" ") +
                                                   console::alarm_text(codes_[i]));
                const auto& one = vehicle_.status().alarms(static_cast<int>(i));
                acknowledge_[i]->setRefusal(one.signal() == vehicle::StandingAlarm::ACKNOWLEDGED &&
                                                    !one.latched()
                                                ? tr("done")
                                                : QString{});
            }
        }
    }
    update();
}

void AlarmPage::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.setRenderHint(QPainter::Antialiasing);
    p.fillRect(rect(), theme_.color(Token::bg_panel));
    const vehicle::Status& status = vehicle_.status();
    if (status.alarms_size() == 0) {
        paint_sized(*this, p, rect().adjusted(0, 0, 0, -kFoot), Qt::AlignCenter,
                    tr("no alarm stands on board"), 28, Weight::normal, theme_.color(Token::text_2));
    }
    for (std::size_t i = 0; i < codes_.size(); ++i) {
        const auto found = std::find_if(
            status.alarms().begin(), status.alarms().end(),
            [&](const vehicle::StandingAlarm& one) { return one.alarm().code() == codes_[i]; });
        if (found == status.alarms().end()) {
            continue;
        }
        const QRectF row{0, static_cast<double>(i) * kRow, static_cast<double>(width()), kRow};
        const Token token = alarm_token(found->alarm().priority());
        const bool sounds = found->signal() == vehicle::StandingAlarm::ON;
        const bool loud = sounds && !vehicle_.isSilent();
        const QRectF mark{20, row.top() + 14, 84, kRow - 28.0};
        if (loud) {
            p.fillRect(mark, theme_.color(token));
            p.setBrush(Qt::NoBrush);
            p.setPen(QPen{theme_.color(Token::al_edge), 1});
            p.drawRect(mark);
        } else {
            console::paint_alarm_box(p, theme_, mark, token,
                                     console::AlarmFill::outline, console::AlarmSize::terminal);
        }
        console::paint_text(p, mark, Qt::AlignCenter, alarm_mark(found->alarm().priority()), 30,
                   Weight::bold, theme_.color(loud ? Token::al_ink : Token::text_1));
        const double left = 124;
        const double wide = width() - left - kButtonWidth - 40;
        QString what = console::alarm_text(found->alarm().code());
        if (!found->alarm().value().empty()) {
            what += QStringLiteral("　") + TerminalWords::alarmValue(found->alarm());
        }
        paint_sized(*this, p, {left, row.top() + 8, wide, 40}, Qt::AlignVCenter, what, 26, Weight::bold,
                    theme_.color(Token::text_1));
        QStringList state;
        if (found->latched()) {
            state << tr("over, to be acknowledged");
        }
        if (!sounds) {
            state << TerminalWords::signal(found->signal());
        }
        if (found->ends_in_s() > 0) {
            state << tr("sounds again in %1 s").arg(found->ends_in_s());
        }
        state << tr("since %1")
                     .arg(QString::fromStdString(
                         console::elapsed_text(std::int64_t{found->since_s()} * 1'000'000)));
        paint_sized(*this, p, {left, row.top() + 46, wide, 32}, Qt::AlignVCenter,
                    state.join(QStringLiteral("　")), 20, Weight::normal,
                    theme_.color(Token::text_2));
        p.setPen(QPen{theme_.color(Token::line), 1});
        p.drawLine(row.bottomLeft(), row.bottomRight());
    }
    const int hidden = status.alarms_size() - static_cast<int>(codes_.size());
    if (hidden > 0) {
        paint_sized(*this, p, {20, height() - kFoot - 26.0, width() - 40.0, 26}, Qt::AlignVCenter,
                    tr("%1 more, less urgent").arg(hidden), 20, Weight::normal,
                    theme_.color(Token::text_2));
    }
    if (vehicle_.isSilent()) {
        console::paint_stale_frame(p, theme_, rect());
    }
}

} // namespace ems::terminal
