// How large the crew wants the texts of its screen: what the configuration says until it chooses, then
// what it chose, over a restart too. text_size.h makes them so.
#pragma once

#include <array>

#include "console/theme/screen_program.h"
#include "telemetry/base/result.h"

#include <QString>

namespace ems::terminal {

inline constexpr std::array kTextScales{1.0, 1.25, console::kTextScaleMost};

[[nodiscard]] int as_percent(double scale);

class TextChoice {
  public:
    // `path` is where a choice is kept ("": nowhere, it ends with this program); `first` holds until there is one.
    TextChoice(QString path, double first);
    [[nodiscard]] double scale() const { return scale_; }
    // The next larger one that is offered, after the largest the first.
    [[nodiscard]] double next() const;
    // Takes it, also where it cannot be kept: then io.
    Result<void> takeNext();

  private:
    QString path_;
    double scale_;
};

} // namespace ems::terminal
