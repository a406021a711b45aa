// The place of the physician's orders and of the pre-alert to the hospital: until the centre carries them, one sentence that says
// what will stand here, and one what to do today. Of one size whatever is chosen, as high as its sentences, so that the sweep keeps its room.
#pragma once

#include "console/widgets/desk.h"
#include "console/widgets/room.h"

#include <QWidget>

namespace ems::console {

class OrdersPlace : public QWidget {
    Q_OBJECT
  public:
    explicit OrdersPlace(Desk& desk, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }
    // In one row what to do today alone.
    void setRoom(Room room);
    // How high both sentences stand at a width.
    [[nodiscard]] static int textHeight(int width);
    // As they are spoken too.
    [[nodiscard]] static QString whatComes();
    [[nodiscard]] static QString whatToDo();

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    Desk& desk_;
    Room room_{Room::ample};
};

} // namespace ems::console
