// A button that is read and hit from a step away: one line of large text on the one inverse fill,
// or outlined.
#pragma once

#include "console/theme/theme.h"

#include <QAbstractButton>

namespace ems::console {

class BoardButton : public QAbstractButton {
    Q_OBJECT
  public:
    enum class Kind { main, plain };
    BoardButton(const Theme& theme, Kind kind, const QString& text, QWidget* parent);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    const Theme& theme_;
    Kind kind_;
};

} // namespace ems::console
