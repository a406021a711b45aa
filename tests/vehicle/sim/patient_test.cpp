#include "vehicle/sim/patient.h"

#include <string>

#include <gtest/gtest.h>

namespace ems::sim {
namespace {

Patient patient_of(const char* scenario) {
    return new_patient(*built_in_scenarios().find(scenario));
}

std::string scenario_of(const char* complaint) {
    return built_in_scenarios().for_complaint(complaint).name;
}

void run(Patient& patient, double seconds, double step_s = 0.5) {
    for (double t = 0; t < seconds; t += step_s) {
        advance(patient, step_s, 1'773'830'536'000'000);
    }
}

TEST(Patient, ComplaintChoosesTheScenario) {
    EXPECT_EQ(scenario_of("男,58岁,持续胸痛伴大汗"), "chest_pain");
    EXPECT_EQ(scenario_of("chest pain since morning"), "chest_pain");
    EXPECT_EQ(scenario_of("跌倒,髋部疼痛"), "stable");
    EXPECT_EQ(scenario_of(""), "stable");
}

TEST(Patient, ChestPainBecomesAnAnteriorInfarctionAfterTwoMinutes) {
    Patient patient = patient_of("chest_pain");
    run(patient, 110);
    // half a millimetre at most before
    EXPECT_LE(heart_of(patient).st_mv[4], 0.05);
    EXPECT_NEAR(*numbers_of(patient).hr_bpm, 104, 4);
    run(patient, 50);
    EXPECT_NEAR(heart_of(patient).st_mv[4], kStAnterior[4], 1e-9);
    run(patient, 300);
    EXPECT_EQ(numbers_of(patient).spo2_pct, 88);
    EXPECT_NEAR(*numbers_of(patient).rr_bpm, 24, 1);
    EXPECT_NEAR(patient.nibp_sys, 104, 2);
    EXPECT_NEAR(patient.nibp_dia, 68, 2);
}

TEST(Patient, StablePatientStaysStable) {
    Patient patient = patient_of("stable");
    run(patient, 1800);
    EXPECT_EQ(heart_of(patient).st_mv, kStNone);
    EXPECT_EQ(numbers_of(patient).spo2_pct, 97);
    EXPECT_NEAR(*numbers_of(patient).hr_bpm, 82, 3);
}

TEST(Patient, FastWorldEndsWhereASlowOneDoes) {
    Patient slow = patient_of("chest_pain");
    Patient fast = patient_of("chest_pain");
    run(slow, 400, 0.02);
    run(fast, 400, 1.2); // 60 times faster at the same step
    EXPECT_NEAR(slow.hr_bpm, fast.hr_bpm, 0.5);
    EXPECT_NEAR(slow.spo2_pct, fast.spo2_pct, 0.2);
}

TEST(Patient, CuffMeasuresNowAndThenAndFailsWithoutPulse) {
    Patient patient = patient_of("stable");
    int measured = 0;
    double first_s = 0;
    for (int i = 0; i < 1200; ++i) {
        if (advance(patient, 0.5, 1000 + i) == CuffEvent::measured) {
            first_s = measured == 0 ? patient.clock_s : first_s;
            ++measured;
        }
    }
    EXPECT_NEAR(first_s, 50, 2); // begins at 20 s and takes 30 s
    EXPECT_EQ(measured, 4);
    EXPECT_GT(patient.nibp_utc_us, 1000);
    set_rhythm(patient, Rhythm::ventricular_fibrillation);
    int failed = 0;
    for (int i = 0; i < 600; ++i) {
        const CuffEvent event = advance(patient, 0.5, 5000);
        EXPECT_NE(event, CuffEvent::measured);
        failed += event == CuffEvent::failed ? 1 : 0;
    }
    EXPECT_GE(failed, 1);
}

TEST(Patient, FibrillationSilencesTheOximeterAfterFiveSeconds) {
    Patient patient = patient_of("stable");
    run(patient, 60);
    set_rhythm(patient, Rhythm::ventricular_fibrillation);
    run(patient, 3);
    EXPECT_TRUE(numbers_of(patient).spo2_pct);
    EXPECT_FALSE(numbers_of(patient).hr_bpm);
    run(patient, 4);
    EXPECT_FALSE(numbers_of(patient).spo2_pct);
    EXPECT_FALSE(numbers_of(patient).pr_bpm);
    EXPECT_LT(heart_of(patient).pulse_strength, 0.3);
    set_rhythm(patient, Rhythm::asystole);
    run(patient, 1);
    EXPECT_EQ(numbers_of(patient).hr_bpm, 0);
}

} // namespace
} // namespace ems::sim
