// NEWS2 of the patient aboard: the total or the least it can be, how it is banded, in bars and a word, and which items
// nobody has said yet, dashed as in the form that asks for them. A score is no alarm and wears no colour of one.
#pragma once

#include "console/theme/theme.h"
#include "vehicle/terminal/patient_aboard.h"

#include <QColor>
#include <QCoreApplication>
#include <QRectF>
#include <QString>
#include <QStringList>

class QPainter;
class QWidget;

namespace ems::terminal {

class News2Tile {
    Q_DECLARE_TR_FUNCTIONS(ems::terminal::News2Tile)
  public:
    enum class Word { now, of_then }; // of_then: the vehicle is silent
    // Of a page that paints; both outlive it.
    News2Tile(const QWidget& page, const console::Theme& theme, News2Aboard aboard, Word word);

    void paint(QPainter& p, const QRectF& box) const;
    [[nodiscard]] QString spoken() const;

  private:
    [[nodiscard]] QString total() const; // "≥ 9"
    [[nodiscard]] QString band() const;  // "9–15 at least high", or why there is none
    [[nodiscard]] QStringList missing() const;
    void paintMissing(QPainter& p, const QRectF& room) const;
    void paintBars(QPainter& p, const QRectF& box) const;

    const QWidget& page_;
    const console::Theme& theme_;
    News2Aboard aboard_;
    QColor ink_;
    QColor second_;
};

} // namespace ems::terminal
