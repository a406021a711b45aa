// What a vehicle's place and speed suggest about its state. One watch for each vehicle sees its fixes in order and says
// once, when a rule has held long enough, which state it suggests and since when. The crew or a dispatcher confirms:
// nothing here is a stamp. The same rules on board (with or without a link) and at the centre. Pure; distances come in as
// values.
//
//   in state                        suggests       while                                                   for
//   assigned, acknowledged          en_route       10 km/h or faster                                       10 s
//   assigned to en_route            at_scene       within 100 m of the scene, slower than 5 km/h           20 s
//   at_scene, at_patient            transporting   beyond 200 m of the scene, 10 km/h or faster            10 s
//   transporting                    at_hospital    within 150 m of the hospital, slower than 5 km/h        20 s
//   at_hospital, handover           clearing       beyond 200 m of the hospital, 10 km/h or faster         10 s
//   clearing, once it has driven    available      within 100 m of its station, slower than 5 km/h         20 s
//   returning                       available      within 100 m of its station, slower than 5 km/h         20 s
//   available, clearing, returning  at its post    within 100 m of where it was posted, slower than 5 km/h 20 s
//
// 100 m, 5 km/h and 20 s are the domain's proposal; the others are this centre's choice: a hospital's court is wider than a
// street, and a vehicle that has left keeps moving. Many stations stand in the court of a hospital: who cleans the vehicle
// there has not come home, so that clearing has to have driven (10 km/h or faster) since it began.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "telemetry/wire/ems.pb.h"

namespace ems::signal {

// Fixes that lie further apart say nothing of the time between.
inline constexpr std::int64_t kFenceGapMaxUs = 15'000'000;

// Straight lines, metres; nothing: there is no such place.
struct FenceFix {
    std::int64_t at_us{0};                       // of the measurement, by any one clock that does not step back
    std::uint32_t speed_cm_s{0};
    std::optional<std::uint32_t> scene_m{};
    std::optional<std::uint32_t> hospital_m{};
    std::optional<std::uint32_t> station_m{};
    std::optional<std::uint32_t> post_m{};       // where a standby or a relocation sent it
};

struct Suggestion {
    // UNIT_UNSPECIFIED: no other state, it stands where it was posted.
    wire::UnitState state{wire::UNIT_UNSPECIFIED};
    std::int64_t since_us{0};                    // by the clock of FenceFix::at_us
};

inline constexpr std::size_t kFenceRules = 9;

// The vehicle was suggested to be at a place and is clearly elsewhere now: twice the distance at which it arrives. False
// for what suggests a departure, and while the place is not known.
[[nodiscard]] bool has_gone_on(wire::UnitState suggested, const FenceFix& fix);

class FenceWatch {
  public:
    // `time_scale` of a simulated world shortens the times above. At most one suggestion a fix; of several the rest
    // follow with the next fixes.
    std::optional<Suggestion> see(wire::UnitState state, const FenceFix& fix, double time_scale);

    // What was suggested could not be kept: it is said again with the next fix at which it still holds.
    void tell_again(wire::UnitState suggested);

  private:
    struct Held {
        std::int64_t since_us{0};   // 0: it does not hold
        bool told{false};
    };
    std::optional<wire::UnitState> state_;
    std::int64_t last_us_{0};
    bool has_driven_{false};        // in this state
    std::array<Held, kFenceRules> held_{};
};

} // namespace ems::signal
