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
    // Before the note and struck through: what no longer holds; empty: nothing.
    void setStruck(const QString& words);
    [[nodiscard]] const QString& struck() const { return struck_; }
    // A note that says this is not cut at the button's present width.
    [[nodiscard]] bool noteFits(const QString& note) const;
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
    [[nodiscard]] double scaleFor(qsizetype lines, const QString& note) const;
    void paintNote(QPainter& p, double top, const QString& note, int wanted_px,
                   const QColor& ink) const;

    const console::Theme& theme_;
    Look look_;
    int text_px_;
    QString note_;
    QString struck_;
    QString refusal_;
    int count_{0};
    qint64 bounce_ms_;
    QElapsedTimer since_;
};

// As wide as its place, whatever it says: long words in another language widen no window.
void share_width(BigButton& button);

} // namespace ems::terminal
