// A page to be printed, as a list of what to draw: lines and texts at places in millimetres from
// the top left corner. It knows no device; svg.h writes it as text and telemetry/print paints it
// (PDF, screen, printer), both at true size. Values only.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace ems::signal {

struct PagePoint {
    double x_mm{0};
    double y_mm{0};
};

// What a line or text is for; its colour is that of ink_rgb().
enum class Ink : std::uint8_t { grid_fine, grid_bold, trace, text, faint_text, warning, caliper, mark, faint_mark };
// 0xRRGGBB.
std::uint32_t ink_rgb(Ink ink);

// One connected line.
struct PagePolyline {
    Ink ink{Ink::trace};
    double width_mm{0.25};
    std::vector<PagePoint> points;
};
// Many unconnected lines of one kind: points two by two.
struct PageSegments {
    Ink ink{Ink::grid_fine};
    double width_mm{0.1};
    std::vector<PagePoint> points;
};

enum class TextAlign : std::uint8_t { left, middle, right };
enum class TextWeight : std::uint8_t { normal, bold };
// One line of text on its baseline.
struct PageText {
    PagePoint at;
    double size_mm{3}; // em
    std::string utf8;
    Ink ink{Ink::text};
    TextAlign align{TextAlign::left};
    TextWeight weight{TextWeight::normal};
};

using PageShape = std::variant<PagePolyline, PageSegments, PageText>;

struct Page {
    double width_mm{297};
    double height_mm{210};
    std::string title;
    std::vector<PageShape> shapes; // in the order they are drawn
};

// The font of every text: it holds Chinese, and Latin that goes with it.
inline constexpr const char* kPageFont = "Noto Sans CJK SC";

// Marks a page as none of a real patient: `utf8` large and faint across it, under all that is on it, and small and dark in
// the middle of its head and its foot. At most some 20 characters.
void mark_page(Page& page, const std::string& utf8);

// Breaks a text into lines of at most width_mm at size_mm. Widths are estimated (an em for a Han
// character or full-width sign, 0.56 for others), Latin words are kept whole, and a line does not
// begin with a closing sign.
std::vector<std::string> wrap_text(const std::string& utf8, double size_mm, double width_mm);

} // namespace ems::signal
