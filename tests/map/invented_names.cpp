#include "tests/map/invented_names.h"

#include <array>
#include <string_view>

#include "map/gazetteer/symbols.h"

namespace ems::test {
namespace {

using namespace ems::map;

constexpr std::u32string_view kFirst =
    U"张王李赵刘杨陈郭曹卫柴姚樊董薛裴关侯景吕范段孙马任相介祁雷贾高宋程冯贺史东西南北上下大小"
    U"前后新古石龙凤金银玉青白黑红黄泉河沟坡岭原杜柏槐桃杏枣榆柳松竹梅兰安永太平福寿长庆和兴"
    U"文武孝仁义礼智信德善解封耿荆霍晋运城盐湖解州临猗万荣闻喜稷山新绛垣曲夏县平陆芮城永济河津";
constexpr std::u32string_view kMiddle =
    U"家张王李赵刘杨陈郭村庄头底沟坡岭岸桥渡口寺庙堡寨营屯窑坪台塔碑井泉池湾滩洼源原川峪崖"
    U"柏槐桃杏枣榆柳东西南北上下中新旧古";
constexpr std::array<std::string_view, 10> kVillageEnds{"村", "庄", "堡", "营", "寨",
                                                        "沟", "坡", "窑", "",   "卓"};
constexpr std::array<std::string_view, 6> kRoadEnds{"路", "街", "大道", "巷", "线", "东路"};
struct KindEnd {
    NameKind kind;
    std::string_view end;
};
constexpr std::array<KindEnd, 10> kOthers{{{NameKind::school, "小学"},
                                           {NameKind::school, "中学"},
                                           {NameKind::clinic, "卫生室"},
                                           {NameKind::hospital, "人民医院"},
                                           {NameKind::bridge, "大桥"},
                                           {NameKind::temple, "庙"},
                                           {NameKind::factory, "化工厂"},
                                           {NameKind::railway_station, "站"},
                                           {NameKind::estate, "小区"},
                                           {NameKind::fuel, "加油站"}}};

template <class T> const auto& pick(std::mt19937_64& random, const T& from) {
    return from[random() % from.size()];
}

std::string stem(std::mt19937_64& random) {
    std::string out = to_utf8(pick(random, kFirst));
    for (std::uint64_t n = 1 + random() % 2; n > 0; --n) {
        out += to_utf8(pick(random, kMiddle));
    }
    return out;
}

} // namespace

NameTable invented_names(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 random{seed};
    std::uniform_real_distribution<double> lat{34.1, 35.9};
    std::uniform_real_distribution<double> lon{109.9, 112.1};
    NameTable table;
    std::string within;
    for (std::size_t i = 0; i < count; ++i) {
        Feature f;
        f.at = to_e7({lat(random), lon(random)});
        const std::uint64_t dice = random() % 100;
        if (i % 100 == 0) {
            within = stem(random) + (dice % 2 == 0 ? "乡" : "镇");
            f.kind = NameKind::town;
            f.name = within;
        } else if (dice < 60) {
            f.kind = NameKind::village;
            f.name = stem(random) + std::string{pick(random, kVillageEnds)};
            f.population = static_cast<std::uint32_t>(200 + random() % 3000);
        } else if (dice < 75) {
            f.kind = NameKind::road;
            f.road_class = RoadClass::street;
            f.name = dice < 65 ? "X" + std::to_string(100 + random() % 900)
                               : stem(random) + std::string{pick(random, kRoadEnds)};
        } else {
            const KindEnd& other = pick(random, kOthers);
            f.kind = other.kind;
            f.name = stem(random) + std::string{other.end};
        }
        f.within = f.kind == NameKind::town ? "" : within;
        table.features.push_back(std::move(f));
    }
    return table;
}

std::string typed(const std::string& name, Typing typing, const HanTable& han) {
    std::string out;
    std::size_t i = 0;
    for (const char32_t c : fold_text(name, kNameBytesMax)) {
        const auto readings = han.readings(c);
        const bool is_own = typing == Typing::characters || readings.empty() ||
                            (typing == Typing::mixed && i % 2 == 1);
        if (is_own) {
            out += to_utf8(c);
        } else {
            const std::string_view syllable = han.syllable(readings.front());
            out += typing == Typing::initials ? syllable.substr(0, 1) : syllable;
        }
        out += typing == Typing::spaced_pinyin ? " " : "";
        ++i;
    }
    return out;
}

std::string with_error(const std::string& text, std::mt19937_64& random) {
    std::u32string symbols = fold_text(text, kNameBytesMax);
    const std::size_t at = random() % symbols.size();
    const char32_t other =
        is_latin(symbols[at]) ? static_cast<char32_t>(U'a' + random() % 26) : pick(random, kFirst);
    switch (random() % 4) {
    case 0:
        symbols.insert(at, 1, other);
        break;
    case 1:
        symbols.erase(at, 1);
        break;
    case 2:
        symbols[at] = other;
        break;
    default:
        if (at + 1 < symbols.size()) {
            std::swap(symbols[at], symbols[at + 1]);
        }
        break;
    }
    std::string out;
    for (const char32_t c : symbols) {
        out += to_utf8(c);
    }
    return out;
}

} // namespace ems::test
