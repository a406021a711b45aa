#include "console/widgets/help_view.h"

#include "console/theme/metrics.h"
#include "console/widgets/order_words.h"
#include "console/theme/symbols.h"
#include "console/widgets/words.h"

#include <algorithm>

#include <QKeyEvent>
#include <QPainter>
#include <QScreen>
#include <QWheelEvent>

namespace ems::console {
namespace {

constexpr int kRow = 22;
constexpr int kTitle = 30;
constexpr int kColumn = 560;
constexpr int kColumns = 3;
constexpr int kEdge = 16;
constexpr int kSide = 20;
constexpr int kFoot = 26;
constexpr int kLeastScreenPx = 1'240;
constexpr double kKeyWidth = 160;
constexpr double kUsageWidth = 270;

struct KeyRow {
    QString key;
    QString does;
};

} // namespace

HelpView::HelpView(const Theme& theme, QWidget* parent) : QDialog(parent), theme_(theme) {
    setObjectName(QStringLiteral("helpView"));
    setWindowTitle(tr("Keys and verbs"));
    setAccessibleName(windowTitle());
    lay();
}

// Columns are filled one after the other, so that a key more makes the page longer and falls off nowhere.
void HelpView::lay() {
    const std::vector<KeyRow> keys{
        {QStringLiteral("F1"), tr("this page; T: a walk around the desk; R: check the millimetres")},
        {QStringLiteral("Shift+F1 Ctrl+F1"), tr("what does not work; connection")},
        {QStringLiteral("F2"), tr("new call, Esc undoes it; Shift+F2 the one put aside")},
        {QStringLiteral("Ctrl+R"), tr("server lost: record what was done by voice; then compare")},
        {QStringLiteral("Ctrl+N"), tr("drop the call: nuisance, silent, wrong; end an open case")},
        {QStringLiteral("Ctrl+J"), tr("earlier calls of the number")},
        {QStringLiteral("Ctrl+I"), tr("caller's number, for a minute and a reason; masked")},
        {QStringLiteral("F3"), tr("verify the address")},
        {QStringLiteral("F4"), tr("send; Shift+F4 one more unit")},
        {QStringLiteral("F5"), tr("recommend again")},
        {QStringLiteral("F6"), tr("next waiting case; next running one for the physician")},
        {QStringLiteral("F7"), tr("unit board")},
        {QStringLiteral("F8"), tr("acknowledge; Shift+F8 all and why they came; L load")},
        {QStringLiteral("☰"), tr("physician, on a number (Tab, ← →, or right click): its alarms off or on")},
        {QStringLiteral("F9"), tr("timeline")},
        {QStringLiteral("F10"), tr("command line")},
        {QStringLiteral("F11 Ctrl+1 Ctrl+2"), tr("dispatcher's view, physician's view")},
        {tr("F12 or space held"), tr("talk to the crew, in both views; Shift+F12 leaves its line")},
        {QStringLiteral("Ctrl+F Ctrl+P"), tr("freeze the ECG, print its page")},
        {QStringLiteral("Ctrl+S Ctrl+G Ctrl+B"), tr("ECG: speed, gain, band")},
        {QStringLiteral("Ctrl+E"), tr("the ECG that the crew sent")},
        {QStringLiteral("Ctrl+T"), tr("physician: down to the trends, and up again")},
        {QStringLiteral("Ctrl+H"), tr("replay the case; Shift+Ctrl+H one of the past")},
        {QStringLiteral("Ctrl+V"), tr("video: 1 4 9 tiles, F hold, S store, Enter large")},
        {QStringLiteral("Ctrl+K"), tr("NEWS2: the other SpO₂ scale, for the case")},
        {QStringLiteral("Ctrl+O"), tr("orders and pre-alert: what to do today")},
        {QStringLiteral("1–4"), tr("choose a candidate")},
        {QStringLiteral("Ctrl+Enter"), tr("open the case")},
        {QStringLiteral("Ctrl+M"), tr("audio paused for 120 s")},
        {QStringLiteral("Ctrl+3 Ctrl+4"), tr("over the monitors, back into one window")},
        {QStringLiteral("Ctrl+L"), tr("theme: night, day, by the hours")},
        {QStringLiteral("Ctrl+Q"), tr("log off, another user")},
        {QStringLiteral("Home ＋ － ←↑→↓"), tr("map: district, zoom, pan")},
        {tr("Units: Enter"), tr("what can be done with the unit")},
        {tr("Units: Y N"), tr("answer what a fence suggests")},
        {tr("Units: letters"), tr("begin a command with the unit, e.g. C, H, G, S")},
        {tr("Timeline: ← → Enter"), tr("choose a stage, put its time right")},
        {tr("Timeline: B N"), tr("write a note; a neighbour region was asked, or replied")},
        {tr("Map: M L G Z"), tr("measure, draw a road, follow, zones")},
        {tr("Map: C R V T"), tr("coverage, routes, villages, trails")},
        {QStringLiteral("Esc"), tr("leave a field, keep its text")},
    };
    const auto verbs = verb_rows();
    const int rows = static_cast<int>(keys.size() + verbs.size()) + 2; // a title is a row and a bit
    const QSize told = screen()->availableSize(); // less than the least that a desk fits is a screen that does not say its size
    const QSize room = told.width() < kLeastScreenPx ? QSize{1'920, 1'080} : told;
    const int columns = std::clamp((room.width() - 2 * kSide) / kColumn, 1, kColumns);
    const int per_column = (rows + columns - 1) / columns + 2; // one is lost where a title would stand last
    const double bottom = kEdge + per_column * kRow + kTitle;
    double x = kSide;
    double y = kEdge;
    const auto title = [&](const QString& text) {
        lines_.push_back({{x, y, kColumn - 20.0, 24}, text, 0, {}});
        y += kTitle;
    };
    const auto line = [&](const QString& left, double width, const QString& right, const QString& continued) {
        if (y + kRow > bottom) {
            x += kColumn;
            y = kEdge;
            title(continued);
        }
        lines_.push_back({{x, y, kColumn - 22.0, kRow}, left, width, right});
        y += kRow;
    };
    title(tr("Keys"));
    for (const KeyRow& row : keys) {
        line(row.key, kKeyWidth, row.does, tr("Keys, continued"));
    }
    if (y + kTitle + kRow > bottom) {
        x += kColumn;
        y = kEdge;
    }
    title(tr("Command line"));
    for (const VerbRow& row : verbs) {
        const QString chinese = QString::fromUtf8(row.chinese.data(), static_cast<qsizetype>(row.chinese.size()));
        line(OrderWords::usage(row), kUsageWidth, chinese + QStringLiteral("　") + OrderWords::verb(row.verb),
             tr("Command line, continued"));
    }
    resize(columns * kColumn + 2 * kSide, std::min(static_cast<int>(bottom) + kEdge, room.height()));
}

QRectF HelpView::extent() const {
    QRectF all;
    for (const Line& one : lines_) {
        all |= one.box;
    }
    return all;
}

int HelpView::scrollMost() const {
    return std::max(0, static_cast<int>(extent().bottom()) + kEdge + kFoot - height());
}

void HelpView::scrollBy(int px) {
    scroll_px_ = std::clamp(scroll_px_ + px, 0, scrollMost());
    update();
}

void HelpView::wheelEvent(QWheelEvent* event) {
    scrollBy(-event->angleDelta().y() / 2);
}

// True where the page is taller than the screen and the key moves it.
bool HelpView::takeScrollKey(int key) {
    if (!isCut()) {
        return false;
    }
    switch (key) {
    case Qt::Key_Down:
        scrollBy(kRow);
        return true;
    case Qt::Key_Up:
        scrollBy(-kRow);
        return true;
    case Qt::Key_PageDown:
        scrollBy(height() - kTitle);
        return true;
    case Qt::Key_PageUp:
        scrollBy(kTitle - height());
        return true;
    default:
        return false;
    }
}

void HelpView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Shift || event->key() == Qt::Key_Control || takeScrollKey(event->key())) {
        return;
    }
    event->accept();
    close();
    if (event->key() == Qt::Key_T) {
        emit tourWanted();
    } else if (event->key() == Qt::Key_R) {
        emit rulerWanted();
    } else if (event->key() == Qt::Key_F1 && event->modifiers() == Qt::ControlModifier) {
        emit connectionWanted();
    }
}

