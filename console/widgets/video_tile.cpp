#include "console/widgets/video_tile.h"

#include "console/model/ageing.h"
#include "console/theme/alarm_words.h"
#include "console/theme/drill_marks.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "console/widgets/video_picture.h"
#include "console/widgets/words.h"

#include <algorithm>

#include <QBuffer>
#include <QKeyEvent>
#include <QPainter>

namespace ems::console {
namespace {

constexpr int kPollMs = 33;
constexpr double kRateS = 2.0;
constexpr double kNoteS = 6.0;
struct CaptionSize {
    int px;
    int high;
    int margin; // left and right of the text
};
constexpr CaptionSize kSmall{metrics::kCaptionPx, 20, 8};
constexpr CaptionSize kLarge{metrics::kNamePx, 28, 12}; // read from further away than a tile
constexpr int kJpegBytesMax = 192 * 1024; // what the centre takes

// As good as fits: a large picture is stored in less detail, and a very large one smaller.
QByteArray jpeg_of(QImage image) {
    for (int halvings = 0; halvings < 4; ++halvings) {
        for (const int quality : {88, 75, 60}) {
            QByteArray bytes;
            QBuffer buffer{&bytes};
            buffer.open(QIODevice::WriteOnly);
            if (!image.save(&buffer, "JPG", quality)) {
                return {};
            }
            if (bytes.size() <= kJpegBytesMax) {
                return bytes;
            }
        }
        image = image.scaled(image.size() / 2, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    }
    return {};
}

} // namespace

VideoTile::VideoTile(Desk& desk, VideoSource* source, QWidget* parent)
    : QWidget(parent), desk_(desk), source_(source) {
    setObjectName(QStringLiteral("videoTile"));
    setAccessibleName(tr("Camera"));
    setMinimumSize(112, 63);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    poll_.setInterval(kPollMs);
    connect(&poll_, &QTimer::timeout, this, &VideoTile::poll);
    connect(&desk_, &Desk::ticked, this, qOverload<>(&QWidget::update));
    connect(&desk_, &Desk::orderDone, this, [this](const QString& echo) {
        if (!stored_echo_.isEmpty() && echo == stored_echo_) {
            stored_echo_.clear();
            note_ = tr("stored: %1").arg(echo);
            note_until_s_ = desk_.monotonicS() + kNoteS;
            update();
        }
    });
    connect(&desk_, &Desk::orderRefused, this, [this](const QString& echo, const QString& why) {
        if (!stored_echo_.isEmpty() && echo == stored_echo_) {
            stored_echo_.clear();
            note_ = tr("not stored: %1").arg(why);
            note_until_s_ = desk_.monotonicS() + kNoteS;
            update();
        }
    });
    connect(&desk_.theme(), &Theme::changed, this, [this] {
        captions_key_.clear();
        update();
    });
}

void VideoTile::forgetPicture() {
    picture_ = {};
    mark_.reset();
    held_ = {};
    grey_ = {};
    unpainted_ = false;
    rate_count_ = 0;
    note_.clear();
    update();
}

void VideoTile::setChannel(const std::optional<CameraChannel>& channel) {
    if (channel == channel_) {
        return;
    }
    if (!grant_id_.empty() && source_ != nullptr) {
        source_->close();
    }
    grant_id_.clear();
    refusal_.clear();
    rate_figures_.recording = video::RecordingState::unknown;
    channel_ = channel;
    setAccessibleName(channel_ ? sourceText() : tr("Camera"));
    forgetPicture();
}

void VideoTile::setGrant(const api::VideoGrant* grant, const QString& refusal) {
    if (refusal != refusal_) {
        refusal_ = refusal;
        update();
    }
    if (grant == nullptr && !grant_id_.empty() && source_ != nullptr) {
        source_->close();
        grant_id_.clear();
    }
    if (grant == nullptr || source_ == nullptr || !channel_ || grant->grant_id() == grant_id_) {
        return;
    }
    grant_id_ = grant->grant_id();
    source_->open(*grant);
}

std::optional<MediaServer> VideoTile::server() const {
    if (source_ == nullptr || grant_id_.empty()) {
        return std::nullopt;
    }
    return source_->figures().server_heard ? MediaServer::heard : MediaServer::silent;
}

QString VideoTile::sourceText() const {
    if (!channel_) {
        return {};
    }
    const auto* unit = desk_.state().unit(channel_->unit_id);
    return (unit == nullptr ? QString{} : qs(unit->name())) + QStringLiteral("　") + camera_text(channel_->camera);
}

void VideoTile::showEvent(QShowEvent* event) {
    poll_.start();
    QWidget::showEvent(event);
}

void VideoTile::hideEvent(QHideEvent* event) {
    poll_.stop();
    QWidget::hideEvent(event);
}

void VideoTile::measure(double now_s) {
    const double passed_s = now_s - rate_from_s_;
    if (passed_s < kRateS) {
        return;
    }
    const VideoFigures now = source_->figures();
    const auto since = [](std::uint64_t newer, std::uint64_t older) {
        return newer >= older ? static_cast<double>(newer - older) : 0.0; // another receiver counts from nothing
    };
    const double packets = since(now.packets, rate_figures_.packets);
    const double lost = since(now.lost, rate_figures_.lost);
    loss_percent_ = packets + lost > 0 ? 100.0 * lost / (packets + lost) : 0;
    rate_kbit_ = since(now.bytes, rate_figures_.bytes) * 8 / 1'000 / passed_s;
    rate_fps_ = rate_count_ / passed_s;
    rate_figures_ = now;
    rate_from_s_ = now_s;
    rate_count_ = 0;
}

void VideoTile::poll() {
    if (source_ == nullptr) {
        return;
    }
    const double now = desk_.monotonicS();
    if (auto picture = source_->take()) {
        picture_ = std::move(picture->image);
        grey_ = {};
        const double waited_s = static_cast<double>(desk_.localUs() - picture->received_us) / 1e6;
        picture_at_s_ = now - std::max(0.0, waited_s); // a hidden tile takes none: its next one may be of long ago
        mark_ = picture->mark;
        ++rate_count_;
        unpainted_ = true;
        if (held_.isNull()) {
            update();
        }
    }
    measure(now);
    if (hasPicture() && look() != painted_) {
        update(); // it does not wait for the second's tick to be grey
    }
}

void VideoTile::toggleHold() {
    if (isHeld()) {
        held_ = {};
    } else if (hasPicture()) {
        held_ = picture_;
        held_us_ = desk_.state().server_us(desk_.localUs()) - static_cast<std::int64_t>(takenAgeS() * 1e6);
    }
    update();
}

bool VideoTile::store() {
    if (!hasPicture() || !channel_) {
        return false;
    }
    const QImage& seen = isHeld() ? held_ : picture_;
    const QImage shown = desk_.isDrill() ? drill_marked(seen, desk_.theme()) : seen;
    const std::int64_t taken_us =
        isHeld() ? held_us_ : desk_.state().server_us(desk_.localUs()) - static_cast<std::int64_t>(takenAgeS() * 1e6);
    const QByteArray jpeg = jpeg_of(shown);
    if (jpeg.isEmpty()) {
        return false;
    }
    api::ClientFrame frame;
    auto* s = frame.mutable_store_snapshot();
    s->set_incident_id(channel_->incident_id);
    s->set_unit_id(channel_->unit_id);
    s->set_camera(channel_->camera);
    s->set_taken_us(taken_us);
    s->set_jpeg(jpeg.toStdString());
    s->set_width(static_cast<std::uint32_t>(shown.width()));
    s->set_height(static_cast<std::uint32_t>(shown.height()));
    const auto* incident = desk_.state().incident(channel_->incident_id);
    const QString echo = tr("picture %1 of %2 into %3")
                             .arg(qs(clock_text(taken_us)), sourceText(),
                                  incident == nullptr ? QString{} : qs(incident->number()));
    if (desk_.order(frame, echo)) {
        note_ = tr("not stored: %1").arg(tr("not connected"));
        note_until_s_ = desk_.monotonicS() + kNoteS;
        update();
        return false;
    }
    stored_echo_ = echo;
    note_ = tr("storing");
    note_until_s_ = desk_.monotonicS() + kNoteS;
    update();
    return true;
}

void VideoTile::setLarge(bool large) {
    large_ = large;
    captions_key_.clear();
    update();
}

void VideoTile::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_F:
        toggleHold();
        return;
    case Qt::Key_S:
        store();
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        emit largeWanted();
        return;
    case Qt::Key_Escape:
        if (large_) {
            emit smallWanted();
            return;
        }
        break;
    default:
        break;
    }
    QWidget::keyPressEvent(event);
}

