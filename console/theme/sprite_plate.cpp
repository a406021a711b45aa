#include "console/theme/sprite_plate.h"

#include <algorithm>
#include <cstring>

#include <QPaintEngine>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace ems::console {
namespace {

constexpr int kBandPx = 64; // of 1920 pixels half a megabyte
constexpr int kAtOncePx = 4;

// A row in store ends on a whole step, with pixels that change nothing.
int stored_px(int width) {
    return (width + kAtOncePx - 1) / kAtOncePx * kAtOncePx;
}

bool has_pixels(const QImage& image) {
    return image.format() == QImage::Format_RGB32 || image.format() == QImage::Format_ARGB32_Premultiplied;
}

// Each of the four bytes times alpha / 255, rounded as the painter rounds.
QRgb scaled(QRgb pixel, QRgb alpha) {
    QRgb odd = (pixel & 0xff00ffU) * alpha;
    odd = ((odd + ((odd >> 8U) & 0xff00ffU) + 0x800080U) >> 8U) & 0xff00ffU;
    QRgb even = ((pixel >> 8U) & 0xff00ffU) * alpha;
    even = (even + ((even >> 8U) & 0xff00ffU) + 0x800080U) & 0xff00ff00U;
    return odd | even;
}

void blend(QRgb* to, const QRgb* from, int count) {
    for (int i = 0; i < count; ++i) {
        to[i] = from[i] + scaled(to[i], 255U - (from[i] >> 24U));
    }
}

void blend_step(QRgb* to, const QRgb* from) {
#if defined(__SSE2__)
    const __m128i over = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    const __m128i under = _mm_loadu_si128(reinterpret_cast<const __m128i*>(to));
    const __m128i opaque = _mm_srli_epi32(over, 24);
    const __m128i seen = _mm_sub_epi16(_mm_set1_epi16(255), _mm_or_si128(opaque, _mm_slli_epi32(opaque, 16)));
    const __m128i half = _mm_set1_epi16(0x80);
    __m128i odd = _mm_mullo_epi16(_mm_and_si128(under, _mm_set1_epi32(0x00ff00ff)), seen);
    odd = _mm_srli_epi16(_mm_add_epi16(_mm_add_epi16(odd, _mm_srli_epi16(odd, 8)), half), 8);
    __m128i even = _mm_mullo_epi16(_mm_srli_epi16(under, 8), seen);
    even = _mm_add_epi16(_mm_add_epi16(even, _mm_srli_epi16(even, 8)), half);
    even = _mm_andnot_si128(_mm_set1_epi32(0x00ff00ff), even);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm_add_epi8(over, _mm_or_si128(odd, even)));
#else
    blend(to, from, kAtOncePx);
#endif
}

// Begin and end of what is seen, and of what is opaque in it; in whole steps from the first.
void lay_row(QRgb* to, const QRgb* from, int begin, int solid_begin, int solid_end, int end) {
    for (int x = begin; x < end; x += kAtOncePx) {
        if (x >= solid_begin && x + kAtOncePx <= solid_end) {
            std::memcpy(to + x, from + x, sizeof(QRgb) * kAtOncePx); // one store
        } else {
            blend_step(to + x, from + x);
        }
    }
}

QRect opaque_box(const QImage& image) {
    int left = image.width();
    int right = -1;
    int top = image.height();
    int bottom = -1;
    for (int y = 0; y < image.height(); ++y) {
        const auto* row = reinterpret_cast<const QRgb*>(image.constScanLine(y));
        for (int x = 0; x < image.width(); ++x) {
            if (row[x] != 0) {
                left = std::min(left, x);
                right = std::max(right, x);
                top = std::min(top, y);
                bottom = y;
            }
        }
    }
    return right < 0 ? QRect{} : QRect{QPoint{left, top}, QPoint{right, bottom}};
}

} // namespace

