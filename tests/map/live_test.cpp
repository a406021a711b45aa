#include <gtest/gtest.h>

#include "map/geo/projection.h"
#include "map/live/road_conditions.h"
#include "tests/map/ascii_map.h"

namespace ems::map {
namespace {

using test::AsciiMap;
using Effect = RoadCondition::Effect;
using Place = RoadCondition::Place;

constexpr std::int64_t kNow = 1'700'000'000'000'000;
constexpr std::int64_t kHour = 3'600'000'000;

// Two ways from a to d: over b and c (the short one), over e and f.
class Roads : public testing::Test {
  protected:
    RoadCondition closure(std::int64_t id, char from, char to) const {
        RoadCondition c;
        c.id = id;
        c.points = {point_of(graph_, map_.on(graph_, from, to, 0.5))};
        c.from_us = kNow;
        return c;
    }
    std::uint32_t seconds(std::int64_t now_us) {
        const auto router = make_dijkstra_router(graph_);
        router->use(live_.at(now_us));
        const auto route =
            router->route(map_.on(graph_, 'a', 'b', 0), map_.on(graph_, 'c', 'd', 1));
        return route ? (route->travel_ms + 500) / 1'000 : 0;
    }
    Wgs84 beside(char node, double x, double y) const {
        return LocalProjection{map_.at(node)}.to_wgs84({x, y});
    }

