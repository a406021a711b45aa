#include "console/widgets/place_list.h"

#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/words.h"

#include <algorithm>

#include <QMouseEvent>
#include <QPainter>

namespace ems::console {
namespace {

constexpr int kRowHeight = 40;
constexpr int kFootHeight = 22;

QString township(const PlaceCandidate& c) {
    return c.within.empty()       ? QString{}
           : c.within_is_nearest ? PlaceList::tr("near %1").arg(qs(c.within))
                                  : qs(c.within);
}

// Why a name is there that is not what was typed.
QString matchNote(map::MatchKind match) {
    switch (match) {
    case map::MatchKind::homophone:
        return PlaceList::tr("sounds alike");
    case map::MatchKind::typo:
        return PlaceList::tr("one letter differs");
    case map::MatchKind::beginning:
        return PlaceList::tr("only the beginning");
    case map::MatchKind::text:
    case map::MatchKind::initials:
    case map::MatchKind::none:
        break;
    }
    return {};
}

// "no way to tell": at the very place there is no direction.
QString direction(const PlaceCandidate& c) {
    constexpr double kThereM = 5;
    return c.distance_m < kThereM ? QString{} : Words::compass(c.sector) + QLatin1Char(' ') + Words::distance(c.distance_m);
}

} // namespace

PlaceList::PlaceList(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    setObjectName(QStringLiteral("placeList"));
    setAccessibleName(tr("Places found"));
    setFocusPolicy(Qt::NoFocus);
    setCursor(Qt::PointingHandCursor);
    connect(&theme_, &Theme::changed, this, qOverload<>(&QWidget::update));
    hide();
}

void PlaceList::setCandidates(std::vector<PlaceCandidate> candidates) {
    candidates_ = std::move(candidates);
    chosen_ = 0;
    setVisible(!candidates_.empty());
    if (!candidates_.empty()) {
        resize(width(), sizeHint().height());
        setAccessibleDescription(rowText(candidates_.front()));
        raise();
    }
    update();
}

std::optional<PlaceCandidate> PlaceList::chosen() const {
    return candidates_.empty() ? std::nullopt : std::optional{candidates_[chosen_]};
}

void PlaceList::choose(int step) {
    if (candidates_.empty()) {
        return;
    }
    const auto last = static_cast<int>(candidates_.size()) - 1;
    chosen_ = static_cast<std::size_t>(std::clamp(static_cast<int>(chosen_) + step, 0, last));
    setAccessibleDescription(rowText(candidates_[chosen_]));
    update();
}

QString PlaceList::rowText(const PlaceCandidate& c) {
    QStringList parts{qs(c.name), township(c), Words::placeKind(c.kind), qs(c.reading), matchNote(c.match), direction(c)};
    parts.removeAll(QString{});
    return parts.join(QStringLiteral(" · "));
}

QSize PlaceList::sizeHint() const {
    return {320, static_cast<int>(candidates_.size()) * kRowHeight + kFootHeight};
}

void PlaceList::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.fillRect(rect(), theme_.color(Token::bg_raise));
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        const QRectF row{0, static_cast<double>(i) * kRowHeight, static_cast<double>(width()), kRowHeight};
        paintRow(p, row, candidates_[i], i == chosen_);
    }
    const QRectF foot{8, static_cast<double>(height() - kFootHeight), width() - 16.0, kFootHeight};
    paint_text(p, foot, Qt::AlignVCenter, tr("↑ ↓ choose · Enter takes it · Esc closes"), metrics::kCaptionPx, Weight::normal,
               theme_.color(Token::text_2));
    p.setBrush(Qt::NoBrush);
    p.setPen(QPen{theme_.color(Token::line_strong), 1});
    p.drawRect(QRectF{rect()}.adjusted(0.5, 0.5, -0.5, -0.5));
}

void PlaceList::paintRow(QPainter& p, const QRectF& row, const PlaceCandidate& c, bool is_chosen) {
    if (is_chosen) {
        p.fillRect(row, theme_.color(Token::bg_sel));
        p.fillRect(QRectF{row.left(), row.top(), 3, row.height()}, theme_.color(Token::focus));
    }
    const QRectF upper{row.left() + 10, row.top() + 2, row.width() - 18, row.height() / 2};
    const QRectF lower{upper.left(), row.top() + row.height() / 2 - 1, upper.width(), row.height() / 2 - 2};
    const QString far = direction(c);
    const double far_width = text_width(far, metrics::kDensePx) + 8.0;
    const QString name = qs(c.name);
    const double name_width = std::min(text_width(name, metrics::kBodyPx, Weight::bold) + 10.0, upper.width() - far_width);
    paint_text(p, {upper.left(), upper.top(), name_width, upper.height()}, Qt::AlignVCenter, name, metrics::kBodyPx,
               Weight::bold, theme_.color(Token::text_1));
    paint_text(p, {upper.left() + name_width, upper.top(), upper.width() - name_width - far_width, upper.height()},
               Qt::AlignVCenter, township(c), metrics::kDensePx, Weight::normal, theme_.color(Token::text_1));
    paint_text(p, upper, Qt::AlignVCenter | Qt::AlignRight, far, metrics::kDensePx, Weight::normal,
               theme_.color(Token::text_1), Elide::none);
    QStringList about{Words::placeKind(c.kind), qs(c.reading)};
    about.removeAll(QString{});
    const QString note = matchNote(c.match);
    const double note_width = note.isEmpty() ? 0 : text_width(note, metrics::kCaptionPx) + 8.0;
    paint_text(p, {lower.left(), lower.top(), lower.width() - note_width, lower.height()}, Qt::AlignVCenter,
               about.join(QStringLiteral(" · ")), metrics::kCaptionPx, Weight::normal, theme_.color(Token::text_2));
    paint_text(p, lower, Qt::AlignVCenter | Qt::AlignRight, note, metrics::kCaptionPx, Weight::bold,
               theme_.color(Token::text_1), Elide::none);
}

void PlaceList::mousePressEvent(QMouseEvent* event) {
    const auto row = static_cast<std::size_t>(std::max(0.0, event->position().y()) / kRowHeight);
    if (row < candidates_.size()) {
        emit taken(candidates_[row]);
    }
}

} // namespace ems::console
