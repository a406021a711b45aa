// What stays readable where room or server is missing: the village of a queue row, of a last known unit, a symbol on the map.
#include "console/model/place_search.h"
#include "console/theme/metrics.h"
#include "console/theme/symbols.h"
#include "console/widgets/map_view.h"
#include "console/widgets/queue_view.h"
#include "console/widgets/recommend_view.h"
#include "console/widgets/words.h"
#include "map/gazetteer/gazetteer.h"
#include "tests/console/ui/desk_fixture.h"

#include <array>

namespace ems::console {
namespace {

TEST(QueueRow, LosesTheTownshipBeforeTheVillage) {
    application();
    const std::string address = "冯村乡 杨家卓村 小学西 300 m 路北";
    const int whole = text_width(qs(address), metrics::kDensePx);
    EXPECT_EQ(QueueView::whereText({}, address, whole), qs(address));
    EXPECT_EQ(QueueView::whereText({}, address, whole - 1), QStringLiteral("杨家卓村 小学西 300 m 路北"));
    EXPECT_TRUE(QueueView::whereText(QStringLiteral("0033? "), address, 90).startsWith(QStringLiteral("0033? 杨家卓村")));
}

class Lists : public DeskTest {
  protected:
    void TearDown() override { window_.reset(); } // before the names it looks up
    // As a shift of four units has it; told in one line of the map's box and more.
    void tellCoverage() {
        api::ServerFrame frame;
        frame.mutable_delta()->set_seq(++feed_.seq);
        auto* coverage = frame.mutable_delta()->mutable_coverage();
        coverage->set_computed_us(clock_.utc_us());
        coverage->mutable_whole()->set_population(900'000);
        coverage->mutable_whole()->set_population_covered(851'000);
        feed_.push(frame);
        settle();
        window_->grab();
    }
    void put(int position, GeoPoint at) {
        auto* place = feed_.world.mutable_positions(position)->mutable_place();
        place->set_lat_e7(static_cast<std::int32_t>(at.lat * 1e7));
        place->set_lon_e7(static_cast<std::int32_t>(at.lon * 1e7));
    }
};

TEST_F(Lists, WithoutAServerTheVillageOfAUnitIsNamed) {
    map::NameTable table;
    map::Feature village;
    village.kind = map::NameKind::village;
    village.name = "寨里村";
    village.at = {351'720'000, 1'109'000'000};
    table.features.push_back(village);
    const map::Gazetteer gazetteer{std::move(table)};
    const PlaceSearch search{gazetteer};
    connectAll();
    const auto* list = window_->findChild<FallbackView*>();
    api::UnitPosition position;
    position.mutable_place()->set_lat_e7(351'720'000);
    position.mutable_place()->set_lon_e7(1'109'000'000);
    EXPECT_EQ(list->villageOf(position), QString{}) << "no names are known";
    window_->setPlaceSearch(&search);
    EXPECT_EQ(list->villageOf(position), QStringLiteral("寨里村"));
    position.mutable_place()->set_lat_e7(351'810'000);
    EXPECT_EQ(list->villageOf(position),
              QStringLiteral("寨里村 ") + Words::compass(0) + QStringLiteral(" ") + Words::distance(1'000));
    window_.reset();
}

TEST_F(Lists, WhatIsToldOfCoverageLiesOnNoSymbolWhileACornerIsFree) {
    connectAll();
    MapView& map = window_->mapView();
    tellCoverage();
    const QRectF before = map.told();
    ASSERT_FALSE(before.isEmpty());
    const auto under = [&](double x, double y) { return map.camera().to_geo(x, y); };
    put(0, under(before.center().x(), before.center().y()));
    put(1, under(before.center().x(), map.height() - 60.0));
    feed_.positions(clock_.utc_us());
    settle();
    window_->grab();
    const QRectF now = map.told();
    for (int i = 0; i < 2; ++i) {
        const auto& place = feed_.world.positions(i).place();
        const ScreenPoint s = map.camera().to_screen(geo_point(place.lat_e7(), place.lon_e7()));
        EXPECT_FALSE(now.contains(s.x, s.y)) << i;
    }
    EXPECT_TRUE(QRectF{map.rect()}.contains(now));
}

TEST_F(Lists, WhatIsToldOfCoverageLiesOnNoSymbolWhereAllCornersAreTaken) {
    connectAll();
    MapView& map = window_->mapView();
    tellCoverage();
    const QRectF told = map.told();
    ASSERT_FALSE(told.isEmpty());
    const double left = told.center().x();
    const double right = map.width() - left;
    const double above = told.center().y();
    const double below = map.height() - 60.0;
    const std::array<QPointF, 4> corners{QPointF{left, above}, QPointF{left, below}, QPointF{right, above}, QPointF{right, below}};
    for (int i = 0; i < 4; ++i) {
        put(i, map.camera().to_geo(corners.at(static_cast<std::size_t>(i)).x(), corners.at(static_cast<std::size_t>(i)).y()));
    }
    feed_.positions(clock_.utc_us());
    settle();
    window_->grab();
    const QRectF now = map.told().adjusted(-12, -12, 12, 12); // half of a symbol
    for (const QPointF& corner : corners) {
        EXPECT_FALSE(now.contains(corner)) << corner.x() << " " << corner.y();
    }
    for (const auto& [id, incident] : desk_->state().incidents()) {
        const ScreenPoint s = map.camera().to_screen(geo_point(incident.place().lat_e7(), incident.place().lon_e7()));
        EXPECT_FALSE(now.contains(s.x, s.y)) << id;
    }
    EXPECT_TRUE(QRectF{map.rect()}.contains(map.told()));
}

TEST_F(Lists, WhatIsToldOfCoverageLiesOnNoWayThoughItHasNoPointThere) {
    connectAll();
    desk_->selectIncident(11);
    feed_.recommendation(clock_.utc_us());
    tellCoverage();
    window_->grab();
    MapView& map = window_->mapView();
    const QRectF before = map.told();
    ASSERT_FALSE(before.isEmpty());
    api::ServerFrame list;
    *list.mutable_recommendation() = *desk_->state().recommendation(11);
    auto& way = *list.mutable_recommendation()->mutable_candidates(1);
    way.clear_route();
    for (const double x : {2.0, map.width() - 2.0}) {
        const GeoPoint end = map.camera().to_geo(x, before.center().y());
        auto* point = way.add_route();
        point->set_lat_e7(static_cast<std::int32_t>(end.lat * 1e7));
        point->set_lon_e7(static_cast<std::int32_t>(end.lon * 1e7));
    }
    feed_.push(list);
    settle();
    window_->grab();
    const auto& drawn = desk_->state().recommendation(11)->candidates(1).route(0);
    const double y = map.camera().to_screen(geo_point(drawn.lat_e7(), drawn.lon_e7())).y;
    EXPECT_FALSE(map.told().isEmpty());
    EXPECT_FALSE(map.told().top() < y && y < map.told().bottom()) << map.told().top() << " to " << map.told().bottom() << ", way at " << y;
}

TEST_F(Lists, TheLabelOfTheChosenCaseIsCutByNoEdgeOfTheMap) {
    connectAll();
    desk_->selectIncident(11);
    MapView& map = window_->mapView();
    settle();
    const auto at = [&] {
        const auto& place = desk_->state().incident(11)->place();
        const ScreenPoint s = map.camera().to_screen(geo_point(place.lat_e7(), place.lon_e7()));
        return QPointF{s.x, s.y};
    };
    for (int i = 0; i < 40 && at().x() < map.width() - 100; ++i) {
        QTest::keyClick(&map, Qt::Key_Left);
    }
    ASSERT_GT(at().x(), map.width() - 100);
    const QPointF left = at() - QPointF{70, 0}; // a unit stands where the label would lie whole
    put(0, map.camera().to_geo(left.x(), left.y()));
    feed_.positions(clock_.utc_us());
    settle();
    window_->grab();
    ASSERT_FALSE(map.chosenLabel().isEmpty());
    EXPECT_TRUE(QRectF{map.rect()}.adjusted(4, 4, -4, -4).contains(map.chosenLabel())) << map.chosenLabel().right() << " of " << map.width();
}

// Two symbols where the later one would cover the middle of the chosen one.
TEST_F(Lists, NoOtherUnitCoversTheChosenOneOnTheMap) {
    connectAll();
    feed_.unit_state(1, ems::wire::UNIT_EN_ROUTE, clock_.utc_us());
    settle();
    desk_->selectIncident(11);
    settle();
    MapView& map = window_->mapView();
    const GeoPoint middle = map.camera().to_geo(map.width() / 2.0 + 0.5, map.height() / 2.0 + 150.5);
    const auto shown = [&](double away_px) {
        put(0, middle);
        // it is available: drawn above its place
        put(1, map.camera().to_geo(map.width() / 2.0 + 0.5 + away_px, map.height() / 2.0 + 150.5 + 22));
        feed_.positions(clock_.utc_us());
        settle();
        QImage image{map.size(), QImage::Format_RGB32};
        map.render(&image);
        return image.copy(map.width() / 2 - 1, map.height() / 2 + 149, 3, 3); // inside the arrow
    };
    ASSERT_EQ(desk_->selectedUnit(), desk_->state().unit(1));
    const QImage alone = shown(200);
    const QImage crowded = shown(5);
    EXPECT_TRUE(alone == crowded);
}

TEST_F(Lists, ACaseOfAnotherLevelMovesInTheQueue) {
    connectAll();
    auto* queue = window_->findChild<QueueView*>();
    const auto place_of_new = [&](std::uint32_t level) {
        api::ServerFrame frame;
        frame.mutable_delta()->set_seq(++feed_.seq);
        auto* incident = frame.mutable_delta()->add_incidents();
        incident->set_id(99);
        incident->set_number("7799");
        incident->set_state("open");
        incident->set_level(level);
        incident->set_version(10 - level);
        incident->set_created_us(clock_.utc_us() - 3'600'000'000); // longer than any other
        feed_.push(frame);
        settle();
        queue->repaint();
        int place = -1;
        for (int i = 0; i < queue->spokenCount(); ++i) {
            place = queue->spokenPart(i).text.contains(QStringLiteral("7799")) ? i : place;
        }
        return place;
    };
    const int low = place_of_new(4);
    const int count = queue->rowCount();
    const int high = place_of_new(1);
    ASSERT_GE(high, 0);
    EXPECT_LT(high, low);
    EXPECT_EQ(queue->rowCount(), count);
}

} // namespace
} // namespace ems::console
