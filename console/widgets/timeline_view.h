// The eleven stages of the selected incident, and below a lane per open incident around the present. Left and Right choose a
// stage, Enter begins the command that puts its time right, B the one that writes a note. Notes of the case stand at the right.
#pragma once

#include <array>

#include "console/model/rows.h"
#include "console/widgets/desk.h"
#include "console/widgets/room.h"
#include "console/widgets/spoken.h"

#include <QWidget>

namespace ems::console {

class NotesView;

class TimelineView : public QWidget, public Spoken {
    Q_OBJECT
  public:
    explicit TimelineView(Desk& desk, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override { return {900, 120}; }
    // In one row no lanes and no notes; of the stages those about the present one where not all have room.
    void setRoom(Room room);
    [[nodiscard]] int spokenCount() override;
    [[nodiscard]] SpokenPart spokenPart(int index) override;
    [[nodiscard]] int spokenCurrent() override { return chosen_; }
    void pressSpoken(int index) override;

  signals:
    void commandBegun(QString text);

  protected:
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

  private:
    void paintStages(QPainter& p) const;
    [[nodiscard]] std::array<StageCell, kStageCount> cells(const api::Incident& incident) const;
    // Side by side, or in rows where they would be too narrow for a time.
    [[nodiscard]] QRectF stageBox(std::size_t stage) const;
    [[nodiscard]] int stagesPerRow() const;
    [[nodiscard]] int firstStage() const; // shown
    void paintMore(QPainter& p) const;
    [[nodiscard]] int stagesHeight() const;
    [[nodiscard]] bool isNarrow() const;
    void paintStage(QPainter& p, const QRectF& box, Stage stage, const StageCell& cell) const;
    void paintLanes(QPainter& p, const QRectF& box) const;
    void paintLane(QPainter& p, const QRectF& box, const QueueRow& row, double now_x, double px_per_us) const;
    void paintForecast(QPainter& p, const QRectF& box, ems::wire::UnitState state) const;
    [[nodiscard]] QRect lanesBox() const;

    Desk& desk_;
    NotesView* notes_;
    int chosen_{-1}; // stage; -1: none
    Room room_{Room::ample};
};

} // namespace ems::console
