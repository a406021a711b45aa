#include "telemetry/wire/caller_phone.h"

namespace ems::wire {

bool is_caller_phone(std::string_view text) {
    const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
    return digits.size() >= kCallerDigitsMin && digits.size() <= kCallerDigitsMax &&
           digits.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string dialled(std::string_view written) {
    std::string out;
    for (const char c : written) {
        if (c != ' ' && c != '-' && c != '(' && c != ')') {
            out += c;
        }
    }
    return is_caller_phone(out) ? out : std::string{};
}

} // namespace ems::wire
