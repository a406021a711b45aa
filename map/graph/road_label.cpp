#include "map/graph/road_label.h"

#include <algorithm>
#include <cctype>

namespace ems::map {
namespace {

constexpr std::size_t kNumberBytesMax = 8;

// Letters and digits, among them a digit.
bool is_number(std::string_view text) {
    const auto is_plain = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
    const auto is_digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
    return !text.empty() && text.size() <= kNumberBytesMax &&
           std::all_of(text.begin(), text.end(), is_plain) &&
           std::any_of(text.begin(), text.end(), is_digit);
}

} // namespace

RoadLabel road_label(std::string_view text) {
    const std::string_view numbers = text.substr(0, text.find(' '));
    if (!is_number(numbers.substr(0, numbers.find(';')))) {
        return {{}, text};
    }
    return {numbers, numbers.size() == text.size() ? std::string_view{}
                                                   : text.substr(numbers.size() + 1)};
}

bool is_road_called(std::string_view text, std::string_view wanted) {
    if (wanted.empty()) {
        return text.empty();
    }
    const RoadLabel label = road_label(text);
    if (wanted == text || wanted == label.name) {
        return true;
    }
    for (std::string_view rest = label.numbers; !rest.empty();) {
        const std::size_t end = std::min(rest.find(';'), rest.size());
        if (rest.substr(0, end) == wanted) {
            return true;
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

} // namespace ems::map
