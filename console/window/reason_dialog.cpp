#include "console/window/reason_dialog.h"

#include "console/theme/metrics.h"

#include <utility>

#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ems::console {
namespace {

constexpr int kCharactersMax = 100; // of four bytes at most, below what the centre takes
constexpr int kWidth = 420;

} // namespace

ReasonDialog::ReasonDialog(const Theme& theme, const Texts& texts, QStringList usual, QWidget* parent)
    : QDialog(parent), usual_(std::move(usual)), text_(new TextField(theme, texts.about, kCharactersMax, this)),
      meaning_(new QLabel(this)) {
    setObjectName(QStringLiteral("reasonDialog"));
    setWindowTitle(texts.title);
    setAccessibleName(texts.title);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(metrics::kMargin, metrics::kMargin, metrics::kMargin, metrics::kMargin);
    layout->addWidget(new QLabel(texts.about, this));
    for (qsizetype i = 0; i < usual_.size(); ++i) {
        layout->addWidget(new QLabel(QStringLiteral("%1　%2").arg(i + 1).arg(usual_.at(i)), this));
    }
    layout->addWidget(text_);
    layout->addWidget(meaning_);
    auto* buttons = new QDialogButtonBox(this);
    buttons->addButton(texts.act + QStringLiteral("　Enter"), QDialogButtonBox::AcceptRole)->setDefault(true); // Qt's own words are English
    buttons->addButton(texts.refrain + QStringLiteral("　Esc"), QDialogButtonBox::RejectRole)->setAutoDefault(false);
    connect(buttons, &QDialogButtonBox::accepted, this, &ReasonDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &ReasonDialog::reject);
    layout->addWidget(buttons);
    connect(text_, &TextField::textEdited, this, &ReasonDialog::showMeaning);
    connect(text_, &TextField::escaped, this, &ReasonDialog::reject);
    setMinimumWidth(kWidth);
    text_->setFocus(Qt::OtherFocusReason);
    showMeaning();
}

QString ReasonDialog::reason() const {
    const QString text = text_->text().trimmed();
    const int digit = text.size() == 1 ? text.front().digitValue() : 0;
    return digit >= 1 && digit <= usual_.size() ? usual_.at(digit - 1) : text;
}

void ReasonDialog::showMeaning() {
    meaning_->setText(reason().isEmpty() ? tr("A digit of the list, or words") : tr("Reason: %1").arg(reason()));
}

void ReasonDialog::accept() {
    if (reason().isEmpty()) {
        meaning_->setText(tr("A reason is needed: a digit of the list, or words"));
        text_->setFocus(Qt::OtherFocusReason);
        return;
    }
    QDialog::accept();
}

} // namespace ems::console
