// The way on the crew's screen, over the schematic county's map.
#include "console/map_paint/map_layer.h"
#include "console/theme/map_note.h"
#include "map/graph/road_network.h"
#include "map/synth/county.h"
#include "tests/vehicle/terminal/crew_peer.h"
#include "vehicle/terminal/terminal_words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

namespace ems::terminal {
namespace {

class WayPageTest : public TerminalTest {
  protected:
    // One county for all of them: it takes half a second to make.
    static void SetUpTestSuite() {
        county_dir_ = std::make_unique<test::TempDir>();
        auto county = map::make_yanhu(map::kCountySeed);
        ASSERT_TRUE(county);
        const auto graph = map::assemble(county->network);
        ASSERT_TRUE(graph);
        ASSERT_TRUE(map::write_map(county_dir_->path().string(), *graph,
                                   {county->places, county->landmarks, {}},
                                   {std::move(county->areas), {}}, county->info, {}));
        for (const map::Place& place : county->places) {
            if (place.kind == map::PlaceKind::hospital || place.kind == map::PlaceKind::town) {
                (place.kind == map::PlaceKind::town ? towns_ : hospitals_).push_back(place);
            }
        }
        ASSERT_GE(towns_.size(), 2U);
        ASSERT_FALSE(hospitals_.empty());
    }
    static void TearDownTestSuite() { county_dir_.reset(); }

    void openWith(const std::string& dir) {
        close();
        map_dir_ = dir;
        open();
    }
    void stand(map::Wgs84 at, double course_deg, double speed_m_s) {
        auto& position = *peer_->status.mutable_position();
        position.set_lat_e7(map::to_e7(at).lat_e7);
        position.set_lon_e7(map::to_e7(at).lon_e7);
        position.set_course_cdeg(static_cast<std::uint32_t>(course_deg * 100));
        position.set_speed_cm_s(static_cast<std::uint32_t>(speed_m_s * 100));
        position.set_hdop_centi(90);
    }
    void orderTo(const map::Place& place, wire::UnitState state) {
        give_order();
        peer_->status.mutable_order()->set_lat_e7(map::to_e7(place.at).lat_e7);
        peer_->status.mutable_order()->set_lon_e7(map::to_e7(place.at).lon_e7);
        peer_->status.set_order_accepted(true);
        peer_->status.set_state(state);
    }
    const Guidance& guidance() const { return way_->guidance(); }

