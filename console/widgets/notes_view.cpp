#include "console/widgets/notes_view.h"

#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "console/widgets/words.h"

#include <algorithm>

#include <QFontMetrics>
#include <QPainter>

namespace ems::console {
namespace {

constexpr int kHead = 22;
constexpr int kCaption = 17;
constexpr int kPadding = 4;
constexpr int kSide = 10;
constexpr std::int64_t kRetryUs = 5'000'000;
constexpr int kWrap = Qt::TextWordWrap | Qt::TextWrapAnywhere;

int text_height(const QString& text, int width) {
    const QFontMetrics font_metrics{Theme::font(metrics::kDensePx)};
    return font_metrics.boundingRect(QRect{0, 0, std::max(40, width), 10'000}, kWrap, text).height();
}

} // namespace

NotesView::NotesView(Desk& desk, QWidget* panel) : RowList(desk, panel), panel_(panel) {
    setObjectName(QStringLiteral("notesView"));
    setAccessibleName(tr("Notes of the case"));
    hide();
    connect(&desk_, &Desk::stateChanged, this, &NotesView::follow);
    connect(&desk_, &Desk::selectionChanged, this, &NotesView::follow);
    connect(&desk_, &Desk::ticked, this, &NotesView::ask);
    connect(&desk_, &Desk::answeredBehind, this, &NotesView::take);
    follow();
}

void NotesView::follow() {
    const auto* incident = desk_.state().incident(desk_.state().selected_incident());
    const std::int64_t id = incident == nullptr ? 0 : incident->id();
    const std::uint32_t count = incident == nullptr ? 0 : incident->notes();
    if (id != incident_id_ || count < count_) { // of a replay that went back too
        incident_id_ = id;
        notes_.clear();
        asked_ = 0;
        retry_us_ = 0;
        failed_ = false;
    }
    count_ = count;
    if (count != 0 && (notes_.empty() || notes_.front().id() < incident->newest_note().id())) {
        if (desk_.isPast()) {
            notes_.clear();
        }
        notes_.insert(notes_.begin(), incident->newest_note());
    }
    ask();
    if (isHidden() != (count == 0)) {
        setVisible(count != 0);
        emit shownChanged();
    }
    update();
}

void NotesView::ask() {
    if (!panel_->isVisible() || asked_ != 0 || notes_.size() >= count_ || desk_.isPast() || desk_.localUs() < retry_us_) {
        return;
    }
    api::ClientFrame frame;
    frame.mutable_get_timeline()->set_incident_id(incident_id_);
    asked_ = desk_.askBehind(std::move(frame));
}

void NotesView::take(const api::ServerFrame& frame) {
    if (asked_ == 0 || frame.reply_to() != asked_) {
        return;
    }
    asked_ = 0;
    failed_ = !frame.has_timeline();
    if (failed_) {
        retry_us_ = desk_.localUs() + kRetryUs;
        update();
        return;
    }
    // What came meanwhile with the case may be newer than the answer.
    std::vector<api::Note> all{frame.timeline().notes().rbegin(), frame.timeline().notes().rend()};
    for (auto newer = notes_.rbegin(); newer != notes_.rend(); ++newer) {
        if (all.empty() || newer->id() > all.front().id()) {
            all.insert(all.begin(), *newer);
        }
    }
    notes_ = std::move(all);
    retry_us_ = desk_.localUs() + kRetryUs; // should it tell less than there are
    update();
}

const api::Note& NotesView::noteOf(std::size_t row) const {
    return notes_.at(row - 1);
}

QString NotesView::writtenBy(const api::Note& note) const {
    const QString day = qs(date_text(note.at_us()));
    const QString time = qs(clock_text(note.at_us()));
    const bool today = day == qs(date_text(desk_.shownUs()));
    return (today ? time : day + QStringLiteral(" ") + time) + QStringLiteral("　") + qs(note.who());
}

void NotesView::rebuild() {
    rows_.clear();
    rows_.push_back({kHead, 0});
    for (const api::Note& note : notes_) {
        rows_.push_back({kCaption + text_height(qs(note.text()), width() - 2 * kSide) + 2 * kPadding, note.id()});
    }
}

void NotesView::paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) {
    const Theme& theme = desk_.theme();
    const bool stale = desk_.isStale();
    const auto color = [&](Token token) { return theme.color(stale ? Token::st_text : token); };
    const QRectF inner = QRectF{box}.adjusted(kSide, 0, -kSide, 0);
    if (index == 0) {
        const bool whole = notes_.size() >= count_;
        const QString rest = whole || desk_.isPast() ? QString{}
                             : failed_               ? tr(" · earlier ones could not be read")
                                                     : tr(" · earlier ones are being read");
        paint_text(p, inner, Qt::AlignVCenter, tr("Notes %1").arg(count_) + rest, metrics::kCaptionPx, Weight::bold,
                   color(Token::text_2));
        p.fillRect(QRectF{inner.left(), static_cast<double>(box.bottom()), inner.width(), 1}, theme.color(Token::line));
        return;
    }
    if (is_current) {
        paintSelection(p, box);
    }
    const api::Note& note = noteOf(index);
    paint_text(p, {inner.left(), inner.top() + kPadding, inner.width(), kCaption}, Qt::AlignVCenter, writtenBy(note),
               metrics::kCaptionPx, Weight::normal, color(Token::text_2));
    p.setFont(Theme::font(metrics::kDensePx));
    p.setPen(color(Token::text_1));
    p.drawText(inner.adjusted(0, kPadding + kCaption, 0, 0), kWrap, qs(note.text()));
}

QString NotesView::spokenRow(std::size_t index) const {
    const api::Note& note = noteOf(index);
    return writtenBy(note) + QStringLiteral(": ") + qs(note.text());
}

} // namespace ems::console