    AsciiMap map_{{"a----b----c----d", "|              |", "e----f---------g"}};
    RoadGraph graph_{map_.graph()};
    SnapIndex index_{graph_};
    RoadConditions live_{graph_, index_};
};

TEST_F(Roads, AClosureChangesTheNextAnswerAndItsEndChangesItBack) {
    EXPECT_EQ(seconds(kNow), 150U);
    RoadCondition c = closure(1, 'b', 'c');
    c.until_us = kNow + kHour;
    EXPECT_EQ(live_.put(c).value(), 2U) << "both ways";
    EXPECT_EQ(seconds(kNow - 1), 150U) << "it has not begun";
    EXPECT_EQ(seconds(kNow), 190U) << "round over e, f and g";
    EXPECT_EQ(seconds(kNow + kHour - 1), 190U);
    EXPECT_EQ(seconds(kNow + kHour), 150U);
    EXPECT_EQ(live_.next_change_us(kNow - 5), kNow);
    EXPECT_EQ(live_.next_change_us(kNow), kNow + kHour);
    EXPECT_FALSE(live_.next_change_us(kNow + kHour));
}

TEST_F(Roads, TakingAClosureAwayOpensTheRoad) {
    ASSERT_TRUE(live_.put(closure(1, 'b', 'c')));
    EXPECT_TRUE(live_.remove(1));
    EXPECT_FALSE(live_.remove(1));
    EXPECT_EQ(seconds(kNow), 150U);
}

TEST_F(Roads, TheSameMetricComesAgainWhileNothingChanges) {
    ASSERT_TRUE(live_.put(closure(1, 'b', 'c')));
    const auto metric = live_.at(kNow);
    EXPECT_EQ(live_.at(kNow + kHour), metric);
    ASSERT_TRUE(live_.put(closure(1, 'c', 'd')));
    EXPECT_NE(live_.at(kNow + kHour), metric) << "the same id, another place";
    EXPECT_TRUE(metric->is_closed(map_.on(graph_, 'b', 'c', 0).arc))
        << "a search under way keeps its own";
}

TEST_F(Roads, WhereConditionsMeetTheHeaviestHolds) {
    RoadCondition slow = closure(1, 'b', 'c');
    slow.effect = Effect::slower;
    slow.value = 2;
    ASSERT_TRUE(live_.put(slow));
    const ArcId bc = map_.on(graph_, 'b', 'c', 0).arc;
    EXPECT_NEAR(live_.at(kNow)->travel_ms(bc), 100'000, 20);
    RoadCondition slower = slow;
    slower.id = 2;
    slower.effect = Effect::speed;
    slower.value = 9; // a quarter of 36
    ASSERT_TRUE(live_.put(slower));
    EXPECT_NEAR(live_.at(kNow)->travel_ms(bc), 200'000, 200);
    ASSERT_TRUE(live_.put(closure(3, 'b', 'c')));
    EXPECT_TRUE(live_.at(kNow)->is_closed(bc));
    EXPECT_TRUE(live_.remove(3));
    EXPECT_FALSE(live_.at(kNow)->is_closed(bc));
}

TEST_F(Roads, ASpeedAboveTheUsualOneMakesNoRoadFaster) {
    RoadCondition c; // fog: at most 80 km/h on every street, where 36 is usual
    c.place = Place::everywhere;
    c.classes = {graph_.road_class(0)};
    c.effect = Effect::speed;
    c.value = 80;
    ASSERT_TRUE(live_.put(c));
    EXPECT_EQ(seconds(kNow), 150U);
    c.place = Place::stretch;
    c.points = closure(1, 'b', 'c').points;
    ASSERT_TRUE(live_.put(c));
    EXPECT_EQ(seconds(kNow), 150U);
}

TEST_F(Roads, AStretchFollowsTheRoadBetweenItsPointsInItsDirection) {
    RoadCondition c = closure(1, 'a', 'b');
    c.points.push_back(point_of(graph_, map_.on(graph_, 'c', 'd', 0.5)));
    c.ways = RoadCondition::Ways::along;
    EXPECT_EQ(live_.put(c).value(), 3U);
    const auto metric = live_.at(kNow);
    EXPECT_TRUE(metric->is_closed(map_.on(graph_, 'b', 'c', 0).arc));
    EXPECT_FALSE(metric->is_closed(map_.on(graph_, 'c', 'b', 0).arc));
}

TEST(OneWayRoads, AStretchDrawnUpstreamIsTheSameRoadAndNotTheWayRound) {
    std::vector<std::string> rows{"a---->----b---->----c"};
    rows.insert(rows.end(), 10, "|                   |");
    rows.push_back("d-------------------e");
    const AsciiMap map{rows};
    const RoadGraph graph = map.graph();
    const SnapIndex index{graph};
    RoadConditions live{graph, index};
    RoadCondition c;
    c.points = {point_of(graph, map.on(graph, 'b', 'c', 0.8)),
                point_of(graph, map.on(graph, 'a', 'b', 0.2))};
    EXPECT_EQ(live.put(c).value(), 2U) << "ab and bc";
    c.ways = RoadCondition::Ways::along;
    EXPECT_EQ(live.put(c).error().code, Code::invalid_argument) << "that way leads round the block";
}

TEST(OneWayRoads, BothWaysTakesTheOtherCarriagewayOfADividedRoad) {
    const LocalProjection plane{Wgs84{35.0, 111.0}};
    RoadNetwork net;
    net.names = {"", "G209", "G522"};
    const auto road = [&](double x0, double x1, double y, std::uint32_t name) {
        const auto a = net.add_node(plane.to_wgs84({x0, y}));
        const auto b = net.add_node(plane.to_wgs84({x1, y}));
        NetworkWay way;
        way.name = name;
        way.forward_kmh = 36;
        net.add_way({a, b}, way);
    };
    road(0, 1'000, 0, 1);   // eastbound
    road(1'000, 0, 20, 1);  // westbound beside it
    road(0, 1'000, 30, 1);  // the same direction
    road(1'000, 0, -20, 2); // another road
    const RoadGraph graph = assemble(net).value();
    const SnapIndex index{graph};
    RoadConditions live{graph, index};
    RoadCondition c;
    c.points = {plane.to_wgs84({500, 0})};
    EXPECT_EQ(live.put(c).value(), 2U);
    c.ways = RoadCondition::Ways::along;
    EXPECT_EQ(live.put(c).value(), 1U);
}

TEST_F(Roads, AnAreaTakesTheRoadsThatTouchItOfItsClassesAndName) {
    RoadCondition c;
    c.id = 1;
    c.place = Place::area;
    c.from_us = kNow;
    c.points = {beside('b', -50, -50), beside('c', 50, -50), beside('c', 50, 50),
                beside('b', -50, 50)};
    EXPECT_EQ(live_.put(c).value(), 6U) << "ab, bc and cd both ways";
    c.road = "bc";
    EXPECT_EQ(live_.put(c).value(), 2U);
    c.road.clear();
    c.classes = {RoadClass::expressway};
    EXPECT_EQ(live_.put(c).error().code, Code::not_found);
    c.classes.clear();
    c.points = {beside('b', 100, -30), beside('b', 200, -30),
                beside('b', 150, 30)}; // no node in it
    EXPECT_EQ(live_.put(c).value(), 2U) << "only bc passes through";
}

TEST(NamedRoads, ARoadIsMeantByAnyOfItsNumbersItsNameOrBothAsItIsWritten) {
    RoadNetwork net;
    net.names = {"", "G209;G522 运城路", "G20 运城路东段"};
    for (std::uint32_t name = 1; name <= 2; ++name) {
        const auto a = net.add_node({35.0 + name * 0.01, 111.0});
        const auto b = net.add_node({35.0 + name * 0.01, 111.01});
        net.add_way({a, b}, {.name = name, .forward_kmh = 36});
    }
    const RoadGraph graph = assemble(net).value();
    const SnapIndex index{graph};
    RoadConditions live{graph, index};
    RoadCondition c;
    c.place = Place::everywhere;
    for (const char* road : {"G209", "G522", "运城路", "G209;G522 运城路"}) {
        c.road = road;
        EXPECT_EQ(live.put(c).value(), 1U) << road;
    }
    for (const char* road : {"G52", "运城", "G209 运城路", "209"}) {
        c.road = road;
        EXPECT_EQ(live.put(c).error().code, Code::not_found) << road;
    }
}

TEST_F(Roads, RainAndSnowSlowEveryRoadByTheProfileAndTheWorseHolds) {
    AmbulanceProfile profile;
    profile.rain = 0.75;
    profile.snow = 0.5;
    RoadConditions live{graph_, index_, profile};
    const ArcId bc = map_.on(graph_, 'b', 'c', 0).arc;
    RoadCondition rain;
    rain.id = 1;
    rain.place = Place::everywhere;
    rain.effect = Effect::rain;
    rain.from_us = kNow;
    ASSERT_TRUE(live.put(rain));
    EXPECT_EQ(live.at(kNow - 1)->travel_ms(bc), graph_.travel_ms(bc));
    EXPECT_NEAR(live.at(kNow)->travel_ms(bc), graph_.travel_ms(bc) / 0.75, 1);
    RoadCondition jam = closure(2, 'b', 'c');
    jam.effect = Effect::slower;
    jam.value = 2;
    ASSERT_TRUE(live.put(jam));
    EXPECT_NEAR(live.at(kNow)->travel_ms(bc), graph_.travel_ms(bc) * 2 / 0.75, 1);
    RoadCondition snow = rain;
    snow.id = 3;
    snow.effect = Effect::snow;
    ASSERT_TRUE(live.put(snow));
    EXPECT_NEAR(live.at(kNow)->travel_ms(bc), graph_.travel_ms(bc) * 4, 1);
    rain.classes = {graph_.road_class(0)};
    EXPECT_EQ(live.put(rain).error().code, Code::invalid_argument);
}

TEST_F(Roads, NightBeginsAndEndsByTheHoursOfTheProfile) {
    AmbulanceProfile profile;
    profile.night = 0.8;
    profile.night_from_h = 20;
    profile.night_to_h = 6.5;
    RoadConditions live{graph_, index_, profile};
    constexpr std::int64_t kMidnight = 1'700'064'000'000'000; // UTC+8
    const auto slower = [&](double hour) {
        const std::int64_t now_us = kMidnight + static_cast<std::int64_t>(hour * kHour);
        return static_cast<double>(live.at(now_us)->travel_ms(0)) / graph_.travel_ms(0);
    };
    EXPECT_NEAR(slower(12), 1, 0.001);
    EXPECT_NEAR(slower(20), 1.25, 0.001);
    EXPECT_NEAR(slower(25), 1.25, 0.001);
    EXPECT_NEAR(slower(30.5), 1, 0.001);
    EXPECT_EQ(live.next_change_us(kMidnight), kMidnight + 13 * kHour / 2);
    EXPECT_EQ(live.next_change_us(kMidnight + 7 * kHour), kMidnight + 20 * kHour);
    EXPECT_FALSE(live_.next_change_us(kMidnight)) << "a night like the day changes nothing";
}

TEST_F(Roads, EverywhereNeedsAClassOrARoad) {
    RoadCondition c;
    c.place = Place::everywhere;
    c.effect = Effect::slower;
    c.value = 1.5;
    EXPECT_EQ(live_.put(c).error().code, Code::invalid_argument);
    c.classes = {graph_.road_class(0)};
    EXPECT_EQ(live_.put(c).value(), graph_.arc_count());
    EXPECT_EQ(seconds(kNow), 225U);
}

TEST_F(Roads, WhatMakesNoSenseIsRefusedAndChangesNothing) {
    RoadCondition far = closure(1, 'b', 'c');
    far.points = {beside('a', 9'000, 9'000)};
    EXPECT_EQ(live_.put(far).error().code, Code::not_found);
    RoadCondition none = closure(1, 'b', 'c');
    none.points.clear();
    RoadCondition backwards = closure(1, 'b', 'c');
    backwards.until_us = kNow;
    RoadCondition nothing = closure(1, 'b', 'c');
    nothing.effect = Effect::slower;
    RoadCondition nan = closure(1, 'b', 'c');
    nan.points = {Wgs84{std::nan(""), 111}};
    RoadCondition line = closure(1, 'b', 'c');
    line.place = Place::area;
    for (const RoadCondition& wrong : {none, backwards, nothing, nan, line}) {
        EXPECT_EQ(live_.put(wrong).error().code, Code::invalid_argument);
    }
    EXPECT_TRUE(live_.conditions().empty());
    EXPECT_EQ(seconds(kNow), 150U);
}

} // namespace
} // namespace ems::map
