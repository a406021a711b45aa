#include "vehicle/sim/patient.h"

#include <algorithm>
#include <cmath>

namespace ems::sim {
namespace {

constexpr double kCuffEverySeconds = 150;
constexpr double kCuffTakesSeconds = 30;
constexpr double kCuffLeastSys = 45; // below it the cuff finds no oscillation
constexpr double kOximeterGivesUpSeconds = 5;
constexpr double kSao2TauS = 45;
constexpr double kFingerLagS = 22; // 15 to 30 s from the lungs to the finger, with averaging

// Blood loss: the heart answers at once, the pressure holds until a tenth is lost (ATLS classes I
// and II), then falls. 30 % lost: about 140/min and 90 mmHg, a shock index well over 1.
constexpr double kRatePerLoss = 200;
constexpr double kLossHeld = 0.10;
constexpr double kSysPerLoss = 1.6;
constexpr double kDiaPerLoss = 1.2;
// Lack of oxygen below 92 %, and fever.
constexpr double kHypoxicPct = 92;
constexpr double kRatePerHypoxicPct = 0.8;
constexpr double kBreathPerHypoxicPct = 0.5;
constexpr double kRatePerDegree = 10;
constexpr double kAgonalPct = 50; // the heart itself fails below

constexpr double kEtco2 = 38;
constexpr double kEtco2Compressed = 15; // with compressions
constexpr double kEtco2Stopped = 11;
constexpr double kBagBreaths = 10; // a minute, while somebody presses the chest

struct Target {
    double hr, breath, sys, dia, etco2;
};

std::size_t index(Cause cause) {
    return static_cast<std::size_t>(cause);
}

void approach(double& value, double target, double dt_s, double tau_s) {
    value += (target - value) * (1 - std::exp(-dt_s / tau_s));
}

std::int32_t rounded(double value) {
    return static_cast<std::int32_t>(std::lround(value));
}

// What a circulating body wants now.
Target target_of(const Patient& patient) {
    const double loss = 1 - patient.level(Cause::volume) / 100;
    const double short_of_oxygen = std::max(0.0, kHypoxicPct - patient.sao2_pct);
    const double failing = std::max(0.0, loss - kLossHeld);
    Target out{};
    out.hr = patient.level(Cause::heart_rate) + kRatePerLoss * std::max(0.0, loss) +
             kRatePerHypoxicPct * short_of_oxygen +
             kRatePerDegree * std::max(0.0, patient.temp_c - 37.5);
    out.hr = patient.sao2_pct < kAgonalPct ? 40 : std::min(out.hr, 180.0);
    out.breath = patient.level(Cause::breath_rate);
    if (out.breath > 0) {
        out.breath += 30 * std::max(0.0, loss) + kBreathPerHypoxicPct * short_of_oxygen;
    }
    out.sys = patient.level(Cause::systolic) * (1 - kSysPerLoss * failing);
    out.dia = patient.level(Cause::diastolic) * (1 - kDiaPerLoss * failing);
    const RhythmTraits& traits = traits_of(patient.rhythm);
    if (traits.usual_bpm > 0) {
        out.hr = traits.usual_bpm;
    }
    if (patient.rhythm == Rhythm::ventricular_tachycardia) {
        out.sys = std::min(out.sys, 80.0);
        out.dia = std::min(out.dia, 55.0);
    }
    out.sys = std::max(out.sys, 40.0);
    out.dia = std::clamp(out.dia, 20.0, out.sys - 10);
    // A poor circulation brings little CO2 to the lungs; after an arrest the stored one comes out.
    out.etco2 = kEtco2 * std::clamp(out.sys / 90, 0.4, 1.0);
    if (patient.circulation_back_s >= 0) {
        out.etco2 += 8 * std::exp(-(patient.clock_s - patient.circulation_back_s) / 120);
    }
    return out;
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
    if (is_pulseless(patient.rhythm) || patient.sys_mmhg < kCuffLeastSys) {
        return CuffEvent::failed;
    }
    patient.nibp_sys = rounded(patient.sys_mmhg);
    patient.nibp_dia = rounded(patient.dia_mmhg);
    patient.nibp_utc_us = utc_us;
    return CuffEvent::measured;
}

struct Applier {
    Patient& patient;

