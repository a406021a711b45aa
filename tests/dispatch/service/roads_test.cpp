// Roads as they stand and what the fleet covers on them, without a server: the thread and the
// arithmetic.
#include <gtest/gtest.h>

#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "dispatch/service/fleet_cover.h"
#include "dispatch/service/road_thread.h"
#include "map/hierarchy/node_order.h"
#include "map/synth/region.h"
#include "tests/map/ascii_map.h"
#include "tests/support/run_coroutine.h"
#include "tests/support/temp_dir.h"

namespace ems::dispatch {
namespace {

namespace asio = boost::asio;

// One character is 100 m and 10 s.
const std::vector<std::string> kTown{"a-----b-----c", //
                                     "|     |     |", //
                                     "d-----e-----f"};

class RoadsTest : public testing::Test {
  protected:
    std::unique_ptr<Roads> open(const map::RoadGraph& graph) {
        const std::string folder = dir_.path().string();
        EXPECT_TRUE(graph.save(folder + "/roads.graph"));
        EXPECT_TRUE(
            map::save_node_order(graph, map::find_node_order(graph), folder + "/roads.order"));
        auto opened = Roads::open(folder);
        EXPECT_TRUE(opened);
        return std::move(*opened);
    }
    template <class T> T run(asio::awaitable<T> work) {
        return test::run_coroutine(io_, std::move(work));
    }
    // Between two neighbours, a share of the way.
    map::Wgs84 between(char a, char b, double share) const {
        const map::Wgs84 from = town_.at(a);
        const map::Wgs84 to = town_.at(b);
        return {from.lat + (to.lat - from.lat) * share, from.lon + (to.lon - from.lon) * share};
    }
    map::RoadCondition closure(std::int64_t id, map::Wgs84 at) const {
        map::RoadCondition out;
        out.id = id;
        out.points = {at};
        return out;
    }

