// Every band of the smaller scores, at both sides of each edge.
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "telemetry/signal/scores/gcs.h"
#include "telemetry/signal/scores/mews.h"
#include "telemetry/signal/scores/pews.h"
#include "telemetry/signal/scores/shock_index.h"
#include "telemetry/signal/scores/stroke.h"
#include "telemetry/signal/scores/trauma.h"

namespace ems::signal {
namespace {

Input of(double value) {
    return Measured{value};
}

struct Point {
    double value;
    int points;
};
using Points = std::vector<Point>;

template <class In>
void expect_bands(Score (*score)(const In&), Input In::*field, const char* item,
                  const Points& points) {
    for (const Point& p : points) {
        In in;
        in.*field = of(p.value);
        EXPECT_EQ(score(in).points_of(item), p.points) << item << " " << p.value;
    }
    EXPECT_FALSE(score(In{}).points_of(item)) << item;
}

Gcs gcs(int e, int v, int m) {
    return {GcsPart::tested(e), GcsPart::tested(v), GcsPart::tested(m)};
}

TEST(Score, WholeNumbersAndTenthsAreRoundedHalfUp) {
    EXPECT_EQ(whole(8.49), 8);
    EXPECT_EQ(whole(8.5), 9);
    EXPECT_EQ(whole(-0.5), 0);
    EXPECT_EQ(tenths(36.05), 361);
    EXPECT_EQ(tenths(36.04), 360);
    EXPECT_EQ(tenths(38.95), 390);
}

TEST(Mews, EveryBandEndsWhereTheTableSays) {
    expect_bands(
        mews, &MewsInput::sbp_mmhg, "SBP",
        {{0, 3}, {70, 3}, {71, 2}, {80, 2}, {81, 1}, {100, 1}, {101, 0}, {199, 0}, {200, 2}});
    expect_bands(mews, &MewsInput::hr_per_min, "HR",
                 {{39, 2},
                  {40, 2},
                  {41, 1},
                  {50, 1},
                  {51, 0},
                  {100, 0},
                  {101, 1},
                  {110, 1},
                  {111, 2},
                  {129, 2},
                  {130, 3}});
    expect_bands(mews, &MewsInput::rr_per_min, "RR",
                 {{8, 2}, {9, 0}, {14, 0}, {15, 1}, {20, 1}, {21, 2}, {29, 2}, {30, 3}});
    expect_bands(mews, &MewsInput::temp_c, "temperature",
                 {{34.9, 2}, {35.0, 0}, {38.4, 0}, {38.5, 2}, {34.94, 2}, {34.95, 0}, {38.45, 2}});
    for (int level = 0; level < 4; ++level) {
        EXPECT_EQ(mews({.consciousness = static_cast<Avpu>(level)}).points(), level);
    }
}

TEST(Mews, IsFourteenAtMostAndALowerBoundWithoutAnInput) {
    const MewsInput worst{of(60), of(140), of(40), of(34), Avpu::unresponsive};
    EXPECT_EQ(score_text(mews(worst)), "14");
    MewsInput partly = worst;
    partly.consciousness.reset();
    EXPECT_EQ(score_text(mews(partly)), ">= 11, incomplete (missing: consciousness)");
}

TEST(Qsofa, CountsWhatIsOutOfItsBound) {
    expect_bands(qsofa, &QsofaInput::rr_per_min, "RR", {{21, 0}, {22, 1}});
    expect_bands(qsofa, &QsofaInput::sbp_mmhg, "SBP", {{100, 1}, {101, 0}});
    EXPECT_EQ(qsofa({.mentation = gcs_below_best(gcs(4, 4, 6))}).points_of("mentation"), 1);
    EXPECT_EQ(qsofa({.mentation = gcs_below_best(gcs(4, 5, 6))}).points_of("mentation"), 0);
    EXPECT_FALSE(qsofa({}).points_of("mentation"));
}

TEST(Gcs, ComponentsKeepTheirRanges) {
    const int best[] = {4, 5, 6};
    for (int i = 0; i < 3; ++i) {
        const auto component = static_cast<GcsComponent>(i);
        EXPECT_FALSE(parse_gcs(component, "0"));
        EXPECT_EQ(parse_gcs(component, "1")->points(), 1);
        EXPECT_EQ(parse_gcs(component, std::to_string(best[i]))->points(), best[i]);
        EXPECT_FALSE(parse_gcs(component, std::to_string(best[i] + 1)));
        EXPECT_EQ(parse_gcs(component, "NT"), GcsPart::not_testable());
        EXPECT_FALSE(parse_gcs(component, ""));
        EXPECT_FALSE(parse_gcs(component, "11"));
    }
}

TEST(Gcs, SeverityStepsAtEightAndTwelve) {
    EXPECT_EQ(gcs_severity(3), GcsSeverity::severe);
    EXPECT_EQ(gcs_severity(8), GcsSeverity::severe);
    EXPECT_EQ(gcs_severity(9), GcsSeverity::moderate);
    EXPECT_EQ(gcs_severity(12), GcsSeverity::moderate);
    EXPECT_EQ(gcs_severity(13), GcsSeverity::mild);
    EXPECT_EQ(gcs_severity(15), GcsSeverity::mild);
}

TEST(Gcs, AComponentThatCannotBeTestedLeavesNoTotal) {
    EXPECT_EQ(gcs_total(gcs(3, 4, 5)), 12);
    EXPECT_EQ(gcs_text(gcs(3, 4, 5)), "E3 V4 M5 = 12 moderate");
    Gcs tube = gcs(3, 1, 5);
    tube.verbal = GcsPart::not_testable();
    EXPECT_FALSE(gcs_total(tube));
    EXPECT_EQ(gcs_text(tube), "E3 VNT M5, no total (V not testable)");
    EXPECT_EQ(gcs_below_best(tube), Finding::abnormal) << "E3 alone is below";
    EXPECT_EQ(gcs_below_best(gcs(3, 5, 6)), Finding::abnormal);
    EXPECT_EQ(gcs_below_best(gcs(4, 4, 6)), Finding::abnormal);
    EXPECT_EQ(gcs_below_best(gcs(4, 5, 5)), Finding::abnormal);
    tube.eyes = GcsPart::tested(4);
    tube.motor = GcsPart::tested(6);
    EXPECT_FALSE(gcs_below_best(tube));
    Gcs partly = gcs(3, 4, 5);
    partly.motor = {};
    EXPECT_EQ(gcs_text(partly), "E3 V4 M-, incomplete (missing: M)");
}

TEST(Gcs, PupilsThatDoNotReactAreTakenOff) {
    EXPECT_EQ(gcs_pupils(gcs(1, 1, 1), 2), 1);
    EXPECT_EQ(gcs_pupils(gcs(4, 5, 6), 0), 15);
    EXPECT_FALSE(gcs_pupils(gcs(4, 5, 6), 3));
    EXPECT_FALSE(gcs_pupils(gcs(4, 5, 6), -1));
    EXPECT_FALSE(gcs_pupils(gcs(4, 5, 6), std::nullopt));
}

TEST(ShockIndex, BandsAreOfTheExactRatio) {
    struct Case {
        double hr;
        double sbp;
        ShockBand band;
    };
    for (const Case& c : {Case{49, 100, ShockBand::below_normal},
                          {50, 100, ShockBand::normal},
                          {70, 100, ShockBand::normal},
                          {71, 100, ShockBand::raised},
                          {89, 100, ShockBand::raised},
                          {90, 100, ShockBand::abnormal},
                          {99, 100, ShockBand::abnormal},
                          {100, 100, ShockBand::shock_likely},
                          {139, 100, ShockBand::shock_likely},
                          {140, 100, ShockBand::massive_haemorrhage},
                          {299, 300, ShockBand::abnormal},
                          {81, 90, ShockBand::abnormal}}) {
        const auto out = shock_index({.hr_per_min = of(c.hr), .sbp_mmhg = of(c.sbp)});
        EXPECT_EQ(out.band, c.band) << c.hr << "/" << c.sbp;
        EXPECT_DOUBLE_EQ(*out.index, c.hr / c.sbp);
    }
}

TEST(ShockIndex, WithoutARateOrAPressureThereIsNone) {
    EXPECT_EQ(shock_index({}).missing, (std::vector<std::string_view>{"HR", "SBP"}));
    EXPECT_FALSE(shock_index({.hr_per_min = of(90)}).index);
    const auto zero = shock_index({.hr_per_min = of(90), .sbp_mmhg = of(0)});
    EXPECT_FALSE(zero.index);
    EXPECT_EQ(zero.missing, (std::vector<std::string_view>{"SBP"}));
    EXPECT_EQ(shock_index({.hr_per_min = of(0), .sbp_mmhg = of(90)}).index, 0.0);
}

TEST(ShockIndex, ARateAndAPressureOfDifferentTimesMakeNone) {
    ShockInput in{.hr_per_min = of(90), .sbp_mmhg = of(100)};
    in.sbp_mmhg->age_us = kShockApartUsMax;
    EXPECT_TRUE(shock_index(in).index);
    in.sbp_mmhg->age_us = kShockApartUsMax + 1;
    EXPECT_FALSE(shock_index(in).index);
    std::swap(in.sbp_mmhg->age_us, in.hr_per_min->age_us);
    EXPECT_FALSE(shock_index(in).index);
}

TEST(ShockIndex, OfChildrenIsJudgedByAge) {
    struct Case {
        int age;
        double hr; // of 100 mmHg
        std::optional<Finding> sipa;
    };
    for (const Case& c : {Case{3, 150, {}},
                          {4, 122, Finding::normal},
                          {4, 123, Finding::abnormal},
                          {6, 122, Finding::normal},
                          {6, 123, Finding::abnormal},
                          {7, 100, Finding::normal},
                          {7, 101, Finding::abnormal},
                          {12, 100, Finding::normal},
                          {12, 101, Finding::abnormal},
                          {13, 90, Finding::normal},
                          {13, 91, Finding::abnormal},
                          {16, 90, Finding::normal},
                          {16, 91, Finding::abnormal},
                          {17, 150, {}}}) {
        const auto out =
            shock_index({.hr_per_min = of(c.hr), .sbp_mmhg = of(100), .age_years = c.age});
        EXPECT_EQ(out.sipa, c.sipa) << c.age << " " << c.hr;
        EXPECT_EQ(out.band.has_value(), c.age >= 17) << "no adult band for a child";
    }
}

TEST(ShockIndex, ModifiedGoesByTheMeanPressureOfTheMonitorElseByTheTwo) {
    const auto range = [](double hr, Input map) {
        return *shock_index({.hr_per_min = of(hr), .sbp_mmhg = of(120), .map_mmhg = map})
                    .modified_range;
    };
    EXPECT_EQ(range(69, of(100)), Finding::abnormal);
    EXPECT_EQ(range(70, of(100)), Finding::normal);
    EXPECT_EQ(range(130, of(100)), Finding::normal);
    EXPECT_EQ(range(131, of(100)), Finding::abnormal);
    EXPECT_FALSE(shock_index({.hr_per_min = of(90), .sbp_mmhg = of(120)}).modified);
    const auto estimated =
        shock_index({.hr_per_min = of(90), .sbp_mmhg = of(120), .dbp_mmhg = of(75)});
    EXPECT_DOUBLE_EQ(*estimated.modified, 1.0);
}

TEST(ShockIndex, TimesAgeIsAbnormalFromFifty) {
    const auto range = [](int age, double hr) {
        return *shock_index({.hr_per_min = of(hr), .sbp_mmhg = of(100), .age_years = age})
                    .age_range;
    };
    EXPECT_EQ(range(50, 99), Finding::normal);
    EXPECT_EQ(range(50, 100), Finding::abnormal);
    EXPECT_EQ(range(80, 62), Finding::normal);
    EXPECT_EQ(range(80, 63), Finding::abnormal);
}

TEST(Rts, EveryBandEndsWhereTheTableSays) {
    expect_bands(rts, &RtsInput::sbp_mmhg, "SBP",
                 {{0, 0}, {1, 1}, {49, 1}, {50, 2}, {75, 2}, {76, 3}, {89, 3}, {90, 4}});
    expect_bands(rts, &RtsInput::rr_per_min, "RR",
                 {{0, 0}, {1, 1}, {5, 1}, {6, 2}, {9, 2}, {10, 4}, {29, 4}, {30, 3}});
    const std::pair<Gcs, int> levels[] = {{gcs(1, 1, 1), 0}, {gcs(1, 1, 2), 1}, {gcs(1, 1, 3), 1},
                                          {gcs(1, 1, 4), 2}, {gcs(1, 2, 5), 2}, {gcs(1, 2, 6), 3},
                                          {gcs(3, 4, 5), 3}, {gcs(3, 4, 6), 4}, {gcs(4, 5, 6), 4}};
    for (const auto& [level, points] : levels) {
        EXPECT_EQ(rts({.gcs = level}).points_of("GCS"), points) << *gcs_total(level);
    }
}

TEST(Rts, WeighsACompleteOneOnly) {
    const Score score = rts({gcs(3, 3, 4), of(80), of(32)});
    EXPECT_EQ(score.points(), 9);
    EXPECT_NEAR(*rts_weighted(score), 5.8806, 1e-9);
    EXPECT_NEAR(*rts_weighted(rts({gcs(4, 5, 6), of(120), of(16)})), 7.8408, 1e-9);
    Gcs tube = gcs(3, 1, 4);
    tube.verbal = GcsPart::not_testable();
    const Score partly = rts({tube, of(80), of(32)});
    EXPECT_EQ(score_text(partly), ">= 6, incomplete (missing: GCS)");
    EXPECT_FALSE(rts_weighted(partly));
}

TEST(Phi, EveryBandEndsWhereTheTableSays) {
    expect_bands(phi, &PhiInput::sbp_mmhg, "SBP",
                 {{74, 5}, {75, 2}, {85, 2}, {86, 1}, {100, 1}, {101, 0}});
    expect_bands(phi, &PhiInput::pulse_per_min, "pulse", {{50, 5}, {51, 0}, {119, 0}, {120, 3}});
    const int levels[] = {0, 3, 5};
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(phi({.breathing = static_cast<PhiBreathing>(i)}).points(), levels[i]);
        EXPECT_EQ(phi({.consciousness = static_cast<PhiConsciousness>(i)}).points(), levels[i]);
    }
    EXPECT_EQ(phi({.penetrating = Finding::abnormal}).points(), 4);
    EXPECT_EQ(phi({.penetrating = Finding::normal}).points(), 0);
}

TEST(Phi, NamesWhatIsMissing) {
    EXPECT_EQ(score_text(phi({.sbp_mmhg = of(80), .pulse_per_min = of(130)})),
              ">= 5, incomplete (missing: breathing, consciousness, penetrating wound)");
}

TEST(Pews, AgesAreWholeMonths) {
    const std::pair<int, PewsAge> ages[] = {
        {0, PewsAge::below_3_months},   {2, PewsAge::below_3_months}, {3, PewsAge::below_12_months},
        {11, PewsAge::below_12_months}, {12, PewsAge::to_4_years},    {48, PewsAge::to_4_years},
        {49, PewsAge::to_12_years},     {144, PewsAge::to_12_years},  {145, PewsAge::older}};
    for (const auto& [months, age] : ages) {
        EXPECT_EQ(pews_age(months), age) << months;
    }
}

// As printed: the normal range, then the upper and lower bounds of 1, 2 and 4.
struct Printed {
    const char* item;
    Input PewsInput::*field;
    int normal_low;
    int normal_high;
    int high[3];
    int low[3];
};

TEST(Pews, EveryBandOfEveryAgeEndsWhereTheTableSays) {
    constexpr auto kHr = &PewsInput::hr_per_min;
    constexpr auto kSbp = &PewsInput::sbp_mmhg;
    constexpr auto kRr = &PewsInput::rr_per_min;
    const Printed printed[kPewsAges][3] = {
        {{"HR", kHr, 111, 149, {150, 180, 190}, {110, 90, 80}},
         {"SBP", kSbp, 61, 79, {80, 100, 130}, {60, 50, 45}},
         {"RR", kRr, 30, 60, {61, 81, 91}, {29, 19, 15}}},
        {{"HR", kHr, 101, 149, {150, 170, 180}, {100, 80, 70}},
         {"SBP", kSbp, 81, 99, {100, 120, 150}, {80, 70, 60}},
         {"RR", kRr, 25, 50, {51, 71, 81}, {24, 19, 15}}},
        {{"HR", kHr, 91, 119, {120, 150, 170}, {90, 70, 60}},
         {"SBP", kSbp, 91, 109, {110, 125, 160}, {90, 75, 65}},
         {"RR", kRr, 20, 40, {41, 61, 71}, {19, 15, 12}}},
        {{"HR", kHr, 71, 109, {110, 130, 150}, {70, 60, 50}},
         {"SBP", kSbp, 91, 119, {120, 140, 170}, {90, 80, 70}},
         {"RR", kRr, 20, 30, {31, 41, 51}, {19, 14, 10}}},
        {{"HR", kHr, 61, 99, {100, 120, 140}, {60, 49, 40}},
         {"SBP", kSbp, 101, 129, {130, 150, 190}, {100, 85, 75}},
         {"RR", kRr, 12, 16, {17, 23, 30}, {11, 10, 9}}},
    };
    const int points[] = {1, 2, 4};
    for (std::size_t age = 0; age < kPewsAges; ++age) {
        for (const Printed& row : printed[age]) {
            const auto got = [&](int value) {
                PewsInput in;
                in.*row.field = of(value);
                return bedside_pews(static_cast<PewsAge>(age), in).points_of(row.item);
            };
            EXPECT_EQ(got(row.normal_low), 0) << row.item << age;
            EXPECT_EQ(got(row.normal_high), 0) << row.item << age;
            for (int i = 0; i < 3; ++i) {
                const int milder = i == 0 ? 0 : points[i - 1];
                EXPECT_EQ(got(row.high[i]), points[i]) << row.item << age << " " << row.high[i];
                EXPECT_EQ(got(row.high[i] - 1), milder) << row.item << age << " " << row.high[i];
                EXPECT_EQ(got(row.low[i]), points[i]) << row.item << age << " " << row.low[i];
                EXPECT_EQ(got(row.low[i] + 1), milder) << row.item << age << " " << row.low[i];
            }
        }
    }
}

TEST(Pews, SaturationRefillEffortAndOxygenHaveTheirPoints) {
    const auto points = [](const PewsInput& in) {
        return bedside_pews(PewsAge::to_4_years, in).points();
    };
    for (const Point& p : Points{{90, 2}, {91, 1}, {94, 1}, {95, 0}}) {
        EXPECT_EQ(points({.spo2_pct = of(p.value)}), p.points) << p.value;
    }
    EXPECT_EQ(points({.refill = CapillaryRefill::below_3_s}), 0);
    EXPECT_EQ(points({.refill = CapillaryRefill::from_3_s}), 4);
    const int effort[] = {0, 1, 2, 4};
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(points({.effort = static_cast<PewsEffort>(i)}), effort[i]);
    }
    const int oxygen[] = {0, 2, 4};
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(points({.oxygen = static_cast<PewsOxygen>(i)}), oxygen[i]);
    }
}

