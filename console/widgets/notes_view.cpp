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
    takeWords(incident);
    ask();
    const bool empty = count == 0 && words_.empty();
    if (isHidden() != empty) {
        setVisible(!empty);
        emit shownChanged();
    }
    update();
}

void NotesView::takeWords(const api::Incident* incident) {
    words_.clear();
    if (incident == nullptr) {
        return;
    }
    for (const api::NeighbourWord& word : incident->neighbours()) {
        const auto id = -static_cast<std::int64_t>(words_.size()) - 1;
        words_.insert(words_.begin(), Entry{id, word.at_us(), qs(word.who()), Words::neighbour(word)});
    }
}

void NotesView::ask() {
    if (!panel_->isVisible() || asked_ != 0 || notes_.size() >= count_ || desk_.isPast() || desk_.monotonicUs() < retry_us_) {
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
        retry_us_ = desk_.monotonicUs() + kRetryUs;
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
    retry_us_ = desk_.monotonicUs() + kRetryUs; // should it tell less than there are
    update();
}

const NotesView::Entry& NotesView::entryOf(std::size_t row) const {
    return entries_.at(row - 1);
}

QString NotesView::writtenBy(const Entry& entry) const {
    const QString day = qs(date_text(entry.at_us));
    const QString time = qs(clock_text(entry.at_us));
    const bool today = day == qs(date_text(desk_.shownUs()));
    return (today ? time : day + QStringLiteral(" ") + time) + QStringLiteral("　") + entry.who;
}

void NotesView::rebuild() {
    entries_ = words_;
    for (const api::Note& note : notes_) {
        entries_.push_back({note.id(), note.at_us(), qs(note.who()), qs(note.text())});
    }
    std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.at_us > b.at_us; });
    rows_.clear();
    rows_.push_back({kHead, 0});
    for (const Entry& entry : entries_) {
        rows_.push_back({kCaption + text_height(entry.text, width() - 2 * kSide) + 2 * kPadding, entry.id});
    }
}

void NotesView::paintHead(QPainter& p, const QRectF& inner, const QRect& box) const {
    const Theme& theme = desk_.theme();
    const bool whole = notes_.size() >= count_;
    const QString rest = whole || desk_.isPast() ? QString{}
                         : failed_               ? tr(" · earlier ones could not be read")
                                                 : tr(" · earlier ones are being read");
    QString head = words_.empty() ? QString{} : tr("Neighbours %1").arg(words_.size());
    if (count_ != 0) {
        head += (head.isEmpty() ? QString{} : QStringLiteral("　")) + tr("Notes %1").arg(count_) + rest;
    }
    paint_text(p, inner, Qt::AlignVCenter, head, metrics::kCaptionPx, Weight::bold,
               theme.color(desk_.isStale() ? Token::st_text : Token::text_2));
    p.fillRect(QRectF{inner.left(), static_cast<double>(box.bottom()), inner.width(), 1}, theme.color(Token::line));
}

void NotesView::paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) {
    const Theme& theme = desk_.theme();
    const bool stale = desk_.isStale();
    const auto color = [&](Token token) { return theme.color(stale ? Token::st_text : token); };
    const QRectF inner = QRectF{box}.adjusted(kSide, 0, -kSide, 0);
    if (index == 0) {
        paintHead(p, inner, box);
        return;
    }
    if (is_current) {
        paintSelection(p, box);
    }
    const Entry& entry = entryOf(index);
    paint_text(p, {inner.left(), inner.top() + kPadding, inner.width(), kCaption}, Qt::AlignVCenter, writtenBy(entry),
               metrics::kCaptionPx, Weight::normal, color(Token::text_2));
    p.setFont(Theme::font(metrics::kDensePx));
    p.setPen(color(Token::text_1));
    p.drawText(inner.adjusted(0, kPadding + kCaption, 0, 0), kWrap, entry.text);
}

QString NotesView::spokenRow(std::size_t index) const {
    const Entry& entry = entryOf(index);
    return writtenBy(entry) + QStringLiteral(": ") + entry.text;
}

} // namespace ems::console
