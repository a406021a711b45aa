#include "vehicle/terminal/trace_view.h"

#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/theme/true_scale.h"
#include "vehicle/terminal/text_size.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <QPainter>

namespace ems::terminal {

using console::paint_text;
using console::text_width;
using console::Token;
using console::Weight;

namespace {

constexpr int kFrameMs = 33;
constexpr int kCaption = 26;
constexpr int kCaptionPx = 18;
constexpr int kPulse = 40; // left of the trace: the calibration pulse
constexpr double kSilentS = 1.0; // batches come five times a second
constexpr int kPlethHigh = 52;

} // namespace

TraceView::TraceView(const console::Theme& theme, VehicleSocket& vehicle, const Clock& clock,
                     QWidget* parent)
    : QWidget(parent), theme_(theme), vehicle_(vehicle), clock_(clock),
      px_per_mm_(console::metrics::kFallbackPxPerMm) {
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Live ECG of this vehicle"));
    frame_.setInterval(kFrameMs);
    frame_.setTimerType(Qt::PreciseTimer);
    connect(&frame_, &QTimer::timeout, this, &TraceView::advance);
    connect(&vehicle_, &VehicleSocket::traced, this,
            [this](const wire::WaveBatch& batch) { trace_.add(batch, nowS()); });
    connect(&vehicle_, &VehicleSocket::changed, this, qOverload<>(&QWidget::update));
    connect(&theme_, &console::Theme::changed, this, [this] {
        restart();
        update();
    });
}

double TraceView::nowS() const {
    return std::chrono::duration<double>(clock_.ticks().time_since_epoch()).count();
}

void TraceView::restart() {
    px_per_mm_ = console::true_px_per_mm(*this);
    image_ = QImage{size(), QImage::Format_RGB32};
    image_.fill(theme_.color(Token::bg_field));
    const int high = height() - kCaption;
    const int pleth = trace_.hasPleth() ? std::min(kPlethHigh, high / 3) : 0;
    const int wide = std::max(1, width() - kPulse);
    ecg_ = {QRect{kPulse, kCaption, wide, high - pleth}, -1};
    pleth_ = {QRect{kPulse, height() - pleth, wide, pleth}, -1};
}

void TraceView::resizeEvent(QResizeEvent* /*event*/) {
    restart();
}

void TraceView::showEvent(QShowEvent* /*event*/) {
    restart();
    vehicle_.wantTrace(VehicleSocket::Trace::wanted);
    frame_.start();
}

void TraceView::hideEvent(QHideEvent* /*event*/) {
    frame_.stop();
    vehicle_.wantTrace(VehicleSocket::Trace::none);
}

void TraceView::advance() {
    if (trace_.generation() != generation_ || image_.size() != size() ||
        trace_.hasPleth() == pleth_.box.isEmpty()) {
        generation_ = trace_.generation();
        restart();
    }
    const double now_s = nowS();
    QPainter p{&image_};
    p.setRenderHint(QPainter::Antialiasing);
    const double base = ecg_.box.top() + ecg_.box.height() * 0.62;
    const double px_per_mv = kMmPerMv * px_per_mm_;
    sweep(p, ecg_,
          {trace_.ecgPosition(now_s), trace_.ecgRateHz(), Token::w_ecg, base,
           [&](std::uint64_t sample) -> std::optional<double> {
               const auto mv = trace_.ecgMv(sample);
               return mv ? std::optional{base - *mv * px_per_mv} : std::nullopt;
           }},
          trace_.isOff() ? Line::dashed : Line::drawn);
    if (pleth_.box.isEmpty()) {
        update();
        return;
    }
    const double position = trace_.plethPosition(now_s);
    const signal::Extent extent = trace_.plethExtent();
    const double span = std::max(1.0, extent.most - extent.least);
    const double bottom = pleth_.box.bottom() - 4;
    const double scale = (pleth_.box.height() - 10) / span;
    sweep(p, pleth_,
          {position, trace_.plethRateHz(), Token::w_spo2, bottom,
           [&](std::uint64_t sample) -> std::optional<double> {
               const auto value = trace_.pleth(sample);
               return value ? std::optional{bottom - (*value - extent.least) * scale}
                            : std::nullopt;
           }},
          Line::drawn);
    update();
}

void TraceView::sweep(QPainter& p, Strip& strip, const Due& due, Line line) {
    if (due.position < 0 || due.rate_hz <= 0) {
        return;
    }
    const double per_px = due.rate_hz / (kMmPerS * px_per_mm_);
    const int wide = strip.box.width();
    const int bar = std::clamp(static_cast<int>(std::lround(kEraseMm * px_per_mm_)), 1, wide - 1);
    const std::int64_t column = signal::column_of(due.position, per_px);
    if (column == strip.last) {
        return;
    }
    const std::int64_t oldest = column - wide + bar + 1; // what is older lies under the bar
    const std::int64_t from = strip.last < 0 ? column : std::max(strip.last, oldest);
    // Every column that was passed is cleared, be the frame late: the turn before must not stand
    // there as if it were now.
    const auto passed =
        signal::sweep_update(strip.last < 0 ? column : strip.last + 1, column, wide, bar);
    for (const auto* spans : {&passed.draw, &passed.erase}) {
        for (const auto& span : *spans) {
            p.fillRect(QRect{strip.box.left() + span.from_px, strip.box.top(), span.count_px,
                             strip.box.height()},
                       theme_.color(Token::bg_field));
        }
    }
    p.save();
    p.setClipRect(strip.box);
    if (line == Line::drawn) {
        drawColumns(p, strip, due, from, column);
    } else {
        QPen off{theme_.color(Token::text_3), 1.6};
        off.setDashPattern({4, 4});
        off.setDashOffset(static_cast<double>(from % 8));
        p.setPen(off);
        const double left = strip.box.left() + static_cast<double>(from % wide);
        p.drawLine(QPointF{left, due.dashed_y},
                   QPointF{left + static_cast<double>(column - from), due.dashed_y});
    }
    p.restore();
    strip.last = column;
}

// Every sample of the stretch: no peak is lost between two pixels.
void TraceView::drawColumns(QPainter& p, const Strip& strip, const Due& due, std::int64_t from,
                            std::int64_t to) const {
    const double per_px = due.rate_hz / (kMmPerS * px_per_mm_);
    const int wide = strip.box.width();
    p.setPen(QPen{theme_.color(due.token), 2});
    for (std::int64_t column = from; column < to;) {
        const std::int64_t turn = column / wide;
        const std::int64_t end = std::min(to, (turn + 1) * wide);
        const double origin = strip.box.left() - static_cast<double>(turn) * wide;
        const auto first = static_cast<std::uint64_t>(
            std::max(0.0, std::floor(static_cast<double>(column) * per_px)));
        const auto last = static_cast<std::uint64_t>(std::ceil(static_cast<double>(end) * per_px));
        QPolygonF run;
        for (std::uint64_t sample = first; sample <= last; ++sample) {
            const auto y = due.y(sample);
            if (!y) {
                p.drawPolyline(run);
                run.clear();
                continue;
            }
            run.append(QPointF{origin + static_cast<double>(sample) / per_px, *y});
        }
        p.drawPolyline(run);
        column = end;
    }
}

QString TraceView::caption() const {
    if (!trace_.hasEcg()) {
        return {};
    }
    const std::string_view name = signal::lead_name(trace_.lead());
    QStringList words;
    words << (trace_.lead() == signal::Lead::other
                  ? tr("ECG")
                  : tr("lead %1").arg(QString::fromUtf8(name.data(),
                                                        static_cast<qsizetype>(name.size()))));
    words << QStringLiteral("25 mm/s") << QStringLiteral("10 mm/mV");
    words << (trace_.filter() ? tr("monitor %1-%2 Hz, not for ST")
                                    .arg(trace_.filter()->lower_hz())
                                    .arg(trace_.filter()->upper_hz())
                              : tr("no filter"));
    if (trace_.hasPleth()) {
        words << tr("below: pleth, no scale");
    }
    return words.join(QStringLiteral("   "));
}

QString TraceView::note() const {
    if (vehicle_.isSilent()) {
        return tr("× vehicle computer silent: no trace");
    }
    if (!trace_.hasEcg()) {
        return vehicle_.status().ecg_leads() == 0 ? tr("no ECG runs") : QString{};
    }
    const double silent_s = trace_.silentS(nowS());
    if (silent_s > kSilentS) {
        return tr("× ECG stopped for %1 s").arg(static_cast<int>(silent_s));
    }
    return trace_.isOff() ? tr("lead off") : QString{};
}

void TraceView::paintEdge(QPainter& p, const Strip& strip) const {
    if (strip.last >= 0 && !strip.box.isEmpty()) {
        const int px = static_cast<int>(strip.last % strip.box.width());
        p.fillRect(QRectF{strip.box.left() + px + 2.0, strip.box.top() + 4.0, 2,
                          strip.box.height() - 8.0},
                   theme_.color(Token::text_2));
    }
}

void TraceView::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.drawImage(0, 0, image_);
    p.setRenderHint(QPainter::Antialiasing);
    if (trace_.hasEcg()) {
        const double mv = kMmPerMv * px_per_mm_;
        const double base = ecg_.box.top() + ecg_.box.height() * 0.62;
        p.setPen(QPen{theme_.color(Token::text_3), 1.6});
        p.drawPolyline(QPolygonF{{QPointF{8, base}, QPointF{13, base}, QPointF{13, base - mv},
                                  QPointF{25, base - mv}, QPointF{25, base}, QPointF{30, base}}});
        paintEdge(p, ecg_);
        paintEdge(p, pleth_);
    }
    double right = width() - 12;
    if (trace_.isSimulated()) {
        const QString text = tr("SIMULATED SIGNAL");
        const double wide = text_width(text, kCaptionPx, Weight::bold) + 16.0;
        const QRectF box{right - wide, 2, wide, kCaption - 4.0};
        QPen edge{theme_.color(Token::text_1), 1.5};
        edge.setDashPattern({4, 3});
        p.setPen(edge);
        p.setBrush(Qt::NoBrush);
        p.drawRect(box);
        paint_text(p, box, Qt::AlignCenter, text, kCaptionPx, Weight::bold,
                   theme_.color(Token::text_1));
        right -= wide + 12;
    }
    paint_sized(*this, p, {12, 0, right - 12, kCaption}, Qt::AlignVCenter, caption(), kCaptionPx,
                Weight::normal, theme_.color(Token::text_2));
    if (vehicle_.isSilent()) {
        console::paint_stale_frame(p, theme_, rect());
    }
    const QString text = note();
    if (!text.isEmpty()) {
        const double wide = text_width(text, 22, Weight::bold) + 32.0;
        const QRectF box{(width() - wide) / 2, height() / 2.0 - 20, wide, 40};
        p.fillRect(box, theme_.color(Token::st_bg));
        paint_text(p, box, Qt::AlignCenter, text, 22, Weight::bold, theme_.color(Token::st_ink));
    }
}

} // namespace ems::terminal
