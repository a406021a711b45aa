#include "vehicle/device/hl7_text.h"

#include "telemetry/base/text.h"
#include "telemetry/wire/gbk.h"

namespace ems::vehicle {
namespace {

constexpr std::size_t kCharacterSet = 17; // MSH-18: MSH-1 is the separator itself

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// RFC 3629, without surrogates and overlong forms.
bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0x80) {
            ++i;
            continue;
        }
        const std::size_t more = lead >= 0xc2 && lead <= 0xdf   ? 1
                                 : lead >= 0xe0 && lead <= 0xef ? 2
                                 : lead >= 0xf0 && lead <= 0xf4 ? 3
                                                                : 0;
        if (more == 0 || text.size() - i <= more) {
            return false;
        }
        for (std::size_t k = 1; k <= more; ++k) {
            if ((static_cast<unsigned char>(text[i + k]) & 0xc0U) != 0x80U) {
                return false;
            }
        }
        const auto second = static_cast<unsigned char>(text[i + 1]);
        if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
            (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) {
            return false;
        }
        i += more + 1;
    }
    return true;
}

} // namespace

Hl7Fields hl7_split(std::string_view text, char separator, std::size_t most) {
    Hl7Fields fields;
    while (fields.size() < most) {
        const std::size_t end = std::min(text.find(separator), text.size());
        fields.push_back(text.substr(0, end));
        if (end == text.size()) {
            break;
        }
        text.remove_prefix(end + 1);
    }
    return fields;
}

std::string_view hl7_field(const Hl7Fields& fields, std::size_t index) {
    return index < fields.size() ? fields[index] : std::string_view{};
}

std::string_view hl7_component(std::string_view field, std::size_t number) {
    for (; number > 1; --number) {
        const std::size_t end = field.find('^');
        if (end == std::string_view::npos) {
            return {};
        }
        field.remove_prefix(end + 1);
    }
    return field.substr(0, field.find('^'));
}

std::string hl7_printable(std::string_view text, std::size_t most) {
    std::string out;
    for (const char c : text.substr(0, most)) {
        out.push_back(c >= 0x20 && c < 0x7f ? c : '?');
    }
    return out;
}

std::string hl7_readable(std::string_view text, std::size_t most) {
    if (!is_utf8(text)) {
        return hl7_printable(text, most);
    }
    std::string out{cut_text(text, most)};
    for (char& c : out) {
        if ((c >= 0 && c < 0x20) || c == 0x7f) {
            c = '?';
        }
    }
    return out;
}

std::string hl7_to_utf8(std::string_view message) {
    const std::string_view header = message.substr(0, message.find_first_of("\r\n"));
    const Hl7Fields fields = hl7_split(header, '|', kHl7FieldsMax);
    const std::string_view set = hl7_field(fields, kCharacterSet);
    const bool says_gbk = set.starts_with("GB");
    std::string out;
    out.reserve(message.size());
    while (!message.empty()) {
        const std::size_t end = std::min(message.find_first_of("\r\n"), message.size());
        const std::string_view segment = message.substr(0, end);
        const bool foreign = !is_ascii(segment) && (says_gbk || !is_utf8(segment));
        const auto decoded =
            foreign ? wire::gbk_to_utf8(segment) : Result<std::string>{std::string{segment}};
        out += decoded ? *decoded : std::string{segment};
        out += message.substr(end, 1);
        message.remove_prefix(std::min(message.size(), end + 1));
    }
    return out;
}

std::string hl7_time(std::string_view text) {
    const bool is_time = text.size() <= 24 &&
                         text.find_first_not_of('0') != std::string_view::npos &&
                         text.find_first_not_of("0123456789.+-") == std::string_view::npos;
    return is_time ? std::string{text} : std::string{};
}

} // namespace ems::vehicle
