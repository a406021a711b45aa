#include "console/widgets/ecg_sweep.h"

#include "console/model/ageing.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <cmath>

#include <QPaintEvent>
#include <QPainter>

namespace ems::console {
namespace {

constexpr int kFrameMs = 33; // 94 px/s: three columns a frame
constexpr std::size_t kRows = 6;
constexpr int kFootPx = 18; // speed, gain and filter stand below the traces, not in them
constexpr int kInkPx = 5; // a line and the writing edge reach this far out of their columns
constexpr double kLeastMm = 78; // tall: six rows and the room above them
constexpr double kRoomyMm = 95; // each row higher than its pulse
constexpr int kLeastPx = 180;
constexpr int kUsualPx = 300;
constexpr int kTraceLeftPx = EcgLeadPainter::kTraceLeftPx;
constexpr double kBaseShare = EcgLeadPainter::kBaseShare;

} // namespace

EcgSweep::EcgSweep(Desk& desk, QWidget* parent)
    : QWidget(parent), desk_(desk), painter_(desk.theme()), px_per_mm_(metrics::kFallbackPxPerMm), least_mm_(kLeastMm) {
    setObjectName(QStringLiteral("ecgSweep"));
    setAccessibleName(tr("Live ECG, twelve leads"));
    least_px_ = leastHeight(millimetre_of(desk_, *this).px);
    setMinimumSize(500, least_px_);
    setAttribute(Qt::WA_OpaquePaintEvent);
    connect(&desk_, &Desk::ticked, this, qOverload<>(&QWidget::update)); // how long nothing came
    frame_.setInterval(kFrameMs);
    frame_.setTimerType(Qt::PreciseTimer);
    connect(&frame_, &QTimer::timeout, this, [this] { advance(desk_.monotonicS()); });
    const auto renew = [this] {
        restart();
        update();
    };
    connect(&desk_.theme(), &Theme::changed, this, renew);
    connect(&desk_, &Desk::rulersChanged, this, renew);
}

EcgSweep::Strip EcgSweep::strip(std::size_t shown) const {
    const double column_width = width() / 2.0;
    const double rows_height = height() - kFootPx;
    // so much that a wave of kHeadMm in the first row is not cut; less where all would get too flat
    const double wanted = (kHeadMm * px_per_mm_ - kBaseShare * rows_height / kRows) / (1 - kBaseShare / kRows);
    const double head = std::clamp(wanted, 0.0, rows_height / 6);
    const double row_height = (rows_height - head) / kRows;
    const bool chest = shown >= kRows;
    Strip s{};
    s.left = chest ? column_width : 0;
    s.top = head + static_cast<double>(shown % kRows) * row_height;
    s.height = row_height;
    s.trace_left = static_cast<int>(s.left) + kTraceLeftPx;
    s.trace_width = std::max(60, static_cast<int>(column_width) - kTraceLeftPx - EcgLeadPainter::kTraceRightPx);
    s.base = s.top + row_height * kBaseShare + (chest ? 4 : 0);
    return s;
}

void EcgSweep::keepPulsesApart() {
    least_mm_ = kRoomyMm;
    least_px_ = leastHeight(millimetre_of(desk_, *this).px);
    setMinimumHeight(least_px_);
}

void EcgSweep::restart() {
    const Millimetre mm = millimetre_of(desk_, *this);
    px_per_mm_ = mm.px;
    mm_source_ = mm.source;
    if (minimumHeight() == least_px_) { // nobody has set another
        least_px_ = leastHeight(px_per_mm_);
        setMinimumHeight(least_px_);
    }
    screen_ = screen();
    image_ = QImage{devicePixels(), QImage::Format_RGB32};
    image_.setDevicePixelRatio(devicePixelRatioF());
    image_.fill(desk_.theme().color(Token::bg_field));
    painter_.restart(px_per_mm_);
}

int EcgSweep::leastHeight(double px_per_mm) const {
    return std::clamp(static_cast<int>(std::lround(least_mm_ * px_per_mm)), kLeastPx, kUsualPx);
}

QSize EcgSweep::devicePixels() const {
    return (QSizeF{size()} * devicePixelRatioF()).toSize();
}

QString EcgSweep::spokenText() {
    return note().isEmpty() ? tr("the trace runs, %1").arg(filterText()) : note();
}

void EcgSweep::resizeEvent(QResizeEvent* event) {
    restart();
    QWidget::resizeEvent(event);
}

void EcgSweep::showEvent(QShowEvent* event) {
    restart();
    frame_.start();
    QWidget::showEvent(event);
}

void EcgSweep::hideEvent(QHideEvent* event) {
    frame_.stop();
    QWidget::hideEvent(event);
}

void EcgSweep::advance(double now_s) {
    EcgFeed& ecg = desk_.ecg();
    if (image_.size() != devicePixels() || ecg.generation() != generation_ || ecg.scale() != painter_.scale() || screen() != screen_) {
        generation_ = ecg.generation();
        painter_.setScale(ecg.scale());
        restart();
        update();
    }
    using Feeding = EcgLeadPainter::Feeding;
    const auto due = painter_.advance(ecg, desk_.isStale() ? Feeding::lost : Feeding::alive, now_s, strip(0).trace_width);
    if (!due) {
        return;
    }
    QPainter p{&image_};
    for (const std::size_t shown : {std::size_t{0}, kRows}) {
        painter_.clear(p, *due, strip(shown).row(), height());
    }
    p.setRenderHint(QPainter::Antialiasing);
    for (std::size_t shown = 0; shown < signal::kShownLeads; ++shown) {
        painter_.paint(p, ecg, static_cast<signal::ShownLead>(shown), strip(shown).row(), *due);
    }
    updateColumns(due->passed.draw);
    updateColumns(due->passed.erase);
    renewFixed();
}

// Only what moved is painted again: at 60 frames a second the rest of the widget costs more than the traces.
void EcgSweep::updateColumns(const signal::PixelSpans& spans) {
    for (const std::size_t shown : {std::size_t{0}, kRows}) {
        for (const auto& span : spans) {
            update(strip(shown).trace_left + span.from_px - kInkPx, 0, span.count_px + 2 * kInkPx, height());
        }
    }
}

void EcgSweep::renewFixed() {
    const EcgFeed& ecg = desk_.ecg();
    FixedLook look{0, ecg.empty(), filterText(), scaleWarning(), rulerNote(), desk_.theme().mode(), devicePixels()};
    for (std::size_t shown = 0; shown < signal::kShownLeads; ++shown) {
        look.off_mask |= ecg.shown_off(static_cast<signal::ShownLead>(shown)) ? 1U << shown : 0U;
    }
    if (look == fixed_look_) {
        return;
    }
    fixed_look_ = std::move(look);
    fixed_ = QImage{devicePixels(), QImage::Format_ARGB32_Premultiplied};
    fixed_.setDevicePixelRatio(devicePixelRatioF());
    fixed_.fill(Qt::transparent);
    QPainter p{&fixed_};
    p.setRenderHint(QPainter::Antialiasing);
    paintFixed(p);
    update();
}

void EcgSweep::paintFixed(QPainter& p) const {
    const Theme& theme = desk_.theme();
    const EcgFeed& ecg = desk_.ecg();
    for (std::size_t shown = 0; shown < signal::kShownLeads; ++shown) {
        const Strip s = strip(shown);
        const auto lead = static_cast<signal::ShownLead>(shown);
        if (shown % kRows != 0) {
            p.fillRect(QRectF{s.left, s.top, width() / 2.0, 1}, theme.color(Token::line));
        }
        paint_text(p, {s.left + 10, s.top + 6, 44, 20}, Qt::AlignVCenter,
                   QString::fromStdString(std::string{signal::lead_name(lead)}), metrics::kBodyPx, Weight::bold,
                   theme.color(Token::text_1), Elide::none);
        if (!ecg.empty() && ecg.shown_off(lead)) {
            paint_text(p, {s.left + 10, s.top + 26, 54, 16}, Qt::AlignVCenter, tr("lead off"), metrics::kCaptionPx,
                       Weight::normal, theme.color(Token::text_2), Elide::none);
        }
        painter_.paintPulse(p, {s.left + 41, s.base});
    }
    p.fillRect(QRectF{width() / 2.0, 0, 1, static_cast<double>(height())}, theme.color(Token::line_strong));
    if (!ecg.empty()) {
        paint_text(p, {width() / 2.0 + 10, height() - 18.0, width() / 2.0 - 16, 16}, Qt::AlignRight | Qt::AlignVCenter,
                   filterText(), metrics::kCaptionPx, Weight::normal, theme.color(Token::text_2), Elide::right);
    }
    double left = 10;
    if (const QString warning = scaleWarning(); !warning.isEmpty()) { // inverse: what stands out and is no alarm
        const QRectF box{left, height() - 20.0, text_width(warning, metrics::kBodyPx, Weight::bold) + 16.0, 20};
        p.fillRect(box, theme.color(Token::inv_bg));
        paint_text(p, box, Qt::AlignCenter, warning, metrics::kBodyPx, Weight::bold, theme.color(Token::inv_fg), Elide::none);
        left = box.right() + 10;
    }
    paint_text(p, {left, height() - 18.0, width() / 2.0 - left - 6, 16}, Qt::AlignVCenter, rulerNote(), metrics::kCaptionPx,
               Weight::normal, theme.color(Token::text_3));
}

QString EcgSweep::rulerNote() const {
    return mm_source_ == MmSource::checked ? QString{} : tr("mm nominal");
}

QString EcgSweep::scaleWarning() const {
    const signal::EcgScale scale = desk_.ecg().scale();
    return scale.is_standard() ? QString{} : tr("%1  not the standard").arg(qs(signal::scale_text(scale)));
}

QString EcgSweep::filterText() const {
    const QString scale = qs(signal::scale_text(desk_.ecg().scale()));
    const auto& filter = desk_.ecg().filter();
    if (!filter) {
        return scale + QStringLiteral("   ") + tr("no filter");
    }
    const QString edges = QStringLiteral("%1-%2").arg(filter->lower_hz()).arg(filter->upper_hz());
    const QString band = filter->band() == signal::EcgBand::monitor ? tr("monitor %1 Hz, not for ST").arg(edges)
                         : filter->is_diagnostic()                  ? tr("diagnostic %1 Hz").arg(edges)
                                                                    : tr("%1 Hz, not of diagnostic quality").arg(edges);
    const QString mains = filter->mains() == signal::Mains::notch_50_hz ? tr("50 Hz notch") : tr("no notch");
    return QStringLiteral("%1   %2   %3").arg(scale, band, mains);
}

void EcgSweep::switchBand() {
    EcgFeed& ecg = desk_.ecg();
    ecg.set_filter(ecg.band() == signal::EcgBand::monitor ? signal::EcgBand::diagnostic : signal::EcgBand::monitor,
                   signal::Mains::notch_50_hz);
    advance(desk_.monotonicS());
    update();
}

QString EcgSweep::noteOf(const Desk& desk) {
    const EcgFeed& ecg = desk.ecg();
    if (ecg.empty()) {
        return desk.patientUnit() == nullptr ? tr("No unit on this case") : tr("No ECG received yet");
    }
    const double silent_s = desk.monotonicS() - ecg.newest_at_s();
    return silent_s > static_cast<double>(kWaveAge.period_ms) / 1'000.0
               ? tr("× ECG stopped for %1 s").arg(static_cast<int>(silent_s))
               : QString{};
}

void EcgSweep::paintEvent(QPaintEvent* event) {
    renewFixed();
    QPainter p{this};
    const Theme& theme = desk_.theme();
    for (const QRect& part : event->region()) {
        const QRectF source{QPointF{part.topLeft()} * fixed_.devicePixelRatio(), QSizeF{part.size()} * fixed_.devicePixelRatio()};
        p.drawImage(QRectF{part}, image_, source);
        p.drawImage(QRectF{part}, fixed_, source);
    }
    if (const int px = painter_.edgePx(strip(0).trace_width); px >= 0) {
        for (std::size_t shown = 0; shown < signal::kShownLeads; ++shown) {
            const Strip s = strip(shown);
            p.fillRect(QRectF{s.trace_left + px + 2.0, s.top + 8, 1.5, s.height - 16}, theme.color(Token::text_2));
        }
    }
    const QString text = note();
    if (!text.isEmpty()) {
        const int w = text_width(text, metrics::kBodyPx, Weight::bold) + 28;
        // over traces of the left half: in the middle it would cover the name of V4
        const QRectF box{std::max(kTraceLeftPx + 2.0, width() / 4.0 - w / 2.0), height() / 2.0 - 15, static_cast<double>(w), 30};
        p.fillRect(box, theme.color(Token::st_bg));
        paint_text(p, box, Qt::AlignCenter, text, metrics::kBodyPx, Weight::bold, theme.color(Token::st_ink), Elide::none);
        if (!desk_.ecg().empty()) {
            paint_stale_frame(p, theme, rect());
        }
    }
}

} // namespace ems::console
