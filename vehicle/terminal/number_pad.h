// A number by taps: digits, point, take back, and a button that takes the number while it lies in
// its range. What is meant by it, and whether there is an entry that can be withdrawn, the owner
// says before it is shown.
#pragma once

#include "console/theme/theme.h"
#include "vehicle/terminal/big_button.h"

#include <cstdint>
#include <vector>

#include <QLabel>
#include <QString>
#include <QWidget>

namespace ems::terminal {

enum class NumberForm : std::uint8_t {
    whole,
    tenths,
    clock, // 1420 is twenty past two; its range is the day
};

// In tenths: 368 is 36.8.
struct NumberRange {
    std::int32_t least{0};
    std::int32_t most{0};
    NumberForm form{NumberForm::whole};
};

class NumberPad : public QWidget {
    Q_OBJECT
  public:
    explicit NumberPad(const console::Theme& theme, QWidget* parent = nullptr);

    // Empty again. `units`: one button takes the number for each ("°C", or "years" and "months").
    // `stands`: the entry as it stands, which can be withdrawn; empty: none does.
    void ask(const QString& what, const std::vector<std::pair<QString, NumberRange>>& units,
             const QString& stands);
    void tap(QChar key); // a digit, '.', or '<' that takes the last one back
    [[nodiscard]] bool isBegun() const { return !typed_.isEmpty(); }
    [[nodiscard]] BigButton& unitButton(std::size_t index) { return *units_.at(index); }
    [[nodiscard]] BigButton& withdrawButton() { return *withdraw_; }

  signals:
    // Of a clock the digits: 14200 is twenty past two.
    void taken(std::size_t unit, std::int32_t tenths);
    void withdrawn();
    void left();

  private:
    void refresh();
    [[nodiscard]] std::int32_t tenths() const;

    const console::Theme& theme_;
    QLabel* what_;
    QLabel* shown_;
    BigButton* withdraw_{nullptr};
    std::vector<BigButton*> units_;
    std::vector<NumberRange> ranges_;
    QString typed_;
};

} // namespace ems::terminal
