#include <iterator>

#include <fmt/format.h>

#include "telemetry/pg/connection.h"

namespace ems::pg {
namespace {

void escape(std::string& out, std::string_view value) {
    for (const char c : value) {
        switch (c) {
        case '\\':
            out += "\\\\";
            break;
        case '\t':
            out += "\\t";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        default:
            out += c;
        }
    }
}

} // namespace

void CopyText::separate() {
    if (row_open_) {
        out_ += '\t';
    }
    row_open_ = true;
}

CopyText& CopyText::text(std::string_view value) {
    separate();
    escape(out_, value);
    return *this;
}
CopyText& CopyText::integer(std::int64_t value) {
    separate();
    fmt::format_to(std::back_inserter(out_), "{}", value);
    return *this;
}
CopyText& CopyText::real(double value) {
    separate();
    fmt::format_to(std::back_inserter(out_), "{}", value);
    return *this;
}
CopyText& CopyText::bytes(std::string_view value) {
    separate();
    out_ += "\\\\x";
    for (const char c : value) {
        fmt::format_to(std::back_inserter(out_), "{:02x}", static_cast<unsigned char>(c));
    }
    return *this;
}
CopyText& CopyText::null() {
    separate();
    out_ += "\\N";
    return *this;
}
void CopyText::end_row() {
    out_ += '\n';
    row_open_ = false;
    ++rows_;
}

} // namespace ems::pg
