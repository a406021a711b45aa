// F1: every key and every verb of the command line on one page, over the desk. Any key closes it; nothing under it
// changes. T goes on to the walk around the desk, Ctrl+F1 to the connection.
#pragma once

#include "console/theme/theme.h"

#include <QDialog>

namespace ems::console {

class HelpView : public QDialog {
    Q_OBJECT
  public:
    HelpView(const Theme& theme, QWidget* parent);

  signals:
    void tourWanted();
    void connectionWanted();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    const Theme& theme_;
};

} // namespace ems::console
