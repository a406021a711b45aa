#include "console/widgets/row_list.h"

#include "console/theme/metrics.h"

#include <algorithm>

#include <QFocusEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

namespace ems::console {

RowList::RowList(Desk& desk, QWidget* parent) : QWidget(parent), desk_(desk) {
    setFocusPolicy(Qt::StrongFocus);
    const auto repaint = qOverload<>(&QWidget::update);
    connect(&desk_, &Desk::stateChanged, this, repaint);
    connect(&desk_, &Desk::selectionChanged, this, repaint);
    connect(&desk_, &Desk::ticked, this, repaint);
    connect(&desk_.theme(), &Theme::changed, this, repaint);
}

void RowList::setCurrent(qint64 id) {
    current_ = id;
}

int RowList::contentHeight() const {
    int height = 0;
    for (const Row& row : rows_) {
        height += row.height;
    }
    return height;
}

int RowList::rowsCutBelow() const {
    int cut = 0;
    int bottom = -scroll_px_;
    for (const Row& row : rows_) {
        bottom += row.height;
        cut += row.id != 0 && bottom > height() ? 1 : 0;
    }
    return cut;
}

void RowList::paintSelection(QPainter& p, const QRect& box) const {
    if (desk_.isStale()) {
        p.setPen(desk_.theme().color(Token::st_text));
        p.setBrush(Qt::NoBrush);
        p.drawRect(QRectF{box}.adjusted(0.5, 0.5, -0.5, -0.5));
        return;
    }
    p.fillRect(box, desk_.theme().color(Token::bg_sel));
    p.fillRect(QRect{box.left(), box.top(), 4, box.height()}, desk_.theme().color(Token::text_1));
}

void RowList::paintEdge() {
    if (!hasFocus()) {
        QPainter p{this};
        p.setPen(QPen{desk_.theme().color(Token::line_strong), 2});
        p.setBrush(Qt::NoBrush);
        p.drawRect(rect().adjusted(1, 1, -1, -1));
    }
}

void RowList::paintEvent(QPaintEvent* /*event*/) {
    rebuild();
    scroll_px_ = std::clamp(scroll_px_, 0, std::max(0, contentHeight() - height()));
    QPainter p{this};
    p.fillRect(rect(), desk_.theme().color(Token::bg_panel));
    int y = -scroll_px_;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        const QRect box{0, y, width(), rows_[i].height};
        y += rows_[i].height;
        if (box.bottom() < 0 || box.top() >= height()) {
            continue;
        }
        p.save();
        p.setClipRect(box);
        paintRow(p, box, i, rows_[i].id != 0 && rows_[i].id == current_);
        p.restore();
    }
    if (y < height()) {
        paintRest(p, QRect{0, y, width(), height() - y});
    }
    if (hasFocus()) {
        p.setPen(QPen{desk_.theme().color(Token::focus), 2});
        p.setBrush(Qt::NoBrush);
        p.drawRect(rect().adjusted(1, 1, -1, -1));
    }
}

void RowList::choose(std::size_t index) {
    if (index >= rows_.size() || rows_[index].id == 0) {
        return;
    }
    const int top = topOf(index);
    const int bottom = top + rows_[index].height;
    scroll_px_ = std::clamp(scroll_px_, bottom - height(), std::max(0, top));
    current_ = rows_[index].id;
    update();
    emit chosen(current_);
    if (hasFocus()) {
        tell_spoken_focus(*this, spokenCurrent());
    }
}

std::vector<std::size_t> RowList::openRows() const {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        if (rows_[i].id != 0) {
            open.push_back(i);
        }
    }
    return open;
}

int RowList::topOf(std::size_t index) const {
    int top = 0;
    for (std::size_t i = 0; i < index; ++i) {
        top += rows_[i].height;
    }
    return top;
}

int RowList::spokenCount() {
    rebuild();
    return static_cast<int>(openRows().size());
}

SpokenPart RowList::spokenPart(int index) {
    rebuild();
    const auto open = openRows();
    if (index < 0 || static_cast<std::size_t>(index) >= open.size()) {
        return {};
    }
    const std::size_t row = open[static_cast<std::size_t>(index)];
    return {spokenRow(row), QRect{0, topOf(row) - scroll_px_, width(), rows_[row].height}};
}

int RowList::spokenCurrent() {
    rebuild();
    const auto open = openRows();
    const auto at = std::find_if(open.begin(), open.end(), [&](std::size_t row) { return rows_[row].id == current_; });
    return at == open.end() ? -1 : static_cast<int>(at - open.begin());
}

void RowList::pressSpoken(int index) {
    rebuild();
    const auto open = openRows();
    if (index >= 0 && static_cast<std::size_t>(index) < open.size()) {
        choose(open[static_cast<std::size_t>(index)]);
    }
}

void RowList::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    tell_spoken_focus(*this, spokenCurrent());
}

std::optional<std::size_t> RowList::rowAt(int y) const {
    int top = -scroll_px_;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        if (y >= top && y < top + rows_[i].height) {
            return i;
        }
        top += rows_[i].height;
    }
    return std::nullopt;
}

void RowList::mousePressEvent(QMouseEvent* event) {
    if (const auto row = rowAt(event->pos().y())) {
        choose(*row);
    }
}

void RowList::showTip(const QHelpEvent& event) {
    rebuild(); // what the rows point to may have gone since they were painted
    const auto row = rowAt(event.pos().y());
    const QString tip = !row || rows_[*row].id == 0 ? QString{} : rowTip(*row);
    if (tip.isEmpty()) {
        QToolTip::hideText();
        return;
    }
    QToolTip::showText(event.globalPos(), tip, this);
}

// In a list Home is its first row, whatever it does elsewhere.
bool RowList::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Home) {
        event->accept();
        return true;
    }
    if (event->type() == QEvent::ToolTip) {
        showTip(*static_cast<QHelpEvent*>(event));
        return true;
    }
    return QWidget::event(event);
}

void RowList::keyPressEvent(QKeyEvent* event) {
    rebuild();
    const auto open = openRows();
    const auto current = std::find_if(open.begin(), open.end(), [&](std::size_t row) { return rows_[row].id == current_; });
    const std::size_t at = current == open.end() ? 0 : static_cast<std::size_t>(current - open.begin());
    if (open.empty()) {
        QWidget::keyPressEvent(event);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Down:
        choose(open[std::min(at + 1, open.size() - 1)]);
        break;
    case Qt::Key_Up:
        choose(open[at == 0 ? 0 : at - 1]);
        break;
    case Qt::Key_Home:
        choose(open.front());
        break;
    case Qt::Key_End:
        choose(open.back());
        break;
    default:
        QWidget::keyPressEvent(event);
        break;
    }
}

void RowList::wheelEvent(QWheelEvent* event) {
    scroll_px_ -= event->angleDelta().y() / 2;
    update();
}

} // namespace ems::console
