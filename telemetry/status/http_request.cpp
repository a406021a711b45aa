#include "telemetry/status/http_request.h"

#include <algorithm>

namespace ems::status {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";

bool is_token(std::string_view text) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

bool is_visible(char c) {
    return c > 0x20 && c < 0x7f;
}

// Bytes above ASCII are opaque, as the RFC has it.
bool is_field_value(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
    });
}

std::string lower(std::string_view text) {
    std::string out{text};
    for (char& c : out) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view take_line(std::string_view& rest) {
    const std::size_t end = rest.find(kLineEnd);
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + kLineEnd.size());
    return line;
}

enum class Version { http_1_0, http_1_1 };

bool parse_request_line(std::string_view line, Request& out, Version& version) {
    const std::size_t first = line.find(' ');
    const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos) {
        return false;
    }
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, second - first - 1);
    const std::string_view protocol = line.substr(second + 1);
    if (!is_token(method) || !target.starts_with('/') ||
        !std::all_of(target.begin(), target.end(), is_visible) ||
        (protocol != "HTTP/1.1" && protocol != "HTTP/1.0")) {
        return false;
    }
    out.method = method;
    out.path = target.substr(0, target.find('?'));
    version = protocol.back() == '1' ? Version::http_1_1 : Version::http_1_0;
    return true;
}

// `head` ends with the line end of its last field.
bool parse_head(std::string_view head, Request& out) {
    Version version{};
    if (!parse_request_line(take_line(head), out, version)) {
        return false;
    }
    int hosts = 0;
    while (!head.empty()) {
        const std::string_view line = take_line(head);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon)) ||
            !is_field_value(line.substr(colon + 1))) {
            return false;
        }
        const std::string name = lower(line.substr(0, colon));
        const std::string_view value = trimmed(line.substr(colon + 1));
        hosts += name == "host" ? 1 : 0;
        if (name == "transfer-encoding" || (name == "content-length" && value != "0")) {
            return false;
        }
    }
    return version == Version::http_1_0 ? hosts <= 1 : hosts == 1;
}

} // namespace

Progress RequestReader::feed(std::string_view bytes) {
    if (progress_ != Progress::more) {
        return progress_;
    }
    const std::size_t searched =
        head_.size() < kHeadEnd.size() ? 0 : head_.size() - kHeadEnd.size() + 1;
    head_ += bytes.substr(0, kRequestHeadMax - head_.size());
    const std::size_t end = head_.find(kHeadEnd, searched);
    if (end != std::string::npos) {
        const std::string_view head = std::string_view{head_}.substr(0, end + kLineEnd.size());
        progress_ = parse_head(head, request_) ? Progress::done : Progress::malformed;
    } else if (head_.size() == kRequestHeadMax) {
        progress_ = Progress::too_long;
    }
    return progress_;
}

} // namespace ems::status
