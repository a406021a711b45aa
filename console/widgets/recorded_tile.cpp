#include "console/widgets/recorded_tile.h"

#include "console/theme/alarm_words.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "console/widgets/video_picture.h"
#include "console/widgets/words.h"

#include <algorithm>

#include <QPainter>

namespace ems::console {
namespace {

constexpr int kTakeMs = 20;
constexpr int kCaptionHeight = 20;
// Files are fetched before they are needed, one behind the other.
constexpr std::int64_t kAheadUs = 32'000'000;

} // namespace

RecordedTile::RecordedTile(ReplayPlayer& player, std::int64_t unit_id, std::string camera,
                           std::unique_ptr<RecordedPictures> pictures, QWidget* parent)
    : QWidget(parent), player_(player), unit_id_(unit_id), camera_(std::move(camera)), pictures_(std::move(pictures)) {
    setObjectName(QStringLiteral("recordedTile"));
    setAccessibleName(tr("Recorded video"));
    setMinimumSize(160, 90);
    setAttribute(Qt::WA_OpaquePaintEvent);
    timer_.setInterval(kTakeMs);
    connect(&timer_, &QTimer::timeout, this, &RecordedTile::follow);
    connect(&player_, &ReplayPlayer::moved, this, &RecordedTile::follow);
    timer_.start();
}

void RecordedTile::forget(Why why) {
    file_id_.clear();
    if (why != why_ || !picture_.isNull()) {
        picture_ = {};
        shown_us_.reset();
        why_ = why;
        update();
    }
}

void RecordedTile::follow() {
    const std::int64_t at = player_.atUs();
    const ReplayCase& past = player_.past();
    const api::Recording* running = past.running(api::Recording::VIDEO, unit_id_, camera_, at);
    if (running == nullptr || pictures_ == nullptr) {
        forget(Why::not_recorded);
        return;
    }
    if (!past.files_readable()) {
        forget(Why::unreadable);
        return;
    }
    const auto file = player_.loader().file(*running);
    if (file == nullptr || file->empty()) {
        forget(file == nullptr ? Why::coming : Why::unreadable);
        return;
    }
    fetchAhead(at);
    const std::uint64_t order = pictures_->want(file, at - running->first_us());
    if (file_id_ != running->id()) {
        file_id_ = running->id();
        file_first_us_ = running->first_us();
        first_order_ = order;
    }
    settle(order, at); // before the picture is taken, which may be of a later wish
    if (auto picture = pictures_->take(); picture && picture->order >= first_order_) {
        picture_ = std::move(picture->image);
        shown_us_ = file_first_us_ + picture->at_us;
        apart_us_ = picture->apart_us;
        why_ = Why::shown;
        update();
    }
    if (frozenS() != painted_frozen_s_) {
        update();
    }
}

void RecordedTile::settle(std::uint64_t order, std::int64_t at_us) {
    const std::uint64_t fulfilled = pictures_->fulfilled();
    if (fulfilled < wish_.order) {
        return;
    }
    settled_us_ = fulfilled >= order ? at_us : wish_.at_us;
    wish_ = {order, at_us};
}

// The form is not recorded; the pictures' distance tells it.
bool RecordedTile::isFrozen() const {
    using video::SentForm;
    const bool still = apart_us_ && is_frozen(*apart_us_, SentForm::moving);
    return is_frozen(standsUs(), still ? SentForm::still : SentForm::moving);
}

std::optional<std::int64_t> RecordedTile::frozenS() const {
    return isFrozen() ? std::optional{standsUs() / 1'000'000} : std::nullopt;
}

void RecordedTile::fetchAhead(std::int64_t at_us) {
    for (const api::Recording& r : player_.past().recordings()) {
        const bool ours = r.kind() == api::Recording::VIDEO && r.unit_id() == unit_id_ && r.camera() == camera_;
        if (ours && r.first_us() > at_us && r.first_us() <= at_us + kAheadUs && !player_.loader().isBusy()) {
            player_.loader().file(r);
        }
    }
}

void RecordedTile::paintCaption(QPainter& p) const {
    const bool frozen = painted_frozen_s_.has_value();
    const Theme& theme = player_.desk().theme();
    const auto* unit = player_.desk().state().unit(unit_id_);
    QString caption = (unit == nullptr ? QString{} : qs(unit->name())) + QStringLiteral("　") + camera_text(camera_);
    if (shown_us_) {
        const auto tenths = static_cast<int>(*shown_us_ % 1'000'000 / 100'000);
        caption += QStringLiteral("　") + qs(clock_text(*shown_us_)) + QStringLiteral(".%1").arg(tenths);
    }
    if (frozen) {
        caption = tr("× stopped for %1　%2").arg(qs(elapsed_text(*painted_frozen_s_ * 1'000'000)), caption);
    }
    const Weight weight = frozen ? Weight::bold : Weight::normal;
    const QString mark = tr("replay");
    const int mark_width = text_width(mark, metrics::kCaptionPx, Weight::bold) + 12;
    p.fillRect(QRect{0, 0, mark_width, kCaptionHeight}, theme.color(Token::rp));
    paint_text(p, QRectF(0, 0, mark_width, kCaptionHeight), Qt::AlignCenter, mark, metrics::kCaptionPx, Weight::bold,
               theme.color(Token::rp_ink));
    const int width_px = std::min(width() - mark_width, text_width(caption, metrics::kCaptionPx, weight) + 16);
    const QRectF box(mark_width, 0, width_px, kCaptionHeight);
    p.fillRect(box, theme.color(frozen ? Token::st_bg : Token::v_bg));
    paint_text(p, box.adjusted(6, 0, -4, 0), Qt::AlignVCenter, caption, metrics::kCaptionPx, weight,
               theme.color(frozen ? Token::st_ink : Token::v_ink));
}

void RecordedTile::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = player_.desk().theme();
    painted_frozen_s_ = frozenS();
    const bool frozen = painted_frozen_s_.has_value();
    p.fillRect(rect(), theme.color(Token::v_bg));
    if (!picture_.isNull()) {
        const QRect box = fitted_box(picture_.size(), size());
        const QSize pixels = (QSizeF{box.size()} * devicePixelRatioF()).toSize();
        paint_picture(p, box, frozen ? frozen_picture(picture_, pixels, theme.color(Token::v_bg)) : picture_);
    } else {
        const QString why = why_ == Why::not_recorded ? tr("Nothing was recorded at this moment")
                            : why_ == Why::unreadable ? tr("The recording cannot be read")
                                                      : tr("The recording is being fetched");
        paint_text(p, QRectF{rect()}, Qt::AlignCenter, why, metrics::kDensePx, Weight::normal, theme.color(Token::v_ink));
    }
    paintCaption(p);
    if (frozen) {
        paint_frozen_frame(p, rect(), theme.color(Token::v_ink));
    }
}

SpeechFollower::SpeechFollower(ReplayPlayer& player, RecordedSpeech* speech, QObject* parent)
    : QObject(parent), player_(player), speech_(speech), jumps_(player.jumps()) {
    connect(&player_, &ReplayPlayer::moved, this, &SpeechFollower::follow);
}

void SpeechFollower::follow() {
    const std::int64_t at = player_.atUs();
    now_ = nullptr;
    for (const api::ReplayPart& part : player_.past().parts()) {
        const auto* running = player_.past().running(api::Recording::VOICE, part.unit_id(), {}, at);
        now_ = now_ == nullptr ? running : now_;
    }
    const bool runs = player_.isPlaying() && !player_.isWaiting() && player_.speed() == ReplaySpeed::x1;
    const bool jumped = jumps_ != player_.jumps();
    jumps_ = player_.jumps();
    if (speech_ == nullptr) {
        return;
    }
    if (!playing_.empty() && (!runs || jumped || now_ == nullptr || now_->id() != playing_)) {
        speech_->stop();
        playing_.clear();
    }
    if (now_ == nullptr || !runs || playing_ == now_->id() || !player_.past().files_readable()) {
        return;
    }
    const auto file = player_.loader().file(*now_);
    if (file != nullptr && !file->empty()) {
        speech_->play(file, at - now_->first_us());
        playing_ = now_->id();
    }
}

} // namespace ems::console
