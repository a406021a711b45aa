#include "console/widgets/connection_view.h"

#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/connection_words.h"
#include "console/widgets/words.h"

#include <utility>

#include <QPainter>

namespace ems::console {

using client::ConnectStep;
using client::ConnectTrial;
using client::kConnectSteps;
using client::TrialState;

namespace {

constexpr int kWidth = 620;
constexpr int kHead = 26;
constexpr int kStepRow = 22;
constexpr int kStepColumns = 4;
constexpr int kStepRows = (kConnectSteps + kStepColumns - 1) / kStepColumns;
constexpr int kSentence = 22;
constexpr int kBlock = kHead + kStepRows * kStepRow + 2 * kSentence + metrics::kMargin;

enum class Mark { passed, failed, running, ahead };

Mark mark_of(const ConnectTrial& trial, ConnectStep step) {
    if (trial.state == TrialState::untried) {
        return Mark::ahead;
    }
    if (trial.state == TrialState::live || step < trial.step) {
        return Mark::passed;
    }
    if (step > trial.step) {
        return Mark::ahead;
    }
    return trial.state == TrialState::failed ? Mark::failed : Mark::running;
}

QString sign_of(Mark mark) {
    switch (mark) {
    case Mark::passed:
        return QStringLiteral("✓");
    case Mark::failed:
        return QStringLiteral("×");
    case Mark::running:
        return QStringLiteral("…");
    case Mark::ahead:
        break;
    }
    return QStringLiteral("·");
}

} // namespace

ConnectionView::ConnectionView(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    setObjectName(QStringLiteral("connectionView"));
    setAccessibleName(tr("Connection"));
    connect(&theme_, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ConnectionView::setTrials(std::vector<ConnectTrial> trials) {
    const QString before = text();
    const bool grew = trials.size() != trials_.size();
    trials_ = std::move(trials);
    if (grew) {
        updateGeometry();
    }
    if (text() != before) {
        setAccessibleDescription(text());
        update();
    }
}

void ConnectionView::setNote(const QString& note) {
    if (note != note_) {
        note_ = note;
        updateGeometry();
        update();
    }
}

QString ConnectionView::text() const {
    QStringList lines;
    for (const ConnectTrial& trial : trials_) {
        QString line = qs(trial.server) + QStringLiteral(": ");
        for (int i = 0; i < kConnectSteps; ++i) {
            const auto step = static_cast<ConnectStep>(i);
            line += sign_of(mark_of(trial, step)) + ConnectionWords::step(step) + QStringLiteral(" ");
        }
        lines << line + ConnectionWords::cause(trial) + QStringLiteral(" ") + ConnectionWords::advice(trial);
    }
    lines << note_;
    return lines.join(QStringLiteral("\n"));
}

QSize ConnectionView::sizeHint() const {
    const auto servers = static_cast<int>(trials_.size());
    return {kWidth, servers * kBlock + (note_.isEmpty() ? 0 : kSentence)};
}

void ConnectionView::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    double y = 0;
    const double wide = width();
    for (const ConnectTrial& trial : trials_) {
        paint_text(p, {0, y, wide, kHead}, Qt::AlignVCenter, qs(trial.server), metrics::kBodyPx, Weight::bold,
                   theme_.color(Token::text_1));
        y += kHead;
        const double column = wide / kStepColumns;
        for (int i = 0; i < kConnectSteps; ++i) {
            const auto step = static_cast<ConnectStep>(i);
            const Mark mark = mark_of(trial, step);
            const bool strong = mark == Mark::failed || mark == Mark::running;
            const QRectF box{column * (i % kStepColumns), y + kStepRow * (i / kStepColumns), column - 6, kStepRow};
            if (mark == Mark::failed) {
                p.fillRect(box.adjusted(0, 1, 0, -1), theme_.color(Token::st_bg));
            }
            const Token ink = mark == Mark::failed ? Token::st_ink : strong ? Token::text_1
                              : mark == Mark::passed ? Token::text_2 : Token::st_text;
            paint_text(p, box.adjusted(4, 0, 0, 0), Qt::AlignVCenter,
                       sign_of(mark) + QStringLiteral(" ") + ConnectionWords::step(step), metrics::kDensePx,
                       strong ? Weight::bold : Weight::normal, theme_.color(ink));
        }
        y += kStepRows * kStepRow;
        paint_text(p, {0, y, wide, kSentence}, Qt::AlignVCenter, ConnectionWords::cause(trial), metrics::kBodyPx,
                   Weight::bold, theme_.color(Token::text_1));
        y += kSentence;
        paint_text(p, {0, y, wide, kSentence}, Qt::AlignVCenter, ConnectionWords::advice(trial), metrics::kDensePx,
                   Weight::normal, theme_.color(Token::text_2));
        y += kSentence + metrics::kMargin;
    }
    paint_text(p, {0, y, wide, kSentence}, Qt::AlignVCenter, note_, metrics::kBodyPx, Weight::bold,
               theme_.color(Token::text_1));
}

} // namespace ems::console