    static std::unique_ptr<test::TempDir> county_dir_;
    static std::vector<map::Place> towns_;
    static std::vector<map::Place> hospitals_;
};

std::unique_ptr<test::TempDir> WayPageTest::county_dir_;
std::vector<map::Place> WayPageTest::towns_;
std::vector<map::Place> WayPageTest::hospitals_;

TEST_F(WayPageTest, ANewOrderShowsItsWholeWayBesideIt) {
    openWith(county_dir_->path().string());
    stand(towns_[0].at, 40, 0);
    orderTo(towns_[1], wire::UNIT_ASSIGNED);
    peer_->status.set_order_accepted(false);
    peer_->status.set_order_age_ms(12'000);
    reach([&] { return guidance().state == WayState::under_way && window_->taskPage().map().isVisible(); });
    reach([&] { return window_->taskPage().map().isDrawn(); });
    const console::MapCamera& camera = window_->taskPage().map().camera();
    for (const map::Wgs84 end : {towns_[0].at, towns_[1].at}) {
        const auto at = camera.to_screen({end.lat, end.lon});
        EXPECT_TRUE(QRectF(0, 0, camera.width(), camera.height()).contains(QPointF{at.x, at.y}));
    }
    shoot(QStringLiteral("crew-30-order-with-way.png"));
    theme_.setMode(console::ThemeMode::day);
    reach([&] { return window_->taskPage().map().isDrawn(); });
    shoot(QStringLiteral("crew-31-order-with-way-day.png"));
}

TEST_F(WayPageTest, TheNumberOfTheRoadThatIsDrivenStandsOnTheWay) {
    constexpr int kBorderPx = 60; // the ground is drawn so much wider than the map
    constexpr double kEnlarged = 1.5;
    openWith(county_dir_->path().string());
    stand(towns_[0].at, 40, 0);
    orderTo(towns_[1], wire::UNIT_ASSIGNED);
    peer_->status.set_order_accepted(false);
    reach([&] { return guidance().state == WayState::under_way && window_->taskPage().map().isVisible(); });
    reach([&] { return window_->taskPage().map().isDrawn(); });
    WayMap& map = window_->taskPage().map();
    const QImage picture = map.grab().toImage();
    const QRgb way = theme_.color(console::Token::m_route).rgb();
    const auto ground = console::draw_map(way_->scene(), {}, map.camera().grown(kBorderPx), theme_.mode(), kEnlarged);
    int on_way = 0;
    for (const QRectF& sign : ground.signs) {
        const QRectF box = sign.translated(-kBorderPx, -kBorderPx);
        const bool is_on_way = std::any_of(guidance().points->begin(), guidance().points->end(), [&](map::Wgs84 point) {
            const auto at = map.camera().to_screen({point.lat, point.lon});
            return box.adjusted(4, 0, -4, 0).contains(at.x, at.y);
        });
        if (!is_on_way || !QRectF(20, 60, map.camera().width() - 40, map.camera().height() - 120).contains(box)) {
            continue;
        }
        ++on_way;
        const int y = static_cast<int>((box.top() + 3) * kEnlarged);
        for (int x = static_cast<int>(box.left() * kEnlarged) + 2; x < static_cast<int>(box.right() * kEnlarged) - 2; ++x) {
            EXPECT_NE(picture.pixel(x, y), way) << "the way lies over the number at " << x << ", " << y;
        }
    }
    EXPECT_GT(on_way, 0);
}

TEST_F(WayPageTest, TheWayToTheSceneIsShownWithTheNextTurn) {
    openWith(county_dir_->path().string());
    stand(towns_[0].at, 40, 15);
    orderTo(towns_[1], wire::UNIT_EN_ROUTE);
    window_->showPage(Page::way);
    reach([&] { return guidance().state == WayState::under_way && guidance().next; });
    EXPECT_TRUE(window_->wayPage().said().contains(QStringLiteral("后"))) // in so many metres
        << window_->wayPage().said().toStdString();
    reach([&] { return window_->wayPage().map().isDrawn(); });
    shoot(QStringLiteral("crew-11-way.png"));
    touch(window_->wayPage().upButton());
    reach([&] { return window_->wayPage().map().isDrawn(); });
    EXPECT_NEAR(window_->wayPage().map().camera().up_deg(), 40, 1e-6);
    shoot(QStringLiteral("crew-12-way-course-up.png"));
    touch(window_->wayPage().wholeButton());
    reach([&] { return window_->wayPage().map().isDrawn(); });
    theme_.setMode(console::ThemeMode::day);
    reach([&] { return window_->wayPage().map().isDrawn(); });
    shoot(QStringLiteral("crew-13-way-whole-day.png"));
}

TEST_F(WayPageTest, TheMapSaysWhatItIsInTheLanguageOfTheScreen) {
    openWith(county_dir_->path().string());
    reach([&] { return way_->mapState() == WayWorker::MapState::open; });
    EXPECT_EQ(window_->wayPage().map().note(), QStringLiteral("演示路网（示意，非真实道路）"));
    QCoreApplication::removeTranslator(&translator_);
    EXPECT_EQ(window_->wayPage().map().note(), QStringLiteral("demonstration network, schematic"));
    EXPECT_EQ(console::map_note("道路 A / B 段"), QStringLiteral("道路 A / B 段"));
}

TEST_F(WayPageTest, ItsUnitsAreOfOneLanguage) {
    EXPECT_EQ(TerminalWords::speed(1'500), QStringLiteral("54 公里/小时"));
    EXPECT_EQ(TerminalWords::distance(8'700), QStringLiteral("8.7 公里"));
    EXPECT_EQ(TerminalWords::roadDistance(87'000), QStringLiteral("8.7 公里"));
}

TEST_F(WayPageTest, ATurnOfBeforeTheVehicleFellSilentIsNotSaidAsNow) {
    openWith(county_dir_->path().string());
    stand(towns_[0].at, 40, 15);
    orderTo(towns_[1], wire::UNIT_EN_ROUTE);
    window_->showPage(Page::way);
    reach([&] { return guidance().state == WayState::under_way && guidance().next; });
    reach([&] { return window_->wayPage().map().isDrawn(); });
    peer_->close();
    reach([&] { return vehicle_->silentMs() > 6'000; });
    EXPECT_TRUE(window_->wayPage().said().startsWith(QStringLiteral("× ")))
        << window_->wayPage().said().toStdString();
    shoot(QStringLiteral("crew-17-way-silent.png"));
}

TEST_F(WayPageTest, AFingerMovesTheMapUntilTheVehicleIsAskedForAgain) {
    openWith(county_dir_->path().string());
    stand(towns_[0].at, 40, 0);
    window_->showPage(Page::way);
    reach([&] { return window_->wayPage().map().isVisible() && vehicle_->everHeard(); });
    WayMap& map = window_->wayPage().map();
    const console::GeoPoint before = map.camera().centre();
    QTest::mousePress(&map, Qt::LeftButton, {}, QPoint{300, 200});
    QTest::mouseMove(&map, QPoint{340, 230});
    QTest::mouseMove(&map, QPoint{420, 280});
    QTest::mouseRelease(&map, Qt::LeftButton, {}, QPoint{420, 280});
    EXPECT_EQ(map.shows(), WayMap::Shows::chosen);
    EXPECT_LT(map.camera().centre().lon, before.lon);
    touch(window_->wayPage().wholeButton());
    EXPECT_EQ(map.camera().centre(), before);
}

TEST_F(WayPageTest, WithThePatientAboardItLeadsToTheHospital) {
    openWith(county_dir_->path().string());
    stand(towns_[1].at, 0, 0);
    orderTo(towns_[1], wire::UNIT_AT_PATIENT);
    auto& hospital = *peer_->status.mutable_order()->mutable_destination();
    hospital.set_name(hospitals_.front().name);
    hospital.set_lat_e7(map::to_e7(hospitals_.front().at).lat_e7);
    hospital.set_lon_e7(map::to_e7(hospitals_.front().at).lon_e7);
    reach([&] { return window_->mainButton().isVisible(); });
    touch(window_->mainButton());
    EXPECT_EQ(window_->page(), Page::way) << "leaving the scene shows the way";
    reach([&] { return guidance().state == WayState::under_way; });
    EXPECT_EQ(guidance().target->kind, WayTarget::Kind::hospital);
    reach([&] { return window_->wayPage().map().isDrawn(); });
    shoot(QStringLiteral("crew-14-way-hospital.png"));
    window_->showPage(Page::task);
    shoot(QStringLiteral("crew-15-order-by-road.png"));
}

TEST_F(WayPageTest, WithoutAMapItSaysSoAndPointsThere) {
    stand(towns_[0].at, 0, 0);
    orderTo(towns_[1], wire::UNIT_EN_ROUTE);
    window_->showPage(Page::way);
    reach([&] { return vehicle_->everHeard(); });
    EXPECT_EQ(window_->wayPage().said(), QStringLiteral("本机没有地图"));
    EXPECT_FALSE(window_->wayPage().map().isVisible());
    shoot(QStringLiteral("crew-16-no-map.png"));
}

TEST_F(WayPageTest, AMapThatCannotBeReadIsNamed) {
    const test::TempDir dir;
    std::ofstream{dir.path() / "roads.graph"} << "no graph";
    openWith(dir.path().string());
    window_->showPage(Page::way);
    reach([&] { return way_->mapState() == WayWorker::MapState::absent; });
    EXPECT_EQ(window_->wayPage().said(), QStringLiteral("地图无法读取"));
    EXPECT_TRUE(way_->problem().contains(QStringLiteral("roads.graph")))
        << way_->problem().toStdString();
}

} // namespace
} // namespace ems::terminal
