#include "console/widgets/outage_list.h"

#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/theme/time_text.h"
#include "console/widgets/order_words.h"
#include "console/widgets/words.h"

#include <algorithm>
#include <array>

#include <QKeyEvent>
#include <QPainter>

namespace ems::console {
namespace {

constexpr int kRow = 54;
constexpr int kLine = 24;
constexpr int kHeads = 2;
constexpr int kTimeWidth = 118;
constexpr int kStandingWidth = 130;

// Left edges of time, record, server and standing, and the right end.
std::array<double, 5> columns(const QRect& box) {
    const double left = box.left() + metrics::kMargin;
    const double right = box.right() - metrics::kMargin;
    const double record = left + kTimeWidth;
    const double standing = right - kStandingWidth;
    return {left, record, record + (standing - record) / 2, standing, right};
}

} // namespace

OutageList::OutageList(Desk& desk, OutageStore& store, QWidget* parent)
    : RowList(desk, parent), store_(store), words_(OrderWords::commandWords()) {
    setObjectName(QStringLiteral("outageList"));
    setAccessibleName(tr("Recorded by voice, beside what the server says"));
    connect(&store_, &OutageStore::changed, this, qOverload<>(&QWidget::update));
}

QSize OutageList::sizeHint() const {
    const auto count = static_cast<int>(std::max<std::size_t>(1, store_.record().entries().size()));
    return {1'100, metrics::kDockTitleHeight + metrics::kTableHeadHeight + count * kRow};
}

void OutageList::begin() {
    const auto& entries = store_.record().entries();
    if (store_.record().find(current()) == nullptr && !entries.empty()) {
        setCurrent(entries.front().id);
    }
    setFocus(Qt::ShortcutFocusReason);
    update();
}

void OutageList::rebuild() {
    rows_.clear();
    rows_.push_back({metrics::kDockTitleHeight, 0});
    rows_.push_back({metrics::kTableHeadHeight, 0});
    for (const OutageEntry& entry : store_.record().entries()) {
        rows_.push_back({kRow, entry.id});
    }
}

OutageRow OutageList::compare(const OutageEntry& entry) const {
    const OutageSaying saying{OutageWords::reason().toStdString(), OutageWords::entry(entry).toStdString(), words_};
    return compare_outage(entry, desk_.state(), saying, desk_.localUs());
}

std::optional<OutageRow> OutageList::chosenRow() const {
    const OutageEntry* entry = store_.record().find(current());
    return entry == nullptr ? std::nullopt : std::optional{compare(*entry)};
}

QString OutageList::enterDoes(const OutageEntry& entry, const OutageRow& row) const {
    if (entry.is_dropped) {
        return tr("dropped · Del takes that back");
    }
    if (entry.deed == OutageDeed::new_case) {
        return tr("Enter: a call with this text · Y when its case is open");
    }
    if (row.standing == Standing::same) {
        return tr("Enter: done");
    }
    return row.line.empty() ? tr("Y when it is done") : tr("Enter: %1").arg(qs(row.line));
}

void OutageList::takeUp(const OutageEntry& entry) {
    const OutageRow row = compare(entry);
    if (entry.is_dropped || !desk_.isLive()) {
        return;
    }
    if (entry.deed == OutageDeed::new_case) {
        emit callBegun(qs(entry.text));
    } else if (row.standing == Standing::same) {
        finish(entry.id);
    } else if (!row.line.empty()) {
        emit commandBegun(qs(row.line));
    }
}

// The next one is chosen, so that Enter goes on down the list.
void OutageList::finish(std::int64_t id) {
    const auto& entries = store_.record().entries();
    const auto at = std::find_if(entries.begin(), entries.end(), [&](const OutageEntry& entry) { return entry.id == id; });
    if (at == entries.end()) {
        return;
    }
    const auto next = at + 1 != entries.end() ? at + 1 : at == entries.begin() ? at : at - 1;
    setCurrent(next->id);
    store_.remove(id);
    if (store_.record().entries().empty()) {
        emit closed();
    }
}

void OutageList::keyPressEvent(QKeyEvent* event) {
    const OutageEntry* entry = store_.record().find(current());
    switch (event->key()) {
    case Qt::Key_Escape:
        emit closed();
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (entry != nullptr && !event->isAutoRepeat()) {
            takeUp(*entry);
        }
        return;
    case Qt::Key_Y:
        if (entry != nullptr && !event->isAutoRepeat()) {
            finish(entry->id);
        }
        return;
    case Qt::Key_Delete:
        if (entry != nullptr && !event->isAutoRepeat()) {
            store_.toggleDropped(entry->id);
        }
        return;
    default:
        RowList::keyPressEvent(event);
    }
}

void OutageList::paintHead(QPainter& p, const QRect& box) const {
    const Theme& theme = desk_.theme();
    p.fillRect(box, theme.color(Token::bg_raise));
    const QRectF in = QRectF{box}.adjusted(metrics::kMargin, 0, -metrics::kMargin, 0);
    const QString title = tr("Recorded by voice: %1 to compare").arg(store_.record().entries().size());
    paint_text(p, in, Qt::AlignVCenter, title, metrics::kBodyPx, Weight::bold, theme.color(Token::text_1), Elide::none);
    const QString keys = hasFocus() ? tr("↑ ↓ choose　Enter line　Y done　Del drop　Esc close") : tr("Ctrl+R into the list");
    paint_text(p, in.adjusted(text_width(title, metrics::kBodyPx, Weight::bold) + 16, 0, 0, 0), Qt::AlignVCenter | Qt::AlignRight, keys,
               metrics::kDensePx, Weight::normal, theme.color(Token::text_2));
}

void OutageList::paintCaptions(QPainter& p, const QRect& box) const {
    const auto at = columns(box);
    const std::array<QString, 3> names{tr("Time here"), tr("Recorded at this desk"), tr("The server now")};
    for (std::size_t i = 0; i < names.size(); ++i) {
        paint_text(p, {at.at(i), static_cast<double>(box.top()), at.at(i + 1) - at.at(i) - 8, static_cast<double>(box.height())},
                   Qt::AlignVCenter, names.at(i), metrics::kCaptionPx, Weight::normal, desk_.theme().color(Token::text_2));
    }
    p.fillRect(QRect{box.left(), box.bottom(), box.width(), 1}, desk_.theme().color(Token::line));
}

void OutageList::paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) {
    if (index < kHeads) {
        index == 0 ? paintHead(p, box) : paintCaptions(p, box);
        return;
    }
    const OutageEntry& entry = store_.record().entries().at(index - kHeads);
    const OutageRow row = compare(entry);
    const Theme& theme = desk_.theme();
    if (is_current) {
        paintSelection(p, box);
    }
    p.fillRect(QRect{box.left(), box.bottom(), box.width(), 1}, theme.color(Token::line));
    const auto at = columns(box);
    const double top = box.top() + 4;
    const QColor ink = theme.color(entry.is_dropped ? Token::st_text : Token::text_1);
    const QColor second = theme.color(entry.is_dropped ? Token::st_text : Token::text_2);
    const auto cell = [&](std::size_t column, const QString& text, Weight weight, const QColor& color) {
        paint_text(p, {at.at(column), top, at.at(column + 1) - at.at(column) - 8, kLine}, Qt::AlignVCenter, text, metrics::kBodyPx,
                   weight, color);
    };
    cell(0, OutageWords::at(entry.at_us, desk_.localUs()), Weight::normal, ink);
    cell(1, OutageWords::entry(entry), Weight::bold, ink);
    cell(2, desk_.isLive() ? OutageWords::server(desk_, entry, row) : tr("server lost"), Weight::normal, ink);
    cell(3, entry.is_dropped ? tr("dropped") : OutageWords::standing(row.standing),
         row.standing == Standing::same ? Weight::normal : Weight::bold, ink);
    paint_text(p, {at.at(1), top + kLine - 2, at.back() - at.at(1), kLine}, Qt::AlignVCenter, enterDoes(entry, row), metrics::kDensePx,
               Weight::normal, second);
    if (entry.is_dropped) {
        p.fillRect(QRectF{at.at(0), top + kLine / 2.0, at.at(3) - at.at(0) - 16, 1}, ink);
    }
}

QString OutageList::spokenRow(std::size_t index) const {
    const OutageEntry& entry = store_.record().entries().at(index - kHeads);
    const OutageRow row = compare(entry);
    QStringList parts{OutageWords::at(entry.at_us, desk_.localUs()), OutageWords::entry(entry), OutageWords::server(desk_, entry, row)};
    if (!entry.is_dropped) {
        parts << OutageWords::standing(row.standing);
    }
    parts << enterDoes(entry, row);
    return parts.join(tr(", "));
}

void OutageList::paintEvent(QPaintEvent* event) {
    RowList::paintEvent(event);
    paintEdge();
}

} // namespace ems::console
