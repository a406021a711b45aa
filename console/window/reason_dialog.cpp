#include "console/window/reason_dialog.h"

#include "console/theme/metrics.h"
#include "console/widgets/kept_field.h"
#include "console/window/reason_drafts.h"

#include <utility>

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QTimer>
#include <QVBoxLayout>

namespace ems::console {
namespace {

constexpr int kCharactersMax = 100; // of four bytes at most, below what the centre takes
constexpr int kWidth = 420;

// 1 to `most`, of a text that is a digit alone; 0: it is none of the list.
qsizetype digit_of_list(const QString& text, qsizetype most) {
    const int digit = text.size() == 1 ? text.front().digitValue() : 0;
    return digit >= 1 && digit <= most ? digit : 0;
}

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
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    auto* act = new KeyButton(theme, texts.act, QStringLiteral("Enter"), ButtonKind::main, this);
    refrain_ = new KeyButton(theme, texts.refrain, QStringLiteral("Esc"), ButtonKind::plain, this);
    connect(act, &KeyButton::clicked, this, &ReasonDialog::accept);
    connect(refrain_, &KeyButton::clicked, this, &ReasonDialog::reject);
    buttons->addWidget(refrain_);
    buttons->addWidget(act);
    layout->addLayout(buttons);
    connect(text_, &TextField::textEdited, this, &ReasonDialog::showMeaning);
    connect(text_, &TextField::escaped, this, &ReasonDialog::reject);
    setMinimumWidth(kWidth);
    text_->setFocus(Qt::OtherFocusReason);
    showMeaning();
}

void ReasonDialog::keep(ReasonDrafts& drafts, const QString& subject) {
    drafts_ = &drafts;
    subject_ = subject;
    left_ = drafts.textFor(subject);
    text_->setText(left_);
    QTimer::singleShot(0, text_, [this] { text_->deselect(); }); // a dialog that opens selects it, and the next key would take it
    showMeaning();
    // A digit of the list is another choice, and no more of what was left; after any other key it is one of the words.
    connect(text_, &TextField::textEdited, this, [this, untouched = !left_.isEmpty()](const QString& text) mutable {
        const QString added = text.mid(left_.size());
        if (std::exchange(untouched, false) && text.startsWith(left_) && digit_of_list(added, usual_.size()) > 0) {
            text_->setText(added);
            showMeaning();
        }
    });
    kept_ = new KeptField(*text_, [&drafts, subject](const QString& text) { return drafts.keep(subject, text); });
    connect(kept_, &KeptField::notStored, this, [this] {
        meaning_->setText(tr("Reason: %1 (this machine cannot keep it over a crash)").arg(reason()));
    });
}

QString ReasonDialog::reason() const {
    const QString text = text_->text().trimmed();
    const qsizetype digit = digit_of_list(text, usual_.size());
    return digit > 0 ? usual_.at(digit - 1) : text;
}

void ReasonDialog::showMeaning() {
    if (reason().isEmpty()) {
        meaning_->setText(tr("A digit of the list, or words"));
    } else if (text_->text() == left_) {
        meaning_->setText(tr("As it was typed before the restart: %1").arg(reason()));
    } else {
        meaning_->setText(tr("Reason: %1").arg(reason()));
    }
}

void ReasonDialog::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        if (!event->isAutoRepeat()) {
            refrain_->hasFocus() ? reject() : accept();
        }
        return;
    }
    QDialog::keyPressEvent(event);
}

void ReasonDialog::accept() {
    if (reason().isEmpty()) {
        meaning_->setText(tr("A reason is needed: a digit of the list, or words"));
        text_->setFocus(Qt::OtherFocusReason);
        return;
    }
    QDialog::accept();
}

void ReasonDialog::done(int result) {
    delete std::exchange(kept_, nullptr); // it stores nothing any more
    if (drafts_ != nullptr) {
        drafts_->forget(subject_);
    }
    QDialog::done(result);
}

} // namespace ems::console
