#include "telemetry/signal/page/svg.h"

#include <cmath>
#include <cstdint>
#include <iterator>

#include <fmt/format.h>

namespace ems::signal {
namespace {

// Hundredths of a millimetre without trailing zeros: half of a page is coordinates.
void append_mm(std::string& out, double mm) {
    const auto hundredths = static_cast<std::int64_t>(std::llround(mm * 100));
    const std::int64_t size = std::abs(hundredths);
    out += hundredths < 0 ? "-" : "";
    fmt::format_to(std::back_inserter(out), "{}", size / 100);
    if (size % 10 != 0) {
        fmt::format_to(std::back_inserter(out), ".{:02}", size % 100);
    } else if (size % 100 != 0) {
        fmt::format_to(std::back_inserter(out), ".{}", size % 100 / 10);
    }
}

void append_point(std::string& out, const PagePoint& point) {
    append_mm(out, point.x_mm);
    out += ' ';
    append_mm(out, point.y_mm);
}

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            // Control characters are not allowed in XML, whatever the header of a file held.
            out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
    }
    return out;
}

std::string colour(Ink ink) {
    return fmt::format("#{:06X}", ink_rgb(ink));
}

void append_path(std::string& out, Ink ink, double width_mm, const std::string& data) {
    out += fmt::format("<path stroke=\"{}\" stroke-width=\"", colour(ink));
    append_mm(out, width_mm);
    out += "\" d=\"" + data + "\"/>\n";
}

struct Writer {
    std::string& out;

    void operator()(const PagePolyline& line) const {
        std::string data;
        for (const PagePoint& point : line.points) {
            data += data.empty() ? "M" : " ";
            append_point(data, point);
        }
        append_path(out, line.ink, line.width_mm, data);
    }
    void operator()(const PageSegments& lines) const {
        std::string data;
        for (std::size_t i = 0; i + 1 < lines.points.size(); i += 2) {
            data += "M";
            append_point(data, lines.points[i]);
            data += "L";
            append_point(data, lines.points[i + 1]);
        }
        append_path(out, lines.ink, lines.width_mm, data);
    }
    void operator()(const PageText& text) const {
        const char* anchor = text.align == TextAlign::left     ? "start"
                             : text.align == TextAlign::middle ? "middle"
                                                               : "end";
        out += "<text x=\"";
        append_mm(out, text.at.x_mm);
        out += "\" y=\"";
        append_mm(out, text.at.y_mm);
        out += "\" font-size=\"";
        append_mm(out, text.size_mm);
        out += fmt::format("\" fill=\"{}\" text-anchor=\"{}\"", colour(text.ink), anchor);
        out += text.weight == TextWeight::bold ? " font-weight=\"bold\"" : "";
        out += ">" + escaped(text.utf8) + "</text>\n";
    }
};

} // namespace

std::string to_svg(const Page& page) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    out += "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"";
    append_mm(out, page.width_mm);
    out += "mm\" height=\"";
    append_mm(out, page.height_mm);
    out += "mm\" viewBox=\"0 0 ";
    append_point(out, {page.width_mm, page.height_mm});
    out += fmt::format("\" font-family=\"'{}', sans-serif\" fill=\"none\" "
                       "stroke-linejoin=\"round\">\n<title>{}</title>\n",
                       kPageFont, escaped(page.title));
    out += "<rect width=\"100%\" height=\"100%\" fill=\"#FFFFFF\"/>\n";
    for (const PageShape& shape : page.shapes) {
        std::visit(Writer{out}, shape);
    }
    out += "</svg>\n";
    return out;
}

} // namespace ems::signal
