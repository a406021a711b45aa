// Millimetres that can be measured with a ruler, for whatever is drawn at a speed or a gain.
#pragma once

#include <QWidget>

namespace ems::console {

// Pixels of a true millimetre on the screen that shows the widget: by its physical size, never by a scale; 96 dpi where the
// screen does not tell a believable one.
double true_px_per_mm(const QWidget& widget);

} // namespace ems::console
