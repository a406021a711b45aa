// Asks for a reason before something is done: a digit chooses a usual one, words are any other. Nothing is chosen before a
// person does so, and without a reason Enter says that one is needed. What is typed outlives a crash, for the same question alone.
#pragma once

#include "console/widgets/controls.h"

#include <QDialog>
#include <QStringList>

class QLabel;

namespace ems::console {

class KeptField;
class ReasonDrafts;

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

    // What is typed is kept as that of `subject`, until it is answered or given up; what a crash has left of it stands there.
    // The drafts outlive the dialog.
    void keep(ReasonDrafts& drafts, const QString& subject);
    // As written, or the usual one of the digit; empty: none was given.
    [[nodiscard]] QString reason() const;

  public slots:
    void accept() override;
    void done(int result) override;

  protected:
    void keyPressEvent(QKeyEvent* event) override;

  private:
    void showMeaning();

    QStringList usual_;
    TextField* text_;
    QLabel* meaning_;
    KeyButton* refrain_{nullptr};
    ReasonDrafts* drafts_{nullptr};
    KeptField* kept_{nullptr};
    QString subject_;
    QString left_; // by the run before
};

} // namespace ems::console
