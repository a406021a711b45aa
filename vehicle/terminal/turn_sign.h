// The sign of what the driver has to do next, as on a board over the road.
#pragma once

#include "map/guide/maneuver.h"

#include <QColor>
#include <QPainter>
#include <QRectF>

namespace ems::terminal {

// Fills a square box. A roundabout bears the number of its exit; arrival is a dot in a ring.
void paint_turn(QPainter& p, const QRectF& box, const map::Maneuver& turn, const QColor& ink);

// An arrow across the box, degrees clockwise from up: where a place lies.
void paint_pointer(QPainter& p, const QRectF& box, double turned_deg, const QColor& ink);

} // namespace ems::terminal
