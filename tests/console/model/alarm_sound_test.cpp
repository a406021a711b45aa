#include "console/model/alarm_sound.h"

#include <cmath>
#include <numbers>
#include <string>

#include <gtest/gtest.h>

namespace ems::console {
namespace {

// Power of one frequency in the samples from `from` on (Goertzel).
double power(const std::vector<std::int16_t>& s, std::size_t from, std::size_t count, double hz) {
    const double w = 2 * std::numbers::pi * hz / kSoundRateHz;
    double re = 0;
    double im = 0;
    for (std::size_t i = 0; i < count; ++i) {
        re += s[from + i] * std::cos(w * static_cast<double>(i));
        im += s[from + i] * std::sin(w * static_cast<double>(i));
    }
    return re * re + im * im;
}

TEST(AlarmSound, PatternsLieWithinThoseOfTheStandard) {
    for (const SoundRow& row : sound_rows()) {
        const bool high = row.grade == Grade::high;
        EXPECT_EQ(row.pulses, high ? 10 : row.grade == Grade::medium ? 3 : 2);
        EXPECT_GE(row.pulse_ms, high ? 75 : 125);
        EXPECT_LE(row.pulse_ms, high ? 200 : 250);
        EXPECT_GE(row.fundamental_hz, 150);
        EXPECT_LE(row.fundamental_hz, 1'000);
        EXPECT_GE(row.rise_ms * 10, row.pulse_ms);
        EXPECT_LE(row.rise_ms * 10, row.pulse_ms * 4);
        if (row.repeat_ms != 0) {
            EXPECT_GE(row.repeat_ms, 2'500);
            EXPECT_LE(row.repeat_ms, high ? 15'000 : 30'000);
        }
    }
}

TEST(AlarmSound, AHighBurstIsThreeAndTwoTwice) {
    const auto pulses = pulses_of(sound_of(Grade::high));
    ASSERT_EQ(pulses.size(), 10U);
    const auto gap = [&](std::size_t i) { return pulses[i + 1].start_ms - pulses[i].start_ms - pulses[i].length_ms; };
    EXPECT_EQ(gap(0), gap(1));
    EXPECT_GT(gap(2), gap(1));
    EXPECT_EQ(gap(3), gap(0));
    EXPECT_GT(gap(4), gap(2));
    EXPECT_EQ(gap(7), gap(2));
}

TEST(AlarmSound, FourHarmonicsLieWithinFifteenDecibels) {
    for (const SoundRow& row : sound_rows()) {
        const auto samples = synthesise(row);
        const std::size_t from = static_cast<std::size_t>(row.rise_ms) * kSoundRateHz / 1'000;
        const std::size_t count = static_cast<std::size_t>(row.pulse_ms - 2 * row.rise_ms) * kSoundRateHz / 1'000;
        const double base = power(samples, from, count, row.fundamental_hz);
        int within = 0;
        for (int h = 2; h <= row.harmonics + 1; ++h) {
            const double hz = row.fundamental_hz * h;
            const double db = 10 * std::log10(power(samples, from, count, hz) / base);
            within += hz >= 300 && hz <= 4'000 && std::abs(db) <= 15 ? 1 : 0;
        }
        EXPECT_GE(within, 4);
    }
}

TEST(AlarmSound, AHigherGradeIsNeverSofterAndNothingIsClipped) {
    double before = 2;
    for (const SoundRow& row : sound_rows()) {
        double most = 0;
        for (const std::int16_t s : synthesise(row)) {
            most = std::max(most, std::abs(static_cast<double>(s)));
        }
        EXPECT_LT(most / 32'767, before);
        EXPECT_LE(most / 32'767, row.level + 1e-4);
        before = most / 32'767;
    }
}

AlarmEntry entry(const std::string& code, Grade grade) {
    AlarmEntry e;
    e.key = code;
    e.code = code;
    e.grade = grade;
    return e;
}

TEST(AlarmSound, OnlyTheDeskThatOwnsAnAlarmSoundsIt) {
    AlarmList list;
    list.raise(entry("spo2_critical", Grade::high));
    list.raise(entry("dispatch_overdue", Grade::medium));
    EXPECT_EQ(to_sound(list, Owner::dispatcher, 0, 1), Grade::medium);
    EXPECT_EQ(to_sound(list, Owner::physician, 0, 1), Grade::high);
}

// What nobody but a dispatcher can mend is silent at no dispatcher's desk.
TEST(AlarmSound, EveryAlarmOfTheDispatchersOwnWorkSoundsAtHis) {
    for (const char* code : {"dispatch_overdue", "short_of_units", "units_overdue", "crew_silent", "crew_not_reached", "tell_by_voice",
                             "crew_unanswered"}) {
        AlarmList list;
        list.raise(entry(code, Grade::medium));
        EXPECT_EQ(to_sound(list, Owner::dispatcher, 0, 1), Grade::medium) << code;
    }
}

TEST(AlarmSound, APausedAnAcknowledgedAndAShelvedOneAreSilent) {
    AlarmList list;
    list.raise(entry("dispatch_overdue", Grade::medium));
    EXPECT_EQ(to_sound(list, Owner::dispatcher, 10, 5), std::nullopt);
    EXPECT_EQ(to_sound(list, Owner::dispatcher, 10, 10), Grade::medium);
    ASSERT_TRUE(list.shelve("dispatch_overdue", 1, "known", "wang", 0));
    EXPECT_EQ(to_sound(list, Owner::dispatcher, 0, 59'999'999), std::nullopt);
    EXPECT_EQ(to_sound(list, Owner::dispatcher, 0, 60'000'000), Grade::medium);
    const std::vector<std::string> shown{"dispatch_overdue"};
    list.acknowledge_first(shown, "wang", 1);
    EXPECT_EQ(to_sound(list, Owner::dispatcher, 0, 60'000'000), std::nullopt);
}

TEST(AlarmSound, ASecondAlarmOfItsGradeHasANewerOnsetAndARepeatOfTheFirstHasNot) {
    AlarmList list;
    list.raise(entry("gnss_lost", Grade::low));
    const std::uint64_t first = newest_onset(list, Owner::dispatcher, Grade::low, 1);
    list.raise(entry("gnss_lost", Grade::low));
    EXPECT_EQ(newest_onset(list, Owner::dispatcher, Grade::low, 1), first);
    list.raise(entry("spo2_sensor_off", Grade::low)); // the physician's
    EXPECT_EQ(newest_onset(list, Owner::dispatcher, Grade::low, 1), first);
    list.raise(entry("unit_lost", Grade::low));
    EXPECT_GT(newest_onset(list, Owner::dispatcher, Grade::low, 1), first);
}

TEST(AlarmShelf, AHighClinicalAlarmAndOneWithoutReasonAreNotPutAway) {
    AlarmList list;
    list.raise(entry("vf", Grade::high));
    list.raise(entry("gnss_lost", Grade::low));
    EXPECT_FALSE(list.shelve("vf", 5, "known", "wang", 0));
    EXPECT_FALSE(list.shelve("gnss_lost", 5, "", "wang", 0));
    EXPECT_FALSE(list.shelve("gnss_lost", 61, "known", "wang", 0));
    EXPECT_TRUE(list.shelve("gnss_lost", 60, "known", "wang", 0));
}

TEST(AlarmShelf, OneThatRisesInGradeComesBack) {
    AlarmList list;
    list.raise(entry("unit_lost", Grade::low));
    ASSERT_TRUE(list.shelve("unit_lost", 60, "tunnel", "wang", 0));
    list.raise(entry("unit_lost", Grade::medium));
    EXPECT_FALSE(AlarmList::is_shelved(list.entries().front(), 1));
}

TEST(AlarmBarChoice, SixAcknowledgedHighOnesHideNoneThatIsNot) {
    AlarmList list;
    const std::vector<std::string> codes{"a", "b", "c", "d", "e", "f"};
    for (const std::string& code : codes) {
        list.raise(entry(code, Grade::high));
        list.acknowledge_first(codes, "wang", 1);
    }
    list.raise(entry("unit_lost", Grade::low));
    const auto shown = list.most_urgent(6, 1);
    ASSERT_EQ(shown.size(), 6U);
    EXPECT_EQ(shown.back()->code, "unit_lost");
}

} // namespace
} // namespace ems::console
