#include "map/synth/village_names.h"

#include <array>
#include <string_view>

namespace ems::map {
namespace {

constexpr std::array<std::string_view, 36> kSurnames{
    "张", "王", "李", "赵", "刘", "杨", "陈", "郭", "曹", "卫", "柴", "姚",
    "樊", "董", "薛", "裴", "关", "侯", "景", "吕", "范", "段", "孙", "马",
    "任", "相", "介", "祁", "雷", "贾", "高", "宋", "程", "冯", "贺", "史"};
constexpr std::array<std::string_view, 6> kSides{"东", "西", "南", "北", "上", "下"};
constexpr std::array<std::string_view, 12> kWords{"柏树", "龙泉", "古城", "石碑", "寺后", "新杜",
                                                  "枣园", "泉子", "沙窝", "桥头", "羊驮", "大台"};
constexpr std::array<std::string_view, 8> kEnds{"庄", "村", "家庄", "堡", "营", "寨", "窑", "家卓"};
constexpr std::array<std::string_view, 14> kUrban{"红旗", "解放", "人民", "河东", "圣惠",
                                                  "禹都", "关公", "盐池", "凤凰", "槐树",
                                                  "银湖", "安居", "学苑", "南风"};

template <std::size_t N>
std::string_view pick(SeededRandom& random, const std::array<std::string_view, N>& from) {
    return from[random.below(N)];
}

} // namespace

std::string VillageNames::rural(SeededRandom& random) {
    for (;;) {
        std::string name;
        const double kind = random.share();
        if (kind < 0.45) {
            name = std::string{pick(random, kSurnames)} + std::string{pick(random, kEnds)};
        } else if (kind < 0.75) {
            name = std::string{pick(random, kSides)} + std::string{pick(random, kSurnames)} + "村";
        } else if (kind < 0.9) {
            name = std::string{pick(random, kSides)} + std::string{pick(random, kWords)} + "村";
        } else {
            name = std::string{pick(random, kSides)} + std::string{pick(random, kSurnames)} + "庄";
        }
        if (used_.insert(name).second) {
            return name;
        }
    }
}

std::string VillageNames::urban(SeededRandom& random) {
    for (;;) {
        std::string name{pick(random, kUrban)};
        if (random.share() < 0.6) {
            name += pick(random, kSides);
        }
        name += "社区";
        if (used_.insert(name).second) {
            return name;
        }
    }
}

} // namespace ems::map