void HelpView::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.fillRect(rect(), theme_.color(Token::bg_panel));
    p.save();
    p.translate(0, -scroll_px_);
    for (const Line& one : lines_) {
        if (one.key_width == 0) {
            paint_text(p, one.box, Qt::AlignVCenter, one.left, 16, Weight::bold, theme_.color(Token::text_1));
            continue;
        }
        QRectF left = one.box;
        left.setWidth(one.key_width);
        const QRectF right = one.box.adjusted(one.key_width + 8, 0, 0, 0);
        const auto fitted = [](const QString& text, Weight weight, double room) { // smaller before it is cut
            return text_width(text, metrics::kDensePx, weight) <= room ? metrics::kDensePx : metrics::kCaptionPx - 1;
        };
        paint_text(p, left, Qt::AlignVCenter, one.left, fitted(one.left, Weight::bold, left.width()), Weight::bold,
                   theme_.color(Token::text_1));
        paint_text(p, right, Qt::AlignVCenter, one.right, fitted(one.right, Weight::normal, right.width()), Weight::normal,
                   theme_.color(Token::text_2));
    }
    p.restore();
    if (isCut()) {
        const QRectF foot{0, height() - static_cast<double>(kFoot), static_cast<double>(width()), kFoot};
        p.fillRect(foot, theme_.color(Token::bg_raise));
        paint_text(p, foot.adjusted(kSide, 0, -kSide, 0), Qt::AlignVCenter, tr("↑ ↓ PgUp PgDn scroll · any other key closes"),
                   metrics::kDensePx, Weight::normal, theme_.color(Token::text_2));
    }
}

} // namespace ems::console
