#include "console/theme/phone_text.h"

namespace ems::console {

std::string phone_text(std::string_view number) {
    constexpr std::size_t kMobileDigits = 11;
    const bool is_mobile = number.size() == kMobileDigits && number.front() == '1' &&
                           number.find_first_not_of("0123456789") == std::string_view::npos;
    if (!is_mobile) {
        return std::string{number};
    }
    std::string out{number.substr(0, 3)};
    out.append(" ").append(number.substr(3, 4)).append(" ").append(number.substr(7));
    return out;
}

} // namespace ems::console
