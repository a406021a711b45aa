#include "console/theme/drill_marks.h"

#include "console/theme/metrics.h"
#include "console/theme/symbols.h"

#include <algorithm>

#include <QApplication>
#include <QEvent>
#include <QPaintEvent>

namespace ems::console {
namespace {

constexpr int kHatchPx = 14;       // from one stripe to the next
constexpr int kWordsApartPx = 420; // any piece of a screen that is photographed holds them
constexpr double kWatermarkOpacity = 0.16;

QString title_prefix() {
    return drill_words() + QStringLiteral(" · ");
}

// Menus, hints and lists that hang on a window stand within its frame.
bool needs_frame(const QWidget& widget) {
    const auto type = widget.windowType();
    return widget.isWindow() && type != Qt::Popup && type != Qt::ToolTip && type != Qt::SplashScreen &&
           type != Qt::Desktop;
}

class DrillFrame : public QWidget {
  public:
    DrillFrame(const Theme& theme, QWidget* window) : QWidget(window), theme_(theme) {
        setObjectName(QStringLiteral("drillFrame"));
        setAttribute(Qt::WA_TransparentForMouseEvents);
        setAttribute(Qt::WA_NoSystemBackground);
        setFocusPolicy(Qt::NoFocus);
        setAccessibleName(drill_words());
        fit();
    }
    // Only the rim is a widget: the middle is never painted again for it.
    void fit() {
        setGeometry(parentWidget()->rect());
        setMask(QRegion{rect()} - QRegion{rect().adjusted(kDrillSidePx, kDrillTopPx, -kDrillSidePx, -kDrillSidePx)});
        raise();
    }

  protected:
    void paintEvent(QPaintEvent* /*event*/) override {
        QPainter p{this};
        paint_drill_frame(p, theme_, rect());
    }

