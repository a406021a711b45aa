// ST elevation advisory: which leads meet the millimetre criteria of the Fourth Universal
// Definition of Myocardial Infarction (Thygesen 2018; thresholds by sex, age and lead), and the
// reasons for which nothing may be read off an ECG. A flag for a physician, never a diagnosis: the
// criteria miss many occlusions, so "not seen" never means "excluded". Pure.
//
//   lead                    men < 40   men >= 40   women
//   V2, V3                  0.25 mV    0.20        0.15
//   all other of the twelve 0.10       0.10        0.10      at J, in two contiguous leads
//
// Contiguous: neighbours in V1 ... V6, or in the Cabrera order aVL, I, -aVR, II, aVF, III.
// An unknown sex or age takes the lowest threshold it could have (misses least), and it is said.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "telemetry/signal/ecg_leads.h"

namespace ems::signal {

enum class Sex : std::uint8_t { female, male };

struct EcgPatient {
    std::optional<Sex> sex;
    std::optional<int> age_years;
    bool is_child{false}; // below kStAgeMinYears, though his years are not known
};

// A level this close to its threshold meets it: half a unit of a printed 0.01 mV.
inline constexpr double kStEpsilonMv = 0.005;
inline constexpr int kStAgeMinYears = 16; // the criteria are for adults
inline constexpr double kStRateMaxBpm = 150;
inline constexpr double kStQrsMaxS = 0.120;
// Standard error of a lead's median beat above which its ST is not read (a quarter millimetre).
inline constexpr double kStErrorMaxMv = 0.025;
// Voltages of left ventricular hypertrophy: Sokolow-Lyon 1949 (S V1 + R V5 or V6), Cornell 1985
// (R aVL + S V3).
inline constexpr double kSokolowMinMv = 3.5;
inline constexpr double kCornellMinMaleMv = 2.8;
inline constexpr double kCornellMinFemaleMv = 2.0;

double st_threshold_mv(ShownLead lead, const EcgPatient& patient);

// Why an ECG is not interpretable for ST. Each has a text in stemi.cpp.
enum class StRefusal : std::uint8_t {
    band_not_diagnostic, // filtered for the monitor, or sampled at less than 500 Hz
    leads_missing,       // not all twelve, and nothing met in those that are there
    leads_noisy,         // the same with noise
    too_few_beats,       // fewer than five of one shape
    rate_fast,           // over 150/min
    qrs_wide,            // over 120 ms: bundle branch block, pacing, pre-excitation, ventricular
    paced,
    hypertrophy_voltage,
    limb_leads_reversed, // I inverted with aVR upright, or an axis that looks like it
    under_age,
};
inline constexpr std::size_t kStRefusals = 10;
using StRefusals = std::bitset<kStRefusals>;

// What is measured of the median beat; NaN: the lead is missing.
struct StInput {
    std::array<double, kShownLeads> st_mv{};    // at J
    std::array<double, kShownLeads> error_mv{}; // standard error of that
    std::array<double, kShownLeads> r_mv{};     // highest point of the QRS, 0 or more
    std::array<double, kShownLeads> s_mv{};     // depth of its lowest point, 0 or more
    double rate_bpm{0};
    double qrs_s{0};
    std::size_t beats{0};
    EcgPatient patient;
    bool diagnostic_band{false};
    bool paced{false};
};

enum class StVerdict : std::uint8_t { criteria_met, criteria_not_seen, not_interpretable };

struct StAdvisory {
    StVerdict verdict{StVerdict::not_interpretable};
    StRefusals refusals;          // reasons; with criteria_met, those of leads not judged
    std::uint32_t elevated{0};    // shown leads (1 << ShownLead) that meet it with a neighbour
    std::uint32_t not_judged{0};  // shown leads that are missing or noisy
    bool ask_right_chest{false};  // inferior leads: record V3R, V4R
    bool ask_posterior{false};    // V1 to V3 depressed in two: record V7 to V9
    bool diffuse_with_avr{false}; // aVR elevated, six leads depressed: left main or diffuse
    std::optional<int> sgarbossa; // points, for a wide QRS only; 3 and more is positive
    bool sex_assumed{false};
    bool age_assumed{false};
};

StAdvisory st_advisory(const StInput& input);

[[nodiscard]] constexpr std::uint32_t shown_bit(ShownLead lead) {
    return 1U << static_cast<unsigned>(lead);
}
// "V1-V5, II", in the order V1 to V6, then I to aVF; "" for none.
std::string lead_list(std::uint32_t shown_mask);

enum class TextLanguage : std::uint8_t { english, chinese };
std::string st_refusal_text(StRefusal refusal, TextLanguage language);
// One sentence of the finding and one that it takes a physician. Advisory wording.
std::string st_advisory_text(const StAdvisory& advisory, TextLanguage language);

} // namespace ems::signal
