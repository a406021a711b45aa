#include "dispatch/core/request_text.h"

#include <fmt/format.h>

namespace ems::dispatch {
namespace {

constexpr std::string_view kWideBlank{"\u3000"};

} // namespace

bool holds_control(std::string_view utf8) {
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto byte = static_cast<unsigned char>(utf8[i]);
        const bool is_c1 = utf8.substr(i, 2) < "\u00a0" && byte == 0xc2;
        const std::string_view character = utf8.substr(i, 3);
        if (byte < 0x20 || byte == 0x7f || is_c1 || character == "\u2028" || character == "\u2029") {
            return true;
        }
    }
    return false;
}

bool is_blank(std::string_view utf8) {
    while (!utf8.empty()) {
        const std::size_t width = utf8.front() == ' ' ? 1 : utf8.starts_with(kWideBlank) ? kWideBlank.size() : 0;
        if (width == 0) {
            return false;
        }
        utf8.remove_prefix(width);
    }
    return true;
}

Result<void> check_text(std::string_view text, std::string_view what) { return check_text(text, kTextMax, what); }

Result<void> check_text(std::string_view text, std::size_t bytes_max, std::string_view what) {
    if (text.size() > bytes_max) {
        return fail(Code::text_too_long, fmt::format("{} is longer than {} bytes", what, bytes_max));
    }
    if (holds_control(text)) {
        return fail(Code::terminal_text_invalid, fmt::format("{} holds a control character", what));
    }
    return {};
}

bool is_phone(std::string_view text) {
    return text.size() >= 3 && text.size() <= 32 && text.find_first_not_of("0123456789+ -") == std::string_view::npos;
}

Result<void> check_reason(std::string_view reason) {
    if (is_blank(reason)) {
        return fail(Code::reason_needed);
    }
    return check_text(reason, "reason");
}

} // namespace ems::dispatch
