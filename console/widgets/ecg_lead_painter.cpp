#include "console/widgets/ecg_lead_painter.h"

#include "console/theme/metrics.h"

#include <algorithm>
#include <cmath>

#include <QPolygonF>

namespace ems::console {
namespace {

constexpr double kPulseMm = 5; // of the calibration pulse, which is 1 mV high

} // namespace

EcgLeadPainter::EcgLeadPainter(const Theme& theme) : theme_(theme), px_per_mm_(metrics::kFallbackPxPerMm) {}

void EcgLeadPainter::restart(double px_per_mm) {
    px_per_mm_ = px_per_mm;
    last_column_ = -1;
    first_column_ = -1;
}

double EcgLeadPainter::samplesPerPx(const EcgFeed& ecg) const {
    return ecg.rate_hz() / (scale_.mm_per_s * px_per_mm_);
}

std::optional<EcgLeadPainter::Due> EcgLeadPainter::advance(EcgFeed& ecg, Feeding feeding, double now_s, int width_px) {
    const double position = ecg.position(now_s);
    if (position < 0 || (feeding == Feeding::lost && last_column_ >= 0)) { // it stands, and stands again when it is begun anew
        return std::nullopt;
    }
    const double per_px = samplesPerPx(ecg);
    const int erase_px = std::min(width_px - 1, static_cast<int>(std::lround(kEraseMm * px_per_mm_)));
    const std::int64_t column = signal::column_of(position, per_px);
    if (column == last_column_) {
        return std::nullopt;
    }
    const std::int64_t oldest = column - width_px + erase_px + 1; // what is older lies under the bar
    if (last_column_ < 0) { // begun anew, by another size, theme or band, or back from the page: what was to be seen stays so
        const std::int64_t held = signal::column_of(static_cast<double>(ecg.shown_begin()), per_px);
        last_column_ = std::max({std::int64_t{0}, oldest, std::min(held, column)});
        first_column_ = last_column_;
    }
    // The bar alone clears too little when a frame passes more columns than it is wide, after a dropout or a stall: each
    // column passed is cleared, or the turn before would stand there as if it were now. The last one drawn keeps its ink.
    const Due due{std::max(last_column_, oldest), column,
                  signal::sweep_update(std::min(last_column_ + 1, column), column, width_px, erase_px)};
    last_column_ = column;
    return due;
}

void EcgLeadPainter::clear(QPainter& p, const Due& due, const Row& row, int height_px) const {
    const QColor ground = theme_.color(Token::bg_field);
    for (const auto* spans : {&due.passed.draw, &due.passed.erase}) {
        for (const auto& span : *spans) {
            const int count_px = std::min(span.count_px, row.width_px - span.from_px);
            if (count_px > 0) {
                p.fillRect(QRect{row.left_px + span.from_px, 0, count_px, height_px}, ground);
            }
        }
    }
}

void EcgLeadPainter::paint(QPainter& p, const EcgFeed& ecg, signal::ShownLead lead, const Row& row, const Due& due) const {
    for (std::int64_t column = due.from; column < due.to;) {
        const std::int64_t turn = column / row.width_px;
        const std::int64_t end = std::min(due.to, (turn + 1) * row.width_px);
        const QPointF origin{row.left_px - static_cast<double>(turn) * row.width_px, row.base_px};
        if (ecg.shown_off(lead)) {
            paintOff(p, column, end, origin);
        } else {
            paintRun(p, ecg, lead, column, end, origin);
        }
        column = end;
    }
}

void EcgLeadPainter::paintOff(QPainter& p, std::int64_t begin, std::int64_t end, QPointF origin) const {
    QPen off{theme_.color(Token::text_3), 1.2};
    off.setDashPattern({4, 4});
    off.setDashOffset(static_cast<double>(begin % 8));
    p.setPen(off);
    p.drawLine(QPointF{origin.x() + static_cast<double>(begin), origin.y()}, QPointF{origin.x() + static_cast<double>(end), origin.y()});
}

// Every sample of the stretch is drawn, so a peak is never lost between two pixels.
void EcgLeadPainter::paintRun(QPainter& p, const EcgFeed& ecg, signal::ShownLead lead, std::int64_t begin, std::int64_t end,
                              QPointF origin) const {
    const double per_px = samplesPerPx(ecg);
    const double px_per_mv = scale_.mm_per_mv * px_per_mm_;
    const auto first = static_cast<std::uint64_t>(std::max(0.0, std::floor(static_cast<double>(begin) * per_px)));
    const auto last = static_cast<std::uint64_t>(std::ceil(static_cast<double>(end) * per_px));
    p.setPen(QPen{theme_.color(Token::w_ecg), 1.5});
    QPolygonF run;
    for (std::uint64_t sample = first; sample <= last; ++sample) {
        double mv = 0;
        if (!ecg.sample_mv(lead, sample, &mv)) {
            p.drawPolyline(run); // a gap stays one
            run.clear();
            continue;
        }
        run.append(QPointF{origin.x() + static_cast<double>(sample) / per_px, origin.y() - mv * px_per_mv});
    }
    p.drawPolyline(run);
}

void EcgLeadPainter::paintPulse(QPainter& p, QPointF from) const {
    const double mv = scale_.mm_per_mv * px_per_mm_;
    const double wide = kPulseMm * px_per_mm_;
    const double x = from.x();
    const double y = from.y();
    p.setPen(QPen{theme_.color(Token::text_3), 1.2});
    p.drawPolyline(QPolygonF{{QPointF{x, y}, QPointF{x + 3, y}, QPointF{x + 3, y - mv}, QPointF{x + 3 + wide, y - mv},
                              QPointF{x + 3 + wide, y}, QPointF{x + 6 + wide, y}}});
}

int EcgLeadPainter::edgePx(int width_px) const {
    return last_column_ < 0 ? -1 : static_cast<int>(last_column_ % width_px);
}

double EcgLeadPainter::drawnS() const {
    return first_column_ < 0 ? 0 : static_cast<double>(last_column_ - first_column_) / (scale_.mm_per_s * px_per_mm_);
}

} // namespace ems::console
