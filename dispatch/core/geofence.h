// What a unit's place and speed suggest about its state. One watch for each unit sees its fixes in order and says once,
// when a rule has held long enough, which state it suggests and since when. The crew or a dispatcher confirms: nothing here
// is a stamp. Pure; distances come in as values.
//
//   in state                        suggests       while                                              for
//   assigned, acknowledged          en_route       10 km/h or faster                                  10 s
//   assigned to en_route            at_scene       within 100 m of the scene, slower than 5 km/h      20 s
//   at_scene, at_patient            transporting   beyond 200 m of the scene, 10 km/h or faster       10 s
//   transporting                    at_hospital    within 150 m of the hospital, slower than 5 km/h   20 s
//   at_hospital, handover           clearing       beyond 200 m of the hospital, 10 km/h or faster    10 s
//   returning                       available      within 100 m of its station, slower than 5 km/h    20 s
//
// 100 m, 5 km/h and 20 s are the domain's proposal; the others are this centre's choice: a hospital's court is wider than a
// street, and a vehicle that has left keeps moving.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "dispatch/core/states.h"

namespace ems::dispatch {

// Fixes that lie further apart say nothing of the time between.
inline constexpr std::int64_t kFenceGapMaxUs = 15'000'000;

struct FenceFix {
    std::int64_t at_us{0};                       // server clock, of the measurement
    std::uint32_t speed_cm_s{0};
    std::optional<std::uint32_t> scene_m{};      // straight line; nothing: there is none
    std::optional<std::uint32_t> hospital_m{};
    std::optional<std::uint32_t> station_m{};
};

struct Suggestion {
    UnitState state{UnitState::at_scene};
    std::int64_t since_us{0};
};

inline constexpr std::size_t kFenceRules = 6;

class FenceWatch {
  public:
    // `time_scale` of a simulated world shortens the times above. At most one suggestion a fix, the furthest along.
    std::optional<Suggestion> see(UnitState state, const FenceFix& fix, double time_scale);

    // What was suggested could not be kept: it is said again with the next fix at which it still holds.
    void tell_again(UnitState suggested);

  private:
    struct Held {
        std::int64_t since_us{0};   // 0: it does not hold
        bool told{false};
    };
    std::optional<UnitState> state_;
    std::int64_t last_us_{0};
    std::array<Held, kFenceRules> held_{};
};

} // namespace ems::dispatch
