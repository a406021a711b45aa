// What may fail says so with an Error: a code with a stable number and user texts, and an English detail for the log.
#pragma once

#include <cstdint>
#include <source_location>
#include <string>
#include <string_view>

namespace ems {

enum class Code : std::uint16_t {
#define EMS_CODE(name, number, english, chinese) name = number,
#include "telemetry/base/error_codes.inc"
#undef EMS_CODE
};

// Stable name, e.g. "unit_already_assigned". Unknown numbers give "unknown".
std::string_view code_name(Code code);
// Texts for people. The detail of an Error may carry more, but never patient data.
std::string_view code_text_en(Code code);
std::string_view code_text_zh(Code code);

// The request was read and will not be taken as it is: who sent it has to change it. After any other error it may succeed when
// it is sent again, or have succeeded.
bool is_of_request(Code code);

struct Error {
    Code code{Code::internal};
    std::string detail;
    std::source_location where{std::source_location::current()};

    // "unit_already_assigned: unit 3 has assignment 17"
    [[nodiscard]] std::string message() const;
};

} // namespace ems
