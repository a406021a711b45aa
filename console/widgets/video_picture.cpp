#include "console/widgets/video_picture.h"

#include "telemetry/base/assert.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QPaintDevice>

namespace ems::console {
namespace {

constexpr double kFrozenShare = 0.45; // of the picture's light that is left
constexpr int kFramePx = 3;

const QRgb* line(const QImage& image, int y) {
    return reinterpret_cast<const QRgb*>(image.constScanLine(y));
}

QRgb* line(QImage& image, int y) {
    return reinterpret_cast<QRgb*>(image.scanLine(y));
}

QImage as_rgb32(const QImage& picture) {
    return picture.format() == QImage::Format_RGB32 ? picture : picture.convertToFormat(QImage::Format_RGB32);
}

// Of each of the four bytes, rounded down.
constexpr QRgb mean(QRgb a, QRgb b) {
    return (a & b) + (((a ^ b) & 0xfefefefeU) >> 1U);
}

QImage halved(const QImage& picture) {
    QImage out{picture.width() / 2, picture.height() / 2, QImage::Format_RGB32};
    for (int y = 0; y < out.height(); ++y) {
        const QRgb* upper = line(picture, 2 * y);
        const QRgb* lower = line(picture, 2 * y + 1);
        QRgb* to = line(out, y);
        for (int x = 0; x < out.width(); ++x) {
            to[x] = mean(mean(upper[2 * x], lower[2 * x]), mean(upper[2 * x + 1], lower[2 * x + 1]));
        }
    }
    return out;
}

} // namespace

QRect fitted_box(QSize picture, QSize area) {
    const QSize size = picture.scaled(area, Qt::KeepAspectRatio);
    return {QPoint{(area.width() - size.width()) / 2, (area.height() - size.height()) / 2}, size};
}

QImage halved_towards(const QImage& picture, QSize wanted) {
    QImage out = picture;
    while (!wanted.isEmpty() && out.width() >= 2 * wanted.width() && out.height() >= 2 * wanted.height()) {
        out = halved(as_rgb32(out));
    }
    return out;
}

QImage faded(const QImage& picture, const QColor& ground, double share) {
    EMS_ASSERT(share >= 0 && share <= 1);
    const auto laid = [share](int grey, int below) { return static_cast<int>(std::lround(share * grey + (1 - share) * below)); };
    std::array<QRgb, 256> tones{};
    for (int grey = 0; grey < 256; ++grey) {
        tones.at(static_cast<std::size_t>(grey)) =
            qRgb(laid(grey, ground.red()), laid(grey, ground.green()), laid(grey, ground.blue()));
    }
    const QImage from = as_rgb32(picture);
    QImage out{from.size(), QImage::Format_RGB32};
    for (int y = 0; y < out.height(); ++y) {
        const QRgb* in = line(from, y);
        QRgb* to = line(out, y);
        for (int x = 0; x < out.width(); ++x) {
            to[x] = tones[static_cast<std::size_t>(qGray(in[x]))];
        }
    }
    return out;
}

QImage frozen_picture(const QImage& picture, QSize pixels, const QColor& ground) {
    return faded(halved_towards(picture, pixels), ground, kFrozenShare);
}

void paint_frozen_frame(QPainter& p, const QRect& box, const QColor& color) {
    constexpr int kDashPx = 4 * kFramePx;
    constexpr int kStepPx = 7 * kFramePx;
    for (int x = box.left(); x <= box.right(); x += kStepPx) {
        const int length = std::min(kDashPx, box.right() + 1 - x);
        p.fillRect(x, box.top(), length, kFramePx, color);
        p.fillRect(x, box.bottom() + 1 - kFramePx, length, kFramePx, color);
    }
    for (int y = box.top(); y <= box.bottom(); y += kStepPx) {
        const int length = std::min(kDashPx, box.bottom() + 1 - y);
        p.fillRect(box.left(), y, kFramePx, length, color);
        p.fillRect(box.right() + 1 - kFramePx, y, kFramePx, length, color);
    }
}

void paint_picture(QPainter& p, const QRect& box, const QImage& picture) {
    const double ratio = p.device()->devicePixelRatioF();
    p.drawImage(box, halved_towards(picture, (QSizeF{box.size()} * ratio).toSize()));
}

} // namespace ems::console
