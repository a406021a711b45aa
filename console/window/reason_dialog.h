// Asks for a reason before something is done: a digit chooses a usual one, words are any other. Nothing is chosen before a
// person does so, and without a reason Enter says that one is needed.
#pragma once

#include "console/widgets/controls.h"

#include <QDialog>
#include <QStringList>

class QLabel;

namespace ems::console {

class ReasonDialog : public QDialog {
    Q_OBJECT
  public:
    struct Texts {
        QString title;
        QString about;
        QString act;
        QString refrain;
    };
    ReasonDialog(const Theme& theme, const Texts& texts, QStringList usual, QWidget* parent);

    // As written, or the usual one of the digit; empty: none was given.
    [[nodiscard]] QString reason() const;

  public slots:
    void accept() override;

  private:
    void showMeaning();

    QStringList usual_;
    TextField* text_;
    QLabel* meaning_;
};

} // namespace ems::console
