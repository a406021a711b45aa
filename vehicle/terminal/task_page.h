// The order as large as it goes: level, complaint, patient, place, way, note, destination, and since
// when it stands; beside it the whole way on the map, where there is one. Without an order: where
// the centre wants it to wait, or that the unit stands by, and the centre's notes.
#pragma once

#include "console/theme/theme.h"
#include "vehicle/terminal/vehicle_socket.h"
#include "vehicle/terminal/way_map.h"
#include "vehicle/terminal/way_worker.h"

#include <functional>
#include <vector>

#include <QString>
#include <QWidget>

namespace ems::terminal {

class TaskPage : public QWidget {
    Q_OBJECT
  public:
    // All references outlive it.
    TaskPage(const console::Theme& theme, const VehicleSocket& vehicle, const WayWorker& way,
             const Clock& clock, QWidget* parent = nullptr);
    [[nodiscard]] WayMap& map() { return *map_; }
    // The caller's number as it stands there, from the order to the handover; empty: none does.
    [[nodiscard]] static QString caller(const vehicle::Status& status);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void refresh();
    struct Column;
    struct Cell {
        QString caption;
        QString value;
    };
    void paintBanner(QPainter& p, const vehicle::Status& status) const;
    void paintPostingBanner(QPainter& p, const vehicle::Status& status) const;
    // What stands below the banner; false: not all of it stands there at this scale.
    bool paintOrder(QPainter& p, const vehicle::Status& status, double scale) const;
    bool paintPosting(QPainter& p, const vehicle::Status& status, double scale) const;
    bool paintStandBy(QPainter& p, const vehicle::Status& status, double scale) const;
    void paintCaller(Column& at, const vehicle::Status& status, double scale) const;
    void paintCells(Column& at, const std::vector<Cell>& cells, double scale) const;
    bool paintNotes(Column& at, const vehicle::Status& status, double scale) const;
    [[nodiscard]] std::vector<Cell> cells(const vehicle::Status& status) const;
    [[nodiscard]] double
    fittingScale(const std::function<bool(QPainter& p, double scale)>& paint) const;
    const console::Theme& theme_;
    const VehicleSocket& vehicle_;
    const WayWorker& way_;
    const Clock& clock_;
    WayMap* map_;
};

} // namespace ems::terminal
