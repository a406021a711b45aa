// The map: ground from MapLayer, and over it routes, stations, hospitals, units, incidents, labels. North up, WGS-84.
// Keys: Home the whole district, + and - zoom, arrows pan, M measures, L draws a road, G follows the selected unit, Z
// shows the zones of the stations, C coverage, R routes, V villages, T trails, Esc ends a tool; mouse: drag, wheel, click an incident or a unit, double click a place.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "console/map_paint/declutter.h"
#include "console/map_paint/map_camera.h"
#include "console/model/rows.h"
#include "console/theme/unit_sprites.h"
#include "console/widgets/command_bar.h"
#include "console/widgets/desk.h"
#include "console/map_paint/map_layer.h"

#include <QHash>
#include <QLineF>
#include <QRegion>
#include <QWidget>

namespace ems::console {

class KeyButton;

// measure: clicks add points of a line whose length is shown; draw: of a way or, closed on its first point, an area that is
// then given to a command.
enum class MapTool { none, measure, draw };

class MapView : public QWidget {
    Q_OBJECT
  public:
    explicit MapView(Desk& desk, QWidget* parent = nullptr);
    ~MapView() override;

    // The scene must outlive the view.
    void setScene(const map::Scene* scene);
    [[nodiscard]] const MapCamera& camera() const { return camera_; }
    // The ground on the screen, the overview's too, is that of this view and theme: nothing of it is moved, stretched or missing.
    [[nodiscard]] bool hasGround() const;
    // Pixels of the screen for one of the map's own, in which camera and boxes count: above 1 for a wall, where all of it is drawn larger.
    [[nodiscard]] double enlarged() const { return enlarged_; }
    // Where coverage and what the choice uncovers are told; empty where nothing is.
    [[nodiscard]] QRectF told() const { return consequenceBox(consequences()); }
    // Where the label of the chosen case was painted last; empty where it was not.
    [[nodiscard]] QRectF chosenLabel() const { return chosen_label_; }
    // Where the other labels stand.
    [[nodiscard]] const std::vector<QRectF>& otherLabels() const { return other_labels_; }
    // Where the scale bar and what is said beside it stand: at the foot, or above the sign of a station or hospital there.
    [[nodiscard]] QRectF scaleBox() const;
    void showAll();
    // Brings the selected incident, its unit and its way into view.
    void showSelected();
    void lookAt(GeoPoint place, const QString& name);
    // The same, with all of `box` in view.
    void lookAround(GeoPoint place, const QString& name, const GeoBox& box);
    // All of `box`, without a mark.
    void lookOver(const GeoBox& box);
    void lookAtUnit(std::int64_t unit_id);
    // The map stays about this unit until somebody pans; 0 ends it.
    void follow(std::int64_t unit_id);
    [[nodiscard]] std::int64_t followed() const { return followed_; }
    void startTool(MapTool tool);
    [[nodiscard]] MapTool tool() const { return tool_; }
    // What a line of the command line may use.
    [[nodiscard]] MapMarks marks() const;
    // The way of a unit to a case or a hospital, and its time; asked again while the unit moves.
    void askRoute(std::int64_t unit_id, std::int64_t incident_id, std::int64_t hospital_id);
    // An area reached in so many minutes, over the ground; false while not connected.
    bool showReach(const api::ClientFrame& question);
    [[nodiscard]] const MapOverlay& overlay() const { return *overlay_; }
    void showZones();
    // For a wall that nobody touches: no buttons, no advice, no datum; zones and coverage as they are; larger, to be read from across a room.
    void showForWall();

