// The map of the desk under keys, and what its frame keeps clear.
#include "console/widgets/map_view.h"
#include "console/widgets/unit_board.h"
#include "tests/console/ui/desk_keys.h"

#include <QMouseEvent>
#include <QSignalSpy>

namespace ems::console {
namespace {

TEST_F(DeskKeys, ZShowsTheZonesOfTheStationsOnTheMapAndHidesThem) {
    connectAll();
    auto& map = window_->mapView();
    EXPECT_TRUE(map.overlay().zones.empty());
    map.setFocus();
    QTest::keyClick(&map, Qt::Key_Z);
    ASSERT_EQ(map.overlay().zones.size(), 3U);
    EXPECT_EQ(map.overlay().zones.front().station_id, 1);
    QTest::keyClick(&map, Qt::Key_Z);
    EXPECT_TRUE(map.overlay().zones.empty());
}

TEST_F(DeskKeys, TheScaleBarMakesWayForAStationThatStandsInItsCorner) {
    connectAll();
    MapView& map = window_->mapView();
    const auto& place = desk_->state().stations().begin()->second.place();
    const GeoPoint station = geo_point(place.lat_e7(), place.lon_e7());
    map.lookAt(station, {});
    const double foot = map.scaleBox().bottom();
    EXPECT_EQ(foot, map.height());
    // the station 100 px from the left, 20 px from the foot
    map.lookAt(map.camera().to_geo(map.width() - 100.0, 20), {});
    const ScreenPoint where = map.camera().to_screen(station);
    ASSERT_LT(where.x, map.width() / 2.0);
    ASSERT_GT(where.y, map.height() - 44.0);
    EXPECT_FALSE(map.scaleBox().contains(where.x, where.y));
    EXPECT_LT(map.scaleBox().bottom(), foot);
}

TEST_F(DeskKeys, ALowMapKeepsRoomForWhatItFrames) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    const auto framed = [this](QSize size) {
        MapView map{*desk_};
        map.resize(size);
        map.show();
        settle();
        map.showSelected();
        return map.camera().px_per_km();
    };
    EXPECT_GT(framed({460, 308}), 0.2 * framed({920, 616})) << "half as wide and high";
}

class MapUnderTheHand : public DeskKeys {
  protected:
    void SetUp() override {
        DeskKeys::SetUp();
        connectAll();
        desk_->selectIncident(11);
        const auto& place = desk_->state().incident(10)->place();
        map().lookAt(geo_point(place.lat_e7(), place.lon_e7()), {});
        settle();
        const ScreenPoint where = map().camera().to_screen(geo_point(place.lat_e7(), place.lon_e7()));
        grip_ = QPointF{where.x, where.y}.toPoint();
    }
    MapView& map() { return window_->mapView(); }
    // From the case 10, so far to the right.
    void drag(int px) {
        QTest::mousePress(&map(), Qt::LeftButton, {}, grip_);
        const QPoint to = grip_ + QPoint{px, 0};
        QMouseEvent move{QEvent::MouseMove, to, map().mapToGlobal(to), Qt::NoButton, Qt::LeftButton, {}};
        QCoreApplication::sendEvent(&map(), &move);
        QTest::mouseRelease(&map(), Qt::LeftButton, {}, to);
    }
    QPoint grip_;
};

TEST_F(MapUnderTheHand, ACaseThatServesAsAGripIsNotChosen) {
    const GeoPoint centre = map().camera().centre();
    drag(60);
    EXPECT_NE(map().camera().centre().lon, centre.lon) << "the map was moved";
    EXPECT_EQ(desk_->state().selected_incident(), 11);
}

TEST_F(MapUnderTheHand, AClickOfAHandThatTremblesChoosesTheCase) {
    drag(3);
    EXPECT_EQ(desk_->state().selected_incident(), 10);
}

TEST_F(MapUnderTheHand, AMapMovedByHandKeepsItsMiddleAndScaleWhenItsSizeChanges) {
    QTest::keyClick(&map(), Qt::Key_Home);
    drag(60);
    QTest::keyClick(&map(), Qt::Key_Plus);
    const MapCamera before = map().camera();
    map().resize(map().width() - 40, map().height() - 60);
    settle();
    EXPECT_EQ(map().camera().centre(), before.centre());
    EXPECT_EQ(map().camera().px_per_km(), before.px_per_km());
    QTest::keyClick(&map(), Qt::Key_Home);
    const double district = map().camera().px_per_km();
    map().resize(map().width() / 2, map().height() / 2);
    settle();
    EXPECT_LT(map().camera().px_per_km(), district) << "the district that was asked for is seen whole";
}

TEST_F(MapUnderTheHand, AMapThatIsDrawnOnStaysWhenThePatientIsLoadedAndMovesToAnotherCase) {
    desk_->selectIncident(10);
    settle();
    map().startTool(MapTool::draw);
    const MapCamera before = map().camera();
    const auto unchanged = [&] {
        return map().camera().centre() == before.centre() && map().camera().px_per_km() == before.px_per_km();
    };
    auto& unit = *feed_.world.mutable_units(3);
    unit.set_state(ems::wire::UNIT_TRANSPORTING);
    unit.set_destination_hospital_id(1);
    unit.set_version(unit.version() + 1);
    api::ServerFrame frame;
    frame.mutable_delta()->set_seq(++feed_.seq);
    *frame.mutable_delta()->add_units() = unit;
    feed_.push(std::move(frame));
    settle();
    ASSERT_EQ(desk_->selectedUnit()->state(), ems::wire::UNIT_TRANSPORTING);
    EXPECT_TRUE(unchanged());
    desk_->selectIncident(11);
    settle();
    EXPECT_FALSE(unchanged());
}

class MapUnits : public MapUnderTheHand {
  protected:
    void SetUp() override {
        MapUnderTheHand::SetUp();
        desk_->selectIncident(11);
        QTest::keyClick(&map(), Qt::Key_Home);
        settle();
        map().grab(); // its units stand where they are painted
    }
    // Of its place; what stands at a station or a hospital is painted above it.
    QPoint placeOf(int unit) {
        const auto& place = feed_.world.positions(unit - 1).place();
        const ScreenPoint at = map().camera().to_screen(geo_point(place.lat_e7(), place.lon_e7()));
        return QPointF{at.x, at.y}.toPoint();
    }
    void click(QPoint at) { QTest::mouseClick(&map(), Qt::LeftButton, {}, at); }
};

TEST_F(MapUnits, AClickOnAUnitBesideItsCaseChoosesBoth) {
    click(placeOf(4) - QPoint{26, 0});
    EXPECT_EQ(desk_->chosenUnit(), 4);
    EXPECT_EQ(desk_->state().selected_incident(), 10);
}

TEST_F(MapUnits, AClickOnAFreeUnitMarksItOnTheUnitBoardUntilACandidateIsChosen) {
    feed_.recommendation(clock_.utc_us());
    settle(); // and its ways are framed
    QTest::keyClick(&map(), Qt::Key_Home);
    map().grab();
    auto* board = window_->findChild<UnitBoard*>();
    click(placeOf(3) - QPoint{0, 22});
    board->grab();
    EXPECT_EQ(desk_->chosenUnit(), 3);
    EXPECT_EQ(board->current(), 3);
    EXPECT_EQ(desk_->state().selected_incident(), 11);
    desk_->selectCandidate(3);
    board->grab();
    EXPECT_EQ(board->current(), 2);
}

TEST_F(MapUnits, AClickBesideEverySymbolChoosesNothing) {
    click(placeOf(3) - QPoint{0, 40});
    EXPECT_EQ(desk_->chosenUnit(), 0);
    EXPECT_EQ(desk_->state().selected_incident(), 11);
}

TEST_F(MapUnits, OnlyADoubleClickOfTheLeftButtonSetsThePlaceOfACall) {
    const QSignalSpy places{&map(), &MapView::placePicked};
    const QPoint at = placeOf(3) - QPoint{0, 40};
    for (const Qt::MouseButton button : {Qt::RightButton, Qt::MiddleButton}) {
        QTest::mouseDClick(&map(), button, {}, at);
    }
    EXPECT_EQ(places.count(), 0);
    QTest::mouseDClick(&map(), Qt::LeftButton, {}, at);
    EXPECT_EQ(places.count(), 1);
}

// A symbol under the buttons cannot be read; the frame widens until none is there.
TEST_F(DeskKeys, TheFramedMapKeepsUnitsClearOfItsButtons) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    settle();
    MapView& map = window_->mapView();
    map.showSelected();
    const auto place_of = [&](std::size_t i) {
        const auto& place = feed_.world.positions(static_cast<int>(i)).place();
        return map.camera().to_screen(geo_point(place.lat_e7(), place.lon_e7()));
    };
    // a unit on the road just where the frame would put the buttons
    const GeoPoint under = map.camera().to_geo(map.width() / 2.0, 30);
    auto* moved = feed_.world.mutable_positions(3);
    moved->mutable_place()->set_lat_e7(static_cast<std::int32_t>(under.lat * 1e7));
    moved->mutable_place()->set_lon_e7(static_cast<std::int32_t>(under.lon * 1e7));
    feed_.positions(clock_.utc_us());
    settle();
    ASSERT_LT(place_of(3).y, 76);
    map.showSelected();
    EXPECT_GT(place_of(3).y, 100);
    EXPECT_LT(place_of(3).y, map.height());
}

} // namespace
} // namespace ems::console
