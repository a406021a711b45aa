// Small pictures laid by the thousand on the pixels under a painter. A painter's own call blends the whole square of each, the empty
// corners too; here each row is a stretch that is copied and edges that are blended, with the same rounding.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <QImage>
#include <QPainter>
#include <QPoint>
#include <QRect>
#include <QRegion>

namespace ems::console {

// A picture without its empty border, and where in each row it is opaque.
class CutSprite {
  public:
    CutSprite() = default;
    explicit CutSprite(const QImage& picture);
    [[nodiscard]] bool isNull() const { return is_null_; }
    // In the picture.
    [[nodiscard]] const QRect& box() const { return box_; }

  private:
    friend class SpritePlate;
    struct Stretch {
        std::uint16_t begin, solid_begin, solid_end, end;
    };
    bool is_null_{true};
    QRect box_;
    std::vector<QRgb> pixels_; // of the box, premultiplied
    std::vector<Stretch> rows_;
};

// One to lay, by the corner of its picture in device pixels.
struct LaidSprite {
    const CutSprite* sprite{nullptr};
    QPoint corner;
};

class SpritePlate {
  public:
    // `clip` in the painter's coordinates; nothing else may clip the painter.
    SpritePlate(QPainter& p, const QRegion& clip);
    // False: the painter has no pixels at hand, or scales; it has to draw the pictures itself.
    [[nodiscard]] bool isUsable() const { return target_ != nullptr; }
    // The device pixel that the painter would put a picture's corner on.
    [[nodiscard]] QPoint corner(QPointF top_left) const;
    // In their order, later ones over earlier ones. Band by band, so that the pixels at work stay in the processor's cache.
    void lay(std::span<const LaidSprite> sprites);

  private:
    void layBand(std::span<const LaidSprite> sprites, const std::vector<std::uint32_t>& of_band, const QRect& within);
    void layOne(const LaidSprite& one, const QRect& within);

    QImage* target_{nullptr};
    uchar* pixels_{nullptr};
    qsizetype stride_{0};
    QPointF shift_;
    QRegion clip_; // in device pixels
    std::vector<std::vector<std::uint32_t>> bands_;
};

} // namespace ems::console
