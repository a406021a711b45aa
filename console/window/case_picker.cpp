#include "console/window/case_picker.h"

#include "console/theme/metrics.h"
#include "console/theme/time_text.h"
#include "console/widgets/words.h"

#include <QKeyEvent>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QVBoxLayout>

namespace ems::console {
namespace {

constexpr std::int64_t kDayUs = 86'400'000'000;
constexpr std::int64_t kEastUs = 8LL * 3'600 * 1'000'000; // +08:00, as on every screen

} // namespace

CasePicker::CasePicker(Desk& desk, QWidget* parent)
    : QDialog(parent), desk_(desk), head_(new QLabel(this)), list_(new QListWidget(this)),
      day_us_((desk.shownUs() + kEastUs) / kDayUs * kDayUs - kEastUs) {
    setObjectName(QStringLiteral("casePicker"));
    setWindowTitle(tr("Cases of the past"));
    setAccessibleName(windowTitle());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(metrics::kMargin, metrics::kMargin, metrics::kMargin, metrics::kMargin);
    layout->addWidget(head_);
    layout->addWidget(list_, 1);
    list_->setAccessibleName(windowTitle());
    list_->installEventFilter(this);
    connect(list_, &QListWidget::itemDoubleClicked, this, [this] { takeKey(Qt::Key_Return); });
    connect(&desk_, &Desk::answeredBehind, this, &CasePicker::take);
    resize(640, 480);
    ask();
}

void CasePicker::ask() {
    api::ClientFrame frame;
    frame.mutable_find_cases()->set_from_us(day_us_);
    frame.mutable_find_cases()->set_to_us(day_us_ + kDayUs);
    asked_ = desk_.askBehind(std::move(frame));
    list_->clear();
    cases_.clear();
    head_->setText(asked_ == 0 ? tr("%1 · not connected").arg(qs(date_text(day_us_)))
                               : tr("%1 · is being fetched").arg(qs(date_text(day_us_))));
}

void CasePicker::take(const api::ServerFrame& frame) {
    if (asked_ == 0 || frame.reply_to() != asked_) {
        return;
    }
    asked_ = 0;
    if (frame.has_error()) {
        const bool zh = QLocale().language() == QLocale::Chinese;
        head_->setText(qs(date_text(day_us_)) + QStringLiteral(" · ") +
                       qs(zh ? frame.error().text_zh() : frame.error().text_en()));
        return;
    }
    for (const api::Incident& incident : frame.cases().incidents()) {
        cases_.push_back(incident);
        list_->addItem(qs(clock_text(incident.created_us())) + QStringLiteral("　") + qs(incident.number()) +
                       QStringLiteral("　") + Words::level(incident.level()) + QStringLiteral(" ") +
                       qs(incident.complaint()) + QStringLiteral("　") + qs(incident.address()));
    }
    head_->setText(tr("%1 · %2 cases · ← → another day").arg(qs(date_text(day_us_))).arg(cases_.size()));
    list_->setCurrentRow(0);
    list_->setFocus(Qt::OtherFocusReason);
}

bool CasePicker::takeKey(int key) {
    if (key == Qt::Key_Left || key == Qt::Key_Right) {
        const std::int64_t day_us = day_us_ + (key == Qt::Key_Right ? kDayUs : -kDayUs);
        if (day_us <= desk_.shownUs()) {
            day_us_ = day_us;
            ask();
        }
        return true;
    }
    const int row = list_->currentRow();
    if ((key == Qt::Key_Return || key == Qt::Key_Enter) && row >= 0 && row < static_cast<int>(cases_.size())) {
        const api::Incident incident = cases_.at(static_cast<std::size_t>(row)); // accept() may end this dialog
        accept();
        emit picked(incident);
        return true;
    }
    return false;
}

void CasePicker::keyPressEvent(QKeyEvent* event) {
    if (!takeKey(event->key())) {
        QDialog::keyPressEvent(event);
    }
}

bool CasePicker::eventFilter(QObject* watched, QEvent* event) {
    if (watched == list_ && event->type() == QEvent::KeyPress && takeKey(static_cast<QKeyEvent*>(event)->key())) {
        return true;
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace ems::console
