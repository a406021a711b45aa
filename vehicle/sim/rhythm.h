// The rhythms a simulated heart can have, and what each does to the circulation. Data only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ems::sim {

// Numbers are stored in the state file.
enum class Rhythm : std::uint8_t {
    sinus = 0,
    atrial_fibrillation = 1,
    ventricular_tachycardia = 2,
    ventricular_fibrillation = 3,
    asystole = 4,
    pulseless_electrical_activity = 5, // a normal ECG without a pulse
    torsades = 6,
    pulseless_ventricular_tachycardia = 7,
    paced = 8,                   // ventricular pacing, the atria on their own
    av_block_1 = 9,              // PR of 280 ms
    av_block_2_wenckebach = 10,  // 4:3
    av_block_2_mobitz = 11,      // 3:2, PR constant
    av_block_3 = 12,             // P at 80/min, ventricles on their own
    ventricular_standstill = 13, // P waves alone
};
inline constexpr std::size_t kRhythms = 14;

struct RhythmTraits {
    std::string_view name; // in scenarios
    double pulse_share;    // of a normal beat's stroke; 0: no pulse
    bool has_beats;        // QRS complexes that can be counted
    double usual_bpm;      // of the ventricles; 0: what the patient's body asks for
};
const RhythmTraits& traits_of(Rhythm rhythm);
[[nodiscard]] inline bool is_pulseless(Rhythm rhythm) {
    return traits_of(rhythm).pulse_share <= 0;
}
std::optional<Rhythm> parse_rhythm(std::string_view name);

// Ventricular premature beats. The random ones come with HeartState::pvc_share.
enum class Ectopy : std::uint8_t {
    isolated,  // random, one at a time
    couplets,  // random, two in a row
    salvos,    // random, four in a row
    bigeminy,  // every second beat
    trigeminy, // every third beat
};
inline constexpr std::size_t kEctopies = 5;
std::string_view ectopy_name(Ectopy ectopy);
std::optional<Ectopy> parse_ectopy(std::string_view name);

} // namespace ems::sim
