#include "console/theme/theme.h"

#include "console/theme/metrics.h"

#include <QApplication>
#include <QPainter>
#include <QProxyStyle>
#include <QStyleFactory>
#include <QStyleOption>

namespace ems::console {
namespace {

// Fusion with the two things the specification fixes: gaps between docks and the focus frame.
class DeskStyle : public QProxyStyle {
  public:
    DeskStyle() : QProxyStyle(QStyleFactory::create("Fusion")) {}

    int pixelMetric(PixelMetric metric, const QStyleOption* option,
                    const QWidget* widget) const override {
        if (metric == PM_DockWidgetSeparatorExtent) {
            return metrics::kGap;
        }
        return QProxyStyle::pixelMetric(metric, option, widget);
    }

    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override {
        if (element == CE_Splitter) {
            return;
        }
        QProxyStyle::drawControl(element, option, painter, widget);
    }

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override {
        if (element == PE_IndicatorDockWidgetResizeHandle) {
            return;
        }
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
};

} // namespace

void Theme::setMode(ThemeMode mode) {
    if (mode == mode_) {
        return;
    }
    mode_ = mode;
    emit changed();
}

void Theme::followHours(ThemeMode due) {
    due_ = due;
    if (choice_ == Choice::hours) {
        setMode(due);
    }
}

void Theme::chooseNext() {
    const ThemeMode before = mode_;
    if (choice_ == Choice::hand && mode_ == due_) {
        choice_ = Choice::hours;
    } else {
        choice_ = Choice::hand;
        mode_ = mode_ == ThemeMode::night ? ThemeMode::day : ThemeMode::night;
    }
    if (mode_ != before || choice_ == Choice::hours) {
        emit changed(); // also where only its choice, which the strip prints, is another
    }
}

QColor Theme::color(Token token) const {
    return QColor::fromRgb(token_rgb(mode_, token));
}

QPalette Theme::palette() const {
    QPalette p;
    p.setColor(QPalette::Window, color(Token::bg_window));
    p.setColor(QPalette::WindowText, color(Token::text_1));
    p.setColor(QPalette::Base, color(Token::bg_field));
    p.setColor(QPalette::AlternateBase, color(Token::bg_panel));
    p.setColor(QPalette::Text, color(Token::text_1));
    p.setColor(QPalette::PlaceholderText, color(Token::text_3));
    p.setColor(QPalette::Button, color(Token::bg_raise));
    p.setColor(QPalette::ButtonText, color(Token::text_1));
    p.setColor(QPalette::Highlight, color(Token::bg_sel));
    p.setColor(QPalette::HighlightedText, color(Token::text_1));
    p.setColor(QPalette::ToolTipBase, color(Token::bg_raise));
    p.setColor(QPalette::ToolTipText, color(Token::text_1));
    p.setColor(QPalette::Mid, color(Token::line));
    p.setColor(QPalette::Midlight, color(Token::line));
    p.setColor(QPalette::Dark, color(Token::line_strong));
    p.setColor(QPalette::Light, color(Token::bg_raise));
    p.setColor(QPalette::Shadow, color(Token::u_edge));
    for (const QPalette::ColorRole role :
         {QPalette::Text, QPalette::WindowText, QPalette::ButtonText, QPalette::HighlightedText}) {
        p.setColor(QPalette::Disabled, role, color(Token::st_text));
    }
    return p;
}

void Theme::applyTo(QApplication& application) const {
    application.setStyle(new DeskStyle); // the application takes ownership
    application.setFont(font(metrics::kBodyPx));
    application.setPalette(palette());
}

QFont Theme::font(int px, Weight weight) {
    QFont f{QStringLiteral("Noto Sans CJK SC")};
    f.setPixelSize(px);
    f.setWeight(weight == Weight::bold ? QFont::Bold : QFont::Normal);
    f.setHintingPreference(QFont::PreferNoHinting);
    return f;
}

} // namespace ems::console
