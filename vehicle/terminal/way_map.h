// The roads about the vehicle, its way, its next turn and the place it drives to. North up or with
// the course up, about the vehicle or the whole way; a finger moves it until "back" is touched.
#pragma once

#include "console/map_paint/map_layer.h"
#include "console/theme/theme.h"
#include "vehicle/terminal/vehicle_socket.h"
#include "vehicle/terminal/way_worker.h"

#include <memory>

#include <QWidget>

namespace ems::terminal {

class WayMap : public QWidget {
    Q_OBJECT
  public:
    enum class Shows { vehicle, whole_way, chosen }; // chosen: where a finger moved it to
    enum class Up { north, course };
    // What of it is left free for buttons of its owner.
    enum class Rim { plain, buttons_at_right };

    // All references outlive it.
    WayMap(const console::Theme& theme, const VehicleSocket& vehicle, const WayWorker& way, Rim rim,
           QWidget* parent = nullptr);

    void setShows(Shows what);
    void setUp(Up up);
    // Above 1 enlarges.
    void zoom(double factor);
    [[nodiscard]] Shows shows() const { return shows_; }
    [[nodiscard]] Up up() const { return up_; }
    [[nodiscard]] const console::MapCamera& camera() const { return camera_; }
    // What the map says of itself, e.g. that its roads are no real ones; empty: nothing.
    [[nodiscard]] QString note() const;
    // The newest ground is on the screen as it should be.
    [[nodiscard]] bool isDrawn() const;

  signals:
    void showsChanged();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

  private:
    void place();
    void request();
    void paintGround(QPainter& p) const;
    void paintPlaces(QPainter& p) const;
    void paintWay(QPainter& p) const;
    void paintSigns(QPainter& p) const;
    void paintTurn(QPainter& p) const;
    double standAtGround(QPainter& p) const;
    void paintTarget(QPainter& p) const;
    void paintVehicle(QPainter& p) const;
    void paintMarks(QPainter& p) const;
    [[nodiscard]] QPointF at(map::Wgs84 where) const;

    const console::Theme& theme_;
    const VehicleSocket& vehicle_;
    const WayWorker& way_;
    console::MapLayer layer_;
    console::MapCamera camera_;
    Shows shows_{Shows::vehicle};
    Up up_{Up::north};
    double right_px_; // kept free
    double near_px_per_km_;
    double course_deg_{0}; // the last one it drove
    QPointF finger_;
};

} // namespace ems::terminal