CutSprite::CutSprite(const QImage& picture) : is_null_(false) {
    const QImage image = picture.convertToFormat(QImage::Format_ARGB32_Premultiplied);
    box_ = opaque_box(image);
    for (int y = box_.top(); y < box_.top() + box_.height(); ++y) {
        const auto* row = reinterpret_cast<const QRgb*>(image.constScanLine(y)) + box_.left();
        const QRgb* end = row + box_.width();
        pixels_.insert(pixels_.end(), row, end);
        pixels_.resize(pixels_.size() + static_cast<std::size_t>(stored_px(box_.width()) - box_.width()), 0);
        const auto is_seen = [](QRgb pixel) { return pixel != 0; };
        const auto is_solid = [](QRgb pixel) { return qAlpha(pixel) == 255; };
        const QRgb* first = std::find_if(row, end, is_seen);
        const QRgb* last = end;
        while (last != first && !is_seen(*(last - 1))) {
            --last;
        }
        const QRgb* solid = last; // the longest stretch
        const QRgb* solid_end = last;
        for (const QRgb* from = std::find_if(first, last, is_solid); from != last;) {
            const QRgb* to = std::find_if_not(from, last, is_solid);
            if (to - from > solid_end - solid) {
                solid = from;
                solid_end = to;
            }
            from = std::find_if(to, last, is_solid);
        }
        const auto at = [&](const QRgb* pixel) { return static_cast<std::uint16_t>(pixel - row); };
        const auto begin = static_cast<std::uint16_t>(at(first) / kAtOncePx * kAtOncePx);
        rows_.push_back({begin, at(solid), at(solid_end), at(last)});
    }
}

SpritePlate::SpritePlate(QPainter& p, const QRegion& clip) {
    const QTransform to_device = p.deviceTransform();
    const QPaintEngine* engine = p.paintEngine();
    auto* image = engine == nullptr || engine->type() != QPaintEngine::Raster ? nullptr : dynamic_cast<QImage*>(engine->paintDevice());
    if (image == nullptr || !has_pixels(*image) || to_device.type() > QTransform::TxTranslate) {
        return;
    }
    target_ = image;
    pixels_ = image->bits();
    stride_ = image->bytesPerLine();
    shift_ = {to_device.dx(), to_device.dy()};
    clip_ = clip.translated(qRound(shift_.x()), qRound(shift_.y())) & image->rect();
    bands_.resize(static_cast<std::size_t>(image->height() / kBandPx) + 1);
}

QPoint SpritePlate::corner(QPointF top_left) const {
    return {qRound(top_left.x() + shift_.x()), qRound(top_left.y() + shift_.y())};
}

void SpritePlate::lay(std::span<const LaidSprite> sprites) {
    const auto last_band = static_cast<int>(bands_.size()) - 1;
    for (std::size_t i = 0; i < sprites.size(); ++i) {
        const QRect& box = sprites[i].sprite->box();
        const int top = sprites[i].corner.y() + box.top();
        const int first = std::clamp(top / kBandPx, 0, last_band);
        const int last = std::clamp((top + box.height() - 1) / kBandPx, 0, last_band);
        for (int band = first; band <= last; ++band) {
            bands_[static_cast<std::size_t>(band)].push_back(static_cast<std::uint32_t>(i));
        }
    }
    for (int band = 0; band <= last_band; ++band) {
        auto& of_band = bands_[static_cast<std::size_t>(band)];
        const QRect rows{0, band * kBandPx, target_->width(), kBandPx};
        for (const QRect& part : clip_) {
            layBand(sprites, of_band, part & rows);
        }
        of_band.clear();
    }
}

void SpritePlate::layBand(std::span<const LaidSprite> sprites, const std::vector<std::uint32_t>& of_band, const QRect& within) {
    if (within.isEmpty()) {
        return;
    }
    for (const std::uint32_t i : of_band) {
        layOne(sprites[i], within);
    }
}

void SpritePlate::layOne(const LaidSprite& one, const QRect& within) {
    const CutSprite& sprite = *one.sprite;
    const int width = sprite.box().width();
    const int x = one.corner.x() + sprite.box().left();
    const int y = one.corner.y() + sprite.box().top();
    const int first = std::max(0, within.top() - y);
    const int end = std::min(sprite.box().height(), within.bottom() + 1 - y);
    const int left = std::max(0, within.left() - x);
    const int right = std::min(width, within.right() + 1 - x);
    if (left >= right) {
        return;
    }
    const int stored = stored_px(width);
    const bool is_cut = left > 0 || right < width || x + stored > target_->width(); // by an edge
    for (int row = first; row < end; ++row) {
        const CutSprite::Stretch& at = sprite.rows_[static_cast<std::size_t>(row)];
        auto* to = reinterpret_cast<QRgb*>(pixels_ + stride_ * (y + row)) + x;
        const QRgb* from = sprite.pixels_.data() + static_cast<std::ptrdiff_t>(row) * stored;
        if (is_cut) {
            const int begin = std::max<int>(at.begin, left);
            blend(to + begin, from + begin, std::min<int>(at.end, right) - begin);
        } else {
            lay_row(to, from, at.begin, at.solid_begin, at.solid_end, at.end);
        }
    }
}

} // namespace ems::console
