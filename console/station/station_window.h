// The board of a sub-station, for a wide screen that is read from across the room: the orders of its
// units, its units, the map with its zone. A new order takes the top of the screen and sounds as a
// high alarm until somebody touches "heard", or presses F8 or space; it is put on paper once. A lost
// link sounds as a medium one. Nothing can be ordered here.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "console/station/alarm_band.h"
#include "console/station/order_sheet.h"
#include "console/station/station_board.h"
#include "console/theme/alarm_burst.h"
#include "console/widgets/desk.h"

#include <QAbstractButton>
#include <QStringList>
#include <QTimer>
#include <QWidget>

namespace ems::map {
struct Scene;
}

namespace ems::console {

class MapView;

class StationWindow : public QWidget {
    Q_OBJECT
  public:
    // Where a new order is put on paper; may be empty.
    using Print = std::function<void(const OrderSheet&)>;
    // `scene` may be null; `out` null: mute. All references outlive the window.
    StationWindow(Desk& desk, QString station, const map::Scene* scene, SoundOut* out, Print print);

    [[nodiscard]] bool isLoud() const { return orders_.isLoud() || link_.isLoud(); }
    // What stands in the band of what sounds, a line each; "" none.
    [[nodiscard]] QString alarmText() const;
    [[nodiscard]] QAbstractButton& acknowledgeButton() { return *acknowledge_; }
    [[nodiscard]] QAbstractButton& printButton() { return *print_again_; }
    // Of the paper (console/station/order_paper.h), said in the foot; "" none.
    void setPaperTrouble(const QString& sentence);
    [[nodiscard]] QString footText() const;
    // The hand of a clock never stands: without the centre it is this machine's, and the notes say so.
    [[nodiscard]] QString clockText() const;
    [[nodiscard]] QStringList clockNotes() const;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    void follow();
    void acknowledge();
    void put(const StationCase& order);
    void printNewest();
    void watchLink();
    void arrange();
    void sound();
    // In pixels of 1920 x 1080.
    struct Places {
        QRectF cases;
        QRectF units;
        QRectF map;
    };
    [[nodiscard]] Places places() const;
    struct Alarm {
        Band band;
        std::vector<std::int64_t> orders; // of the rows that are orders
    };
    [[nodiscard]] Alarm alarm() const;
    [[nodiscard]] BandRow orderRow(const StationCase& one) const;
    [[nodiscard]] BandRow linkRow() const;
    [[nodiscard]] QRectF bandBox() const; // of no height while nothing sounds
    [[nodiscard]] bool canPrint() const;
    void place();
    void frameMap();
    void describe();
    [[nodiscard]] QString emptyText() const; // where the cases would be
    void noteShown();
    void paintHead(QPainter& p);
    void paintClock(QPainter& p, const QRectF& head, const QColor& ink);
    void paintCases(QPainter& p, const std::vector<StationCase>& cases, double top);
    void paintCase(QPainter& p, const StationCase& one, double top);
    void paintUnits(QPainter& p);
    void paintFoot(QPainter& p);
    [[nodiscard]] std::int64_t stationId() const;
    [[nodiscard]] double unit() const; // pixels of the screen for one of 1920 x 1080

    Desk& desk_;
    const QString station_;
    MapView* map_;
    QAbstractButton* acknowledge_;
    QAbstractButton* print_again_;
    OrderAlarms orders_;
    LinkAlarm link_;
    std::optional<BurstPlayer> player_; // nothing: mute
    QTimer sounding_;
    Print print_;
    QString trouble_; // of the paper
    std::vector<std::int64_t> framed_; // the station and the cases that the map was framed for
};

} // namespace ems::console
