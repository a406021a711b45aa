#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "vehicle/agent/limits.h"
#include "vehicle/agent/monitor_state.h"

namespace ems::vehicle {
namespace {

using namespace std::chrono_literals;

TEST(MonitorState, InvalidIsMarkedAndSilenceIsAbsence) {
    MonitorState monitor;
    EXPECT_FALSE(monitor.vitals(Ticks{1s}));
    monitor.take({.values = {{VitalKind::hr, 80}, {VitalKind::spo2, std::nullopt}}}, {1'000'000},
                 Ticks{1s});
    const auto vitals = monitor.vitals(Ticks{2s});
    ASSERT_TRUE(vitals);
    EXPECT_EQ(vitals->hr_bpm(), 80);
    EXPECT_FALSE(vitals->has_spo2_pct());
    EXPECT_EQ(vitals->invalid_mask(), 1U << 2);
    EXPECT_FALSE(vitals->has_rr_bpm());
    EXPECT_FALSE(monitor.vitals(Ticks{11s})) << "a number that is no longer said is not shown";
}

TEST(MonitorState, AZeroOfASensorThatIsOffIsInvalidWhicheverWasSaidFirst) {
    const MonitorMessage off{
        .technical = std::vector<MonitorAlarm>{{"ecg_lead_off", AlarmLevel::low, "ECG Lead Off"}}};
    const MonitorMessage zero{.values = {{VitalKind::hr, 0}, {VitalKind::pr, 0}}};
    MonitorState monitor;
    monitor.take(zero, {1}, Ticks{1s});
    EXPECT_TRUE(monitor.vitals(Ticks{1s})->has_hr_bpm()) << "an asystole is a number";
    monitor.take(off, {2}, Ticks{2s});
    EXPECT_FALSE(monitor.vitals(Ticks{2s})->has_hr_bpm());
    EXPECT_EQ(monitor.vitals(Ticks{2s})->invalid_mask(), 1U) << "of the ECG alone";
    monitor.take(zero, {3}, Ticks{3s});
    EXPECT_FALSE(monitor.vitals(Ticks{3s})->has_hr_bpm());
    monitor.take({.values = {{VitalKind::hr, 70}}}, {4}, Ticks{4s});
    EXPECT_EQ(monitor.vitals(Ticks{4s})->hr_bpm(), 70) << "by the leads that hold";
}

TEST(MonitorState, ACuffValueThatWasDoubtedForAMomentIsNotMeasuredAnew) {
    MonitorState monitor;
    const auto cuff = [](std::optional<std::int32_t> mmhg) {
        return MonitorMessage{.values = {{VitalKind::nibp_sys, mmhg, "20260318104216"}}};
    };
    monitor.take(cuff(120), {1'000'000}, Ticks{1s});
    monitor.take(cuff(std::nullopt), {2'000'000}, Ticks{2s});
    monitor.take(cuff(120), {2'400'000'000}, Ticks{2400s});
    const auto vitals = monitor.vitals(Ticks{2400s});
    ASSERT_TRUE(vitals);
    EXPECT_EQ(vitals->nibp_sys_mmhg(), 120);
    EXPECT_EQ(vitals->nibp_t_us(), 1'000'000);
}

TEST(MonitorState, CuffKeepsTheTimeItMeasured) {
    MonitorState monitor;
    const MonitorMessage cuff{.values = {{VitalKind::nibp_sys, 120, "20260318104216"}}};
    monitor.take(cuff, {1'000'000}, Ticks{1s});
    monitor.take(cuff, {60'000'000}, Ticks{60s}); // repeated, not measured again
    const auto vitals = monitor.vitals(Ticks{61s});
    ASSERT_TRUE(vitals);
    EXPECT_EQ(vitals->nibp_t_us(), 1'000'000);
}

TEST(MonitorState, AlarmsBeginAndEndOnce) {
    MonitorState monitor;
    const MonitorMessage off{
        .technical = std::vector<MonitorAlarm>{{"ecg_lead_off", AlarmLevel::low, "ECG Lead Off"}}};
    const auto began = monitor.take(off, {1}, Ticks{1s});
    ASSERT_EQ(began.size(), 1U);
    EXPECT_TRUE(began[0].active());
    EXPECT_TRUE(began[0].technical());
    EXPECT_TRUE(monitor.take(off, {2}, Ticks{2s}).empty());
    EXPECT_TRUE(
        monitor.take({.physiological = std::vector<MonitorAlarm>{}}, {3}, Ticks{3s}).empty())
        << "of the other family";
    EXPECT_TRUE(monitor.take({.values = {{VitalKind::hr, 80}}}, {3}, Ticks{3s}).empty())
        << "says nothing of alarms";
    const auto ended = monitor.take({.technical = std::vector<MonitorAlarm>{}}, {4}, Ticks{4s});
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_FALSE(ended[0].active());
    monitor.take(off, {5}, Ticks{5s});
    EXPECT_EQ(monitor.age(Ticks{26s}).size(), 1U);
}

TEST(MonitorState, AnAlarmThatChangesItsPriorityOrTextIsSaidAgain) {
    MonitorState monitor;
    const auto says = [&](AlarmLevel level, const std::string& text) {
        return monitor.take(
            {.physiological = std::vector<MonitorAlarm>{{"monitor_1", level, text}}}, {1},
            Ticks{1s});
    };
    EXPECT_EQ(says(AlarmLevel::low, "PVC").size(), 1U);
    EXPECT_TRUE(says(AlarmLevel::low, "PVC").empty());
    const auto raised = says(AlarmLevel::high, "PVC");
    ASSERT_EQ(raised.size(), 1U);
    EXPECT_TRUE(raised[0].active());
    EXPECT_EQ(raised[0].priority(), wire::Alarm::HIGH);
    const auto renamed = says(AlarmLevel::high, "run of PVC");
    ASSERT_EQ(renamed.size(), 1U);
    EXPECT_EQ(renamed[0].value(), "run of PVC");
}

} // namespace
} // namespace ems::vehicle
