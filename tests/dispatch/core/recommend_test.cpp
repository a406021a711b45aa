#include "dispatch/core/recommend.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <tuple>

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
    const Ranking ranking = recommend({}, {unit(1, 700, 5'000), unit(2, 495, 9'000)});
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
    const Ranking ranking = recommend({}, {busy, unit(1, 300, 4'000)});
    EXPECT_EQ(ranking.candidates[0].unit, UnitId{1});
    EXPECT_EQ(ranking.candidates[1].excluded, Exclusion::busy);
    EXPECT_EQ(ranking.candidates[1].rank, 0U);
    EXPECT_EQ(ranking.candidates[1].straight_rank, 1U);
    // Nearer in line than the first, but nobody can be sent: not worth a remark.
    EXPECT_FALSE(has(ranking.candidates[0], Reason::not_nearest_in_line));
}

TEST(Recommend, MarksTheRadiusAtFifteenMinutesExactly) {
    const Ranking ranking = recommend({}, {unit(1, 825, 1), unit(2, 826, 2)});
    EXPECT_TRUE(ranking.candidates[0].within_radius);
    EXPECT_FALSE(ranking.candidates[1].within_radius);
    EXPECT_TRUE(has(ranking.candidates[1], Reason::beyond_radius));
    EXPECT_EQ(ranking.shortfall, Shortfall::none);
    EXPECT_EQ(recommend({}, {unit(2, 826, 2)}).shortfall, Shortfall::none_within_radius);
}

TEST(Recommend, AnEmptyListSaysThatThereIsNoUnit) {
    EXPECT_EQ(recommend({}, {}).shortfall, Shortfall::no_unit);
    UnitInput lost = unit(1, 1, 1);
    lost.position = PositionFrom::none;
    const Ranking ranking = recommend({}, {lost});
    EXPECT_EQ(ranking.shortfall, Shortfall::no_unit);
    EXPECT_EQ(ranking.candidates[0].excluded, Exclusion::no_position);
}

TEST(Recommend, FallsBackToTheStraightLineTimesRoadFactorAndSaysSo) {
    UnitInput in = unit(1, 0, 10'000);
    in.road = {RoadResult::failed, 0, 0};
    const Ranking ranking = recommend({}, {in});
    EXPECT_TRUE(ranking.degraded);
    EXPECT_EQ(ranking.candidates[0].distance_m, 14'000U);
    EXPECT_EQ(ranking.candidates[0].drive_s, 1'008U);
    EXPECT_TRUE(has(ranking.candidates[0], Reason::straight_line));
    EXPECT_FALSE(has(ranking.candidates[0], Reason::nearest_by_road)) << "no road was looked at";
}

TEST(Recommend, AnOldFixWidensTheTimeOfAUnitOnTheMove) {
    UnitInput in = unit(1, 100, 1'000);
    in.state = UnitState::returning;
    in.fix_age_s = 70;
    in.unseen_road_s = 70;
    const Candidate first = recommend({}, {in}).candidates[0];
    EXPECT_EQ(first.turnout_s, 0U);
    EXPECT_EQ(first.widen_s, 60U);
    EXPECT_EQ(first.total_s, 160U);
    EXPECT_TRUE(has(first, Reason::fix_old));
    EXPECT_FALSE(has(first, Reason::told_by_voice));
    in.told = true;
    EXPECT_TRUE(has(recommend({}, {in}).candidates[0], Reason::told_by_voice));
}

TEST(Recommend, AnOldFixWidensTheTimeOfAStandingUnitTooUnlessItWaitsWhereItWasSeen) {
    UnitInput in = unit(1, 100, 1'000);
    in.fix_age_s = 130;
    in.unseen_road_s = 130;
    EXPECT_EQ(recommend({}, {in}).candidates[0].widen_s, 120U);
    EXPECT_EQ(recommend({}, {in}).candidates[0].total_s, 75U + 100U + 120U);
    in.waits_where_seen = true;
    in.unseen_road_s = 100'000;
    EXPECT_EQ(recommend({}, {in}).candidates[0].widen_s, 0U);
    EXPECT_TRUE(recommend({}, {in}).candidates[0].within_radius);
}

TEST(Recommend, AUnitThatNobodyHasHeardOfForTenMinutesStandsBehindThoseThatAreKnown) {
    UnitInput lost = unit(1, 1, 10);
    lost.state = UnitState::returning;
    lost.fix_age_s = 601;
    lost.unseen_road_s = 601;
    lost.link = LinkSeen::offline;
    const Ranking ranking = recommend({}, {lost, unit(2, 820, 9'000)});
    EXPECT_EQ(ranking.candidates[0].unit, UnitId{2});
    const Candidate& old = ranking.candidates[1];
    EXPECT_EQ(old.rank, 2U) << "it may be sent";
    EXPECT_EQ(old.widen_s, 591U);
    EXPECT_FALSE(old.within_radius) << "though its time were short enough";
    EXPECT_TRUE(has(old, Reason::position_old));
    EXPECT_TRUE(has(old, Reason::link_offline));
    EXPECT_FALSE(has(old, Reason::fix_old));
    lost.unseen_road_s = 7'200;
    lost.link = LinkSeen::lost;
    EXPECT_EQ(recommend({}, {lost}).candidates[0].widen_s, 7'190U) << "without a limit";
    EXPECT_TRUE(has(recommend({}, {lost}).candidates[0], Reason::link_lost));
    lost.link = LinkSeen::up;
    EXPECT_FALSE(has(recommend({}, {lost}).candidates[0], Reason::link_lost));
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
        const Ranking ranking = recommend({}, units);
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

// What README.md says of the order, written out a second time.
TEST(Recommend, StandsInTheOrderOfTheRulesForEveryLevelAndNeed) {
    std::mt19937 engine{20261126};
    const auto random = [&engine](std::uint32_t below) { return static_cast<std::uint32_t>(engine() % below); };
    for (int round = 0; round < 500; ++round) {
        CallInput call;
        call.level = 1 + random(4);
        call.need.isolation = random(3) == 0 ? Isolation::infectious : Isolation::none;
        if (random(2) == 0) {
            call.need.vehicle_class = static_cast<VehicleClass>(random(3));
        }
        call.need.capabilities = random(2) == 0 ? bit(Capability::ventilator) : 0;
        std::vector<UnitInput> units;
        for (std::uint32_t i = 0; i < 20; ++i) {
            UnitInput in = unit(i + 1, random(1'500), random(30'000));
            in.vehicle_class = static_cast<VehicleClass>(random(3));
            in.capabilities = random(2) == 0 ? bit(Capability::ventilator) : 0;
            in.contaminated = random(4) == 0;
            if (random(2) == 0) {
                in.crew_left_s = random(10'000);
            }
            units.push_back(in);
        }
        const auto key = [&](const Candidate& c) {
            const UnitInput& in = units[static_cast<std::size_t>(c.unit.value) - 1];
            const bool infectious = call.need.isolation == Isolation::infectious;
            const bool unclean = call.level >= 2 && in.contaminated && !infectious;
            const bool tired = call.level >= 3 && in.crew_left_s && *in.crew_left_s < std::int64_t{c.total_s} + 3'600;
            return std::tuple{c.total_s > 900, !c.lacks.empty(), unclean || tired, c.total_s, c.drive_s, c.unit};
        };
        const Ranking ranking = recommend(call, units);
        ASSERT_EQ(ranking.candidates.size(), units.size());
        EXPECT_TRUE(std::is_sorted(ranking.candidates.begin(), ranking.candidates.end(),
                                   [&](const Candidate& a, const Candidate& b) { return key(a) < key(b); }))
            << "round " << round << " level " << call.level;
    }
}

TEST(Recommend, TheOwnStationIsSaid) {
    UnitInput in = unit(1, 100, 1'000);
    in.own_station = true;
    EXPECT_TRUE(has(recommend({}, {in}).candidates[0], Reason::own_station));
}

TEST(Recommend, AClosedRoadAtTheSceneIsSaid) {
    UnitInput in = unit(1, 300, 4'000);
    EXPECT_FALSE(has(recommend({}, {in}).candidates[0], Reason::last_stretch_closed));
    in.road.ends_on_closed_road = true;
    EXPECT_TRUE(has(recommend({}, {in}).candidates[0], Reason::last_stretch_closed));
}

TEST(Recommend, AUnitOffTheRoadIsToldApartFromALackOfRoads) {
    UnitInput in = unit(1, 0, 4'000);
    in.road = {};
    const Candidate without_roads = recommend({}, {in}).candidates[0];
    EXPECT_TRUE(has(without_roads, Reason::straight_line));
    EXPECT_FALSE(has(without_roads, Reason::unit_off_road));
    in.off_road = true;
    EXPECT_TRUE(has(recommend({}, {in}).candidates[0], Reason::unit_off_road));
}

TEST(Recommend, EveryCodeHasItsName) {
    EXPECT_EQ(name(Reason::nearest_by_road), "nearest_by_road");
    EXPECT_EQ(name(Reason::straight_line), "straight_line");
    EXPECT_EQ(name(Reason::lacks_need), "lacks_need");
    EXPECT_EQ(name(Reason::may_be_diverted), "may_be_diverted");
    EXPECT_EQ(name(Reason::unit_off_road), "unit_off_road");
    EXPECT_EQ(name(Reason::last_stretch_closed), "last_stretch_closed");
    EXPECT_EQ(name(Exclusion::none), "");
    EXPECT_EQ(name(Exclusion::fuel_out), "fuel_out");
    EXPECT_EQ(name(Shortfall::none_within_radius), "none_within_radius");
    EXPECT_EQ(name(Rule::coverage), "coverage");
}

std::vector<std::int64_t> order(const Ranking& ranking) {
    std::vector<std::int64_t> out;
    for (const Candidate& c : ranking.candidates) {
        out.push_back(c.unit.value);
    }
    return out;
}

Need class_b() { return {VehicleClass::b, 0, Isolation::none}; }

TEST(RecommendNeed, ANearerUnitThatLacksTheClassComesBehindWithinTheRadiusOnly) {
    UnitInput plain = unit(1, 100, 1'000);
    plain.vehicle_class = VehicleClass::a;
    UnitInput monitored = unit(2, 700, 9'000);
    monitored.vehicle_class = VehicleClass::b;
    const Ranking ranking = recommend({1, class_b()}, {plain, monitored});
    EXPECT_EQ(order(ranking), (std::vector<std::int64_t>{2, 1}));
    EXPECT_EQ(ranking.candidates[1].lacks, std::vector<std::string>{"class_B"});
    EXPECT_TRUE(has(ranking.candidates[1], Reason::lacks_need));
    EXPECT_TRUE(has(ranking.candidates[1], Reason::first_responder)) << "ten minutes sooner: send both";
    EXPECT_TRUE(ranking.unmet.empty());
    monitored.road.drive_s = 900;
    const Ranking far = recommend({1, class_b()}, {plain, monitored});
    EXPECT_EQ(order(far), (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(far.unmet, std::vector<std::string>{"no_class_B"});
}

TEST(RecommendNeed, AnInfectiousPatientNeedsNegativePressureAndAMissingThingIsNamed) {
    UnitInput b = unit(1, 100, 1'000);
    b.vehicle_class = VehicleClass::b;
    b.capabilities = bit(Capability::physician);
    const Need need{VehicleClass::b, bit(Capability::physician) | bit(Capability::ventilator), Isolation::infectious};
    const Ranking ranking = recommend({2, need}, {b, unit(2, 100, 1'000)});
    EXPECT_EQ(ranking.unmet, (std::vector<std::string>{"no_class_C", "no_ventilator"}));
    EXPECT_EQ(ranking.candidates[1].lacks, (std::vector<std::string>{"class_C", "physician", "ventilator"}))
        << "what is not known of a unit it has not";
    EXPECT_FALSE(has(ranking.candidates[0], Reason::first_responder));
}

TEST(RecommendNeed, ABusIsSentOnlyWhenItIsAskedFor) {
    UnitInput bus = unit(1, 100, 1'000);
    bus.vehicle_class = VehicleClass::d;
    EXPECT_EQ(order(recommend({}, {bus, unit(2, 500, 5'000)})), (std::vector<std::int64_t>{2, 1}));
    EXPECT_EQ(order(recommend({3, {VehicleClass::d, 0, Isolation::infectious}}, {unit(2, 50, 500), bus})),
              (std::vector<std::int64_t>{1, 2}));
}

TEST(RecommendNeed, ABusyUnitThatFitsBringsNothing) {
    UnitInput b = unit(1, 100, 1'000);
    b.vehicle_class = VehicleClass::b;
    b.state = UnitState::at_scene;
    UnitInput a = unit(2, 100, 1'000);
    a.vehicle_class = VehicleClass::a;
    const Ranking ranking = recommend({1, class_b()}, {a, b});
    EXPECT_EQ(ranking.unmet, std::vector<std::string>{"no_class_B"});
    EXPECT_FALSE(has(ranking.candidates[0], Reason::first_responder)) << "nobody follows";
}

TEST(RecommendState, AContaminatedVehicleComesBehindButNotForALifeAtRisk) {
    UnitInput unclean = unit(1, 100, 1'000);
    unclean.contaminated = true;
    const UnitInput clean = unit(2, 500, 5'000);
    EXPECT_EQ(order(recommend({1, {}}, {unclean, clean})), (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(order(recommend({2, {}}, {unclean, clean})), (std::vector<std::int64_t>{2, 1}));
    EXPECT_TRUE(has(recommend({1, {}}, {unclean}).candidates[0], Reason::contaminated));
    unclean.vehicle_class = VehicleClass::c;
    EXPECT_EQ(order(recommend({2, {{}, 0, Isolation::infectious}}, {unclean, clean})), (std::vector<std::int64_t>{1, 2}));
}

TEST(RecommendState, ACrewShortOfHoursIsSaidAndSparedWhatCanWait) {
    UnitInput tired = unit(1, 100, 1'000);
    tired.crew_left_s = 100 + 75 + kTaskTypicalS - 1;
    const UnitInput fresh = unit(2, 500, 5'000);
    EXPECT_EQ(order(recommend({2, {}}, {tired, fresh})), (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(order(recommend({3, {}}, {tired, fresh})), (std::vector<std::int64_t>{2, 1}));
    EXPECT_TRUE(has(recommend({1, {}}, {tired}).candidates[0], Reason::crew_hours_short));
    tired.crew_left_s = 0;
    EXPECT_TRUE(has(recommend({1, {}}, {tired}).candidates[0], Reason::crew_over_hours));
    tired.crew_left_s = 100 + 75 + kTaskTypicalS;
    EXPECT_EQ(order(recommend({3, {}}, {tired, fresh})), (std::vector<std::int64_t>{1, 2}));
}

TEST(RecommendState, AReserveIsWhoStandsBehindForSomeCallAsFarAsTheRadius) {
    EXPECT_FALSE(is_reserve({}));
    EXPECT_TRUE(is_reserve({true, {}})) << "not clean";
    const std::int64_t enough_s = kRadiusS + kTaskTypicalS;
    EXPECT_FALSE(is_reserve({false, enough_s}));
    EXPECT_TRUE(is_reserve({false, enough_s - 1}));
    EXPECT_TRUE(is_reserve({false, -1})) << "the shift is over";
    EXPECT_FALSE(stands_behind({1, {}, 0}, {true, -1}, 0)) << "a life at risk";
}

TEST(RecommendState, FuelThatDoesNotReachExcludesAndThatBarelyDoesIsSaid) {
    UnitInput in = unit(1, 100, 5'000);   // 10 km by road
    in.fuel_range_km = 9;
    EXPECT_EQ(recommend({}, {in}).candidates[0].excluded, Exclusion::fuel_out);
    in.fuel_range_km = 29;
    EXPECT_TRUE(has(recommend({}, {in}).candidates[0], Reason::fuel_short));
    in.fuel_range_km = 30;
    EXPECT_FALSE(has(recommend({}, {in}).candidates[0], Reason::fuel_short));
}

TEST(RecommendState, TheHomeZoneIsSaid) {
    UnitInput in = unit(1, 100, 5'000);
    in.zone = Zone::home;
    EXPECT_TRUE(has(recommend({}, {in}).candidates[0], Reason::home_zone));
    in.zone = Zone::other;
    EXPECT_TRUE(has(recommend({}, {in}).candidates[0], Reason::other_zone));
}

UnitInput with_loss(UnitInput in, std::uint32_t ppm) {
    in.coverage_loss_ppm = ppm;
    return in;
}

TEST(RecommendCoverage, OfLevels3And4ASlightlySlowerUnitThatKeepsCoverageStandsFirst) {
    const std::vector<UnitInput> units{with_loss(unit(1, 300, 3'000), 90'000), with_loss(unit(2, 420, 4'000), 10'000),
                                       with_loss(unit(3, 421, 4'100), 0)};
    for (const std::uint32_t level : {3U, 4U}) {
        const Ranking ranking = recommend({level, {}}, units);
        EXPECT_EQ(order(ranking), (std::vector<std::int64_t>{2, 1, 3})) << "the third is too slow by a second";
        EXPECT_EQ(ranking.rule, Rule::coverage);
        EXPECT_TRUE(has(ranking.candidates[0], Reason::keeps_coverage));
        EXPECT_TRUE(has(ranking.candidates[1], Reason::uncovers));
        EXPECT_EQ(ranking.candidates[0].rank, 1U);
    }
}

TEST(RecommendCoverage, NeverForLevels1And2) {
    const std::vector<UnitInput> units{with_loss(unit(1, 300, 3'000), 900'000), with_loss(unit(2, 301, 4'000), 0)};
    for (const std::uint32_t level : {1U, 2U}) {
        EXPECT_EQ(order(recommend({level, {}}, units)), (std::vector<std::int64_t>{1, 2}));
        EXPECT_EQ(recommend({level, {}}, units).rule, Rule::none);
    }
}

TEST(RecommendCoverage, OnlyForWhatIsKnownWorthItWithinTheRadiusAndAsFit) {
    const UnitInput first = with_loss(unit(1, 300, 3'000), 50'000);
    const auto stays = [](const std::vector<UnitInput>& units) {
        return order(recommend({4, {}}, units)).front() == 1;
    };
    EXPECT_TRUE(stays({first, with_loss(unit(2, 310, 3'000), 30'001)})) << "a gain too small";
    EXPECT_FALSE(stays({first, with_loss(unit(2, 310, 3'000), 30'000)}));
    EXPECT_TRUE(stays({first, unit(2, 310, 3'000)})) << "not computed";
    EXPECT_TRUE(stays({unit(1, 300, 3'000), with_loss(unit(2, 310, 3'000), 0)}));
    EXPECT_TRUE(stays({with_loss(unit(1, 830, 3'000), 50'000), with_loss(unit(2, 840, 3'000), 0)})) << "beyond";
    UnitInput unclean = with_loss(unit(2, 310, 3'000), 0);
    unclean.contaminated = true;
    EXPECT_TRUE(stays({first, unclean})) << "less fit";
    UnitInput busy = with_loss(unit(2, 310, 3'000), 0);
    busy.state = UnitState::at_scene;
    EXPECT_TRUE(stays({first, busy}));
    EXPECT_EQ(recommend({4, {}}, {busy}).rule, Rule::none);
    EXPECT_EQ(recommend({4, {}}, {}).rule, Rule::none);
}

UnitInput busy_until(std::int64_t id, std::uint32_t free_s, std::uint32_t drive_s) {
    UnitInput in = unit(id, 10, 100);
    in.state = UnitState::handover;
    in.free_at = FreeAt{{free_s / 2, free_s, free_s * 2, 7}, {RoadResult::known, drive_s, 4'000}, 2'000};
    return in;
}

TEST(RecommendRelease, ABusyUnitSoonToBeFreeIsListedWithItsTotal) {
    const Ranking ranking = recommend({}, {unit(1, 800, 9'000), busy_until(2, 300, 200), busy_until(3, 600, 400)});
    EXPECT_EQ(order(ranking), (std::vector<std::int64_t>{1, 2, 3}));
    const Candidate& soon = ranking.candidates[1];
    EXPECT_EQ(soon.excluded, Exclusion::busy);
    EXPECT_EQ(soon.rank, 0U);
    EXPECT_EQ(soon.total_s, 500U);
    EXPECT_EQ(soon.release->late_s, 600U);
    EXPECT_TRUE(has(soon, Reason::sooner_than_first));
    EXPECT_FALSE(has(ranking.candidates[2], Reason::sooner_than_first));
    EXPECT_TRUE(has(recommend({}, {busy_until(2, 300, 200)}).candidates[0], Reason::sooner_than_first)) << "there is no other";
}

TEST(RecommendRelease, WithoutARoadFromWhereItWillBeTheLineStandsInOrNothing) {
    UnitInput in = busy_until(1, 300, 0);
    in.free_at->road.result = RoadResult::failed;
    EXPECT_EQ(recommend({}, {in}).candidates[0].total_s, 300U + 202U);
    in.free_at->road.result = RoadResult::unreachable;
    EXPECT_FALSE(recommend({}, {in}).candidates[0].release);
    in.free_at->road.result = RoadResult::too_far;
    EXPECT_FALSE(recommend({}, {in}).candidates[0].release);
}

TEST(RecommendRelease, AUnitOnALessUrgentCallMayBeDiverted) {
    UnitInput in = unit(1, 10, 100);
    in.state = UnitState::en_route;
    in.task_urgency = 6;
    in.free_at = FreeAt{{1'000, 2'000, 3'000, 0}, {RoadResult::known, 300, 100}, 100};
    const Candidate diverted = recommend({1, {}, 2}, {in}).candidates[0];
    EXPECT_TRUE(has(diverted, Reason::may_be_diverted));
    EXPECT_EQ(diverted.total_s, 10U) << "it rolls, and starts from where it is";
    in.position = PositionFrom::none;
    EXPECT_EQ(recommend({1, {}, 2}, {in}).candidates[0].total_s, 2'300U) << "nobody knows where it is";
    in.position = PositionFrom::fix;
    in.road.result = RoadResult::unreachable;
    EXPECT_FALSE(has(recommend({1, {}, 2}, {in}).candidates[0], Reason::may_be_diverted));
    in.road.result = RoadResult::failed;
    EXPECT_TRUE(has(recommend({1, {}, 2}, {in}).candidates[0], Reason::may_be_diverted));
    EXPECT_FALSE(has(recommend({3, {}, 6}, {in}).candidates[0], Reason::may_be_diverted));
    EXPECT_FALSE(has(recommend({1, {}, 0}, {in}).candidates[0], Reason::may_be_diverted));
}

// Who is sent later or taken from another call is sent by the same knowledge as who goes now.
TEST(RecommendRelease, ABusyUnitIsToldOfByTheSameWarningsAsAFreeOne) {
    UnitInput in = unit(1, 10, 100);
    in.state = UnitState::en_route;
    in.task_urgency = 6;
    in.fix_age_s = 70;
    in.told = true;
    in.link = LinkSeen::lost;
    in.off_road = true;
    in.road.result = RoadResult::failed;
    in.road.ends_on_closed_road = true;
    const Ranking ranking = recommend({1, {}, 2}, {in});
    const Candidate& diverted = ranking.candidates[0];
    ASSERT_TRUE(has(diverted, Reason::may_be_diverted));
    for (const Reason reason : {Reason::fix_old, Reason::told_by_voice, Reason::link_lost, Reason::straight_line,
                                Reason::unit_off_road, Reason::last_stretch_closed}) {
        EXPECT_TRUE(has(diverted, reason)) << name(reason);
    }
    EXPECT_TRUE(ranking.degraded) << "its time is a straight line's";
    in.unseen_road_s = 601;
    in.link = LinkSeen::offline;
    const Candidate old = recommend({1, {}, 2}, {in}).candidates[0];
    EXPECT_TRUE(has(old, Reason::position_old));
    EXPECT_TRUE(has(old, Reason::link_offline));
}

TEST(RecommendRelease, OfAUnitThatWillBeFreeTheRoadFromThereCounts) {
    UnitInput in = busy_until(1, 300, 0);
    in.road.result = RoadResult::failed;
    in.off_road = true;
    in.link = LinkSeen::offline;
    Ranking ranking = recommend({}, {in});
    EXPECT_TRUE(has(ranking.candidates[0], Reason::link_offline));
    EXPECT_FALSE(has(ranking.candidates[0], Reason::straight_line)) << "a road leads from its hospital";
    EXPECT_FALSE(ranking.degraded);
    in.free_at->road = {RoadResult::failed, 0, 0, true};
    ranking = recommend({}, {in});
    EXPECT_TRUE(has(ranking.candidates[0], Reason::straight_line));
    EXPECT_TRUE(has(ranking.candidates[0], Reason::last_stretch_closed));
    EXPECT_FALSE(has(ranking.candidates[0], Reason::unit_off_road)) << "where it is now does not matter";
    EXPECT_TRUE(ranking.degraded);
}

TEST(Release, TheAssumptionSpreadsOverItsQuantilesAndShortensWithTime) {
    const Release fresh = predict_release(UnitState::at_scene, 0, {});
    EXPECT_EQ(fresh.samples, 0U);
    EXPECT_NEAR(fresh.median_s, 2'700, 150);
    EXPECT_LT(fresh.early_s, fresh.median_s);
    EXPECT_GT(fresh.late_s, fresh.median_s);
    EXPECT_LT(predict_release(UnitState::at_scene, 1'500, {}).median_s, fresh.median_s);
}

TEST(Release, HistoryOutweighsTheAssumption) {
    ReleaseHistory history;
    history[UnitState::handover] = std::vector<std::uint32_t>(180, 900);
    const Release release = predict_release(UnitState::handover, 300, history);
    EXPECT_EQ(release.median_s, 600U);
    EXPECT_EQ(release.samples, 180U);
    EXPECT_EQ(predict_release(UnitState::handover, 900, history).samples, 0U) << "none lasted longer";
}

TEST(Release, BeyondAllThatIsKnownItIsNotCalledSoon) {
    const Release release = predict_release(UnitState::handover, 100'000, {});
    EXPECT_EQ(release.median_s, 600U);
    EXPECT_EQ(release.late_s, 1'800U);
}

TEST(Release, EveryStateOnTaskHasAnAssumption) {
    for (const UnitStateRow& row : unit_states()) {
        if (row.on_task) {
            EXPECT_GT(predict_release(row.state, 0, {}).median_s, 0U) << row.name;
        }
    }
}

TEST(Capability, NamesAreReadBackAndClassesServeEachOther) {
    const Capabilities all = (1U << kCapabilities) - 1;
    EXPECT_EQ(capabilities_of(text_of(all)), all);
    EXPECT_EQ(capabilities_of(""), 0U);
    EXPECT_FALSE(capabilities_of("physician,piano"));
    EXPECT_FALSE(capabilities_of("physician,,ventilator"));
    EXPECT_EQ(vehicle_class_of("C"), VehicleClass::c);
    EXPECT_FALSE(vehicle_class_of("E"));
    EXPECT_TRUE(serves(VehicleClass::c, VehicleClass::a));
    EXPECT_FALSE(serves(VehicleClass::a, VehicleClass::b));
    EXPECT_FALSE(serves(VehicleClass::d, VehicleClass::a));
    EXPECT_FALSE(serves(VehicleClass::c, VehicleClass::d));
    EXPECT_TRUE(serves(VehicleClass::d, VehicleClass::d));
}

} // namespace
} // namespace ems::dispatch
