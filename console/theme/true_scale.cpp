#include "console/theme/true_scale.h"

#include "console/theme/metrics.h"

#include <QScreen>

namespace ems::console {

double true_px_per_mm(const QWidget& widget) {
    const QScreen* screen = widget.screen();
    const double dpi = screen == nullptr ? 96.0 : screen->physicalDotsPerInch();
    return dpi > 60 && dpi < 400 ? dpi / 25.4 : metrics::kFallbackPxPerMm;
}

} // namespace ems::console
