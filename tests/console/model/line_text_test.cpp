#include "console/map_paint/line_text.h"

#include <array>
#include <cmath>

#include <gtest/gtest.h>

namespace ems::console {
namespace {

constexpr std::array<double, 3> kThree{12, 12, 12};

std::vector<CharacterPlace> written(std::vector<ScreenPoint> line, Script script) {
    const ScreenLine on{line};
    return on.write(on.length() / 2, kThree, 14, script).value_or(std::vector<CharacterPlace>{});
}

TEST(LineText, StandsAlongTheLineInReadingOrderWhicheverWayTheLineRuns) {
    for (const auto& line : {std::vector<ScreenPoint>{{0, 50}, {100, 50}},
                             std::vector<ScreenPoint>{{100, 50}, {0, 50}}}) {
        const auto text = written(line, Script::latin);
        ASSERT_EQ(text.size(), 3U);
        EXPECT_NEAR(text[0].x, 38, 1e-9);
        EXPECT_NEAR(text[1].x, 50, 1e-9);
        EXPECT_NEAR(text[2].x, 62, 1e-9);
        EXPECT_NEAR(text[0].turn_deg, 0, 1e-9);
    }
}

TEST(LineText, IsNeverUpsideDown) {
    for (int course = 0; course < 360; course += 5) {
        const double rad = course * 3.14159265358979 / 180;
        const std::vector<ScreenPoint> line{{0, 0}, {200 * std::cos(rad), 200 * std::sin(rad)}};
        for (const Script script : {Script::latin, Script::han}) {
            for (const CharacterPlace& c : written(line, script)) {
                EXPECT_LE(std::abs(c.turn_deg), 90 + 1e-9) << course;
            }
        }
    }
}

TEST(LineText, ChineseOnASteepRoadStandsUprightFromTheTopDown) {
    for (const auto& line : {std::vector<ScreenPoint>{{50, 0}, {55, 100}},
                             std::vector<ScreenPoint>{{55, 100}, {50, 0}}}) {
        const auto text = written(line, Script::han);
        ASSERT_EQ(text.size(), 3U);
        EXPECT_LT(text[0].y, text[1].y);
        EXPECT_NEAR(text[1].y - text[0].y, 14, 0.1);
        EXPECT_LT(std::abs(text[1].turn_deg), 10);
    }
    EXPECT_GT(std::abs(written({{50, 0}, {55, 100}}, Script::latin)[1].turn_deg), 80);
}

TEST(LineText, IsLeftOutWhereTheLineIsTooShortOrBends) {
    EXPECT_TRUE(written({{0, 0}, {30, 0}}, Script::latin).empty());
    EXPECT_TRUE(written({{0, 0}, {50, 0}, {50, 50}}, Script::latin).empty());
    EXPECT_FALSE(written({{0, 0}, {50, 0}, {100, 10}}, Script::latin).empty());
}

TEST(LineText, IsRepeatedEvenlyAndOnceOnAShortLine) {
    EXPECT_TRUE(repeats(50, 60, 400).empty());
    EXPECT_EQ(repeats(100, 60, 400), std::vector<double>{50});
    EXPECT_EQ(repeats(1'000, 60, 400), (std::vector<double>{250, 750}));
}

TEST(TakenBoxes, AgreeWithLookingAtAllOfThem) {
    TakenBoxes boxes{300, 200};
    std::vector<LabelBox> all;
    for (int i = 0; i < 400; ++i) {
        const LabelBox box{std::fmod(i * 37.3, 340) - 20, std::fmod(i * 53.9, 240) - 20,
                           5.0 + i % 90, 8};
        const bool free = std::none_of(all.begin(), all.end(),
                                       [&](const LabelBox& b) { return b.overlaps(box); });
        ASSERT_EQ(boxes.is_free(box), free) << i;
        if (free) {
            boxes.take(box);
            all.push_back(box);
        }
    }
    EXPECT_GT(all.size(), 20U);
}

} // namespace
} // namespace ems::console
