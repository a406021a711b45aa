// A ruler of 100 mm to hold a real one against. The arrow keys make it longer and shorter until both agree; Enter keeps that for
// the screen and the user, Delete goes back to what the screen says of itself. Until then the ECG says "mm nominal".
#pragma once

#include "console/widgets/screen_mm.h"

#include <QDialog>

namespace ems::console {

class RulerWindow : public QDialog {
    Q_OBJECT
  public:
    static constexpr double kLengthMm = 100;
    // Of the screen that shows `of`, which it opens on.
    RulerWindow(Desk& desk, const QWidget& of, QWidget* parent);
    // From the first line to the last.
    [[nodiscard]] double lengthPx() const { return px_per_mm_ * kLengthMm; }

  protected:
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    void keep();
    void lengthen(double px);
    Desk& desk_;
    std::string screen_;
    double nominal_px_;
    double px_per_mm_;
    MmSource source_;
};

} // namespace ems::console
