#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "map/import/osm_profile.h"
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
        observe(graph, matcher.match(test::record(*route, 1'000, 4, random), {}).value(), Siren::on,
                seen);
    }
    ASSERT_GT(seen.siren.classes[kCounty].expected_s, 5 * kPriorS);
    const AmbulanceProfile learnt = calibrated({}, seen);
    EXPECT_NEAR(learnt.kmh[kCounty], 60 / 1.5, 4);
    EXPECT_NEAR(learnt.kmh[kProvincial], 70, 3);
    EXPECT_EQ(learnt.kmh[static_cast<std::size_t>(RoadClass::ferry)], 8) << "never seen";
}

TEST(Calibrate, AFewSecondsOfDrivingMoveAProfileAFewPercent) {
    Calibration seen;
    seen.siren.classes[kCounty] = {10, 100, 100, 1}; // ten times as slow, once
    EXPECT_GT(calibrated({}, seen).kmh[kCounty], 50);
}

// Drives every arc of the graph, each at the speed that is true of it.
Calibration drive_all(const RoadGraph& graph, double class_kmh, double limit_kmh) {
    MatchedTrack track;
    MatchedStretch& stretch = track.stretches.emplace_back();
    for (ArcId a = 0; a < graph.arc_count(); ++a) {
        const double kmh = graph.name(a) == "limited" ? limit_kmh : class_kmh;
        const auto us =
            static_cast<std::int64_t>(static_cast<double>(graph.length_dm(a)) * 0.36 / kmh * 1e6);
        stretch.traversals.insert(stretch.traversals.end(), 200, {a, 1, 1 + us});
    }
    Calibration seen;
    observe(graph, track, Siren::on, seen);
    return seen;
}

// County roads are driven at 48 km/h, and at 33 where 40 is signed.
TEST(Calibrate, ImportingAndLearningAgainSettlesWhereLimitsAreSigned) {
    AmbulanceProfile profile;
    for (int round = 0; round < 12; ++round) {
        RoadNetwork net;
        net.names = {"", "free", "limited"};
        for (std::uint32_t name = 1; name <= 2; ++name) {
            OsmTags tags;
            tags.add("highway", "secondary");
            if (name == 2) {
                tags.add("maxspeed", "40");
            }
            const WayProfile way = profile_way(tags, profile).value();
            const auto a = net.add_node({35.0 + name * 0.01, 111.0});
            const auto b = net.add_node({35.0 + name * 0.01, 111.01});
            net.add_way({a, b}, {.name = name,
                                 .road_class = way.road_class,
                                 .forward_kmh = way.forward_kmh,
                                 .backward_kmh = way.backward_kmh,
                                 .forward_by_limit = way.forward_by_limit,
                                 .backward_by_limit = way.backward_by_limit});
        }
        const RoadGraph graph = assemble(net).value();
        profile = calibrated(profile, drive_all(graph, 48, 33));
    }
    EXPECT_NEAR(profile.kmh[kCounty], 48, 0.5);
    EXPECT_NEAR(profile.limit, 33.0 / 40, 0.01);
}

TEST(Calibrate, DrivingWithoutSirenTeachesItsOwnFactorAlone) {
    Calibration seen;
    seen.without_siren.classes[kCounty] = {20'000, 40'000, 100'000, 900};
    const AmbulanceProfile learnt = calibrated({}, seen);
    EXPECT_EQ(learnt.kmh, kAmbulanceKmh);
    EXPECT_NEAR(learnt.without_siren, 0.5, 0.02);
    EXPECT_EQ(calibrated({}, {}).without_siren, AmbulanceProfile{}.without_siren);
}

TEST(Calibrate, AHaltAndALeapAreLeftOut) {
    const RoadGraph graph = assemble(make_yanhu(kCountySeed).value().network).value();
    MatchedTrack track;
    MatchedStretch& stretch = track.stretches.emplace_back();
    const auto expected_us = std::int64_t{graph.travel_ms(0)} * 1'000;
    stretch.traversals = {
        {0, 0, expected_us * 7 + 61'000'000}, {0, 0, 0}, {0, 0, 1}, {0, 0, expected_us}};
    Calibration seen;
    observe(graph, track, Siren::on, seen);
    EXPECT_EQ(seen.standing, 1U);
    EXPECT_EQ(seen.implausible, 2U);
    EXPECT_EQ(seen.siren.classes.at(static_cast<std::size_t>(graph.road_class(0))).traversals, 1U);
}

TEST(Profile, IsReadBackAsItWasPrinted) {
    AmbulanceProfile profile;
    profile.kmh[kCounty] = 43.25;
    profile.rain = 0.7;
    profile.limit = 1.1;
    profile.wrong_way = 0.3;
    profile.wrong_way_from = RoadClass::street;
    const AmbulanceProfile again = parse_profile(print_profile(profile), "p").value();
    EXPECT_EQ(again.kmh, profile.kmh);
    EXPECT_EQ(again.rain, profile.rain);
    EXPECT_EQ(again.limit, profile.limit);
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
          {"unit,t_us,lat,lon,siren\nb,5,35,111,2\n", "row 2"},
          {"unit,t_us,lat,lon,siren\nb,5,35,111\n", "row 2"},
          {"t,lat,lon\n", "first row"}}) {
        const auto wrong = parse_tracks(csv, "t");
        ASSERT_FALSE(wrong) << csv;
        EXPECT_NE(wrong.error().detail.find(word), std::string::npos) << wrong.error().detail;
    }
}

TEST(Tracks, EachStretchWithAndWithoutSirenIsATrackOfItsOwn) {
    const auto tracks = parse_tracks("unit,t_us,lat,lon,siren\na,1,35,111,1\na,2,35,111,1\n"
                                     "b,2,35,111,0\na,3,35,111,0\na,4,35,111,1\n",
                                     "t")
                            .value();
    ASSERT_EQ(tracks.size(), 4U);
    EXPECT_EQ(tracks[0].points.size(), 2U);
    EXPECT_EQ(tracks[0].siren, Siren::on);
    EXPECT_EQ(tracks[1].siren, Siren::off);
    EXPECT_EQ(tracks[2].siren, Siren::on);
    EXPECT_EQ(tracks[3].unit, "b");
    EXPECT_EQ(parse_tracks("unit,t_us,lat,lon\na,1,35,111\n", "t")->front().siren, Siren::untold);
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
