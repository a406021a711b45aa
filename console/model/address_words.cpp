#include "console/model/address_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numbers>

namespace ems::console {
namespace {

constexpr double kMetresPerDegree = 111'195;
constexpr std::size_t kTownshipBytesMax = 30; // ten characters: 运城经济技术开发区 has nine

constexpr std::array<std::string_view, 3> kTownshipEnds{"街道", "镇", "乡"};
constexpr std::array<std::string_view, 4> kSpaces{" ", "\t", "\xE3\x80\x80", "·"};

struct CompassWord {
    std::string_view text;
    double course_deg;
};
// The longer of two that begin alike first.
constexpr std::array<CompassWord, 12> kCompass{{{"东北", 45},
                                                {"东南", 135},
                                                {"西南", 225},
                                                {"西北", 315},
                                                {"北", 0},
                                                {"东", 90},
                                                {"南", 180},
                                                {"西", 270},
                                                {"正北", 0},
                                                {"正东", 90},
                                                {"正南", 180},
                                                {"正西", 270}}};
constexpr std::array<CompassWord, 8> kCompassLatin{{{"NE", 45},
                                                    {"SE", 135},
                                                    {"SW", 225},
                                                    {"NW", 315},
                                                    {"N", 0},
                                                    {"E", 90},
                                                    {"S", 180},
                                                    {"W", 270}}};
constexpr std::array<std::string_view, 8> kBesides{"方向", "边", "面", "侧", "大约", "约", "走", "头"};

struct Unit {
    std::string_view text;
    double metres;
};
constexpr std::array<Unit, 7> kUnits{
    {{"公里", 1'000}, {"千米", 1'000}, {"米", 1}, {"里", 500}, {"km", 1'000}, {"KM", 1'000}, {"m", 1}}};

template <class Words> std::size_t skipped(std::string_view text, std::size_t at, const Words& words) {
    bool went_on = true;
    while (went_on) {
        went_on = false;
        for (const std::string_view word : words) {
            if (text.substr(at).starts_with(word)) {
                at += word.size();
                went_on = true;
            }
        }
    }
    return at;
}

std::size_t past_spaces(std::string_view text, std::size_t at) {
    return skipped(text, at, kSpaces);
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// What follows a word of the compass: how far. Nothing where it is no distance.
std::optional<SaidWay> distance_behind(std::string_view text, std::size_t from, std::size_t at, double course_deg) {
    std::size_t before = 0;
    do {
        before = at;
        at = skipped(text, past_spaces(text, at), kBesides);
    } while (at != before);
    const char* first = text.data() + at;
    double number = 0;
    const auto [end, error] = std::from_chars(first, text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc{} || number < 0) {
        return std::nullopt;
    }
    at = past_spaces(text, static_cast<std::size_t>(end - text.data()));
    for (const Unit& unit : kUnits) {
        if (!text.substr(at).starts_with(unit.text)) {
            continue;
        }
        const std::size_t behind = at + unit.text.size();
        const bool is_longer_word = is_letter(unit.text.front()) && behind < text.size() && is_letter(text[behind]); // "min"
        const double metres = number * unit.metres;
        if (is_longer_word || !(metres > 0 && metres <= kSaidWayMaxM)) {
            return std::nullopt;
        }
        return SaidWay{course_deg, metres, from, behind};
    }
    return std::nullopt;
}

} // namespace

std::string_view without_township(std::string_view address) {
    std::size_t end = 0;
    for (const std::string_view word : kTownshipEnds) {
        const std::size_t at = address.find(word);
        // "镇" at the very front is part of a village's name
        if (at != std::string_view::npos && at != 0 && at <= kTownshipBytesMax && (end == 0 || at + word.size() < end)) {
            end = at + word.size();
        }
    }
    if (end == 0) {
        return address;
    }
    for (const std::string_view office : {std::string_view{"办事处"}, std::string_view{"办"}}) {
        if (address.substr(end).starts_with(office)) {
            end += office.size();
            break;
        }
    }
    // "南乡村", "新镇路": no township at all
    const std::string_view behind = address.substr(end);
    if (behind.starts_with("村") || behind.starts_with("路") || behind.starts_with("街")) {
        return address;
    }
    const std::size_t village = past_spaces(address, end);
    return village < address.size() ? address.substr(village) : address;
}

std::optional<SaidWay> said_way(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::string_view rest = text.substr(at);
        for (const CompassWord& word : kCompass) {
            if (rest.starts_with(word.text)) {
                if (auto way = distance_behind(text, at, at + word.text.size(), word.course_deg)) {
                    return way;
                }
            }
        }
        if (at != 0 && is_letter(text[at - 1])) {
            continue;
        }
        for (const CompassWord& word : kCompassLatin) {
            if (rest.starts_with(word.text)) {
                if (auto way = distance_behind(text, at, at + word.text.size(), word.course_deg)) {
                    return way;
                }
            }
        }
    }
    return std::nullopt;
}

bool is_joint(std::string_view between) {
    constexpr std::array<std::string_view, 8> kJoints{" ", "\t", "\xE3\x80\x80", "村", "的", "往", "向", "以"};
    return skipped(between, 0, kJoints) == between.size();
}

std::optional<SaidWay> way_from(std::string_view address, std::string_view name) {
    constexpr std::string_view kVillage{"村"};
    std::size_t at = address.find(name);
    if (at == std::string_view::npos && name.ends_with(kVillage)) {
        name.remove_suffix(kVillage.size());
        at = address.find(name);
    }
    if (name.empty() || at == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view tail = address.substr(at + name.size());
    const auto way = said_way(tail);
    return way && is_joint(tail.substr(0, way->from)) ? way : std::nullopt;
}

GeoPoint gone(GeoPoint from, const SaidWay& way) {
    const double course = way.course_deg * std::numbers::pi / 180;
    const double latitude = from.lat * std::numbers::pi / 180;
    return {from.lat + way.distance_m * std::cos(course) / kMetresPerDegree,
            from.lon + way.distance_m * std::sin(course) / (kMetresPerDegree * std::max(0.1, std::cos(latitude)))};
}

} // namespace ems::console
