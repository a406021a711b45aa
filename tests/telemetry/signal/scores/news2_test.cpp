#include "telemetry/signal/scores/news2.h"

#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "telemetry/signal/scores/from_vitals.h"

namespace ems::signal {
namespace {

constexpr std::int64_t kS = 1'000'000;

Input of(double value) {
    return Measured{value};
}

News2Input well() {
    return {.rr_per_min = of(16),
            .spo2_pct = of(98),
            .oxygen = Oxygen::air,
            .sbp_mmhg = of(120),
            .pulse_per_min = of(72),
            .consciousness = Acvpu::alert,
            .temp_c = of(36.8)};
}

// The published vectors of the reference, RR SpO2 O2 SBP P ACVPU T.
struct Vector {
    News2Input in;
    int total;
    ClinicalRisk risk;
};
News2Input row(double rr, double spo2, Oxygen oxygen, double sbp, double pulse, Acvpu level,
               double temp, Spo2Scale scale = Spo2Scale::one) {
    return {of(rr), of(spo2), oxygen, of(sbp), of(pulse), level, of(temp), scale};
}

TEST(News2, GivesTheTotalsAndRisksOfTheReferenceVectors) {
    constexpr auto kAir = Oxygen::air;
    constexpr auto kO2 = Oxygen::supplemental;
    constexpr auto kA = Acvpu::alert;
    const Vector vectors[] = {
        {row(16, 98, kAir, 120, 72, kA, 36.8), 0, ClinicalRisk::low},
        {row(18, 95, kAir, 108, 95, kA, 38.2), 4, ClinicalRisk::low},
        {row(25, 96, kAir, 120, 80, kA, 37.0), 3, ClinicalRisk::low_medium},
        {row(16, 98, kAir, 120, 72, Acvpu::confusion, 36.8), 3, ClinicalRisk::low_medium},
        {row(24, 92, kAir, 111, 91, kA, 36.0), 6, ClinicalRisk::medium},
        {row(22, 93, kO2, 105, 112, kA, 38.5), 10, ClinicalRisk::high},
        {row(20, 90, kO2, 130, 88, kA, 37.0, Spo2Scale::two), 2, ClinicalRisk::low},
        {row(20, 90, kO2, 130, 88, kA, 37.0), 5, ClinicalRisk::medium},
        {row(16, 97, kO2, 130, 80, kA, 37.0, Spo2Scale::two), 5, ClinicalRisk::medium},
        {row(16, 97, kO2, 130, 80, kA, 37.0), 2, ClinicalRisk::low},
        {row(16, 95, kAir, 130, 80, kA, 37.0, Spo2Scale::two), 0, ClinicalRisk::low},
        {row(16, 95, kAir, 130, 80, kA, 37.0), 1, ClinicalRisk::low},
        {row(30, 80, kO2, 85, 140, Acvpu::unresponsive, 34.0), 20, ClinicalRisk::high},
    };
    for (const Vector& v : vectors) {
        const News2 out = news2(v.in);
        EXPECT_TRUE(out.score.complete());
        EXPECT_EQ(out.score.points(), v.total);
        EXPECT_EQ(out.risk, v.risk) << v.total;
    }
}

struct Edge {
    const char* item;
    Input News2Input::*field;
    double value;
    int points;
    Spo2Scale scale{Spo2Scale::one};
    Oxygen oxygen{Oxygen::air};
};

TEST(News2, EveryBandEndsWhereTheTableSays) {
    constexpr auto kRr = &News2Input::rr_per_min;
    constexpr auto kSpo2 = &News2Input::spo2_pct;
    constexpr auto kSbp = &News2Input::sbp_mmhg;
    constexpr auto kPulse = &News2Input::pulse_per_min;
    constexpr auto kTemp = &News2Input::temp_c;
    constexpr auto k2 = Spo2Scale::two;
    constexpr auto kO2 = Oxygen::supplemental;
    const Edge edges[] = {
        {"RR", kRr, 0, 3},
        {"RR", kRr, 8, 3},
        {"RR", kRr, 9, 1},
        {"RR", kRr, 11, 1},
        {"RR", kRr, 12, 0},
        {"RR", kRr, 20, 0},
        {"RR", kRr, 21, 2},
        {"RR", kRr, 24, 2},
        {"RR", kRr, 25, 3},
        {"RR", kRr, 8.4, 3},
        {"RR", kRr, 8.5, 1},
        {"SpO2", kSpo2, 91, 3},
        {"SpO2", kSpo2, 92, 2},
        {"SpO2", kSpo2, 93, 2},
        {"SpO2", kSpo2, 94, 1},
        {"SpO2", kSpo2, 95, 1},
        {"SpO2", kSpo2, 96, 0},
        {"SpO2", kSpo2, 100, 0},
        {"SpO2", kSpo2, 83, 3, k2},
        {"SpO2", kSpo2, 84, 2, k2},
        {"SpO2", kSpo2, 85, 2, k2},
        {"SpO2", kSpo2, 86, 1, k2},
        {"SpO2", kSpo2, 87, 1, k2},
        {"SpO2", kSpo2, 88, 0, k2},
        {"SpO2", kSpo2, 92, 0, k2},
        {"SpO2", kSpo2, 93, 0, k2},
        {"SpO2", kSpo2, 100, 0, k2},
        {"SpO2", kSpo2, 83, 3, k2, kO2},
        {"SpO2", kSpo2, 84, 2, k2, kO2},
        {"SpO2", kSpo2, 87, 1, k2, kO2},
        {"SpO2", kSpo2, 88, 0, k2, kO2},
        {"SpO2", kSpo2, 92, 0, k2, kO2},
        {"SpO2", kSpo2, 93, 1, k2, kO2},
        {"SpO2", kSpo2, 94, 1, k2, kO2},
        {"SpO2", kSpo2, 95, 2, k2, kO2},
        {"SpO2", kSpo2, 96, 2, k2, kO2},
        {"SpO2", kSpo2, 97, 3, k2, kO2},
        {"SBP", kSbp, 90, 3},
        {"SBP", kSbp, 91, 2},
        {"SBP", kSbp, 100, 2},
        {"SBP", kSbp, 101, 1},
        {"SBP", kSbp, 110, 1},
        {"SBP", kSbp, 111, 0},
        {"SBP", kSbp, 219, 0},
        {"SBP", kSbp, 220, 3},
        {"pulse", kPulse, 40, 3},
        {"pulse", kPulse, 41, 1},
        {"pulse", kPulse, 50, 1},
        {"pulse", kPulse, 51, 0},
        {"pulse", kPulse, 90, 0},
        {"pulse", kPulse, 91, 1},
        {"pulse", kPulse, 110, 1},
        {"pulse", kPulse, 111, 2},
        {"pulse", kPulse, 130, 2},
        {"pulse", kPulse, 131, 3},
        {"temperature", kTemp, 35.0, 3},
        {"temperature", kTemp, 35.1, 1},
        {"temperature", kTemp, 36.0, 1},
        {"temperature", kTemp, 36.1, 0},
        {"temperature", kTemp, 38.0, 0},
        {"temperature", kTemp, 38.1, 1},
        {"temperature", kTemp, 39.0, 1},
        {"temperature", kTemp, 39.1, 2},
        {"temperature", kTemp, 35.04, 3},
        {"temperature", kTemp, 35.05, 1},
        {"temperature", kTemp, 38.05, 1},
        {"temperature", kTemp, 39.05, 2},
    };
    for (const Edge& edge : edges) {
        News2Input in = well();
        in.*edge.field = of(edge.value);
        in.scale = edge.scale;
        in.oxygen = edge.oxygen;
        EXPECT_EQ(news2(in).score.points_of(edge.item), edge.points)
            << edge.item << " " << edge.value;
    }
}

TEST(News2, AnyLevelButAlertHasThreeAndOxygenHasTwo) {
    for (const auto& [letter, points] :
         {std::pair{"A", 0}, {"C", 3}, {"V", 3}, {"P", 3}, {"U", 3}}) {
        News2Input in = well();
        in.consciousness = parse_acvpu(letter);
        EXPECT_EQ(news2(in).score.points(), points) << letter;
    }
    EXPECT_FALSE(parse_acvpu(""));
    EXPECT_FALSE(parse_acvpu("a"));
    EXPECT_FALSE(parse_acvpu("AC"));
    News2Input in = well();
    in.oxygen = Oxygen::supplemental;
    EXPECT_EQ(news2(in).score.points(), 2);
}

TEST(News2, RiskStepsAtFiveAndSevenAndASingleThreeBelowFiveIsLowMedium) {
    const auto risk = [](double rr, double spo2, double pulse) {
        News2Input in = well();
        in.rr_per_min = of(rr);
        in.spo2_pct = of(spo2);
        in.pulse_per_min = of(pulse);
        return news2(in).risk;
    };
    EXPECT_EQ(risk(21, 92, 72), ClinicalRisk::low) << "4 of twos";
    EXPECT_EQ(risk(25, 95, 72), ClinicalRisk::low_medium) << "4 with a three";
    EXPECT_EQ(risk(21, 92, 91), ClinicalRisk::medium) << "5 of twos and a one";
    EXPECT_EQ(risk(21, 92, 111), ClinicalRisk::medium) << "6";
    EXPECT_EQ(risk(25, 92, 111), ClinicalRisk::high) << "7";
}

// Each subset of missing inputs: the points of those that are there, the names of those that are
// not.
TEST(News2, AMissingInputIsNamedAndNeverTakenForNormal) {
    const News2Input worst = row(30, 80, Oxygen::supplemental, 85, 140, Acvpu::unresponsive, 34.0);
    const int points[] = {3, 3, 2, 3, 3, 3, 3};
    for (unsigned missing = 0; missing < 128; ++missing) {
        News2Input in = worst;
        const auto drop = [&](unsigned i, auto& field) {
            if ((missing >> i & 1U) != 0) {
                field.reset();
            }
        };
        drop(0, in.rr_per_min);
        drop(1, in.spo2_pct);
        drop(2, in.oxygen);
        drop(3, in.sbp_mmhg);
        drop(4, in.pulse_per_min);
        drop(5, in.consciousness);
        drop(6, in.temp_c);
        int expected = 0;
        for (unsigned i = 0; i < 7; ++i) {
            expected += (missing >> i & 1U) == 0 ? points[i] : 0;
        }
        const News2 out = news2(in);
        EXPECT_EQ(out.score.points(), expected) << missing;
        EXPECT_EQ(out.score.missing().size(),
                  static_cast<std::size_t>(__builtin_popcount(missing)));
        EXPECT_EQ(out.score.complete(), missing == 0);
    }
    News2Input in = well();
    in.rr_per_min = of(25);
    in.temp_c.reset();
    in.sbp_mmhg.reset();
    EXPECT_EQ(score_text(news2(in).score), ">= 3, incomplete (missing: SBP, temperature)");
    EXPECT_EQ(score_text(news2(well()).score), "0");
}

TEST(News2, WithTheMissingItemsAtTheirWorstItIsAtMost) {
    EXPECT_EQ(news2_at_most(news2({}).score), 20);
    News2Input in = well();
    EXPECT_EQ(news2_at_most(news2(in).score), 0);
    in.oxygen.reset();
    EXPECT_EQ(news2_at_most(news2(in).score), 2);
    in.consciousness.reset();
    EXPECT_EQ(news2_at_most(news2(in).score), 5);
}

TEST(News2, OnScaleTwoAHighSaturationNeedsToKnowWhetherItWasOnAir) {
    News2Input in = well();
    in.scale = Spo2Scale::two;
    in.oxygen.reset();
    in.spo2_pct = of(92);
    EXPECT_EQ(news2(in).score.points_of("SpO2"), 0);
    in.spo2_pct = of(93);
    EXPECT_FALSE(news2(in).score.points_of("SpO2"));
    in.scale = Spo2Scale::one;
    EXPECT_EQ(news2(in).score.points_of("SpO2"), 2);
}

TEST(News2, WhatIsNoNumberIsMissing) {
    News2Input in = well();
    in.rr_per_min = of(std::numeric_limits<double>::quiet_NaN());
    in.temp_c = of(std::numeric_limits<double>::infinity());
    EXPECT_EQ(news2(in).score.missing().size(), 2U);
}

TEST(News2, TakesFromABoardWhatIsValidForAScoreAndCarriesItsAge) {
    VitalBoard board;
    board.take(VitalKind::rr, 25, 100 * kS, 0);
    board.take(VitalKind::spo2, std::nullopt, 100 * kS, 0);
    board.take(VitalKind::nibp_sys, 90, 100 * kS, 0);
    board.take(VitalKind::pr, 131, 130 * kS, 30 * kS);
    board.take(VitalKind::temp, 3'905, 100 * kS, 0);
    const News2 out = news2(news2_input(board, 60 * kS));
    EXPECT_EQ(out.score.points_of("RR"), 3);
    EXPECT_FALSE(out.score.points_of("SpO2")) << "sensor off";
    EXPECT_EQ(out.score.points_of("SBP"), 3);
    EXPECT_EQ(out.score.points_of("pulse"), 3) << "of the oximeter";
    EXPECT_EQ(out.score.points_of("temperature"), 2) << "39.05 is shown as 39.1";
    EXPECT_FALSE(out.score.points_of("air or oxygen"));
    EXPECT_FALSE(out.score.points_of("consciousness"));
    EXPECT_EQ(out.score.items[0].device_us, 100 * kS);
    EXPECT_EQ(out.score.items[0].age_us, 60 * kS);
    const News2 later = news2(news2_input(board, 61 * kS));
    EXPECT_FALSE(later.score.points_of("RR")) << "older than a minute";
    EXPECT_EQ(later.score.points_of("SBP"), 3);
    EXPECT_FALSE(news2(news2_input(board, 601 * kS)).score.points_of("SBP"));
}

} // namespace
} // namespace ems::signal
