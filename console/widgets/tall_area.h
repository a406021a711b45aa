// A column that scrolls up and down where the screen is lower than it, and never sideways. What stands first in it is never
// cut: the area is at least as tall.
#pragma once

#include <QScrollArea>

namespace ems::console {

class TallArea : public QScrollArea {
    Q_OBJECT
  public:
    // Takes `content`, which has a layout; `first` is the top one in it.
    TallArea(QWidget* content, QWidget* first, QWidget* parent = nullptr);
    [[nodiscard]] QSize minimumSizeHint() const override;
    // To the end, and from there back to the beginning.
    void turn();

  signals:
    // Whether something of it is out of sight.
    void turnable(bool can);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    QWidget* first_;
};

} // namespace ems::console
