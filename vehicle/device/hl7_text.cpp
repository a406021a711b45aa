#include "vehicle/device/hl7_text.h"

namespace ems::vehicle {

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

std::string hl7_time(std::string_view text) {
    const bool is_time = text.size() <= 24 &&
                         text.find_first_not_of('0') != std::string_view::npos &&
                         text.find_first_not_of("0123456789.+-") == std::string_view::npos;
    return is_time ? std::string{text} : std::string{};
}

} // namespace ems::vehicle
