#include "console/widgets/bars.h"

#include "console/model/ageing.h"
#include "console/theme/map_note.h"
#include "console/theme/time_text.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/words.h"

#include <algorithm>

#include <QMouseEvent>
#include <QPainter>

namespace ems::console {
namespace {

constexpr int kWholeWidth = 1'500; // narrower, what is lost comes before the theme

} // namespace

StatusStrip::StatusStrip(Desk& desk, QWidget* parent) : QWidget(parent), desk_(desk) {
    setObjectName(QStringLiteral("statusStrip"));
    setAccessibleName(tr("Links and clock"));
    setFixedHeight(metrics::kStatusStripHeight);
    const auto repaint = qOverload<>(&QWidget::update);
    connect(&desk_, &Desk::stateChanged, this, repaint);
    connect(&desk_, &Desk::ticked, this, repaint);
    connect(&desk_.theme(), &Theme::changed, this, repaint);
}

void StatusStrip::setPart(const QString& name, const QString& value) {
    if (value.isEmpty()) {
        parts_.erase(name);
    } else {
        parts_[name] = value;
    }
    update();
}

void StatusStrip::setParts(std::vector<PartMark> marks, int degraded) {
    marks_ = std::move(marks);
    degraded_ = degraded;
    update();
}

void StatusStrip::mousePressEvent(QMouseEvent* event) {
    if (degraded_box_.contains(event->pos())) {
        emit partsWanted();
    }
}

int StatusStrip::paintDegraded(QPainter& p, int left) {
    degraded_box_ = {};
    if (degraded_ == 0) {
        return 0;
    }
    const Theme& theme = desk_.theme();
    const QString text = tr("%1 degraded").arg(degraded_) + QStringLiteral(" · Shift+F1");
    const int wide = text_width(text, metrics::kDensePx, Weight::bold) + 18;
    degraded_box_ = QRect{left, 4, wide, height() - 8};
    const QColor ink = theme.color(desk_.isStale() ? Token::st_ink : Token::text_1);
    p.setRenderHint(QPainter::Antialiasing, false);
    p.setPen(QPen{ink, 1});
    p.setBrush(Qt::NoBrush);
    p.drawRect(degraded_box_);
    paint_text(p, QRectF{degraded_box_}, Qt::AlignCenter, text, metrics::kDensePx, Weight::bold, ink, Elide::none);
    return wide + 16;
}

int StatusStrip::paintPart(QPainter& p, int left, const QString& name, const QString& value, const QColor& ink) const {
    p.fillRect(QRect{left, height() / 2 - 4, 8, 8}, ink);
    const int name_width = text_width(name, metrics::kDensePx);
    const int value_width = text_width(value, metrics::kDensePx);
    paint_text(p, QRectF(left + 14, 0, name_width + 2, height()), Qt::AlignVCenter, name, metrics::kDensePx,
               Weight::normal, ink, Elide::none);
    const QColor second = desk_.isStale() ? ink : desk_.theme().color(Token::text_3);
    paint_text(p, QRectF(left + 20 + name_width, 0, value_width + 2, height()), Qt::AlignVCenter, value,
               metrics::kDensePx, Weight::normal, second, Elide::none);
    return 14 + name_width + 6 + value_width + 20;
}

double StatusStrip::paintClock(QPainter& p) const {
    const Theme& theme = desk_.theme();
    const bool stale = desk_.isStale();
    const QColor ink = theme.color(stale ? Token::st_ink : Token::text_1);
    const QColor second = theme.color(stale ? Token::st_ink : Token::text_2);
    const std::int64_t now = desk_.isLive() ? desk_.state().server_us(desk_.localUs()) : desk_.localUs();
    double right = width() - metrics::kMargin;
    const auto put = [&](const QString& text, int px, Weight weight, const QColor& color) {
        const double w = text_width(text, px, weight) + 2;
        paint_text(p, {right - w, 0, w, static_cast<double>(height())}, Qt::AlignVCenter | Qt::AlignRight, text, px,
                   weight, color, Elide::none);
        right -= w + 10;
    };
    put(desk_.isLive() ? tr("server clock") : tr("this machine's clock · not checked"), metrics::kDensePx,
        Weight::normal, second);
    put(qs(clock_text(now)), metrics::kTimerPx, Weight::bold, ink);
    put(qs(date_text(now)) + QStringLiteral(" ") + Words::weekdayName(weekday(now)), metrics::kDensePx, Weight::normal,
        second);
    if (desk_.isLive() || width() >= kWholeWidth) {
        const QString mode = theme.mode() == ThemeMode::night ? tr("night theme") : tr("day theme");
        put(mode + QStringLiteral(" · ") + (theme.isByHand() ? tr("by hand") : tr("automatic")), metrics::kDensePx,
            Weight::normal, second);
    }
    const QString note = map_note(desk_.state().login().network_note());
    if (!note.isEmpty()) {
        put(note, metrics::kDensePx, Weight::bold, ink);
    }
    if (desk_.state().time_scale() != 1.0) {
        put(tr("simulated time x %1").arg(desk_.state().time_scale()), metrics::kDensePx, Weight::bold, ink);
    }
    return right;
}

void StatusStrip::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = desk_.theme();
    const auto& state = desk_.state();
    const bool stale = desk_.isStale();
    p.fillRect(rect(), theme.color(stale ? Token::st_bg : Token::bg_raise));
    const QColor ink = theme.color(stale ? Token::st_ink : Token::text_2);
    const double clock = paintClock(p);
    int x = metrics::kMargin;
    x += paintDegraded(p, x);
    if (!desk_.isLive()) {
        const QString text = stale ? tr("× Dispatch server disconnected %1")
                                         .arg(qs(elapsed_text(desk_.localUs() - state.lost_since_us())))
                                   : tr("Connecting to the dispatch server");
        const int w = text_width(text, metrics::kDensePx, Weight::bold);
        paint_text(p, QRectF(x, 0, w + 2, height()), Qt::AlignVCenter, text, metrics::kDensePx, Weight::bold,
                   theme.color(stale ? Token::st_ink : Token::text_1), Elide::none);
        x += w + 20;
        const QString direct = Words::direct(state.direct());
        const QString detail = direct.isEmpty() ? qs(state.link().detail) : direct;
        paint_text(p, QRectF(x, 0, std::min(560.0, clock - x - metrics::kMargin), height()), Qt::AlignVCenter, detail, metrics::kDensePx,
                   direct.isEmpty() ? Weight::normal : Weight::bold, ink);
    } else {
        for (const auto& [name, value] : parts_) {
            x += paintPart(p, x, name, value, ink);
        }
        paint_part_marks(p, QRectF(x, 0, clock - x - metrics::kMargin, height()), marks_.empty() ? part_marks(desk_, {}) : marks_,
                         {metrics::kDensePx, ink, theme.color(Token::text_3)});
    }
}

} // namespace ems::console
