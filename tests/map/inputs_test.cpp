#include <random>

#include <gtest/gtest.h>

#include "map/app/inputs.h"
#include "map/reach/station_areas.h"

namespace ems::map::app {
namespace {

const std::string kArea =
    R"({"type":"FeatureCollection","features":[)"
    R"({"type":"Feature","properties":{"station":"冯村"},"geometry":{"type":"Polygon","coordinates":)"
    R"([[[111.0,35.0],[111.1,35.0],[111.1,35.1],[111.0,35.0]]]}},)"
    R"({"type":"Feature","properties":{"gap":"x"},"geometry":{"type":"Point","coordinates":[111,35]}}]})";

std::string replaced(std::string text, const std::string& part, const std::string& by) {
    const auto at = text.find(part);
    EXPECT_NE(at, std::string::npos) << part;
    return text.replace(at, part.size(), by);
}

TEST(StationAreas, AreReadLongitudeFirstAndOthersAreLeftAlone) {
    const auto areas = parse_station_areas(kArea, "f").value();
    ASSERT_EQ(areas.size(), 1U);
    EXPECT_EQ(areas[0].station, "冯村");
    ASSERT_EQ(areas[0].area.size(), 1U);
    ASSERT_EQ(areas[0].area[0].outer.size(), 3U) << "the first point is not repeated";
    EXPECT_DOUBLE_EQ(areas[0].area[0].outer[1].lon, 111.1);
    EXPECT_DOUBLE_EQ(areas[0].area[0].outer[1].lat, 35.0);
}

TEST(StationAreas, WhatIsNoAreaIsRefusedByTheNumberOfItsFeature) {
    for (const std::string& wrong :
         {replaced(kArea, "[111.0,35.0]]]", "[111.0,35.2]]]"),
          replaced(kArea, "[111.1,35.0]", "[35.0,111.1]"), replaced(kArea, "[111.1,35.0],", ""),
          replaced(kArea, "\"Polygon\"", "\"LineString\""),
          replaced(kArea, "[111.1,35.0]", "[\"a\",35.0]"),
          replaced(kArea, "[111.1,35.0]", "[1e999,35.0]")}) {
        const auto areas = parse_station_areas(wrong, "edits.geojson");
        ASSERT_FALSE(areas) << wrong;
        EXPECT_EQ(areas.error().detail.rfind("edits.geojson: ", 0), 0U) << areas.error().detail;
    }
    EXPECT_FALSE(parse_station_areas("", "f"));
    EXPECT_FALSE(parse_station_areas("[]", "f"));
    EXPECT_FALSE(parse_station_areas(std::string(200'000, '['), "f")) << "a bomb of brackets";
}

// Whatever was done to a file: what is taken has valid points and rings that can be filled.
TEST(StationAreas, NothingMalformedIsTakenForAnArea) {
    std::mt19937_64 random{12};
    int taken = 0;
    for (int i = 0; i < 10'000; ++i) {
        std::string text = kArea;
        for (std::uint64_t edits = 1 + random() % 4; edits > 0; --edits) {
            const std::size_t at = random() % text.size();
            switch (random() % 3) {
            case 0:
                text[at] = "[]{}\",:0123456789.-e\\"[random() % 21];
                break;
            case 1:
                text.erase(at, 1 + random() % 8);
                break;
            default:
                text.insert(at, text.substr(random() % text.size(), random() % 12));
            }
            if (text.empty()) {
                text = kArea;
            }
        }
        const auto areas = parse_station_areas(text, "f");
        if (!areas) {
            continue;
        }
        for (const StationArea& area : *areas) {
            ++taken;
            for (const Polygon& polygon : area.area) {
                ASSERT_GE(polygon.outer.size(), 3U);
                for (const Wgs84 p : polygon.outer) {
                    ASSERT_TRUE(is_valid(p)) << text;
                }
            }
        }
    }
    EXPECT_GT(taken, 100) << "the test changes too much to say anything";
}

TEST(PointsCsv, NamesTheRowThatIsWrong) {
    const auto points =
        parse_points_csv("id,lat,lon,note\na,35.0,111.0,x\n\"b,c\",35.1,111.1\n", "u.csv");
    ASSERT_TRUE(points);
    ASSERT_EQ(points->size(), 2U);
    EXPECT_EQ((*points)[1].name, "b,c");
    for (const auto& [csv, row] : {std::pair{"id,lat,lon\na,35.0,111.0\nb,nan,111\n", "row 3"},
                                   {"id,lat,lon\na,111.0,35.0\n", "row 2"},
                                   {"id,lat,lon\n,35.0,111.0\n", "row 2"},
                                   {"id,lat,lon\na,35.0\n", "row 2"},
                                   {"lat,lon\n35,111\n", "first row"},
                                   {"id,lat,lon\n", "rows"},
                                   {"", "first row"}}) {
        const auto wrong = parse_points_csv(csv, "u.csv");
        ASSERT_FALSE(wrong) << csv;
        EXPECT_NE(wrong.error().detail.find(row), std::string::npos) << wrong.error().detail;
    }
}

} // namespace
} // namespace ems::map::app
