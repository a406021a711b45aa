// Scales of stroke. CPSS (Kothari: Ann Emerg Med 1999;33:373), the signs of FAST: face, arm,
// speech, any one is suspicion; Chinese 中风120: 1 face, 2 arms, 0 (聆) speech. BE-FAST (Aroor:
// Stroke 2017;48:479) adds balance and eyes. LAMS (Llanes: Prehosp Emerg Care 2004;8:46): from 4
// large vessel occlusion is likely. Glucose below 3.3 mmol/L mimics a stroke, and treatment goes by
// the time last known well: both are asked for with every scale. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "telemetry/signal/scores/score.h"

namespace ems::signal {

struct FastInput {
    std::optional<Finding> face{};
    std::optional<Finding> arm{};
    std::optional<Finding> speech{};
};
struct BeFastInput {
    FastInput fast{};
    std::optional<Finding> balance{};
    std::optional<Finding> eyes{};
};
// The count of abnormal signs.
[[nodiscard]] Score cpss(const FastInput& input);
[[nodiscard]] Score be_fast(const BeFastInput& input);
// Abnormal with any sign, normal with all signs normal, else nothing.
[[nodiscard]] std::optional<Finding> stroke_suspected(const Score& score);

struct LamsInput {
    std::optional<int> face{}; // 0 both sides move, 1 droop
    std::optional<int> arm{};  // 0 none, 1 drifts down, 2 falls rapidly
    std::optional<int> grip{}; // 0 normal, 1 weak, 2 none
};
// A part outside its range is missing.
[[nodiscard]] Score lams(const LamsInput& input);
inline constexpr int kLamsOcclusionLikely = 4;

struct StrokeContext {
    Input glucose_mmol_l{};
    std::optional<std::int64_t> last_known_well_us{};
};
enum class StrokeCaution : std::uint8_t {
    glucose_missing,
    glucose_mimics,
    last_known_well_missing
};
std::string_view caution_text(StrokeCaution caution);
[[nodiscard]] std::vector<StrokeCaution> stroke_cautions(const StrokeContext& context);
inline constexpr double kGlucoseMimicsBelow = 3.3; // mmol/L

} // namespace ems::signal
