// The ground of the map on a county of crossing roads: whether it is that of the view on the screen, and what lies over it.
#include "console/map_paint/map_layer.h"
#include "console/widgets/map_view.h"
#include "console/window/wall_window.h"
#include "tests/console/ui/desk_fixture.h"
#include "tests/console/ui/map_quarters.h"
#include "tests/console/ui/picture_file.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace ems::console {
namespace {

constexpr std::int32_t kSouthE7 = 347'000'000;
constexpr std::int32_t kNorthE7 = 354'000'000;
constexpr std::int32_t kWestE7 = 1'105'000'000;
constexpr std::int32_t kEastE7 = 1'114'000'000;
constexpr std::int32_t kMeshE7 = 100'000; // some 1.1 km
constexpr std::int32_t kNumberedE7 = 1'109'700'000; // the road north that has a number

void add_road(map::SceneBand& band, map::PointE7 from, map::PointE7 to) {
    map::SceneLine line;
    line.road_class = map::RoadClass::national;
    line.point_first = static_cast<std::uint32_t>(band.points.size());
    line.point_count = 2;
    for (const map::PointE7 point : {from, to}) {
        band.points.push_back(point);
        line.box.add(point);
    }
    band.lines.push_back(line);
}

map::Scene crossing_roads() {
    map::Scene scene;
    map::SceneBand band;
    band.metres_per_pixel_max = 1e9;
    for (std::int32_t lat = kSouthE7; lat <= kNorthE7; lat += kMeshE7) {
        add_road(band, {lat, kWestE7}, {lat, kEastE7});
    }
    for (std::int32_t lon = kWestE7; lon <= kEastE7; lon += kMeshE7) {
        add_road(band, {kSouthE7, lon}, {kNorthE7, lon});
    }
    map::SceneRoadName name;
    name.point_count = 2;
    for (const map::PointE7 point : {map::PointE7{kSouthE7, kNumberedE7}, map::PointE7{kNorthE7, kNumberedE7}}) {
        band.name_points.push_back(point);
        name.box.add(point);
    }
    band.names.push_back(name);
    scene.roads.push_back({"X836", {}});
    scene.bands.push_back(std::move(band));
    scene.bounds = {{348'000'000, 1'107'000'000}, {353'000'000, 1'112'000'000}};
    return scene;
}

class MapGround : public DeskTest {
  protected:
    void SetUp() override {
        scene_ = &roads_;
        DeskTest::SetUp();
        connectAll();
    }
    void TearDown() override { window_.reset(); } // before the roads that it draws
    MapView& map() { return window_->mapView(); }
    void waitForGround() { QTRY_VERIFY(map().hasGround()); }
    int cellsWithoutRoad() { return cells_without_road(map().grab().toImage(), theme_, 6, 6); }
    const map::Scene roads_ = crossing_roads();
};

TEST_F(MapGround, AnotherViewHasItsGroundOnceItIsDrawnForThatView) {
    waitForGround();
    map().lookAt({35.15, 110.8}, {});
    EXPECT_FALSE(map().hasGround()) << "of the view before";
    waitForGround();
    EXPECT_EQ(cellsWithoutRoad(), 0);
    QTest::keyClick(&map(), Qt::Key_Home);
    EXPECT_FALSE(map().hasGround());
    waitForGround();
    EXPECT_EQ(cellsWithoutRoad(), 0);
}

TEST_F(MapGround, AnotherThemeHasItsGroundOnceItIsDrawnInThatTheme) {
    map().lookAt({35.05, 110.97}, {});
    waitForGround();
    theme_.setMode(ThemeMode::day);
    EXPECT_FALSE(map().hasGround());
    waitForGround();
    EXPECT_EQ(cellsWithoutRoad(), 0);
}

TEST_F(MapGround, TheNumberOfARoadStandsOnTheWayThatFollowsIt) {
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    api::ServerFrame list;
    *list.mutable_recommendation() = *desk_->state().recommendation(11);
    auto& way = *list.mutable_recommendation()->mutable_candidates(0);
    way.clear_route();
    for (const std::int32_t lat : {349'000'000, 352'500'000}) {
        auto* point = way.add_route();
        point->set_lat_e7(lat);
        point->set_lon_e7(kNumberedE7);
    }
    feed_.push(list);
    settle();
    map().lookAt({35.05, kNumberedE7 / 1e7}, {});
    waitForGround();
    const QImage picture = map().grab().toImage();
    const QRgb ink = theme_.color(Token::m_route).rgb();
    ASSERT_EQ(picture.pixel(map().width() / 2, map().height() / 2 + 50), ink) << "the way is drawn";
    constexpr int kBorderPx = 160; // the ground is drawn so much wider than the map
    const MapImage ground = draw_map(scene_, {}, map().camera().grown(kBorderPx), theme_.mode());
    int on_way = 0;
    for (const QRectF& sign : ground.signs) {
        const QRect box = sign.translated(-kBorderPx, -kBorderPx).toRect();
        if (!map().rect().adjusted(0, 100, 0, -60).contains(box)) {
            continue;
        }
        ++on_way;
        for (int x = box.left(); x < box.right(); ++x) {
            EXPECT_NE(picture.pixel(x, box.top() + 2), ink) << "the way lies over the number";
        }
    }
    EXPECT_GT(on_way, 0);
}

// Towns along a road, nearer to each other than its number is high.
class MapNames : public MapGround {
  protected:
    void SetUp() override {
        towns_ = crossing_roads();
        towns_.roads.front().name = "运三高速";
        for (std::int32_t lat = 350'000'000; lat <= 352'000'000; lat += 30'000) {
            towns_.labels.push_back({map::SceneSymbol::town, 2, 0, {lat, kNumberedE7}, "泓芝驿镇"});
        }
        MapGround::SetUp();
        map().setScene(&towns_);
        map().lookAt({35.09, kNumberedE7 / 1e7}, {});
        waitForGround();
    }
    map::Scene towns_;
};

TEST_F(MapNames, NoPlaceIsNamedOverTheNameOrTheNumberOfARoad) {
    save_picture(map().grab().toImage(), QStringLiteral("map-names.png"));
    constexpr int kBorderPx = 160; // the ground is drawn so much wider than the map
    const MapImage ground = draw_map(&towns_, {}, map().camera().grown(kBorderPx), theme_.mode());
    EXPECT_FALSE(ground.signs.empty());
    EXPECT_FALSE(ground.names.empty());
    ASSERT_GE(map().otherLabels().size(), 10U) << "of towns: nothing else is in sight";
    for (const auto* texts : {&ground.signs, &ground.names}) {
        for (const QRectF& text : *texts) {
            const QRectF box = text.translated(-kBorderPx, -kBorderPx) & QRectF{map().rect()};
            for (const QRectF& label : map().otherLabels()) {
                EXPECT_FALSE(label.intersects(box)) << label.x() << ' ' << label.y();
            }
        }
    }
}

// What is reached follows the roads: at the scale of a district its outline would be two lines along each of them.
TEST_F(MapGround, TheLineOf15MinutesIsDrawnWhereItsTwoSidesLieApart) {
    MapOverlay overlay;
    overlay.shade = Shade::uncovered;
    const double lat = 35.05;
    overlay.covered.push_back({{{lat, 110.8}, {lat, 111.1}, {lat + 0.005, 111.1}, {lat + 0.005, 110.8}}, {}});
    const auto pixels = [&](double px_per_km, Token token) {
        const QImage image = draw_map(nullptr, overlay, {{lat, 110.97}, px_per_km, 600, 400}, theme_.mode()).image;
        int count = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                count += (image.pixel(x, y) & 0xffffff) == (theme_.color(token).rgb() & 0xffffff) ? 1 : 0;
            }
        }
        return count;
    };
    EXPECT_EQ(pixels(20, Token::m_iso), 0);
    EXPECT_GT(pixels(100, Token::m_iso), 300);
}

