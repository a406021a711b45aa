// The table is whole: every row can be read, bounded, and belongs to something that raises it.
#include "telemetry/signal/alarm/alarm_table.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "telemetry/signal/alarm/alarm_engine.h"

namespace ems::signal {
namespace {

constexpr std::int64_t kLimitAlarmMsMax = 20'000;  // onset to alarm; temperature is slower
constexpr std::int64_t kRateAlarmMsMax = 10'000;   // of a heart rate: IEC 60601-2-27
// Until the mean of six beats tells 45/min from 80, decided half a second late and judged each
// second.
constexpr std::int64_t kSixSlowBeatsMs = 4 * 1'333 + 500 + 1'000;

TEST(AlarmTable, HasARowForEveryIdAtItsPlaceWithACodeOfItsOwn) {
    std::set<std::string_view> codes;
    for (std::size_t i = 0; i < kAlarms; ++i) {
        const AlarmRow& row = alarm_rows()[i];
        EXPECT_EQ(static_cast<std::size_t>(row.id), i);
        EXPECT_TRUE(codes.insert(row.code).second) << row.code;
        EXPECT_FALSE(row.code.empty()) << i;
        EXPECT_LE(row.code.size(), AlarmEngine::kTextMax);
        EXPECT_EQ(find_alarm(row.code), &row);
        EXPECT_EQ(&alarm_row(row.id), &row);
    }
    EXPECT_EQ(find_alarm("monitor_10002"), nullptr);
}

TEST(AlarmTable, OnlyBodiesHaveLimitsLatchesAndSignalsAndOnlySensorsMask) {
    for (const AlarmRow& row : alarm_rows()) {
        const bool body = row.kind == AlarmKind::physiological;
        EXPECT_TRUE(body || !row.limit) << row.code;
        EXPECT_TRUE(body || row.latch == Latch::none) << row.code;
        EXPECT_TRUE(body || !row.sensor) << row.code;
        EXPECT_TRUE(!body || !row.masks) << row.code;
        EXPECT_TRUE(!body || row.needs == Needs::nobody) << row.code;
        EXPECT_TRUE(row.latch == Latch::none || row.priority == AlarmPriority::high) << row.code;
    }
}

TEST(AlarmTable, DelaysKeepTheTimeToTheAlarmPromised) {
    for (const AlarmRow& row : alarm_rows()) {
        for (const std::int32_t delay : row.delay_ms) {
            EXPECT_GE(delay, 0) << row.code;
            EXPECT_TRUE(row.limit || row.pulseless || delay == 0)
                << row.code << ": a detector has waited already";
            if (row.limit && row.limit->vital == VitalKind::temp) {
                EXPECT_EQ(delay, 60'000) << row.code;
            } else {
                EXPECT_LE(delay, kLimitAlarmMsMax) << row.code;
            }
            if (row.limit && row.limit->vital == VitalKind::hr) {
                EXPECT_LE(delay + kSixSlowBeatsMs, kRateAlarmMsMax) << row.code;
            }
        }
        EXPECT_TRUE(!row.limit || of_cuff(row.limit->vital) || row.release_ms >= 3'000) << row.code;
        EXPECT_TRUE(!row.limit || !of_cuff(row.limit->vital) || row.release_ms == 0) << row.code;
    }
}

TEST(AlarmTable, EveryLimitedNumberHasBothSidesAndTheyLeaveRoomBetween) {
    for (const VitalRow& vital : vital_rows()) {
        if (vital.kind == VitalKind::pr) {
            continue; // under the heart rate's
        }
        for (std::size_t group = 0; group < kAgeGroups; ++group) {
            const LimitsInForce limits = limits_in_force(vital.kind, static_cast<AgeGroup>(group));
            ASSERT_TRUE(limits.low) << vital.name;
            EXPECT_EQ(limits.high.has_value(), vital.kind != VitalKind::spo2) << vital.name;
            if (limits.high) {
                EXPECT_LT(*limits.low + vital.per_unit, *limits.high) << vital.name;
            }
        }
    }
}

TEST(AlarmTable, ALethalLimitLiesBeyondTheOrdinaryOneAndHidesIt) {
    for (const AlarmRow& row : alarm_rows()) {
        if (!row.limit || row.priority != AlarmPriority::high) {
            continue;
        }
        const auto plain =
            std::find_if(alarm_rows().begin(), alarm_rows().end(), [&](const AlarmRow& other) {
                return other.limit && other.priority == AlarmPriority::medium &&
                       other.limit->vital == row.limit->vital &&
                       other.limit->side == row.limit->side;
            });
        ASSERT_NE(plain, alarm_rows().end()) << row.code;
        EXPECT_NE(std::find(row.hides.begin(), row.hides.end(), plain->id), row.hides.end())
            << row.code;
        for (std::size_t group = 0; group < kAgeGroups; ++group) {
            const auto lethal = row.limit->threshold.at(group);
            const auto ordinary = plain->limit->threshold.at(group);
            ASSERT_TRUE(lethal && ordinary) << row.code;
            EXPECT_TRUE(row.limit->side == LimitSide::low ? *lethal < *ordinary
                                                          : *lethal > *ordinary)
                << row.code << group;
        }
    }
}

TEST(AlarmTable, NothingHidesItselfByAnyWay) {
    for (const AlarmRow& row : alarm_rows()) {
        std::set<AlarmId> reached;
        std::vector<AlarmId> next{row.hides.begin(), row.hides.end()};
        while (!next.empty()) {
            const AlarmId id = next.back();
            next.pop_back();
            if (reached.insert(id).second) {
                const auto more = alarm_row(id).hides;
                next.insert(next.end(), more.begin(), more.end());
            }
        }
        EXPECT_FALSE(reached.contains(row.id)) << row.code;
        for (const AlarmId id : row.hides) {
            EXPECT_GE(alarm_row(id).priority, row.priority)
                << row.code << " hides the more urgent " << alarm_row(id).code;
        }
    }
}

// Thresholds of the reference, adult child infant; each side of each edge.
struct Edge {
    AlarmId id;
    std::int32_t threshold[kAgeGroups];
};

TEST(AlarmTable, EveryLimitBreaksJustPastItsThresholdInEveryAgeGroup) {
    using enum AlarmId;
    const Edge edges[] = {{hr_extreme_low, {35, 50, 60}},
                          {hr_extreme_high, {160, 180, 220}},
                          {apnoea, {1, 1, 1}},
                          {spo2_critical, {80, 80, 80}},
                          {etco2_critical, {10, 10, 10}},
                          {hr_low, {50, 75, 100}},
                          {hr_high, {120, 160, 200}},
                          {spo2_low, {90, 90, 90}},
                          {rr_low, {8, 8, 30}},
                          {rr_high, {30, 30, 100}},
                          {nibp_low, {90, 70, 40}},
                          {nibp_high, {160, 120, 90}},
                          {nibp_mean_low, {60, 50, 25}},
                          {nibp_mean_high, {110, 90, 70}},
                          {nibp_dia_low, {50, 40, 20}},
                          {nibp_dia_high, {90, 70, 60}},
                          {etco2_low, {25, 25, 30}},
                          {etco2_high, {50, 50, 45}},
                          {temp_low, {3'500, 3'500, 3'600}},
                          {temp_high, {3'900, 3'900, 3'800}}};
    std::set<AlarmId> seen{spo2_high};
    for (const Edge& edge : edges) {
        seen.insert(edge.id);
        const AlarmRow& row = alarm_row(edge.id);
        const std::int32_t step = row.limit->vital == VitalKind::temp ? 10 : 1;
        const std::int32_t past = row.limit->side == LimitSide::low ? -step : step;
        for (std::size_t group = 0; group < kAgeGroups; ++group) {
            const std::int32_t at = edge.threshold[group];
            ASSERT_EQ(row.limit->threshold.at(group), at) << row.code << group;
            EXPECT_FALSE(breaks(*row.limit, at, at)) << row.code;
            EXPECT_TRUE(breaks(*row.limit, at, at + past)) << row.code;
            EXPECT_FALSE(has_returned(*row.limit, at, at)) << row.code;
            EXPECT_TRUE(has_returned(*row.limit, at, at - past / step * row.limit->hysteresis));
            EXPECT_FALSE(
                has_returned(*row.limit, at, at - past / step * (row.limit->hysteresis - step)));
        }
    }
    for (const AlarmRow& row : alarm_rows()) {
        EXPECT_EQ(row.limit.has_value(), seen.contains(row.id)) << row.code;
    }
}

TEST(AlarmTable, SomethingStandsInThePlaceOfEveryNumberThatIsMissing) {
    SensorMask replaced = 0;
    for (const AlarmRow& row : alarm_rows()) {
        replaced = static_cast<SensorMask>(replaced | row.replaces);
        EXPECT_TRUE(!row.masks || (row.replaces & sensor_bit(*row.masks)) != 0) << row.code;
        EXPECT_TRUE(row.replaces == 0 || !row.limit) << row.code;
    }
    for (const VitalRow& vital : vital_rows()) {
        EXPECT_NE(replaced & sensor_bit(vital.sensor), 0) << vital.name;
    }
}

TEST(AlarmTable, ATemperatureIsJudgedAsItIsShown) {
    const AlarmLimit& high = *alarm_row(AlarmId::temp_high).limit;
    EXPECT_FALSE(breaks(high, 3'900, 3'904)) << "39.0 is shown";
    EXPECT_TRUE(breaks(high, 3'900, 3'905)) << "39.1 is shown";
}

TEST(AlarmTable, AgesAreInYearsAndAnUnknownOneIsAdult) {
    EXPECT_EQ(age_group({}), AgeGroup::adult);
    EXPECT_EQ(age_group(13), AgeGroup::adult);
    EXPECT_EQ(age_group(12), AgeGroup::child);
    EXPECT_EQ(age_group(1), AgeGroup::child);
    EXPECT_EQ(age_group(0), AgeGroup::infant);
}

TEST(AlarmTable, AStatedAgeIsThatOfItsMonthsAndNoYearsAreUnknown) {
    EXPECT_EQ(stated_years(58, {}), 58);
    EXPECT_EQ(stated_years(0, {}), std::nullopt);
    EXPECT_EQ(stated_years(0, 0), 0) << "born today";
    EXPECT_EQ(stated_years(0, 11), 0);
    EXPECT_EQ(stated_years(1, 12), 1);
}

// Every technical condition that the reference (2.2) names has its alarms, technical but for the
// pulse, which a probe that is on is missing.
struct Condition {
    const char* named;
    std::vector<AlarmId> alarms;
};

TEST(AlarmTable, HasAnAlarmForEveryTechnicalConditionOfTheReference) {
    using enum AlarmId;
    const std::vector<Condition> conditions{
        {"lead off", {ecg_lead_off}},
        {"sensor off", {spo2_sensor_off}},
        {"artefact, noise", {ecg_noise}},
        {"no pulse signal", {pleth_no_pulse}},
        {"cuff leak", {nibp_cuff_leak, nibp_failed}},
        {"module fault", {monitor_fault}},
        {"battery", {monitor_battery_low, computer_battery_low}},
        {"link loss", {centre_lost}},
        {"stale data", {monitor_lost, ecg_lost, gnss_lost, inputs_lost}},
        {"clock unsynchronised", {clock_unset}},
        {"buffer overflow", {spool_full}},
    };
    for (const Condition& condition : conditions) {
        for (const AlarmId id : condition.alarms) {
            ASSERT_LT(static_cast<std::size_t>(id), kAlarms) << condition.named;
            const AlarmRow& row = alarm_row(id);
            EXPECT_FALSE(row.limit) << condition.named;
            EXPECT_TRUE(row.kind == AlarmKind::technical || row.pulseless) << condition.named;
            EXPECT_EQ(row.latch, Latch::none) << condition.named;
            EXPECT_EQ(row.wording, Wording::finding) << condition.named;
        }
    }
}

TEST(AlarmTable, AnAdvisoryIsNeitherUrgentNorLethalAndHidesNothing) {
    for (const AlarmRow& row : alarm_rows()) {
        if (row.wording == Wording::advisory) {
            EXPECT_NE(row.priority, AlarmPriority::high) << row.code;
            EXPECT_EQ(row.latch, Latch::none) << row.code;
            EXPECT_EQ(row.escalate_ms, 0) << row.code;
            EXPECT_TRUE(row.hides.empty()) << row.code;
            EXPECT_FALSE(row.limit) << row.code;
        }
    }
}

} // namespace
} // namespace ems::signal
