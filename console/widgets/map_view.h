// The map: ground from MapLayer, and over it routes, stations, hospitals, units, incidents, labels. North up, WGS-84.
// Keys: Home the whole district, + and - zoom, arrows pan; mouse: drag, wheel, click an incident, double click a place.
#pragma once

#include <memory>
#include <vector>

#include "console/model/declutter.h"
#include "console/model/map_camera.h"
#include "console/widgets/desk.h"
#include "console/widgets/map_layer.h"

#include <QHash>
#include <QWidget>

namespace ems::console {

class KeyButton;

class MapView : public QWidget {
    Q_OBJECT
  public:
    explicit MapView(Desk& desk, QWidget* parent = nullptr);
    ~MapView() override;

    // The scene must outlive the view.
    void setScene(const map::Scene* scene);
    [[nodiscard]] const MapCamera& camera() const { return camera_; }
    [[nodiscard]] bool hasGround() const { return !layer_.newest().image.isNull(); }
    void showAll();
    // Brings the selected incident, its unit and its way into view.
    void showSelected();

  signals:
    void placePicked(double lat, double lon);
    // A frame with at least one unit on it has been painted.
    void unitPainted();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    [[nodiscard]] GeoBox selectedBox() const;
    [[nodiscard]] std::vector<GeoPoint> cutSymbols() const;
    [[nodiscard]] QPointF besideIncident(QPointF where) const;
    struct Label {
        QString text;
        QString detail; // second line, of a box
        QPointF anchor;
        double reach{10}; // from the anchor to the label
        bool boxed{false};
        bool bold{false};
        int px{13};
        Token token{Token::m_label};
    };
    void moved();
    void paintGround(QPainter& p);
    void paintRoutes(QPainter& p);
    void paintRoute(QPainter& p, const api::Candidate& candidate, const api::Unit* unit, bool chosen);
    void paintSites(QPainter& p);
    int paintUnits(QPainter& p);
    void paintIncidents(QPainter& p);
    void paintLabels(QPainter& p);
    void addPlaceLabels();
    void paintLabel(QPainter& p, const Label& label, const LabelBox& box);
    void paintFurniture(QPainter& p);
    void paintOverview(QPainter& p);
    void addLabel(LabelRank rank, Label label);
    [[nodiscard]] const QPixmap& haloText(const QString& text, int px, bool bold, Token token);
    [[nodiscard]] QString selectedDetail() const;
    [[nodiscard]] QPointF at(const api::Place& place) const;
    [[nodiscard]] bool isShown(QPointF point) const;
    void noteSelection();

    Desk& desk_;
    MapLayer layer_;
    const map::Scene* scene_{nullptr};
    MapCamera camera_;
    bool home_done_{false};
    KeyButton* routes_on_;
    KeyButton* names_on_;
    std::vector<KeyButton*> right_buttons_;
    std::vector<Label> labels_;
    std::vector<LabelRequest> requests_;
    std::vector<LabelBox> taken_;
    QHash<QString, QPixmap> text_cache_;
    QImage overview_;
    MapCamera overview_camera_;
    ThemeMode overview_mode_{ThemeMode::night};
    QPoint drag_from_;
    bool dragging_{false};
    QString framed_for_; // what showSelected() last framed, so a person's panning is left alone
};

} // namespace ems::console