    test::TempDir dir_;
    map::test::AsciiMap town_{kTown};
    asio::io_context io_;
};

TEST_F(RoadsTest, AnswersFollowTheRoadsOfTheMoment) {
    const auto roads = open(town_.graph());
    RoadThread thread{*roads, {}};
    const auto from = town_.on(roads->graph(), 'c', 'b', 0);
    const auto to = town_.on(roads->graph(), 'f', 'e', 0);
    ASSERT_EQ(roads->seconds(from, to), 20);
    auto closed = run(thread.put(closure(1, between('c', 'f', 0.5)), 1'000));
    ASSERT_TRUE(closed);
    EXPECT_EQ(roads->seconds(from, to), 20) << "not before they are handed over";
    roads->use(closed->now);
    EXPECT_EQ(roads->seconds(from, to), 140) << "round by b and e";
    EXPECT_EQ(roads->times_to(to, {from}).front().drive_s, 140U);
    roads->use(run(thread.remove(1, 2'000)).now);
    EXPECT_EQ(roads->seconds(from, to), 20);
}

TEST_F(RoadsTest, AConditionBeginsAndEndsByItsTime) {
    const auto roads = open(town_.graph());
    RoadThread thread{*roads, {}};
    const auto from = town_.on(roads->graph(), 'c', 'b', 0);
    const auto to = town_.on(roads->graph(), 'f', 'e', 0);
    map::RoadCondition later = closure(1, between('c', 'f', 0.5));
    later.from_us = 5'000;
    later.until_us = 9'000;
    const auto put = run(thread.put(later, 1'000));
    ASSERT_TRUE(put);
    EXPECT_EQ(put->next_change_us, 5'000);
    roads->use(put->now);
    EXPECT_EQ(roads->seconds(from, to), 20);
    const RoadMoment begun = run(thread.at(5'000));
    EXPECT_EQ(begun.next_change_us, 9'000);
    roads->use(begun.now);
    EXPECT_EQ(roads->seconds(from, to), 140);
    const RoadMoment over = run(thread.at(9'000));
    EXPECT_FALSE(over.next_change_us);
    roads->use(over.now);
    EXPECT_EQ(roads->seconds(from, to), 20);
}

TEST_F(RoadsTest, AllConditionsAnewLeaveOutWhatFindsNoRoadHere) {
    const auto roads = open(town_.graph());
    RoadThread thread{*roads, {}};
    ASSERT_TRUE(run(thread.put(closure(1, between('a', 'b', 0.5)), 1'000)));
    const map::RoadCondition elsewhere = closure(2, {36.0, 112.0});
    const map::RoadCondition here = closure(3, between('c', 'f', 0.5));
    roads->use(run(thread.replace({elsewhere, here}, 1'000)).now);
    EXPECT_EQ(roads->seconds(town_.on(roads->graph(), 'c', 'b', 0),
                             town_.on(roads->graph(), 'f', 'e', 0)),
              140);
    EXPECT_EQ(roads->seconds(town_.on(roads->graph(), 'a', 'd', 0),
                             town_.on(roads->graph(), 'b', 'c', 0)),
              60)
        << "the first is gone";
}

TEST_F(RoadsTest, ProbingChangesNothingAndTellsWhatWouldBeCovered) {
    const auto roads = open(town_.graph());
    RoadThread thread{*roads, {}};
    const auto both_ways = run(thread.probe(closure(1, between('c', 'f', 0.5))));
    ASSERT_TRUE(both_ways);
    EXPECT_EQ(*both_ways, 2U);
    EXPECT_EQ(run(thread.probe(closure(1, {36.0, 112.0}))).error().code, Code::not_found);
    roads->use(run(thread.at(1'000)).now);
    EXPECT_EQ(roads->seconds(town_.on(roads->graph(), 'c', 'b', 0),
                             town_.on(roads->graph(), 'f', 'e', 0)),
              20);
}

TEST_F(RoadsTest, ClosingAFifthOfALargeMapIsRefused) {
    auto region = map::make_region(2'000, 1);
    ASSERT_TRUE(region);
    const auto roads = open(map::assemble(region->network).value());
    RoadThread thread{*roads, {}};
    map::RoadCondition all;
    all.id = 1;
    all.place = map::RoadCondition::Place::everywhere;
    all.classes = {map::RoadClass::village, map::RoadClass::street, map::RoadClass::township};
    EXPECT_EQ(run(thread.probe(all)).error().code, Code::closes_too_much);
    all.effect = map::RoadCondition::Effect::slower;
    all.value = 2;
    EXPECT_TRUE(run(thread.probe(all))) << "snow everywhere is no slip of the hand";
}

TEST_F(RoadsTest, WithoutItsOrderTheMapIsOpenedAllTheSame) {
    const std::string folder = dir_.path().string();
    ASSERT_TRUE(town_.graph().save(folder + "/roads.graph"));
    const auto roads = Roads::open(folder);
    ASSERT_TRUE(roads);
    EXPECT_EQ((*roads)->seconds(town_.on((*roads)->graph(), 'c', 'b', 0),
                                town_.on((*roads)->graph(), 'f', 'e', 0)),
              20);
}

TEST_F(RoadsTest, TimesThatAreNoneDrawNothing) {
    const auto roads = open(town_.graph());
    RoadThread thread{*roads, {}};
    const std::vector<map::ReachSource> from{{town_.on(roads->graph(), 'a', 'b', 0), 0}};
    for (const std::vector<std::uint32_t>& minutes :
         {std::vector<std::uint32_t>{}, std::vector<std::uint32_t>{0},
          std::vector<std::uint32_t>{61}}) {
        EXPECT_EQ(run(thread.isochrones(from, minutes)).error().code, Code::out_of_range);
    }
    const auto areas = run(thread.isochrones(from, {1, 2}));
    ASSERT_TRUE(areas);
    ASSERT_EQ(areas->size(), 2U);
    EXPECT_EQ(areas->front().minutes, 2U) << "the widest first";
    EXPECT_GT(areas->front().area_km2, areas->back().area_km2);
    EXPECT_TRUE(map::contains(areas->front().area, town_.at('a')));
}

class FleetCoverTest : public testing::Test {
  protected:
    FleetCoverTest() : coverer_(graph_, demands()) {}
    std::vector<map::Demand> demands() const {
        return {{"甲村", "东乡", town_.at('a'), town_.on(graph_, 'a', 'b', 0), 200, false},
                {"乙村", "东乡", town_.at('c'), town_.on(graph_, 'c', 'b', 0), 100, true},
                {"丙村", "西乡", {36, 112}, {}, 50, false}};
    }
    static constexpr UnitId kNear{1};
    static constexpr UnitId kLate{2};
    // At a at once; at c a minute later than it would need to be in time at a.
    std::vector<Standing> fleet() const {
        return {{kNear, town_.on(graph_, 'a', 'b', 0), 0},
                {kLate, town_.on(graph_, 'c', 'b', 0), 870'000}};
    }

    map::test::AsciiMap town_{{"a--b--c"}};
    map::RoadGraph graph_{town_.graph()};
    std::shared_ptr<const map::Metric> roads_{std::make_shared<map::Metric>(graph_)};
    FleetCoverer coverer_;
};

TEST_F(FleetCoverTest, AUnitIsToldWithWhatItUncoversAndWhoIsNextThen) {
    const FleetCover cover = coverer_.cover(fleet(), roads_);
    ASSERT_EQ(cover.units.size(), 2U);
    const UnitCover& near = cover.units[0];
    EXPECT_EQ(near.villages, 2U);
    EXPECT_EQ(near.population, 300);
    EXPECT_EQ(near.alone.villages, 1U);
    EXPECT_EQ(near.alone.population, 200);
    EXPECT_EQ(near.alone_names, std::vector<std::string>{"甲村"});
    EXPECT_EQ(near.next, kLate);
    EXPECT_EQ(near.next_s, 910U) << "930 s for 200 people, 870 s for 100";
    EXPECT_EQ(cover.units[1].villages, 0U);
    EXPECT_FALSE(cover.units[1].next.is_set());
}

TEST_F(FleetCoverTest, SharesAreOfAllAndOfEachTownship) {
    const FleetCover cover = coverer_.cover(fleet(), roads_);
    EXPECT_EQ(cover.whole.villages, 3U);
    EXPECT_EQ(cover.whole.villages_covered, 2U);
    EXPECT_EQ(cover.whole.population_covered, 300);
    EXPECT_EQ(cover.whole.population_assumed, 100);
    ASSERT_EQ(cover.townships.size(), 2U);
    ASSERT_EQ(cover.gaps.size(), 1U);
    EXPECT_EQ(cover.gaps.front().name, "丙村");
    EXPECT_EQ(cover.gaps.front().first_s, 0U) << "no road leads there";
}

TEST_F(FleetCoverTest, AGapNamesWhoIsThereFirst) {
    const FleetCover cover = coverer_.cover({fleet()[1]}, roads_);
    ASSERT_EQ(cover.gap_count, 2U);
    EXPECT_EQ(cover.gaps.front().name, "甲村") << "with the most people first";
    EXPECT_EQ(cover.gaps.front().first, kLate);
    EXPECT_EQ(cover.gaps.front().first_s, 930U);
}

TEST_F(FleetCoverTest, OnlyWhoMovedIsSearchedForAnew) {
    static_cast<void>(coverer_.cover(fleet(), roads_));
    EXPECT_EQ(coverer_.searches(), 2U);
    std::vector<Standing> later = fleet();
    later[1].lead_ms = 0;
    static_cast<void>(coverer_.cover(later, roads_));
    EXPECT_EQ(coverer_.searches(), 2U) << "ready sooner, at the same place";
    later[1].at = town_.on(graph_, 'b', 'c', 0.5);
    const FleetCover moved = coverer_.cover(later, roads_);
    EXPECT_EQ(coverer_.searches(), 3U);
    FleetCoverer fresh{graph_, demands()};
    EXPECT_EQ(moved.units[0].next_s, fresh.cover(later, roads_).units[0].next_s);
    static_cast<void>(coverer_.cover(later, std::make_shared<map::Metric>(graph_)));
    EXPECT_EQ(coverer_.searches(), 5U) << "other roads";
}

TEST_F(FleetCoverTest, NobodyCoversNothing) {
    const FleetCover cover = coverer_.cover({}, roads_);
    EXPECT_EQ(cover.whole.villages_covered, 0U);
    EXPECT_EQ(cover.gap_count, 3U);
}

} // namespace
} // namespace ems::dispatch
