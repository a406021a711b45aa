// The patient's numbers, as the vehicle's monitor says them: value, unit, age; "--" where the
// monitor has none, "—" where nothing is measured. A number with a standing alarm is reversed in
// its colour.
#pragma once

#include "console/theme/theme.h"
#include "telemetry/signal/vitals/vital_board.h"
#include "vehicle/terminal/vehicle_socket.h"

#include <QWidget>

namespace ems::terminal {

class PatientPage : public QWidget {
    Q_OBJECT
  public:
    PatientPage(const console::Theme& theme, const VehicleSocket& vehicle,
                QWidget* parent = nullptr);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    struct Tile;
    void paintTile(QPainter& p, const QRectF& box, const Tile& tile,
                   const signal::VitalBoard& board) const;
    const console::Theme& theme_;
    const VehicleSocket& vehicle_;
};

} // namespace ems::terminal
