// What a tile says of its picture. What tells whether the picture can be relied on comes first: a small tile has no room for the
// rest, and says that in short.
#include "console/widgets/video_tile.h"

#include "console/theme/time_text.h"
#include "console/widgets/words.h"

namespace ems::console {
namespace {

constexpr int kWholeFiguresPx = 380;

} // namespace

QString VideoTile::statusText(Wording wording) const {
    const bool brief = wording == Wording::brief;
    const QString name = sourceText();
    const QString taken = QString::number(takenAgeS(), 'f', 0);
    switch (look()) {
    case Look::held:
        return (brief ? tr("‖ %1　%2", "when it was taken, camera") : tr("‖ held picture of %1　%2")).arg(qs(clock_text(held_us_)), name);
    case Look::stale: {
        const QString since = qs(elapsed_text(static_cast<std::int64_t>(pictureAgeS() * 1e6)));
        return (brief ? tr("× %1　%2", "stopped for, camera") : tr("× stopped for %1　%2")).arg(since, name);
    }
    case Look::late:
        if (!isStill()) {
            return tr("%1 s old　%2").arg(taken, name);
        }
        return (brief ? tr("still %1 s　%2") : tr("still pictures, %1 s old　%2")).arg(taken, name);
    case Look::live:
        break;
    }
    return name + QStringLiteral("　") + tr("live");
}

QString VideoTile::figuresText(Wording wording) const {
    const QString gap = QStringLiteral("　");
    const bool brief = wording == Wording::brief;
    const QImage& shown = isHeld() ? held_ : picture_;
    QString out;
    if (rate_figures_.delay_us) {
        const double delay_s = static_cast<double>(*rate_figures_.delay_us) / 1e6;
        out = (brief ? QStringLiteral("%1 s").arg(delay_s, 0, 'f', 1) : tr("delay %1 s").arg(delay_s, 0, 'f', 2)) + gap;
    }
    if (rate_figures_.by_tls) {
        out += (brief ? QStringLiteral("TLS") : tr("by TLS")) + gap;
    }
    if (brief) {
        return out + QStringLiteral("%1 %").arg(loss_percent_, 0, 'f', 1);
    }
    out += tr("loss %1 %　%2 kbit/s").arg(loss_percent_, 0, 'f', 1).arg(qRound(rate_kbit_));
    if (width() >= kWholeFiguresPx) {
        out += gap + tr("%1×%2　%3 fps").arg(shown.width()).arg(shown.height()).arg(qRound(rate_fps_));
    }
    return out;
}

QString VideoTile::spokenText() {
    if (!hasPicture()) {
        return emptyText();
    }
    const QString gap = QStringLiteral("　");
    return statusText(Wording::whole) + gap + recordingText() + gap + figuresText(Wording::whole);
}

} // namespace ems::console
