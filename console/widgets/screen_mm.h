// How long a millimetre is on the screen that shows a widget, in pixels as widgets count them; never by a scale of the desktop.
#pragma once

#include <string>

#include "console/widgets/desk.h"

#include <QScreen>
#include <QWidget>

namespace ems::console {

// By what the screen says of its size; 96 dpi where that cannot be believed.
double true_px_per_mm(const QWidget& widget);

enum class MmSource { nominal, checked }; // as the screen says, as a ruler said
struct Millimetre {
    double px;
    MmSource source;
};
Millimetre millimetre_of(const Desk& desk, const QWidget& widget);

// The same screen at the same resolution, also after a restart and at another socket.
std::string screen_id(const QScreen& screen);

} // namespace ems::console
