#include "vehicle/terminal/changes_page.h"

#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "vehicle/terminal/terminal_words.h"
#include "vehicle/terminal/text_size.h"

#include <algorithm>

#include <QPainter>
#include <QVBoxLayout>

namespace ems::terminal {

using console::Theme;
using console::Token;
using console::Weight;

namespace {

constexpr int kRowHigh = 78; // two lines
constexpr int kFewRows = 2;
constexpr int kButtonHigh = 100;
constexpr int kSide = 24;
constexpr int kTitleHigh = 94; // two lines
constexpr int kOwnHigh = 64;

QLabel* add_label(QVBoxLayout* column, QWidget* parent) {
    auto* label = new QLabel{parent};
    label->setWordWrap(true);
    label->setAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    label->setMinimumSize(1, 1); // a long address is cut, and widens nothing
    column->addWidget(label);
    return label;
}

std::uint64_t not_at_the_centre(const vehicle::Status& status) {
    for (const wire::StreamCount& stream : status.streams()) {
        if (stream.stream() == wire::STREAM_A) {
            return stream.unacked();
        }
    }
    return 0;
}

} // namespace

ChangesPage::ChangesPage(const Theme& theme, VehicleSocket& vehicle, QWidget* parent)
    : QWidget(parent), theme_(theme), vehicle_(vehicle) {
    auto* column = new QVBoxLayout{this};
    column->setContentsMargins(kSide, 16, kSide, 16);
    column->setSpacing(8);
    title_ = add_label(column, this);
    for (QLabel*& row : rows_) {
        row = add_label(column, this);
        row->setMaximumHeight(kRowHigh);
    }
    column->addStretch(1);
    own_ = add_label(column, this);
    seen_ = new BigButton{theme, Look::main, 34, this};
    seen_->setText(tr("Read, this counts"));
    seen_->setMinimumHeight(kButtonHigh);
    connect(seen_, &BigButton::pressedWhole, this, [this] { vehicle_.seenChanges(); });
    column->addWidget(seen_);
    connect(&vehicle_, &VehicleSocket::changed, this, &ChangesPage::refresh);
    connect(&theme_, &Theme::changed, this, qOverload<>(&QWidget::update));
    refresh();
}

void ChangesPage::refresh() {
    const vehicle::Status& status = vehicle_.status();
    const vehicle::AfterOutage& news = status.after_outage();
    title_->setText(title(news));
    const int shown = std::min(news.changes_size(), static_cast<int>(rows_.size()));
    for (int i = 0; i < static_cast<int>(rows_.size()); ++i) {
        QLabel& row = *rows_.at(static_cast<std::size_t>(i));
        row.setVisible(i < shown);
        row.setMaximumHeight(rowHigh());
        row.setText(i < shown ? TerminalWords::change(news.changes(news.changes_size() - shown + i))
                              : QString{});
    }
    own_->setText(own(news));
    own_->setVisible(!own_->text().isEmpty());
    sizeTexts();
}

QString ChangesPage::title(const vehicle::AfterOutage& news) {
    return news.lasted_s() == 0
               ? tr("The centre changed:")
               : tr("The link was away for %1. Meanwhile the centre changed:")
                     .arg(QString::fromStdString(
                         console::elapsed_text(std::int64_t{news.lasted_s()} * 1'000'000)));
}

// What has become of the crew's own presses is a question of an outage alone.
QString ChangesPage::own(const vehicle::AfterOutage& news) const {
    if (news.lasted_s() == 0) {
        return {};
    }
    const std::uint64_t waiting = not_at_the_centre(vehicle_.status()) + vehicle_.waiting();
    return waiting == 0
               ? tr("What you pressed and entered is at the centre, each with its own time.")
               : tr("%1 of your presses and entries are still on their way to the centre.").arg(waiting);
}

// Few have room for the centre's own words.
int ChangesPage::rowHigh() const {
    return vehicle_.status().after_outage().changes_size() <= kFewRows ? 2 * kRowHigh : kRowHigh;
}

void ChangesPage::sizeTexts() {
    const int wide = width() - 2 * kSide;
    size_label(*title_, 32, Weight::bold, {wide, kTitleHigh});
    for (QLabel* row : rows_) {
        size_label(*row, 26, Weight::normal, {wide, rowHigh()});
    }
    size_label(*own_, 22, Weight::normal, {wide, kOwnHigh});
    layout()->activate(); // before anybody sees texts of one size in the places of another
}

void ChangesPage::resizeEvent(QResizeEvent* /*event*/) {
    sizeTexts();
}

QStringList ChangesPage::lines() const {
    QStringList out{title_->text()};
    for (const QLabel* row : rows_) {
        if (!row->text().isEmpty()) {
            out << row->text();
        }
    }
    return own_->text().isEmpty() ? out : out << own_->text();
}

void ChangesPage::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.fillRect(rect(), theme_.color(Token::bg_panel));
    if (vehicle_.isSilent()) {
        console::paint_stale_frame(p, theme_, rect());
    }
}

} // namespace ems::terminal
