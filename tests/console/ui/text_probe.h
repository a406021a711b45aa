// Paints a widget to nothing and keeps its texts, and those that were cut: shortened with an ellipsis, or wider than the place they were
// painted into; and those that end beyond the widget's right edge.
#pragma once

#include <climits>

#include <QPaintDevice>
#include <QPaintEngine>
#include <QPainter>
#include <QPixmap>
#include <QStringList>
#include <QWidget>
#include <gtest/gtest.h>

namespace ems::console {

class TextProbe : public QPaintDevice {
  public:
    explicit TextProbe(QSize size) : size_(size) {}
    [[nodiscard]] QPaintEngine* paintEngine() const override { return &engine_; }
    [[nodiscard]] const QStringList& cut() const { return engine_.cut; }
    [[nodiscard]] const QStringList& texts() const { return engine_.texts; }
    [[nodiscard]] const QStringList& beyond() const { return engine_.beyond; }

  protected:
    int metric(PaintDeviceMetric metric) const override {
        constexpr double kMmPerPx = 25.4 / 96;
        switch (metric) {
        case PdmWidth:
            return size_.width();
        case PdmHeight:
            return size_.height();
        case PdmWidthMM:
            return qRound(size_.width() * kMmPerPx);
        case PdmHeightMM:
            return qRound(size_.height() * kMmPerPx);
        case PdmDpiX:
        case PdmDpiY:
        case PdmPhysicalDpiX:
        case PdmPhysicalDpiY:
            return 96;
        case PdmDepth:
            return 32;
        case PdmNumColors:
            return INT_MAX;
        case PdmDevicePixelRatio:
            return 1;
        default:
            return QPaintDevice::metric(metric);
        }
    }

  private:
    class Engine : public QPaintEngine {
      public:
        Engine() : QPaintEngine(QPaintEngine::AllFeatures) {}
        bool begin(QPaintDevice* /*device*/) override { return true; }
        bool end() override { return true; }
        void updateState(const QPaintEngineState& /*state*/) override {}
        void drawPixmap(const QRectF& /*to*/, const QPixmap& /*pixmap*/, const QRectF& /*from*/) override {}
        void drawImage(const QRectF& /*to*/, const QImage& /*image*/, const QRectF& /*from*/, Qt::ImageConversionFlags /*flags*/) override {}
        void drawTiledPixmap(const QRectF& /*to*/, const QPixmap& /*pixmap*/, const QPointF& /*from*/) override {}
        void drawPath(const QPainterPath& /*path*/) override {}
        void drawPolygon(const QPointF* /*points*/, int /*count*/, PolygonDrawMode /*mode*/) override {}
        void drawPolygon(const QPoint* /*points*/, int /*count*/, PolygonDrawMode /*mode*/) override {}
        void drawRects(const QRectF* /*rects*/, int /*count*/) override {}
        void drawRects(const QRect* /*rects*/, int /*count*/) override {}
        void drawLines(const QLineF* /*lines*/, int /*count*/) override {}
        void drawLines(const QLine* /*lines*/, int /*count*/) override {}
        void drawTextItem(const QPointF& at, const QTextItem& item) override {
            constexpr double kSlackPx = 1.5;
            const QString text = item.text();
            texts << text;
            if (painter()->deviceTransform().map(QPointF{at.x() + item.width(), at.y()}).x() > paintDevice()->width() + kSlackPx) {
                beyond << text;
            }
            const bool is_shortened = text.endsWith(QChar{0x2026}) && !text.startsWith(QChar{0x2026});
            const double middle = at.y() - item.ascent() / 2;
            const QRectF clip = painter()->hasClipping() ? painter()->clipBoundingRect() : QRectF{};
            const bool is_clipped = !clip.isNull() && clip.top() <= middle && middle <= clip.bottom() &&
                                    (at.x() < clip.left() - kSlackPx || at.x() + item.width() > clip.right() + kSlackPx);
            if (is_shortened || is_clipped) {
                cut << text;
            }
        }
        [[nodiscard]] Type type() const override { return User; }
        QStringList cut;
        QStringList texts;
        QStringList beyond;
    };
    QSize size_;
    mutable Engine engine_;
};

// Of the widget and all that is in it.
inline QStringList cut_texts(QWidget& widget) {
    TextProbe probe{widget.size()};
    widget.render(&probe);
    EXPECT_FALSE(probe.texts().isEmpty()) << "nothing was painted";
    return probe.cut();
}

// A text comes in runs of one script.
inline QStringList painted_texts(QWidget& widget) {
    TextProbe probe{widget.size()};
    widget.render(&probe);
    return probe.texts();
}

} // namespace ems::console
