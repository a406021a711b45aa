// The eight independent ECG leads that are acquired and sent, and the twelve that are shown: III,
// aVR, aVL and aVF are derived (III = II - I; aVR = -(I + II)/2; aVL = I - II/2; aVF = II - I/2).
// Lead numbers are the bits of WaveBatch.lead_mask. Pure; values in any one unit (mV, or ADC units
// with zero baseline).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ems::signal {

enum class Lead : std::uint8_t { I, II, V1, V2, V3, V4, V5, V6, other };
// I to V6; `other` is a single lead of unknown place.
inline constexpr std::size_t kAcquiredLeads = 8;

enum class ShownLead : std::uint8_t { I, II, III, aVR, aVL, aVF, V1, V2, V3, V4, V5, V6 };
inline constexpr std::size_t kShownLeads = 12;

std::string_view lead_name(Lead lead);
std::string_view lead_name(ShownLead lead);
// Any case, "MLII" and "ECG" excluded: those are not leads of the twelve. Nothing for an unknown
// name.
std::optional<Lead> parse_lead(std::string_view name);

[[nodiscard]] constexpr std::uint32_t lead_bit(Lead lead) {
    return 1U << static_cast<unsigned>(lead);
}

// The ten electrodes of a 12-lead cable.
enum class Electrode : std::uint8_t { RA, LA, LL, RL, C1, C2, C3, C4, C5, C6 };
inline constexpr std::size_t kElectrodes = 10;

// Acquired leads that are lost with an electrode, as a mask: I = LA - RA, II = LL - RA, and each
// chest lead is measured against the mean of RA, LA and LL (Wilson's central terminal), so a limb
// electrode takes all six with it. Without RL nothing can be trusted.
std::uint32_t leads_lost(Electrode electrode);

// Acquired leads a shown lead is computed from, as a mask.
std::uint32_t leads_needed(ShownLead lead);

// Value of a shown lead from the eight acquired ones.
double shown_value(ShownLead lead, const std::array<double, kAcquiredLeads>& acquired);

} // namespace ems::signal
