// Symbols and small marks of the specification, drawn with a painter: the one place that knows their shapes. Coordinates
// are logical pixels about the given centre in a nominal box of 24 x 24; `scale` enlarges.
#pragma once

#include <cstdint>

#include "console/theme/theme.h"
#include "telemetry/wire/ems.pb.h"

#include <QPainter>
#include <QPixmap>
#include <QRectF>
#include <QString>

namespace ems::console {

// Stale: of a while ago, dashed; lost: past the limit, or of a server that is lost, with a cross.
enum class SymbolLook { normal, stale, lost };

Token unit_token(ems::wire::UnitState state);
// "Ⅰ" to "Ⅳ", "?" for none.
QString level_mark(std::uint32_t level);

void paint_unit(QPainter& p, const Theme& theme, QPointF centre, ems::wire::UnitState state, double heading_deg,
                SymbolLook look, double scale = 1.0);
void paint_incident(QPainter& p, const Theme& theme, QPointF centre, std::uint32_t level, double scale = 1.0);
void paint_hospital(QPainter& p, const Theme& theme, QPointF centre, double scale = 1.0);
void paint_station(QPainter& p, const Theme& theme, QPointF centre, double scale = 1.0);
// The 24 x 24 block of a list.
void paint_level(QPainter& p, const Theme& theme, QRectF box, std::uint32_t level, SymbolLook look);
// A key as printed on a control; gives its width. `right` is its right edge, `middle` its middle.
int paint_key(QPainter& p, QPoint right_middle, const QString& key, const QColor& color);

// One line of text inside a box; elided when it does not fit.
enum class Elide { none, right };
void paint_text(QPainter& p, const QRectF& box, int flags, const QString& text, int px, Weight weight,
                const QColor& color, Elide elide = Elide::right);
int text_width(const QString& text, int px, Weight weight = Weight::normal);
// Map text: ink with a 3 px halo, baseline at `at`.
void paint_halo_text(QPainter& p, QPointF at, const QString& text, const QFont& font, const QColor& ink,
                     const QColor& halo);
// A bell crossed out: the alarms of something are switched off.
void paint_alarm_off(QPainter& p, const QRectF& box, const QColor& color);
// 3 px dashed frame of stale content.
void paint_stale_frame(QPainter& p, const Theme& theme, const QRect& box);

} // namespace ems::console