void VideoTile::mouseDoubleClickEvent(QMouseEvent* /*event*/) {
    if (large_) {
        emit smallWanted();
    } else {
        emit largeWanted();
    }
}

VideoTile::Look VideoTile::look() const {
    if (isHeld()) {
        return Look::held;
    }
    if (desk_.isStale() || is_frozen(static_cast<std::int64_t>(pictureAgeS() * 1e6), sentForm())) {
        return Look::stale;
    }
    return isStill() || takenAgeS() * 1'000.0 > static_cast<double>(kVideoAge.period_ms) ? Look::late : Look::live;
}

double VideoTile::takenAgeS() const {
    const double since_came_s = pictureAgeS();
    double age_s = since_came_s;
    if (rate_figures_.delay_us) {
        age_s += static_cast<double>(*rate_figures_.delay_us) / 1e6;
    }
    if (mark_ && mark_->clock == video::CaptureClock::disciplined) {
        const std::int64_t now_us = desk_.state().server_us(desk_.localUs());
        const auto came_us = now_us - static_cast<std::int64_t>(since_came_s * 1e6);
        if (video::time_on_the_way(*mark_, came_us)) { // else the clocks are not of one time
            age_s = std::max(since_came_s, static_cast<double>(now_us - mark_->captured_us) / 1e6);
        }
    }
    return age_s;
}

