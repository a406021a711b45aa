// The caller's number and the patient's name of an open case while they stand open: digits to dial from, and for how long still.
// No field, no draft and no log of this machine has them; nothing is left of them when they are masked again.
#pragma once

#include <chrono>
#include <optional>

#include "console/theme/theme.h"
#include "dispatch/contract/api.pb.h"
#include "telemetry/base/clock.h"

#include <QWidget>

namespace ems::console {

inline constexpr std::chrono::seconds kIdentityShownFor{60};

class IdentityShown : public QWidget {
    Q_OBJECT
  public:
    // A narrow one has the name in a second row.
    [[nodiscard]] static int heightFor(int width);

    IdentityShown(const Theme& theme, QWidget* parent);

    void open(const api::Identity& identity, double now_s);
    // Masks when the time is over.
    void follow(double now_s);
    void mask();
    [[nodiscard]] bool isOpen() const { return identity_.has_value(); }
    // As it stands there; empty: masked.
    [[nodiscard]] QString text() const;
    [[nodiscard]] int secondsLeft() const { return seconds_left_; }

  signals:
    void masked();

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    [[nodiscard]] QString number() const;

    const Theme& theme_;
    std::optional<api::Identity> identity_;
    double until_s_{0};
    int seconds_left_{0};
};

} // namespace ems::console
