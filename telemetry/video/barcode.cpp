#include "telemetry/video/barcode.h"

#include <array>
#include <cstdlib>

namespace ems::video {
namespace {

constexpr std::uint8_t kBlack = 16;
constexpr std::uint8_t kWhite = 235;
constexpr int kGlyphWidth = 5;
constexpr int kGlyphHeight = 7;

// Rows of 5 dots, the leftmost in bit 4.
using Glyph = std::array<std::uint8_t, kGlyphHeight>;
constexpr std::array<Glyph, 10> kDigits{{{14, 17, 19, 21, 25, 17, 14},
                                         {4, 12, 4, 4, 4, 4, 14},
                                         {14, 17, 1, 2, 4, 8, 31},
                                         {31, 2, 4, 2, 1, 17, 14},
                                         {2, 6, 10, 18, 31, 2, 2},
                                         {31, 16, 30, 1, 1, 17, 14},
                                         {6, 8, 16, 30, 17, 17, 14},
                                         {31, 1, 2, 4, 8, 8, 8},
                                         {14, 17, 17, 14, 17, 17, 14},
                                         {14, 17, 17, 15, 1, 2, 12}}};
constexpr std::array<Glyph, 26> kLetters{
    {{14, 17, 17, 31, 17, 17, 17}, {30, 17, 17, 30, 17, 17, 30}, {14, 17, 16, 16, 16, 17, 14},
     {28, 18, 17, 17, 17, 18, 28}, {31, 16, 16, 30, 16, 16, 31}, {31, 16, 16, 30, 16, 16, 16},
     {14, 17, 16, 23, 17, 17, 15}, {17, 17, 17, 31, 17, 17, 17}, {14, 4, 4, 4, 4, 4, 14},
     {7, 2, 2, 2, 2, 18, 12},      {17, 18, 20, 24, 20, 18, 17}, {16, 16, 16, 16, 16, 16, 31},
     {17, 27, 21, 21, 17, 17, 17}, {17, 17, 25, 21, 19, 17, 17}, {14, 17, 17, 17, 17, 17, 14},
     {30, 17, 17, 30, 16, 16, 16}, {14, 17, 17, 17, 21, 18, 13}, {30, 17, 17, 30, 20, 18, 17},
     {15, 16, 16, 14, 1, 1, 30},   {31, 4, 4, 4, 4, 4, 4},       {17, 17, 17, 17, 17, 17, 14},
     {17, 17, 17, 17, 17, 10, 4},  {17, 17, 17, 21, 21, 21, 10}, {17, 17, 10, 4, 10, 17, 17},
     {17, 17, 17, 10, 4, 4, 4},    {31, 1, 2, 4, 8, 16, 31}}};
constexpr Glyph kBlank{};
constexpr Glyph kDash{0, 0, 0, 31, 0, 0, 0};
constexpr Glyph kColon{0, 4, 4, 0, 4, 4, 0};
constexpr Glyph kHash{10, 10, 31, 10, 31, 10, 10};

const Glyph& glyph_of(char c) {
    if (c >= '0' && c <= '9') {
        return kDigits[static_cast<std::size_t>(c - '0')];
    }
    if (c >= 'a' && c <= 'z') {
        return kLetters[static_cast<std::size_t>(c - 'a')];
    }
    if (c >= 'A' && c <= 'Z') {
        return kLetters[static_cast<std::size_t>(c - 'A')];
    }
    switch (c) {
    case '-':
        return kDash;
    case ':':
        return kColon;
    case '#':
        return kHash;
    default:
        return kBlank;
    }
}

std::size_t offset(int x, int y, int stride, int step) {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(stride) +
           static_cast<std::size_t>(x) * static_cast<std::size_t>(step);
}

void fill(const Plane& plane, int x, int y, int width, int height, std::uint8_t value) {
    for (int row = y; row < y + height; ++row) {
        for (int column = x; column < x + width; ++column) {
            if (row >= 0 && column >= 0 && row < plane.height && column < plane.width) {
                plane.bytes[offset(column, row, plane.stride, plane.step)] = value;
            }
        }
    }
}

// Sum of the 8 x 8 pixels in the middle of a block: the edges are blurred by the encoder.
int block_sum(const ConstPlane& plane, int x, int y) {
    int sum = 0;
    for (int row = y + 4; row < y + 12; ++row) {
        for (int column = x + 4; column < x + 12; ++column) {
            sum += plane.bytes[offset(column, row, plane.stride, plane.step)];
        }
    }
    return sum;
}

} // namespace

void draw_barcode(const Plane& plane, std::uint32_t number) {
    if (plane.width < kBarcodeWidth || plane.height < kBarcodeHeight) {
        return;
    }
    for (int bit = 0; bit < kBarcodeBits; ++bit) {
        const bool set = ((number >> bit) & 1U) != 0;
        const int x = bit * kBarcodeBlock;
        fill(plane, x, 0, kBarcodeBlock, kBarcodeBlock, set ? kWhite : kBlack);
        fill(plane, x, kBarcodeBlock, kBarcodeBlock, kBarcodeBlock, set ? kBlack : kWhite);
    }
}

std::optional<std::uint32_t> read_barcode(const ConstPlane& plane) {
    if (plane.width < kBarcodeWidth || plane.height < kBarcodeHeight) {
        return std::nullopt;
    }
    constexpr int kContrastMin = 64 * 40;
    std::uint32_t number = 0;
    for (int bit = 0; bit < kBarcodeBits; ++bit) {
        const int upper = block_sum(plane, bit * kBarcodeBlock, 0);
        const int lower = block_sum(plane, bit * kBarcodeBlock, kBarcodeBlock);
        if (std::abs(upper - lower) < kContrastMin) {
            return std::nullopt;
        }
        if (upper > lower) {
            number |= 1U << bit;
        }
    }
    return number;
}

void draw_text(const Plane& plane, int x, int y, int scale, std::string_view text) {
    const int advance = (kGlyphWidth + 1) * scale;
    fill(plane, x, y, advance * static_cast<int>(text.size()) + scale, (kGlyphHeight + 2) * scale,
         kBlack);
    for (const char c : text) {
        const Glyph& glyph = glyph_of(c);
        for (int row = 0; row < kGlyphHeight; ++row) {
            for (int dot = 0; dot < kGlyphWidth; ++dot) {
                const unsigned bits = glyph[static_cast<std::size_t>(row)];
                if (((bits >> (kGlyphWidth - 1 - dot)) & 1U) != 0) {
                    fill(plane, x + (dot + 1) * scale, y + (row + 1) * scale, scale, scale, kWhite);
                }
            }
        }
        x += advance;
    }
}

} // namespace ems::video
