// NEWS2, the National Early Warning Score 2 (Royal College of Physicians, 2017, chart 1), for 16
// years and older, not pregnant. Range 0 to 20. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "telemetry/signal/scores/score.h"

namespace ems::signal {

// Scale 2 is for a target of 88 to 92 % that a competent clinician has confirmed (hypercapnic
// respiratory failure). A person switches it; nothing derives it from a diagnosis.
enum class Spo2Scale : std::uint8_t { one, two };

// C is new confusion; one that is not known to be old is new.
enum class Acvpu : std::uint8_t { alert, confusion, voice, pain, unresponsive };

// "A", "C", "V", "P", "U".
std::optional<Acvpu> parse_acvpu(std::string_view letter);

struct News2Input {
    Input rr_per_min{};
    Input spo2_pct{};
    std::optional<Oxygen> oxygen{};
    Input sbp_mmhg{};
    Input pulse_per_min{}; // of the oximeter when the ECG has none
    std::optional<Acvpu> consciousness{};
    Input temp_c{};
    Spo2Scale scale{Spo2Scale::one};
};

// low_medium: one item alone has 3 and the total is below 5, "urgent ward-based review"; medium
// from 5, high from 7. Of an incomplete score it is the least it can be.
enum class ClinicalRisk : std::uint8_t { low, low_medium, medium, high };
std::string_view risk_name(ClinicalRisk risk);

struct News2 {
    Score score;
    ClinicalRisk risk{ClinicalRisk::low};
};
// On scale 2 a saturation from 93 % is missing while it is not known whether it was on air.
[[nodiscard]] News2 news2(const News2Input& input);

// What an item can give, and what the total can be with the missing ones at their worst.
[[nodiscard]] int news2_item_most(std::string_view item);
[[nodiscard]] int news2_at_most(const Score& news2);

inline constexpr int kNews2AgeYearsMin = 16;

} // namespace ems::signal
