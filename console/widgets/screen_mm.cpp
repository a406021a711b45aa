#include "console/widgets/screen_mm.h"

#include "console/theme/metrics.h"

namespace ems::console {

double true_px_per_mm(const QWidget& widget) {
    const QScreen* screen = widget.screen();
    const double dpi = screen == nullptr ? 96.0 : screen->physicalDotsPerInch();
    return dpi > 60 && dpi < 400 ? dpi / 25.4 : metrics::kFallbackPxPerMm;
}

Millimetre millimetre_of(const Desk& desk, const QWidget& widget) {
    const QScreen* screen = widget.screen();
    if (const auto checked = screen == nullptr ? std::nullopt : desk.rulers().px_per_mm(screen_id(*screen))) {
        return {*checked, MmSource::checked};
    }
    return {true_px_per_mm(widget), MmSource::nominal};
}

std::string screen_id(const QScreen& screen) {
    const QSize px = screen.geometry().size();
    const QString maker = screen.manufacturer() + QLatin1Char('|') + screen.model() + QLatin1Char('|') + screen.serialNumber();
    // one that says nothing of itself is known by its socket
    const QString which = maker.size() > 2 ? maker : screen.name();
    return QStringLiteral("%1|%2x%3").arg(which).arg(px.width()).arg(px.height()).toStdString();
}

} // namespace ems::console