    void operator()(const Ramp& ramp) const {
        CauseLevel& level = patient.causes[index(ramp.cause)];
        level.target = ramp.value;
        level.per_s = ramp.over_s > 0 ? std::abs(ramp.value - level.value) / ramp.over_s : 0;
        level.value = ramp.over_s > 0 ? level.value : ramp.value;
    }
    void operator()(Rhythm rhythm) const { set_rhythm(patient, rhythm); }
    void operator()(Ectopy ectopy) const { patient.ectopy = ectopy; }
    void operator()(Infarction infarction) const { patient.infarction = infarction; }
    void operator()(const ElectrodesOff& off) const { patient.electrodes_off = off.mask; }
    void operator()(Probe probe) const { patient.probe = probe; }
    void operator()(Capnograph capnograph) const { patient.capnograph = capnograph; }
};

void follow_scenario(Patient& patient) {
    const auto& steps = patient.scenario->steps;
    while (patient.next_step < steps.size() && steps[patient.next_step].at_s <= patient.clock_s) {
        std::visit(Applier{patient}, steps[patient.next_step].change);
        ++patient.next_step;
    }
}

void move_causes(Patient& patient, double dt_s) {
    for (CauseLevel& level : patient.causes) {
        const double step = level.per_s * dt_s;
        level.value += std::clamp(level.target - level.value, -step, step);
    }
    CauseLevel& volume = patient.causes[index(Cause::volume)];
    volume.value = std::max(limits_of(Cause::volume).least,
                            volume.value - patient.level(Cause::bleeding) / 60 * dt_s);
    volume.target = volume.value;
}

void move_without_pulse(Patient& patient, double dt_s) {
    // The pressure goes at once, the blood's oxygen after half a minute by 1 % in 5 s.
    const bool pressed = patient.level(Cause::compressions) > 0;
    approach(patient.sys_mmhg, pressed ? 60 : 20, dt_s, 2);
    approach(patient.dia_mmhg, pressed ? 20 : 15, dt_s, 2);
    if (patient.clock_s - patient.rhythm_since_s > 30) {
        const double floor = pressed ? 70 : 30;
        patient.sao2_pct = std::max(std::min(patient.sao2_pct, floor), patient.sao2_pct - dt_s / 5);
    }
    patient.spo2_pct = patient.sao2_pct;
    approach(patient.breath_bpm, pressed ? kBagBreaths : 0, dt_s, pressed ? 3 : 20);
    approach(patient.etco2_mmhg, pressed ? kEtco2Compressed : kEtco2Stopped, dt_s, 18);
}

void move_with_pulse(Patient& patient, double dt_s) {
    const Target target = target_of(patient);
    const bool fast = patient.rhythm == Rhythm::ventricular_tachycardia;
    approach(patient.hr_bpm, target.hr, dt_s, fast ? 2 : 20);
    approach(patient.sao2_pct, patient.level(Cause::oxygen), dt_s, kSao2TauS);
    approach(patient.spo2_pct, patient.sao2_pct, dt_s, kFingerLagS);
    // Whoever stops to breathe stops at once.
    approach(patient.breath_bpm, target.breath, dt_s, target.breath > 0 ? 40 : 2);
    approach(patient.sys_mmhg, target.sys, dt_s, 60);
    approach(patient.dia_mmhg, target.dia, dt_s, 60);
    approach(patient.etco2_mmhg, target.etco2, dt_s, 10);
}

} // namespace

Patient new_patient(const Scenario& scenario) {
    Patient patient;
    patient.scenario = &scenario;
    for (std::size_t i = 0; i < kCauses; ++i) {
        const double usual = limits_of(static_cast<Cause>(i)).usual;
        patient.causes[i] = {usual, usual, 0};
    }
    follow_scenario(patient);
    patient.temp_c = patient.level(Cause::temperature);
    patient.sao2_pct = std::min(99.0, patient.level(Cause::oxygen) + 2);
    patient.spo2_pct = patient.sao2_pct;
    const Target target = target_of(patient);
    patient.hr_bpm = target.hr;
    patient.breath_bpm = target.breath;
    patient.sys_mmhg = target.sys;
    patient.dia_mmhg = target.dia;
    patient.etco2_mmhg = target.etco2;
    return patient;
}

CuffEvent advance(Patient& patient, double dt_s, std::int64_t utc_us) {
    dt_s = std::clamp(dt_s, 0.0, 3600.0);
    patient.clock_s += dt_s;
    follow_scenario(patient);
    move_causes(patient, dt_s);
    approach(patient.temp_c, patient.level(Cause::temperature), dt_s, 300);
    if (is_pulseless(patient.rhythm)) {
        move_without_pulse(patient, dt_s);
    } else {
        move_with_pulse(patient, dt_s);
    }
    return run_cuff(patient, utc_us);
}

void set_rhythm(Patient& patient, Rhythm rhythm) {
    if (patient.rhythm == rhythm) {
        return;
    }
    if (is_pulseless(patient.rhythm) && !is_pulseless(rhythm)) {
        patient.circulation_back_s = patient.clock_s;
    }
    patient.rhythm = rhythm;
    patient.rhythm_since_s = patient.clock_s;
}

HeartState heart_of(const Patient& patient) {
    HeartState heart;
    heart.rhythm = patient.rhythm;
    heart.rate_bpm = patient.hr_bpm;
    heart.breath_bpm = patient.breath_bpm;
    heart.pulse_strength = std::clamp((patient.sys_mmhg - patient.dia_mmhg) / 40, 0.0, 2.0);
    heart.pvc_share = patient.level(Cause::pvc_share);
    heart.ectopy = patient.ectopy;
    heart.etco2_mmhg = patient.etco2_mmhg;
    const LeadValues& st = patient.infarction == Infarction::anterior ? kStAnterior : kStInferior;
    for (std::size_t lead = 0; lead < heart.st_mv.size(); ++lead) {
        heart.st_mv[lead] = patient.level(Cause::elevation) * st[lead];
    }
    return heart;
}

ArtefactState artefacts_of(const Patient& patient) {
    ArtefactState out;
    out.mains_mv = patient.level(Cause::mains);
    out.muscle_mv = patient.level(Cause::muscle);
    out.wander_mv = patient.level(Cause::wander);
    out.motion_per_min = patient.level(Cause::motion);
    out.motion_mv = patient.level(Cause::motion_mv);
    out.compressions_per_min = patient.level(Cause::compressions);
    out.electrodes_off = patient.electrodes_off;
    out.probe_off = patient.probe == Probe::off;
    return out;
}

MonitorNumbers numbers_of(const Patient& patient) {
    MonitorNumbers out;
    // Slow waves of a minute or two keep the numbers alive without hiding the trend.
    const double wave = std::sin(patient.clock_s / 11) + 0.6 * std::sin(patient.clock_s / 4.3);
    out.temp_c = std::round(patient.temp_c * 10) / 10;
    const bool apnoea = patient.breath_bpm < 1;
    out.rr_bpm = apnoea ? 0 : std::max(0, rounded(patient.breath_bpm + 0.4 * wave));
    if (traits_of(patient.rhythm).has_beats) {
        out.hr_bpm = rounded(patient.hr_bpm + 0.8 * wave);
    } else if (patient.rhythm == Rhythm::asystole ||
               patient.rhythm == Rhythm::ventricular_standstill) {
        out.hr_bpm = 0;
    } // fibrillation has no countable beat: "--"
    const double since_s = patient.clock_s - patient.rhythm_since_s;
    const bool held = since_s < kOximeterGivesUpSeconds; // by averaging
    if (patient.probe == Probe::on && (!is_pulseless(patient.rhythm) || held)) {
        out.spo2_pct = std::clamp(rounded(patient.spo2_pct), 0, 100);
        if (!is_pulseless(patient.rhythm)) {
            out.pr_bpm = out.hr_bpm;
        }
    }
    if (patient.capnograph == Capnograph::on) {
        out.etco2_mmhg = apnoea ? 0 : rounded(patient.etco2_mmhg);
    }
    // A limb electrode takes the leads that beats are counted in.
    constexpr std::uint32_t kRaOrRl = 1U << static_cast<unsigned>(signal::Electrode::RA) |
                                      1U << static_cast<unsigned>(signal::Electrode::RL);
    if ((patient.electrodes_off & kRaOrRl) != 0) {
        out.hr_bpm.reset();
    }
    return out;
}

} // namespace ems::sim