video::RecordingState VideoTile::recording() const {
    return rate_figures_.server_heard ? rate_figures_.recording : video::RecordingState::unknown;
}

// A narrow tile has no room for the reason, and a dot says that all is well.
QString VideoTile::recordingText() const {
    using State = video::RecordingState;
    const bool narrow = isNarrow();
    switch (recording()) {
    case State::unknown:
        return {};
    case State::recording:
        return narrow ? QStringLiteral("●") : tr("● recorded");
    case State::disk_full:
        return narrow ? tr("○ not recorded") : tr("○ not recorded: disk full");
    case State::disk_failed:
        return narrow ? tr("○ not recorded") : tr("○ not recorded: disk fails");
    case State::disk_slow:
        return narrow ? tr("○ not recorded") : tr("○ not recorded: disk too slow");
    case State::off:
        return narrow ? tr("○ not recorded") : tr("○ not recorded: switched off");
    }
    return {};
}

// Texts cost more than the picture: they are painted when they change, and copied 25 times a second.
void VideoTile::renewCaptions(Look look) {
    const Theme& theme = desk_.theme();
    const QString status = statusText();
    const QString figures = figuresText();
    const QString recorded = recordingText();
    const bool note_shown = !note_.isEmpty() && desk_.monotonicS() < note_until_s_;
    const QString below = note_shown               ? note_
                          : hasFocus() && !isNarrow()
                              ? (large_ ? tr("F hold　S store　Esc small") : tr("F hold　S store　Enter large"))
                              : QString{};
    const QString key = status + QLatin1Char('|') + recorded + QLatin1Char('|') + figures + QLatin1Char('|') + below + QString::number(width()) +
                        QLatin1Char('x') + QString::number(height()) + QString::number(static_cast<int>(look));
    if (key == captions_key_) {
        return;
    }
    captions_key_ = key;
    captions_.clear();
    const bool marked = look == Look::stale || look == Look::held;
    const CaptionSize size = large_ ? kLarge : kSmall;
    const auto caption = [&](const QString& text, bool right, int top, bool inverse, Weight weight) {
        const int w = std::min(width(), text_width(text, size.px, weight) + 2 * size.margin);
        QImage image{QSize{w, size.high} * devicePixelRatioF(), QImage::Format_RGB32};
        image.setDevicePixelRatio(devicePixelRatioF());
        image.fill(theme.color(inverse ? Token::st_bg : Token::v_bg));
        QPainter p{&image};
        paint_text(p, QRectF(size.margin / 2.0, 0, w - size.margin, size.high), Qt::AlignCenter, text, size.px, weight,
                   theme.color(inverse ? Token::st_ink : Token::v_ink));
        captions_.push_back({{right ? width() - w : 0, top}, image});
    };
    caption(status, false, 0, marked, look == Look::live ? Weight::normal : Weight::bold);
    caption(figures, true, height() - size.high, false, Weight::normal);
    if (!recorded.isEmpty()) {
        const bool lost = video::is_unrecorded(recording());
        const Weight weight = lost ? Weight::bold : Weight::normal;
        const bool beside = captions_.front().image.deviceIndependentSize().width() +
                                text_width(recorded, size.px, weight) + 2 * size.margin <= width();
        caption(recorded, true, beside ? 0 : size.high, lost, weight);
    }
    if (!below.isEmpty()) {
        caption(below, false, height() - 2 * size.high - 2, note_shown, Weight::normal);
    }
}

