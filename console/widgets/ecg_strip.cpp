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
constexpr int kTraceLeftPx = EcgLeadPainter::kTraceLeftPx;
constexpr signal::ShownLead kLead = signal::ShownLead::II;

} // namespace

EcgStrip::EcgStrip(Desk& desk, QWidget* parent)
    : QWidget(parent), desk_(desk), painter_(desk.theme()), px_per_mm_(metrics::kFallbackPxPerMm) {
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
    return std::max(60, width() - kTraceLeftPx - EcgLeadPainter::kTraceRightPx);
}

double EcgStrip::base() const {
    return height() * EcgLeadPainter::kBaseShare;
}

QSize EcgStrip::devicePixels() const {
    return (QSizeF{size()} * devicePixelRatioF()).toSize();
}

void EcgStrip::restart() {
    image_ = QImage{devicePixels(), QImage::Format_RGB32};
    image_.setDevicePixelRatio(devicePixelRatioF());
    image_.fill(desk_.theme().color(Token::bg_field));
    painter_.restart(px_per_mm_);
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

void EcgStrip::advance(double now_s) {
    EcgFeed& ecg = desk_.ecg();
    if (image_.size() != devicePixels() || ecg.generation() != generation_ || ecg.scale() != painter_.scale()) {
        generation_ = ecg.generation();
        painter_.setScale(ecg.scale());
        restart();
        update();
    }
    using Feeding = EcgLeadPainter::Feeding;
    const auto due = painter_.advance(ecg, desk_.isStale() ? Feeding::lost : Feeding::alive, now_s, traceWidth());
    if (!due) {
        return;
    }
    const EcgLeadPainter::Row row{kTraceLeftPx, traceWidth(), base()};
    QPainter p{&image_};
    painter_.clear(p, *due, row, height());
    p.setRenderHint(QPainter::Antialiasing);
    painter_.paint(p, ecg, kLead, row, *due);
    update();
}

void EcgStrip::paintHead(QPainter& p) const {
    const Theme& theme = desk_.theme();
    paint_text(p, {10, 4, 44, 20}, Qt::AlignVCenter, QString::fromStdString(std::string{signal::lead_name(kLead)}),
               metrics::kBodyPx, Weight::bold, theme.color(Token::text_1), Elide::none);
    p.setRenderHint(QPainter::Antialiasing);
    painter_.paintPulse(p, {41, base()});
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
    if (const int px = painter_.edgePx(traceWidth()); px >= 0) {
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