  private:
    const Theme& theme_;
};

} // namespace

QString drill_words() {
    return QStringLiteral("演练 DRILL");
}

QString drill_file_prefix() {
    return QStringLiteral("DRILL-");
}

void paint_drill_frame(QPainter& p, const Theme& theme, const QRect& box) {
    p.save();
    const QColor fill = theme.color(Token::dr);
    const QColor ink = theme.color(Token::dr_ink);
    const QRect inner = box.adjusted(kDrillSidePx, kDrillTopPx, -kDrillSidePx, -kDrillSidePx);
    p.setClipRegion(QRegion{box} - QRegion{inner}, Qt::IntersectClip);
    p.fillRect(box, fill);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(QPen{ink, 3});
    const int reach = box.width() + box.height();
    for (int x = 0; x < reach; x += kHatchPx) {
        p.drawLine(QPointF(box.left() + x, box.top() - 1), QPointF(box.left() + x - box.height() - 2, box.bottom() + 1));
    }
    p.setRenderHint(QPainter::Antialiasing, false);
    p.setPen(QPen{ink, 1});
    p.drawRect(inner.adjusted(-1, -1, 0, 0));
    const int words = text_width(drill_words(), metrics::kDensePx, Weight::bold) + 24;
    const int count = std::max(1, box.width() / kWordsApartPx);
    for (int i = 0; i < count; ++i) {
        const double middle = box.left() + box.width() * (i + 0.5) / count;
        const QRectF plate{middle - words / 2.0, static_cast<double>(box.top()), static_cast<double>(words),
                           static_cast<double>(kDrillTopPx)};
        p.fillRect(plate, fill);
        paint_text(p, plate, Qt::AlignCenter, drill_words(), metrics::kDensePx, Weight::bold, ink, Elide::none);
    }
    p.restore();
}

void paint_drill_line(QPainter& p, const Theme& theme, const QRect& box) {
    p.save();
    p.setRenderHint(QPainter::Antialiasing, false);
    QPen line{theme.color(Token::dr), 2};
    line.setJoinStyle(Qt::MiterJoin);
    p.setPen(line);
    p.setBrush(Qt::NoBrush);
    p.drawRect(box.adjusted(1, 1, -1, -1));
    p.restore();
}

void paint_drill_watermark(QPainter& p, const Theme& theme, const QRect& box) {
    const int px = std::clamp(box.width() / 9, 24, 110);
    const int wide = text_width(drill_words(), px, Weight::bold) + 8;
    p.save();
    p.setOpacity(kWatermarkOpacity);
    p.translate(box.center());
    p.rotate(-24);
    for (const int row : {-2, -1, 0, 1, 2}) {
        const double shift = row % 2 == 0 ? 0 : wide * 0.5;
        for (const int column : {-1, 0, 1}) {
            paint_text(p, {column * wide * 1.5 + shift - wide / 2.0, row * px * 3.0 - px, static_cast<double>(wide), px * 2.0},
                       Qt::AlignCenter, drill_words(), px, Weight::bold, theme.color(Token::dr), Elide::none);
        }
    }
    p.restore();
}

QImage drill_marked(const QImage& picture, const Theme& theme) {
    QImage out = picture.convertToFormat(QImage::Format_RGB32);
    QPainter p{&out};
    const int px = std::clamp(out.height() / 14, 12, 60);
    const int wide = text_width(drill_words(), px, Weight::bold) + px;
    const QRectF plate{0, 0, static_cast<double>(wide), px * 1.6};
    p.fillRect(plate, theme.color(Token::dr));
    paint_text(p, plate, Qt::AlignCenter, drill_words(), px, Weight::bold, theme.color(Token::dr_ink), Elide::none);
    p.setPen(QPen{theme.color(Token::dr), std::max(2, px / 6) * 2.0});
    p.setBrush(Qt::NoBrush);
    p.drawRect(out.rect());
    return out;
}

DrillMarks::DrillMarks(const Theme& theme, QObject* parent) : QObject(parent), theme_(theme) {}

DrillMarks::~DrillMarks() {
    while (!marked_.empty()) {
        const Marked marked = marked_.begin()->second;
        if (marked.window == nullptr) {
            marked_.erase(marked_.begin());
            continue;
        }
        begun_ = false; // the change of its title is not marked again
        unmark(marked.window);
    }
}

void DrillMarks::begin() {
    if (begun_) {
        return;
    }
    begun_ = true;
    qApp->installEventFilter(this);
    connect(&theme_, &Theme::changed, this, [this] {
        for (const auto& [key, marked] : marked_) {
            if (marked.frame != nullptr) {
                marked.frame->update();
            }
        }
    });
    for (QWidget* window : QApplication::topLevelWidgets()) {
        look(window);
    }
}

bool DrillMarks::eventFilter(QObject* watched, QEvent* event) {
    switch (event->type()) {
    case QEvent::Show:
    case QEvent::ParentChange:
    case QEvent::Resize:
    case QEvent::WindowTitleChange:
        break;
    default: // most of them: of every widget, all the time
        return false;
    }
    if (!begun_ || !watched->isWidgetType()) {
        return false;
    }
    auto* widget = static_cast<QWidget*>(watched);
    if (widget->isWindow() || marked_.contains(widget)) {
        look(widget);
    }
    return false;
}

void DrillMarks::look(QWidget* widget) {
    if (!needs_frame(*widget)) {
        unmark(widget);
        return;
    }
    mark(widget);
    markTitle(widget);
}

void DrillMarks::mark(QWidget* window) {
    if (const auto found = marked_.find(window); found != marked_.end()) {
        auto* frame = static_cast<DrillFrame*>(found->second.frame.data());
        if (frame != nullptr && frame->geometry() != window->rect()) {
            frame->fit();
        }
        return;
    }
    const QMargins before = window->contentsMargins();
    // Known before it is touched: wider margins may resize it at once, and that comes here again.
    marked_[window] = Marked{window, {}, before};
    connect(window, &QObject::destroyed, this, [this](QObject* gone) { marked_.erase(gone); });
    window->setContentsMargins(before + QMargins{kDrillSidePx, kDrillTopPx, kDrillSidePx, kDrillSidePx});
    auto* frame = new DrillFrame{theme_, window};
    marked_[window].frame = frame;
    frame->show();
}

// A dock that floated and came home stands within the window's frame again.
void DrillMarks::unmark(QWidget* window) {
    const auto found = marked_.find(window);
    if (found == marked_.end()) {
        return;
    }
    const Marked marked = found->second;
    marked_.erase(found);
    delete marked.frame.data();
    window->setContentsMargins(marked.margins_before);
    disconnect(window, &QObject::destroyed, this, nullptr);
    if (const QString title = window->windowTitle(); title.startsWith(title_prefix())) {
        window->setWindowTitle(title.mid(title_prefix().size()));
    }
}

void DrillMarks::markTitle(QWidget* window) {
    if (!window->windowTitle().startsWith(title_prefix())) {
        window->setWindowTitle(title_prefix() + window->windowTitle());
    }
}

} // namespace ems::console
