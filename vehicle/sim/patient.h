// A simulated patient: a few coupled numbers that move towards what the illness asks for, in
// simulated seconds. The heart drives the pulse, the pulse the oximeter, the pressure the cuff:
// fibrillation silences the oximeter and fails the cuff. Pure; its whole state is one value that is
// saved and restored.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "vehicle/sim/ecg_model.h"

namespace ems::sim {

enum class Story : std::uint8_t {
    stable,     // earlier patient: sinus rhythm, nothing alarming
    chest_pain, // man of 58: sinus tachycardia, two minutes later an anterior infarction, falling
                // oxygen and pressure
};

// 胸痛, 心梗, 心前区 or "chest pain" in the order's complaint tell the story of the infarction.
Story story_of(std::string_view complaint);

struct Patient {
    Story story{Story::stable};
    double clock_s{0}; // simulated seconds since the monitor was attached
    double hr_bpm{80};
    double spo2_pct{97};
    double breath_bpm{16};
    double sys_mmhg{130};
    double dia_mmhg{80};
    double temp_c{36.7};
    double st_share{0}; // 0 none to 1 full anterior elevation
    Rhythm rhythm{Rhythm::sinus};
    double rhythm_since_s{0};
    double cuff_next_s{20};   // simulated time of the next cuff inflation
    double cuff_done_s{-1};   // of the running measurement's end; negative: none runs
    std::int32_t nibp_sys{0}; // last measured; 0: none
    std::int32_t nibp_dia{0};
    std::int64_t nibp_utc_us{0};
};

// As the monitor shows them; nothing = "--" (the monitor sends -100).
struct MonitorNumbers {
    std::optional<std::int32_t> hr_bpm;
    std::optional<std::int32_t> pr_bpm;
    std::optional<std::int32_t> spo2_pct;
    std::optional<std::int32_t> rr_bpm;
    std::optional<double> temp_c;
};

Patient new_patient(Story story);
enum class CuffEvent : std::uint8_t { none, measured, failed };
// Moves the patient on by dt_s simulated seconds. `utc_us` stamps a cuff measurement that ends now.
CuffEvent advance(Patient& patient, double dt_s, std::int64_t utc_us);
// For training: the rhythm changes now, and what depends on it follows.
void set_rhythm(Patient& patient, Rhythm rhythm);

[[nodiscard]] HeartState heart_of(const Patient& patient);
[[nodiscard]] MonitorNumbers numbers_of(const Patient& patient);

} // namespace ems::sim
