#include "vehicle/sim/patient.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ems::sim {
namespace {

constexpr double kInfarctionAtSeconds = 120;
constexpr double kInfarctionGrowsSeconds = 30;
constexpr double kCuffEverySeconds = 150;
constexpr double kCuffTakesSeconds = 30;
constexpr double kOximeterGivesUpSeconds = 5;

struct Target {
    double hr, spo2, breath, sys, dia;
};

Target target_of(const Patient& patient) {
    if (patient.story == Story::stable) {
        return {82, 97, 16, 134, 82};
    }
    if (patient.clock_s < kInfarctionAtSeconds) {
        return {104, 93, 21, 124, 78};
    }
    return {112, 88, 24, 104, 68};
}

bool pulseless(Rhythm rhythm) {
    return rhythm == Rhythm::ventricular_fibrillation || rhythm == Rhythm::asystole ||
           rhythm == Rhythm::pulseless_electrical_activity;
}

void approach(double& value, double target, double dt_s, double tau_s) {
    value += (target - value) * (1 - std::exp(-dt_s / tau_s));
}

std::int32_t rounded(double value) {
    return static_cast<std::int32_t>(std::lround(value));
}

CuffEvent run_cuff(Patient& patient, std::int64_t utc_us) {
    if (patient.cuff_done_s < 0) {
        if (patient.clock_s >= patient.cuff_next_s) {
            patient.cuff_done_s = patient.clock_s + kCuffTakesSeconds;
        }
        return CuffEvent::none;
    }
    if (patient.clock_s < patient.cuff_done_s) {
        return CuffEvent::none;
    }
    patient.cuff_done_s = -1;
    patient.cuff_next_s = patient.clock_s + kCuffEverySeconds - kCuffTakesSeconds;
    if (pulseless(patient.rhythm)) {
        return CuffEvent::failed;
    }
    patient.nibp_sys = rounded(patient.sys_mmhg);
    patient.nibp_dia = rounded(patient.dia_mmhg);
    patient.nibp_utc_us = utc_us;
    return CuffEvent::measured;
}

} // namespace

Story story_of(std::string_view complaint) {
    constexpr std::array<std::string_view, 5> kWords{"胸痛", "胸闷痛", "心梗", "心前区",
                                                     "chest pain"};
    for (const std::string_view word : kWords) {
        if (complaint.find(word) != std::string_view::npos) {
            return Story::chest_pain;
        }
    }
    return Story::stable;
}

Patient new_patient(Story story) {
    Patient patient;
    patient.story = story;
    const Target target = target_of(patient);
    patient.hr_bpm = target.hr;
    patient.spo2_pct = std::min(99.0, target.spo2 + 2);
    patient.breath_bpm = target.breath;
    patient.sys_mmhg = target.sys;
    patient.dia_mmhg = target.dia;
    // The infarction begins with a trace of elevation: half a millimetre at most.
    patient.st_share = story == Story::chest_pain ? 0.12 : 0;
    return patient;
}

CuffEvent advance(Patient& patient, double dt_s, std::int64_t utc_us) {
    dt_s = std::clamp(dt_s, 0.0, 3600.0);
    patient.clock_s += dt_s;
    const Target target = target_of(patient);
    const double since_s = patient.clock_s - patient.rhythm_since_s;
    if (pulseless(patient.rhythm)) {
        // No circulation: the pressure goes at once, the blood's oxygen after half a minute by 1 %
        // in 5 s.
        approach(patient.sys_mmhg, 20, dt_s, 2);
        approach(patient.dia_mmhg, 15, dt_s, 2);
        if (since_s > 30) {
            patient.spo2_pct = std::max(30.0, patient.spo2_pct - dt_s / 5);
        }
        approach(patient.breath_bpm, 0, dt_s, 20);
    } else {
        const bool fast = patient.rhythm == Rhythm::ventricular_tachycardia;
        approach(patient.hr_bpm, fast ? 175 : target.hr, dt_s, fast ? 2 : 20);
        approach(patient.spo2_pct, target.spo2, dt_s, 75);
        approach(patient.breath_bpm, target.breath, dt_s, 40);
        approach(patient.sys_mmhg, fast ? 80 : target.sys, dt_s, 60);
        approach(patient.dia_mmhg, fast ? 55 : target.dia, dt_s, 60);
    }
    if (patient.story == Story::chest_pain && patient.clock_s > kInfarctionAtSeconds) {
        patient.st_share = std::min(1.0, patient.st_share + dt_s / kInfarctionGrowsSeconds);
    }
    return run_cuff(patient, utc_us);
}

void set_rhythm(Patient& patient, Rhythm rhythm) {
    if (patient.rhythm != rhythm) {
        patient.rhythm = rhythm;
        patient.rhythm_since_s = patient.clock_s;
    }
}

HeartState heart_of(const Patient& patient) {
    HeartState heart;
    heart.rhythm = patient.rhythm;
    heart.rate_bpm = patient.hr_bpm;
    heart.breath_bpm = patient.breath_bpm;
    heart.pulse_strength = std::clamp((patient.sys_mmhg - patient.dia_mmhg) / 40, 0.0, 2.0);
    for (std::size_t lead = 0; lead < heart.st_mv.size(); ++lead) {
        heart.st_mv[lead] = patient.st_share * kStAnterior[lead];
    }
    return heart;
}

MonitorNumbers numbers_of(const Patient& patient) {
    MonitorNumbers out;
    // Slow waves of a minute or two keep the numbers alive without hiding the trend.
    const double wave = std::sin(patient.clock_s / 11) + 0.6 * std::sin(patient.clock_s / 4.3);
    out.temp_c = std::round(patient.temp_c * 10) / 10;
    out.rr_bpm = std::max(0, rounded(patient.breath_bpm + 0.4 * wave));
    switch (patient.rhythm) {
    case Rhythm::asystole:
        out.hr_bpm = 0;
        break;
    case Rhythm::ventricular_fibrillation:
        break; // no countable beat: "--"
    case Rhythm::sinus:
    case Rhythm::atrial_fibrillation:
    case Rhythm::ventricular_tachycardia:
    case Rhythm::pulseless_electrical_activity:
        out.hr_bpm = rounded(patient.hr_bpm + 0.8 * wave);
        break;
    }
    const double since_s = patient.clock_s - patient.rhythm_since_s;
    if (!pulseless(patient.rhythm)) {
        out.pr_bpm = out.hr_bpm;
        out.spo2_pct = std::clamp(rounded(patient.spo2_pct), 0, 100);
    } else if (since_s < kOximeterGivesUpSeconds) {
        out.spo2_pct = std::clamp(rounded(patient.spo2_pct), 0, 100); // held by averaging
    }
    return out;
}

} // namespace ems::sim
