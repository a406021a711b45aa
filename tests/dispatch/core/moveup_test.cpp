#include "dispatch/core/moveup.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace ems::dispatch {
namespace {

// The objective written down as it is defined, place by place.
double expected(const MoveUpProblem& problem, const std::vector<Places>& covers) {
    double out = 0;
    for (std::uint32_t i = 0; i < problem.demand.size(); ++i) {
        double nobody = 1;
        for (const Places& of_unit : covers) {
            nobody *=
                std::find(of_unit.begin(), of_unit.end(), i) != of_unit.end() ? problem.busy : 1;
        }
        out += problem.demand[i] * (1 - nobody);
    }
    return out;
}

struct Tried {
    double gain{0};
    std::uint32_t drive_s{0};
};
// Every unit to every place, each counted anew from nothing.
std::optional<Tried> try_everything(const MoveUpProblem& problem) {
    std::vector<Places> covers;
    for (const FreeUnit& unit : problem.units) {
        covers.push_back(unit.covers);
    }
    const double before = expected(problem, covers);
    std::optional<Tried> best;
    for (std::size_t u = 0; u < problem.units.size(); ++u) {
        for (std::size_t p = 0; p < problem.places.size(); ++p) {
            const FreeUnit& unit = problem.units[u];
            const auto drive = unit.drive_s[p];
            if (unit.moves_today >= problem.limits.moves_max || !drive ||
                *drive > problem.limits.drive_max_s || problem.places[p].station == unit.station) {
                continue;
            }
            std::vector<Places> moved = covers;
            moved[u] = problem.places[p].covers;
            const double gain = expected(problem, moved) - before;
            if (gain <= 1e-9 || gain < problem.limits.gain_min - 1e-9) {
                continue;
            }
            if (!best || gain > best->gain + 1e-9 ||
                (std::abs(gain - best->gain) <= 1e-9 && *drive < best->drive_s)) {
                best = Tried{gain, *drive};
            }
        }
    }
    return best;
}

MoveUpProblem random_problem(std::mt19937_64& random) {
    const auto upto = [&random](std::uint32_t n) {
        return static_cast<std::uint32_t>(random() % n);
    };
    MoveUpProblem out;
    out.busy = upto(96) / 100.0;
    out.limits = {1 + upto(3), upto(5) / 100.0, 600 + upto(1800)};
    const std::uint32_t places = 1 + upto(12);
    double sum = 0;
    for (std::uint32_t i = 0; i < places; ++i) {
        out.demand.push_back(upto(10));
        sum += out.demand.back();
    }
    for (double& share : out.demand) {
        share = sum > 0 ? share / sum : 0;
    }
    const auto some = [&] {
        Places covers;
        for (std::uint32_t i = 0; i < places; ++i) {
            if (upto(3) == 0) {
                covers.push_back(i);
            }
        }
        return covers;
    };
    const std::uint32_t stations = 1 + upto(4);
    for (std::uint32_t s = 0; s < stations; ++s) {
        out.places.push_back({StationId{s + 1}, some()});
    }
    for (std::uint32_t u = upto(5); u > 0; --u) {
        FreeUnit unit{UnitId{u}, StationId{upto(stations + 1)}, some(), upto(3), {}};
        for (std::uint32_t s = 0; s < stations; ++s) {
            unit.drive_s.push_back(upto(5) == 0 ? std::nullopt : std::optional{upto(2400)});
        }
        out.units.push_back(std::move(unit));
    }
    return out;
}

TEST(MoveUpTest, TheBestMoveEqualsTryingEverythingOnTenThousandSmallFleets) {
    std::mt19937_64 random{20260318};
    int moves = 0;
    for (int round = 0; round < 10'000; ++round) {
        const MoveUpProblem problem = random_problem(random);
        const MoveUpAnswer answer = best_move(problem);
        const auto best = try_everything(problem);
        ASSERT_EQ(answer.move.has_value(), best.has_value()) << "round " << round;
        if (best) {
            ++moves;
            EXPECT_NEAR(answer.move->expected_after - answer.expected, best->gain, 1e-9)
                << "round " << round;
            EXPECT_EQ(answer.move->drive_s, best->drive_s) << "round " << round;
        }
    }
    EXPECT_GT(moves, 1'000) << "the fleets must leave something to do";
}

// Two units at A, nobody at B: the nearer of the two goes.
MoveUpProblem two_at_one_station() {
    MoveUpProblem out;
    out.demand = {0.6, 0.4};
    out.places = {{StationId{1}, {0}}, {StationId{2}, {1}}};
    out.units = {{UnitId{7}, StationId{1}, {0}, 0, {std::nullopt, 900}},
                 {UnitId{8}, StationId{1}, {0}, 0, {std::nullopt, 600}}};
    out.busy = 0.2;
    return out;
}

TEST(MoveUpTest, OfTwoThatAddAsMuchTheShorterDriveGoes) {
    const MoveUpAnswer answer = best_move(two_at_one_station());
    EXPECT_NEAR(answer.expected, 0.6 * (1 - 0.04), 1e-12);
    ASSERT_TRUE(answer.move);
    EXPECT_EQ(answer.move->unit, UnitId{8});
    EXPECT_EQ(answer.move->station, StationId{2});
    EXPECT_NEAR(answer.move->expected_after, 0.8, 1e-12);
}

TEST(MoveUpTest, AUnitThatWasMovedOftenEnoughTodayStays) {
    MoveUpProblem problem = two_at_one_station();
    problem.units[1].moves_today = problem.limits.moves_max;
    EXPECT_EQ(best_move(problem).move->unit, UnitId{7});
    problem.units[0].moves_today = problem.limits.moves_max;
    EXPECT_FALSE(best_move(problem).move);
}

TEST(MoveUpTest, WhatAddsTooLittleIsNotAdvised) {
    MoveUpProblem problem = two_at_one_station();
    problem.limits.gain_min = 0.5;
    EXPECT_FALSE(best_move(problem).move);
}

TEST(MoveUpTest, ThePriorHoldsWithoutHistoryAndYieldsToIt) {
    EXPECT_DOUBLE_EQ(busy_share({0, 0}), kBusyPrior);
    EXPECT_NEAR(busy_share({50'000, 100'000}), 0.5, 0.01);
    EXPECT_DOUBLE_EQ(busy_share({1e9, 1e9}), 0.95);
}

TEST(MoveUpTest, DemandIsWherePeopleLiveUntilCallsSayOtherwise) {
    const std::vector<double> people{3000, 1000};
    const std::vector<double> unknown = demand_shares(people, {}, 8);
    EXPECT_DOUBLE_EQ(unknown[0], 0.75);
    EXPECT_DOUBLE_EQ(unknown[1], 0.25);
    const std::vector<double> known = demand_shares(people, {{1, 9, 1000}}, 8);
    EXPECT_GT(known[1], 0.9) << "the hour beside counts";
    const std::vector<double> other_hour = demand_shares(people, {{1, 14, 1000}}, 8);
    EXPECT_DOUBLE_EQ(other_hour[1], 0.25);
    EXPECT_GT(demand_shares(people, {{1, 23, 1000}}, 0)[1], 0.9)
        << "midnight lies between 23 and 0";
}

TEST(MoveUpTest, CountsOfNoHourOrOfNoCallsAreLeftOut) {
    const std::vector<double> people{1, 1};
    const auto even = demand_shares(people, {}, 8);
    EXPECT_EQ(demand_shares(people, {{0, 24, 10}, {0, 8, 0}, {0, 8, -1}, {0, 20, 10}}, 8), even);
    EXPECT_GT(demand_shares(people, {{0, 8, 10}}, 8)[0], even[0]);
}

TEST(MoveUpTest, NobodyAnywhereHasNoShareAndCountsOfUnknownPlacesAreLeftOut) {
    EXPECT_EQ(demand_shares({0, 0}, {}, 8), (std::vector<double>{0, 0}));
    const std::vector<double> shares = demand_shares({1, 1}, {{2, 8, 5}, {0, 24, 5}}, 8);
    EXPECT_DOUBLE_EQ(std::accumulate(shares.begin(), shares.end(), 0.0), 1);
    EXPECT_DOUBLE_EQ(shares[0], 0.5);
}

} // namespace
} // namespace ems::dispatch
