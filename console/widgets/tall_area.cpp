#include "console/widgets/tall_area.h"

#include <QEvent>
#include <QScrollBar>

namespace ems::console {

TallArea::TallArea(QWidget* content, QWidget* first, QWidget* parent) : QScrollArea(parent), first_(first) {
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    setWidget(content);
    connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, [this](int least, int most) { emit turnable(most > least); });
}

QSize TallArea::minimumSizeHint() const {
    const int wide = widget()->minimumSizeHint().width() + verticalScrollBar()->sizeHint().width();
    return {wide, first_->minimumSizeHint().expandedTo(first_->minimumSize()).height()};
}

void TallArea::turn() {
    QScrollBar* bar = verticalScrollBar();
    bar->setValue(bar->value() == bar->maximum() ? bar->minimum() : bar->maximum());
}

bool TallArea::eventFilter(QObject* watched, QEvent* event) {
    if (watched == widget() && event->type() == QEvent::LayoutRequest) {
        updateGeometry(); // what is in it wants another height
    }
    return QScrollArea::eventFilter(watched, event);
}

} // namespace ems::console
