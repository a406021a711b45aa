#include "dispatch/core/recommend.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace ems::dispatch {
namespace {

UnitInput unit(std::int64_t id, std::uint32_t drive_s, std::uint32_t straight_m) {
    UnitInput in;
    in.unit = {id};
    in.position = PositionFrom::fix;
    in.turnout_s = 75;
    in.straight_m = straight_m;
    in.road = {RoadResult::known, drive_s, straight_m * 2};
    return in;
}

bool has(const Candidate& candidate, Reason reason) {
    return std::find(candidate.reasons.begin(), candidate.reasons.end(), reason) != candidate.reasons.end();
}

TEST(Recommend, PutsTheNearestByRoadFirstAndSaysThatTheMapShowsAnotherNearer) {
    const Ranking ranking = recommend({unit(1, 700, 5'000), unit(2, 495, 9'000)});
    ASSERT_EQ(ranking.candidates.size(), 2U);
    const Candidate& first = ranking.candidates[0];
    EXPECT_EQ(first.unit, UnitId{2});
    EXPECT_EQ(first.rank, 1U);
    EXPECT_EQ(first.total_s, 570U);
    EXPECT_EQ(first.straight_rank, 2U);
    EXPECT_TRUE(has(first, Reason::nearest_by_road));
    EXPECT_TRUE(has(first, Reason::not_nearest_in_line));
    EXPECT_TRUE(has(ranking.candidates[1], Reason::nearest_in_line));
}

TEST(Recommend, BusyUnitsAreListedWithTheReasonAndTheirPlaceInLine) {
    UnitInput busy = unit(3, 10, 100);
    busy.state = UnitState::at_scene;
    const Ranking ranking = recommend({busy, unit(1, 300, 4'000)});
    EXPECT_EQ(ranking.candidates[0].unit, UnitId{1});
    EXPECT_EQ(ranking.candidates[1].excluded, Exclusion::busy);
    EXPECT_EQ(ranking.candidates[1].rank, 0U);
    EXPECT_EQ(ranking.candidates[1].straight_rank, 1U);
    // Nearer in line than the first, but nobody can be sent: not worth a remark.
    EXPECT_FALSE(has(ranking.candidates[0], Reason::not_nearest_in_line));
}

TEST(Recommend, MarksTheRadiusAtFifteenMinutesExactly) {
    const Ranking ranking = recommend({unit(1, 825, 1), unit(2, 826, 2)});
    EXPECT_TRUE(ranking.candidates[0].within_radius);
    EXPECT_FALSE(ranking.candidates[1].within_radius);
    EXPECT_TRUE(has(ranking.candidates[1], Reason::beyond_radius));
    EXPECT_EQ(ranking.shortfall, Shortfall::none);
    EXPECT_EQ(recommend({unit(2, 826, 2)}).shortfall, Shortfall::none_within_radius);
}

TEST(Recommend, AnEmptyListSaysThatThereIsNoUnit) {
    EXPECT_EQ(recommend({}).shortfall, Shortfall::no_unit);
    UnitInput lost = unit(1, 1, 1);
    lost.position = PositionFrom::none;
    const Ranking ranking = recommend({lost});
    EXPECT_EQ(ranking.shortfall, Shortfall::no_unit);
    EXPECT_EQ(ranking.candidates[0].excluded, Exclusion::no_position);
}

TEST(Recommend, FallsBackToTheStraightLineTimesRoadFactorAndSaysSo) {
    UnitInput in = unit(1, 0, 10'000);
    in.road = {RoadResult::failed, 0, 0};
    const Ranking ranking = recommend({in});
    EXPECT_TRUE(ranking.degraded);
    EXPECT_EQ(ranking.candidates[0].distance_m, 14'000U);
    EXPECT_EQ(ranking.candidates[0].drive_s, 1'008U);
    EXPECT_TRUE(has(ranking.candidates[0], Reason::straight_line));
}

TEST(Recommend, AnOldFixWidensTheTimeOfAUnitOnTheMove) {
    UnitInput in = unit(1, 100, 1'000);
    in.state = UnitState::returning;
    in.fix_age_s = 70;
    in.unseen_road_s = 70;
    const Candidate first = recommend({in}).candidates[0];
    EXPECT_EQ(first.turnout_s, 0U);
    EXPECT_EQ(first.widen_s, 60U);
    EXPECT_EQ(first.total_s, 160U);
    EXPECT_TRUE(has(first, Reason::fix_old));
    in.unseen_road_s = 100'000;
    EXPECT_EQ(recommend({in}).candidates[0].widen_s, kWidenMaxS);
}

// Against the obvious sort on random fleets.
TEST(Recommend, OrdersAsANaiveSortDoes) {
    std::mt19937 engine{20261122};
    const auto random = [&engine] { return static_cast<std::uint32_t>(engine()); };
    for (int round = 0; round < 500; ++round) {
        std::vector<UnitInput> units;
        const int count = static_cast<int>(random() % 40);
        for (int i = 0; i < count; ++i) {
            UnitInput in = unit(i + 1, random() % 1'500, random() % 30'000);
            in.state = static_cast<UnitState>(1 + random() % 12);
            in.turnout_s = random() % 200;
            in.fix_age_s = random() % 400;
        in.unseen_road_s = in.fix_age_s;
            in.position = static_cast<PositionFrom>(random() % 3);
            in.road.result = static_cast<RoadResult>(random() % 4);
            units.push_back(in);
        }
        const Ranking ranking = recommend(units);
        ASSERT_EQ(ranking.candidates.size(), units.size());
        std::uint32_t last_total = 0;
        std::uint32_t expected_rank = 1;
        bool excluded_seen = false;
        for (const Candidate& candidate : ranking.candidates) {
            if (candidate.excluded != Exclusion::none) {
                excluded_seen = true;
                EXPECT_EQ(candidate.rank, 0U);
                continue;
            }
            EXPECT_FALSE(excluded_seen);
            EXPECT_EQ(candidate.rank, expected_rank++);
            EXPECT_GE(candidate.total_s, last_total);
            last_total = candidate.total_s;
            EXPECT_EQ(candidate.total_s, candidate.turnout_s + candidate.drive_s + candidate.widen_s);
            EXPECT_EQ(candidate.within_radius, candidate.total_s <= kRadiusS);
        }
        for (const UnitInput& in : units) {
            const auto found = std::find_if(ranking.candidates.begin(), ranking.candidates.end(),
                                            [&](const Candidate& c) { return c.unit == in.unit; });
            ASSERT_NE(found, ranking.candidates.end());
            EXPECT_EQ(found->rank > 0, traits(in.state).dispatchable && in.position != PositionFrom::none &&
                                           (in.road.result == RoadResult::known ||
                                            in.road.result == RoadResult::failed));
        }
    }
}

} // namespace
} // namespace ems::dispatch
