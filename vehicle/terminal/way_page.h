// What to do next on the way and when the vehicle arrives, over the map. Without a map: why, and
// where the place lies in a straight line.
#pragma once

#include "console/theme/theme.h"
#include "vehicle/terminal/big_button.h"
#include "vehicle/terminal/vehicle_socket.h"
#include "vehicle/terminal/way_map.h"
#include "vehicle/terminal/way_worker.h"

#include <QWidget>

namespace ems::terminal {

class WayPage : public QWidget {
    Q_OBJECT
  public:
    // All references outlive it.
    WayPage(const console::Theme& theme, const VehicleSocket& vehicle, const WayWorker& way,
            const Clock& clock, QWidget* parent = nullptr);

    // One sentence of what the board shows.
    [[nodiscard]] QString said() const;
    [[nodiscard]] WayMap& map() { return *map_; }
    [[nodiscard]] BigButton& upButton() { return *up_; }
    [[nodiscard]] BigButton& wholeButton() { return *whole_; }

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void refresh();
    void paintTurns(QPainter& p, const Guidance& guidance) const;
    void paintArrival(QPainter& p, const Guidance& guidance) const;
    void paintStraight(QPainter& p, const QString& why) const;
    [[nodiscard]] QString silence() const;
    [[nodiscard]] QColor ink(console::Token token) const;
    // Why there is no way on the screen; empty: there is one.
    [[nodiscard]] QString whyNone() const;

    const console::Theme& theme_;
    const VehicleSocket& vehicle_;
    const WayWorker& way_;
    const Clock& clock_;
    WayMap* map_;
    BigButton* larger_;
    BigButton* smaller_;
    BigButton* up_;
    BigButton* whole_;
};

} // namespace ems::terminal