QString VideoTile::emptyText() const {
    const VideoFigures figures = source_ == nullptr ? VideoFigures{} : source_->figures();
    if (!figures.problem.isEmpty()) {
        return figures.problem;
    }
    if (!channel_) {
        return tr("No camera");
    }
    if (!figures.refused_encoding.isEmpty()) {
        return tr("Sends %1: only H.264 can be shown").arg(figures.refused_encoding);
    }
    return !refusal_.isEmpty()   ? refusal_
           : !grant_id_.empty() ? tr("Waiting for the picture")
                                : tr("No camera granted yet");
}

void VideoTile::paintEmpty(QPainter& p) const {
    const Theme& theme = desk_.theme();
    p.fillRect(rect(), theme.color(Token::bg_field));
    p.setPen(QPen{theme.color(Token::line_strong), 2});
    const QPointF c{width() / 2.0, height() / 2.0 - 14};
    p.setRenderHint(QPainter::Antialiasing);
    p.drawRoundedRect(QRectF{c.x() - 24, c.y() - 16, 36, 32}, 2, 2);
    p.drawPolyline(QPolygonF{{c + QPointF{12, -4}, c + QPointF{26, -13}, c + QPointF{26, 13}, c + QPointF{12, 4}}});
    const int px = large_ ? kLarge.px : metrics::kDensePx;
    paint_text(p, QRectF(4, c.y() + 26, width() - 8, px + 8), Qt::AlignCenter, emptyText(), px, Weight::normal,
               theme.color(Token::text_2));
    if (channel_) {
        const CaptionSize size = large_ ? kLarge : kSmall;
        paint_text(p, QRectF(size.margin, 2, width() - 2 * size.margin, size.high - 2), Qt::AlignVCenter, sourceText(), size.px, Weight::normal,
                   theme.color(Token::text_2));
    }
}

void VideoTile::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = desk_.theme();
    if (picture_.isNull()) {
        paintEmpty(p);
    } else {
        const Look now = look();
        painted_ = now;
        const QImage& newest = now == Look::held ? held_ : picture_;
        const QRect box = fitted_box(newest.size(), size());
        if (now == Look::stale && (grey_.isNull() || grey_box_ != box)) {
            const QSize pixels = (QSizeF{box.size()} * devicePixelRatioF()).toSize();
            grey_ = frozen_picture(picture_, pixels, theme.color(Token::v_bg));
            grey_box_ = box;
        }
        for (const QRect& beside : QRegion{rect()} - box) {
            p.fillRect(beside, theme.color(Token::v_bg));
        }
        paint_picture(p, box, now == Look::stale ? grey_ : newest);
        if (unpainted_) {
            unpainted_ = false;
            ++desk_.state().stats().video_frames;
        }
        renewCaptions(now);
        for (const Caption& caption : captions_) {
            p.drawImage(caption.at, caption.image);
        }
        if (now == Look::stale) { // light on the dark picture, in both themes
            paint_frozen_frame(p, rect(), theme.color(Token::v_ink));
        }
    }
    if (hasFocus()) {
        p.setPen(QPen{theme.color(picture_.isNull() ? Token::focus : Token::v_ink), 2});
        p.setBrush(Qt::NoBrush);
        p.drawRect(rect().adjusted(1, 1, -1, -1));
    }
}

} // namespace ems::console
