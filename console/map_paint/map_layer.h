// Draws the ground of the map (areas, roads, outline) into an image on its own thread. Only the newest request counts;
// the screen shows the last image, moved and scaled, until the next is there. Names of roads are part of it, those of
// places are not.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "console/map_paint/map_camera.h"
#include "console/map_paint/map_overlay.h"
#include "console/theme/tokens.h"
#include "map/scene/scene.h"

#include <QImage>
#include <QObject>
#include <QRectF>

class QPainter;

namespace ems::console {

struct MapImage {
    QImage image;
    QImage nameless; // the same without names, for another scale: text is not stretched
    MapCamera camera; // what it shows
    ThemeMode mode{ThemeMode::night};
    std::vector<QRectF> signs; // numbers of roads, in pixels of the camera
    std::vector<QRectF> names; // and their names, a box for each character
};

// The signs of the picture once more, over a way that was painted on it. The painter stands at the picture's corner and paints at its scale.
void paint_signs(QPainter& p, const MapImage& ground);

// Pure: the ground of one view, without any name. `pixel_ratio`: pixels of the picture for one of the camera, above 0;
// lines grow with it.
QImage draw_ground(const map::Scene& scene, const MapCamera& camera, ThemeMode mode, double pixel_ratio = 1);

// With and without the names of roads; any thread, once there is an application.
// `scene` may be null: an empty ground with the overlay.
MapImage draw_map(const map::Scene* scene, const MapOverlay& overlay, const MapCamera& camera, ThemeMode mode,
                  double pixel_ratio = 1);

class MapLayer : public QObject {
    Q_OBJECT
  public:
    explicit MapLayer(QObject* parent = nullptr);
    ~MapLayer() override;
    // The scene must outlive the layer. Null: an empty ground.
    void setScene(const map::Scene* scene);
    // Of the pictures from the next request on: a screen that is read from farther away draws all of it larger.
    void setPixelRatio(double pixel_ratio);
    void request(const MapCamera& camera, ThemeMode mode, std::shared_ptr<const MapOverlay> overlay);
    [[nodiscard]] const MapImage& newest() const { return shown_; }
    // The newest picture is the one asked for last, and of this view: nothing of it has to be moved, stretched or left out.
    [[nodiscard]] bool isDrawn(const MapCamera& camera, ThemeMode mode) const;

  signals:
    void rendered();

  private:
    struct Job {
        const map::Scene* scene;
        MapCamera camera;
        ThemeMode mode;
        std::shared_ptr<const MapOverlay> overlay; // never changed once made: read by the worker
        double pixel_ratio;
        std::uint64_t number;
    };
    struct Done {
        MapImage image;
        std::uint64_t number;
    };
    void run();
    void take();

    const map::Scene* scene_{nullptr};
    double pixel_ratio_{1};
    MapImage shown_;
    std::uint64_t asked_{0};
    std::uint64_t shown_number_{0};
    std::mutex mutex_;
    std::condition_variable ready_;
    std::optional<Job> next_;
    std::optional<Done> done_;
    bool stop_{false};
    std::thread thread_;
};

} // namespace ems::console
