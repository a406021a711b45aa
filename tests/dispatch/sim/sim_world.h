// Inside of the simulation: time, chance, faults and the order of what happens. One thread, one
// queue ordered by (time, number), one generator of random numbers.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "telemetry/base/clock.h"
#include "tests/dispatch/sim/bug.h"
#include "tests/dispatch/sim/dials.h"
#include "tests/dispatch/sim/simulation.h"
#include "tests/soak/splitmix.h"

namespace ems::dispatch::sim {

inline constexpr std::int64_t kSecondUs = 1'000'000;
inline constexpr std::int64_t kBeginUs = 1'800'000'000 * kSecondUs;

enum class Kind : std::uint8_t {
    tick, // a clock of somebody; does not count as an event
    mischief,
    desk_act,
    request,
    reply,
    to_database,
    from_database,
    command,
    vehicle_event,
    stored_commit,
    receipt,
    crew,
    came_back,
};

class SimWorld {
  public:
    SimWorld(const Scenario& scenario, Bug planted);

    void in(std::int64_t delay_us, Kind kind, std::uint32_t who, std::function<void()> what);
    // The earliest; false when nothing is left or a promise was broken.
    bool step();
    // The dials hit and the scenario lets it happen. Never once the world is healed.
    bool fault(Fault fault, std::uint32_t per_mille);
    [[nodiscard]] bool has(Bug other) const { return bug == other; }
    bool chance(std::uint32_t per_mille) { return random.below(1000) < per_mille; }
    std::int64_t network_us() {
        return random.between(1, healed ? 20'000 : dials.network_delay_us);
    }
    std::int64_t database_us() {
        return random.between(1, healed ? 3'000 : dials.database_delay_us);
    }
    // A message of a vehicle or a desk: lost, doubled, held up, out of order.
    void message(Kind kind, std::uint32_t who, const std::function<void()>& arrives);
    void violate(const std::string& sentence);
    void note(std::uint64_t what);
    template <class... Args> void tell(fmt::format_string<Args...> format, Args&&... args) const {
        if (scenario.story != nullptr) {
            fmt::print(scenario.story, "{:9.3f} {}\n", static_cast<double>(now_us - kBeginUs) / 1e6,
                       fmt::format(format, std::forward<Args>(args)...));
        }
    }
    [[nodiscard]] Ticks ticks() const {
        return Ticks{std::chrono::microseconds{now_us - kBeginUs}};
    }

    const Scenario scenario;
    const Dials dials;
    const Bug bug;
    soak::SplitMix random;
    std::int64_t now_us{kBeginUs};
    bool healed{false};
    Outcome outcome;

  private:
    struct Happening {
        std::int64_t at_us{0};
        std::uint64_t number{0};
        Kind kind{Kind::tick};
        std::uint32_t who{0};
        std::function<void()> what;
    };
    struct Later {
        bool operator()(const Happening& a, const Happening& b) const {
            return a.at_us != b.at_us ? a.at_us > b.at_us : a.number > b.number;
        }
    };
    std::vector<Happening> heap_;
    std::uint64_t number_{0};
    std::uint32_t hits_{0};
};

} // namespace ems::dispatch::sim
