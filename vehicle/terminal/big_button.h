// A button for gloved fingers: at least 72 px high (12.3 mm), acts on release inside, shows why it
// cannot act, and takes no second press within 0.4 s, as a bump of the road makes one.
#pragma once

#include "console/theme/theme.h"

#include <QAbstractButton>
#include <QElapsedTimer>

namespace ems::terminal {

// wanted: dashed, something is missing; marked: one of several that are chosen; warning: what it
// does has no effect, seen under the finger, too.
enum class Look { plain, main, page, chosen_page, wanted, marked, warning };

class BigButton : public QAbstractButton {
    Q_OBJECT
  public:
    BigButton(const console::Theme& theme, Look look, int text_px, QWidget* parent = nullptr);
    void setLook(Look look);
    // Small second line; empty: none.
    void setNote(const QString& note);
    [[nodiscard]] const QString& note() const { return note_; }
    // A number on the button; 0: none.
    void setCount(int count);
    // Why it cannot act now; empty: it can.
    void setRefusal(const QString& why);
    // Of a key that is typed with: only what no finger can do twice is a bump.
    void takeQuickTaps();
    [[nodiscard]] QSize sizeHint() const override;

  signals:
    void pressedWhole();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void nextCheckState() override;

  private:
    const console::Theme& theme_;
    Look look_;
    int text_px_;
    QString note_;
    QString refusal_;
    int count_{0};
    qint64 bounce_ms_;
    QElapsedTimer since_;
};

} // namespace ems::terminal