TEST(Pews, IsTwentySixAtMostAndALowerBoundWithoutAnInput) {
    PewsInput worst{of(200),
                    of(40),
                    of(95),
                    of(80),
                    CapillaryRefill::from_3_s,
                    PewsEffort::severe_or_apnoea,
                    PewsOxygen::more};
    EXPECT_EQ(score_text(bedside_pews(PewsAge::below_3_months, worst)), "26");
    worst.sbp_mmhg.reset();
    EXPECT_EQ(score_text(bedside_pews(PewsAge::below_3_months, worst)),
              ">= 22, incomplete (missing: SBP)");
}

TEST(Stroke, AnySignIsSuspicionAndOnlyAllNormalIsNone) {
    using F = Finding;
    EXPECT_EQ(stroke_suspected(cpss({F::normal, F::normal, F::normal})), F::normal);
    EXPECT_EQ(stroke_suspected(cpss({F::abnormal, F::normal, F::normal})), F::abnormal);
    EXPECT_EQ(stroke_suspected(cpss({.arm = F::abnormal})), F::abnormal);
    const Score two = cpss({F::abnormal, F::normal, F::abnormal});
    EXPECT_EQ(two.points(), 2);
    EXPECT_EQ(two.items[0].taken, "abnormal");
    EXPECT_EQ(two.items[1].taken, "normal");
    EXPECT_FALSE(stroke_suspected(cpss({F::normal, F::normal, {}})));
    EXPECT_EQ(
        stroke_suspected(be_fast({{F::normal, F::normal, F::normal}, F::normal, F::abnormal})),
        F::abnormal);
    EXPECT_FALSE(stroke_suspected(be_fast({{F::normal, F::normal, F::normal}, F::normal, {}})));
}

TEST(Lams, CountsItsPartsWithinTheirRanges) {
    EXPECT_EQ(lams({1, 2, 2}).points(), 5);
    EXPECT_EQ(lams({0, 2, 2}).points(), kLamsOcclusionLikely);
    EXPECT_EQ(lams({2, 3, -1}).missing().size(), 3U) << "out of range is missing";
    EXPECT_EQ(score_text(lams({1, 2, {}})), ">= 3, incomplete (missing: grip)");
}

TEST(Stroke, GlucoseAndTheTimeLastKnownWellAreAskedForAlways) {
    using C = StrokeCaution;
    EXPECT_EQ(stroke_cautions({}),
              (std::vector<C>{C::glucose_missing, C::last_known_well_missing}));
    EXPECT_EQ(stroke_cautions({of(3.2), 1}), (std::vector<C>{C::glucose_mimics}));
    EXPECT_TRUE(stroke_cautions({of(3.3), 1}).empty());
}

} // namespace
} // namespace ems::signal
