#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "map/match/snap.h"
#include "map/route/router.h"
#include "map/synth/county.h"
#include "map/track/calibrate.h"
#include "tests/map/random_network.h"
#include "tests/map/recorded_track.h"

namespace ems::map {
namespace {

constexpr auto kCounty = static_cast<std::size_t>(RoadClass::county);
constexpr auto kProvincial = static_cast<std::size_t>(RoadClass::provincial);

// The route as it is driven where county roads take half as long again.
void slow_down(Route& route, RoadClass c, double factor) {
    std::vector<double> step(route.point_ms.size(), 0);
    for (std::size_t i = 1; i < step.size(); ++i) {
        step[i] = route.point_ms[i] - route.point_ms[i - 1];
    }
    for (const RouteLeg& leg : route.legs) {
        for (std::uint32_t i = leg.point_first + 1; i < leg.point_first + leg.point_count; ++i) {
            step[i] *= leg.road_class == c ? factor : 1;
        }
    }
    double ms = 0;
    for (std::size_t i = 0; i < step.size(); ++i) {
        ms += step[i];
        route.point_ms[i] = static_cast<std::uint32_t>(ms);
    }
    route.travel_ms = route.point_ms.back();
}

TEST(Calibrate, LearnsTheClassThatIsSlowerAndLeavesTheOthers) {
    const RoadGraph graph = assemble(make_yanhu(kCountySeed).value().network).value();
    const SnapIndex index{graph};
    TrackMatcher matcher{graph, index};
    const auto router = make_dijkstra_router(graph);
    std::mt19937_64 random{8};
    Calibration seen;
    for (int round = 0; round < 40; ++round) {
        auto route = router->route(test::random_position(random, graph),
                                   test::random_position(random, graph));
        if (!route || route->points.size() < 3) {
            continue;
        }
        slow_down(*route, RoadClass::county, 1.5);
        observe(graph, matcher.match(test::record(*route, 1'000, 4, random), {}).value(), seen);
    }
    ASSERT_GT(seen.classes[kCounty].expected_s, 5 * kPriorS);
    const AmbulanceProfile learnt = calibrated({}, seen);
    EXPECT_NEAR(learnt.kmh[kCounty], 60 / 1.5, 4);
    EXPECT_NEAR(learnt.kmh[kProvincial], 70, 3);
    EXPECT_EQ(learnt.kmh[static_cast<std::size_t>(RoadClass::ferry)], 8) << "never seen";
}

TEST(Calibrate, AFewSecondsOfDrivingMoveAProfileAFewPercent) {
    Calibration seen;
    seen.classes[kCounty] = {10, 100, 100, 1}; // ten times as slow, once
    EXPECT_GT(calibrated({}, seen).kmh[kCounty], 50);
}

TEST(Calibrate, AHaltAndALeapAreLeftOut) {
    const RoadGraph graph = assemble(make_yanhu(kCountySeed).value().network).value();
    MatchedTrack track;
    MatchedStretch& stretch = track.stretches.emplace_back();
    const auto expected_us = std::int64_t{graph.travel_ms(0)} * 1'000;
    stretch.traversals = {
        {0, 0, expected_us * 7 + 61'000'000}, {0, 0, 0}, {0, 0, 1}, {0, 0, expected_us}};
    Calibration seen;
    observe(graph, track, seen);
    EXPECT_EQ(seen.standing, 1U);
    EXPECT_EQ(seen.implausible, 2U);
    EXPECT_EQ(seen.classes.at(static_cast<std::size_t>(graph.road_class(0))).traversals, 1U);
}

TEST(Profile, IsReadBackAsItWasPrinted) {
    AmbulanceProfile profile;
    profile.kmh[kCounty] = 43.25;
    profile.rain = 0.7;
    profile.wrong_way = 0.3;
    profile.wrong_way_from = RoadClass::street;
    const AmbulanceProfile again = parse_profile(print_profile(profile), "p").value();
    EXPECT_EQ(again.kmh, profile.kmh);
    EXPECT_EQ(again.rain, profile.rain);
    EXPECT_EQ(again.wrong_way, profile.wrong_way);
    EXPECT_EQ(again.wrong_way_from, profile.wrong_way_from);
    EXPECT_EQ(load_profile("").value().kmh, kAmbulanceKmh);
}

TEST(Profile, SaysWhichKeyIsWrong) {
    for (const auto& [toml, word] : {std::pair{"kmh.county = 0", "kmh.county"},
                                     {"kmh.county = \"fast\"", "kmh.county"},
                                     {"kmh.lane = 5", "kmh.lane"},
                                     {"wrong_way.from = \"lane\"", "wrong_way.from"},
                                     {"[", "p.toml"}}) {
        const auto wrong = parse_profile(toml, "p.toml");
        ASSERT_FALSE(wrong) << toml;
        EXPECT_NE(wrong.error().detail.find(word), std::string::npos) << wrong.error().detail;
    }
}

TEST(Tracks, AreSplitByUnitAndNameTheRowThatIsWrong) {
    const auto tracks =
        parse_tracks("unit,t_us,lat,lon\nb,5,35,111\na,9,35,111\nb,6,35,111\n", "t").value();
    ASSERT_EQ(tracks.size(), 2U);
    EXPECT_EQ(tracks[0].unit, "a");
    EXPECT_EQ(tracks[1].points.size(), 2U);
    for (const auto& [csv, word] :
         {std::pair{"unit,t_us,lat,lon\nb,5,35,111\nb,4,35,111\n", "row 3"},
          {"unit,t_us,lat,lon\nb,x,35,111\n", "row 2"},
          {"unit,t_us,lat,lon\nb,5,111,35\n", "row 2"},
          {"unit,t_us,lat,lon\nb,-1,35,111\n", "row 2"},
          {"unit,t_us,lat,lon\nb,4000000000000001,35,111\n", "row 2"},
          {"unit,t_us,lat,lon\n,5,35,111\n", "row 2"},
          {"unit,t_us,lat,lon\nb,5,35\n", "row 2"},
          {"t,lat,lon\n", "first row"}}) {
        const auto wrong = parse_tracks(csv, "t");
        ASSERT_FALSE(wrong) << csv;
        EXPECT_NE(wrong.error().detail.find(word), std::string::npos) << wrong.error().detail;
    }
}

TEST(Tracks, NothingMalformedIsTaken) {
    std::mt19937_64 random{4};
    const std::string good = "unit,t_us,lat,lon\nb,5,35.1,111.2\na,9,35.2,111.3\nb,6,35.3,111.4\n";
    for (int i = 0; i < 10'000; ++i) {
        std::string text = good;
        for (std::uint64_t edits = 1 + random() % 3; edits > 0; --edits) {
            text[random() % text.size()] = "0123456789.,-\n\"abe"[random() % 18];
        }
        const auto tracks = parse_tracks(text, "t");
        for (const UnitTrack& track : tracks ? *tracks : std::vector<UnitTrack>{}) {
            for (std::size_t p = 0; p < track.points.size(); ++p) {
                ASSERT_TRUE(is_valid(track.points[p].at)) << text;
                ASSERT_TRUE(p == 0 || track.points[p].t_us >= track.points[p - 1].t_us) << text;
            }
        }
    }
}

} // namespace
} // namespace ems::map
