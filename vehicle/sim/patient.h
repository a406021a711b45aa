// A simulated patient: a few coupled numbers that move, in simulated seconds, towards what the
// scenario's causes and the heart's rhythm ask for. The heart drives the pulse, the pulse the
// oximeter, the pressure the cuff, the circulation the CO2; blood loss quickens the heart and
// lowers the pressure, lack of oxygen quickens the heart and the breath and shows on the finger
// later. Pure; a value that is saved and restored.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "vehicle/sim/ecg_model.h"
#include "vehicle/sim/scenario.h"

namespace ems::sim {

// A cause on its way to a value.
struct CauseLevel {
    double value{0};
    double target{0};
    double per_s{0}; // 0: there
};

struct Patient {
    const Scenario* scenario{nullptr}; // of a book that outlives the patient
    std::size_t next_step{0};
    double clock_s{0}; // simulated seconds since the monitor was attached
    std::array<CauseLevel, kCauses> causes{};
    Rhythm rhythm{Rhythm::sinus};
    double rhythm_since_s{0};
    double circulation_back_s{-1}; // when a pulseless rhythm ended; negative: there was none
    Ectopy ectopy{Ectopy::isolated};
    Infarction infarction{Infarction::anterior};
    std::uint32_t electrodes_off{0};
    Probe probe{Probe::on};
    Capnograph capnograph{Capnograph::off};
    // what follows
    double hr_bpm{80};
    double sao2_pct{97}; // in the arteries
    double spo2_pct{97}; // on the finger, half a minute later
    double breath_bpm{16};
    double sys_mmhg{130};
    double dia_mmhg{80};
    double temp_c{36.7};
    double etco2_mmhg{38};
    double cuff_next_s{20};   // simulated time of the next cuff inflation
    double cuff_done_s{-1};   // of the running measurement's end; negative: none runs
    std::int32_t nibp_sys{0}; // last measured; 0: none
    std::int32_t nibp_dia{0};
    std::int64_t nibp_utc_us{0};

    [[nodiscard]] double level(Cause cause) const {
        return causes[static_cast<std::size_t>(cause)].value;
    }
};

// As the monitor shows them; nothing = "--" (the monitor sends -100).
struct MonitorNumbers {
    std::optional<std::int32_t> hr_bpm;
    std::optional<std::int32_t> pr_bpm;
    std::optional<std::int32_t> spo2_pct;
    std::optional<std::int32_t> rr_bpm;
    std::optional<double> temp_c;
    std::optional<std::int32_t> etco2_mmhg;
};

// At the scenario's beginning: what it says of time 0 holds already.
Patient new_patient(const Scenario& scenario);
enum class CuffEvent : std::uint8_t { none, measured, failed };
// Moves the patient on by dt_s simulated seconds. `utc_us` stamps a cuff measurement that ends now.
CuffEvent advance(Patient& patient, double dt_s, std::int64_t utc_us);
// For training: the rhythm changes now, and what depends on it follows.
void set_rhythm(Patient& patient, Rhythm rhythm);

[[nodiscard]] HeartState heart_of(const Patient& patient);
[[nodiscard]] ArtefactState artefacts_of(const Patient& patient);
[[nodiscard]] MonitorNumbers numbers_of(const Patient& patient);

} // namespace ems::sim
