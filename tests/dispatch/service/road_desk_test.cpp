// Roads, coverage and ways through the real ems-dispatchd, PostgreSQL and broker: what a
// dispatcher enters changes the next answer, is kept, and stands in the audit.
#include "tests/dispatch/service/road_desk_fixture.h"

namespace ems::dispatch {
namespace {

TEST_F(RoadDeskTest, AClosedRoadChangesTheNextRankingAndReopeningChangesItBack) {
    const std::int64_t scene = incident();
    ASSERT_EQ(first(scene), kU2);
    const std::int64_t road = close(closure("close-1"));
    EXPECT_EQ(first(scene), kU1) << "U2 has to go round by b";
    EXPECT_EQ(close(closure("close-1")), road) << "a repeat gets the first answer";
    EXPECT_EQ(count("dispatch.road_condition where ended_at is null"), "1");
    EXPECT_TRUE(sees([&] { return mirror_.roads().contains(road); }));
    EXPECT_EQ(ask(reopening(road, 7)).error().code, Code::db_conflict)
        << "not the version that is stored";
    EXPECT_EQ(first(scene), kU1);
    ASSERT_TRUE(ask(reopening(road, mirror_.roads().at(road).version())));
    EXPECT_EQ(first(scene), kU2);
    EXPECT_TRUE(sees([&] { return !mirror_.roads().contains(road); }));
    EXPECT_EQ(ask(reopening(road, 2)).error().code, Code::road_condition_over);
    EXPECT_EQ(count("dispatch.audit where action in ('close_road', 'reopen_road') and actor = "
                    "'dispatcher' and detail like "
                    "'id=" +
                    std::to_string(road) + " %'"),
              "2");
}

TEST_F(RoadDeskTest, AClosureChangesWhenAUnitUnderWayIsExpected) {
    const std::int64_t scene = incident();
    api::ClientFrame order;
    order.mutable_assign()->set_incident_id(scene);
    order.mutable_assign()->set_unit_id(kU2);
    order.mutable_assign()->set_recommendation_id(ranked(scene).id());
    const auto sent = ask(order);
    ASSERT_TRUE(sent) << sent.error().message();
    const std::int64_t task = sent->assign_ok().assignment_id();
    const auto expected_s = [&](const std::string& cause) -> std::int64_t {
        const auto known = mirror_.assignments().find(task);
        const bool is_told =
            known != mirror_.assignments().end() && known->second.way_cause() == cause;
        return is_told ? known->second.predicted_scene_us() / 1'000'000 : 0;
    };
    ASSERT_TRUE(sees([&] { return expected_s("set_off") != 0; }));
    const std::int64_t before_s = expected_s("set_off");
    close(closure("close-under-way"));
    ASSERT_TRUE(sees([&] { return expected_s("roads_changed") != 0; }));
    EXPECT_NEAR(static_cast<double>(expected_s("roads_changed") - before_s), 96, 10)
        << "round by e and b instead of by f and c";
    api::ClientFrame back;
    back.mutable_cancel_assignment()->set_assignment_id(task);
    back.mutable_cancel_assignment()->set_reason("test");
    EXPECT_TRUE(ask(back));
}

TEST_F(RoadDeskTest, AUnitKnownOnlyByVoiceIsExpectedFromWhereItWasTold) {
    const std::int64_t scene = incident();
    api::ClientFrame order;
    order.mutable_assign()->set_incident_id(scene);
    order.mutable_assign()->set_unit_id(kU2);
    order.mutable_assign()->set_recommendation_id(ranked(scene).id());
    const auto sent = ask(order);
    ASSERT_TRUE(sent) << sent.error().message();
    const std::int64_t task = sent->assign_ok().assignment_id();
    const auto expected_us = [&]() -> std::int64_t {
        const auto known = mirror_.assignments().find(task);
        return known == mirror_.assignments().end() ? 0 : known->second.predicted_scene_us();
    };
    api::ClientFrame drives;
    drives.mutable_enter_unit_state()->set_unit_id(kU2);
    drives.mutable_enter_unit_state()->set_state(wire::UNIT_EN_ROUTE);
    ASSERT_TRUE(ask(drives));
    std::int64_t before_us = expected_us();
    // Each changes when it is expected, and needs that the server looked at the one before and still leads.
    for (const map::Wgs84 at : {between('e', 'f', 0.2), between('c', 'f', 0.9)}) {
        api::ClientFrame facts;
        facts.mutable_set_unit_facts()->set_unit_id(kU2);
        *facts.mutable_set_unit_facts()->mutable_place() = place(at);
        const auto told = ask(facts);
        ASSERT_TRUE(told) << told.error().message();
        ASSERT_TRUE(sees([&] { return expected_us() != before_us; }));
        before_us = expected_us();
    }
    EXPECT_TRUE(server_->running());
    api::ClientFrame back;
    back.mutable_cancel_assignment()->set_assignment_id(task);
    back.mutable_cancel_assignment()->set_reason("test");
    EXPECT_TRUE(ask(back));
    drives.mutable_enter_unit_state()->set_state(wire::UNIT_AVAILABLE);
    EXPECT_TRUE(ask(drives)) << "at home for the next test";
}

TEST_F(RoadDeskTest, ASlowRoadAndAFloodCountToo) {
    const std::int64_t scene = incident();
    api::ClientFrame slow = closure("slow-1");
    slow.mutable_close_road()->mutable_condition()->set_kind("slow");
    slow.mutable_close_road()->mutable_condition()->set_value(20);
    const std::int64_t road = close(slow);
    EXPECT_EQ(first(scene), kU1);
    ASSERT_TRUE(ask(reopening(road, 1)));
    api::ClientFrame flood = closure("flood-1");
    api::RoadCondition& water = *flood.mutable_close_road()->mutable_condition();
    water.set_kind("flood");
    water.set_place("area");
    water.clear_points();
    for (const map::Wgs84 corner : {between('c', 'f', 0.3), between('c', 'f', 0.6)}) {
        *water.add_points() = place({corner.lat, corner.lon - 0.001});
        *water.add_points() = place({corner.lat, corner.lon + 0.001});
    }
    std::swap(*water.mutable_points(2), *water.mutable_points(3)); // a ring, not a bow
    close(flood);
    EXPECT_EQ(first(scene), kU1);
}

TEST_F(RoadDeskTest, ASceneOnAClosedRoadStillHasItsListOfUnits) {
    const std::int64_t scene = incident();
    api::ClientFrame frame = closure("at-the-scene");
    *frame.mutable_close_road()->mutable_condition()->mutable_points(0) =
        place(between('b', 'c', 0.5));
    close(frame);
    const api::Recommendation list = ranked(scene);
    EXPECT_EQ(list.degraded(), "");
    ASSERT_EQ(list.candidates_size(), 2);
    for (const api::Candidate& candidate : list.candidates()) {
        EXPECT_GT(candidate.rank(), 0U);
        EXPECT_EQ(std::count(candidate.reasons().begin(), candidate.reasons().end(),
                             "last_stretch_closed"),
                  1);
    }
    api::ClientFrame way;
    way.mutable_get_route()->set_from_unit_id(kU1);
    way.mutable_get_route()->set_to_incident_id(scene);
    const auto route = ask(way);
    ASSERT_TRUE(route);
    EXPECT_TRUE(route->route().ends_on_closed_road());
}

// The scene lies behind several closed pieces, as in a flooded valley.
TEST_F(RoadDeskTest, WhereClosuresLeaveNobodyAWayTheUsualRoadsRankAndItIsSaid) {
    api::ClientFrame call;
    call.mutable_new_call()->set_level(2);
    *call.mutable_new_call()->mutable_place() = place(between('a', 'd', 0.5));
    const std::int64_t scene = ask(call)->new_call_ok().incident_id();
    const auto enter = [this](wire::UnitState state) {
        api::ClientFrame entry;
        entry.mutable_enter_unit_state()->set_unit_id(kU1);
        entry.mutable_enter_unit_state()->set_state(state);
        return ask(entry);
    };
    ASSERT_TRUE(enter(wire::UNIT_OUT_OF_SERVICE)); // it stands beside the scene
    api::ClientFrame flood = closure("valley");
    flood.mutable_close_road()->mutable_condition()->set_place("everywhere");
    flood.mutable_close_road()->mutable_condition()->clear_points();
    flood.mutable_close_road()->mutable_condition()->add_classes("street");
    close(flood);
    const api::Recommendation list = ranked(scene);
    EXPECT_EQ(list.degraded(), "scene_on_closed_road");
    ASSERT_EQ(list.candidates_size(), 2);
    EXPECT_EQ(list.candidates(0).unit_id(), kU2);
    EXPECT_EQ(list.candidates(0).rank(), 1U);
    EXPECT_GT(list.candidates(0).drive_s(), 0U);
    ASSERT_TRUE(enter(wire::UNIT_AVAILABLE));
}

TEST_F(RoadDeskTest, ABusyUnitThatHasAWayHidesNoFreeOneThatClosuresCutOff) {
    api::ClientFrame call;
    call.mutable_new_call()->set_level(2);
    *call.mutable_new_call()->mutable_place() = place(between('c', 'f', 0.5));
    const std::int64_t scene = ask(call)->new_call_ok().incident_id();
    api::ClientFrame assign;
    assign.mutable_assign()->set_incident_id(incident());
    assign.mutable_assign()->set_unit_id(kU2);
    assign.mutable_assign()->set_override_reason("nearer");
    const auto assigned = ask(assign);
    ASSERT_TRUE(assigned) << assigned.error().message();
    // U1 is left with the street between a and b; U2 will be free at the hospital, with e and f before it.
    int closed = 0;
    for (const map::Wgs84 at : {between('a', 'd', 0.5), between('b', 'e', 0.5), between('b', 'c', 0.5)}) {
        api::ClientFrame frame = closure("cut-off-" + std::to_string(++closed));
        *frame.mutable_close_road()->mutable_condition()->mutable_points(0) = place(at);
        close(frame);
    }
    const api::Recommendation list = ranked(scene);
    EXPECT_EQ(list.degraded(), "scene_on_closed_road");
    ASSERT_GE(list.candidates_size(), 1);
    EXPECT_EQ(list.candidates(0).unit_id(), kU1);
    EXPECT_EQ(list.candidates(0).rank(), 1U);
    api::ClientFrame cancel;
    cancel.mutable_cancel_assignment()->set_assignment_id(assigned->assign_ok().assignment_id());
    cancel.mutable_cancel_assignment()->set_reason("test");
    EXPECT_TRUE(ask(cancel));
}

TEST_F(RoadDeskTest, RainSlowsEveryRoadAndATransferDrivesWithoutSiren) {
    const std::int64_t scene = incident();
    api::ClientFrame way;
    way.mutable_get_route()->set_from_unit_id(kU1);
    way.mutable_get_route()->set_to_incident_id(scene);
    const auto seconds = [&] { return static_cast<double>(ask(way)->route().seconds()); };
    const double dry = seconds();
    way.mutable_get_route()->set_without_siren(true);
    EXPECT_NEAR(seconds(), dry / 0.8, 2);
    way.mutable_get_route()->set_without_siren(false);
    api::ClientFrame rain = closure("rain-1");
    rain.mutable_close_road()->mutable_condition()->set_kind("rain");
    EXPECT_EQ(ask(rain).error().code, Code::road_condition_invalid) << "it rains everywhere";
    rain.set_idempotency_key("rain-2");
    rain.mutable_close_road()->mutable_condition()->set_place("everywhere");
    rain.mutable_close_road()->mutable_condition()->clear_points();
    const std::int64_t id = close(rain);
    EXPECT_NEAR(seconds(), dry / 0.85, 2);
    ASSERT_TRUE(ask(reopening(id, 1)));
    EXPECT_NEAR(seconds(), dry, 1);
}

TEST_F(RoadDeskTest, AlternativesFollowTheRoadsAsTheyStand) {
    api::ClientFrame way;
    *way.mutable_get_route()->mutable_from() = place(between('a', 'd', 0.5));
    *way.mutable_get_route()->mutable_to() = place(between('c', 'f', 0.5));
    way.mutable_get_route()->set_alternatives(3);
    const auto uses = [](const api::RouteAnswer& route, const std::string& road) {
        return std::any_of(route.steps().begin(), route.steps().end(),
                           [&road](const api::RouteStep& step) { return step.road() == road; });
    };
    const auto any_uses = [&uses](const api::RouteAnswer& route, const std::string& road) {
        return uses(route, road) ||
               std::any_of(route.others().begin(), route.others().end(),
                           [&](const api::RouteAnswer& other) { return uses(other, road); });
    };
    const auto open = ask(way);
    ASSERT_TRUE(open);
    ASSERT_GE(open->route().others_size(), 1);
    EXPECT_GE(open->route().others(0).seconds(), open->route().seconds());
    EXPECT_TRUE(any_uses(open->route(), "bc"));
    EXPECT_TRUE(any_uses(open->route(), "ef"));
    api::ClientFrame frame = closure("alternatives-1");
    *frame.mutable_close_road()->mutable_condition()->mutable_points(0) =
        place(between('b', 'c', 0.5));
    close(frame);
    const auto closed = ask(way);
    ASSERT_TRUE(closed);
    EXPECT_FALSE(any_uses(closed->route(), "bc"));
    way.mutable_get_route()->set_alternatives(4);
    EXPECT_EQ(ask(way).error().code, Code::out_of_range);
}

TEST_F(RoadDeskTest, AnAreaCountsTheTurnoutOfStationsAndNoneOfAPlace) {
    api::ClientFrame frame;
    frame.mutable_get_isochrones()->set_from("stations");
    frame.mutable_get_isochrones()->add_minutes(2);
    const auto stations = ask(frame);
    ASSERT_TRUE(stations);
    EXPECT_EQ(stations->isochrones().lead_s(), 75U);
    frame.mutable_get_isochrones()->set_from("place");
    *frame.mutable_get_isochrones()->mutable_place() = place(between('a', 'b', 0.05));
    const auto from_place = ask(frame);
    ASSERT_TRUE(from_place);
    EXPECT_EQ(from_place->isochrones().lead_s(), 0U);
}

// As after a new map.
TEST_F(RoadDeskTest, AStoredClosureThatFindsNoRoadIsMarked) {
    postgres_->execute("insert into dispatch.road_condition (id, region, kind, place, points, "
                       "from_at, reason, created_by, term) values (9001, '140802', 'closure', "
                       "'stretch', '{360000000,1120000000}', now(), 'x', 'li', 1)");
    server_->signal(SIGKILL);
    server_->wait_exit(5s);
    start();
    ASSERT_TRUE(sees([&] { return mirror_.roads().contains(9001); }));
    EXPECT_TRUE(mirror_.roads().at(9001).without_effect());
    const std::int64_t works = close(closure("has-effect"));
    ASSERT_TRUE(sees([&] { return mirror_.roads().contains(works); }));
    EXPECT_FALSE(mirror_.roads().at(works).without_effect());
}

TEST_F(RoadDeskTest, AListSaysWhichRoadsItFollowsAndTheDeskWhenOthersHold) {
    const std::int64_t scene = incident();
    ASSERT_TRUE(sees([&] { return mirror_.ready() && !mirror_.roads_state().closures_unknown(); }));
    const api::Recommendation before = ranked(scene);
    EXPECT_GT(before.roads_revision(), 0U);
    EXPECT_EQ(before.roads_revision(), mirror_.roads_state().revision());
    close(closure("revision-1"));
    ASSERT_TRUE(sees([&] { return mirror_.roads_state().revision() != before.roads_revision(); }))
        << "the list on the screen is out of date";
    EXPECT_EQ(ranked(scene).roads_revision(), mirror_.roads_state().revision());
}

// Near b on the road to c: S1 beside a is first, S2 once the road from a is a crawl.
TEST_F(RoadDeskTest, TheStationThatIsFirstByRoadIsTheScenesOwn) {
    api::ClientFrame call;
    call.mutable_new_call()->set_level(2);
    *call.mutable_new_call()->mutable_place() = place(between('b', 'c', 0.1));
    const std::int64_t scene = ask(call)->new_call_ok().incident_id();
    const auto own = [&] {
        std::int64_t out = 0;
        const api::Recommendation list = ranked(scene);
        for (const api::Candidate& c : list.candidates()) {
            if (std::count(c.reasons().begin(), c.reasons().end(), "own_station") > 0) {
                out = c.unit_id();
            }
        }
        return out;
    };
    EXPECT_EQ(own(), kU1);
    api::ClientFrame slow = closure("own-station");
    slow.mutable_close_road()->mutable_condition()->set_kind("slow");
    slow.mutable_close_road()->mutable_condition()->set_value(20);
    *slow.mutable_close_road()->mutable_condition()->mutable_points(0) =
        place(between('a', 'b', 0.5));
    close(slow);
    EXPECT_EQ(own(), kU2);
}

TEST_F(RoadDeskTest, TheListSaysOnWhichRoadTheSceneLiesAndHowFar) {
    api::ClientFrame frame;
    frame.mutable_new_call()->set_level(2);
    map::Wgs84 beside = between('b', 'c', 0.5);
    beside.lat += 0.0045; // 500 m
    *frame.mutable_new_call()->mutable_place() = place(beside);
    const auto opened = ask(frame);
    ASSERT_TRUE(opened);
    const api::Recommendation list = ranked(opened->new_call_ok().incident_id());
    EXPECT_NEAR(list.scene_road_m(), 500, 5);
    EXPECT_EQ(list.scene_road(), "bc");
}

TEST_F(RoadDeskTest, AClosureOutlivesTheServerAndEndsByItsTime) {
    const std::int64_t scene = incident();
    api::ClientFrame lasting = closure("lasting-1");
    const std::int64_t lasts = close(lasting);
    server_->signal(SIGKILL);
    server_->wait_exit(5s);
    start();
    ASSERT_TRUE(sees([&] { return mirror_.roads().contains(lasts); })) << "read from the database";
    EXPECT_EQ(first(scene), kU1);
    ASSERT_TRUE(ask(reopening(lasts, 1)));
    ASSERT_EQ(first(scene), kU2);

    api::ClientFrame brief = closure("brief-1");
    brief.mutable_close_road()->mutable_condition()->set_until_us(SystemClock{}.utc_us() +
                                                                  2'000'000);
    const std::int64_t ends = close(brief);
    EXPECT_TRUE(sees([&] { return first(scene) == kU2; })) << "nobody has to reopen it";
    EXPECT_TRUE(sees([&] { return !mirror_.roads().contains(ends); }));
}

TEST_F(RoadDeskTest, AClosureForLaterBeginsByItsTime) {
    const std::int64_t scene = incident();
    api::ClientFrame later = closure("later-1");
    later.mutable_close_road()->mutable_condition()->set_from_us(SystemClock{}.utc_us() +
                                                                 1'500'000);
    close(later);
    EXPECT_TRUE(sees([&] { return first(scene) == kU1; }));
}

TEST_F(RoadDeskTest, WhatIsNoConditionChangesNothing) {
    const auto refused = [this](const std::function<void(api::RoadCondition&)>& spoil) {
        static int n = 0;
        api::ClientFrame frame = closure("bad-" + std::to_string(++n));
        spoil(*frame.mutable_close_road()->mutable_condition());
        const auto answer = ask(frame);
        return answer ? std::optional<Code>{} : std::optional{answer.error().code};
    };
    const std::int64_t now_us = SystemClock{}.utc_us();
    EXPECT_EQ(refused([](auto& c) { c.clear_reason(); }), Code::reason_needed);
    EXPECT_EQ(refused([](auto& c) { c.set_reason(std::string(501, 'x')); }),
              Code::text_too_long);
    EXPECT_EQ(refused([](auto& c) { c.set_kind("lava"); }), Code::choice_unknown);
    EXPECT_EQ(refused([](auto& c) { c.set_place("there"); }), Code::choice_unknown);
    EXPECT_EQ(refused([](auto& c) { c.clear_points(); }), Code::road_condition_invalid);
    EXPECT_EQ(refused([](auto& c) { c.mutable_points(0)->set_lat_e7(910'000'000); }),
              Code::road_condition_invalid);
    EXPECT_EQ(refused([](auto& c) { c.mutable_points(0)->set_lat_e7(0); }), Code::no_road_near)
        << "no road in the sea";
    EXPECT_EQ(refused([](auto& c) { c.set_kind("slow"); }), Code::road_condition_invalid)
        << "by how much?";
    EXPECT_EQ(refused([](auto& c) {
                  c.set_kind("speed");
                  c.set_value(900);
              }),
              Code::road_condition_invalid);
    EXPECT_EQ(refused([](auto& c) { c.add_classes("canal"); }), Code::choice_unknown);
    EXPECT_EQ(refused([](auto& c) { c.set_road(std::string(101, 'x')); }), Code::text_too_long);
    EXPECT_EQ(refused([&](auto& c) { c.set_until_us(now_us - 1'000'000); }),
              Code::road_condition_invalid);
    EXPECT_EQ(refused([&](auto& c) { c.set_from_us(now_us + 400LL * 86'400 * 1'000'000); }),
              Code::road_condition_invalid);
    EXPECT_EQ(refused([](auto& c) {
                  for (int i = 0; i < 2'001; ++i) {
                      *c.add_points() = c.points(0);
                  }
              }),
              Code::road_condition_invalid);
    auto auditor = desk("auditor");
    EXPECT_EQ(ask(*auditor, closure("auditors")).error().code, Code::forbidden);
    api::ClientFrame list;
    list.mutable_get_roads();
    const auto roads = ask(*auditor, list);
    ASSERT_TRUE(roads);
    EXPECT_EQ(roads->road_list().conditions_size(), 0);
    EXPECT_EQ(count("dispatch.road_condition where ended_at is null"), "0");
}

TEST_F(RoadDeskTest, ConsolesSeeWhoIsReachedAndARankingWhatAUnitUncovers) {
    ASSERT_TRUE(sees([&] {
        return mirror_.coverage() != nullptr &&
               mirror_.coverage()->whole().population_covered() == 1000;
    }));
    const std::int64_t scene = incident();
    const api::Recommendation list = ranked(scene);
    ASSERT_GE(list.candidates_size(), 2);
    const api::CoverageLoss& loss = list.candidates(0).loss();
    EXPECT_EQ(list.candidates(0).unit_id(), kU2);
    EXPECT_DOUBLE_EQ(loss.share(), 0.3);
    EXPECT_EQ(loss.villages(), 1U);
    ASSERT_EQ(loss.names_size(), 1);
    EXPECT_EQ(loss.names(0), "己村");
    EXPECT_EQ(loss.next_unit_id(), kU1);
    EXPECT_EQ(list.candidates(1).loss().villages(), 0U);

    // U2 leaves: the village by g is a gap.
    api::ClientFrame assign;
    assign.mutable_assign()->set_incident_id(scene);
    assign.mutable_assign()->set_unit_id(kU2);
    assign.mutable_assign()->set_recommendation_id(list.id());
    const auto assigned = ask(assign);
    ASSERT_TRUE(assigned) << assigned.error().message();
    // For the change of state: the next turn for units that move comes later than that.
    ASSERT_TRUE(sees([&] { return mirror_.coverage()->gaps_size() == 1; }, 8s));
    const api::Coverage& now = *mirror_.coverage();
    EXPECT_EQ(now.gaps(0).name(), "己村");
    EXPECT_EQ(now.gaps(0).first_unit_id(), kU1);
    EXPECT_GT(now.gaps(0).first_s(), 900U);
    EXPECT_EQ(now.whole().population_covered(), 700);

    api::ClientFrame cancel;
    cancel.mutable_cancel_assignment()->set_assignment_id(assigned->assign_ok().assignment_id());
    cancel.mutable_cancel_assignment()->set_reason("test");
    ASSERT_TRUE(ask(cancel));
    EXPECT_TRUE(sees([&] { return mirror_.coverage()->gaps_size() == 0; }));
}

TEST_F(RoadDeskTest, TheWayIsToldWithItsTurnsAndFollowsTheRoads) {
    const std::int64_t scene = incident();
    api::ClientFrame frame;
    frame.mutable_get_route()->set_from_unit_id(kU2);
    frame.mutable_get_route()->set_to_incident_id(scene);
    const auto way = ask(frame);
    ASSERT_TRUE(way) << way.error().message();
    const api::RouteAnswer& route = way->route();
    EXPECT_EQ(route.seconds(), 42U);
    ASSERT_EQ(route.points_size(), route.times_s_size());
    ASSERT_GE(route.steps_size(), 3);
    EXPECT_EQ(route.steps(0).kind(), "depart");
    EXPECT_EQ(route.steps(1).kind(), "left");
    EXPECT_NE(route.steps(1).text_zh().find("左转"), std::string::npos);
    EXPECT_EQ(route.steps(route.steps_size() - 1).kind(), "arrive");
    close(closure("way-1"));
    EXPECT_EQ(ask(frame)->route().seconds(), 138U);

    api::ClientFrame to_hospital;
    *to_hospital.mutable_get_route()->mutable_from() = place(between('b', 'c', 0.9));
    to_hospital.mutable_get_route()->set_to_hospital_id(1);
    EXPECT_EQ(ask(to_hospital)->route().seconds(), 114U);
    to_hospital.mutable_get_route()->set_to_hospital_id(99);
    EXPECT_EQ(ask(to_hospital).error().code, Code::no_such_hospital);
    api::ClientFrame nowhere;
    nowhere.mutable_get_route();
    EXPECT_EQ(ask(nowhere).error().code, Code::interval_needed);
}

TEST_F(RoadDeskTest, ADamagedMapCostsTheRoadsAndNotTheCentre) {
    std::filesystem::create_directories(dir_.path() / "cut");
    std::filesystem::copy_file(dir_.path() / "map" / "roads.graph",
                               dir_.path() / "cut" / "roads.graph",
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(dir_.path() / "cut" / "roads.graph", 200);
    server_->signal(SIGKILL);
    server_->wait_exit(5s);
    configure("cut");
    start();
    const std::int64_t scene = incident();
    EXPECT_EQ(ranked(scene).degraded(), "no_road_graph");
    EXPECT_EQ(ask(closure("cut-1")).error().code, Code::no_road_graph);
    api::ClientFrame frame;
    frame.mutable_get_coverage();
    EXPECT_EQ(ask(frame)->coverage().degraded(), "no_road_graph");
}

TEST_F(RoadDeskTest, TheCommandLineDoesTheSame) {
    ASSERT_TRUE(sees([&] { return mirror_.coverage() != nullptr; }));
    const map::Wgs84 at = between('c', 'f', 0.5);
    const std::string point = std::to_string(at.lat) + "," + std::to_string(at.lon);
    const json closed = ctl({"close-road", "--at", point, "--minutes", "60", "--reason", "塌方"});
    EXPECT_EQ(closed["pieces"], 2);
    const json road = ctl({"roads"});
    EXPECT_EQ(road["id"], closed["id"]);
    EXPECT_EQ(road["kind"], "closure");
    EXPECT_EQ(road["created_by"], "dispatcher");
    EXPECT_EQ(ctl({"route", "--from", "U2", "--to", "H"})["seconds"], 84);
    ctl({"reopen-road", std::to_string(closed["id"].get<std::int64_t>()), "--reason", "通了"});
    const json cover = ctl({"coverage"});
    EXPECT_EQ(cover["whole"]["population"], 1000.0);
    EXPECT_EQ(cover["units"].size(), 2U);
    const json areas = ctl({"isochrone", "--from", "stations", "--minutes", "1,2"});
    EXPECT_EQ(areas["type"], "FeatureCollection");
    ASSERT_EQ(areas["features"].size(), 2U);
    EXPECT_EQ(areas["features"][0]["geometry"]["type"], "MultiPolygon");
    EXPECT_FALSE(areas["features"][0]["geometry"]["coordinates"].empty());
    EXPECT_TRUE(ctl({"move-up"}).contains("busy_share"));
}

} // namespace
} // namespace ems::dispatch
