#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "map/reach/contour.h"
#include "map/reach/coverage.h"
#include "map/reach/reach_field.h"
#include "map/reach/reach_search.h"
#include "map/reach/siting.h"
#include "map/reach/zones.h"
#include "tests/map/ascii_map.h"
#include "tests/map/random_network.h"

namespace ems::map {
namespace {

using test::AsciiMap;

double share(std::mt19937_64& random) {
    return static_cast<double>(random() >> 11) * 0x1p-53;
}

// The slow way: relaxes every turn until nothing changes.
class SlowReach {
  public:
    SlowReach(const RoadGraph& graph, std::span<const ReachSource> sources, const Metric& metric)
        : graph_(graph), sources_(sources), ms_(metric.arc_ms()),
          enter_(graph.arc_count(), kNever) {
        for (const ReachSource& source : sources) {
            for (const auto& [arc, fraction, extra_ms] : ends(source.at)) {
                leave(arc, source.lead_ms + extra_ms + part(arc, 1) - part(arc, fraction));
            }
        }
        for (bool changed = true; changed;) {
            const auto before = enter_;
            for (ArcId a = 0; a < graph.arc_count(); ++a) {
                if (enter_[a] != kNever && ms_[a] != kForbiddenMs) {
                    leave(a, enter_[a] + ms_[a]);
                }
            }
            changed = before != enter_;
        }
    }

    [[nodiscard]] std::uint64_t arrival(const RoadPosition& to) const {
        std::uint64_t best = kNever;
        for (const auto& [arc, fraction, unused] : goals(to)) {
            if (enter_[arc] != kNever) {
                best = std::min(best, enter_[arc] + part(arc, fraction));
            }
            for (const ReachSource& source : sources_) {
                for (const auto& [from, first, extra_ms] : ends(source.at)) {
                    if (from == arc && first <= fraction) {
                        best = std::min<std::uint64_t>(best, source.lead_ms + extra_ms +
                                                                 part(arc, fraction) -
                                                                 part(arc, first));
                    }
                }
            }
        }
        return best;
    }
    static constexpr std::uint64_t kNever = 1ULL << 60;

