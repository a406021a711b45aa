// Test pictures that carry their number, so that lost, repeated and reordered ones are counted by
// reading pixels. The number is 24 bits as blocks of 16 x 16 pixels from the top left corner, the
// second row inverted; what cannot be read for certain is not guessed. A small fixed font writes
// the label below it. Luma planes, 8 bits a pixel. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ems::video {

inline constexpr int kBarcodeBits = 24;
inline constexpr int kBarcodeBlock = 16;
inline constexpr int kBarcodeWidth = kBarcodeBits * kBarcodeBlock;
inline constexpr int kBarcodeHeight = 2 * kBarcodeBlock;

// 8-bit samples in rows; `step` bytes from pixel to pixel (1 for luma, 4 for BGRx: the sample is
// the blue byte).
struct Plane {
    std::span<std::uint8_t> bytes;
    int width{0};
    int height{0};
    int stride{0};
    int step{1};
};
struct ConstPlane {
    std::span<const std::uint8_t> bytes;
    int width{0};
    int height{0};
    int stride{0};
    int step{1};
};

// Draws number modulo 2^24. Draws nothing when the plane is smaller than the code.
void draw_barcode(const Plane& plane, std::uint32_t number);
// nullopt when a block is not clearly black or white.
std::optional<std::uint32_t> read_barcode(const ConstPlane& plane);

// Digits, capital letters, space, '-', ':' and '#', white on black, 5 x 7 dots scaled by `scale`;
// other characters are blank, lower case is raised. Clipped at the plane's edge.
void draw_text(const Plane& plane, int x, int y, int scale, std::string_view text);

} // namespace ems::video
