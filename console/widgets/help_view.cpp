#include "console/widgets/help_view.h"

#include "console/theme/metrics.h"
#include "console/widgets/order_words.h"
#include "console/theme/symbols.h"
#include "console/widgets/words.h"

#include <QKeyEvent>
#include <QPainter>

namespace ems::console {
namespace {

constexpr int kRow = 22;
constexpr int kColumn = 560;
constexpr int kRowsMost = 26;

struct KeyRow {
    QString key;
    QString does;
};

} // namespace

HelpView::HelpView(const Theme& theme, QWidget* parent) : QDialog(parent), theme_(theme) {
    setObjectName(QStringLiteral("helpView"));
    setWindowTitle(tr("Keys and verbs"));
    setAccessibleName(windowTitle());
    resize(3 * kColumn + 40, 60 + (kRowsMost + 1) * kRow);
}

void HelpView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Shift || event->key() == Qt::Key_Control) {
        return;
    }
    event->accept();
    close();
    if (event->key() == Qt::Key_T) {
        emit tourWanted();
    } else if (event->key() == Qt::Key_F1 && event->modifiers() == Qt::ControlModifier) {
        emit connectionWanted();
    }
}

void HelpView::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    p.fillRect(rect(), theme_.color(Token::bg_panel));
    const std::vector<KeyRow> keys{
        {QStringLiteral("F1"), tr("this page; T on it: a walk around the desk")},
        {QStringLiteral("Shift+F1 Ctrl+F1"), tr("what does not work; connection")},
        {QStringLiteral("F2"), tr("new call; Shift+F2 the one put aside")},
        {QStringLiteral("F3"), tr("verify the address")},
        {QStringLiteral("F4"), tr("send; Shift+F4 one more unit")},
        {QStringLiteral("F5"), tr("recommend again")},
        {QStringLiteral("F6"), tr("next waiting case")},
        {QStringLiteral("F7"), tr("unit board")},
        {QStringLiteral("F8"), tr("acknowledge; Shift+F8 all and why they came; L load")},
        {QStringLiteral("F9"), tr("timeline")},
        {QStringLiteral("F10"), tr("command line")},
        {QStringLiteral("F11"), tr("physician's view and back")},
        {QStringLiteral("Ctrl+F Ctrl+P"), tr("freeze the ECG, print its page")},
        {QStringLiteral("Ctrl+E"), tr("the ECG that the crew sent")},
        {QStringLiteral("Ctrl+H"), tr("replay the case; Shift+Ctrl+H one of the past")},
        {QStringLiteral("Ctrl+V"), tr("video: 1 4 9 tiles, F hold, S store, Enter large")},
        {QStringLiteral("1–4"), tr("choose a candidate")},
        {QStringLiteral("Ctrl+Enter"), tr("open the case")},
        {QStringLiteral("Ctrl+M"), tr("audio paused for 120 s")},
        {QStringLiteral("Ctrl+3 Ctrl+4"), tr("over the monitors, back into one window")},
        {QStringLiteral("Ctrl+L"), tr("theme: night, day, by the hours")},
        {QStringLiteral("Home ＋ － ←↑→↓"), tr("map: district, zoom, pan")},
        {tr("Units: Enter"), tr("what can be done with the unit")},
        {tr("Units: Y N"), tr("answer what a fence suggests")},
        {tr("Units: letters"), tr("begin a command with the unit, e.g. C, H, G, S")},
        {tr("Timeline: ← → Enter"), tr("choose a stage, put its time right")},
        {tr("Map: M L G Z"), tr("measure, draw a road, follow, zones")},
        {tr("Map: C R V T"), tr("coverage, routes, villages, trails")},
        {QStringLiteral("Esc"), tr("leave a field, keep its text")},
    };
    double y = 16;
    double x = 20;
    const auto title = [&](const QString& text) {
        paint_text(p, {x, y, kColumn - 20.0, 24}, Qt::AlignVCenter, text, 16, Weight::bold, theme_.color(Token::text_1));
        y += 30;
    };
    const auto line = [&](const QString& left, double width, const QString& right) {
        paint_text(p, {x, y, width, kRow}, Qt::AlignVCenter, left, metrics::kDensePx, Weight::bold, theme_.color(Token::text_1));
        paint_text(p, {x + width + 8, y, kColumn - width - 30, kRow}, Qt::AlignVCenter, right, metrics::kDensePx,
                   Weight::normal, theme_.color(Token::text_2));
        y += kRow;
    };
    title(tr("Keys"));
    for (const KeyRow& row : keys) {
        line(row.key, 160, row.does);
    }
    int count = 0;
    for (const VerbRow& row : verb_rows()) {
        if (count % kRowsMost == 0) {
            x += kColumn;
            y = 16;
            title(count == 0 ? tr("Command line") : tr("Command line, continued"));
        }
        const QString chinese = QString::fromUtf8(row.chinese.data(), static_cast<qsizetype>(row.chinese.size()));
        line(OrderWords::usage(row), 270, chinese + QStringLiteral("　") + OrderWords::verb(row.verb));
        ++count;
    }
}

} // namespace ems::console
