// The wall of the centre, read from six metres and touched by nobody: map, the call that waits longest, units and cases by
// state, figures of the day, townships by coverage. No patient's name; nothing can be ordered from it.
#pragma once

#include "console/widgets/desk.h"

#include <QWidget>

namespace ems::map {
struct Scene;
}

namespace ems::console {

class MapView;

class WallWindow : public QWidget {
    Q_OBJECT
  public:
    // `scene` may be null and must outlive the window.
    WallWindow(Desk& desk, const map::Scene* scene);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;

  private:
    void placeMap();
    void paintHead(QPainter& p);
    void paintOldest(QPainter& p, const QRectF& box);
    void paintCounts(QPainter& p, const QRectF& box);
    void paintDay(QPainter& p, const QRectF& box);
    void paintCoverage(QPainter& p, const QRectF& box);
    [[nodiscard]] double unit() const; // pixels of the screen for one of 1920 x 1080

    Desk& desk_;
    MapView* map_;
};

} // namespace ems::console
