#include "console/map_paint/declutter.h"
#include "console/map_paint/map_camera.h"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace ems::console {
namespace {

TEST(MapCamera, ScreenAndWorldAreInverse) {
    const MapCamera camera{{35.0, 111.0}, 30, 900, 670};
    const ScreenPoint s = camera.to_screen({35.05, 110.92});
    const GeoPoint g = camera.to_geo(s.x, s.y);
    EXPECT_NEAR(g.lat, 35.05, 1e-9);
    EXPECT_NEAR(g.lon, 110.92, 1e-9);
}

TEST(MapCamera, OneKilometreNorthIsTheScaleInPixels) {
    const MapCamera camera{{35.0, 111.0}, 30, 900, 670};
    const double lat = 35.0 + 1'000.0 / MapCamera::kMetresPerDegree;
    EXPECT_NEAR(335.0 - camera.to_screen({lat, 111.0}).y, 30.0, 1e-6);
}

TEST(MapCamera, ZoomKeepsThePlaceUnderThePointer) {
    MapCamera camera{{35.0, 111.0}, 30, 900, 670};
    const GeoPoint before = camera.to_geo(200, 100);
    camera.zoom_at(1.7, 200, 100);
    const ScreenPoint after = camera.to_screen(before);
    EXPECT_NEAR(after.x, 200, 0.2);
    EXPECT_NEAR(after.y, 100, 0.2);
}

TEST(MapCamera, FitShowsTheWholeBox) {
    MapCamera camera{{0, 0}, 1, 900, 670};
    GeoBox box;
    box.add({34.8, 110.7});
    box.add({35.3, 111.2});
    camera.fit(box, 20);
    for (const GeoPoint corner : {GeoPoint{34.8, 110.7}, GeoPoint{35.3, 111.2}}) {
        const ScreenPoint s = camera.to_screen(corner);
        EXPECT_GE(s.x, 19);
        EXPECT_LE(s.x, 881);
        EXPECT_GE(s.y, 19);
        EXPECT_LE(s.y, 651);
    }
}

TEST(MapCamera, TheCourseItIsTurnedToPointsUp) {
    MapCamera camera{{35.0, 111.0}, 30, 900, 670};
    const double lon = 111.0 + 1'000.0 / (MapCamera::kMetresPerDegree * std::cos(35.0 * std::numbers::pi / 180.0));
    camera.turn_up(90);
    const ScreenPoint east = camera.to_screen({35.0, lon});
    EXPECT_NEAR(east.x, 450, 1e-6);
    EXPECT_NEAR(east.y, 335 - 30, 1e-6);
    const ScreenPoint north = camera.to_screen({35.0 + 1'000.0 / MapCamera::kMetresPerDegree, 111.0});
    EXPECT_NEAR(north.x, 450 - 30, 1e-6);
    EXPECT_NEAR(north.y, 335, 1e-6);
}

TEST(MapCamera, TurnedItPansAndFindsPlacesAsTheScreenShowsThem) {
    MapCamera camera{{35.0, 111.0}, 30, 900, 670};
    camera.turn_up(212);
    const GeoPoint under = camera.to_geo(200, 100);
    camera.pan_px(40, -25);
    const ScreenPoint moved = camera.to_screen(under);
    EXPECT_NEAR(moved.x, 240, 0.2);
    EXPECT_NEAR(moved.y, 75, 0.2);
}

TEST(MapCamera, TurnedItsBoxHoldsAllFourCorners) {
    MapCamera camera{{35.0, 111.0}, 30, 900, 670};
    camera.turn_up(37);
    const GeoBox box = camera.box();
    for (const double x : {1.0, 899.0}) {
        for (const double y : {1.0, 669.0}) {
            GeoBox corner;
            corner.add(camera.to_geo(x, y));
            EXPECT_TRUE(corner.south > box.south && corner.north < box.north);
            EXPECT_TRUE(corner.west > box.west && corner.east < box.east);
        }
    }
}

TEST(ScaleBar, IsARoundLengthThatFits) {
    const ScaleBar bar = scale_bar(22.75, 130);
    EXPECT_DOUBLE_EQ(bar.metres, 5'000);
    EXPECT_LE(bar.px, 130);
}

TEST(Declutter, TheMoreImportantLabelKeepsItsPlaceAndTheOtherMoves) {
    const std::vector<LabelRequest> requests{
        {LabelRank::town, {{0, 0, 50, 20}, {0, 30, 50, 20}}},
        {LabelRank::selected, {{10, 5, 50, 20}}},
        {LabelRank::village, {{20, 8, 50, 20}}},
    };
    TakenBoxes taken{900, 670};
    const auto places = declutter(requests, taken);
    EXPECT_EQ(places.at(1), 0U);
    EXPECT_EQ(places.at(0), 1U);
    EXPECT_FALSE(places.at(2).has_value());
}

TEST(Declutter, NothingIsWrittenOverASymbol) {
    const std::vector<LabelRequest> requests{{LabelRank::town, {{0, 0, 50, 20}}}};
    TakenBoxes taken{900, 670};
    taken.take({40, 10, 20, 20});
    EXPECT_FALSE(declutter(requests, taken).at(0).has_value());
}

TEST(LeaderLine, GoesFromALabelFarOffToTheEdgeOfItsSign) {
    const auto line = leader_line({200, 100, 80, 20}, 100, 110, 30);
    ASSERT_TRUE(line.has_value());
    EXPECT_DOUBLE_EQ(line->from_x, 200);
    EXPECT_DOUBLE_EQ(line->from_y, 110);
    EXPECT_DOUBLE_EQ(line->to_x, 130);
    EXPECT_DOUBLE_EQ(line->to_y, 110);
}

TEST(LeaderLine, ALabelBesideItsSignHasNone) {
    EXPECT_FALSE(leader_line({130, 100, 80, 20}, 100, 110, 30).has_value());
    EXPECT_FALSE(leader_line({60, 100, 80, 20}, 100, 110, 30).has_value()) << "over it";
}

} // namespace
} // namespace ems::console
