// Paints a page of telemetry/signal onto anything Qt paints on: a PDF, a printer, an image, a
// screen. The only part of the telemetry that knows Qt. Needs a QGuiApplication for its fonts; use
// it on that application's thread.
#pragma once

#include "telemetry/signal/page/page.h"

class QPainter;

namespace ems::print {

// The page's top left corner at the painter's origin, `units_per_mm` of the painter's units a
// millimetre.
void paint_page(const signal::Page& page, QPainter& painter, double units_per_mm);

} // namespace ems::print
