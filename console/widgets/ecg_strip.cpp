#include "console/widgets/ecg_strip.h"

#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/ecg_sweep.h"
#include "console/widgets/screen_mm.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <cmath>

#include <QPainter>

namespace ems::console {
namespace {

constexpr int kFrameMs = 33; // as the sweep
constexpr int kTraceLeftPx = 68; // behind the lead's name and its pulse
constexpr int kTraceRightPx = 12;
constexpr double kBaseShare = 0.62; // of the height, from the top: QRS complexes stand up more often than down
constexpr double kPulseMm = 5;
constexpr signal::ShownLead kLead = signal::ShownLead::II;

} // namespace

EcgStrip::EcgStrip(Desk& desk, QWidget* parent)
    : QWidget(parent), desk_(desk), px_per_mm_(metrics::kFallbackPxPerMm) {
    setObjectName(QStringLiteral("ecgStrip"));
    setAccessibleName(tr("Live ECG, lead II"));
    setAttribute(Qt::WA_OpaquePaintEvent);
    measure();
    connect(&desk_, &Desk::ticked, this, qOverload<>(&QWidget::update)); // how long nothing came
    frame_.setInterval(kFrameMs);
    frame_.setTimerType(Qt::PreciseTimer);
    connect(&frame_, &QTimer::timeout, this, [this] { advance(desk_.monotonicS()); });
    const auto renew = [this] {
        measure();
        restart();
        update();
    };
    connect(&desk_.theme(), &Theme::changed, this, renew);
    connect(&desk_, &Desk::rulersChanged, this, renew);
}

void EcgStrip::measure() {
    px_per_mm_ = millimetre_of(desk_, *this).px;
    setFixedHeight(static_cast<int>(std::lround(kHeightMm * px_per_mm_)));
}

QString EcgStrip::spokenText() {
    const QString note = EcgSweep::noteOf(desk_);
    return note.isEmpty() ? tr("the trace runs") : note;
}

int EcgStrip::traceWidth() const {
    return std::max(60, width() - kTraceLeftPx - kTraceRightPx);
}

double EcgStrip::base() const {
    return height() * kBaseShare;
}

QSize EcgStrip::devicePixels() const {
    return (QSizeF{size()} * devicePixelRatioF()).toSize();
}

void EcgStrip::restart() {
    image_ = QImage{devicePixels(), QImage::Format_RGB32};
    image_.setDevicePixelRatio(devicePixelRatioF());
    image_.fill(desk_.theme().color(Token::bg_field));
    last_column_ = -1;
    first_column_ = -1;
}

void EcgStrip::resizeEvent(QResizeEvent* event) {
    restart();
    QWidget::resizeEvent(event);
}

void EcgStrip::showEvent(QShowEvent* event) {
    measure(); // the screen is known now
    restart();
    frame_.start();
    QWidget::showEvent(event);
}

void EcgStrip::hideEvent(QHideEvent* event) {
    frame_.stop();
    QWidget::hideEvent(event);
}

void EcgStrip::drawColumns(QPainter& p, std::int64_t from_column, std::int64_t to_column) const {
    const EcgFeed& ecg = desk_.ecg();
    const Theme& theme = desk_.theme();
    const double per_px = ecg.rate_hz() / (scale_.mm_per_s * px_per_mm_);
    const double px_per_mv = scale_.mm_per_mv * px_per_mm_;
    const int wide = traceWidth();
    for (std::int64_t column = from_column; column < to_column;) {
        const std::int64_t turn = column / wide;
        const std::int64_t end = std::min(to_column, (turn + 1) * wide);
        const double origin = kTraceLeftPx - static_cast<double>(turn) * wide;
        if (ecg.shown_off(kLead)) {
            QPen off{theme.color(Token::text_3), 1.2};
            off.setDashPattern({4, 4});
            off.setDashOffset(static_cast<double>(column % 8));
            p.setPen(off);
            p.drawLine(QPointF{origin + static_cast<double>(column), base()}, QPointF{origin + static_cast<double>(end), base()});
            column = end;
            continue;
        }
        p.setPen(QPen{theme.color(Token::w_ecg), 1.5});
        QPolygonF run;
        const auto first = static_cast<std::uint64_t>(std::max(0.0, std::floor(static_cast<double>(column) * per_px)));
        const auto last = static_cast<std::uint64_t>(std::ceil(static_cast<double>(end) * per_px));
        for (std::uint64_t sample = first; sample <= last; ++sample) {
            double mv = 0;
            if (!ecg.sample_mv(kLead, sample, &mv)) {
                p.drawPolyline(run); // a gap stays one
                run.clear();
                continue;
            }
            run.append(QPointF{origin + static_cast<double>(sample) / per_px, base() - mv * px_per_mv});
        }
        p.drawPolyline(run);
        column = end;
    }
}

double EcgStrip::drawnS() const {
    return first_column_ < 0 ? 0 : static_cast<double>(last_column_ - first_column_) / (scale_.mm_per_s * px_per_mm_);
}

void EcgStrip::advance(double now_s) {
    EcgFeed& ecg = desk_.ecg();
    if (image_.size() != devicePixels() || ecg.generation() != generation_ || ecg.scale() != scale_) {
        generation_ = ecg.generation();
        scale_ = ecg.scale();
        restart();
        update();
    }
    const double position = ecg.position(now_s);
    if (position < 0 || (desk_.isStale() && last_column_ >= 0)) { // lost: it stands
        return;
    }
    const double per_px = ecg.rate_hz() / (scale_.mm_per_s * px_per_mm_);
    const int wide = traceWidth();
    const int erase_px = std::min(wide - 1, static_cast<int>(std::lround(EcgSweep::kEraseMm * px_per_mm_)));
    const std::int64_t column = signal::column_of(position, per_px);
    if (column == last_column_) {
        return;
    }
    const std::int64_t oldest = column - wide + erase_px + 1; // what is older lies under the bar
    if (last_column_ < 0) { // begun anew: what is held of the seconds before is there at once
        const std::int64_t held = signal::column_of(static_cast<double>(ecg.shown_begin()), per_px);
        last_column_ = std::max({std::int64_t{0}, oldest, std::min(held, column)});
        first_column_ = last_column_;
    }
    const std::int64_t from = std::max(last_column_, oldest);
    const auto passed = signal::sweep_update(std::min(last_column_ + 1, column), column, wide, erase_px);
    QPainter p{&image_};
    for (const auto* spans : {&passed.draw, &passed.erase}) {
        for (const auto& span : *spans) {
            p.fillRect(QRect{kTraceLeftPx + span.from_px, 0, std::min(span.count_px, wide - span.from_px), height()},
                       desk_.theme().color(Token::bg_field));
        }
    }
    p.setRenderHint(QPainter::Antialiasing);
    drawColumns(p, from, column);
    last_column_ = column;
    update();
}

void EcgStrip::paintHead(QPainter& p) const {
    const Theme& theme = desk_.theme();
    paint_text(p, {10, 4, 44, 20}, Qt::AlignVCenter, QString::fromStdString(std::string{signal::lead_name(kLead)}),
               metrics::kBodyPx, Weight::bold, theme.color(Token::text_1), Elide::none);
    const double mv = scale_.mm_per_mv * px_per_mm_;
    const double x = 41;
    const double wide = kPulseMm * px_per_mm_;
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(QPen{theme.color(Token::text_3), 1.2});
    p.drawPolyline(QPolygonF{{QPointF{x, base()}, QPointF{x + 3, base()}, QPointF{x + 3, base() - mv},
                              QPointF{x + 3 + wide, base() - mv}, QPointF{x + 3 + wide, base()},
                              QPointF{x + 6 + wide, base()}}});
    p.setRenderHint(QPainter::Antialiasing, false);
    const QString live = tr("live, the page below stands");
    const QRectF box{kTraceLeftPx, height() - 20.0, text_width(live, metrics::kCaptionPx, Weight::bold) + 12.0, 18};
    p.fillRect(box, theme.color(Token::bg_raise));
    paint_text(p, box, Qt::AlignCenter, live, metrics::kCaptionPx, Weight::bold, theme.color(Token::text_1), Elide::none);
}

void EcgStrip::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = desk_.theme();
    p.fillRect(rect(), theme.color(Token::bg_field));
    p.drawImage(0, 0, image_);
    paintHead(p);
    if (last_column_ >= 0) { // the writing edge
        const int px = static_cast<int>(last_column_ % traceWidth());
        p.fillRect(QRectF{kTraceLeftPx + px + 2.0, 6, 1.5, height() - 12.0}, theme.color(Token::text_2));
    }
    const QString note = EcgSweep::noteOf(desk_);
    if (!note.isEmpty()) {
        const double wide = text_width(note, metrics::kBodyPx, Weight::bold) + 28.0;
        const QRectF box{(width() - wide) / 2, (height() - 30) / 2.0, wide, 30};
        p.fillRect(box, theme.color(Token::st_bg));
        paint_text(p, box, Qt::AlignCenter, note, metrics::kBodyPx, Weight::bold, theme.color(Token::st_ink), Elide::none);
        if (!desk_.ecg().empty()) {
            paint_stale_frame(p, theme, rect());
        }
    }
}

} // namespace ems::console
