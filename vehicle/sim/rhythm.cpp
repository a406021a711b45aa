#include "vehicle/sim/rhythm.h"

namespace ems::sim {
namespace {

constexpr std::array<RhythmTraits, kRhythms> kTraits{{
    {"sinus", 1, true, 0},
    {"atrial_fibrillation", 0.9, true, 0},
    {"ventricular_tachycardia", 0.3, true, 175},
    {"ventricular_fibrillation", 0, false, 0},
    {"asystole", 0, false, 0},
    {"pulseless_electrical_activity", 0, true, 0},
    {"torsades", 0, false, 220},
    {"pulseless_ventricular_tachycardia", 0, true, 190},
    {"paced", 0.9, true, 70},
    {"av_block_1", 1, true, 0},
    {"av_block_2_wenckebach", 1, true, 56},
    {"av_block_2_mobitz", 1, true, 50},
    {"av_block_3", 1.1, true, 35},
    {"ventricular_standstill", 0, false, 0},
}};

constexpr std::array<std::string_view, kEctopies> kEctopyNames{"isolated", "couplets", "salvos",
                                                               "bigeminy", "trigeminy"};

} // namespace

const RhythmTraits& traits_of(Rhythm rhythm) {
    return kTraits.at(static_cast<std::size_t>(rhythm));
}

std::optional<Rhythm> parse_rhythm(std::string_view name) {
    for (std::size_t i = 0; i < kRhythms; ++i) {
        if (kTraits[i].name == name) {
            return static_cast<Rhythm>(i);
        }
    }
    return std::nullopt;
}

std::string_view ectopy_name(Ectopy ectopy) {
    return kEctopyNames.at(static_cast<std::size_t>(ectopy));
}

std::optional<Ectopy> parse_ectopy(std::string_view name) {
    for (std::size_t i = 0; i < kEctopies; ++i) {
        if (kEctopyNames[i] == name) {
            return static_cast<Ectopy>(i);
        }
    }
    return std::nullopt;
}

} // namespace ems::sim