  signals:
    // A text for the command line: the person completes it.
    void commandBegun(QString text);
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
    // Of the map's own pixels; width() and height() are the screen's.
    [[nodiscard]] int mapWidth() const;
    [[nodiscard]] int mapHeight() const;
    [[nodiscard]] QRect mapRect() const { return {0, 0, mapWidth(), mapHeight()}; }
    void enlarge();
    void moved();
    void movedByHand();
    void zoomBy(double factor);
    [[nodiscard]] QRectF groundBox() const;
    void paintGround(QPainter& p);
    void paintSigns(QPainter& p);
    void paintRoutes(QPainter& p);
    void paintRoute(QPainter& p, const api::Candidate& candidate, const api::Unit* unit, bool chosen);
    void paintLine(QPainter& p, const QPolygonF& line, bool chosen);
    void paintRunning(QPainter& p, const api::Unit& unit);
    void paintTrails(QPainter& p);
    void paintTrail(QPainter& p, const api::Unit& unit);
    void paintTool(QPainter& p);
    void paintMoveUp(QPainter& p);
    [[nodiscard]] QStringList consequences() const;
    [[nodiscard]] QRectF consequenceBox(const QStringList& lines) const;
    [[nodiscard]] QRectF toldPlace(const QStringList& lines, int place) const;
    [[nodiscard]] std::vector<QPointF> symbolPoints() const;
    [[nodiscard]] std::vector<QLineF> wayLines() const;
    void placeConsequences(const QStringList& lines);
    void paintConsequences(QPainter& p);
    void toolClick(GeoPoint point);
    bool toolKey(int key);
    void keepReach();
    void keepRoute();
    void takeAnswer(const api::ServerFrame& frame);
    void renewOverlay();
    [[nodiscard]] std::string zonesForm() const;
    void addZoneLabels();
    void paintAccuracy(QPainter& p);
    void paintSites(QPainter& p);
    int paintUnits(QPainter& p);
    // A unit's symbol as it is painted, and what its label needs.
    struct PaintedUnit {
        const PlacedUnit* placed;
        QPointF where;
        LabelRank rank;
        SymbolLook look;
        std::int64_t unit_id; // of the last frame `placed` may be gone
    };
    [[nodiscard]] std::optional<std::int64_t> unitAt(QPointF where) const;
    void placeSymbols();
    [[nodiscard]] QPointF besidePile(QPointF where, const PlacedUnit& placed);
    void addUnitLabels();
    void addUnitLabel(const PaintedUnit& painted);
    [[nodiscard]] bool hasRoomForLabel(QPointF where) const;
    void paintIncidents(QPainter& p);
    void paintLabels(QPainter& p);
    void takeChosenPlace();
    void addPlaceLabels();
    void takeRoadTexts();
    std::vector<std::optional<std::size_t>> placeLabels();
    void paintLabel(QPainter& p, const Label& label, const LabelBox& box);
    void paintLeader(QPainter& p, const Label& label, const LabelBox& box);
    void paintFurniture(QPainter& p);
    [[nodiscard]] bool hasOverview() const;
    [[nodiscard]] QString networkNote() const;
    [[nodiscard]] QRectF networkBox() const;
    void renewOverview();
    void paintOverview(QPainter& p);
    void addLabel(LabelRank rank, Label label);
    [[nodiscard]] bool isWhole(const LabelBox& box) const; // clear of the edges of the map
    // Texts are dearer than anything else on the map: each is painted once.
    [[nodiscard]] const QPixmap& haloText(const Label& label);
    [[nodiscard]] const QPixmap& boxedText(const Label& label, QSize size);
    template <class Paint> const QPixmap& cachedText(const QString& key, QSize size, Paint&& paint);
    [[nodiscard]] double textWidth(const QString& text, int px, Weight weight);
    [[nodiscard]] static Weight weightOf(const Label& label);
    [[nodiscard]] QString selectedDetail() const;
    [[nodiscard]] QPointF at(const api::Place& place) const;
    [[nodiscard]] bool isShown(QPointF point) const;
    void noteSelection();

    Desk& desk_;
    MapLayer layer_;
    const map::Scene* scene_{nullptr};
    MapCamera camera_;
    bool home_done_{false};
    int told_at_{0}; // which of toldPlace(): 0 below the buttons, 1 above the scale bar, 2 and 3 the same at the right
    KeyButton* cover_on_;
    KeyButton* routes_on_;
    KeyButton* trails_on_;
    KeyButton* names_on_;
    KeyButton* zones_on_;
    std::vector<KeyButton*> right_buttons_;
    bool for_wall_{false};
    double enlarged_{1};
    std::vector<Label> labels_;
    std::vector<LabelRequest> requests_;
    std::size_t place_labels_from_{0}; // those before are of units, cases and stations
    QRectF chosen_label_;
    std::vector<QRectF> other_labels_;
    TakenBoxes taken_{1, 1};
    QHash<QString, QPixmap> text_cache_;
    QHash<QString, double> width_cache_;
    qreal cached_ratio_{1};
    UnitSprites sprites_;
    UnitSprites overview_sprites_;
    PlacedUnits all_placed_;
    // Of the frame being painted; those that grow with the fleet keep their memory for the next one.
    std::span<const PlacedUnit> placed_;
    QRegion painted_part_;
    std::vector<PaintedUnit> painted_;
    std::vector<UnitSymbol> symbols_;
    std::vector<int> piles_;
    std::vector<UnitSymbol> overview_symbols_;
    MapLayer overview_layer_;
    MapCamera overview_camera_;
    QPoint drag_from_; // where the grip began, then where it is
    bool dragging_{false};
    bool panned_{false}; // the grip has moved too far for a click
    MapTool tool_{MapTool::none};
    std::vector<GeoPoint> drawn_;
    bool drawn_is_area_{false};
    std::optional<GeoPoint> here_;
    QString here_name_;
    std::int64_t followed_{0};
    // ground overlay: what the worker draws
    std::shared_ptr<const MapOverlay> overlay_;
    std::optional<api::Isochrones> cover_;  // of all units
    std::optional<api::Isochrones> reach_;  // asked for
    std::uint64_t cover_asked_{0};
    std::uint64_t reach_asked_{0};
    std::int64_t cover_for_us_{0};          // computed_us of the coverage that cover_ belongs to
    std::int64_t cover_tried_us_{0};
    std::int64_t cover_got_us_{0};          // by this machine's clock
    std::string overlay_form_;              // what overlay_ was made of
    // the way of a running unit
    struct Running {
        std::int64_t unit_id{0};
        std::int64_t incident_id{0};
        std::int64_t hospital_id{0};
        api::RouteAnswer answer;
        std::int64_t asked_us{0};
        std::uint64_t asked{0};
        bool has_answer{false};
        std::int64_t asked_for_us{0}; // Assignment.way_since_us then
        bool is_named{false};         // a person asked for it by its name, and is told why there is none
    };
    Running running_;
    // What the view is of. One moved by hand stays until the district is asked for or another case chosen.
    enum class Framed { district, chosen, by_hand };
    Framed framed_{Framed::district};
    QString framed_for_; // what noteSelection() last framed or left to the hand
    std::int64_t framed_incident_{0};
};

} // namespace ems::console
