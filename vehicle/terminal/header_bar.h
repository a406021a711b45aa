// Top line: unit, state, links in words, clock. Below it the most urgent alarm across the whole
// width; its place is there without one, too, or every button would move under the finger with it.
#pragma once

#include "console/theme/theme.h"
#include "vehicle/terminal/vehicle_socket.h"

#include <QWidget>

namespace ems::terminal {

class HeaderBar : public QWidget {
    Q_OBJECT
  public:
    HeaderBar(const console::Theme& theme, const VehicleSocket& vehicle, const Clock& clock,
              QString unit, QWidget* parent = nullptr);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    [[nodiscard]] QString links() const;
    [[nodiscard]] QString waiting() const;
    const console::Theme& theme_;
    const VehicleSocket& vehicle_;
    const Clock& clock_;
    const QString unit_;
};

class AlarmStrip : public QWidget {
    Q_OBJECT
  public:
    AlarmStrip(const console::Theme& theme, const VehicleSocket& vehicle,
               QWidget* parent = nullptr);
  signals:
    void touched();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

  private:
    void paintNone(QPainter& p) const;
    const console::Theme& theme_;
    const VehicleSocket& vehicle_;
};

// What fills, edges and inks an alarm of a priority.
console::Token alarm_token(wire::Alarm::Priority priority);
// "***", "**", "*".
QString alarm_mark(wire::Alarm::Priority priority);

} // namespace ems::terminal
