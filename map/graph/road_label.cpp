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
    return {numbers,
            numbers.size() == text.size() ? std::string_view{} : text.substr(numbers.size() + 1)};
}

namespace {

template <class Act> bool any_number(const RoadLabel& label, const Act& act) {
    for (std::string_view rest = label.numbers; !rest.empty();) {
        const std::size_t end = std::min(rest.find(';'), rest.size());
        if (end > 0 && act(rest.substr(0, end))) {
            return true;
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

bool contains_number(std::string_view words, std::string_view number) {
    const auto is_plain = [&words](std::size_t at) {
        return at < words.size() && std::isalnum(static_cast<unsigned char>(words[at])) != 0;
    };
    for (std::size_t at = words.find(number); at != std::string_view::npos;
         at = words.find(number, at + 1)) {
        if ((at == 0 || !is_plain(at - 1)) && !is_plain(at + number.size())) {
            return true;
        }
    }
    return false;
}

} // namespace

bool names_road(std::string_view words, std::string_view text) {
    constexpr std::size_t kNameBytesLeast = 6; // two Chinese characters
    const RoadLabel label = road_label(text);
    const bool by_name =
        label.name.size() >= kNameBytesLeast && words.find(label.name) != std::string_view::npos;
    return by_name || any_number(label, [words](std::string_view number) {
               return contains_number(words, number);
           });
}

bool is_road_called(std::string_view text, std::string_view wanted) {
    if (wanted.empty()) {
        return text.empty();
    }
    const RoadLabel label = road_label(text);
    if (wanted == text || wanted == label.name) {
        return true;
    }
    return any_number(label, [wanted](std::string_view number) { return number == wanted; });
}

} // namespace ems::map
