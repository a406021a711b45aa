#include "vehicle/terminal/notice_board.h"

#include "vehicle/terminal/text_size.h"

#include <algorithm>

#include <QEvent>

namespace ems::terminal {
namespace {
constexpr int kPx = 20;
constexpr int kLeast = 52; // two lines: one sentence, or two short ones
constexpr int kSaidMs = 8'000;
} // namespace

NoticeBoard::NoticeBoard(QWidget* parent)
    : QWidget(parent), standing_(new QLabel{this}), said_(new QLabel{this}) {
    setMinimumHeight(kLeast);
    for (QLabel* label : {standing_, said_}) { // no layout: it would ask for what they need
        label->setWordWrap(true);
        label->setAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    }
    standing_->setVisible(false);
    said_until_.setSingleShot(true);
    QObject::connect(&said_until_, &QTimer::timeout, said_, &QLabel::clear);
}

void NoticeBoard::setStanding(const QString& sentence) {
    standing_->setText(sentence);
    standing_->setVisible(!sentence.isEmpty());
    arrange();
}

void NoticeBoard::say(const QString& sentence) {
    said_->setText(sentence);
    arrange();
    said_until_.start(kSaidMs);
}

bool NoticeBoard::event(QEvent* event) {
    if (event->type() == QEvent::LayoutRequest) {
        arrange(); // a sentence stands in another size
    }
    return QWidget::event(event);
}

void NoticeBoard::resizeEvent(QResizeEvent* /*event*/) {
    arrange();
}

void NoticeBoard::arrange() {
    size_label(*standing_, kPx, console::Weight::bold, {width(), height() / 2});
    const int standing =
        standing_->isHidden() ? 0 : std::min(standing_->heightForWidth(width()), height());
    standing_->setGeometry(0, 0, width(), standing);
    said_->setGeometry(0, standing, width(), height() - standing);
    size_label(*said_, kPx, console::Weight::bold, said_->size());
}

} // namespace ems::terminal
