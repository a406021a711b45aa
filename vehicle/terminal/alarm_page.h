// Every alarm that stands on board, the most urgent first, with what the crew may do about it. The
// centre is told of each alarm all the same. At its foot how the terminal sounds, and how large it writes.
#pragma once

#include "console/theme/theme.h"
#include "vehicle/terminal/big_button.h"
#include "vehicle/terminal/text_choice.h"
#include "vehicle/terminal/vehicle_socket.h"

#include <vector>

#include <QWidget>

namespace ems::terminal {

class AlarmPage : public QWidget {
    Q_OBJECT
  public:
    AlarmPage(const console::Theme& theme, VehicleSocket& vehicle, QWidget* parent = nullptr);
    // The owner changes the size, and shows it here.
    [[nodiscard]] BigButton& textButton() { return *text_; }
    void showTextSize(const TextChoice& text);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void refresh();
    const console::Theme& theme_;
    VehicleSocket& vehicle_;
    // One for each row that is seen. A row never moves while a button of it is down.
    std::vector<BigButton*> acknowledge_;
    std::vector<std::string> codes_;
    BigButton* pause_;
    BigButton* sound_again_;
    BigButton* text_;
};

} // namespace ems::terminal
