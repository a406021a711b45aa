// Ctrl+F1: how this desk stands with each server, renewed every second; Esc closes it. Nothing under it stops.
#pragma once

#include "console/widgets/desk.h"

#include <QDialog>

namespace ems::console {

class ConnectionView;

class ConnectionWindow : public QDialog {
    Q_OBJECT
  public:
    ConnectionWindow(Desk& desk, QWidget* parent);

  private:
    void renew();

    Desk& desk_;
    ConnectionView* view_;
};

} // namespace ems::console
