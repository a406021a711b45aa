#include "console/widgets/video_tile.h"

#include "console/model/ageing.h"
#include "console/theme/time_text.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/words.h"

#include <algorithm>

#include <QPainter>

namespace ems::console {
namespace {
constexpr int kPollMs = 33;
}

VideoTile::VideoTile(Desk& desk, VideoSource* source, QWidget* parent)
    : QWidget(parent), desk_(desk), source_(source) {
    setObjectName(QStringLiteral("videoTile"));
    setAccessibleName(tr("Cabin camera"));
    setMinimumSize(240, 135);
    setAttribute(Qt::WA_OpaquePaintEvent);
    poll_.setInterval(kPollMs);
    connect(&poll_, &QTimer::timeout, this, &VideoTile::poll);
    connect(&desk_, &Desk::videoGrantChanged, this, &VideoTile::regrant);
    connect(&desk_, &Desk::ticked, this, qOverload<>(&QWidget::update));
}

void VideoTile::forgetPicture() {
    picture_ = {};
    unpainted_ = false;
    rate_count_ = 0;
    update();
}

void VideoTile::regrant() {
    const auto grant = desk_.videoGrant();
    if (source_ == nullptr) {
        return;
    }
    if (!grant) { // another unit is watched now, or none
        if (!grant_id_.empty()) {
            source_->close();
        }
        grant_id_.clear();
        unit_id_ = 0;
        camera_.clear();
        forgetPicture();
        return;
    }
    if (grant->grant_id() == grant_id_) {
        return;
    }
    if (grant->unit_id() != unit_id_ || grant->camera() != camera_) { // a renewal keeps the picture and its age
        forgetPicture();
    }
    grant_id_ = grant->grant_id();
    unit_id_ = grant->unit_id();
    camera_ = grant->camera();
    source_->open(*grant);
}

QString VideoTile::sourceText() const {
    const auto* unit = desk_.state().unit(unit_id_);
    return tr("Cabin") + QStringLiteral("　") + (unit == nullptr ? QString{} : qs(unit->name()));
}

void VideoTile::showEvent(QShowEvent* event) {
    poll_.start();
    QWidget::showEvent(event);
}

void VideoTile::hideEvent(QHideEvent* event) {
    poll_.stop();
    QWidget::hideEvent(event);
}

void VideoTile::poll() {
    if (source_ == nullptr) {
        return;
    }
    const double now = desk_.monotonicS();
    if (auto picture = source_->take()) {
        picture_ = std::move(picture->image);
        const double waited_s = static_cast<double>(desk_.localUs() - picture->received_us) / 1e6;
        picture_at_s_ = now - std::max(0.0, waited_s); // a hidden tile takes none: its next one may be of long ago
        ++rate_count_;
        unpainted_ = true;
        update();
    }
    if (now - rate_from_s_ >= 2.0) {
        rate_fps_ = rate_count_ / (now - rate_from_s_);
        rate_from_s_ = now;
        rate_count_ = 0;
    }
}

void VideoTile::paintCaptions(QPainter& p, const QRectF& box, bool frozen) const {
    const Theme& theme = desk_.theme();
    const double age_s = pictureAgeS();
    const QString name = sourceText();
    const auto caption = [&](const QString& text, bool right, bool bottom, Token ground, Token ink) {
        const int w = text_width(text, metrics::kCaptionPx) + 16;
        const QRectF r{right ? box.right() - w : box.left(), bottom ? box.bottom() - 20 : box.top(),
                       static_cast<double>(w), 20};
        p.fillRect(r, theme.color(ground));
        paint_text(p, r, Qt::AlignCenter, text, metrics::kCaptionPx, Weight::normal, theme.color(ink), Elide::none);
    };
    if (frozen) {
        caption(tr("× %1　stopped for %2").arg(name, qs(elapsed_text(static_cast<std::int64_t>(age_s * 1e6)))), false,
                false, Token::st_bg, Token::st_ink);
    } else {
        caption(name + QStringLiteral("　") + tr("live"), false, false, Token::v_bg, Token::v_ink);
    }
    const VideoFigures figures = source_->figures();
    const double loss = figures.packets + figures.lost == 0
                            ? 0
                            : 100.0 * static_cast<double>(figures.lost) / static_cast<double>(figures.packets + figures.lost);
    caption(tr("%1×%2　%3 fps　loss %4 %")
                .arg(picture_.width())
                .arg(picture_.height())
                .arg(qRound(rate_fps_))
                .arg(loss, 0, 'f', 1),
            true, true, Token::v_bg, Token::v_ink);
}

void VideoTile::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = desk_.theme();
    if (picture_.isNull()) {
        p.fillRect(rect(), theme.color(Token::bg_field));
        p.setPen(QPen{theme.color(Token::line_strong), 2});
        const QPointF c{width() / 2.0, height() / 2.0 - 14};
        p.setRenderHint(QPainter::Antialiasing);
        p.drawRoundedRect(QRectF{c.x() - 24, c.y() - 16, 36, 32}, 2, 2);
        p.drawPolyline(QPolygonF{{c + QPointF{12, -4}, c + QPointF{26, -13}, c + QPointF{26, 13}, c + QPointF{12, 4}}});
        const QString problem = source_ == nullptr ? QString{} : source_->figures().problem;
        const QString why = !problem.isEmpty()                ? problem
                            : desk_.patientUnit() == nullptr ? tr("No unit on this case")
                            : desk_.videoGrant()              ? tr("Waiting for the picture")
                                                              : tr("No camera granted yet");
        paint_text(p, QRectF(0, c.y() + 26, width(), 20), Qt::AlignCenter, why, metrics::kDensePx, Weight::normal,
                   theme.color(Token::text_2));
        return;
    }
    const double age_ms = pictureAgeS() * 1'000.0;
    const bool frozen = age_ms > static_cast<double>(kVideoAge.period_ms) * 3;
    p.fillRect(rect(), theme.color(Token::v_bg));
    const QSizeF fitted = QSizeF{picture_.size()}.scaled(QSizeF{size()}, Qt::KeepAspectRatio);
    const QRectF box{QPointF{(width() - fitted.width()) / 2, (height() - fitted.height()) / 2}, fitted};
    p.setOpacity(frozen ? 0.45 : 1.0);
    p.drawImage(box, picture_);
    p.setOpacity(1.0);
    if (unpainted_) {
        unpainted_ = false;
        ++desk_.state().stats().video_frames;
    }
    paintCaptions(p, QRectF{rect()}, frozen);
    if (frozen) {
        paint_stale_frame(p, theme, rect());
    }
}

} // namespace ems::console
