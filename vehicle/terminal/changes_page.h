// What the centre changed of what this screen showed, line by line with what counts, and one button
// that says it is read; after an outage of the link also what has become of the crew's own presses
// and entries. In place of the task until then.
#pragma once

#include "console/theme/theme.h"
#include "vehicle/terminal/big_button.h"
#include "vehicle/terminal/vehicle_socket.h"

#include <array>

#include <QLabel>
#include <QWidget>

namespace ems::terminal {

class ChangesPage : public QWidget {
    Q_OBJECT
  public:
    // All references outlive it.
    ChangesPage(const console::Theme& theme, VehicleSocket& vehicle, QWidget* parent = nullptr);
    [[nodiscard]] BigButton& seenButton() { return *seen_; }
    // As it is shown, line by line.
    [[nodiscard]] QStringList lines() const;

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void refresh();
    void sizeTexts();
    [[nodiscard]] static QString title(const vehicle::AfterOutage& news);
    [[nodiscard]] QString own(const vehicle::AfterOutage& news) const;
    [[nodiscard]] int rowHigh() const;

    const console::Theme& theme_;
    VehicleSocket& vehicle_;
    QLabel* title_;
    std::array<QLabel*, 4> rows_{}; // the newest
    QLabel* own_;
    BigButton* seen_;
};

} // namespace ems::terminal
