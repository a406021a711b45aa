#include "telemetry/base/error.h"

#include <array>

namespace ems {
namespace {

struct Row {
    Code code;
    std::string_view name;
    std::string_view english;
    std::string_view chinese;
};

constexpr std::array kRows{
#define EMS_CODE(name, number, english, chinese) Row{Code::name, #name, english, chinese},
#include "telemetry/base/error_codes.inc"
#undef EMS_CODE
};

constexpr Row kUnknown{Code::internal, "unknown", "Unknown error", "未知错误"};

const Row& row(Code code) {
    for (const Row& candidate : kRows) {
        if (candidate.code == code) {
            return candidate;
        }
    }
    return kUnknown;
}

} // namespace

std::string_view code_name(Code code) { return row(code).name; }
std::string_view code_text_en(Code code) { return row(code).english; }
std::string_view code_text_zh(Code code) { return row(code).chinese; }

bool is_of_request(Code code) {
    constexpr int kFirst = static_cast<int>(Code::too_many_conditions);
    constexpr int kLast = static_cast<int>(Code::no_list_shown);
    const int number = static_cast<int>(code);
    return (number >= kFirst && number <= kLast) || code == Code::invalid_argument || code == Code::out_of_range ||
           code == Code::malformed || code == Code::forbidden;
}

std::string Error::message() const {
    std::string text{code_name(code)};
    if (!detail.empty()) {
        text += ": ";
        text += detail;
    }
    return text;
}

} // namespace ems