  private:
    struct End {
        ArcId arc;
        double fraction;
        std::uint64_t extra_ms;
    };
    [[nodiscard]] std::vector<End> ends(const RoadPosition& p) const {
        std::vector<End> out{{p.arc, p.fraction, 0}};
        if (graph_.twin(p.arc) != kNoArc) {
            out.push_back(
                {graph_.twin(p.arc), 1 - p.fraction, p.facing == Facing::along ? kTurnRoundMs : 0});
        }
        return out;
    }
    [[nodiscard]] std::vector<End> goals(const RoadPosition& p) const {
        std::vector<End> out = ends(p);
        for (ArcId a = 0; a < graph_.arc_count(); ++a) {
            if (graph_.is_copy(a) && graph_.original(a) == p.arc) {
                out.push_back({a, p.fraction, 0});
            } else if (graph_.is_copy(a) && graph_.original(a) == graph_.twin(p.arc)) {
                out.push_back({a, 1 - p.fraction, 0});
            }
        }
        return out;
    }
    [[nodiscard]] std::uint64_t part(ArcId a, double fraction) const {
        const std::uint32_t whole = ms_[a] == kForbiddenMs ? graph_.travel_ms(a) : ms_[a];
        return static_cast<std::uint64_t>(fraction * static_cast<double>(whole) + 0.5);
    }
    void leave(ArcId a, std::uint64_t at_head) {
        for (const ArcId b : graph_.out_arcs(graph_.head(a))) {
            if (graph_.turn_ms(a, b) != kForbiddenMs) {
                enter_[b] = std::min(enter_[b], at_head + graph_.turn_ms(a, b));
            }
        }
    }
    const RoadGraph& graph_;
    std::span<const ReachSource> sources_;
    std::span<const std::uint32_t> ms_;
    std::vector<std::uint64_t> enter_;
};

TEST(Reach, AgreesWithTheSlowWayOnRandomNetworksWithClosures) {
    std::mt19937_64 random{41};
    for (int round = 0; round < 40; ++round) {
        const RoadGraph graph = assemble(test::random_network(random, 7)).value();
        std::vector<ArcWeight> changes;
        for (ArcId arc = 0; arc < graph.arc_count(); ++arc) {
            if (share(random) < 0.1) {
                const bool closed = share(random) < 0.5;
                changes.push_back(
                    {arc, closed ? ArcWeight::Kind::closed : ArcWeight::Kind::factor, 3});
            }
        }
        const auto metric = with_weights(Metric{graph}, changes).value();
        const Metric& ms = *metric;
        std::vector<ReachSource> sources;
        for (int s = 0; s < 1 + round % 4; ++s) {
            sources.push_back({test::random_position(random, graph),
                               static_cast<std::uint32_t>(random() % 90'000)});
        }
        const auto limit_ms = static_cast<std::uint32_t>(20'000 + random() % 400'000);
        ReachSearch search{graph};
        static_cast<void>(search.run(sources, ms, limit_ms));
        const SlowReach slow{graph, sources, ms};
        for (int q = 0; q < 100; ++q) {
            const RoadPosition to = test::random_position(random, graph);
            const auto fast = search.arrival(to);
            const std::uint64_t expected = slow.arrival(to);
            ASSERT_EQ(fast.has_value(), expected <= limit_ms) << round << " " << q;
            if (fast) {
                ASSERT_EQ(fast->ms, expected) << round << " " << q;
                const SlowReach alone{graph, std::span{sources}.subspan(fast->source, 1), ms};
                ASSERT_EQ(alone.arrival(to), expected) << "is not the source's own time";
            }
        }
    }
}

TEST(Reach, AClosedRoadIsLeftAndEnteredButNotDrivenThrough) {
    const AsciiMap map{{"z---------a---------b---------c"}};
    const RoadGraph graph = map.graph();
    const RoadPosition on_closed = map.on(graph, 'a', 'b', 0.5);
    const std::vector<ArcWeight> closures{{on_closed.arc}, {graph.twin(on_closed.arc)}};
    const auto metric = with_weights(Metric{graph}, closures).value();
    const Metric& ms = *metric;
    ReachSearch search{graph};
    const ReachSource inside{on_closed, 0};
    static_cast<void>(search.run({&inside, 1}, ms, 600'000));
    EXPECT_TRUE(search.arrival(map.on(graph, 'b', 'c', 0.5)));
    const ReachSource outside{map.on(graph, 'b', 'c', 0.5), 0};
    static_cast<void>(search.run({&outside, 1}, ms, 600'000));
    const auto there = search.arrival(on_closed);
    ASSERT_TRUE(there) << "a village on a closed road is reached from its end";
    EXPECT_NEAR(there->ms, 100'000, 100);
    EXPECT_FALSE(search.arrival(map.on(graph, 'z', 'a', 0.5)));
}

TEST(Reach, ASourceThatLeavesTooLateOrIsOnNoRoadReachesNothing) {
    const AsciiMap map{{"a---------b"}};
    const RoadGraph graph = map.graph();
    ReachSearch search{graph};
    const std::vector<ReachSource> sources{{map.on(graph, 'a', 'b', 0.5), 600'001},
                                           {RoadPosition{}, 0}};
    EXPECT_TRUE(search.run(sources, Metric{graph}, 600'000).empty());
    EXPECT_FALSE(search.arrival(map.on(graph, 'a', 'b', 0.5)));
}

TEST(Field, TheGroundBesideARoadIsReachedOnFootAndNoFurther) {
    const AsciiMap map{{"a---------b"}};
    const RoadGraph graph = map.graph();
    ReachSearch search{graph};
    const ReachSource source{map.on(graph, 'a', 'b', 0), 0};
    const Metric ms{graph};
    const auto pieces = search.run({&source, 1}, ms, 600'000);
    const FieldOptions options{.cell_m = 20, .foot_m = 100, .foot_m_per_s = 1.0};
    const ReachField field = make_field(graph, search, pieces, 600'000, options).value();
    const Wgs84 a = point_of(graph, source.at);
    const LocalProjection plane{a};
    const Wgs84 east = point_of(graph, map.on(graph, 'a', 'b', 1));
    const double length = distance_m(a, east);
    EXPECT_EQ(field.source_at(plane.to_wgs84({length / 2, 60})), 0U);
    EXPECT_EQ(field.source_at(plane.to_wgs84({length / 2, 160})), kNoSource);
    EXPECT_EQ(field.source_at(plane.to_wgs84({length + 160, 0})), kNoSource);
    EXPECT_EQ(field.source_at(plane.to_wgs84({1e6, 0})), kNoSource) << "outside the raster";
    const auto area =
        contour_within(field, 50'000 + 60'000); // there by road in 50 s, a minute on foot
    EXPECT_TRUE(contains(area, plane.to_wgs84({length / 2, 30})));
    EXPECT_FALSE(contains(area, plane.to_wgs84({length / 2, 95})));
}

TEST(Field, AHugeReachIsDrawnWithWiderCellsInsteadOfMoreOfThem) {
    std::mt19937_64 random{5};
    const RoadGraph graph = assemble(test::random_network(random, 20)).value();
    ReachSearch search{graph};
    const ReachSource source{test::random_position(random, graph), 0};
    const Metric ms{graph};
    const auto pieces = search.run({&source, 1}, ms, 3'600'000);
    const FieldOptions options{.cell_m = 5, .cells_max = 2'000};
    const ReachField field = make_field(graph, search, pieces, 3'600'000, options).value();
    EXPECT_GT(field.columns, 0U);
    EXPECT_LE(field.ms.size(), 2'000U);
    EXPECT_FALSE(make_field(graph, search, pieces, 1, {.cell_m = 0}));
}

ReachField random_field(std::mt19937_64& random, std::uint32_t side) {
    ReachField field;
    field.plane = LocalProjection{Wgs84{35.0, 111.0}};
    field.cell_m = 50;
    field.columns = side;
    field.rows = side;
    field.ms.assign(std::size_t{side} * side, 0);
    field.source.assign(field.ms.size(), kNoSource);
    const double waves = 1 + 5 * share(random);
    for (std::uint32_t r = 1; r + 1 < side; ++r) {
        for (std::uint32_t c = 1; c + 1 < side; ++c) {
            const double hill = std::sin(waves * c / side * 6.3) * std::cos(waves * r / side * 6.3);
            const std::size_t cell = field.index(c, r);
            field.ms[cell] = static_cast<std::uint32_t>(
                std::max(0.0, 500'000 + 400'000 * hill + 80'000 * share(random)));
            field.source[cell] = share(random) < 0.02 ? kNoSource : c < side / 2 ? 0U : 1U;
        }
    }
    return field;
}

// A spot all of whose neighbours are on its side is on the right side of the polygon.
TEST(Contour, SeparatesTheCellsOfARandomField) {
    std::mt19937_64 random{9};
    for (int round = 0; round < 20; ++round) {
        const ReachField field = random_field(random, 60);
        const auto within = [&](std::size_t cell) {
            return field.source[cell] != kNoSource && field.ms[cell] <= 500'000;
        };
        const auto area = contour_within(field, 500'000);
        int judged = 0;
        for (std::uint32_t r = 1; r + 1 < field.rows; ++r) {
            for (std::uint32_t c = 1; c + 1 < field.columns; ++c) {
                const bool here = within(field.index(c, r));
                bool agreed = true;
                for (std::uint32_t k = 0; k < 9; ++k) {
                    agreed = agreed && within(field.index(c + k % 3 - 1, r + k / 3 - 1)) == here;
                }
                if (agreed) {
                    const Wgs84 at = field.plane.to_wgs84(
                        {field.origin.x + c * field.cell_m, field.origin.y + r * field.cell_m});
                    ASSERT_EQ(contains(area, at), here) << round << ": " << c << " " << r;
                    ++judged;
                }
            }
        }
        EXPECT_GT(judged, 500);
    }
}

double turn(const std::vector<Wgs84>& ring) { // twice the signed area, degrees
    double sum = 0;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
        sum += ring[j].lon * ring[i].lat - ring[i].lon * ring[j].lat;
    }
    return sum;
}

TEST(Contour, OuterRingsRunCounterClockwiseAndHolesClockwise) {
    ReachField field;
    field.plane = LocalProjection{Wgs84{35.0, 111.0}};
    field.cell_m = 50;
    field.columns = field.rows = 20;
    field.ms.assign(400, 0);
    field.source.assign(400, kNoSource);
    for (std::uint32_t r = 2; r < 18; ++r) {
        for (std::uint32_t c = 2; c < 18; ++c) {
            const bool hole = r >= 7 && r < 12 && c >= 7 && c < 12;
            field.source[field.index(c, r)] = hole ? kNoSource : 0;
        }
    }
    const auto area = contour_of_source(field, 0);
    ASSERT_EQ(area.size(), 1U);
    ASSERT_EQ(area[0].holes.size(), 1U);
    EXPECT_GT(turn(area[0].outer), 0);
    EXPECT_LT(turn(area[0].holes[0]), 0);
    const double cells = area_m2(area[0]) / (50.0 * 50.0);
    EXPECT_NEAR(cells, 16 * 16 - 5 * 5, 6); // corners are cut
}

TEST(Siting, EqualsTheBestOfAllChoicesOnSmallInstances) {
    std::mt19937_64 random{77};
    for (int round = 0; round < 300; ++round) {
        SitingProblem problem;
        const std::size_t demands = 1 + random() % 14;
        for (std::size_t d = 0; d < demands; ++d) {
            problem.weight.push_back(static_cast<double>(random() % 50));
        }
        const std::size_t candidates = 1 + random() % 10;
        for (std::size_t c = 0; c < candidates; ++c) {
            auto& covers = problem.covers.emplace_back();
            for (std::uint32_t d = 0; d < demands; ++d) {
                if (random() % 3 == 0) {
                    covers.push_back(d);
                }
            }
        }
        const auto count = static_cast<std::uint32_t>(1 + random() % 4);
        double best = 0;
        for (std::uint32_t choice = 0; choice < (1U << candidates); ++choice) {
            if (static_cast<std::uint32_t>(__builtin_popcount(choice)) > count) {
                continue;
            }
            double covered = 0;
            for (std::uint32_t d = 0; d < demands; ++d) {
                for (std::uint32_t c = 0; c < candidates; ++c) {
                    const auto& set = problem.covers[c];
                    if ((choice >> c & 1U) != 0 && std::binary_search(set.begin(), set.end(), d)) {
                        covered += problem.weight[d];
                        break;
                    }
                }
            }
            best = std::max(best, covered);
        }
        const SitingAnswer answer = choose_candidates(problem, count, 1'000'000);
        ASSERT_EQ(answer.proof, Proof::exact);
        ASSERT_DOUBLE_EQ(answer.covered, best) << round;
        ASSERT_LE(answer.chosen.size(), count);
        const SitingAnswer hasty = choose_candidates(problem, count, 1);
        ASSERT_GE(hasty.bound, best) << "a bound below what is possible";
        ASSERT_LE(hasty.covered, best);
    }
}

// a and e are stations, b, c and d villages on the road between them.
class Villages : public testing::Test {
  protected:
    Villages() {
        for (const auto& [name, from, to, at] : {std::tuple{"近村", 'a', 'b', 0.2},
                                                 {"中村", 'b', 'c', 0.9},
                                                 {"远村", 'c', 'd', 0.9}}) {
            const RoadPosition road = map_.on(graph_, from, to, at);
            demands_.push_back({name, "冯村乡", point_of(graph_, road), road, 100, true});
        }
        stations_ = {{map_.on(graph_, 'a', 'b', 0), 60'000},
                     {map_.on(graph_, 'c', 'd', 1), 60'000}};
    }
    AsciiMap map_{{"a---------b---------c---------d"}};
    RoadGraph graph_{map_.graph()};
    ReachSearch search_{graph_};
    Metric ms_{graph_};
    std::vector<Demand> demands_;
    std::vector<ReachSource> stations_;
};

TEST_F(Villages, CoverageCountsWhatIsReachedInTimeAndWhatOnlyOneUnitCovers) {
    const Coverage all = cover(search_, stations_, ms_, demands_, 260'000, 3'600'000);
    EXPECT_EQ(all.whole.villages, 3U);
    EXPECT_EQ(all.whole.villages_covered, 3U);
    ASSERT_EQ(all.townships.size(), 1U);
    EXPECT_EQ(all.townships[0].name, "冯村乡");
    EXPECT_DOUBLE_EQ(all.townships[0].population_assumed, 300);
    // from a: 80, 250, 350 s with turnout; from d: 340, 170, 70
    EXPECT_EQ(all.losses[0].villages, 1U);
    EXPECT_EQ(all.losses[1].villages, 1U);
    ASSERT_TRUE(all.villages[1].first && all.villages[1].second);
    EXPECT_EQ(all.villages[1].first->source, 1U);
    EXPECT_NEAR(all.villages[1].first->ms, 170'000, 2); // arcs are whole milliseconds
    EXPECT_EQ(all.villages[1].second->source, 0U);
    EXPECT_NEAR(all.villages[1].second->ms, 250'000, 2);
    const Coverage alone =
        cover(search_, std::span{stations_}.first(1), ms_, demands_, 260'000, 3'600'000);
    EXPECT_EQ(alone.whole.villages_covered, 2U);
    ASSERT_TRUE(alone.villages[2].first) << "a gap says how far help is";
    EXPECT_NEAR(alone.villages[2].first->ms, 350'000, 2);
}

TEST_F(Villages, AClosureUncoversWhatLiesBehindIt) {
    const ArcId closed = map_.on(graph_, 'b', 'c', 0.5).arc;
    const std::vector<ArcWeight> closures{{closed}, {graph_.twin(closed)}};
    const auto metric = with_weights(ms_, closures).value();
    const Coverage one =
        cover(search_, std::span{stations_}.first(1), *metric, demands_, 900'000, 900'000);
    EXPECT_EQ(one.whole.villages_covered, 2U)
        << "one lies on the closed road, reached from its end";
    EXPECT_FALSE(one.villages[2].first);
}

TEST_F(Villages, APopulationFileReplacesWhatWasAssumed) {
    ASSERT_TRUE(
        apply_population("name,within,population\n近村,冯村乡,1234\n中村,,55.5\n", demands_));
    EXPECT_DOUBLE_EQ(demands_[0].population, 1234);
    EXPECT_FALSE(demands_[0].population_is_assumed);
    EXPECT_DOUBLE_EQ(demands_[1].population, 55.5);
    EXPECT_TRUE(demands_[2].population_is_assumed);
    for (const char* wrong :
         {"", "name,population\n", "name,within,population\n近村,冯村乡\n",
          "name,within,population\n近村,冯村乡,-1\n", "name,within,population\n近村,冯村乡,nan\n",
          "name,within,population\n近村,冯村乡,1e300\n",
          "name,within,population\n近村,冯村乡,7\n近村,冯村乡,x\n"}) {
        EXPECT_FALSE(apply_population(wrong, demands_)) << wrong;
    }
    EXPECT_DOUBLE_EQ(demands_[0].population, 1234) << "nothing of a wrong file is applied";
}

TEST_F(Villages, RowsThatFitNoPlaceOrSeveralAreNamedAndTheOthersApplied) {
    demands_.push_back(demands_[1]);
    const auto unmatched = apply_population("name,within,population\n无村,,5\n近村,冯村乡,1234\n"
                                            "近村,别的乡,6\n中村,,700\n",
                                            demands_);
    ASSERT_TRUE(unmatched);
    EXPECT_DOUBLE_EQ(demands_[0].population, 1234);
    ASSERT_EQ(unmatched->size(), 3U);
    EXPECT_EQ(describe((*unmatched)[0]), "row 2: no place of the map is named 无村 (5 people)");
    EXPECT_EQ((*unmatched)[1].within, "别的乡");
    EXPECT_EQ((*unmatched)[2].places, 2U);
    EXPECT_EQ((*unmatched)[2].population, 700);
}

TEST_F(Villages, EachVillageIsInTheZoneOfTheStationThatIsThereFirst) {
    const Zones zones =
        draw_zones(graph_, search_, stations_, ms_, demands_, {}, {.limit_ms = 150'000}).value();
    EXPECT_EQ(zones.villages[0].station, 0U);
    EXPECT_EQ(zones.villages[1].station, 1U);
    EXPECT_EQ(zones.villages[2].station, 1U);
    EXPECT_EQ(zones.gaps, std::vector<std::uint32_t>{1}) << "170 s is beyond 150 s";
    EXPECT_TRUE(zones.gaps_by_edit.empty());
    ASSERT_EQ(zones.areas.size(), 2U);
    for (std::size_t v = 0; v < 3; ++v) {
        EXPECT_TRUE(contains(zones.areas[zones.villages[v].station], demands_[v].at)) << v;
        EXPECT_FALSE(contains(zones.areas[1 - zones.villages[v].station], demands_[v].at)) << v;
    }
}

Polygon square(Wgs84 centre, double half_m) {
    const LocalProjection plane{centre};
    return {{plane.to_wgs84({-half_m, -half_m}), plane.to_wgs84({half_m, -half_m}),
             plane.to_wgs84({half_m, half_m}), plane.to_wgs84({-half_m, half_m})},
            {}};
}

TEST_F(Villages, WhatTheOperatorDrewGoesBeforeTheRoads) {
    const std::vector<ZoneEdit> edits{{0, {square(demands_[2].at, 300)}}};
    const Zones zones =
        draw_zones(graph_, search_, stations_, ms_, demands_, edits, {.limit_ms = 200'000}).value();
    EXPECT_EQ(zones.villages[2].station, 0U);
    EXPECT_NEAR(zones.villages[2].ms.value(), 350'000, 2);
    EXPECT_TRUE(zones.villages[2].is_edited);
    EXPECT_EQ(zones.gaps_by_edit, std::vector<std::uint32_t>{2});
    EXPECT_TRUE(contains(zones.areas[0], demands_[2].at));
    std::vector<ZoneEdit> clash = edits;
    clash.push_back({1, {square(demands_[2].at, 200)}});
    EXPECT_FALSE(draw_zones(graph_, search_, stations_, ms_, demands_, clash, {}));
    const std::vector<ZoneEdit> stranger{{7, {square(demands_[2].at, 200)}}};
    EXPECT_FALSE(draw_zones(graph_, search_, stations_, ms_, demands_, stranger, {}));
}

} // namespace
} // namespace ems::map
