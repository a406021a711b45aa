// Sentences to the crew between the buttons: what stands (no loudspeaker) and, below it for some
// seconds, what was just refused. Its size is its place's, never its text's: a long sentence must
// not push a button under a finger. The owner words them.
#pragma once

#include "console/theme/theme.h"

#include <QLabel>
#include <QString>
#include <QTimer>
#include <QWidget>

namespace ems::terminal {

class NoticeBoard : public QWidget {
  public:
    explicit NoticeBoard(QWidget* parent = nullptr);
    // Until it is said anew; empty: nothing stands.
    void setStanding(const QString& sentence);
    // For a few seconds.
    void say(const QString& sentence);

  protected:
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void arrange();
    QLabel* standing_;
    QLabel* said_;
    QTimer said_until_;
};

} // namespace ems::terminal
