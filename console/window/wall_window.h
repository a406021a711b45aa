// The wall of the centre, read from six metres and touched by nobody: map, the call that waits longest, units and cases by
// state, figures of the day, townships by coverage. No patient's name; nothing can be ordered from it. When the server is lost
// every panel says so; its clock goes on as this machine's.
#pragma once

#include "console/widgets/desk.h"

#include <QWidget>

namespace ems::map {
struct Scene;
}

namespace ems::console {

class MapView;
class PanelBody;
class PartsView;

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
    void paintFoot(QPainter& p, const QRectF& foot);
    void paintPanel(QPainter& p, const QRectF& box, const QString& caption);
    void paintStopped(QPainter& p, const QRectF& title, const QString& caption);
    [[nodiscard]] QColor ink(Token token) const; // receding when the server is lost
    [[nodiscard]] double unit() const; // pixels of the screen for one of 1920 x 1080

    Desk& desk_;
    MapView* map_;
    PanelBody* map_body_;
    PartsView* parts_; // never shown: it looks
};

} // namespace ems::console
