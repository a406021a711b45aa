// Tiles of one, four or nine cameras of the running cases. Keys while a tile has the focus: 1, 4, 9 the layout, arrows from
// tile to tile, and those of the tile. A large tile covers the area it was given, never the alarm bar.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

#include "console/model/recording_alarm.h"
#include "console/model/video_slots.h"
#include "console/widgets/video_grants.h"
#include "console/widgets/video_numbers.h"
#include "console/widgets/video_tile.h"

#include <QPointer>
#include <QWidget>

namespace ems::console {

class KeyButton;

class VideoWall : public QWidget {
    Q_OBJECT
  public:
    VideoWall(Desk& desk, VideoSources sources, QWidget* parent = nullptr);
    ~VideoWall() override;
    // Over what a large tile is laid; asked each time. Without it a tile stays small.
    void setLargeArea(std::function<QWidget*()> area) { large_area_ = std::move(area); }
    void showTiles(TileLayout layout);
    [[nodiscard]] TileLayout tileLayout() const { return slots_.layout(); }
    [[nodiscard]] VideoTile* tile(std::size_t index) { return tiles_.at(index); }
    [[nodiscard]] VideoTile* largeTile() const { return large_; }
    [[nodiscard]] VideoNumbers* numbers() const { return numbers_; } // beneath it; null: no tile is large
    void focusTile();
    [[nodiscard]] QSize sizeHint() const override { return {316, 204}; }

  signals:
    void countChanged(int cameras); // that send, of running cases

  protected:
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void refresh();
    void checkShown();
    void giveGrants();
    void watchRecordings();
    void place();
    void makeLarge(VideoTile* tile);
    void makeSmall();
    void placeLarge();
    void moveFocus(int columns, int rows);
    VideoTile* makeTile(std::size_t index);

    Desk& desk_;
    VideoSources sources_;
    VideoGrants grants_;
    VideoSlots slots_;
    RecordingAlarm recording_alarm_;
    std::array<VideoTile*, kTilesMax> tiles_{}; // made when the layout first shows them
    std::array<KeyButton*, 3> layouts_{};
    std::function<QWidget*()> large_area_;
    QPointer<QWidget> covered_; // by the large tile
    VideoTile* large_{nullptr};
    QPointer<VideoNumbers> numbers_;
};

} // namespace ems::console
