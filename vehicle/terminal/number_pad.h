// A number by taps: digits, point, take back, and a button that takes the number while it lies in
// its range. What is meant by it the owner says before it is shown.
#pragma once

#include "console/theme/theme.h"
#include "vehicle/terminal/big_button.h"

#include <cstdint>
#include <vector>

#include <QLabel>
#include <QString>
#include <QWidget>

namespace ems::terminal {

// In tenths: 368 is 36.8.
struct NumberRange {
    std::int32_t least{0};
    std::int32_t most{0};
    bool has_tenths{false};
};

class NumberPad : public QWidget {
    Q_OBJECT
  public:
    explicit NumberPad(const console::Theme& theme, QWidget* parent = nullptr);

    // Empty again. `units`: one button takes the number for each ("°C", or "years" and "months").
    void ask(const QString& what, const std::vector<std::pair<QString, NumberRange>>& units);
    void tap(QChar key); // a digit, '.', or '<' that takes the last one back
    [[nodiscard]] BigButton& unitButton(std::size_t index) { return *units_.at(index); }

  signals:
    void taken(std::size_t unit, std::int32_t tenths);
    void left();

  private:
    void refresh();
    [[nodiscard]] std::int32_t tenths() const;

    const console::Theme& theme_;
    QLabel* what_;
    QLabel* shown_;
    std::vector<BigButton*> units_;
    std::vector<NumberRange> ranges_;
    QString typed_;
};

} // namespace ems::terminal
