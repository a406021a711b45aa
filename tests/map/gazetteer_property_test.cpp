// The gazetteer against slow oracles, on invented names.
#include <algorithm>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "map/gazetteer/csv.h"
#include "map/gazetteer/gazetteer.h"
#include "map/gazetteer/symbols.h"
#include "map/import/han_readings.h"
#include "tests/map/invented_names.h"
#include "tests/vehicle/device/mutate.h"

namespace ems::map {
namespace {

using test::Typing;

const HanTable& han() {
    static const HanTable table = std::move(*read_han_table());
    return table;
}

NameTable names(std::size_t count, std::uint64_t seed) {
    NameTable table = test::invented_names(count, seed);
    table.han = han();
    return table;
}

std::set<std::uint32_t> features_of(const std::vector<FoundName>& found) {
    std::set<std::uint32_t> out;
    for (const FoundName& f : found) {
        out.insert(f.feature);
    }
    return out;
}

TEST(GazetteerProperty, FindsEveryNameThatContainsTheCharacters) {
    const Gazetteer gazetteer{names(80, 3)}; // fewer names than a list may have
    std::mt19937_64 random{5};
    for (int i = 0; i < 2000; ++i) {
        const auto& features = gazetteer.features();
        const std::u32string name = fold_text(features[random() % features.size()].name, 64);
        const std::size_t at = random() % name.size();
        const std::size_t length = 1 + random() % (name.size() - at);
        std::string part;
        for (const char32_t c : name.substr(at, length)) {
            part += to_utf8(c);
        }
        if (std::all_of(part.begin(), part.end(), [](unsigned char c) { return c < 0x80; })) {
            continue; // the middle of a road's number is no part of it
        }
        const auto found = features_of(gazetteer.search({part, std::nullopt, kNamesFoundMax}));
        for (std::uint32_t f = 0; f < features.size(); ++f) {
            if (features[f].name.find(part) != std::string::npos) {
                EXPECT_TRUE(found.contains(f)) << part << " in " << features[f].name;
            }
        }
    }
}

// Optimal string alignment: one insertion, deletion, substitution or exchange of neighbours each.
std::size_t edit_distance(const std::string& a, const std::string& b) {
    std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1,
                                d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
            }
        }
    }
    return d[a.size()][b.size()];
}

TEST(GazetteerProperty, FindsEveryNameAtMostOneErrorAway) {
    const Gazetteer gazetteer{names(80, 4)};
    std::mt19937_64 random{6};
    const auto& features = gazetteer.features();
    std::vector<std::string> letters;
    for (const Feature& f : features) {
        letters.push_back(test::typed(f.name, Typing::pinyin, han()));
    }
    for (int i = 0; i < 2000; ++i) {
        const std::string text = test::with_error(letters[random() % letters.size()], random);
        if (text.size() < 5) {
            continue;
        }
        const auto found = features_of(gazetteer.search({text, std::nullopt, kNamesFoundMax}));
        for (std::uint32_t f = 0; f < features.size(); ++f) {
            if (edit_distance(text, letters[f]) <= 1) {
                EXPECT_TRUE(found.contains(f)) << text << " for " << features[f].name;
            }
        }
    }
}

TEST(GazetteerProperty, EveryBeginningOfWhatIsTypedFindsTheName) {
    const Gazetteer gazetteer{names(80, 9)};
    const auto& features = gazetteer.features();
    for (std::uint32_t f = 0; f < features.size(); ++f) {
        for (const Typing typing : {Typing::characters, Typing::pinyin, Typing::spaced_pinyin,
                                    Typing::initials, Typing::mixed}) {
            std::string so_far;
            for (const char32_t c : fold_text(test::typed(features[f].name, typing, han()), 48)) {
                so_far += to_utf8(c);
                const auto found = gazetteer.search({so_far, std::nullopt, kNamesFoundMax});
                EXPECT_TRUE(std::any_of(found.begin(), found.end(),
                                        [f](const FoundName& n) {
                                            return n.feature == f && n.kind != MatchKind::beginning;
                                        }))
                    << so_far << " " << features[f].name;
            }
        }
    }
}

