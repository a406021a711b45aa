// What hangs together in the simulated patient.
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "tests/vehicle/sim/sim_trace.h"
#include "vehicle/sim/patient.h"

namespace ems::sim {
namespace {

void run(Patient& patient, double seconds) {
    for (double t = 0; t < seconds; t += 0.5) {
        advance(patient, 0.5, 1'773'830'536'000'000);
    }
}

ScenarioBook book_of(const std::string& steps) {
    ScenarioBook book;
    const auto added = book.add("scenario x\n" + steps, "test");
    EXPECT_TRUE(added) << added.error().message();
    return book;
}

TEST(Physiology, BloodLossQuicksTheHeartAndLowersThePressureUntilTheShockIndexPassesOne) {
    const ScenarioBook book = book_of("at 0 bleeding 2\n");
    Patient patient = new_patient(*book.find("x"));
    const double hr = patient.hr_bpm;
    const double sys = patient.sys_mmhg;
    run(patient, 240); // 8 % lost: compensated
    EXPECT_GT(patient.hr_bpm, hr + 8);
    EXPECT_NEAR(patient.sys_mmhg, sys, 2);
    run(patient, 660); // 30 %
    EXPECT_GT(patient.hr_bpm, 120);
    EXPECT_LT(patient.sys_mmhg, 100);
    EXPECT_GT(patient.hr_bpm / patient.sys_mmhg, 1.1);
    EXPECT_GT(patient.breath_bpm, 22);
    EXPECT_LT(heart_of(patient).pulse_strength, 1.0);
}

TEST(Physiology, OxygenOnTheFingerFollowsTheLungsByHalfAMinute) {
    const ScenarioBook book = book_of("at 60 oxygen 80\n");
    Patient patient = new_patient(*book.find("x"));
    run(patient, 65);
    EXPECT_NEAR(*numbers_of(patient).spo2_pct, 97, 1);
    const double before = patient.spo2_pct;
    double half_s = 0;
    for (; patient.spo2_pct > (before + 80) / 2 && half_s < 300; half_s += 0.5) {
        run(patient, 0.5);
    }
    EXPECT_GT(half_s, 30);
    EXPECT_LT(half_s, 80);
    run(patient, 240);
    EXPECT_NEAR(*numbers_of(patient).spo2_pct, 80, 1);
    EXPECT_GT(patient.hr_bpm, 88);
    EXPECT_GT(patient.breath_bpm, 20);
}

TEST(Physiology, AnArrestTakesPressureOxygenAndCo2AndTheCirculationBringsThemBack) {
    Patient patient = new_patient(*built_in_scenarios().find("cardiac_arrest"));
    run(patient, 59);
    EXPECT_GT(patient.sys_mmhg, 90);
    EXPECT_GT(*numbers_of(patient).etco2_mmhg, 30);
    run(patient, 8); // fibrillation since 60 s
    EXPECT_FALSE(numbers_of(patient).spo2_pct);
    EXPECT_FALSE(numbers_of(patient).hr_bpm);
    run(patient, 60);
    EXPECT_GE(*numbers_of(patient).etco2_mmhg, 10);
    EXPECT_LE(*numbers_of(patient).etco2_mmhg, 20);
    EXPECT_NEAR(*numbers_of(patient).rr_bpm, 10, 2); // the bag
    EXPECT_GT(artefacts_of(patient).compressions_per_min, 100);
    run(patient, 330); // sinus rhythm since 335 s
    EXPECT_EQ(patient.rhythm, Rhythm::sinus);
    EXPECT_GE(*numbers_of(patient).etco2_mmhg, 35);
    EXPECT_LE(*numbers_of(patient).etco2_mmhg, 46);
    EXPECT_TRUE(numbers_of(patient).spo2_pct);
    EXPECT_GT(patient.sys_mmhg, 85);
}

TEST(Physiology, TheCuffTakesHalfAMinuteAndFailsInAnArrest) {
    const ScenarioBook book = book_of("at 25 rhythm pulseless_electrical_activity\n");
    Patient patient = new_patient(*book.find("x"));
    double failed_s = -1;
    for (int i = 0; i < 200 && failed_s < 0; ++i) {
        failed_s = advance(patient, 0.5, 1) == CuffEvent::failed ? patient.clock_s : failed_s;
    }
    EXPECT_NEAR(failed_s, 50, 1);
    EXPECT_EQ(patient.nibp_sys, 0);
}

TEST(Physiology, CapnogramIsATrapezoidThatEndsAtTheShownNumber) {
    EcgModel model{1};
    HeartState heart;
    heart.breath_bpm = 15;
    heart.etco2_mmhg = 36;
    model.set(heart);
    record(model, 8);
    const Trace trace = record(model, 4); // one breath
    EXPECT_NEAR(*std::max_element(trace.co2.begin(), trace.co2.end()), 36, 0.2);
    int low = 0;
    int plateau = 0;
    for (std::size_t i = 1; i < trace.co2.size(); ++i) {
        low += trace.co2[i] < 0.5 ? 1 : 0;
        const double slope = (trace.co2[i] - trace.co2[i - 1]) * 125;
        plateau += trace.co2[i] > 25 && std::abs(slope - 2) < 0.1 ? 1 : 0;
    }
    EXPECT_NEAR(low / 125.0, 4.0 / 3 - 0.1 + 0.2, 0.1);      // inspiration and dead space
    EXPECT_NEAR(plateau / 125.0, 8.0 / 3 - 0.2 - 0.15, 0.1); // 2 mmHg/s
    EXPECT_NEAR(*std::max_element(trace.breath.begin(), trace.breath.end()), 1, 0.01);
}

TEST(Physiology, ApnoeaIsFlat) {
    const ScenarioBook book = book_of("at 0 capnograph on\nat 30 breath_rate 0\n");
    Patient patient = new_patient(*book.find("x"));
    run(patient, 60);
    EXPECT_EQ(numbers_of(patient).rr_bpm, 0);
    EXPECT_EQ(numbers_of(patient).etco2_mmhg, 0);
    EcgModel model{1};
    model.set(heart_of(patient));
    const Trace trace = record(model, 10);
    EXPECT_EQ(peak_to_peak(trace.co2), 0);
    EXPECT_EQ(peak_to_peak(trace.breath), 0);
}

TEST(Physiology, NumbersOfWhatIsOffAreNotShown) {
    const ScenarioBook book = book_of(
        "at 0 probe off\nat 0 electrodes_off RA\nat 10 probe on\nat 10 electrodes_off none\n");
    Patient patient = new_patient(*book.find("x"));
    EXPECT_FALSE(numbers_of(patient).spo2_pct);
    EXPECT_FALSE(numbers_of(patient).hr_bpm);
    EXPECT_FALSE(numbers_of(patient).etco2_mmhg); // no capnograph either
    run(patient, 11);
    EXPECT_TRUE(numbers_of(patient).spo2_pct);
    EXPECT_TRUE(numbers_of(patient).hr_bpm);
}

TEST(Physiology, EveryBuiltInScenarioRunsAnHourWithinHumanNumbers) {
    for (const Scenario& scenario : built_in_scenarios().all()) {
        SCOPED_TRACE(scenario.name);
        Patient patient = new_patient(scenario);
        for (int i = 0; i < 3600; ++i) {
            advance(patient, 1, 1);
            ASSERT_GE(patient.hr_bpm, 20);
            ASSERT_LE(patient.hr_bpm, 225);
            ASSERT_GE(patient.sys_mmhg, patient.dia_mmhg);
            ASSERT_GE(patient.spo2_pct, 20);
            ASSERT_LE(patient.spo2_pct, 100);
            ASSERT_GE(patient.etco2_mmhg, 5);
            ASSERT_LE(patient.etco2_mmhg, 60);
        }
        EXPECT_EQ(patient.next_step, scenario.steps.size());
    }
}

} // namespace
} // namespace ems::sim
