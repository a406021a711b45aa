// What a dispatcher types and what comes out of it.
#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "map/gazetteer/gazetteer.h"
#include "map/gazetteer/symbols.h"
#include "map/import/han_readings.h"
#include "map/import/reading_tables.h"
#include "tests/map/invented_names.h"

namespace ems::map {
namespace {

using test::Typing;

const HanTable& han() {
    static const HanTable table = std::move(*read_han_table());
    return table;
}

constexpr Wgs84 kFengcun{35.165, 110.980};

Feature feature(NameKind kind, const char* name, const char* within, Wgs84 at,
                std::uint32_t population = 0) {
    Feature f;
    f.kind = kind;
    f.name = name;
    f.within = within;
    f.at = to_e7(at);
    f.population = population;
    return f;
}

// A small county: what the calls below speak of, and what could be mistaken for it.
Gazetteer county() {
    NameTable table;
    table.han = han();
    table.readings = parse_readings(kReadingsCsv, "readings").value();
    using K = NameKind;
    table.features = {
        feature(K::city, "运城", "", {35.023, 110.993}, 900'000),
        feature(K::town, "冯村乡", "盐湖区", kFengcun),
        feature(K::town, "解州镇", "盐湖区", {34.908, 110.853}),
        feature(K::village, "西张耿村", "冯村乡", {35.150, 110.990}, 1200),
        feature(K::village, "东张耿村", "冯村乡", {35.150, 111.000}, 1100),
        feature(K::village, "杨家沟村", "冯村乡", {35.144, 110.971}, 1240),
        feature(K::village, "张庄", "冯村乡", {35.170, 110.990}, 700),
        feature(K::village, "张庄", "解州镇", {34.900, 110.860}, 900),
        feature(K::hospital, "盐湖区人民医院", "北城街道", {35.0275, 110.9905}),
        feature(K::school, "冯村乡中心小学", "冯村乡", {35.166, 110.978}),
        feature(K::school, "解州镇中心小学", "解州镇", {34.909, 110.851}),
        feature(K::road, "X818", "", {35.140, 110.981}),
        feature(K::road, "解放路", "中城街道", {35.020, 110.990}),
        feature(K::junction, "解放路与人民路路口", "中城街道", {35.021, 110.991}),
        feature(K::temple, "关帝庙", "解州镇", {34.9125, 110.849}),
    };
    table.features[3].aliases = {"西耿"};
    table.points = {{351000000, 1109810000}, {351400000, 1109810000}, {351600000, 1109810000}};
    table.features[11].road_class = RoadClass::county;
    table.lines = {{11, 0, 3}};
    return Gazetteer{std::move(table)};
}

const Gazetteer& shared_county() {
    static const Gazetteer gazetteer = county();
    return gazetteer;
}

std::string first(std::string_view text, std::optional<Wgs84> near = std::nullopt) {
    const auto found = shared_county().search({text, near, 5});
    return found.empty() ? "-" : shared_county().features()[found[0].feature].name;
}

TEST(GazetteerSearch, FindsByCharactersPinyinInitialsAndBothMixed) {
    for (const char* text : {"西张耿村",
                             "西张耿",
                             "张耿村",
                             "xizhanggengcun",
                             "xi zhang geng cun",
                             "xīzhānggěngcūn",
                             "xi1zhang1geng3cun1",
                             "XIZHANGGENG",
                             "xzgc",
                             "xizgc",
                             "西zhang",
                             "xi张耿",
                             "xizhanggen",
                             "ｘｉｚｈａｎｇ",
                             "冯村乡西张耿村",
                             "冯村西张耿",
                             "冯村 西张耿",
                             "西张耿 冯村",
                             "fengcunxizhanggeng",
                             "西張耿村",
                             "西耿"}) {
        EXPECT_EQ(first(text), "西张耿村") << text;
    }
}

TEST(GazetteerSearch, FindsAPlaceReadInALocalWayAndInTheUsualOne) {
    EXPECT_EQ(first("haizhou"), "解州镇");
    EXPECT_EQ(first("hzz"), "解州镇");
    EXPECT_EQ(first("jiezhou"), "解州镇");
    const auto found = shared_county().search({"hai", std::nullopt, 1});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].reading, "hai zhou zhen");
}

TEST(GazetteerSearch, FindsWithOneErrorOrAnotherCharacterOfTheSameSound) {
    for (const char* text : {"xizhnaggeng", "xizhangeng", "xizhaanggeng", "xizhamggeng", "西章更村",
                             "西张更村", "西张木村"}) {
        EXPECT_EQ(first(text), "西张耿村") << text;
    }
    EXPECT_EQ(first("封村"), "冯村乡");
    EXPECT_EQ(first("封村小学"), "冯村乡中心小学");
    const auto found = shared_county().search({"封村", std::nullopt, 1});
    EXPECT_EQ(found.at(0).kind, MatchKind::homophone);
}

TEST(GazetteerSearch, ATownshipWithAnErrorDoesNotStandForItsVillages) {
    for (const char* text : {"fengcnu", "fengcun"}) {
        for (const FoundName& found : shared_county().search({text, std::nullopt, 20})) {
            const std::string& name = shared_county().features()[found.feature].name;
            EXPECT_NE(name, "杨家沟村") << text;
            EXPECT_NE(name, "张庄") << text;
        }
    }
}

TEST(GazetteerSearch, TakesWordsApartAndPutsWordsTogether) {
    EXPECT_EQ(first("冯村 小学"), "冯村乡中心小学");
    EXPECT_EQ(first("冯村小学"), "冯村乡中心小学");
    EXPECT_EQ(first("feng cun xiao xue"), "冯村乡中心小学");
    EXPECT_EQ(first("盐湖医院"), "盐湖区人民医院");
    EXPECT_EQ(first("人民路 解放路"), "解放路与人民路路口");
    EXPECT_EQ(first("x818"), "X818");
    EXPECT_EQ(first("818"), "X818");
}

TEST(GazetteerSearch, GivesTheBeginningOfWhatIsNotOnTheMap) {
    EXPECT_EQ(first("杨家沟村幼儿园"), "杨家沟村");
    EXPECT_EQ(shared_county().search({"杨家沟村幼儿园", std::nullopt, 1})[0].kind,
              MatchKind::beginning);
}

TEST(GazetteerSearch, PutsTheNearerOfTwoEqualNamesFirst) {
    const auto within = [](Wgs84 near) {
        const auto found = shared_county().search({"张庄", near, 1});
        return shared_county().features()[found.at(0).feature].within;
    };
    EXPECT_EQ(within(kFengcun), "冯村乡");
    EXPECT_EQ(within({34.908, 110.853}), "解州镇");
    const auto found = shared_county().search({"张庄", kFengcun, 1});
    EXPECT_NEAR(found.at(0).distance_m.value(), 1067, 20);
    EXPECT_EQ(compass_sector(found.at(0).course_deg.value()), 1);
}

TEST(GazetteerSearch, PutsTheWholeNameBeforeItsParts) {
    EXPECT_EQ(first("冯村"), "冯村乡");
    EXPECT_EQ(first("yuncheng"), "运城");
}

TEST(GazetteerSearch, RefusesNothingAndIgnoresAPlaceThatIsNone) {
    EXPECT_EQ(first(""), "-");
    EXPECT_EQ(first("  ·· "), "-");
    EXPECT_EQ(first("\xFF\xFE"), "-");
    EXPECT_EQ(first("张庄", Wgs84{std::nan(""), 0}), "张庄");
    EXPECT_EQ(first(std::string(100'000, 'v')), "-");
    EXPECT_TRUE(shared_county().search({"张庄", std::nullopt, 0}).empty());
}

TEST(GazetteerAddress, NamesThePlaceOfAFreeAddress) {
    const auto named = [](const char* address) {
        const auto found = shared_county().named_in(address, std::nullopt);
        return found ? shared_county().features()[*found].within + "/" +
                           shared_county().features()[*found].name
                     : "-";
    };
    EXPECT_EQ(named("冯村乡西张耿村三组村委会旁"), "冯村乡/西张耿村");
    EXPECT_EQ(named("解州镇张庄村口"), "解州镇/张庄");
    EXPECT_EQ(named("冯村西张耿小卖部"), "冯村乡/西张耿村");
    EXPECT_EQ(named("冯村乡"), "盐湖区/冯村乡");
    EXPECT_EQ(named("somewhere"), "-");
}

TEST(GazetteerWhere, SaysAPointInACallersWords) {
    const auto say = [](Wgs84 p, Language language) {
        return shared_county().describe(shared_county().where(p).value(), language);
    };
    EXPECT_EQ(say({35.1527, 110.990}, Language::zh), "冯村乡 西张耿村 北 300 米");
    EXPECT_EQ(say({35.1527, 110.990}, Language::en), "300 m north of 西张耿村, 冯村乡");
    EXPECT_EQ(say({35.1302, 110.9812}, Language::zh), "X818 县道，冯村乡 杨家沟村 东南 1.8 公里");
    EXPECT_EQ(say({35.1501, 110.9901}, Language::zh), "冯村乡 西张耿村");
    EXPECT_EQ(say({34.9128, 110.8492}, Language::zh), "关帝庙旁，盐湖区 解州镇 西北 650 米");
    EXPECT_EQ(say({0, 0}, Language::zh), "");
    EXPECT_FALSE(shared_county().where({std::nan(""), 111}));
    EXPECT_FALSE(shared_county().where({111, 35}));
}

TEST(GazetteerWhere, RoundsDistancesAsPeopleSayThem) {
    EXPECT_EQ(distance_text(43, Language::zh), "40 米");
    EXPECT_EQ(distance_text(274, Language::zh), "250 米");
    EXPECT_EQ(distance_text(980, Language::zh), "1.0 公里");
    EXPECT_EQ(distance_text(1240, Language::en), "1.2 km");
    EXPECT_EQ(distance_text(12'700, Language::en), "13 km");
    EXPECT_EQ(compass_name(compass_sector(359), Language::zh), "北");
    EXPECT_EQ(compass_name(compass_sector(22.6), Language::en), "north-east");
}

} // namespace
} // namespace ems::map