// Read from 6 m, 12 mm and more: 19 px of a wall of 55 inches, on which a pixel has 0.63 mm.
TEST_F(MapGround, NamesOnTheMapOfTheWallAreHighEnoughToBeReadFromSixMetres) {
    constexpr double kAskedPx = 19;
    constexpr int kAroundPx = 6; // of a label's height about its text
    WallWindow wall{*desk_, scene_};
    wall.resize(1920, 1080);
    wall.show();
    settle();
    auto* on_wall = wall.findChild<MapView*>();
    ASSERT_NE(on_wall, nullptr);
    QTRY_VERIFY(on_wall->hasGround());
    wall.grab();
    ASSERT_GE(on_wall->otherLabels().size(), 4U) << "of units, stations and cases";
    for (const QRectF& label : on_wall->otherLabels()) {
        EXPECT_GE((label.height() - kAroundPx) * on_wall->enlarged(), kAskedPx);
    }
    const std::vector<QRectF> labels = on_wall->otherLabels();
    for (std::size_t i = 0; i < labels.size(); ++i) {
        EXPECT_TRUE(std::none_of(labels.begin() + static_cast<std::ptrdiff_t>(i) + 1, labels.end(),
                                 [&](const QRectF& other) { return other.intersects(labels[i]); }))
            << i;
    }
    EXPECT_EQ(cells_without_road(on_wall->grab().toImage(), theme_, 4, 4), 0);
}

