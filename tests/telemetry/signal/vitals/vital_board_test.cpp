#include "telemetry/signal/vitals/vital_board.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "telemetry/signal/vitals/vitals_wire.h"
#include "telemetry/wire/cuff_time.h"

namespace ems::signal {
namespace {

constexpr std::int64_t kMs = 1'000;
constexpr std::int64_t kS = 1'000'000;
constexpr std::int64_t kThen = 500'000 * kS; // of the board's clock
constexpr std::int64_t kDevice = 1'790'000'000 * kS;

TEST(VitalRows, StandInTheOrderOfTheWiresBits) {
    for (std::size_t i = 0; i < kVitalKinds; ++i) {
        EXPECT_EQ(static_cast<std::size_t>(vital_rows()[i].kind), i);
        EXPECT_FALSE(vital_rows()[i].name.empty());
        EXPECT_FALSE(vital_rows()[i].unit.empty());
    }
}

TEST(VitalRows, NoScoreTakesANumberThatIsNotHistoryYetAbsent) {
    for (const VitalRow& row : vital_rows()) {
        EXPECT_LT(0, row.age.period_ms) << row.name;
        EXPECT_LT(3 * row.age.period_ms, row.age.limit_ms + 1) << row.name;
        EXPECT_LE(row.age.limit_ms, row.score_ms) << row.name;
        EXPECT_LE(row.score_ms, kHistoryMs) << row.name;
    }
}

TEST(Freshness, StepsAtOnePeriodThreePeriodsAndTheLimit) {
    const AgeRule rule{5'000, 60'000};
    EXPECT_EQ(freshness(5'000, rule), Freshness::fresh);
    EXPECT_EQ(freshness(5'001, rule), Freshness::late);
    EXPECT_EQ(freshness(15'000, rule), Freshness::late);
    EXPECT_EQ(freshness(15'001, rule), Freshness::old);
    EXPECT_EQ(freshness(60'000, rule), Freshness::old);
    EXPECT_EQ(freshness(60'001, rule), Freshness::lost);
}

TEST(VitalValue, WhatNoMonitorShowsIsInvalidAndNotClamped) {
    for (const VitalRow& row : vital_rows()) {
        EXPECT_EQ(vital_value(row.kind, 0), 0) << row.name;
        EXPECT_TRUE(vital_value(row.kind, row.most)) << row.name;
        EXPECT_FALSE(vital_value(row.kind, row.most + 0.1)) << row.name;
        EXPECT_FALSE(vital_value(row.kind, -0.1)) << row.name;
        EXPECT_FALSE(vital_value(row.kind, -100)) << row.name;
        EXPECT_FALSE(vital_value(row.kind, std::numeric_limits<double>::quiet_NaN())) << row.name;
    }
}

TEST(VitalText, TemperatureIsRoundedHalfUpToTenthsAndRatesAreWhole) {
    EXPECT_EQ(vital_text(VitalKind::temp, 3'684), "36.8");
    EXPECT_EQ(vital_text(VitalKind::temp, 3'685), "36.9");
    EXPECT_EQ(as_shown(VitalKind::temp, 3'504), 3'500);
    EXPECT_EQ(as_shown(VitalKind::temp, 3'505), 3'510);
    EXPECT_EQ(as_shown(VitalKind::temp, -5), 0);
    EXPECT_EQ(as_shown(VitalKind::temp, -6), -10);
    EXPECT_EQ(vital_text(VitalKind::hr, 88), "88");
    EXPECT_DOUBLE_EQ(in_unit(VitalKind::temp, 3'685), 36.9);
}

// Every kind, at each step of its own age: in one place.
TEST(VitalBoard, ANumberIsCurrentUntilItsLimitAndHistoryForAnHour) {
    for (const VitalRow& row : vital_rows()) {
        VitalBoard board;
        board.take(row.kind, 77, kDevice, kThen);
        const auto at = [&](std::int64_t age_us) { return board.read(row.kind, kThen + age_us); };
        const std::int64_t limit_us = row.age.limit_ms * kMs;
        EXPECT_EQ(at(0).value, 77) << row.name;
        EXPECT_EQ(at(0).device_us, kDevice) << row.name;
        EXPECT_EQ(at(0).source, row.sensor) << row.name;
        EXPECT_EQ(at(row.age.period_ms * kMs).freshness, Freshness::fresh) << row.name;
        EXPECT_EQ(at(row.age.period_ms * kMs + 1).freshness, Freshness::late) << row.name;
        EXPECT_EQ(at(limit_us).state, VitalState::current) << row.name;
        EXPECT_EQ(at(limit_us).age_us, limit_us) << row.name;
        const VitalSign past = at(limit_us + 1);
        EXPECT_EQ(past.state, VitalState::expired) << row.name;
        EXPECT_FALSE(past.value) << row.name;
        EXPECT_EQ(past.last, 77) << row.name;
        EXPECT_EQ(shown_text(past), "--") << row.name;
        EXPECT_EQ(at(kHistoryMs * kMs - 1).state, VitalState::expired) << row.name;
        EXPECT_EQ(at(kHistoryMs * kMs).state, VitalState::absent) << row.name;
        EXPECT_FALSE(at(kHistoryMs * kMs).last) << row.name;
    }
}

TEST(VitalBoard, AnInvalidNumberIsDashesAndNeverZero) {
    VitalBoard board;
    EXPECT_EQ(shown_text(board.read(VitalKind::hr, kThen)), "—");
    board.take(VitalKind::hr, std::nullopt, kDevice, kThen);
    const VitalSign sign = board.read(VitalKind::hr, kThen);
    EXPECT_EQ(sign.state, VitalState::invalid);
    EXPECT_FALSE(sign.value);
    EXPECT_FALSE(sign.last);
    EXPECT_EQ(shown_text(sign), "--");
    board.take(VitalKind::hr, 0, kDevice, kThen);
    EXPECT_EQ(shown_text(board.read(VitalKind::hr, kThen)), "0") << "a measured zero";
}

TEST(VitalBoard, AnInvalidNumberIsNotRepeatedForEver) {
    VitalBoard board;
    board.take(VitalKind::hr, std::nullopt, kDevice, kThen);
    EXPECT_EQ(board.read(VitalKind::hr, kThen + 9'999 * kMs).state, VitalState::invalid);
    EXPECT_EQ(board.read(VitalKind::hr, kThen + 10'000 * kMs).state, VitalState::absent);
}

TEST(VitalBoard, AClockBeforeTheReadingIsTakenForItsTime) {
    VitalBoard board;
    board.take(VitalKind::spo2, 97, kDevice, kThen);
    const VitalSign sign = board.read(VitalKind::spo2, kThen - 3'600 * kS);
    EXPECT_EQ(sign.value, 97);
    EXPECT_EQ(sign.age_us, 0);
}

TEST(VitalBoard, AScoreTakesAnExpiredNumberOnlyWhileItIsValidForOne) {
    for (const VitalRow& row : vital_rows()) {
        VitalBoard board;
        board.take(row.kind, 77, kDevice, kThen);
        const auto last = board.read_for_score(row.kind, kThen + row.score_ms * kMs);
        ASSERT_TRUE(last) << row.name;
        EXPECT_EQ(last->value, 77) << row.name;
        EXPECT_EQ(last->age_us, row.score_ms * kMs) << row.name;
        EXPECT_FALSE(board.read_for_score(row.kind, kThen + row.score_ms * kMs + 1)) << row.name;
        board.take(row.kind, std::nullopt, kDevice, kThen);
        EXPECT_FALSE(board.read_for_score(row.kind, kThen)) << row.name << ": invalid is missing";
    }
}

TEST(VitalBoard, ThePulseStandsInForAHeartRateThatIsNotThere) {
    VitalBoard board;
    board.take(VitalKind::pr, 80, kDevice, kThen);
    EXPECT_EQ(board.read_rate(kThen).source, Sensor::pleth);
    board.take(VitalKind::hr, std::nullopt, kDevice, kThen);
    EXPECT_EQ(board.read_rate(kThen).value, 80);
    board.take(VitalKind::hr, 84, kDevice, kThen);
    EXPECT_EQ(board.read_rate(kThen).source, Sensor::ecg);
    // a heart rate that has expired does not stand before a pulse of now
    board.take(VitalKind::pr, 90, kDevice, kThen + 30 * kS);
    EXPECT_EQ(board.read_rate(kThen + 30 * kS).value, 90);
    EXPECT_EQ(board.read_rate_for_score(kThen + 30 * kS)->value, 90);
}

TEST(VitalBoard, AHeartAndAPulseThatDifferByMoreThanATenthAreDoubtful) {
    struct Case {
        std::int32_t hr;
        std::int32_t pr;
        VitalQuality quality;
    };
    for (const Case& c : {Case{100, 110, VitalQuality::good},
                          {100, 111, VitalQuality::doubtful},
                          {100, 90, VitalQuality::good},
                          {100, 89, VitalQuality::doubtful},
                          {0, 0, VitalQuality::good},
                          {0, 60, VitalQuality::doubtful}}) {
        VitalBoard board;
        board.take(VitalKind::hr, c.hr, kDevice, kThen);
        EXPECT_EQ(board.read(VitalKind::hr, kThen).quality, VitalQuality::good) << "alone";
        board.take(VitalKind::pr, c.pr, kDevice, kThen);
        EXPECT_EQ(board.read(VitalKind::hr, kThen).quality, c.quality) << c.hr << " " << c.pr;
        EXPECT_EQ(board.read(VitalKind::pr, kThen).quality, c.quality) << c.hr << " " << c.pr;
    }
}

TEST(VitalsWire, ANumberOlderThanItsPeriodSaysItsAgeAndThenIsNotTold) {
    VitalBoard board;
    EXPECT_FALSE(to_wire(board, kThen));
    board.take(VitalKind::hr, 80, kDevice, kThen);
    EXPECT_EQ(to_wire(board, kThen + 2 * kS)->ages_size(), 0);
    const auto late = to_wire(board, kThen + 4 * kS);
    ASSERT_EQ(late->ages_size(), 1);
    EXPECT_EQ(late->ages(0).bit(), 0U);
    EXPECT_EQ(late->ages(0).age_ms(), 4'000U);
    EXPECT_TRUE(to_wire(board, kThen + 10 * kS - 1));
    EXPECT_FALSE(to_wire(board, kThen + 10 * kS));
}

TEST(VitalsWire, ACuffReadingIsToldWithItsTimeForAnHour) {
    VitalBoard board;
    board.take(VitalKind::nibp_sys, 120, kDevice, kThen);
    const auto late = to_wire(board, kThen + 3'599 * kS);
    ASSERT_TRUE(late);
    EXPECT_EQ(late->nibp_sys_mmhg(), 120);
    EXPECT_EQ(late->nibp_t_us(), kDevice);
    EXPECT_FALSE(to_wire(board, kThen + 3'600 * kS));
}

TEST(VitalsWire, AgesArriveAtTheOtherEnd) {
    VitalBoard vehicle;
    vehicle.take(VitalKind::hr, 80, kDevice - 4 * kS, kThen - 4 * kS);
    vehicle.take(VitalKind::spo2, std::nullopt, kDevice, kThen);
    vehicle.take(VitalKind::temp, 3'685, kDevice, kThen);
    vehicle.take(VitalKind::nibp_sys, 120, kDevice - 200 * kS, kThen - 200 * kS);
    wire::Vitals sent = *to_wire(vehicle, kThen);
    wire::set_cuff_t_us(sent, sent.nibp_t_us(), kDevice);
    VitalBoard desk;
    take_wire(desk, sent, kDevice, 7 * kS);
    EXPECT_EQ(desk.read(VitalKind::hr, 8 * kS).age_us, 5 * kS);
    EXPECT_EQ(desk.read(VitalKind::hr, 8 * kS).device_us, kDevice - 4 * kS);
    EXPECT_EQ(desk.read(VitalKind::spo2, 8 * kS).state, VitalState::invalid);
    EXPECT_EQ(desk.read(VitalKind::temp, 8 * kS).value, 3'685);
    EXPECT_EQ(desk.read(VitalKind::nibp_sys, 8 * kS).age_us, 201 * kS);
    EXPECT_EQ(desk.read(VitalKind::nibp_sys, 8 * kS).device_us, kDevice - 200 * kS);
    EXPECT_EQ(desk.read(VitalKind::rr, 8 * kS).state, VitalState::absent);
}

TEST(VitalsWire, WhatAMessageDoesNotNameIsHistoryAtOnceAndStillCountsForAScore) {
    VitalBoard board;
    wire::Vitals vitals;
    vitals.set_temp_cdeg(3'680);
    vitals.set_invalid_mask(1);
    take_wire(board, vitals, kDevice, kThen);
    vitals.clear_temp_cdeg();
    vitals.set_invalid_mask(0);
    take_wire(board, vitals, kDevice + kS, kThen + kS);
    EXPECT_EQ(board.read(VitalKind::temp, kThen + kS).state, VitalState::expired);
    EXPECT_EQ(board.read(VitalKind::temp, kThen + kS).last, 3'680);
    EXPECT_EQ(board.read_for_score(VitalKind::temp, kThen + kS)->value, 3'680);
    EXPECT_EQ(board.read(VitalKind::hr, kThen + kS).state, VitalState::absent);
}

TEST(VitalsWire, ANumberThatNoMonitorShowsIsInvalidWhoeverSentIt) {
    wire::Vitals vitals;
    vitals.set_etco2_mmhg(-100);
    vitals.set_hr_bpm(351);
    auto& beyond = *vitals.add_ages();
    beyond.set_bit(9);
    beyond.set_age_ms(1);
    VitalBoard board;
    take_wire(board, vitals, kDevice, kThen);
    EXPECT_EQ(board.read(VitalKind::etco2, kThen).state, VitalState::invalid);
    EXPECT_EQ(board.read(VitalKind::hr, kThen).state, VitalState::invalid);
}

TEST(VitalsWire, ACuffTimeAheadOfTheMessageMakesNoNegativeAge) {
    wire::Vitals vitals;
    vitals.set_nibp_sys_mmhg(120);
    vitals.set_nibp_t_us(kDevice + 50 * kS); // the clock was set back in between
    VitalBoard board;
    take_wire(board, vitals, kDevice, kThen);
    EXPECT_EQ(board.read(VitalKind::nibp_sys, kThen).age_us, 0);
}

} // namespace
} // namespace ems::signal
