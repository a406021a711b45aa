#include <array>

#include <fmt/format.h>

#include "map/guide/maneuver.h"

namespace ems::map {
namespace {

struct Phrase {
    const char* zh;
    const char* en;
};

Phrase phrase_of(ManeuverKind kind) {
    switch (kind) {
    case ManeuverKind::depart:
        return {"出发", "head"};
    case ManeuverKind::straight:
        return {"直行", "go straight"};
    case ManeuverKind::keep_left:
        return {"靠左行驶", "keep left"};
    case ManeuverKind::keep_right:
        return {"靠右行驶", "keep right"};
    case ManeuverKind::slight_left:
        return {"向左前方行驶", "bear left"};
    case ManeuverKind::slight_right:
        return {"向右前方行驶", "bear right"};
    case ManeuverKind::left:
        return {"左转", "turn left"};
    case ManeuverKind::right:
        return {"右转", "turn right"};
    case ManeuverKind::sharp_left:
        return {"向左后方转弯", "turn sharp left"};
    case ManeuverKind::sharp_right:
        return {"向右后方转弯", "turn sharp right"};
    case ManeuverKind::turn_round:
        return {"掉头", "turn round"};
    case ManeuverKind::enter_expressway:
        return {"驶入高速公路", "enter the expressway"};
    case ManeuverKind::leave_expressway:
        return {"驶离高速公路", "leave the expressway"};
    case ManeuverKind::board_ferry:
        return {"上渡船", "board the ferry"};
    case ManeuverKind::roundabout: // without its exit, which is said behind
        return {"进入环岛", "enter the roundabout"};
    case ManeuverKind::leave_roundabout:
        return {"驶出环岛", "leave the roundabout"};
    case ManeuverKind::arrive:
        return {"到达目的地", "arrive"};
    }
    return {"", ""};
}

constexpr std::array<Phrase, 8> kSectors{{{"北", "north"},
                                          {"东北", "north-east"},
                                          {"东", "east"},
                                          {"东南", "south-east"},
                                          {"南", "south"},
                                          {"西南", "south-west"},
                                          {"西", "west"},
                                          {"西北", "north-west"}}};

const Phrase& sector(double course_deg) {
    return kSectors.at(static_cast<std::size_t>((course_deg + 22.5) / 45.0) % 8);
}

constexpr std::array<Phrase, 10> kOrdinals{{{"第一", "first"},
                                            {"第二", "second"},
                                            {"第三", "third"},
                                            {"第四", "fourth"},
                                            {"第五", "fifth"},
                                            {"第六", "sixth"},
                                            {"第七", "seventh"},
                                            {"第八", "eighth"},
                                            {"第九", "ninth"},
                                            {"第十", "tenth"}}};

std::string action(const Maneuver& m, Language language) {
    const Phrase phrase = phrase_of(m.kind);
    const bool is_zh = language == Language::zh;
    if (m.exit == 0) {
        return is_zh ? phrase.zh : phrase.en;
    }
    if (m.exit > kOrdinals.size()) {
        return is_zh ? fmt::format("{}，从第 {} 出口驶出", phrase.zh, m.exit)
                     : fmt::format("at the roundabout take exit {}", m.exit);
    }
    const Phrase& which = kOrdinals.at(m.exit - 1);
    return is_zh ? fmt::format("{}，从{}出口驶出", phrase.zh, which.zh)
                 : fmt::format("at the roundabout take the {} exit", which.en);
}

std::string zh(const Maneuver& m, std::uint32_t ahead_dm) {
    if (m.kind == ManeuverKind::depart) {
        return fmt::format("向{}出发{}", sector(m.course_deg).zh,
                           m.road.empty() ? "" : fmt::format("，沿 {}", m.road));
    }
    const std::string when =
        ahead_dm == 0 ? "" : fmt::format("{}后", distance_text(ahead_dm, Language::zh));
    const bool names_road = !m.road.empty() && m.kind != ManeuverKind::arrive;
    return fmt::format("{}{}{}", when, action(m, Language::zh),
                       names_road ? fmt::format("，进入 {}", m.road) : "");
}

std::string en(const Maneuver& m, std::uint32_t ahead_dm) {
    if (m.kind == ManeuverKind::depart) {
        return fmt::format("Head {}{}", sector(m.course_deg).en,
                           m.road.empty() ? "" : fmt::format(" on {}", m.road));
    }
    const bool names_road = !m.road.empty() && m.kind != ManeuverKind::arrive;
    std::string text = fmt::format(
        "{}{}{}", ahead_dm == 0 ? "" : fmt::format("in {} ", distance_text(ahead_dm, Language::en)),
        action(m, Language::en), names_road ? fmt::format(" onto {}", m.road) : "");
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text;
}

} // namespace

std::string distance_text(std::uint32_t dm, Language language) {
    const std::uint32_t m = (dm + 5) / 10;
    const bool is_zh = language == Language::zh;
    if (m < 1'000) {
        const std::uint32_t step = m < 100 ? 10 : 50;
        const std::uint32_t rounded = std::max(step, (m + step / 2) / step * step);
        if (rounded < 1'000) {
            return fmt::format("{} {}", rounded, is_zh ? "米" : "m");
        }
    }
    const double km = static_cast<double>(m) / 1'000;
    return fmt::format("{:.{}f} {}", km, m < 10'000 ? 1 : 0, is_zh ? "公里" : "km");
}

std::string instruction(const Maneuver& maneuver, std::uint32_t ahead_dm, Language language) {
    return language == Language::zh ? zh(maneuver, ahead_dm) : en(maneuver, ahead_dm);
}

} // namespace ems::map