// The painted ink, not what a label says of itself.
TEST_F(MapGround, ALabelOfTheWallIsPaintedLargerThanOneOfADesk) {
    const auto ink_rows = [&](MapView& of) {
        const QImage picture = of.grab().toImage();
        const QRgb ink = theme_.color(Token::text_1).rgb();
        int most = 0;
        for (const QRectF& label : of.otherLabels()) {
            const QRect box = QRectF{label.topLeft() * of.enlarged(), label.size() * of.enlarged()}.toRect() & picture.rect();
            int first = -1;
            int last = -1;
            for (int y = box.top(); y <= box.bottom(); ++y) {
                for (int x = box.left() + 3; x < box.right() - 3; ++x) {
                    if (picture.pixel(x, y) == ink) {
                        first = first < 0 ? y : first;
                        last = y;
                    }
                }
            }
            most = std::max(most, first < 0 ? 0 : last - first + 1);
        }
        return most;
    };
    waitForGround();
    const int desk = ink_rows(map());
    WallWindow wall{*desk_, scene_};
    wall.resize(1920, 1080);
    wall.show();
    settle();
    EXPECT_GE(ink_rows(*wall.findChild<MapView*>()), desk * 4 / 3);
}

// Unit 4 drives where nothing else stands.
class MapAccuracy : public MapGround {
  protected:
    static constexpr int kUnit = 3; // of positions()
    void SetUp() override {
        MapGround::SetUp();
        feed_.unit_state(4, ems::wire::UNIT_EN_ROUTE, clock_.utc_us());
        auto& position = *feed_.world.mutable_positions(kUnit);
        position.mutable_place()->set_lat_e7(351'055'000);
        position.mutable_place()->set_lon_e7(1'109'055'000);
        position.set_speed_cm_s(1'500);
        with(0);
    }
    // Enlarged as far as the map goes, then made smaller by so many steps.
    void look(int steps_back) {
        map().lookAtUnit(4);
        for (int i = 0; i < 20; ++i) {
            QTest::keyClick(&map(), Qt::Key_Plus);
        }
        for (int i = 0; i < steps_back; ++i) {
            QTest::keyClick(&map(), Qt::Key_Minus);
        }
        waitForGround();
    }
    double radiusPx(std::uint32_t accuracy_m) { return accuracy_m / 1'000.0 * map().camera().px_per_km(); }
    QImage with(std::uint32_t accuracy_m) {
        feed_.world.mutable_positions(kUnit)->set_accuracy_m(accuracy_m);
        feed_.positions(clock_.utc_us());
        settle();
        return map().grab().toImage();
    }
    // Of a hundred directions from the unit's place, in how many the two pictures differ there.
    int ring(const QImage& a, const QImage& b, double radius_px) {
        const auto& place = feed_.world.positions(kUnit).place();
        const ScreenPoint at = map().camera().to_screen(geo_point(place.lat_e7(), place.lon_e7()));
        int count = 0;
        for (int i = 0; i < 100; ++i) {
            const double angle = i * 2 * std::numbers::pi / 100;
            const QPoint point{static_cast<int>(at.x + radius_px * std::cos(angle)), static_cast<int>(at.y + radius_px * std::sin(angle))};
            count += a.pixel(point) != b.pixel(point) ? 1 : 0;
        }
        return count;
    }
};

TEST_F(MapAccuracy, AUnitThatMayBeMoreThan50MOffHasACircleOfThatRadius) {
    look(0);
    const QImage bare = with(0);
    EXPECT_TRUE(with(50) == bare);
    const QImage night = with(120);
    save_picture(night, QStringLiteral("map-accuracy-night.png"));
    EXPECT_GE(ring(night, bare, radiusPx(120)), 90);
    EXPECT_LE(ring(night, bare, radiusPx(120) - 5), 10) << "a line, not a disc";
    EXPECT_GE(ring(with(51), bare, radiusPx(51)), 70) << "under the label, but not under the symbol";
}

TEST_F(MapAccuracy, ACircleThatWouldLieUnderTheSymbolIsNotDrawn) {
    look(3);
    const QImage bare = with(0);
    const auto hidden_m = static_cast<std::uint32_t>(12'000 / map().camera().px_per_km());
    ASSERT_GT(hidden_m, 50U);
    EXPECT_LE(ring(with(hidden_m), bare, radiusPx(hidden_m)), 15) << "its label at most";
    const QImage night = with(240);
    save_picture(night, QStringLiteral("map-accuracy-smaller-night.png"));
    EXPECT_GE(ring(night, bare, radiusPx(240)), 90);
}

TEST_F(MapAccuracy, TheCircleIsDrawnByDayToo) {
    theme_.setMode(ThemeMode::day);
    look(3);
    const QImage bare = with(0);
    const QImage day = with(240);
    save_picture(day, QStringLiteral("map-accuracy-smaller-day.png"));
    EXPECT_GE(ring(day, bare, radiusPx(240)), 90);
}

} // namespace
} // namespace ems::console
