// Scores of injury. Pure.
//
// RTS, the Revised Trauma Score (Champion: J Trauma 1989;29:623): coded GCS, SBP and RR, 0 to 4
// each. Triage-RTS is their sum, to 11 a trauma centre; weighted 0.9368 G + 0.7326 S + 0.2908 R,
// to 7.8408. PHI, the Prehospital Index 院前指数 (Koehler: Ann Emerg Med 1986;15:178) as charts of
// Chinese prehospital care have it: 0 to 3 minor, from 4 major.
#pragma once

#include <cstdint>
#include <optional>

#include "telemetry/signal/scores/gcs.h"
#include "telemetry/signal/scores/score.h"

namespace ems::signal {

struct RtsInput {
    Gcs gcs{};
    Input sbp_mmhg{};
    Input rr_per_min{};
};
// Items GCS, SBP, RR; its points() are the triage-RTS. A GCS without a total is missing.
[[nodiscard]] Score rts(const RtsInput& input);
// Only of a complete one: a weighted part would look like a bad outcome.
[[nodiscard]] std::optional<double> rts_weighted(const Score& rts);
inline constexpr int kRtsTraumaCentreMax = 11;

enum class PhiBreathing : std::uint8_t { normal, laboured_or_shallow, below_10_or_intubated };
enum class PhiConsciousness : std::uint8_t {
    normal,
    confused_or_agitated,
    no_comprehensible_words
};
struct PhiInput {
    Input sbp_mmhg{};
    Input pulse_per_min{};
    std::optional<PhiBreathing> breathing{};
    std::optional<PhiConsciousness> consciousness{};
    std::optional<Finding> penetrating{}; // wound of chest or abdomen
};
[[nodiscard]] Score phi(const PhiInput& input);
inline constexpr int kPhiMajor = 4;

} // namespace ems::signal
