#include "telemetry/signal/alarm/alarm_table.h"

#include <algorithm>

#include "telemetry/base/assert.h"

namespace ems::signal {
namespace {

using enum AlarmId;

constexpr std::array kAsystoleHides{hr_low,         hr_extreme_low, hr_high,     hr_extreme_high, vt,
                                    pleth_no_pulse, st_elevation,   af_suspected};
constexpr std::array kVfHides{asystole,        vt,             hr_low,       hr_extreme_low, hr_high,
                              hr_extreme_high, pleth_no_pulse, st_elevation, af_suspected};
constexpr std::array kVtHides{hr_high, hr_extreme_high, st_elevation, af_suspected};
constexpr std::array kHrExtremeLowHides{hr_low};
constexpr std::array kHrExtremeHighHides{hr_high};
constexpr std::array kApnoeaHides{rr_low, etco2_low, etco2_critical};
constexpr std::array kSpo2CriticalHides{spo2_low};
constexpr std::array kEtco2CriticalHides{etco2_low};
constexpr std::array kNibpLowHides{nibp_mean_low, nibp_dia_low};
constexpr std::array kNibpHighHides{nibp_mean_high, nibp_dia_high};
constexpr std::array kNibpMeanLowHides{nibp_dia_low};
constexpr std::array kNibpMeanHighHides{nibp_dia_high};
constexpr std::array kMonitorLostHides{ecg_lead_off, spo2_sensor_off};
constexpr std::array kEcgLostHides{ecg_noise};

constexpr auto kBody = AlarmKind::physiological;
constexpr auto kTechnical = AlarmKind::technical;
constexpr auto kHigh = AlarmPriority::high;
constexpr auto kMedium = AlarmPriority::medium;
constexpr auto kLow = AlarmPriority::low;
constexpr auto kLatches = Latch::until_acknowledged;
constexpr std::optional<std::int32_t> kOff{};
constexpr SensorMask kOfMonitor = sensor_bit(Sensor::ecg) | sensor_bit(Sensor::pleth) |
                                  sensor_bit(Sensor::cuff) | sensor_bit(Sensor::capnograph) |
                                  sensor_bit(Sensor::probe);

constexpr std::int32_t kRelease = 3'000;
constexpr std::array<std::int32_t, kAgeGroups> after(std::int32_t ms) {
    return {ms, ms, ms};
}
constexpr std::array<std::int32_t, kAgeGroups> kNow{0, 0, 0};
// With six beats of another rate and the second in which a limit is judged below ten in all.
constexpr auto kOfHeart = after(3'000);

constexpr AlarmLimit below(VitalKind vital, std::int32_t hysteresis,
                           std::optional<std::int32_t> adult, std::optional<std::int32_t> child,
                           std::optional<std::int32_t> infant) {
    return {vital, LimitSide::low, hysteresis, {adult, child, infant}};
}
constexpr AlarmLimit above(VitalKind vital, std::int32_t hysteresis,
                           std::optional<std::int32_t> adult, std::optional<std::int32_t> child,
                           std::optional<std::int32_t> infant) {
    return {vital, LimitSide::high, hysteresis, {adult, child, infant}};
}

using V = VitalKind;

constexpr std::array<AlarmRow, kAlarms> kRows{{
    // What a detector finds in the ECG: it has counted its seconds already.
    {asystole,
     "asystole",
     kBody,
     kHigh,
     kLatches,
     {},
     kNow,
     0,
     0,
     Sensor::ecg,
     {},
     Needs::nobody,
     kAsystoleHides},
    {vf, "vf", kBody, kHigh, kLatches, {}, kNow, 0, 0, Sensor::ecg, {}, Needs::nobody, kVfHides},
    {vt, "vt", kBody, kHigh, kLatches, {}, kNow, 0, 0, Sensor::ecg, {}, Needs::nobody, kVtHides},
    {hr_extreme_low,
     "hr_extreme_low",
     kBody,
     kHigh,
     kLatches,
     below(V::hr, 2, 35, 50, 60),
     kOfHeart,
     kRelease,
     0,
     Sensor::ecg,
     {},
     Needs::nobody,
     kHrExtremeLowHides},
    {hr_extreme_high,
     "hr_extreme_high",
     kBody,
     kHigh,
     kLatches,
     above(V::hr, 2, 160, 180, 220),
     kOfHeart,
     kRelease,
     0,
     Sensor::ecg,
     {},
     Needs::nobody,
     kHrExtremeHighHides},
    {apnoea,
     "apnoea",
     kBody,
     kHigh,
     kLatches,
     below(V::rr, 2, 1, 1, 1),
     // A monitor shows a mean: its zero already stands for about ten seconds without a breath.
     {10'000, 10'000, 5'000},
     kRelease,
     0,
     {},
     {},
     Needs::nobody,
     kApnoeaHides},
    {spo2_critical,
     "spo2_critical",
     kBody,
     kHigh,
     Latch::none,
     below(V::spo2, 1, 80, 80, 80),
     after(8'000),
     kRelease,
     0,
     Sensor::pleth,
     {},
     Needs::nobody,
     kSpo2CriticalHides},
    {etco2_critical,
     "etco2_critical",
     kBody,
     kHigh,
     Latch::none,
     below(V::etco2, 2, 10, 10, 10),
     after(15'000),
     kRelease,
     0,
     Sensor::capnograph,
     {},
     Needs::nobody,
     kEtco2CriticalHides},
    {hr_low,
     "hr_low",
     kBody,
     kMedium,
     Latch::none,
     below(V::hr, 2, 50, 75, 100),
     kOfHeart,
     kRelease,
     0,
     Sensor::ecg,
     {},
     Needs::nobody,
     {}},
    {hr_high,
     "hr_high",
     kBody,
     kMedium,
     Latch::none,
     above(V::hr, 2, 120, 160, 200),
     kOfHeart,
     kRelease,
     0,
     Sensor::ecg,
     {},
     Needs::nobody,
     {}},
    {spo2_low,
     "spo2_low",
     kBody,
     kMedium,
     Latch::none,
     below(V::spo2, 1, 90, 90, 90),
     after(15'000),
     kRelease,
     120'000,
     Sensor::pleth,
     {},
     Needs::nobody,
     {}},
    // Only of infants on oxygen, which no monitor tells: off until a person sets it.
    {spo2_high,
     "spo2_high",
     kBody,
     kMedium,
     Latch::none,
     above(V::spo2, 1, kOff, kOff, kOff),
     after(15'000),
     kRelease,
     0,
     Sensor::pleth,
     {},
     Needs::nobody,
     {}},
    {rr_low,
     "rr_low",
     kBody,
     kMedium,
     Latch::none,
     below(V::rr, 2, 8, 8, 30),
     after(10'000),
     kRelease,
     0,
     {},
     {},
     Needs::nobody,
     {}},
    {rr_high,
     "rr_high",
     kBody,
     kMedium,
     Latch::none,
     above(V::rr, 2, 30, 30, 100),
     after(10'000),
     kRelease,
     0,
     {},
     {},
     Needs::nobody,
     {}},
    // A cuff measures once: there is nothing to wait for.
    {nibp_low,
     "nibp_low",
     kBody,
     kMedium,
     Latch::none,
     below(V::nibp_sys, 2, 90, 70, 40),
     kNow,
     0,
     0,
     Sensor::cuff,
     {},
     Needs::nobody,
     kNibpLowHides},
    {nibp_high,
     "nibp_high",
     kBody,
     kMedium,
     Latch::none,
     above(V::nibp_sys, 2, 160, 120, 90),
     kNow,
     0,
     0,
     Sensor::cuff,
     {},
     Needs::nobody,
     kNibpHighHides},
    {nibp_mean_low,
     "nibp_mean_low",
     kBody,
     kMedium,
     Latch::none,
     below(V::nibp_mean, 2, 60, 50, 25),
     kNow,
     0,
     0,
     Sensor::cuff,
     {},
     Needs::nobody,
     kNibpMeanLowHides},
    {nibp_mean_high,
     "nibp_mean_high",
     kBody,
     kMedium,
     Latch::none,
     above(V::nibp_mean, 2, 110, 90, 70),
     kNow,
     0,
     0,
     Sensor::cuff,
     {},
     Needs::nobody,
     kNibpMeanHighHides},
    {nibp_dia_low,
     "nibp_dia_low",
     kBody,
     kMedium,
     Latch::none,
     below(V::nibp_dia, 2, 50, 40, 20),
     kNow,
     0,
     0,
     Sensor::cuff,
     {},
     Needs::nobody,
     {}},
    {nibp_dia_high,
     "nibp_dia_high",
     kBody,
     kMedium,
     Latch::none,
     above(V::nibp_dia, 2, 90, 70, 60),
     kNow,
     0,
     0,
     Sensor::cuff,
     {},
     Needs::nobody,
     {}},
    {etco2_low,
     "etco2_low",
     kBody,
     kMedium,
     Latch::none,
     below(V::etco2, 2, 25, 25, 30),
     after(15'000),
     kRelease,
     0,
     Sensor::capnograph,
     {},
     Needs::nobody,
     {}},
    {etco2_high,
     "etco2_high",
     kBody,
     kMedium,
     Latch::none,
     above(V::etco2, 2, 50, 50, 45),
     after(15'000),
     kRelease,
     0,
     Sensor::capnograph,
     {},
     Needs::nobody,
     {}},
    {temp_low,
     "temp_low",
     kBody,
     kMedium,
     Latch::none,
     below(V::temp, 10, 3'500, 3'500, 3'600),
     after(60'000),
     kRelease,
     0,
     Sensor::probe,
     {},
     Needs::nobody,
     {}},
    {temp_high,
     "temp_high",
     kBody,
     kMedium,
     Latch::none,
     above(V::temp, 10, 3'900, 3'900, 3'800),
     after(60'000),
     kRelease,
     0,
     Sensor::probe,
     {},
     Needs::nobody,
     {}},
    {ecg_lead_off,
     "ecg_lead_off",
     kTechnical,
     kLow,
     Latch::none,
     {},
     kNow,
     0,
     60'000,
     {},
     Sensor::ecg,
     Needs::patient,
     {},
     sensor_bit(Sensor::ecg)},
    {ecg_noise,
     "ecg_noise",
     kTechnical,
     kLow,
     Latch::none,
     {},
     kNow,
     0,
     60'000,
     {},
     {},
     Needs::patient,
     {},
     sensor_bit(Sensor::ecg)},
    {spo2_sensor_off,
     "spo2_sensor_off",
     kTechnical,
     kLow,
     Latch::none,
     {},
     kNow,
     0,
     60'000,
     {},
     Sensor::pleth,
     Needs::patient,
     {},
     sensor_bit(Sensor::pleth)},
    {monitor_lost,
     "monitor_lost",
     kTechnical,
     kMedium,
     Latch::none,
     {},
     kNow,
     0,
     0,
     {},
     {},
     Needs::nobody,
     kMonitorLostHides,
     kOfMonitor},
    {ecg_lost,
     "ecg_lost",
     kTechnical,
     kMedium,
     Latch::none,
     {},
     kNow,
     0,
     0,
     {},
     {},
     Needs::nobody,
     kEcgLostHides},
    {gnss_lost,
     "gnss_lost",
     kTechnical,
     kLow,
     Latch::none,
     {},
     kNow,
     0,
     0,
     {},
     {},
     Needs::nobody,
     {}},
    {inputs_lost,
     "inputs_lost",
     kTechnical,
     kLow,
     Latch::none,
     {},
     kNow,
     0,
     0,
     {},
     {},
     Needs::nobody,
     {}},
    {gnss_implausible,
     "gnss_implausible",
     kTechnical,
     kLow,
     Latch::none,
     {},
     kNow,
     0,
     0,
     {},
     {},
     Needs::nobody,
     {}},
    {spool_failed,
     "spool_failed",
     kTechnical,
     kMedium,
     Latch::none,
     {},
     kNow,
     0,
     0,
     {},
     {},
     Needs::nobody,
     {}},
    {pleth_no_pulse,
     "pleth_no_pulse",
     kBody,
     kMedium,
     Latch::none,
     {},
     after(10'000),
     kRelease,
     0,
     Sensor::pleth,
     {},
     Needs::nobody,
     {},
     sensor_bit(Sensor::pleth),
     Sensor::pleth},
    {centre_lost,
     "centre_lost",
     kTechnical,
     kLow,
     Latch::none,
     {},
     kNow,
     0,
     0,
     {},
     {},
     Needs::nobody,
     {}},
    {clock_unset,
     "clock_unset",
     kTechnical,
     kLow,
     Latch::none,
     {},
     kNow,
     0,
     0,
     {},
     {},
     Needs::nobody,
     {}},
    {spool_slow,
     "spool_slow",
     kTechnical,
     kLow,
     Latch::none,
     {},
     kNow,
     0,
     0,
     {},
     {},
     Needs::nobody,
     {}},
    {spool_went_back,
     "spool_went_back",
     kTechnical,
     kLow,
     Latch::none,
     {},
     kNow,
     0,
     0,
     {},
     {},
     Needs::nobody,
     {}},
    // Advisories: two of three windows of 10 s have agreed already.
    {st_elevation,
     "st_elevation",
     kBody,
     kMedium,
     Latch::none,
     {},
     kNow,
     0,
     0,
     Sensor::ecg,
     {},
     Needs::nobody,
     {},
     0,
     {},
     Wording::advisory},
    {af_suspected,
     "af_suspected",
     kBody,
     kLow,
     Latch::none,
     {},
     kNow,
     0,
     0,
     Sensor::ecg,
     {},
     Needs::nobody,
     {},
     0,
     {},
     Wording::advisory},
}};

} // namespace

AgeGroup age_group(std::optional<int> age_years) {
    return !age_years || *age_years >= 13 ? AgeGroup::adult
           : *age_years >= 1              ? AgeGroup::child
                                          : AgeGroup::infant;
}

std::optional<int> stated_years(std::uint32_t years, std::optional<std::uint32_t> months) {
    constexpr std::uint32_t kMonthsOfYear = 12;
    if (!months && years == 0) {
        return std::nullopt;
    }
    return static_cast<int>(months ? *months / kMonthsOfYear : years);
}

std::string_view age_group_name(AgeGroup group) {
    switch (group) {
    case AgeGroup::adult:
        return "adult";
    case AgeGroup::child:
        return "child";
    case AgeGroup::infant:
        return "infant";
    }
    EMS_ASSERT(false);
    return "";
}

std::span<const AlarmRow, kAlarms> alarm_rows() {
    return kRows;
}

const AlarmRow& alarm_row(AlarmId id) {
    return kRows.at(static_cast<std::size_t>(id));
}

const AlarmRow* find_alarm(std::string_view code) {
    const auto row = std::find_if(kRows.begin(), kRows.end(),
                                  [&](const AlarmRow& one) { return one.code == code; });
    return row == kRows.end() ? nullptr : &*row;
}

LimitsInForce limits_in_force(VitalKind vital, AgeGroup group) {
    LimitsInForce limits;
    // The limits beside a number are those of its ordinary alarms, not of the lethal ones beyond.
    for (const AlarmRow& row : kRows) {
        if (row.limit && row.limit->vital == vital && row.priority == kMedium) {
            auto& side = row.limit->side == LimitSide::low ? limits.low : limits.high;
            side = row.limit->threshold.at(static_cast<std::size_t>(group));
        }
    }
    return limits;
}

bool breaks(const AlarmLimit& limit, std::int32_t threshold, std::int32_t value) {
    const std::int32_t shown = as_shown(limit.vital, value);
    return limit.side == LimitSide::low ? shown < threshold : shown > threshold;
}

bool has_returned(const AlarmLimit& limit, std::int32_t threshold, std::int32_t value) {
    const std::int32_t shown = as_shown(limit.vital, value);
    return limit.side == LimitSide::low ? shown >= threshold + limit.hysteresis
                                        : shown <= threshold - limit.hysteresis;
}

} // namespace ems::signal
