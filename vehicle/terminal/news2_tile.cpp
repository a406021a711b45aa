#include "vehicle/terminal/news2_tile.h"

#include "console/theme/news2_words.h"
#include "console/theme/symbols.h"
#include "vehicle/terminal/text_size.h"

#include <optional>
#include <utility>
#include <vector>

#include <QPainter>
#include <QPen>

namespace ems::terminal {

using console::paint_text;
using console::text_width;
using console::Token;
using console::Weight;

namespace {

constexpr double kMargin = 18;
constexpr double kSlack = 4;
constexpr double kLine = 28;
constexpr int kCaptionPx = 20;
constexpr int kTotalPx = 52;
constexpr int kSmallPx = 18;
constexpr double kBetween = 10;
constexpr int kBars = 4; // one for each band of the score
constexpr double kBarWide = 6;
constexpr double kBarStep = 9;
constexpr double kBarsWide = kBars * kBarStep + 4;
constexpr double kNameHigh = 22; // two rows stand between head and foot
constexpr double kNameGap = 3;

struct Placed {
    QString text;
    QRectF box;
};

// In two rows, each name in its own box; nothing: there is no room for all.
std::optional<std::vector<Placed>> two_rows(const QStringList& names, const QRectF& room) {
    std::vector<Placed> out;
    double x = room.left();
    double y = room.top();
    for (const QString& name : names) {
        const double wide = text_width(name, kSmallPx) + 10.0;
        if (x > room.left() && x + wide > room.right()) {
            x = room.left();
            y += kNameHigh + kNameGap;
        }
        if (x + wide > room.right() || y + kNameHigh > room.bottom()) {
            return std::nullopt;
        }
        out.push_back({name, {x, y, wide, kNameHigh}});
        x += wide + kNameGap;
    }
    return out;
}

} // namespace

News2Tile::News2Tile(const QWidget& page, const console::Theme& theme, News2Aboard aboard, Word word)
    : page_(page), theme_(theme), aboard_(std::move(aboard)),
      ink_(theme.color(word == Word::of_then ? Token::st_text : Token::text_1)),
      second_(theme.color(word == Word::of_then ? Token::st_text : Token::text_2)) {}

QString News2Tile::total() const {
    return aboard_.state == News2Aboard::State::scored ? console::score_total_text(aboard_.news2.score)
                                                       : QStringLiteral("—");
}

QString News2Tile::band() const {
    switch (aboard_.state) {
    case News2Aboard::State::too_young:
        return console::news2_age_text();
    case News2Aboard::State::no_data:
        return console::no_score_data_text();
    case News2Aboard::State::scored:
        break;
    }
    const signal::Score& score = aboard_.news2.score;
    const QString risk = console::risk_text(aboard_.news2.risk);
    return score.complete() ? risk
                            : tr("%1–%2 at least %3").arg(score.points()).arg(signal::news2_at_most(score)).arg(risk);
}

QStringList News2Tile::missing() const {
    QStringList names;
    if (aboard_.state == News2Aboard::State::scored) {
        for (std::size_t i = 0; i < console::kNews2Items.size(); ++i) {
            if (!aboard_.news2.score.items.at(i).points) {
                names << console::news2_text(console::kNews2Items.at(i));
            }
        }
    }
    return names;
}

QString News2Tile::spoken() const {
    const QStringList names = missing();
    QString text = QStringLiteral("NEWS2 ") + total() + QStringLiteral(", ") + band();
    if (!names.isEmpty()) {
        text += QStringLiteral(", ") + tr("missing: %1").arg(names.join(QStringLiteral(", ")));
    }
    return text;
}

// As many names as have room; how many are missing in all stands above.
void News2Tile::paintMissing(QPainter& p, const QRectF& room) const {
    const QStringList all = missing();
    std::optional<std::vector<Placed>> placed;
    for (qsizetype shown = all.size(); shown > 0 && !placed; --shown) {
        QStringList names = all.first(shown);
        if (shown < all.size()) {
            names << QStringLiteral("+%1").arg(all.size() - shown);
        }
        placed = two_rows(names, room);
    }
    if (!placed) {
        return;
    }
    QPen dashes{ink_, 1.5};
    dashes.setDashPattern({3, 3});
    for (const Placed& one : *placed) {
        if (!one.text.startsWith(QLatin1Char('+'))) {
            p.setPen(dashes);
            p.setBrush(Qt::NoBrush);
            p.drawRect(one.box);
        }
        paint_text(p, one.box, Qt::AlignCenter, one.text, kSmallPx, Weight::normal, ink_, console::Elide::none);
    }
}

// Rising, and filled as far as the band: one is low, all are high.
void News2Tile::paintBars(QPainter& p, const QRectF& box) const {
    for (int i = 0; i < kBars; ++i) {
        const double high = box.height() * (i + 1) / kBars;
        const QRectF bar{box.left() + i * kBarStep + 0.5, box.bottom() - high, kBarWide, high};
        if (i <= static_cast<int>(aboard_.news2.risk)) {
            p.fillRect(bar, ink_);
        } else {
            p.setPen(QPen{theme_.color(Token::line_strong), 1});
            p.setBrush(Qt::NoBrush);
            p.drawRect(bar);
        }
    }
}

void News2Tile::paint(QPainter& p, const QRectF& box) const {
    p.fillRect(box, theme_.color(Token::bg_panel));
    const QRectF in = box.adjusted(kMargin, 10, -kMargin, -10);
    const auto count = missing().size();
    paint_pair(page_, p, {in.left(), in.top() - kSlack, in.width(), kLine + 2 * kSlack},
               {QStringLiteral("NEWS2"), kCaptionPx, Weight::bold}, ink_,
               {count == 0 ? QString{} : tr("%1 missing").arg(count), kCaptionPx, Weight::normal}, second_);
    paint_text(p, {in.left(), in.top() + 15, in.width(), in.height() - 34}, Qt::AlignVCenter, total(), kTotalPx,
               Weight::bold, ink_);
    const double left = in.left() + text_width(total(), kTotalPx, Weight::bold) + 14;
    paintMissing(p, {left, in.center().y() - kNameHigh - kNameGap / 2, in.right() - left, 2 * kNameHigh + kNameGap});
    QRectF foot{in.left(), in.bottom() - kLine - kSlack, in.width(), kLine + 2 * kSlack};
    if (aboard_.state == News2Aboard::State::scored) {
        paintBars(p, {foot.left(), foot.center().y() - 9, kBarsWide, 18});
        foot.adjust(kBarsWide + kBetween - 4, 0, 0, 0);
    }
    paint_sized(page_, p, foot, Qt::AlignVCenter, band(), kSmallPx, Weight::normal, second_);
}

} // namespace ems::terminal