TEST(GazetteerProperty, TheSameQueryGivesTheSameListInOrderOfItsCost) {
    const Gazetteer gazetteer{names(2000, 10)};
    for (const char* text : {"z", "张", "zhangcun", "庄", "xiaoxue"}) {
        const auto one = gazetteer.search({text, Wgs84{35, 111}, 50});
        const auto two = gazetteer.search({text, Wgs84{35, 111}, 50});
        ASSERT_EQ(one.size(), two.size());
        for (std::size_t i = 0; i < one.size(); ++i) {
            EXPECT_EQ(one[i].feature, two[i].feature);
            EXPECT_TRUE(i == 0 || one[i - 1].cost <= one[i].cost || one[i - 1].kind != one[i].kind);
        }
    }
}

TEST(GazetteerProperty, TenThousandDamagedQueriesGiveBoundedLists) {
    const Gazetteer gazetteer{names(60, 12)};
    std::mt19937_64 random{13};
    const std::vector<std::string> seeds{"冯村乡西张耿村", "xi zhang geng cun", "X818 与 X812",
                                         "ｙｕｎ城's\xF0\x9F\x98\x80", "乡镇村街道路口"};
    for (int i = 0; i < 10'000; ++i) {
        const std::string text = test::mutate(seeds[random() % seeds.size()], random);
        EXPECT_LE(gazetteer.search({text, std::nullopt, 10}).size(), 10U);
    }
}

TEST(NameTable, TenThousandDamagedRowsAreReadOrRefused) {
    std::mt19937_64 random{14};
    const std::string readings = "text,reading,within\n解州,hai zhou,\n\"洪,洞\",hong tong,临汾\n";
    const std::string landmarks =
        "kind,name,lat,lon,population,within,aliases\nschool,\"a \"\"b\"\"\",35.1,110.9,3,x,y;z\n";
    for (int i = 0; i < 10'000; ++i) {
        if (const auto r = parse_readings(test::mutate(readings, random), "r"); r) {
            EXPECT_LE(r->size(), kLocalReadingsMax);
        }
        if (const auto l = parse_landmarks(test::mutate(landmarks, random), "l"); l) {
            for (const Feature& f : *l) {
                EXPECT_TRUE(is_valid(from_e7(f.at)));
                EXPECT_FALSE(f.name.empty());
            }
        }
    }
}

TEST(NameTable, WritesAndReadsItselfAndRefusesWhatIsCutOrOld) {
    NameTable table = names(300, 15);
    table.readings = parse_readings("解州,hai zhou,\n", "r").value();
    table.features[1].aliases = {"a", "b"};
    const auto bytes = print_names(table);
    const auto back = parse_names(bytes, "names.bin");
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ(back->features, table.features);
    EXPECT_EQ(back->readings, table.readings);
    EXPECT_EQ(back->han.rows(), table.han.rows());
    EXPECT_EQ(print_names(*back), bytes);
    for (std::size_t cut = 0; cut < bytes.size(); cut += 997) {
        EXPECT_FALSE(parse_names(std::span{bytes}.first(cut), "names.bin"));
    }
    auto old = bytes;
    old[8] = std::byte{99};
    EXPECT_EQ(parse_names(old, "names.bin").error().code, Code::unsupported_version);
}

TEST(NameTable, ReadingsNeedASyllableForEachCharacter) {
    EXPECT_TRUE(parse_readings("解州,hǎi zhōu\n", "r"));
    for (const char* bad : {"解州,hai\n", "解州,haizhou\n", "解州,hai zhou x\n", "Bern,bern\n",
                            "解州\n", ",\n", "解州,hai 2\n", "解州,hai zhou,a,b\n"}) {
        EXPECT_FALSE(parse_readings(bad, "r")) << bad;
    }
}

} // namespace
} // namespace ems::map
