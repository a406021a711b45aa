#include "console/window/ruler_window.h"

#include "console/theme/metrics.h"
#include "console/theme/symbols.h"

#include <algorithm>
#include <utility>

#include <QKeyEvent>
#include <QPainter>

namespace ems::console {
namespace {

constexpr double kLeft = 32;
constexpr double kTop = 60;
constexpr double kHigh = 78;
constexpr double kStepPx = 1; // of 100 mm: a quarter of a percent at 96 dpi
constexpr double kStrideFactor = 10;

} // namespace

RulerWindow::RulerWindow(Desk& desk, const QWidget& of, QWidget* parent)
    : QDialog(parent), desk_(desk), nominal_px_(true_px_per_mm(of)) {
    const Millimetre now = millimetre_of(desk, of);
    px_per_mm_ = now.px;
    source_ = now.source;
    setObjectName(QStringLiteral("rulerWindow"));
    setWindowTitle(tr("Millimetres of this screen"));
    setAccessibleName(windowTitle());
    const QScreen* screen = of.screen();
    screen_ = screen == nullptr ? std::string{} : screen_id(*screen);
    const QRect room = screen == nullptr ? QRect{0, 0, 1'920, 1'080} : screen->availableGeometry();
    const int wide = std::max(760, static_cast<int>(lengthPx() * 1.3 + 2 * kLeft));
    resize(std::min(wide, room.width() - 40), 300);
    move(room.center() - rect().center());
}

void RulerWindow::lengthen(double px) {
    const double to = px_per_mm_ + px / kLengthMm;
    const double most = std::min(ScreenRulers::kMostPxPerMm, (width() - 2 * kLeft) / kLengthMm); // all of it is to be seen
    px_per_mm_ = std::clamp(to, ScreenRulers::kLeastPxPerMm, most);
    update();
}

void RulerWindow::keep() {
    ScreenRulers rulers = desk_.rulers();
    if (!rulers.set(screen_, px_per_mm_)) {
        return;
    }
    desk_.setRulers(std::move(rulers));
    accept();
}

void RulerWindow::keyPressEvent(QKeyEvent* event) {
    const double step = (event->modifiers() & Qt::ShiftModifier) != 0 ? kStepPx * kStrideFactor : kStepPx;
    switch (event->key()) {
    case Qt::Key_Right:
        lengthen(step);
        break;
    case Qt::Key_Left:
        lengthen(-step);
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        keep();
        break;
    case Qt::Key_Delete: {
        ScreenRulers rulers = desk_.rulers();
        rulers.forget(screen_);
        desk_.setRulers(std::move(rulers));
        px_per_mm_ = nominal_px_;
        source_ = MmSource::nominal;
        update();
        break;
    }
    case Qt::Key_Escape:
        reject();
        break;
    default:
        break;
    }
    event->accept();
}

void RulerWindow::paintEvent(QPaintEvent* /*event*/) {
    QPainter p{this};
    const Theme& theme = desk_.theme();
    p.fillRect(rect(), theme.color(Token::bg_panel));
    const double right = width() - kLeft;
    const auto line = [&](double y, const QString& text, Weight weight, Token ink) {
        paint_text(p, {kLeft, y, right - kLeft, 24}, Qt::AlignVCenter, text, metrics::kBodyPx, weight, theme.color(ink));
    };
    line(18, tr("Hold a real ruler against this one: 0 to 100 mm must agree"), Weight::bold, Token::text_1);
    p.fillRect(QRectF{kLeft, kTop, lengthPx() + 1, kHigh}, theme.color(Token::bg_raise));
    for (int mm = 0; mm <= static_cast<int>(kLengthMm); ++mm) {
        const double x = kLeft + mm * px_per_mm_;
        const double high = mm % 10 == 0 ? 34 : mm % 5 == 0 ? 24 : 14;
        p.fillRect(QRectF{x, kTop, 1, high}, theme.color(Token::text_1));
        if (mm % 10 == 0) {
            paint_text(p, {x - 20, kTop + 38, 40, 20}, Qt::AlignCenter, QString::number(mm), metrics::kDensePx, Weight::bold,
                       theme.color(Token::text_1), Elide::none);
        }
    }
    line(kTop + kHigh + 16,
         tr("← → shorter, longer; with Shift faster     Enter keep it for this screen     Delete as the screen says     Esc"),
         Weight::normal, Token::text_1);
    line(kTop + kHigh + 44,
         tr("%1 pixels a millimetre; by the screen's own word %2").arg(px_per_mm_, 0, 'f', 3).arg(nominal_px_, 0, 'f', 3),
         Weight::normal, Token::text_2);
    line(kTop + kHigh + 68,
         source_ == MmSource::checked ? tr("This screen has been checked with a ruler")
                                      : tr("Not checked yet: the ECG says \"mm nominal\""),
         Weight::normal, Token::text_2);
}

} // namespace ems::console
