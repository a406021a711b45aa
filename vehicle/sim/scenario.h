// What happens to a simulated patient, as data: a list of changes in time, in a small language.
//
//     scenario cardiac_arrest
//     complaint 心脏骤停|呼之不应|cardiac arrest
//     at 0    heart_rate 96            # at 0: from the beginning
//     at 60   rhythm ventricular_fibrillation
//     at 75   compressions 110
//     at 300  rhythm sinus
//     at 300  oxygen 96 over 120       # a straight line to the value, in 120 s
//
// Quantities, their units and ranges are the table in scenario.cpp; beside them there are `rhythm`
// and `ectopy` (names of rhythm.h), `infarction anterior|inferior`, `electrodes_off RA,C2|none`,
// `probe on|off`, `capnograph on|off`. Text behind # is a remark. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "telemetry/base/result.h"
#include "vehicle/sim/rhythm.h"

namespace ems::sim {

// Causes a scenario sets; what the body makes of them is patient.cpp's.
enum class Cause : std::uint8_t {
    heart_rate,  // /min at rest
    systolic,    // mmHg at rest
    diastolic,   // mmHg at rest
    breath_rate, // /min at rest; 0: apnoea
    temperature, // Celsius
    oxygen,      // % of saturation that the lungs can hold
    bleeding,    // % of the blood a minute
    volume,      // % of the blood that is left
    elevation,   // 0 to 1 of the infarction's ST table
    pvc_share,   // 0 to 0.5 of beats that begin premature ones
    mains,       // mV of each artefact of artefact.h
    muscle,
    wander,
    motion, // bumps a minute, of motion_mv
    motion_mv,
    compressions, // of the chest, a minute
};
inline constexpr std::size_t kCauses = 16;

struct CauseLimits {
    std::string_view name;
    double least;
    double most;
    double usual; // where nothing is said
};
const CauseLimits& limits_of(Cause cause);

enum class Infarction : std::uint8_t { anterior, inferior };

struct Ramp {
    Cause cause;
    double value;
    double over_s;
};
struct ElectrodesOff {
    std::uint32_t mask; // 1 << signal::Electrode
};
enum class Probe : std::uint8_t { on, off };
enum class Capnograph : std::uint8_t { on, off };
using Change = std::variant<Ramp, Rhythm, Ectopy, Infarction, ElectrodesOff, Probe, Capnograph>;

struct ScenarioStep {
    double at_s;
    Change change;
};

struct Scenario {
    std::string name;
    std::vector<std::string> complaints; // any of them in the order's complaint chooses it
    std::vector<ScenarioStep> steps;     // in order of time
};

inline constexpr std::size_t kScenariosMax = 64;
inline constexpr std::size_t kScenarioStepsMax = 256;

class ScenarioBook {
  public:
    // Code::config with the name and line of the first fault; nothing is added then. A scenario of
    // a name already there replaces it.
    Result<void> add(std::string_view text, const std::string& name);

    [[nodiscard]] const Scenario* find(std::string_view name) const;
    // The first whose words are in the complaint; else `stable`, which must be there.
    [[nodiscard]] const Scenario& for_complaint(std::string_view complaint) const;
    [[nodiscard]] const std::vector<Scenario>& all() const { return scenarios_; }

  private:
    std::vector<Scenario> scenarios_;
};

// Those that come with the simulator (scenario_texts.cpp).
const ScenarioBook& built_in_scenarios();

} // namespace ems::sim
